"""« Depuis la dernière rencontre »: what changed, as far as each reader may read it."""

import datetime
from typing import Any

import pytest
from django.db.models.signals import post_init
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Implementation, ImplementationEvent
from meetings.digest import Digest
from meetings.digest.measures import MOST_LINES
from meetings.digest.reading import Period
from meetings.models import Meeting
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    ClauseVersionFactory,
    ImplementationEventFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
    OrganizationFactory,
    ResultFactory,
    SynthesisVersionFactory,
    UserFactory,
)
from tests.factories.toolbox import ClauseUseFactory
from tests.meetings.digesting import day, met, promise, read

N = "\u00a0"


@pytest.fixture
def last(db: None) -> Meeting:
    return MeetingFactory(held=True, number=4, held_on=day(-20))


@pytest.fixture
def coming(last: Meeting) -> Meeting:
    return MeetingFactory(number=5, slug="rencontre-5", held_on=day(10), cycle=last.cycle)


def address(meeting: Meeting) -> str:
    return reverse("meetings:meeting_digest", kwargs={"slug": meeting.slug})


def done(sharing: str, **values: Any) -> Implementation:
    """Implemented a week ago."""
    given: dict[str, Any] = {"implemented_on": day(-7), "started_on": day(-60)}
    return ImplementationFactory(implemented=True, sharing=sharing, **given | values)


def begun(sharing: str, **values: Any) -> Implementation:
    return ImplementationFactory(
        in_progress=True, sharing=sharing, **{"started_on": day(-7)} | values
    )


def abandoned(sharing: str, **values: Any) -> Implementation:
    row = ImplementationFactory(abandoned=True, sharing=sharing, **values)
    ImplementationEventFactory(
        implementation=row,
        kind=ImplementationEvent.Kind.CHANGED,
        status_before="planifiee",
        status_after="abandonnee",
    )
    return row


def numbers(digest: Digest) -> tuple[int, int, int]:
    return digest.moves.implemented, digest.moves.begun, digest.moves.abandoned


# The days


def test_the_period_goes_from_the_last_meeting_held_to_today(coming: Meeting) -> None:
    MeetingFactory(draft=True, held_on=day(-3))
    MeetingFactory(state="cancelled", held_on=day(-3))
    MeetingFactory(webinar=True, held=True, held_on=day(-3))
    MeetingFactory(held_on=day(5))
    period = Period.of(coming, today=day(0))
    assert (period.since, period.until) == (day(-20), day(0))


def test_a_meeting_that_staff_forgot_to_mark_as_held_counts(coming: Meeting) -> None:
    MeetingFactory(held_on=day(-3))
    assert Period.of(coming, today=day(0)).since == day(-3)


def test_a_past_meeting_stops_at_its_day(last: Meeting) -> None:
    MeetingFactory(held=True, held_on=day(-50))
    assert Period.of(last, today=day(0)).until == day(-20)


def test_without_a_meeting_before_the_cycle_begins_the_period(last: Meeting) -> None:
    begins = last.cycle.starts_on - datetime.timedelta(days=1)
    period = Period.of(last, today=day(0))
    assert (period.previous, period.since) == (None, min(begins, last.held_on))


# What moved, and who reads it


def test_staff_read_what_is_shared_with_the_coordination(
    coming: Meeting, facilitator: User
) -> None:
    for sharing in ("private", "coordination", "chantier", "public"):
        done(sharing)
        begun(sharing)
        abandoned(sharing)
    assert numbers(read(coming, facilitator)) == (3, 3, 3)


def test_members_read_what_is_shared_with_them_and_all_of_their_own(
    coming: Meeting, reader: User, organization: Organization
) -> None:
    for sharing in ("private", "coordination", "chantier", "public"):
        done(sharing)
        begun(sharing)
        abandoned(sharing)
    done("private", organization=organization)
    assert numbers(read(coming, reader)) == (3, 2, 2)


def test_what_is_told_to_all_members_holds_nobodys_own(
    coming: Meeting, facilitator: User, organization: Organization
) -> None:
    done("coordination")
    done("public")
    digest = Digest.for_any_member(coming, facilitator, today=day(0))
    assert numbers(digest) == (1, 0, 0)


def test_what_an_organization_that_left_had_shared_is_not_told(
    coming: Meeting, facilitator: User
) -> None:
    done("public", organization__is_active=False)
    assert numbers(read(coming, facilitator)) == (0, 0, 0)


