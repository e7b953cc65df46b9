"""What goes with a meeting, in the order in which one needs it."""

from dataclasses import dataclass

from meetings.models import Meeting, MeetingDocument

_Role = MeetingDocument.Role
_TITLES = {
    _Role.BEFORE: "À lire avant",
    _Role.MATERIAL: "Présenté sur place",
    _Role.RECORDING: "Enregistrement",
}


@dataclass(frozen=True)
class DocumentGroup:
    """The documents of one use, under its title."""

    role: str
    title: str
    documents: tuple[MeetingDocument, ...]


def document_groups(meeting: Meeting, *, is_past: bool = False) -> list[DocumentGroup]:
    """One query. Before, what is to be read comes first; afterwards, what was recorded."""
    rows = list(meeting.documents.select_related("created_by").order_by("created_at", "pk"))
    roles = [_Role.RECORDING, _Role.MATERIAL, _Role.BEFORE] if is_past else list(_Role)
    groups = [
        DocumentGroup(role.value, _TITLES[role], tuple(row for row in rows if row.role == role))
        for role in roles
    ]
    return [group for group in groups if group.documents]
