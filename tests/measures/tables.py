"""Tables as people send them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from members.models import Organization
from tests.html import StrictClient
from tests.measures.sent import url


def as_csv(*rows: Sequence[Any], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    """A workbook as a spreadsheet saves it: texts in their shared table, typed as they are."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def as_text_xlsx(*rows: Sequence[str]) -> bytes:
    """A workbook where everything is text, as a spreadsheet reads a CSV that it must not guess."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "s"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def export(client: StrictClient, organization: Organization, kind: str, query: str = "") -> bytes:
    response = client.get(f"{url('implementation_export', organization, kind=kind)}{query}")
    assert response.status_code == 200
    return b"".join(response)


def rows_of(data: bytes, kind: str) -> list[list[Any]]:
    """The rows of an exported file, its head first, read by others than ourselves."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def edited(data: bytes, kind: str, **changes: Any) -> bytes:
    """An exported file after somebody changed columns of its first row, by head."""
    if kind == "xlsx":
        workbook = load_workbook(io.BytesIO(data))
        sheet = workbook.worksheets[0]
        for place, cell in enumerate(sheet[1], 1):
            if str(cell.value) in changes:
                sheet.cell(2, place).value = changes[str(cell.value)]
        buffer = io.BytesIO()
        workbook.save(buffer)
        return buffer.getvalue()
    rows = rows_of(data, "csv")
    rows[1] = [changes.get(head, old) for head, old in zip(rows[0], rows[1], strict=True)]
    return as_csv(*rows)


def send(
    client: StrictClient, organization: Organization, data: bytes, name: str = "registre.csv"
) -> Any:
    """Choose a file and ask what it would change."""
    upload = SimpleUploadedFile(name, data)
    return client.post(url("import_create", organization), {"table": upload})


def confirm(client: StrictClient, preview: Any) -> Any:
    """Follow an accepted file to its preview, and confirm what it shows."""
    assert preview.status_code == 302, preview.content.decode()[:3000]
    page = client.get(preview["Location"])
    return client.post(preview["Location"], {"stamp": page.context["plan"].stamp})
