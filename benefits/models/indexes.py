"""An index that holds the text that is searched."""

from typing import Any

from django.db import models


class TextIndex(models.Index):
    """Fields, then a long text that a search reads from the index, where the database may.

    A word is sought anywhere in the text, so that all rows are read: those of this index take
    half as long as those of the table. PostgreSQL refuses a value as long as some texts are; there
    the index has its first fields only, and the table is read by several processes at once.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "sqlite":
            return super().create_sql(model, schema_editor, using=using, **kwargs)
        short = models.Index(fields=self.fields[:-1], name=self.name)
        return short.create_sql(model, schema_editor, using=using, **kwargs)
