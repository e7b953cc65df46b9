"""Open data in its files: CSV, JSON, the schema of a table, and what search engines read of it."""

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from chantier.lib import structured
from chantier.lib.addresses import address
from chantier.lib.spreadsheets.formats import printable
from chantier.public.datasets import Cell, Dataset, Edition
from chantier.public.rows import BETWEEN
from members.models import Term

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
_ROWS_AT_ONCE = 200
# Where a spreadsheet would run what follows. One in French parts cells at each « ; » and, as the
# cell then does not open with its quote, at each end of line too. A number stays a number, « $ »
# and « % » stay units: this table goes out and never comes back in.
_FORMULA = re.compile(r"""(?:\A|(?<=[;\t\r\n]))(?=[\s"]*[=+\-@|＝＋－＠])|\A(?=[\t\r\n])""")


def mark(licence: Term | None) -> str:
    """What differs when the licence does."""
    return licence.code if licence else ""


def schema(dataset: Dataset, licence: Term | None) -> dict[str, Any]:
    """The Table Schema of a set, with what a reader of the CSV must know."""
    return {
        "$schema": _TABLE_SCHEMA,
        "title": dataset.title,
        "description": dataset.about,
        "license": _licence(licence),
        "fields": [field.as_schema() for field in dataset.fields],
        "primaryKey": [dataset.fields[0].name],
        "missingValues": [""],
        "dialect": {"delimiter": ",", "quoteChar": '"', "header": True, "encoding": "utf-8"},
    }


def _licence(licence: Term | None) -> dict[str, Any] | None:
    if licence is None:
        return None
    return {
        "title": licence.label,
        "path": licence.note,
        "a_valider": licence.is_inference or licence.to_verify,
    }


def csv_chunks(edition: Edition, licence: Term | None) -> Iterator[bytes]:
    """UTF-8 with its mark, commas, decimal points: what tools expect, and Excel reads too."""
    del licence  # said in the schema: a table has no room for it
    yield b"\xef\xbb\xbf" + _lines([edition.dataset.keys])
    lines: list[list[str]] = []
    for row in edition.dataset.rows():
        lines.append([_text(value) for value in row])
        if len(lines) == _ROWS_AT_ONCE:
            yield _lines(lines)
            lines.clear()
    yield _lines(lines)


def _lines(rows: Iterable[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = BETWEEN.join(item.replace(BETWEEN, ",") for item in value)
    if isinstance(value, str):
        return _FORMULA.sub("'", printable(value))
    if isinstance(value, Decimal):
        return _plain(value)
    return "" if value is None else str(value)


def _plain(value: Decimal) -> str:
    """« 53.6 » and « 11360 »: no zeros that say nothing, no power of ten."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_chunks(edition: Edition, licence: Term | None) -> Iterator[str]:
    dataset = edition.dataset
    head = {
        "jeu": dataset.name,
        "titre": dataset.title,
        "description": dataset.about,
        "licence": _licence(licence),
        "schema": structured.absolute(address("public:dataset_schema", key=dataset.name)),
        "modifie_le": edition.changed_at.isoformat(),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "donnees": ['
    pending: list[str] = []
    between = "\n"
    for record in dataset.records():
        pending.append(_record(record))
        if len(pending) == _ROWS_AT_ONCE:
            yield between + ",\n".join(pending)
            between = ",\n"
            pending.clear()
    yield (between + ",\n".join(pending) if pending else "") + "\n]}\n"


def _record(record: dict[str, Cell]) -> str:
    """A decimal is written as it is: `json` would make a float of it first."""
    cells = (f"{json.dumps(name)}: {_json(value)}" for name, value in record.items())
    return f"{{{', '.join(cells)}}}"


def _json(value: Cell) -> str:
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, datetime.date):
        value = value.isoformat()
    return json.dumps(value, ensure_ascii=False)


CHUNKS: dict[str, Callable[[Edition, Term | None], Iterator[Any]]] = {
    "csv": csv_chunks,
    "json": json_chunks,
}


def catalogue(editions: Iterable[Edition], licence: Term | None) -> dict[str, Any]:
    """The sets as schema.org describes them."""
    return {
        "@type": "DataCatalog",
        "name": "Données ouvertes du Chantier économie sociale",
        "url": structured.absolute(address("public:dataset_list")),
        "creator": structured.organization(),
        "dataset": [_described(edition, licence) for edition in editions],
    }


def _described(edition: Edition, licence: Term | None) -> dict[str, Any]:
    dataset = edition.dataset
    files = {kind: address(f"public:dataset_{kind}", key=dataset.name) for kind in CONTENT_TYPES}
    described: dict[str, Any] = {
        "@type": "Dataset",
        "name": dataset.title,
        "description": dataset.about,
        "url": structured.absolute(f"{address('public:dataset_list')}#{dataset.name}"),
        "creator": structured.organization(),
        "inLanguage": "fr-CA",
        "isAccessibleForFree": True,
        "dateModified": edition.changed_at.astimezone(datetime.UTC).date().isoformat(),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": CONTENT_TYPES[kind].partition(";")[0],
                "contentUrl": structured.absolute(path),
            }
            for kind, path in files.items()
        ],
    }
    if licence:
        described["license"] = licence.note
    return described
