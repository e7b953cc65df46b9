"""Clauses: found, filled in, taken away; where they are used, and those that members propose."""
