"""Archives of a cycle, for those who test them: asked for, prepared, opened."""

import io
import json
import uuid
import zipfile

from chantier.reports.acts.batching import ask_batch
from chantier.reports.archive import places
from chantier.reports.archive.preparing import prepare
from chantier.reports.models import ReportBatch
from tests.factories import (
    AnnualReportFactory,
    ImplementationFactory,
    ReportBatchFactory,
    ReportVersionFactory,
)


def asked(cycle, by):
    """The archive as the page asks for it; in tests, prepared when this returns."""
    batch, _ = ask_batch(cycle=cycle, submission_key=uuid.uuid4(), by=by)
    batch.refresh_from_db()
    return batch


def waiting(cycle, by):
    """One that no worker has taken."""
    return ReportBatchFactory(cycle=cycle, asked_by=by)


def prepared(batch):
    prepare(batch.pk)
    batch.refresh_from_db()
    return batch


def opened(batch):
    path = places.root().parent / batch.archive
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def manifest(batch):
    with opened(batch) as archive:
        return json.loads(archive.read("manifeste.json"))


def lying():
    """What lies in the place of archives."""
    return sorted(path.name for path in places.root().glob("*"))


def submitted(cycle, number):
    """Organizations that have each submitted a report of one measure."""
    rows = ImplementationFactory.create_batch(
        number, implemented=True, started_on=None, implemented_on=cycle.starts_on
    )
    return [
        ReportVersionFactory(
            report=AnnualReportFactory(organization=row.organization, cycle=cycle, submitted=True)
        )
        for row in rows
    ]


def states(batch):
    return list(batch.items.order_by("pk").values_list("state", flat=True))


__all__ = [
    "ReportBatch",
    "asked",
    "lying",
    "manifest",
    "opened",
    "prepared",
    "states",
    "submitted",
    "waiting",
]
