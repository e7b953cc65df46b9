"""The other forms of a report, by the extension of their files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chantier.lib.spreadsheets.writing import CONTENT_TYPES
from chantier.reports.exchange.narrative import document_bytes
from chantier.reports.exchange.plain import csv_bytes, json_bytes
from chantier.reports.exchange.workbook import workbook_bytes


@dataclass(frozen=True)
class Form:
    content_type: str
    write: Callable[[Mapping[str, Any]], bytes]


FORMS = {
    "xlsx": Form(CONTENT_TYPES["xlsx"], workbook_bytes),
    "csv": Form(CONTENT_TYPES["csv"], csv_bytes),
    "json": Form("application/json", json_bytes),
    "docx": Form(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", document_bytes
    ),
}
