"""The register as a spreadsheet: the same columns out and in."""
