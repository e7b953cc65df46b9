"""Annual reports and their frozen versions."""

import datetime
import hashlib
import uuid
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from chantier.lib.files import private_storage
from chantier.reports import models
from chantier.reports.archive.places import archive_name
from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.frame import Submission
from tests.factories.measures import ImplementationFactory
from tests.factories.members import CycleFactory, OrganizationFactory, UserFactory


class AnnualReportFactory(DjangoModelFactory):
    """Of an organization; `of_chantier=True` has none."""

    class Meta:
        model = models.AnnualReport

    class Params:
        of_chantier = factory.Trait(organization=None)
        submitted = factory.Trait(state=models.AnnualReport.State.SUBMITTED)

    organization = factory.SubFactory(OrganizationFactory)
    cycle = factory.SubFactory(CycleFactory)


def _content(row: Any) -> dict[str, Any]:
    """What the report said on the day of its submission, as the portal composes it."""
    submission = Submission(
        version=row.number,
        submitted_at=row.submitted_at,
        signatory_name=row.signatory_name,
        signatory_function=row.signatory_function,
        statement=row.statement,
        reason=row.reason,
        verification_code=row.verification_code,
    )
    day = row.submitted_at.date()
    if row.report.organization is None:
        return chantier_content(row.report.cycle, today=day, submission=submission)
    return organization_content(
        row.report.organization, row.report.cycle, today=day, submission=submission
    )


class ReportVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportVersion

    report = factory.SubFactory(AnnualReportFactory, submitted=True)
    number = 1
    schema_version = 1
    content = factory.LazyAttribute(_content)
    pdf = b"%PDF-1.7\n%%EOF\n"
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.pdf).hexdigest())
    verification_code = factory.Sequence(lambda n: f"TEST-TEST-{n:04d}")
    signatory_name = "Personne qui approuve"
    signatory_function = "Direction"
    statement = "J’atteste que ce rapport est fidèle à nos dossiers."
    reason = factory.LazyAttribute(lambda row: "" if row.number == 1 else "Un chiffre corrigé.")
    submitted_by = factory.SubFactory(UserFactory)
    submitted_at = datetime.datetime(2021, 6, 15, 12, tzinfo=datetime.UTC)


class ReportTextFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportText

    report = factory.SubFactory(AnnualReportFactory)
    section = "engagements"
    text = "Une politique d’approvisionnement responsable est en vigueur."
    version = 1
    updated_by = factory.SubFactory(UserFactory)


class ReportTextRevisionFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportTextRevision

    report_text = factory.SubFactory(ReportTextFactory)
    number = factory.LazyAttribute(lambda row: row.report_text.version)
    text = factory.LazyAttribute(lambda row: row.report_text.text)
    author = factory.SubFactory(UserFactory)


class ReportCaseFactory(DjangoModelFactory):
    """A record of the register of the organization; `observation=` for a story instead."""

    class Meta:
        model = models.ReportCase

    report = factory.SubFactory(AnnualReportFactory)
    implementation = factory.Maybe(
        "observation",
        None,
        factory.SubFactory(
            ImplementationFactory, organization=factory.SelfAttribute("..report.organization")
        ),
    )
    observation = None
    chosen_by = factory.SubFactory(UserFactory)


class ReportEventFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportEvent

    report = factory.SubFactory(AnnualReportFactory)
    kind = models.ReportEvent.Kind.READY
    by = factory.SubFactory(UserFactory)


class ReportCommentFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportComment

    version = factory.SubFactory(ReportVersionFactory)
    section = "engagements"
    text = "Nommez le document qui contient la cible."
    author = factory.SubFactory(UserFactory)


def _put(name: str, content: bytes) -> str:
    return private_storage().save(name, ContentFile(content))


class ReportBatchFactory(DjangoModelFactory):
    """Waiting for a worker; `ready=True` has its file."""

    class Meta:
        model = models.ReportBatch

    class Params:
        ready = factory.Trait(
            state=models.ReportBatch.State.DONE,
            finished_at=factory.LazyFunction(timezone.now),
            archive=factory.LazyAttribute(lambda row: _put(archive_name(row), b"PK")),
            size=2,
            sha256=hashlib.sha256(b"PK").hexdigest(),
        )

    submission_key = factory.LazyFunction(uuid.uuid4)
    cycle = factory.SubFactory(CycleFactory)
    asked_by = factory.SubFactory(UserFactory)


class BatchItemFactory(DjangoModelFactory):
    class Meta:
        model = models.BatchItem

    batch = factory.SubFactory(ReportBatchFactory)
    version = factory.SubFactory(ReportVersionFactory)
