"""A look inside the files that people send, by kind. Knows no app."""
