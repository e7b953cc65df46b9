"""Tables as CSV and XLSX: every text comes back as it went, and hostile files are refused."""

import datetime
import io
import itertools
import re
import tracemalloc
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from chantier.lib.spreadsheets import (
    Column,
    as_utf8,
    canonical,
    cell_reference,
    csv_chunks,
    read_table,
    xlsx_chunks,
)
from chantier.lib.spreadsheets.formats import neutralize, restore

KINDS = ["csv", "xlsx"]
SHEET = "xl/worksheets/sheet1.xml"
COLUMNS = [Column("Numéro", "number"), Column("Texte"), Column("Date", "date")]
AWKWARD = [
    "=1+1",
    "+1 514 555-1212",
    "-12,5",
    "@nom",
    "'déjà",
    "''deux",
    "'",
    "\t=tab",
    " =espace",
    "\u00a0=insécable",
    "a;b,c\td",
    'dit "non"',
    "ligne 1\nligne 2\r\nligne 3\rligne 4",
    "007",
    "é Œ ç ’ « oui »",
    "😀 🏳️‍🌈",
    "\x07cloche\x0b",
    "_x0041_ et _x000D_ et _x005F_",
    "a x005F_x005F_ b",
    "]]>&<b>",
    "a\u2028b\x85c",
    "2021-04-30",
    "1E5",
    "1/2",
    "3-4",
    "$5",
    "(12)",
    "VRAI",
    "#N/A",
    "mot " * 1_250,
]
# The same texts at each run, however slow the machine; nothing is kept between two runs.
STEADY = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(list("=+-@'\t\r\n;,\"_x05F\ufeff")),
    max_size=60,
)


def written(kind, rows, columns=COLUMNS):
    if kind == "csv":
        return b"".join(csv_chunks(columns, rows))
    return b"".join(xlsx_chunks(columns, rows, title="Registre", instructions=["Aide"]))


def read(data, name="t.csv", max_rows=100):
    return read_table(ContentFile(data, name=name), name, sheet="Registre", max_rows=max_rows)


def text_back(kind, text):
    """The text of the second column after a trip."""
    [row] = read(written(kind, [(1, text, None)]), f"t.{kind}").rows
    return row.values[1] if len(row.values) > 1 else None


# --- There and back ------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_text_comes_back(kind, text):
    assert text_back(kind, text) == canonical(text)
    assert canonical(text)


@settings(STEADY, max_examples=150)
@given(text=TEXTS)
@example(text="x" * 5_000)
def test_any_text_comes_back_from_a_csv(text):
    assert (text_back("csv", text) or "") == canonical(text)


@settings(STEADY, max_examples=60)
@given(text=TEXTS)
def test_any_text_comes_back_from_a_workbook(text):
    assert (text_back("xlsx", text) or "") == canonical(text)


@settings(STEADY, max_examples=40)
@given(text=TEXTS)
def test_any_text_comes_back_from_a_shared_table(text):
    """Where Excel puts the texts that it saves."""
    [row] = read(shared(written("xlsx", [(1, text, None)])), "t.xlsx").rows
    assert canonical(row.values[1] if len(row.values) > 1 else "") == canonical(text)


@settings(STEADY)
@given(text=TEXTS)
def test_what_neutralizes_is_undone_exactly(text):
    assert restore(neutralize(text)) == text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "day",
    [
        datetime.date(1, 1, 1),
        datetime.date(1899, 12, 31),
        datetime.date(1900, 2, 28),
        datetime.date(1900, 3, 1),
        datetime.date(2021, 4, 30),
        datetime.date(9999, 12, 31),
    ],
)
def test_a_day_comes_back(kind, day):
    [row] = read(written(kind, [(1, None, day)]), f"t.{kind}").rows
    assert str(row.values[2]) == day.isoformat()


