"""How fast the pages are, beside what nothing can be faster than; see `__main__`."""