def test_what_happened_before_or_after_is_not_told(
    coming: Meeting, last: Meeting, facilitator: User
) -> None:
    done("public", implemented_on=day(-20))
    begun("public", started_on=day(-21))
    ImplementationFactory(abandoned=True, sharing="public")
    assert numbers(read(coming, facilitator)) == (0, 0, 0)
    MeetingFactory(held=True, held_on=day(-60))
    done("public", implemented_on=day(-7), started_on=day(-30))
    # As it stood on the day of that meeting: begun, and not yet implemented.
    assert numbers(read(last, facilitator)) == (1, 2, 0)


def test_what_bears_no_date_is_told_by_the_journal(coming: Meeting, facilitator: User) -> None:
    row = begun("public", started_on=None)
    assert numbers(read(coming, facilitator)) == (0, 0, 0)
    ImplementationEventFactory(
        implementation=row, status_before="planifiee", status_after="en-cours"
    )
    assert numbers(read(coming, facilitator)) == (0, 1, 0)


def test_an_organization_is_named_where_it_accepts_to_be(
    coming: Meeting, reader: User, facilitator: User, log_in_as: LogIn
) -> None:
    done("chantier", organization__name="Ville discrète")
    done("chantier", organization__name="Ville connue", organization__may_be_named=True)
    page = log_in_as(reader).get(address(coming))
    assertContains(page, "Ville connue")
    assertNotContains(page, "Ville discrète")
    assertContains(page, "Un membre du chantier")
    assertContains(page, "Membres que le portail ne nomme pas")
    assertContains(log_in_as(facilitator).get(address(coming)), "Ville discrète")


def test_members_are_sent_to_the_guide_and_staff_to_the_record(
    coming: Meeting, reader: User, facilitator: User, log_in_as: LogIn
) -> None:
    row = done("chantier")
    assert row.measure is not None
    for user, url in ((reader, row.measure.get_absolute_url()), (facilitator, str(row.pk))):
        [of_stage] = read(coming, user).moves.stages
        assert url in of_stage.moves[0].lines[0].url
    page = log_in_as(reader).get(address(coming))
    assertNotContains(page, row.get_absolute_url())


def test_no_more_records_are_read_than_are_shown_and_all_are_counted(
    coming: Meeting, facilitator: User
) -> None:
    measure, other = MeasureFactory(), MeasureFactory()
    for number in range(MOST_LINES + 2):
        name = f"Ville {number:02}"
        owner = OrganizationFactory(name=name, slug=f"ville-{number}")
        done("public", measure=measure, organization=owner)
        begun("public", measure=other, organization=owner)
    done("public", measure=MeasureFactory(stage__order=2), organization=owner)
    loaded: list[int] = []

    def note(instance: Implementation, **_: Any) -> None:
        loaded.append(instance.pk)

    post_init.connect(note, sender=Implementation)
    try:
        moves = read(coming, facilitator).moves
    finally:
        post_init.disconnect(note, sender=Implementation)
    assert len(loaded) == 2 * MOST_LINES + 1
    assert (moves.implemented, moves.begun, moves.implementing) == (15, 14, 14)
    shown = [(move.number, move.others) for stage in moves.stages for move in stage.moves]
    assert sorted(shown) == [(1, 0), (14, 2), (14, 2)]
    first = moves.stages[0].moves[0].lines
    assert [line.who for line in first] == [f"Ville {number:02}" for number in range(MOST_LINES)]
    assert [(row.implemented, row.begun) for row in moves.organizations] == [(1, 1)] * 13 + [(2, 1)]


def test_stories_and_results_follow_the_sharing_of_the_record(
    coming: Meeting, reader: User, facilitator: User
) -> None:
    for sharing in ("private", "coordination", "chantier"):
        row = done(sharing, description=f"Récit {sharing}")
        ImplementationEventFactory(
            implementation=row, kind="changed", changes={"description": ["", "x"]}
        )
        ResultFactory(implementation=row, name=f"Résultat {sharing}")
    old = done("public", description="Ancien récit")
    ImplementationEventFactory(implementation=old, changes={"lead": ["", "x"]})
    told = read(coming, reader)
    assert [each.text for each in told.stories] == ["Récit chantier"]
    assert [each.text for each in told.results] == [f"Résultat chantier{N}: 12{N}contrats"]
    assert len(read(coming, facilitator).stories) == 2


# Barriers, clauses, syntheses


