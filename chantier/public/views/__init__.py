"""Pages for whoever visits, data that anyone may take, and what search engines read."""
