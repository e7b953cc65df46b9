"""A save that meets somebody else's: united when the two texts do not contradict each other."""

from dataclasses import dataclass

from django.db import transaction

from meetings.actions import StaleSynthesisError, save_synthesis, saves_of
from meetings.drafts import Draft, Merge, merge, stored_draft
from meetings.models import Meeting, Synthesis
from members.models import User


class SynthesisClashError(Exception):
    """Both wrote at the same place: `merged` shows it, and nothing is stored."""

    def __init__(self, merged: Merge, synthesis: Synthesis) -> None:
        super().__init__(f"{len(merged.clashes)} clashes")
        self.merged = merged
        self.synthesis = synthesis


@dataclass(frozen=True)
class Typed:
    """What a form held: on which version, under which key, with the words of its choices."""

    draft: Draft
    version: int
    key: str
    outcome_words: dict[int, dict[str, str]]


def save_united(*, meeting: Meeting, typed: Typed, by: User) -> User | None:
    """Store what was typed, with what others stored meanwhile; return the last of these others.

    None when nobody else had written. SynthesisClashError when a person must choose.
    """
    try:
        save_synthesis(
            meeting=meeting, draft=typed.draft, version=typed.version, key=typed.key, by=by
        )
    except StaleSynthesisError:
        return _unite(meeting, typed, by)
    return None


@transaction.atomic
def _unite(meeting: Meeting, typed: Typed, by: User) -> User | None:
    # Nobody else saves between the reading and the writing; `of`, for an outer join has no lock.
    synthesis = (
        Synthesis.objects.select_for_update(of=("self",))
        .select_related("updated_by")
        .get(meeting=meeting)
    )
    # Anew: what was prefetched is from before the other save.
    meeting = Meeting.objects.get(pk=meeting.pk)
    merged = merge(typed.draft, stored_draft(meeting, synthesis), typed.outcome_words)
    # A form that was saved once, and typed in again, would add its new points a second time.
    if merged.clashes or saves_of(meeting, typed.key):
        raise SynthesisClashError(merged, synthesis)
    save_synthesis(
        meeting=meeting,
        draft=merged.draft,
        version=synthesis.version,
        key=typed.key,
        typed=typed.draft,
        by=by,
    )
    return synthesis.updated_by
