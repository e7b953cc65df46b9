"""Making a meeting: a short form, a draft that nobody hears of, once."""

import datetime
import uuid

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.acts.preparing import ADD, add_meeting, free_slug
from meetings.models import Meeting
from members.models import AuditEntry, Notification
from tests.factories import PASSWORD, CycleFactory, MeetingFactory


@pytest.fixture
def cycle(db):
    return CycleFactory()


def address():
    return reverse("meetings:meeting_add")


def form(on, **changes):
    return {
        "key": str(uuid.uuid4()),
        "cycle": on.pk,
        "kind": "meeting",
        "number": "6",
        "title": "Clauses et libellés",
        "held_on": "2026-03-12",
        "starts_at": "13:30",
        "ends_at": "16:00",
        "place": "Visioconférence",
        "link": "",
    } | changes


def test_a_meeting_is_made_as_a_draft_and_lands_on_its_preparation(staff, cycle, facilitator):
    response = staff.post(address(), form(cycle))
    meeting = Meeting.objects.get()
    assert response.url == reverse("meetings:meeting_prepare", args=["rencontre-6"])
    assert (meeting.slug, meeting.state, meeting.number) == ("rencontre-6", "draft", 6)
    assert (meeting.held_on, meeting.starts_at) == (
        datetime.date(2026, 3, 12),
        datetime.time(13, 30),
    )
    entry = AuditEntry.objects.get(action=ADD)
    assert entry.actor == facilitator
    assert entry.after["title"] == "Clauses et libellés"
    assert entry.after["slug"] == "rencontre-6"


def test_nobody_is_told(staff, cycle):
    staff.post(address(), form(cycle))
    assert mail.outbox == []
    assert not Notification.objects.exists()


def test_members_do_not_see_it(staff, cycle, reader, log_in_as):
    staff.post(address(), form(cycle))
    assert log_in_as(reader).get("/rencontres/rencontre-6/").status_code == 404


def test_a_second_click_makes_one_meeting(staff, cycle):
    data = form(cycle)
    first, second = (staff.post(address(), data) for _ in range(2))
    assert first.url == second.url
    assert Meeting.objects.count() == 1
    assert AuditEntry.objects.filter(action=ADD).count() == 1
    page = staff.get(second.url).content.decode()
    assert "était déjà créée" in page


def test_another_meeting_typed_in_the_same_form_is_another_meeting(staff, cycle):
    """Back in the browser, other words, saved again: what was typed must not vanish."""
    data = form(cycle)
    staff.post(address(), data)
    other = data | {"number": "7", "title": "La suivante", "held_on": "2026-04-16"}
    assert staff.post(address(), other).url.endswith("/rencontre-7/preparer/")
    assert staff.post(address(), data).url.endswith("/rencontre-6/preparer/")
    assert sorted(Meeting.objects.values_list("number", flat=True)) == [6, 7]


def test_another_meeting_typed_under_the_same_number_keeps_its_words(staff, cycle):
    data = form(cycle)
    staff.post(address(), data)
    page = staff.post(address(), data | {"title": "La suivante"}).content.decode()
    assert "porte déjà ce numéro" in page
    assert 'value="La suivante"' in page
    assert Meeting.objects.count() == 1


def test_a_second_click_after_the_meeting_was_renamed_makes_none(staff, cycle):
    data = form(cycle)
    staff.post(address(), data)
    Meeting.objects.update(title="Renommée", number=9)
    staff.post(address(), data)
    assert Meeting.objects.count() == 1


def test_the_number_after_the_last_one_and_the_cycle_under_way_are_proposed(staff, cycle):
    MeetingFactory(number=7, cycle=cycle)
    MeetingFactory(number=30, kind="webinar", cycle=cycle)
    shown = staff.get(address()).context["form"]
    assert shown["number"].value() == 8
    assert shown["cycle"].value() == cycle.pk


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"title": ""}, "title", "Donnez un titre à la rencontre."),
        ({"held_on": ""}, "held_on", "Choisissez le jour."),
        ({"held_on": "9999-12-31"}, "held_on", "Choisissez un jour entre 2000 et 2100."),
        ({"held_on": "le 12 mars"}, "held_on", "Écrivez la date ainsi\u00a0: 2026-03-15."),
        ({"ends_at": "13:00"}, "ends_at", "La fin doit suivre le début."),
        ({"starts_at": ""}, "starts_at", "Écrivez aussi l’heure du début."),
        ({"starts_at": "tantôt"}, "starts_at", "Écrivez l’heure ainsi\u00a0: 13:30."),
        ({"number": "0"}, "number", "Écrivez un nombre entier, de 1 à 999."),
        ({"kind": "dîner"}, "kind", "Choisissez une sorte de la liste."),
        ({"cycle": "0"}, "cycle", "Choisissez un cycle de la liste."),
        (
            {"link": "salle"},
            "link",
            "Écrivez une adresse complète, comme https://exemple.org/salle.",
        ),
        ({"title": "x" * 201}, "title", "200 caractères au plus\u00a0: abrégez ce texte."),
    ],
)
def test_bad_input_is_told_and_kept(staff, cycle, changes, field, text):
    response = staff.post(address(), form(cycle, **changes))
    assert response.status_code == 200
    assert response.context["form"].errors[field] == [text]
    assert "Visioconférence" in response.content.decode()
    assert not Meeting.objects.exists()


