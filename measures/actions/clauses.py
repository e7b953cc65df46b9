"""Writing the texts of clauses.

A new text is its own journal: its row says who wrote it and when.
"""

from django.db import transaction

from measures.models import Clause, ClauseVersion
from members.models import User


@transaction.atomic
def add_clause_version(*, version: ClauseVersion, by: User) -> ClauseVersion:
    """Number and sign a new text of a clause; the texts before it stay as they are."""
    # The clause's row is the lock: two texts at once would take the same number.
    clause = Clause.objects.select_for_update().get(pk=version.clause_id)
    newest = clause.versions.first()
    version.number = newest.number + 1 if newest else 1
    version.author = by
    version.save()
    return version
