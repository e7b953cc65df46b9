"""What visitors read of the chantier, and what they never do."""

import datetime
import json
import re

import pytest
import time_machine
from django.conf import settings
from icalendar import Calendar
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import ObservedBenefit
from chantier.public.datasets import DATASETS
from chantier.templatetags.sharing import _ALT
from tests.addresses import build_world
from tests.factories import (
    AchievementFactory,
    AttendanceFactory,
    BenefitFactory,
    CycleFactory,
    CycleObjectiveFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
    ObjectiveFactory,
    ObservedBenefitFactory,
    OrganizationFactory,
    PublicFigureFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    TermFactory,
    UserFactory,
)
from tests.public.pages import found_by

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2021, 3, 1, 15, tzinfo=datetime.UTC)
LATER = datetime.date(2021, 4, 6)


@pytest.fixture(autouse=True)
def frozen_day():
    with time_machine.travel(NOW, tick=False):
        yield


def webinar(**changes):
    fields = {
        "webinar": True,
        "title": "Cinq EÉS à connaître",
        "held_on": LATER,
        "starts_at": datetime.time(12),
        "ends_at": datetime.time(13, 15),
        "link": "https://salle.example/secret-du-lien",
        "place": "Secret du lieu",
        "message": "Secret du mot d’invitation",
        "public_text": "Cinq entreprises présentent leur offre.",
    }
    return MeetingFactory(**fields | changes)


def structured(response):
    body = response.content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    return [json.loads(text) for text in found]


def test_the_front_page_says_what_the_chantier_is_and_its_two_objectives(client):
    AchievementFactory(text="Un inventaire des bénéfices")
    response = client.get("/")
    assertContains(response, "Le chantier et ses deux objectifs")
    assertContains(response, "Accompagner les membres")
    assertContains(response, "Promouvoir l’offre des EÉS")
    assertContains(response, "Un inventaire des bénéfices")
    assert structured(response)[0]["@type"] == "Organization"


def test_a_cycle_shows_its_objectives_with_their_last_outcome_and_its_meetings_in_numbers(client):
    cycle = CycleFactory(label="2020-2021")
    aim = CycleObjectiveFactory(cycle=cycle, text="Promouvoir l’offre")
    AchievementFactory(cycle=cycle, text="Un webinaire")
    first = MeetingFactory(cycle=cycle, held=True, held_on=datetime.date(2021, 1, 10), number=1)
    last = MeetingFactory(
        cycle=cycle,
        held=True,
        held_on=datetime.date(2021, 2, 10),
        number=2,
        title="Secret du titre",
    )
    ObjectiveFactory(meeting=first, cycle_objective=aim, outcome="carried_over")
    ObjectiveFactory(meeting=last, cycle_objective=aim, outcome="reached", text="Secret du texte")
    for _ in range(3):
        AttendanceFactory(meeting=last)
    AttendanceFactory(meeting=first)
    response = client.get("/chantier/")
    (story,) = response.context["stories"]
    assert [(row.text, row.label) for row in story.aims] == [("Promouvoir l’offre", "atteint")]
    assert [(row.heading, row.present) for row in story.meetings] == [
        ("Rencontre 1", None),
        ("Rencontre 2", 3),
    ]
    assert (story.reached, story.carried_over) == (1, 1)
    assertContains(response, "Un webinaire")
    assertNotContains(response, "Secret")


def test_a_meeting_that_did_not_take_place_is_not_told(client):
    cycle = CycleFactory()
    MeetingFactory(cycle=cycle)
    MeetingFactory(cycle=cycle, draft=True)
    MeetingFactory(cycle=cycle, state="cancelled", cancel_reason="Secret")
    assert client.get("/chantier/").context["stories"] == []


def test_a_webinar_is_announced_once_it_is_presented_to_the_public(client):
    guest = SocialEnterpriseFactory(name="Invitée", contact_email="secret@ees.example")
    webinar().guests.add(guest)
    response = client.get("/webinaires/")
    assertContains(response, "Cinq EÉS à connaître")
    assertContains(response, "Cinq entreprises présentent leur offre.")
    assertContains(response, "12\u00a0h à 13\u00a0h\u00a015")
    for secret in ("secret", "Secret", "salle.example"):
        assertNotContains(response, secret)
    assertContains(client.get("/"), "Cinq EÉS à connaître")
    (listed,) = structured(response)
    event = listed["itemListElement"][0]["item"]
    assert event["@type"] == "Event"
    assert event["startDate"] == "2021-04-06T12:00:00-04:00"
    assert event["endDate"] == "2021-04-06T13:15:00-04:00"
    assert event["location"]["url"].startswith(f"{settings.SITE_URL}/webinaires/#")


