"""The clauses: the library, its texts filled in and taken away, their uses, what members propose."""
