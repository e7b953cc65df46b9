"""The register of an organization: how far it has taken each measure."""

import datetime
from collections.abc import Sequence
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Case, CharField, Count, F, Q, Value, When

from chantier.lib.addresses import address
from chantier.lib.french import fold
from measures.models.catalogue import Measure, Stage
from measures.statuses import OPEN, Status, has_passed, is_to_review
from members.access import Access
from members.models import Organization, User
from members.sharing import (
    SHARED_WITH_STAFF,
    SharedQuerySet,
    SharingLevel,
)


def review_passed(today: datetime.date) -> Q:
    """What `statuses.is_to_review` says, asked of the database."""
    return Q(status=Status.IMPLEMENTED, review_on__lt=today)


def deadline_passed(today: datetime.date) -> Q:
    """« En retard »: still to carry through, past its date."""
    return Q(status__in=OPEN, planned_for__lt=today)


class ImplementationQuerySet(SharedQuerySet):
    def with_status_as_of(self, day: datetime.date, name: str = "status_as_of") -> Self:
        """Add `status_as_of`: the status that the dates of the record give it on `day`.

        Under another `name` for a second day. What was implemented or started after that day
        counts as it stood before; abandoned and not applicable keep their status, for they carry
        no date.
        """
        not_yet_started = Q(started_on__gt=day) | Q(started_on=None)
        status = Case(
            When(
                Q(status=Status.IMPLEMENTED, implemented_on__gt=day) & not_yet_started,
                then=Value(Status.PLANNED.value),
            ),
            When(
                status=Status.IMPLEMENTED,
                implemented_on__gt=day,
                then=Value(Status.IN_PROGRESS.value),
            ),
            When(
                status=Status.IN_PROGRESS,
                started_on__gt=day,
                then=Value(Status.PLANNED.value),
            ),
            default=F("status"),
            output_field=CharField(),
        )
        return self.annotate(**{name: status})

    def counts_by_stage(self, day: datetime.date) -> models.QuerySet:
        """Rows (stage id, status as of `day`, number of records)."""
        return (
            self.with_status_as_of(day)
            .order_by()
            .values_list("stage_id", "status_as_of")
            .annotate(number=Count("pk"))
        )

    def with_evidence_count(self, access: Access) -> Self:
        """Add `evidence_count`, the joined pieces of evidence that this person may see."""
        links = Implementation.evidence.through.objects.filter(implementation=models.OuterRef("pk"))
        if not access.is_member:
            links = links.filter(evidence__sharing__in=SHARED_WITH_STAFF)
        counted = links.order_by().values("implementation").annotate(n=Count("pk")).values("n")
        return self.annotate(
            evidence_count=models.functions.Coalesce(
                models.Subquery(counted, output_field=models.IntegerField()), 0
            )
        )

    def for_list(self, access: Access) -> Self:
        """Read what a line of the register shows, and no more: it takes half the time."""
        return (
            self.open_to(access)
            .select_related("measure", "stage")
            .with_evidence_count(access)
            .only(
                "own_title",
                "status",
                "lead",
                "planned_for",
                "implemented_on",
                "review_on",
                "measure__code",
                "measure__title",
                "stage__order",
                "stage__short_name",
            )
        )

    def implemented_between(self, start: datetime.date, end: datetime.date) -> Self:
        """Implemented within the period, both days included."""
        return self.filter(status=Status.IMPLEMENTED, implemented_on__range=(start, end))

    def shared_cases(self, measure: Measure, levels: Sequence[str]) -> Self:
        """Stories of a measure that their organizations share at one of these levels.

        The organization is named only where it accepts to be.
        """
        return (
            self.filter(measure=measure, status=Status.IMPLEMENTED, sharing__in=levels)
            .filter(organization__is_active=True)
            .exclude(description="")
            .select_related("organization")
            .order_by("-implemented_on", "pk")[:6]
        )

    def rename(self, measure: Measure) -> None:
        """Let the records of a measure be found by its present code and title; mostly one query."""
        heading = fold(f"{measure.code} {measure.title}")
        known = Q(search_text=heading) | Q(search_text__startswith=f"{heading} ")
        with transaction.atomic():
            stale = self.filter(measure=measure).exclude(known)
            rows: list[Any] = list(stale.select_for_update())
            for row in rows:
                row.measure = measure
                row.search_text = row.searchable()
            if rows:
                self.bulk_update(rows, ["search_text"], batch_size=200)

    def upcoming(self) -> Self:
        """What the organization has still to carry through."""
        return self.filter(status__in=OPEN)

    def to_review(self, today: datetime.date) -> Self:
        """Implemented practices whose review date has passed."""
        return self.filter(review_passed(today))


