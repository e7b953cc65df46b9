"""Purchases from the spreadsheet of a buyer: its columns, its rows, its suppliers."""