def test_a_number_that_another_meeting_has_is_refused_with_its_day(staff, cycle):
    MeetingFactory(number=6, held_on=datetime.date(2026, 1, 1))
    response = staff.post(address(), form(cycle))
    assert response.context["form"].errors["number"] == [
        "La rencontre du 1er\u00a0janvier 2026 porte déjà ce numéro."
    ]
    # Webinars have their own numbers.
    assert staff.post(address(), form(cycle, kind="webinar")).status_code == 302


def test_a_number_given_at_the_same_instant_is_told(staff, cycle, monkeypatch):
    """Between the check of the form and the write."""
    MeetingFactory(number=6)
    monkeypatch.setattr("meetings.forms_prepare.AddForm._check_number", lambda self, data: None)
    monkeypatch.setattr("meetings.models.Meeting.validate_constraints", lambda self, exclude: None)
    response = staff.post(address(), form(cycle))
    assert "vient de recevoir ce numéro" in response.content.decode()
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"kind": "meeting", "number": 6, "title": "x"}, "rencontre-6"),
        ({"kind": "webinar", "number": None, "title": "Cinq missions"}, "webinaire-cinq-missions"),
        (
            {"kind": "workshop", "number": None, "title": "Œuvrer à l’été"},
            "atelier-oeuvrer-a-l-ete",
        ),
        ({"kind": "workshop", "number": None, "title": "日本"}, "atelier"),
    ],
)
def test_the_address_is_plain_letters(db, values, slug):
    assert free_slug(values) == slug


def test_an_address_is_free_and_short(db):
    MeetingFactory(slug="rencontre-6")
    MeetingFactory(slug="rencontre-6-2")
    values = {"kind": "meeting", "number": 6, "title": "x"}
    assert free_slug(values) == "rencontre-6-3"
    long = free_slug({"kind": "webinar", "number": None, "title": "mot " * 60})
    assert len(long) <= 50
    assert not long.endswith("-")


def test_a_word_of_ours_is_no_address(db, monkeypatch):
    taken = Meeting.RESERVED_SLUGS | {"rencontre-6"}
    monkeypatch.setattr(Meeting, "RESERVED_SLUGS", taken)
    assert free_slug({"kind": "meeting", "number": 6, "title": "x"}) == "rencontre-6-2"


@pytest.mark.parametrize("slug", ["ajouter", "affiche", "participation"])
def test_the_administration_refuses_a_word_of_ours(db, slug):
    with pytest.raises(ValidationError, match="une page du portail"):
        MeetingFactory(slug=slug).full_clean()


def test_the_page_of_making_a_meeting_is_not_a_meeting(staff, cycle):
    assert staff.get("/rencontres/ajouter/").status_code == 200


def test_members_may_not(manager, log_in_as, cycle):
    client = log_in_as(manager)
    assert client.get(address()).status_code == 403
    assert client.post(address(), form(cycle)).status_code == 403
    assert not Meeting.objects.exists()


def test_an_expired_session_brings_the_text_back(staff, cycle, facilitator):
    data = form(cycle) | {"author": str(facilitator.pk)}
    del staff.cookies[settings.SESSION_COOKIE_NAME]
    login = staff.post(address(), data).url
    answer = {"login": facilitator.email, "password": PASSWORD}
    shown = staff.post(login, answer, follow=True).context["form"]
    assert shown["title"].value() == "Clauses et libellés"
    assert shown["starts_at"].value() == "13:30"
    assert not Meeting.objects.exists()
    assert staff.post(address(), data).status_code == 302
    assert Meeting.objects.count() == 1


def test_the_same_form_twice_at_once_makes_one(db, cycle, facilitator):
    values = {
        "cycle": cycle,
        "kind": "meeting",
        "number": None,
        "title": "Une",
        "held_on": datetime.date(2026, 3, 12),
    }
    key = uuid.uuid4()
    first = add_meeting(values=values, key=key, by=facilitator)
    assert add_meeting(values=values, key=key, by=facilitator) == (first[0], False)