class Implementation(models.Model):
    """How far one organization has taken one measure, of the guide or its own."""

    # Django puts each constraint to the database before a save, a quarter of its time: a form that
    # judges them itself turns that off.
    asks_constraints = True

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="implementations",
        verbose_name="organisation",
    )
    measure = models.ForeignKey(
        Measure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="implementations",
        verbose_name="mesure",
    )
    own_title = models.CharField("titre de votre mesure", max_length=200, blank=True)
    # Copied from the measure, so that counts by stage read one table.
    stage = models.ForeignKey(
        Stage, models.PROTECT, related_name="implementations", verbose_name="étape"
    )
    status = models.CharField(
        "statut", max_length=20, choices=Status.choices, default=Status.NOT_ASSESSED
    )
    lead = models.CharField("personne ou unité responsable", max_length=150, blank=True)
    planned_for = models.DateField("échéance prévue", null=True, blank=True)
    started_on = models.DateField("date de début", null=True, blank=True)
    implemented_on = models.DateField("date d’implantation", null=True, blank=True)
    review_on = models.DateField("date de révision", null=True, blank=True)
    description = models.TextField("ce que nous avons fait", blank=True, max_length=5000)
    result_story = models.TextField("ce que cela a changé", blank=True, max_length=5000)
    not_applicable_reason = models.CharField(
        "raison pour laquelle la mesure est sans objet", max_length=300, blank=True
    )
    sharing = models.CharField(
        "qui peut voir cette fiche",
        max_length=20,
        choices=SharingLevel.choices,
        default=SharingLevel.COORDINATION,
    )
    evidence: models.ManyToManyField = models.ManyToManyField(
        "Evidence", related_name="implementations", verbose_name="preuves", blank=True
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="créée par", editable=False
    )
    updated_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="modifiée par", editable=False
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    search_text = models.TextField(editable=False, default="")

    objects = ImplementationQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure du registre"
        verbose_name_plural = "mesures du registre"
        # Measures of the organization's own come after those of the guide, on every database.
        ordering = ["stage__order", F("measure__code").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["organization", "stage", "status"], name="implementation_org_stage"
            ),
            models.Index(
                fields=["measure", "status", "organization"], name="implementation_measure_done"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "measure"],
                name="implementation_unique_organization_measure",
                violation_error_message="Cette mesure est déjà au registre.",
            ),
            models.CheckConstraint(
                name="implementation_has_a_measure_or_a_title",
                condition=(Q(measure__isnull=False) & Q(own_title=""))
                | (Q(measure__isnull=True) & ~Q(own_title="")),
                violation_error_message="Choisissez une mesure du guide ou donnez un titre.",
            ),
            models.CheckConstraint(
                name="implementation_implemented_has_a_date",
                condition=Q(status=Status.IMPLEMENTED, implemented_on__isnull=False)
                | (~Q(status=Status.IMPLEMENTED) & Q(implemented_on__isnull=True)),
                violation_error_message="Une mesure implantée porte une date d’implantation, "
                "et elle seule.",
            ),
            models.CheckConstraint(
                name="implementation_not_applicable_has_a_reason",
                condition=~Q(status=Status.NOT_APPLICABLE) | ~Q(not_applicable_reason=""),
                violation_error_message="Dites pourquoi la mesure est sans objet.",
            ),
            models.CheckConstraint(
                name="implementation_starts_before_it_is_implemented",
                condition=Q(started_on__isnull=True)
                | Q(implemented_on__isnull=True)
                | Q(started_on__lte=F("implemented_on")),
                violation_error_message="La date d’implantation précède la date de début.",
            ),
            models.CheckConstraint(
                name="implementation_status_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="implementation_sharing_known",
                condition=Q(sharing__in=SharingLevel.values),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = self.searchable()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address(
            "measures:implementation_detail", org_slug=self.organization.slug, pk=self.pk
        )

    def validate_constraints(self, exclude: Any = None) -> None:
        if self.asks_constraints:
            super().validate_constraints(exclude)

    def searchable(self) -> str:
        code = self.measure.code if self.measure else ""
        return fold(f"{code} {self.title} {self.lead} {self.description} {self.result_story}")

    @property
    def title(self) -> str:
        return self.measure.title if self.measure else self.own_title

    @property
    def code(self) -> str:
        """The code of the guide, or « hors guide » for a measure of the organization's own."""
        return self.measure.code if self.measure else "hors guide"

    @property
    def is_to_review(self) -> bool:
        """Whether the practice is « à réviser »."""
        return is_to_review(self.status, self.review_on)

    @property
    def is_overdue(self) -> bool:
        """What `deadline_passed` says of a record that is already read."""
        return self.status in OPEN and has_passed(self.planned_for)

    @property
    def due_on(self) -> datetime.date | None:
        """The date that matters next: the review once implemented, else the planned date."""
        return self.review_on if self.status == Status.IMPLEMENTED else self.planned_for
