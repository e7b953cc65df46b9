"""Tables as CSV and XLSX, written row by row and read with care. Knows no app."""

from chantier.lib.spreadsheets.formats import Column, Value, canonical, restore
from chantier.lib.spreadsheets.large import LARGE, Limits, read_large
from chantier.lib.spreadsheets.reading import Fault, Row, Table, as_utf8, cell_reference, read_table
from chantier.lib.spreadsheets.writing import CONTENT_TYPES, csv_chunks, xlsx_chunks

__all__ = [
    "CONTENT_TYPES",
    "LARGE",
    "Column",
    "Fault",
    "Limits",
    "Row",
    "Table",
    "Value",
    "as_utf8",
    "canonical",
    "cell_reference",
    "csv_chunks",
    "read_large",
    "read_table",
    "restore",
    "xlsx_chunks",
]
