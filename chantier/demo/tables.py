"""A table that a member of the demonstration filled in and imported."""

import datetime
import random

from django.core.files.base import ContentFile

from chantier.demo.dates import at_office, days
from chantier.lib.files import check_upload
from measures.actions.imports import apply_table, keep_table
from measures.exchange import plan
from measures.models import Implementation, ImplementationEvent, RegisterImport
from members.models import Organization, User

_CITY = "val-clement"
_NAME = "suivi-comite-achat.csv"
_LEAD = "Comité d’achat responsable"
_ROWS = 3


def ensure_tables(
    organizations: list[Organization], teams: dict[int, list[User]], *, today: datetime.date
) -> None:
    """Once: a city gave some of its coming measures to a committee."""
    [organization] = [row for row in organizations if row.slug == _CITY]
    if organization.imports.exists():
        return
    records = list(organization.implementations.upcoming().order_by("pk")[:_ROWS])
    head = "Fiche;Version;Responsable"
    rows = [f"{record.pk};{record.version};{_LEAD}" for record in records]
    upload = ContentFile("\r\n".join([head, *rows]).encode(), name=_NAME)
    by = teams[organization.pk][0]
    checked = check_upload(upload)
    table = plan.read(upload, _NAME)
    kept = keep_table(organization=organization, upload=upload, checked=checked, by=by)
    apply_table(
        table=kept,
        build=lambda: plan.build(table, organization),
        stamp=plan.build(table, organization).stamp,
        by=by,
    )
    _date(kept, today)


def _date(table: RegisterImport, today: datetime.date) -> None:
    """It was written now; put it back on the day before, after all that people said."""
    moment = at_office(random.Random(202_104), today - days(1))  # noqa: S311 - a fixed draw
    lines = ImplementationEvent.objects.filter(batch=table.batch)
    touched = Implementation.objects.filter(pk__in=lines.values("implementation"))
    touched.update(updated_at=moment)
    lines.update(at=moment)
    RegisterImport.objects.filter(pk=table.pk).update(created_at=moment, applied_at=moment)
