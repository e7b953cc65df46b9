"""The command that makes a portal to look at, without printing its documents again each time."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from chantier.lib.rendering import render_pdf

_printed: dict[str, bytes] = {}


def printed_once(template: str, context: dict[str, Any]) -> bytes:
    """A document of the demonstration, really printed, by the first test that asks for it."""
    if context["title"] not in _printed:
        _printed[context["title"]] = render_pdf(template, context)
    return _printed[context["title"]]


def print_quickly(patch: pytest.MonkeyPatch) -> None:
    """The PDF of reports has its own tests, and fourteen of them take a while."""
    patch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **options: b"%PDF-1.7"
    )
    patch.setattr("chantier.demo.documents.render_pdf", printed_once)


def bootstrap() -> str:
    output = StringIO()
    call_command("bootstrap", stdout=output)
    return output.getvalue()
