"""Benefits, public figures, social economy enterprises."""

import datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from benefits import models
from tests.factories.members import OrganizationFactory, TermFactory, UserFactory


class PublicFigureFactory(DjangoModelFactory):
    class Meta:
        model = models.PublicFigure

    code = factory.Sequence(lambda n: f"P{n:04d}")
    label = factory.Sequence(lambda n: f"Donnée {n}")
    value = 11_360
    unit = "entreprises"
    year = 2021


class BenefitFactory(DjangoModelFactory):
    """In figures; `qualitative=True` in words."""

    class Meta:
        model = models.Benefit

    class Params:
        qualitative = factory.Trait(
            kind=models.Benefit.Kind.QUALITATIVE,
            unit="",
            formula="",
            statement="Le territoire garde ses services.",
        )

    code = factory.Sequence(lambda n: f"R{n:04d}")
    slug = factory.Sequence(lambda n: f"benefice-{n}")
    kind = models.Benefit.Kind.QUANTITATIVE
    dimension = models.Benefit.Dimension.SOCIAL
    title = factory.Sequence(lambda n: f"Bénéfice {n}")
    unit = "heures"
    formula = "Personnes × heures"


class SocialEnterpriseFactory(DjangoModelFactory):
    class Meta:
        model = models.SocialEnterprise

    code = factory.Sequence(lambda n: f"E{n:04d}")
    name = factory.Sequence(lambda n: f"Entreprise {n}")
    slug = factory.Sequence(lambda n: f"entreprise-{n}")
    legal_form = factory.SubFactory(TermFactory, code="legal_form:obnl")
    region = factory.SubFactory(TermFactory, code="region:06")
    mission = "Offrir un service utile."
    is_fictional = True


class EligibilityReviewFactory(DjangoModelFactory):
    class Meta:
        model = models.EligibilityReview

    enterprise = factory.SubFactory(SocialEnterpriseFactory)
    state = models.SocialEnterprise.Eligibility.CONFIRMED
    criteria = factory.LazyFunction(lambda: list(models.Criterion.values))
    evidence = "Ses règlements généraux."
    examined_on = datetime.date(2021, 3, 1)
    by = factory.SubFactory(UserFactory)


class FavouriteEnterpriseFactory(DjangoModelFactory):
    class Meta:
        model = models.FavouriteEnterprise

    user = factory.SubFactory(UserFactory)
    enterprise = factory.SubFactory(SocialEnterpriseFactory)


class RemovalRequestFactory(DjangoModelFactory):
    class Meta:
        model = models.RemovalRequest

    enterprise = factory.SubFactory(SocialEnterpriseFactory)
    message = "Je ne travaille plus là."


class DirectoryImportFactory(DjangoModelFactory):
    class Meta:
        model = models.DirectoryImport

    file = factory.django.FileField(filename="repertoire.csv", data=b"Nom\n")
    file_name = "repertoire.csv"
    sha256 = "0" * 64
    created_by = factory.SubFactory(UserFactory)


class DirectoryImportRowFactory(DjangoModelFactory):
    class Meta:
        model = models.DirectoryImportRow

    table = factory.SubFactory(DirectoryImportFactory)
    number = factory.Sequence(lambda n: n + 2)
    cells = factory.LazyFunction(lambda: ["Entreprise"])
    state = models.DirectoryImportRow.State.WRONG
    key = "nom:entreprise"
    errors = factory.LazyFunction(lambda: [["", 2, "A2", "Nom", "Donnez-le."]])
    note = "Deux lignes du même nom."


class PublishedStrengthFactory(DjangoModelFactory):
    """Of a benefit that one organization has observed once."""

    class Meta:
        model = models.PublishedStrength

    benefit = factory.SubFactory(BenefitFactory)
    at = datetime.datetime(2021, 4, 1, 12, tzinfo=datetime.UTC)
    tallies = factory.LazyFunction(lambda: [{"organization": 1, "number": 1}])


class PublishedPurchasesFactory(DjangoModelFactory):
    """Of a year in which one organization bought."""

    class Meta:
        model = models.PublishedPurchases

    year = factory.Sequence(lambda n: 2021 + n)
    at = datetime.datetime(2021, 4, 1, 12, tzinfo=datetime.UTC)
    amounts = factory.LazyFunction(lambda: {"1": "250.00"})
    enterprises = 1


class PurchaseImportFactory(DjangoModelFactory):
    class Meta:
        model = models.PurchaseImport

    organization = factory.SubFactory(OrganizationFactory)
    file_name = "achats.csv"
    sha256 = "0" * 64
    created_by = factory.SubFactory(UserFactory)


class PurchaseImportRowFactory(DjangoModelFactory):
    class Meta:
        model = models.PurchaseImportRow

    table = factory.SubFactory(PurchaseImportFactory)
    number = factory.Sequence(lambda n: n + 2)


class PurchaseImportSupplierFactory(DjangoModelFactory):
    class Meta:
        model = models.PurchaseImportSupplier

    table = factory.SubFactory(PurchaseImportFactory)
    supplier_key = factory.Sequence(lambda n: f"fournisseur {n}")
    name = factory.Sequence(lambda n: f"Fournisseur {n}")


class ColumnMappingFactory(DjangoModelFactory):
    class Meta:
        model = models.ColumnMapping

    organization = factory.SubFactory(OrganizationFactory)
    headings_key = factory.Sequence(lambda n: f"{n:064d}")


class SupplierMatchFactory(DjangoModelFactory):
    class Meta:
        model = models.SupplierMatch

    organization = factory.SubFactory(OrganizationFactory)
    supplier_key = factory.Sequence(lambda n: f"fournisseur {n}")
    supplier_name = factory.Sequence(lambda n: f"Fournisseur {n}")
    enterprise = factory.SubFactory(SocialEnterpriseFactory)
    confirmed_by = factory.SubFactory(UserFactory)


class PurchaseFactory(DjangoModelFactory):
    class Meta:
        model = models.Purchase

    organization = factory.SubFactory(OrganizationFactory)
    enterprise = factory.SubFactory(SocialEnterpriseFactory)
    supplier_name = factory.LazyAttribute(
        lambda row: row.enterprise.name if row.enterprise else "Fournisseur"
    )
    purchased_on = datetime.date(2021, 2, 15)
    amount = Decimal("1250.50")
    created_by = factory.SubFactory(UserFactory)


class ObservedBenefitFactory(DjangoModelFactory):
    """Tied to a purchase of the same organization."""

    class Meta:
        model = models.ObservedBenefit

    organization = factory.SubFactory(OrganizationFactory)
    benefit = factory.SubFactory(BenefitFactory)
    value = Decimal(120)
    observed_on = datetime.date(2021, 4, 1)
    purchase = factory.SubFactory(
        PurchaseFactory, organization=factory.SelfAttribute("..organization")
    )
    created_by = factory.SubFactory(UserFactory)
