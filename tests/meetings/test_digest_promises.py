"""« Depuis la dernière rencontre »: the promises, and the smallest groups that are told."""

import pytest

from meetings.digest import Digest
from meetings.models import Meeting
from members.models import Organization, User
from tests.factories import MeetingFactory, MembershipFactory, OrganizationFactory
from tests.meetings.digesting import day, kept, promise, read


@pytest.fixture
def last(db: None) -> Meeting:
    return MeetingFactory(held=True, number=4, held_on=day(-20))


@pytest.fixture
def coming(last: Meeting) -> Meeting:
    return MeetingFactory(number=5, slug="rencontre-5", held_on=day(10), cycle=last.cycle)


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
