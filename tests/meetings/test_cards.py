"""Cards of the round table: two texts united field by field, stored once, and nothing lost."""

import datetime
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.acts.cards import (
    FIELDS,
    CardClashError,
    CardText,
    ClosedRoomError,
    merge,
    move_card,
    open_cards,
    put_present_first,
    save_card,
    text_of,
)
from meetings.models import RoundTableEntry, RoundTableRevision
from members.models import AuditEntry
from tests.factories import (
    AttendanceFactory,
    MeasureFactory,
    MeetingFactory,
    OrganizationFactory,
    RoundTableEntryFactory,
    UserFactory,
)

# Few words, so that people often write the same.
WORDS = st.sampled_from(["", "un", "deux", "trois"])
DAYS = st.sampled_from([None, datetime.date(2026, 3, 1), datetime.date(2026, 4, 1)])
TEXTS = st.builds(CardText, WORDS, WORDS, WORDS, WORDS, DAYS)
EDITORS, SAVES = 20, 20


# --- The merge ------------------------------------------------------------------------


@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_holds_what_each_wrote_or_names_the_field(base, mine, theirs):
    united, differing = merge(base, mine, theirs)
    for name in FIELDS:
        before, here, there, got = (getattr(text, name) for text in (base, mine, theirs, united))
        assert got in (here, there)
        if name in differing:
            # Three different texts: what is stored stays.
            assert len({before, here, there}) == 3
            assert got == there
        elif here != before:
            assert got == here
        else:
            assert got == there


@given(TEXTS, TEXTS)
def test_who_changed_nothing_meets_nothing(base, other):
    assert merge(base, base, other) == (other, ())
    assert merge(base, other, base) == (other, ())
    assert merge(base, other, other) == (other, ())


@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_does_not_depend_on_who_came_first(base, mine, theirs):
    one, clashes = merge(base, mine, theirs)
    other, same_clashes = merge(base, theirs, mine)
    assert clashes == same_clashes
    free = [name for name in FIELDS if name not in clashes]
    assert [getattr(one, name) for name in free] == [getattr(other, name) for name in free]


# --- Saving -----------------------------------------------------------------------------


@pytest.fixture
def entry(db):
    return RoundTableEntryFactory(done="", next_action="", need="")


@pytest.fixture
def writers(db):
    return UserFactory(facilitator=True), UserFactory(facilitator=True)


def save(entry, by, version=1, key=None, **text):
    return save_card(
        entry=entry, text=CardText(**text), version=version, key=key or uuid.uuid4(), by=by
    )


def stored(entry):
    return text_of(RoundTableEntry.objects.select_related("measure").get(pk=entry.pk))


def test_a_save_writes_the_card_and_its_revision(entry, writers):
    MeasureFactory(code="M1-01")
    day = datetime.date(2026, 3, 1)
    text = CardText("Fait.", "Ensuite.", "Besoin.", "M1-01", day)
    saved = save_card(entry=entry, text=text, version=1, key=uuid.uuid4(), by=writers[0])
    assert (saved.version, saved.updated_by) == (2, writers[0])
    assert stored(entry) == text
    first, second = entry.revisions.order_by("number")
    # What the card said before is kept too: the next merges start from there.
    assert (first.number, first.done, second.number) == (1, "", 2)
    assert {name: getattr(second, name) for name in FIELDS} == vars(text)


def test_different_fields_of_two_people_are_united(entry, writers):
    save(entry, writers[0], done="Fait.")
    saved = save(entry, writers[1], need="Besoin.")
    assert stored(entry) == CardText(done="Fait.", need="Besoin.")
    assert saved.version == 3


def test_the_same_field_of_two_people_meets_and_stores_nothing(entry, writers):
    save(entry, writers[0], done="Le premier.")
    with pytest.raises(CardClashError) as caught:
        save(entry, writers[1], done="Le second.", need="Besoin.")
    assert caught.value.fields == ("done",)
    assert caught.value.united == CardText(done="Le premier.", need="Besoin.")
    assert stored(entry) == CardText(done="Le premier.")
    assert entry.revisions.count() == 2


def test_the_same_text_of_two_people_meets_nothing(entry, writers):
    save(entry, writers[0], done="Pareil.")
    assert save(entry, writers[1], done="Pareil.").version == 2


def test_a_text_sent_twice_is_stored_once(entry, writers):
    key = uuid.uuid4()
    for _ in range(2):
        saved = save(entry, writers[0], key=key, done="Fait.")
        assert saved.version == 2
    assert entry.revisions.count() == 2


