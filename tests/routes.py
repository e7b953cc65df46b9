"""Every address of the portal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Django writes these from the models: one line in the matrix stands for all.
ADMIN = "admin:index"


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def is_ours(self) -> bool:
        package = self.view.__module__.partition(".")[0]
        return package in ("benefits", "chantier", "measures", "meetings", "members")


def routes() -> Iterator[Route]:
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[Any], namespace: str, prefix: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            if inner == "admin:":
                pages: list[Any] = entry.url_patterns
                index = next(page for page in pages if getattr(page, "name", "") == "index")
                yield Route(ADMIN, pattern, index.callback)
            else:
                yield from _walk(entry.url_patterns, inner, pattern)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{pattern} has no name"
            yield Route(namespace + entry.name, pattern, entry.callback)


# Addresses that take the meeting and nothing else.
OF_A_MEETING = (
    "meeting_detail",
    "meeting_prepare",
    "meeting_state",
    "meeting_calendar",
    "meeting_convene",
    "meeting_cancel",
    "meeting_remind",
    "meeting_answer",
    "meeting_barriers",
    "meeting_run",
    "meeting_screen",
    "run_state",
    "attendance_save",
    "commitment_create",
    "commitment_send",
    "document_add",
    "meeting_digest",
    "synthesis_detail",
    "synthesis_edit",
    "synthesis_publish",
    "synthesis_compile",
    "review_open",
    "synthesis_review",
    "amendment_create",
)
