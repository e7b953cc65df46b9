"""The guide and the registers."""

import datetime
import hashlib

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from measures import models
from measures.statuses import Status
from tests.factories.members import CycleFactory, OrganizationFactory, UserFactory


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = models.Source

    code = factory.Sequence(lambda n: f"S{n}")
    title = factory.Sequence(lambda n: f"Source {n}")
    address = factory.Sequence(lambda n: f"https://source.example/{n}")


class StageFactory(DjangoModelFactory):
    """`StageFactory(order=2)` returns the same row each time."""

    class Meta:
        model = models.Stage
        django_get_or_create = ("order",)

    order = factory.Sequence(lambda n: n % 5 + 1)
    code = factory.LazyAttribute(lambda stage: f"stage-{stage.order}")
    slug = factory.LazyAttribute(lambda stage: f"etape-{stage.order}")
    name = factory.LazyAttribute(lambda stage: f"Étape {stage.order}")
    short_name = factory.LazyAttribute(lambda stage: f"Étape {stage.order}")
    description = "Ce que l’on fait à cette étape."
    question = "Que faire à cette étape?"


class LegalReferenceFactory(DjangoModelFactory):
    class Meta:
        model = models.LegalReference

    code = factory.Sequence(lambda n: f"L{n}")
    name = factory.Sequence(lambda n: f"Loi {n}")
    says = "Ce que dit la loi."
    order = factory.Sequence(int)


class ThresholdFactory(DjangoModelFactory):
    class Meta:
        model = models.Threshold

    code = factory.Sequence(lambda n: f"threshold-{n}")
    legal_reference = factory.SubFactory(LegalReferenceFactory)
    regime = "lcop"
    kind = models.Threshold.Kind.PUBLIC_TENDER
    amount = 121_200
    year = factory.Sequence(lambda n: 2000 + n)


class MeasureFactory(DjangoModelFactory):
    class Meta:
        model = models.Measure

    code = factory.Sequence(lambda n: f"M{n:04d}")
    slug = factory.Sequence(lambda n: f"mesure-{n}")
    stage = factory.SubFactory(StageFactory, order=1)
    title = factory.Sequence(lambda n: f"Mesure {n}")
    description = "Ce que propose le guide."
    effort = models.Measure.Effort.LOW


class ClauseFactory(DjangoModelFactory):
    class Meta:
        model = models.Clause

    code = factory.Sequence(lambda n: f"C{n:04d}")
    slug = factory.Sequence(lambda n: f"clause-{n}")
    stage = factory.SubFactory(StageFactory, order=1)
    title = factory.Sequence(lambda n: f"Clause {n}")


class ClauseVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.ClauseVersion

    clause = factory.SubFactory(ClauseFactory)
    number = 1
    text = "Le fournisseur [nom] s’engage."
    author = None


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = models.Indicator

    code = factory.Sequence(lambda n: f"I{n:04d}")
    name = factory.Sequence(lambda n: f"Indicateur {n}")
    unit = "%"
    formula = "A ÷ B"
    kind = models.Indicator.Kind.RESULT
    level = models.Indicator.Level.ORGANIZATION
    direction = models.Indicator.Direction.UP


class BarrierFactory(DjangoModelFactory):
    class Meta:
        model = models.Barrier

    code = factory.Sequence(lambda n: f"B{n:04d}")
    title = factory.Sequence(lambda n: f"Enjeu {n}")
    faced_by = "acheteur"


class SolutionFactory(DjangoModelFactory):
    class Meta:
        model = models.Solution

    code = factory.Sequence(lambda n: f"B-S{n:04d}")
    barrier = factory.SubFactory(BarrierFactory)
    text = factory.Sequence(lambda n: f"Solution {n}")


class ImplementationFactory(DjangoModelFactory):
    """Not assessed, of a measure of the guide; the traits are statuses."""

    class Meta:
        model = models.Implementation

    class Params:
        to_undertake = factory.Trait(status=Status.TO_UNDERTAKE)
        planned = factory.Trait(status=Status.PLANNED, planned_for=datetime.date(2021, 3, 1))
        in_progress = factory.Trait(status=Status.IN_PROGRESS, started_on=datetime.date(2020, 6, 1))
        implemented = factory.Trait(
            status=Status.IMPLEMENTED,
            started_on=datetime.date(2020, 6, 1),
            implemented_on=datetime.date(2020, 10, 1),
        )
        abandoned = factory.Trait(status=Status.ABANDONED)
        not_applicable = factory.Trait(
            status=Status.NOT_APPLICABLE, not_applicable_reason="Aucun achat de cette sorte."
        )
        own = factory.Trait(
            measure=None,
            stage=factory.SubFactory(StageFactory, order=1),
            own_title=factory.Sequence(lambda n: f"Mesure propre {n}"),
        )

    organization = factory.SubFactory(OrganizationFactory)
    measure = factory.SubFactory(MeasureFactory)
    stage = factory.LazyAttribute(lambda row: row.measure.stage)
    created_by = factory.SubFactory(UserFactory)
    updated_by = factory.SelfAttribute("created_by")


