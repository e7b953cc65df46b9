"""A spreadsheet or a document says the same bytes on any day, and still opens."""

import datetime
import io

import pytest
import time_machine
from docx import Document
from openpyxl import Workbook, load_workbook

from chantier.lib.office_files import settled

DAY = datetime.date(2021, 3, 31)


def a_workbook() -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    book["Sheet"]["A1"] = "Dû"
    book.save(buffer)
    return buffer.getvalue()


def a_document() -> bytes:
    document, buffer = Document(), io.BytesIO()
    document.add_paragraph("Dû")
    document.core_properties.modified = datetime.datetime.now(datetime.UTC)
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("write", [a_workbook, a_document])
def test_the_day_of_writing_leaves_no_trace(write):
    files = []
    for moment in ("2024-01-01T10:00:00Z", "2026-07-02T11:30:00Z"):
        with time_machine.travel(moment, tick=False):
            files.append(write())
    assert files[0] != files[1]
    assert settled(files[0], DAY) == settled(files[1], DAY)


def test_a_settled_file_opens_and_bears_the_day():
    book = load_workbook(io.BytesIO(settled(a_workbook(), DAY)))
    assert book["Sheet"]["A1"].value == "Dû"
    assert book.properties.modified.date() == DAY
    document = Document(io.BytesIO(settled(a_document(), DAY)))
    assert document.paragraphs[0].text == "Dû"
    assert document.core_properties.created.date() == DAY