def test_rows_keep_the_numbers_that_people_see():
    table = read(b'\r\nTitre;Autre\r\n\r\n"a\nb";c\r\nd;e\r\n')
    assert table.head.number == 2
    assert [row.number for row in table.rows] == [4, 5]
    assert cell_reference(4, 2) == "C4"
    assert cell_reference(12, 27) == "AB12"


def test_a_hundred_thousand_rows_take_the_memory_of_a_few():
    rows = ((number, "texte " * 40, datetime.date(2021, 1, 1)) for number in range(20_000))
    tracemalloc.start()
    for _ in xlsx_chunks(COLUMNS, rows, title="Registre", instructions=[]):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_the_first_bytes_leave_before_the_first_row_is_asked_for():
    asked = []

    def rows():
        asked.append(True)
        yield (1, "a", None)

    for chunks in (
        csv_chunks(COLUMNS, rows()),
        xlsx_chunks(COLUMNS, rows(), title="Registre", instructions=[]),
    ):
        assert next(chunks)
        assert not asked
        list(chunks)
        assert asked
        asked.clear()


# --- What people send ----------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encodings_and_separators(encoding, separator):
    text = separator.join(["Été", "Œuvre, « à »".replace(",", "")]) + "\r\né" + separator + "2\r\n"
    sent = as_utf8(ContentFile(text.encode(encoding), name="t.csv"))
    table = read_table(sent, "t.csv", sheet="Registre", max_rows=10)
    assert table.head.values[0] == "Été"
    assert table.rows[0].values == ("é", "2")


def test_the_separator_may_be_said():
    assert read(b"sep=,\r\na;b,c\r\n1,2\r\n").head.values == ("a;b", "c")


def test_the_sheet_of_the_register_comes_before_the_first():
    workbook = Workbook()
    workbook.worksheets[0].append(["Notes"])
    workbook.create_sheet("Registre").append(["Fiche"])
    assert read(saved(workbook), "t.xlsx").head.values == ("Fiche",)
    assert read_table(
        ContentFile(saved(workbook)), "t.xlsx", sheet="Absente", max_rows=10
    ).head.values == ("Notes",)


@pytest.mark.parametrize(("epoch", "day"), [(1900, 30), (1904, 30)])
def test_numbers_of_days(epoch, day):
    workbook = Workbook()
    if epoch == 1904:
        from openpyxl.utils.datetime import MAC_EPOCH

        workbook.epoch = MAC_EPOCH
    sheet = workbook.worksheets[0]
    sheet.append(["Date"])
    sheet.append([44_316 if epoch == 1900 else 44_316 - 1_462])
    sheet.append([datetime.datetime(2021, 4, day, 15, 30)])
    table = read(saved(workbook), "t.xlsx")
    assert table.day(table.rows[0].values[0]) == datetime.date(2021, 4, day)
    assert table.rows[1].values[0] == datetime.date(2021, 4, day)


@pytest.mark.parametrize("number", [0, 2021, 27_999, 77_001, float("inf")])
def test_a_number_that_is_no_day(number):
    assert read(b"a\n1\n").day(number) is None


def test_cells_that_cannot_be_read_are_told_in_their_place():
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["a", "b", "c", "d", "e"])
    sheet.append(["=1+1", "#N/A", "x" * 32_768, True, datetime.time(13, 30)])
    sheet["B2"].data_type = "e"
    # openpyxl cuts a text to what Excel holds: the long one is written by hand.
    data = replaced(saved(workbook), SHEET, b"x" * 32_767, b"x" * 32_768)
    formula, wrong, long, true, hour = read(data, "t.xlsx").rows[0].values
    assert "formule" in formula.message
    assert "#N/A" in wrong.message
    assert "32\u00a0767" in long.message
    assert (true, hour) == ("VRAI", "13:30:00")


def test_control_characters_are_told():
    [row] = read(b"a;b\r\nx\x07;y\r\n").rows
    assert "invisible" in row.values[0].message


# --- What hostile people send --------------------------------------------------