@pytest.mark.parametrize(("number", "is_told"), [(3, False), (4, True)])
def test_members_read_a_barrier_that_three_others_met_and_no_number(
    coming: Meeting, reader: User, facilitator: User, number: int, is_told: bool
) -> None:
    met(number)
    told = read(coming, reader).barriers
    assert bool(told) == is_told
    assert all(each.number is None for each in told)
    assert [each.number for each in read(coming, facilitator).barriers] == [number]


@pytest.mark.parametrize(("number", "is_told"), [(3, False), (4, True)])
def test_a_barrier_told_to_all_members_was_met_by_three_others_too(
    coming: Meeting, facilitator: User, number: int, is_told: bool
) -> None:
    met(number)
    digest = Digest.for_any_member(coming, facilitator, today=day(0))
    assert bool(digest.barriers) == is_told


def test_what_worked_is_told_as_far_as_it_is_shared(
    coming: Meeting, reader: User, facilitator: User
) -> None:
    met(1, sharing="chantier", what_worked="Une visite.")
    met(1, sharing="coordination", what_worked="Un appel.")
    assert [each.text for each in read(coming, reader).what_worked] == ["Une visite."]
    assert len(read(coming, facilitator).what_worked) == 2


def test_clauses_are_those_that_somebody_wrote_and_uses_those_one_may_read(
    coming: Meeting, reader: User, facilitator: User
) -> None:
    ClauseVersionFactory()
    version = ClauseVersionFactory(author=UserFactory())
    ClauseUseFactory(sharing="private")
    ClauseUseFactory(sharing="coordination")
    use = ClauseUseFactory(sharing="chantier")
    told = read(coming, reader)
    assert list(told.clauses) == [version]
    assert [each.use for each in told.uses] == [use]
    assert len(read(coming, facilitator).uses) == 2


def test_syntheses_are_those_published_meanwhile(coming: Meeting, reader: User) -> None:
    version = SynthesisVersionFactory()
    SynthesisVersionFactory(published_by=None)
    assert list(read(coming, reader).syntheses) == [version]


# In a few sentences


def test_the_sentences_say_the_essential(coming: Meeting, last: Meeting, facilitator: User) -> None:
    done("coordination")
    done("coordination")
    begun("coordination")
    promise(last, accepted=True)
    met(3)
    sentences = read(coming, facilitator).sentences
    assert f"2{N}mesures implantées dans 2{N}organisations." in sentences[0]
    assert sentences[1] == f"S’y ajoute 1{N}mesure commencée."
    assert sentences[2] == f"1{N}promesse à la dernière rencontre{N}: 1{N}acceptée."
    assert sentences[3] == f"L’enjeu qui revient le plus{N}: «{N}Offre peu connue{N}»."


def test_nothing_is_said_too(coming: Meeting, reader: User, log_in_as: LogIn) -> None:
    [sentence] = read(coming, reader).sentences
    assert "rien de partagé n’a changé" in sentence
    assertContains(log_in_as(reader).get(address(coming)), "Aucune mesure partagée")


def test_the_text_of_the_invitation_is_for_staff_and_holds_nothing_of_staff(
    coming: Meeting, reader: User, facilitator: User, log_in_as: LogIn
) -> None:
    done("coordination")
    page = log_in_as(facilitator).get(address(coming))
    [sentence] = page.context["invitation"]
    assert "rien de partagé" in sentence
    assertContains(page, "Pour l’invitation")
    assertNotContains(log_in_as(reader).get(address(coming)), "Pour l’invitation")


def test_a_draft_is_for_staff(
    last: Meeting, reader: User, facilitator: User, log_in_as: LogIn
) -> None:
    draft = MeetingFactory(draft=True, held_on=day(10))
    assert log_in_as(reader).get(address(draft)).status_code == 404
    assert log_in_as(facilitator).get(address(draft)).status_code == 200


def test_the_page_costs_the_same_whatever_changed(
    coming: Meeting,
    last: Meeting,
    reader: User,
    log_in_as: LogIn,
    django_assert_num_queries: Any,
) -> None:
    client = log_in_as(reader)
    measure = MeasureFactory()
    client.get(address(coming))
    for _ in range(6):
        done("chantier", measure=measure, organization=OrganizationFactory())
        begun("chantier")
        promise(last)
    met(5, sharing="chantier")
    with django_assert_num_queries(20):
        client.get(address(coming))
