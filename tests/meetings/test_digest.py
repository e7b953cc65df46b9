"""« Depuis la dernière rencontre »: what changed, as far as each reader may read it."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Implementation, ImplementationEvent
from meetings.digest import Digest
from meetings.digest.reading import Period
from meetings.models import Meeting
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    ClauseVersionFactory,
    CommitmentFactory,
    ImplementationEventFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
    MembershipFactory,
    OrganizationFactory,
    ResultFactory,
    RoundTableEntryFactory,
    SynthesisVersionFactory,
    UserFactory,
)
from tests.factories.toolbox import ClauseUseFactory

N = "\u00a0"


def day(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=number)


@pytest.fixture
def last(db: None) -> Meeting:
    return MeetingFactory(held=True, number=4, held_on=day(-20))


@pytest.fixture
def coming(last: Meeting) -> Meeting:
    return MeetingFactory(number=5, slug="rencontre-5", held_on=day(10), cycle=last.cycle)


def address(meeting: Meeting) -> str:
    return reverse("meetings:meeting_digest", kwargs={"slug": meeting.slug})


def read(meeting: Meeting, user: User) -> Digest:
    return Digest.build(meeting, user, today=timezone.localdate())


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


# Promises


def promise(meeting: Meeting, organization: Organization | None = None, **values: Any) -> Any:
    organization = organization or OrganizationFactory()
    entry = RoundTableEntryFactory(meeting=meeting, organization=organization)
    return CommitmentFactory(entry=entry, **values)


def kept(meeting: Meeting) -> Any:
    """A promise that is implemented since."""
    row = promise(meeting, accepted=True)
    Implementation.objects.filter(pk=row.implementation.pk).update(
        status="implantee", implemented_on=day(-2), sharing="coordination"
    )
    return row


def test_staff_read_what_promises_became(coming: Meeting, last: Meeting, facilitator: User) -> None:
    promise(last)
    kept(last)
    promises = read(coming, facilitator).promises
    assert promises is not None
    assert promises.totals is not None
    assert (promises.totals["promised"], promises.totals["implemented"]) == (2, 1)


@pytest.mark.parametrize(
    ("others", "implemented", "told"),
    [
        (2, 0, None),
        (3, 0, (3, 0)),
        # One of three: nothing is told of one, nor of the two that are left.
        (2, 1, (3, None)),
        (1, 3, (4, None)),
        (3, 3, (6, 3)),
    ],
)
def test_members_read_no_more_than_three_others_allow(
    coming: Meeting,
    last: Meeting,
    reader: User,
    others: int,
    implemented: int,
    told: tuple[int, int | None] | None,
) -> None:
    for _ in range(others):
        promise(last)
    for _ in range(implemented):
        kept(last)
    promises = read(coming, reader).promises
    assert promises is not None
    assert promises.told == told
    assert promises.totals is None


def test_ones_own_promises_do_not_count_among_the_others(
    coming: Meeting, last: Meeting, reader: User, organization: Organization
) -> None:
    for owner in (organization, None, None):
        promise(last, owner)
    promises = read(coming, reader).promises
    assert promises is not None
    assert promises.told is None
    assert [row.organization for row in promises.own] == [organization]


def test_members_are_told_of_no_promise_before_it_is_sent(
    coming: Meeting, last: Meeting, reader: User, facilitator: User
) -> None:
    for _ in range(4):
        promise(last, noted=True)
    promises = read(coming, reader).promises
    assert promises is not None
    assert promises.told is None
    assert told_to_all(coming, facilitator) is None
    assert not any("promesse" in sentence for sentence in read(coming, reader).sentences)
    for _ in range(4):
        promise(last)
    assert told_to_all(coming, facilitator) == (4, 0)
    staff = read(coming, facilitator).promises
    assert staff is not None
    assert staff.totals is not None
    assert (staff.totals["promised"], staff.totals["to_send"]) == (8, 4)


def told_to_all(meeting: Meeting, staff: User) -> tuple[int, int | None] | None:
    promises = Digest.for_any_member(meeting, staff, today=day(0)).promises
    assert promises is not None
    return promises.told


@pytest.mark.parametrize(
    ("others", "implemented", "told"),
    [
        # Who reads may belong to one of them, and take it away.
        (3, 0, None),
        (4, 0, (4, 0)),
        (1, 3, (4, None)),
        (4, 3, (7, None)),
        (4, 4, (8, 4)),
    ],
)
def test_what_is_told_to_all_members_leaves_three_others_to_each(
    coming: Meeting,
    last: Meeting,
    reader: User,
    facilitator: User,
    others: int,
    implemented: int,
    told: tuple[int, int | None] | None,
) -> None:
    for _ in range(others):
        promise(last)
    for _ in range(implemented):
        kept(last)
    assert told_to_all(coming, facilitator) == told


def test_whoever_belongs_to_two_organizations_may_take_both_away(
    coming: Meeting, last: Meeting, reader: User, facilitator: User
) -> None:
    for _ in range(4):
        promise(last)
    assert told_to_all(coming, facilitator) == (4, 0)
    gone = OrganizationFactory(is_active=False)
    MembershipFactory(user=reader, organization=gone)
    assert told_to_all(coming, facilitator) == (4, 0)
    MembershipFactory(user=reader)
    assert told_to_all(coming, facilitator) is None


# Barriers, clauses, syntheses


def met(number: int, **values: Any) -> None:
    barrier = BarrierFactory(title="Offre peu connue")
    for _ in range(number):
        BarrierEncounterFactory(alone=True, barrier=barrier, **values)


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
    with django_assert_num_queries(19):
        client.get(address(coming))