def test_the_guests_of_the_directory_are_presented_and_lead_to_their_page(client):
    guest = SocialEnterpriseFactory(name="Invitée")
    shown = webinar()
    shown.guests.add(guest, SocialEnterpriseFactory(name="Secret proposé", state="proposed"))
    response = client.get("/webinaires/")
    assertContains(response, f'<a href="{guest.get_absolute_url()}">Invitée</a>')
    assertNotContains(response, "Secret")
    (listed,) = structured(response)
    performers = listed["itemListElement"][0]["item"]["performer"]
    assert [row["name"] for row in performers] == ["Invitée"]
    page = client.get(guest.get_absolute_url())
    assertContains(page, f'href="/webinaires/#{shown.slug}"')
    assertContains(page, "Cinq EÉS à connaître")


@pytest.mark.parametrize(
    "changes",
    [{"public_text": ""}, {"state": "draft"}, {"held_on": datetime.date(2021, 2, 28)}],
    ids=["not presented", "draft", "past"],
)
def test_the_page_of_a_guest_tells_only_what_is_announced(client, changes):
    guest = SocialEnterpriseFactory()
    webinar(**changes).guests.add(guest)
    assertNotContains(client.get(guest.get_absolute_url()), "Cinq EÉS")


def test_those_who_are_no_members_have_an_address_to_write_to(client, settings):
    settings.DEFAULT_FROM_EMAIL = '"ECPAR, animation" <bonjour@ecpar.example>'
    webinar()
    assertContains(client.get("/webinaires/"), 'href="mailto:bonjour@ecpar.example"')


def test_a_webinar_goes_into_a_calendar_without_its_room(client):
    shown = webinar()
    response = client.get(f"/webinaires/{shown.slug}/calendrier.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Cinq EÉS à connaître"
    assert event["DTSTART"].dt.isoformat() == "2021-04-06T12:00:00-04:00"
    assert str(event["URL"]) == f"{settings.SITE_URL}/webinaires/#{shown.slug}"
    assert b"secret" not in response.content.lower()
    hidden = webinar(public_text="")
    assert client.get(f"/webinaires/{hidden.slug}/calendrier.ics").status_code == 404


def test_the_directory_the_inventory_and_the_guide_are_a_step_from_the_front(client):
    for path in ("/", "/chantier/"):
        response = client.get(path)
        for address in ("/entreprises/", "/benefices/", "/benefices/argumentaire/", "/guide/"):
            assertContains(response, f'<a href="{address}">', msg_prefix=path)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/chantier/", "Le chantier"),
        ("/webinaires/", "Webinaires à venir"),
        ("/donnees/", "Données ouvertes"),
        ("/benefices/", "Inventaire des bénéfices"),
        ("/entreprises/", "Répertoire des EÉS"),
        ("/benefices/argumentaire/", "Argumentaire"),
    ],
)
def test_a_visitor_sees_where_they_are_among_the_pages_of_a_family(client, path, label):
    response = client.get(path)
    assertContains(response, f'<a href="{path}" aria-current="true">{label}</a>', html=True)
    chosen = [link.label for link in response.context["navigation"] if link.is_current]
    benefits = path.startswith(("/benefices/", "/entreprises/"))
    assert chosen == (["Bénéfices"] if benefits else ["Le chantier"])


@pytest.mark.parametrize(
    "changes",
    [
        {"public_text": ""},
        {"state": "draft"},
        {"state": "cancelled"},
        {"held_on": datetime.date(2021, 2, 28)},
        {"kind": "meeting"},
    ],
    ids=["not presented", "draft", "called off", "past", "a meeting of members"],
)
def test_nothing_else_is_announced(client, changes):
    webinar(**changes)
    response = client.get("/webinaires/")
    assertContains(response, "Aucun webinaire n’est annoncé")
    assertNotContains(response, "Cinq EÉS")
    assertNotContains(client.get("/"), "Cinq EÉS")


def test_what_staff_write_cannot_leave_the_data_of_search_engines(client):
    webinar(title="</script><script>alert(1)</script>", public_text="A & B\u2028 <!--")
    response = client.get("/webinaires/")
    body = response.content.decode()
    assert "<script>alert" not in body
    assert "\u2028 <!--" not in body
    (listed,) = structured(response)
    event = listed["itemListElement"][0]["item"]
    assert event["name"] == "</script><script>alert(1)</script>"
    assert event["description"] == "A & B\u2028 <!--"


