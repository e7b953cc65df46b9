"""A report as JSON and as CSV: the same bytes for the same content, wherever it was kept."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from chantier.lib.pdf_archive import FIXED, Attachment
from chantier.lib.spreadsheets.writing import csv_chunks
from chantier.reports.exchange.tables import long_rows, tables_of


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """The content as it is, with the number of its schema.

    Keys are sorted: a database gives them back in an order of its own.
    """
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    # Half a character cannot be encoded: JSON says it by its number.
    return text.encode("utf-8", "backslashreplace")


def csv_bytes(content: Mapping[str, Any]) -> bytes:
    """One file of long lines: section, line, column, value.

    Sections have columns of their own: in one file, a wide table would be mostly empty. This one
    opens in a spreadsheet, is filtered by section, and pivots back.
    """
    return b"".join(csv_chunks(*long_rows(tables_of(content))))


def attachments(content: Mapping[str, Any]) -> tuple[Attachment, Attachment]:
    """The data of a report, to go inside its PDF; dated by the report, not by the clock."""
    submission = content["submission"]
    dated = datetime.datetime.fromisoformat(submission["submitted_at"]) if submission else FIXED
    return (
        Attachment(
            "rapport.json",
            "application/json",
            json_bytes(content),
            "Données du rapport, en JSON",
            dated=dated,
        ),
        Attachment(
            "rapport.csv",
            "text/csv",
            csv_bytes(content),
            "Données du rapport, en CSV\u00a0: section, ligne, colonne, valeur",
            dated=dated,
        ),
    )
