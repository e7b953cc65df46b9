"""Clauses used and proposed, and the figures of organizations."""

import datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from measures import models
from members.models import Vocabulary
from tests.factories.measures import ClauseVersionFactory, IndicatorFactory, StageFactory
from tests.factories.members import OrganizationFactory, TermFactory, UserFactory


class ClauseUseFactory(DjangoModelFactory):
    """In a tender, outcome unknown; the traits are outcomes."""

    class Meta:
        model = models.ClauseUse

    class Params:
        awarded = factory.Trait(outcome="ees", bids=2, amount=Decimal("48000.00"))
        lost = factory.Trait(outcome="autre", bids=1, amount=Decimal("52000.00"))

    organization = factory.SubFactory(OrganizationFactory)
    clause_version = factory.SubFactory(ClauseVersionFactory)
    document_kind = factory.SubFactory(
        TermFactory, code="document_kind:appel_offres", vocabulary=Vocabulary.DOCUMENT_KIND
    )
    document_reference = factory.Sequence(lambda n: f"AO-2021-{n:04d}")
    used_on = datetime.date(2021, 3, 15)
    wording = "Le fournisseur s’engage à former son équipe."
    created_by = factory.SubFactory(UserFactory)


class ClauseProposalFactory(DjangoModelFactory):
    class Meta:
        model = models.ClauseProposal

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"Clause proposée {n}")
    stage = factory.SubFactory(StageFactory, order=4)
    text = "Le fournisseur remet un plan de formation dans les [30] jours."
    created_by = factory.SubFactory(UserFactory)


class IndicatorAimFactory(DjangoModelFactory):
    class Meta:
        model = models.IndicatorAim

    organization = factory.SubFactory(OrganizationFactory)
    indicator = factory.SubFactory(IndicatorFactory)
    baseline = Decimal(10)
    baseline_from = datetime.date(2018, 1, 1)
    target = Decimal(25)
    target_from = datetime.date(2022, 1, 1)
    updated_by = factory.SubFactory(UserFactory)


class IndicatorValueFactory(DjangoModelFactory):
    """The value of a civil year."""

    class Meta:
        model = models.IndicatorValue

    class Params:
        year = 2020

    organization = factory.SubFactory(OrganizationFactory)
    indicator = factory.SubFactory(IndicatorFactory)
    period_start = factory.LazyAttribute(lambda row: datetime.date(row.year, 1, 1))
    period_end = factory.LazyAttribute(lambda row: datetime.date(row.year, 12, 31))
    value = Decimal("12.5")
    updated_by = factory.SubFactory(UserFactory)


class IndicatorRevisionFactory(DjangoModelFactory):
    class Meta:
        model = models.IndicatorRevision

    indicator_value = factory.SubFactory(IndicatorValueFactory)
    number = factory.Sequence(lambda n: n + 1)
    value = Decimal("12.5")
    author = factory.SubFactory(UserFactory)
