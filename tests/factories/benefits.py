"""Benefits, public figures, social economy enterprises."""

import factory
from factory.django import DjangoModelFactory

from benefits import models
from tests.factories.members import TermFactory


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
