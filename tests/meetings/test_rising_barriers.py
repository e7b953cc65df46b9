"""What rises between two meetings, and the objective that a meeting makes of it."""

import datetime
from typing import Any

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Barrier, BarrierEncounter
from meetings import actions
from meetings.models import Meeting, Objective
from members.models import AuditEntry, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    ImplementationFactory,
    MeetingFactory,
    ObjectiveFactory,
    OrganizationFactory,
)
from tests.html import StrictClient

N = "\u00a0"


@pytest.fixture(autouse=True)
def in_september() -> Any:
    with time_machine.travel("2021-09-15 12:00", tick=False):
        yield


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def june(db: None) -> Meeting:
    return MeetingFactory(held_on=datetime.date(2021, 6, 11), closed=True)


@pytest.fixture
def coming(june: Meeting) -> Meeting:
    return MeetingFactory(slug="rencontre-9", held_on=datetime.date(2021, 10, 6))


@pytest.fixture
def barrier(db: None) -> Barrier:
    return BarrierFactory(code="EN-01", title="Contrats trop gros")


def address(meeting: Meeting) -> str:
    return f"/rencontres/{meeting.slug}/enjeux/"


def marked(barrier: Barrier, day: str, number: int = 1, **values: Any) -> list[BarrierEncounter]:
    """As many marks of other organizations, noted on that day, at noon."""
    rows = BarrierEncounterFactory.create_batch(
        number, **({"alone": True, "barrier": barrier} | values)
    )
    BarrierEncounter.objects.filter(pk__in=[row.pk for row in rows]).update(
        created_at=f"{day}T16:00Z"
    )
    return rows


def told(response: Any) -> dict[str, str]:
    rising = response.context["rising"]
    return {line.barrier.title: line.words for line in (*rising.risen, *rising.still)}


# What rises


