"""A report as a workbook: every program shows its texts whole, and prints a sheet on one page."""

import io

import openpyxl

from chantier.reports.content import organization_content
from chantier.reports.exchange.workbook import workbook_bytes
from tests.chantier.reports.conftest import TODAY


def test_a_long_text_is_seen_whole_and_a_sheet_is_one_page_wide(year, cycle):
    content = organization_content(year, cycle, today=TODAY)
    texts = content["texts"] | {"profil": "mot " * 100 + "\nfin", "engagements": "Court."}
    made = openpyxl.load_workbook(io.BytesIO(workbook_bytes(content | {"texts": texts})))
    sheet = made["Textes"]
    rows = {sheet.cell(row, 3).value[:4]: row for row in (2, 3)}
    heights = {start: sheet.row_dimensions[row].height for start, row in rows.items()}
    # 400 characters on lines of ninety, then a line; fifteen points each.
    assert heights == {"mot ": 90, "Cour": 15}
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
