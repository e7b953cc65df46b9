"""The directory for those who keep it: an enterprise added, changed, examined."""

import datetime
import json

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import Criterion, EligibilityReview, SocialEnterprise
from members.models import AuditEntry, User
from tests.benefits.kept import lists, opened, typed
from tests.conftest import LogIn
from tests.factories import SocialEnterpriseFactory
from tests.html import StrictClient

ADD = "/entreprises/ajouter/"


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    lists()


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


def edit(enterprise: SocialEnterprise) -> str:
    return f"/entreprises/{enterprise.slug}/modifier/"


def test_an_enterprise_is_added_with_its_terms_and_a_neq_without_spaces(
    staff: StrictClient, facilitator: User
) -> None:
    response = staff.post(ADD, typed(contact_email="bonjour@exemple.example"))
    row = SocialEnterprise.objects.get()
    assertRedirects(response, "/entreprises/les-marmites-solidaires/")
    assert (row.neq, row.state, row.eligibility) == ("1143920115", "listed", "a-verifier")
    assert [term.code for term in row.sectors.all()] == ["sector:alimentation"]
    line = AuditEntry.objects.get(action="enterprise_add")
    assert line.actor == facilitator
    assert line.after["name"] == "Les Marmites solidaires"


def test_the_journal_never_holds_how_to_reach_a_person(staff: StrictClient) -> None:
    staff.post(ADD, typed(contact_name="Alex Tremblay", contact_phone="514 555-0100"))
    row = SocialEnterprise.objects.get()
    staff.post(edit(row), opened(row, contact_name="Sacha Roy", contact_phone=""))
    lines = list(AuditEntry.objects.order_by("pk"))
    assert [line.after["contact"] for line in lines] == [["contact_name", "contact_phone"]] * 2
    told = json.dumps([(line.before, line.after) for line in lines])
    assert "Tremblay" not in told
    assert "Roy" not in told
    assert "555" not in told


@pytest.mark.parametrize("neq", ["12345", "9943920115", "11439201155", "abcdefghij"])
def test_a_neq_has_ten_digits_and_a_known_beginning(staff: StrictClient, neq: str) -> None:
    response = staff.post(ADD, typed(neq=neq))
    assertContains(response, "Un NEQ compte dix chiffres")
    assert not SocialEnterprise.objects.exists()


def test_the_neq_of_another_is_refused_by_its_name(staff: StrictClient) -> None:
    SocialEnterpriseFactory(name="Octet", neq="1143920115")
    assertContains(staff.post(ADD, typed()), "Ce NEQ est déjà celui de «\u00a0Octet\u00a0».")
    assert SocialEnterprise.objects.count() == 1


def test_a_near_name_is_shown_before_anything_is_written(staff: StrictClient) -> None:
    known = SocialEnterpriseFactory(name="Marmite solidaire inc.")
    form = typed()
    assertContains(staff.post(ADD, form), "Marmite solidaire inc.")
    assert SocialEnterprise.objects.count() == 1
    staff.post(ADD, form | {"seen": str(known.pk)})
    assert SocialEnterprise.objects.count() == 2


def test_one_that_came_meanwhile_is_shown_too(staff: StrictClient) -> None:
    first = SocialEnterpriseFactory(name="Marmite solidaire")
    SocialEnterpriseFactory(name="Les marmites solidaires, coop")
    response = staff.post(ADD, typed(seen=str(first.pk)))
    assertContains(response, "Les marmites solidaires, coop")
    assert SocialEnterprise.objects.count() == 2


def test_a_second_click_adds_nothing(staff: StrictClient) -> None:
    form = typed()
    for _ in range(2):
        assertRedirects(staff.post(ADD, form), "/entreprises/les-marmites-solidaires/")
    assert AuditEntry.objects.filter(action="enterprise_add").count() == 1


def test_other_words_under_the_same_key_are_not_lost(staff: StrictClient) -> None:
    form = typed(neq="")
    staff.post(ADD, form)
    staff.post(ADD, form | {"name": "Atelier des Cèdres"})
    assert SocialEnterprise.objects.count() == 2


@pytest.mark.parametrize("name", ["Propositions", "Ajouter", "Doublons"])
def test_no_enterprise_takes_the_address_of_a_page(staff: StrictClient, name: str) -> None:
    staff.post(ADD, typed(name=name, neq=""))
    assert SocialEnterprise.objects.get().slug == f"{name.lower()}-2"


def test_members_and_visitors_keep_nothing(
    client: StrictClient, log_in_as: LogIn, manager: User
) -> None:
    row = SocialEnterpriseFactory()
    member = log_in_as(manager)
    for path in (ADD, edit(row), f"/entreprises/{row.slug}/examens/"):
        assert member.post(path, typed()).status_code == 403
        assert client.post(path, typed()).status_code == 302
    assert SocialEnterprise.objects.count() == 1