def saved(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def replaced(data, name, before, after):
    """The archive with `before` replaced in one of its parts; a part that is not there is added."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == name:
                assert before in content
                content = content.replace(before, after, 1)
            archive.writestr(entry, content)
        if name not in source.namelist():
            archive.writestr(name, after)
    return target.getvalue()


def shared(data):
    """The workbook with its texts in the table where Excel puts them."""
    sheet = zipfile.ZipFile(io.BytesIO(data)).read(SHEET).decode()
    texts = re.findall(r"<is>(.*?)</is>", sheet, re.DOTALL)
    numbers = itertools.count()
    moved = re.sub(
        r't="inlineStr"><is>.*?</is>',
        lambda found: f't="s"><v>{next(numbers)}</v>',
        sheet,
        flags=re.DOTALL,
    )
    table = "".join(f"<si>{text}</si>" for text in texts)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = replaced(data, SHEET, sheet.encode(), moved.encode())
    data = replaced(
        data,
        "[Content_Types].xml",
        b"</Types>",
        b'<Override PartName="/xl/texts.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    return replaced(data, "xl/texts.xml", b"", f'<sst xmlns="{space}">{table}</sst>'.encode())


def workbook_with(sheet_data):
    """A workbook whose first sheet holds this XML."""
    workbook = Workbook()
    workbook.worksheets[0].append(["Statut"])
    data = saved(workbook)
    return replaced(data, SHEET, b"</row>", b"</row>" + sheet_data)


LAUGHS = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
HOSTILE = {
    "rows without end": workbook_with(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    "a row further than all rows": workbook_with(b'<row r="2000000000"><c><v>1</v></c></row>'),
    "a column far away": workbook_with(b'<row r="2"><c r="XFD2"><v>1</v></c></row>'),
    "columns without end": workbook_with(b'<row r="2">' + b"<c><v>1</v></c>" * 10_000 + b"</row>"),
    "cells without end": workbook_with(b'<row r="2">' + b"<c/>" * 500_000 + b"</row>"),
    "an entity": replaced(workbook_with(b""), SHEET, b"<worksheet", LAUGHS),
    "other files": replaced(
        workbook_with(b""), "xl/externalLinks/externalLink1.xml", b"", b"<externalLink/>"
    ),
    "a huge part": replaced(
        workbook_with(b""), "xl/media.xml", b"", b"<a>" + b" " * 40_000_000 + b"</a>"
    ),
    "cut short": workbook_with(b"")[:-200],
    "no sheet": replaced(workbook_with(b""), "xl/workbook.xml", b"<sheets>", b"<none>"),
    "a cell of nowhere": workbook_with(b'<row r="2"><c r="!!"><v>1</v></c></row>'),
    "a text of nowhere": workbook_with(b'<row r="2"><c r="A2" t="s"><v>99</v></c></row>'),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_workbook_is_refused(case):
    with pytest.raises(ValidationError) as refusal:
        read(HOSTILE[case], "t.xlsx")
    assert "t.xlsx" in refusal.value.messages[0]


HOSTILE_CSV = {
    "rows without end": b"Statut\r\n" + b"\r\n" * 1_000_000,
    "columns without end": b"Statut\r\n" + b";" * 10_000 + b"1\r\n",
    "a huge cell": b'Statut\r\n"' + b"x" * 1_000_000 + b'"\r\n',
    "an open quote": b'Statut\r\n"sans fin\r\n',
    "more than 10 MB": b"x" * (10 * 1024 * 1024 + 1),
    "no text": b"Statut\r\n\x81\x8d\xff\r\n",
    "half a UTF-16": "Statut".encode("utf-16")[:-1],
    "nothing": b"\r\n \r\n;;\r\n",
}


@pytest.mark.parametrize("case", HOSTILE_CSV)
def test_a_hostile_csv_is_refused(case):
    with pytest.raises(ValidationError) as refusal:
        read(HOSTILE_CSV[case])
    assert "t.csv" in refusal.value.messages[0]
