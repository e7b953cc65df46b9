"""The figures of organizations: typed by the cell, checked, worked out, drawn, exchanged."""
