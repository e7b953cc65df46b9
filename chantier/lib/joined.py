"""Values of many rows in one text, on both databases. Knows no app."""

from typing import Any

from django.db.models import Aggregate, CharField


class Joined(Aggregate):
    """The values of a group, a comma between them, in no order that can be relied upon."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)