def test_a_card_repeats_the_title_and_the_description_of_its_page(client, five_stages):
    measure = MeasureFactory(
        stage=five_stages[0], title='Dire "oui" & <b>', description="Une description."
    )
    response = client.get(f"{measure.get_absolute_url()}?utm=1")
    escaped = "Dire &quot;oui&quot; &amp; &lt;b&gt;"
    assertContains(response, f'<meta property="og:title" content="{escaped}">')
    assertContains(response, '<meta property="og:description" content="Une description.">')
    url = f"{settings.SITE_URL}{measure.get_absolute_url()}"
    assertContains(response, f'<meta property="og:url" content="{url}">')


def test_the_pictures_of_cards_are_ours_and_large_enough(client):
    folder = settings.BASE_DIR / "static" / "img" / "cards"
    assert {path.stem for path in folder.glob("*.png")} == set(_ALT)
    for name in _ALT:
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.size == (1200, 630)


def secrets_of(world):
    """Rows that no visitor may read, each with a word of its own."""
    organization = world.a.organization
    enterprise = SocialEnterpriseFactory(
        contact_name="Secret du nom",
        contact_role="Secret du rôle",
        contact_email="secret@ees.example",
        contact_phone="Secret 514",
    )
    for state in ("proposed", "declined"):
        SocialEnterpriseFactory(name="Secret proposé", state=state, proposed_for=organization)
    purchase = PurchaseFactory(organization=organization, description="Secret de l’achat")
    for consent in ("none", "unnamed"):
        given = {} if consent == "none" else {"consent_at": NOW, "consent_by": UserFactory()}
        ObservedBenefitFactory(
            organization=organization,
            purchase=purchase,
            implementation=None,
            statement="Secret observé",
            consent=consent,
            **given,
        )
    webinar(public_text="", title="Secret du titre").guests.add(enterprise)
    MeetingFactory(draft=True, title="Secret du brouillon")
    MeasureFactory(to_verify=True, title="Secret à vérifier", description="Secret")
    BenefitFactory(to_verify=True, title="Secret à vérifier")
    PublicFigureFactory(to_verify=True, label="Secret à vérifier")


def test_a_visitor_who_opens_everything_reads_no_secret(
    client, organization, other_organization, manager
):
    organization.name = "Secret d’un nom d’organisation"
    organization.save()
    secrets_of(build_world(organization, other_organization))
    webinar()
    assert ObservedBenefit.objects.count() >= 2
    paths = found_by(client)
    paths += [f"/donnees/{name}.{kind}" for name in DATASETS for kind in ("csv", "json")]
    paths += ["/sitemap.xml", "/robots.txt"]
    assert len(paths) > 30
    people = {organization.slug, manager.email, manager.full_name}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        body = b"".join(response).decode()
        assert "secret" not in body.lower(), path
        assert not [word for word in people if word in body], path


def test_few_organizations_are_never_told(client, five_stages):
    measure = MeasureFactory(stage=five_stages[0])
    for _ in range(2):
        ImplementationFactory(measure=measure, implemented=True)
    response = client.get("/chantier/")
    assert response.context["together"].measures == []
    assertContains(response, "rien n’est dit de moins de trois organisations")


def test_pages_cost_the_same_whatever_the_rows(client, five_stages, django_assert_num_queries):
    def fill(times):
        for _ in range(times):
            cycle = CycleFactory()
            aim = CycleObjectiveFactory(cycle=cycle)
            AchievementFactory(cycle=cycle)
            held = MeetingFactory(cycle=cycle, held=True)
            ObjectiveFactory(meeting=held, cycle_objective=aim, outcome="reached")
            AttendanceFactory(meeting=held, organization=OrganizationFactory())
            shown = webinar()
            shown.themes.add(TermFactory(code="sector:x"))
            shown.guests.add(SocialEnterpriseFactory())

    fill(1)
    for path in ("/chantier/", "/webinaires/", "/"):
        client.get(path)
    with django_assert_num_queries(10):
        client.get("/chantier/")
    with django_assert_num_queries(4):
        client.get("/webinaires/")
    fill(5)
    with django_assert_num_queries(10):
        client.get("/chantier/")
    with django_assert_num_queries(4):
        client.get("/webinaires/")