def test_what_is_sent_again_after_somebody_elses_save_undoes_nothing(entry, writers):
    key = uuid.uuid4()
    save(entry, writers[0], key=key, done="Fait.")
    save(entry, writers[1], version=2, done="Mieux dit.")
    save(entry, writers[0], key=key, done="Fait.")
    assert stored(entry).done == "Mieux dit."


def test_another_text_with_a_known_key_is_not_lost(entry, writers):
    """The page comes back by « Précédent », with the key of its first sending."""
    key = uuid.uuid4()
    save(entry, writers[0], key=key, done="Fait.")
    save(entry, writers[0], version=2, key=key, done="Fait.", need="Besoin.")
    assert stored(entry) == CardText(done="Fait.", need="Besoin.")


def test_a_version_that_never_was_meets_all_that_differs(entry, writers):
    save(entry, writers[0], done="Fait.", need="Besoin.")
    with pytest.raises(CardClashError) as caught:
        save(entry, writers[1], version=40, done="Autre.", need="Besoin.")
    assert caught.value.fields == ("done",)


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_closed_meeting_keeps_its_cards(entry, writers, state):
    entry.meeting.state = state
    entry.meeting.save()
    with pytest.raises(ClosedRoomError):
        save(entry, writers[0], done="Trop tard.")
    assert stored(entry) == CardText()
    assert not entry.revisions.exists()


def test_twenty_people_save_twenty_times_and_no_text_is_lost(entry):
    """Each starts from what they saw last, now and then an old version; all that was answered
    « saved » is in a revision, and each refusal is a text that its author still has."""
    people = UserFactory.create_batch(EDITORS, facilitator=True)
    seen = dict.fromkeys(range(EDITORS), (1, CardText()))
    fields = ("done", "next_action", "need")
    accepted, refused = [], []
    for turn in range(SAVES):
        for index, person in enumerate(people):
            version, base = seen[index]
            name = fields[(index + turn) % 3]
            text = f"{index}-{turn}"
            sent = CardText(**vars(base) | {name: text})
            try:
                row = save_card(
                    entry=entry, text=sent, version=version, key=uuid.uuid4(), by=person
                )
                accepted.append((name, text))
            except CardClashError as clash:
                row = clash.entry
                refused.append(clash.fields == (name,))
            # One in three looks at the card again; the others write over what they had.
            if (index + turn) % 3 == 0 or len(refused) % 2:
                seen[index] = (row.version, text_of(row))
    assert len(accepted) + len(refused) == EDITORS * SAVES
    assert accepted
    assert refused
    assert all(refused)
    revisions = list(RoundTableRevision.objects.filter(entry=entry).order_by("number"))
    assert [row.number for row in revisions] == list(range(1, len(revisions) + 1))
    for name, text in accepted:
        assert any(getattr(row, name) == text for row in revisions), (name, text)
    last = revisions[-1]
    assert stored(entry) == CardText(last.done, last.next_action, last.need)


# --- The turn ------------------------------------------------------------------------------


def turn_of(meeting):
    return [row.organization.name for row in meeting.entries.order_by("order")]


@pytest.fixture
def table(db):
    """Four organizations, the last two noted as present."""
    meeting = MeetingFactory()
    rows = [OrganizationFactory(name=name) for name in ("Énergie", "Aréna", "Ville", "Cégep")]
    for row in rows[2:]:
        AttendanceFactory(meeting=meeting, organization=row)
    OrganizationFactory(name="Ancienne", is_active=False)
    return meeting


def test_cards_are_opened_once_those_present_first(table, facilitator):
    assert open_cards(meeting=table, by=facilitator) == 4
    assert open_cards(meeting=table, by=facilitator) == 0
    assert turn_of(table) == ["Cégep", "Ville", "Aréna", "Énergie"]
    assert AuditEntry.objects.filter(action="cards_open").count() == 1


def test_an_organization_that_joins_later_speaks_last(table, facilitator):
    open_cards(meeting=table, by=facilitator)
    OrganizationFactory(name="Abbaye")
    assert open_cards(meeting=table, by=facilitator) == 1
    assert turn_of(table)[-1] == "Abbaye"


def test_the_turn_is_changed_by_steps_and_put_back(table, facilitator):
    open_cards(meeting=table, by=facilitator)
    arena = table.entries.get(organization__name="Aréna")
    assert move_card(entry=arena, step=-1, by=facilitator)
    assert turn_of(table) == ["Cégep", "Aréna", "Ville", "Énergie"]
    first = table.entries.get(organization__name="Cégep")
    assert not move_card(entry=first, step=-1, by=facilitator)
    put_present_first(meeting=table, by=facilitator)
    assert turn_of(table) == ["Cégep", "Ville", "Aréna", "Énergie"]