class ImplementationEventFactory(DjangoModelFactory):
    class Meta:
        model = models.ImplementationEvent

    implementation = factory.SubFactory(ImplementationFactory)
    kind = models.ImplementationEvent.Kind.CREATED
    actor = factory.SelfAttribute("implementation.created_by")


class EvidenceFactory(DjangoModelFactory):
    """A link; `is_file=True` stores a small text, `content` chooses its bytes."""

    class Meta:
        model = models.Evidence

    class Params:
        content = b"Une preuve.\n"
        is_file = factory.Trait(
            kind=models.Evidence.Kind.FILE,
            title="preuve.txt",
            file_name="preuve.txt",
            url="",
            file=factory.LazyAttribute(lambda row: ContentFile(row.content, name="preuve.txt")),
            content_type="text/plain",
            size=factory.LazyAttribute(lambda row: len(row.content)),
            sha256=factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest()),
        )

    organization = factory.SubFactory(OrganizationFactory)
    kind = models.Evidence.Kind.LINK
    title = factory.Sequence(lambda n: f"Preuve {n}")
    url = "https://preuve.example/"
    created_by = factory.SubFactory(UserFactory)


class EvidenceVersionFactory(DjangoModelFactory):
    """The bytes that a file held before."""

    class Meta:
        model = models.EvidenceVersion

    class Params:
        content = b"Une ancienne preuve.\n"

    evidence = factory.SubFactory(EvidenceFactory, is_file=True)
    number = 1
    title = "preuve.txt"
    file_name = "preuve.txt"
    file = factory.LazyAttribute(lambda row: ContentFile(row.content, name="ancienne.txt"))
    content_type = "text/plain"
    size = factory.LazyAttribute(lambda row: len(row.content))
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
    replaced_by = factory.SubFactory(UserFactory)


class EvidenceRequestFactory(DjangoModelFactory):
    class Meta:
        model = models.EvidenceRequest

    implementation = factory.SubFactory(ImplementationFactory)
    message = "La résolution adoptée, s’il vous plaît."
    asked_by = factory.SubFactory(UserFactory, facilitator=True)


class ResultFactory(DjangoModelFactory):
    class Meta:
        model = models.Result

    implementation = factory.SubFactory(ImplementationFactory)
    name = factory.Sequence(lambda n: f"Résultat {n}")
    unit = "contrats"
    period_start = datetime.date(2020, 4, 1)
    period_end = datetime.date(2021, 3, 31)
    value = 12
    created_by = factory.SubFactory(UserFactory)


class BarrierEncounterFactory(DjangoModelFactory):
    class Meta:
        model = models.BarrierEncounter

    class Params:
        # At a stage and in a year, without a record of the register.
        alone = factory.Trait(
            implementation=None,
            organization=factory.SubFactory(OrganizationFactory),
            stage=factory.SubFactory(StageFactory, order=4),
            cycle=factory.SubFactory(CycleFactory),
        )

    implementation = factory.SubFactory(ImplementationFactory)
    barrier = factory.SubFactory(BarrierFactory)
    what_worked = "Une visite a suffi."
    # Noted on a record, it is seen as far as the record unless its author says otherwise.
    sharing = factory.LazyAttribute(
        lambda row: row.implementation.sharing if row.implementation else "coordination"
    )
    created_by = factory.SubFactory(UserFactory)


class CommentFactory(DjangoModelFactory):
    class Meta:
        model = models.Comment

    implementation = factory.SubFactory(ImplementationFactory)
    body = factory.Sequence(lambda n: f"Commentaire {n}")
    author = factory.SubFactory(UserFactory)


class RegisterImportFactory(DjangoModelFactory):
    class Meta:
        model = models.RegisterImport

    class Params:
        content = b"Mesure\n"

    organization = factory.SubFactory(OrganizationFactory)
    file = factory.LazyAttribute(lambda row: ContentFile(row.content, name="registre.csv"))
    file_name = "registre.csv"
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
    created_by = factory.SubFactory(UserFactory)


class CatalogueEventFactory(DjangoModelFactory):
    class Meta:
        model = models.CatalogueEvent

    subject = "measure"
    code = "M1-01"
    kind = models.CatalogueEvent.Kind.CHANGED
    changes = factory.LazyFunction(lambda: {"title": ["Avant", "Après"]})
    version = factory.Sequence(lambda n: n + 1)
    actor = factory.SubFactory(UserFactory, facilitator=True)