def test_what_is_not_listed_cannot_be_edited(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory(state="proposed")
    assert staff.get(edit(row)).status_code == 404


def test_two_people_on_different_fields_lose_nothing(
    staff: StrictClient, log_in_as: LogIn, coordinator: User
) -> None:
    row = SocialEnterpriseFactory(contact_name="Alex Tremblay")
    mine = opened(row, offer="Repas froids")
    log_in_as(coordinator).post(edit(row), opened(row, contact_name="Sacha Roy"))
    response = staff.post(edit(row), mine)
    assertContains(response, "Deux personnes ont écrit", status_code=409)
    assertContains(response, 'value="Sacha Roy"', status_code=409)
    assertContains(response, "Repas froids", status_code=409)
    row.refresh_from_db()
    assert row.offer == ""
    form = response.context["form"]
    assert not response.context["merge"].clashes
    again = form.data.dict() | {"served_regions": [], "sectors": [], "tags": []}
    assertRedirects(staff.post(edit(row), again), row.get_absolute_url())
    row.refresh_from_db()
    assert (row.offer, row.contact_name) == ("Repas froids", "Sacha Roy")


def test_two_people_on_one_field_are_asked(
    staff: StrictClient, log_in_as: LogIn, coordinator: User
) -> None:
    row = SocialEnterpriseFactory()
    mine = opened(row, mission="Nourrir.", tags=["enterprise_tag:cpe"])
    log_in_as(coordinator).post(edit(row), opened(row, mission="Former."))
    response = staff.post(edit(row), mine)
    assert [clash.name for clash in response.context["merge"].clashes] == ["mission"]
    row.refresh_from_db()
    theirs = opened(row, mission="Nourrir.", choice_mission="theirs", tags=["enterprise_tag:cpe"])
    staff.post(edit(row), theirs)
    row.refresh_from_db()
    assert row.mission == "Former."
    assert row.tags.count() == 1


def test_the_same_save_twice_is_one(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory()
    form = opened(row, mission="Nourrir.")
    for _ in range(2):
        assertRedirects(staff.post(edit(row), form), row.get_absolute_url())
    row.refresh_from_db()
    assert row.version == 2
    assert AuditEntry.objects.filter(action="enterprise_change").count() == 1


def test_a_region_that_it_serves_puts_it_there(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory()
    staff.post(edit(row), opened(row, served_regions=["region:04"]))
    assert list(SocialEnterprise.objects.listed().in_region("04")) == [row]


def examination(**changes: object) -> dict[str, object]:
    return {
        "state": "confirmee",
        "criteria": list(Criterion.values),
        "evidence": "Ses lettres patentes.",
        "examined_on": "2021-03-01",
        "submission_key": "11111111-1111-4111-8111-111111111111",
        **changes,
    }


def test_an_examination_says_what_the_directory_says(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory()
    path = f"/entreprises/{row.slug}/examens/"
    for _ in range(2):
        assertRedirects(staff.post(path, examination()), path)
    row.refresh_from_db()
    assert (row.eligibility, row.eligibility_on) == ("confirmee", datetime.date(2021, 3, 1))
    assert EligibilityReview.objects.count() == 1
    assertContains(staff.get(path), "7 critères sur 7")


def test_an_older_examination_does_not_replace_a_newer_one(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory()
    path = f"/entreprises/{row.slug}/examens/"
    staff.post(path, examination())
    older = examination(
        state="zone-grise",
        examined_on="2019-03-01",
        submission_key="22222222-2222-4222-8222-222222222222",
    )
    staff.post(path, older)
    row.refresh_from_db()
    assert row.eligibility == "confirmee"
    assert EligibilityReview.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"criteria": ["activite"]}, "les sept critères"),
        ({"evidence": ""}, "Dites sur quoi repose l’examen."),
        ({"examined_on": "2999-01-01"}, "n’a pas encore eu lieu"),
        ({"state": ""}, "Dites ce que conclut l’examen."),
    ],
)
def test_an_examination_stands_on_something(
    staff: StrictClient, changes: dict[str, object], message: str
) -> None:
    row = SocialEnterpriseFactory()
    response = staff.post(f"/entreprises/{row.slug}/examens/", examination(**changes))
    assertContains(response, message)
    assert not EligibilityReview.objects.exists()


def test_visitors_see_no_door_of_those_who_keep_it(client: StrictClient) -> None:
    assertNotContains(client.get("/entreprises/"), ADD)
