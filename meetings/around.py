"""What stands around a meeting on its page: documents, what a webinar shows, where topics go."""

from dataclasses import dataclass

from django.http import HttpRequest

from meetings.documents import DocumentGroup, document_groups
from meetings.models import Meeting, MeetingDocument
from meetings.webinars import Showcase
from members.access import own_access
from members.models import Organization


@dataclass(frozen=True)
class Around:
    """For one reader."""

    documents: list[DocumentGroup]
    # Of a webinar or a workshop.
    showcase: Showcase | None
    # Shown first on the page of a webinar that is over.
    recordings: tuple[MeetingDocument, ...]
    # The organization that may propose topics from here; None for others, and afterwards.
    proposes: Organization | None
    has_digest: bool

    @classmethod
    def build(cls, meeting: Meeting, request: HttpRequest, *, is_past: bool) -> "Around":
        """Call with `guests` prefetched."""
        is_shown = meeting.kind != Meeting.Kind.MEETING
        groups = document_groups(meeting, is_past=is_past)
        recording = MeetingDocument.Role.RECORDING
        first = [group for group in groups if is_shown and is_past and group.role == recording]
        return cls(
            documents=[group for group in groups if group not in first],
            showcase=Showcase.build(meeting) if is_shown else None,
            recordings=first[0].documents if first else (),
            proposes=None if is_past else _proposer(meeting, request),
            has_digest=meeting.kind != Meeting.Kind.WEBINAR
            and meeting.state != Meeting.State.CANCELLED,
        )


def _proposer(meeting: Meeting, request: HttpRequest) -> Organization | None:
    access = own_access(request)
    if access is None or not access.may_edit or meeting.state == Meeting.State.CANCELLED:
        return None
    return access.organization