def test_the_barriers_that_rise_most_come_first(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-07-02", 4)
    marked(barrier, "2021-05-02")
    other, quiet = BarrierFactory(title="Cautions"), BarrierFactory(title="Sans bruit")
    marked(other, "2021-07-02", 5)
    marked(quiet, "2021-05-02", 9)
    BarrierFactory(title="Jamais noté")
    response = staff.get(address(coming))
    since = f"depuis la rencontre du 11{N}juin 2021"
    assert list(told(response).items()) == [
        ("Cautions", f"5{N}organisations {since}, aucune avant"),
        ("Contrats trop gros", f"4{N}organisations {since}, 1{N}avant"),
        ("Sans bruit", f"Aucune organisation {since}, 9{N}avant"),
    ]
    assert [line.barrier for line in response.context["rising"].still] == [quiet]


@pytest.mark.parametrize(
    ("day", "new", "known"),
    [("2021-06-10", 0, 1), ("2021-06-11", 0, 1), ("2021-06-12", 1, 0), ("2021-09-15", 1, 0)],
)
def test_what_was_noted_to_the_day_of_the_last_meeting_was_known_then(
    staff: StrictClient, coming: Meeting, barrier: Barrier, day: str, new: int, known: int
) -> None:
    marked(barrier, day)
    rising: Any = staff.get(address(coming)).context["rising"]
    (line,) = rising.risen + rising.still
    assert (line.new, line.known) == (new, known)


def test_an_organization_counts_once_on_each_side(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    (first,) = marked(barrier, "2021-05-02")
    record = ImplementationFactory(organization=first.organization)
    marked(barrier, "2021-07-02", implementation=record, alone=False)
    other = ImplementationFactory(organization=first.organization)
    marked(barrier, "2021-07-03", implementation=other, alone=False)
    (line,) = staff.get(address(coming)).context["rising"].risen
    assert (line.new, line.known) == (1, 1)


def test_what_an_organization_keeps_to_itself_is_not_counted(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-07-02", sharing=SharingLevel.PRIVATE, what_worked="Secret.")
    hidden = ImplementationFactory(sharing=SharingLevel.PRIVATE)
    wide: dict[str, Any] = {"sharing": SharingLevel.CHANTIER, "what_worked": "Secret aussi."}
    marked(barrier, "2021-07-02", implementation=hidden, alone=False, **wide)
    gone = OrganizationFactory(is_active=False)
    marked(barrier, "2021-07-02", organization=gone, what_worked="Partie.")
    response = staff.get(address(coming))
    assert told(response) == {}
    assertContains(response, "Aucun enjeu noté")
    assertNotContains(response, "Secret")


def test_the_shared_words_are_listed_under_the_name_of_their_organization(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    discreet = OrganizationFactory(name="Reste discrète", may_be_named=False)
    marked(barrier, "2021-07-02", organization=discreet, what_worked="Trois lots.")
    marked(barrier, "2021-05-02", what_worked="Déjà dit en mai.")
    marked(barrier, "2021-07-02", what_worked="")
    response = staff.get(address(coming))
    assertContains(response, "Trois lots.")
    # The coordination reads who wrote to it.
    assertContains(response, "Reste discrète")
    assertNotContains(response, "Déjà dit en mai.")
    (line,) = response.context["rising"].risen
    assert len(line.stories) == 1


def test_the_meeting_before_is_the_last_one_that_was_convened(
    staff: StrictClient, coming: Meeting, june: Meeting, barrier: Barrier
) -> None:
    MeetingFactory(held_on=datetime.date(2021, 8, 1), draft=True)
    MeetingFactory(held_on=datetime.date(2021, 8, 2), webinar=True)
    assert staff.get(address(coming)).context["rising"].previous == june
    workshop = MeetingFactory(held_on=datetime.date(2021, 8, 3), kind="workshop")
    marked(barrier, "2021-08-05")
    response = staff.get(address(coming))
    assert response.context["rising"].previous == workshop
    assert f"depuis l’atelier du 3{N}août 2021" in told(response)["Contrats trop gros"]


def test_before_the_first_meeting_all_is_new(
    staff: StrictClient, june: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-05-02", 2)
    # After the meeting: for the next one.
    marked(barrier, "2021-07-02")
    assert told(staff.get(address(june))) == {"Contrats trop gros": f"2{N}organisations"}


# An objective


def sent(barrier: Barrier, text: str = "Chercher des réponses ensemble") -> dict[str, str]:
    return {"barrier": barrier.code, "text": text}


def test_a_barrier_becomes_an_objective_of_the_coming_meeting(
    staff: StrictClient, facilitator: User, coming: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-07-02", 3)
    ObjectiveFactory(meeting=coming, order=7)
    page = staff.get(address(coming))
    assertContains(page, "En faire un objectif de la prochaine rencontre")
    form_at = f"{address(coming)}?enjeu=EN-01"
    page = staff.get(form_at)
    assertContains(page, f"des réponses à l’enjeu «{N}Contrats trop gros{N}»</textarea>")
    response = staff.post(form_at, sent(barrier, "Comparer nos  lots : qui, comment"))
    assertRedirects(response, f"/rencontres/{coming.slug}/#h-objectifs")
    row = coming.objectives.get(barrier=barrier)
    assert (row.text, row.order) == (f"Comparer nos lots{N}: qui, comment", 8)
    assert row.outcome == Objective.Outcome.PENDING
    entry = AuditEntry.objects.get(action=actions.TAKE_UP)
    assert (entry.actor, entry.after["barrier"]) == (facilitator, "EN-01")
    page = staff.get(f"/rencontres/{coming.slug}/")
    assertContains(page, f'<a href="{barrier.get_absolute_url()}">Contrats trop gros</a>')


def test_a_second_click_makes_one_objective(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    for _ in range(2):
        assert staff.post(address(coming), sent(barrier)).status_code == 302
    assert coming.objectives.count() == 1
    assert AuditEntry.objects.count() == 1


def test_what_is_taken_up_is_said_with_a_link_and_the_text_is_kept(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-07-02")
    ObjectiveFactory(meeting=coming, barrier=barrier, text="L’objectif d’une collègue")
    page = staff.get(address(coming))
    assertContains(page, "Déjà un objectif de la rencontre")
    assertNotContains(page, "En faire un objectif")
    response = staff.post(address(coming), sent(barrier, "Mon objectif"))
    for text in ("L’objectif d’une collègue", "Mon objectif", "un objectif de la rencontre</a>"):
        assertContains(response, text, status_code=409)
    assert coming.objectives.count() == 1


def test_the_objectives_of_other_meetings_are_told(
    staff: StrictClient, coming: Meeting, june: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-07-02")
    ObjectiveFactory(meeting=june, barrier=barrier)
    page = staff.get(address(coming))
    assertContains(page, "Aussi un objectif")
    assertContains(page, f'href="{june.get_absolute_url()}"')
    assertContains(page, "En faire un objectif de la prochaine rencontre")


@pytest.mark.parametrize(("hour", "is_offered"), [("12:00", True), ("23:00", False)])
def test_what_is_over_sets_out_to_do_nothing_more(
    log_in_as: LogIn,
    facilitator: User,
    coming: Meeting,
    barrier: Barrier,
    hour: str,
    is_offered: bool,
) -> None:
    marked(barrier, "2021-07-02")
    Meeting.objects.filter(pk=coming.pk).update(
        state="held", starts_at=datetime.time(13, 30), ends_at=datetime.time(16)
    )
    with time_machine.travel(f"2021-10-06T{hour}:00-04:00", tick=False):
        page = log_in_as(facilitator).get(address(coming)).content.decode()
    assert ("En faire un objectif" in page) is is_offered


def test_a_closed_meeting_is_read_only(
    staff: StrictClient, june: Meeting, barrier: Barrier
) -> None:
    marked(barrier, "2021-05-02")
    page = staff.get(f"{address(june)}?enjeu=EN-01")
    assertContains(page, "Cette rencontre est close")
    assertNotContains(page, "En faire un objectif")
    assertNotContains(page, "Créer l’objectif")
    response = staff.post(address(june), sent(barrier, "Trop tard"))
    assertContains(response, "Trop tard", status_code=409)
    assert not june.objectives.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"text": " "}, "text", "Écrivez l’objectif."),
        ({"text": "x" * 301}, "text", "300 caractères au plus"),
        ({"barrier": ""}, "barrier", "Choisissez un enjeu de la liste."),
        ({"barrier": "INCONNU"}, "barrier", "Choisissez un enjeu de la liste."),
        ({"barrier": "\x00"}, "barrier", ""),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_created(
    staff: StrictClient,
    coming: Meeting,
    barrier: Barrier,
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    response = staff.post(address(coming), sent(barrier) | values)
    assert response.status_code == 200
    assert message in str(response.context["form"].errors[field])
    assert not coming.objectives.exists()


def test_the_longest_title_makes_an_objective(
    staff: StrictClient, coming: Meeting, barrier: Barrier
) -> None:
    Barrier.objects.update(title="T" * 200)
    page = staff.get(f"{address(coming)}?enjeu=EN-01")
    text = page.context["form"]["text"].value()
    assert staff.post(address(coming), sent(barrier, text)).status_code == 302


@pytest.mark.parametrize("code", ["", "INCONNU", "\x00"])
def test_an_unknown_barrier_in_the_address_opens_no_form(
    staff: StrictClient, coming: Meeting, code: str
) -> None:
    assert staff.get(address(coming), {"enjeu": code}).context["form"] is None


def test_two_people_make_one_objective(
    coming: Meeting, barrier: Barrier, facilitator: User, coordinator: User
) -> None:
    first = actions.take_up_barrier(meeting=coming, barrier=barrier, text="A", by=facilitator)
    with pytest.raises(actions.AlreadyTakenUpError) as known:
        actions.take_up_barrier(meeting=coming, barrier=barrier, text="B", by=coordinator)
    assert known.value.objective == first


def test_members_do_not_find_the_page(log_in_as: LogIn, manager: User, coming: Meeting) -> None:
    client = log_in_as(manager)
    assert client.get(address(coming)).status_code == 403
    assertNotContains(client.get(f"/rencontres/{coming.slug}/"), "Enjeux qui montent")


def test_staff_find_the_page_from_the_meeting(staff: StrictClient, coming: Meeting) -> None:
    assertContains(staff.get(f"/rencontres/{coming.slug}/"), f'href="{address(coming)}"')


def test_an_expired_session_brings_the_objective_back(
    log_in_as: LogIn, facilitator: User, coming: Meeting, barrier: Barrier
) -> None:
    client, form_at = log_in_as(facilitator), f"{address(coming)}?enjeu=EN-01"
    client.cookies.pop("sessionid")
    client.post(form_at, sent(barrier, "Écrit trop tard") | {"author": str(facilitator.pk)})
    client.force_login(facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertContains(client.get(form_at), "Écrit trop tard")
    assert not coming.objectives.exists()


def test_the_page_costs_the_same_whatever_was_marked(
    staff: StrictClient, coming: Meeting, june: Meeting, django_assert_num_queries: Any
) -> None:
    for size in (1, 9):
        for row in BarrierFactory.create_batch(size):
            marked(row, "2021-07-02", size)
            ObjectiveFactory(meeting=june, barrier=row)
        # session, person, meeting with its cycle, its state, the meeting before, numbers, barriers,
        # stories, objectives, our organization, stages
        with django_assert_num_queries(11):
            staff.get(address(coming))
