"""Purchases and the directory as spreadsheets: the same columns out and in."""
