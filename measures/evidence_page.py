"""What the page of a piece of evidence shows: the records it proves, and its versions."""

import datetime
from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from measures.models import Evidence, EvidenceVersion, Implementation
from members.access import Access

# What a list of boxes can hold; the page of a record joins the rest.
MOST_OFFERED = 300


@dataclass(frozen=True)
class Records:
    """The records that a piece proves, and the others that it may be joined to."""

    joined: tuple[Implementation, ...]
    others: tuple[Implementation, ...]
    is_cut: bool


def records_of(evidence: Evidence, access: Access) -> Records:
    """Two queries; those who only read are offered nothing to join."""
    records = Implementation.objects.open_to(access).select_related("measure", "organization")
    records = records.defer("description", "result_story", "search_text")
    joined = records.filter(evidence=evidence)
    others = []
    if access.may_edit:
        others = list(records.exclude(pk__in=joined.values("pk"))[: MOST_OFFERED + 1])
    return Records(tuple(joined), tuple(others[:MOST_OFFERED]), len(others) > MOST_OFFERED)


@dataclass(frozen=True)
class Version:
    """One content that the piece holds or held: who brought it, when, and its digest."""

    number: int
    name: str
    size: int
    sha256: str
    by: str
    at: datetime.datetime
    url: str
    is_current: bool


def history_of(evidence: Evidence) -> list[Version]:
    """All contents, the present one first, in one query."""
    old = list(evidence.versions.select_related("replaced_by").order_by("number"))
    contents: list[Evidence | EvidenceVersion] = [*old, evidence]
    lines = [_line(evidence, contents[0], str(evidence.created_by), evidence.created_at)]
    # Each content but the first was brought by whoever replaced the one before.
    for before, content in pairwise(contents):
        assert isinstance(before, EvidenceVersion)  # noqa: S101 - only the last is the piece
        lines.append(_line(evidence, content, str(before.replaced_by), before.replaced_at))
    return lines[::-1]


def _line(
    evidence: Evidence, content: Evidence | EvidenceVersion, by: str, at: datetime.datetime
) -> Version:
    is_current = isinstance(content, Evidence)
    number = content.version if isinstance(content, Evidence) else content.number
    kwargs = {"org_slug": evidence.organization.slug, "pk": evidence.pk, "number": number}
    return Version(
        number=number,
        name=content.file_name or content.url,
        size=content.size,
        sha256=content.sha256,
        by=by,
        at=at,
        url=evidence.download_url
        if is_current
        else reverse("measures:evidence_version_download", kwargs=kwargs),
        is_current=is_current,
    )
