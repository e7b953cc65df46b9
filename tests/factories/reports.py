"""Annual reports and their frozen versions."""

import datetime
import hashlib

import factory
from factory.django import DjangoModelFactory

from chantier.reports import models
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


class ReportVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportVersion

    report = factory.SubFactory(AnnualReportFactory, submitted=True)
    number = 1
    schema_version = 1
    content = factory.LazyFunction(dict)
    pdf = b"%PDF-1.7\n%%EOF\n"
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.pdf).hexdigest())
    verification_code = factory.Sequence(lambda n: f"essai-{n:04d}")
    signatory_name = "Personne qui approuve"
    signatory_function = "Direction"
    reason = factory.LazyAttribute(lambda row: "" if row.number == 1 else "Un chiffre corrigé.")
    submitted_by = factory.SubFactory(UserFactory)
    submitted_at = datetime.datetime(2021, 6, 15, 12, tzinfo=datetime.UTC)
