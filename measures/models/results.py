"""What hangs on a record: results in figures, barriers met, and what people say about it."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from measures.models.catalogue import Stage
from measures.models.register import Implementation
from measures.models.toolbox import Barrier, Solution
from members.access import Access
from members.models import Cycle, Organization, User
from members.sharing import SHARED_WITH_STAFF, SharedQuerySet, SharingLevel


class Result(models.Model):
    """One figure of a record over a period: where it started, what it aims at, what it reached."""

    implementation = models.ForeignKey(
        Implementation, models.PROTECT, related_name="results", verbose_name="mesure"
    )
    name = models.CharField("ce que l’on compte", max_length=150)
    unit = models.CharField("unité", max_length=40)
    period_start = models.DateField("début de la période")
    period_end = models.DateField("fin de la période")
    # None is « n. d. », which is not zero.
    baseline = models.DecimalField(
        "valeur de départ", max_digits=16, decimal_places=4, null=True, blank=True
    )
    target = models.DecimalField("cible", max_digits=16, decimal_places=4, null=True, blank=True)
    value = models.DecimalField(
        "valeur obtenue", max_digits=16, decimal_places=4, null=True, blank=True
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="saisi par", editable=False
    )
    created_at = models.DateTimeField("saisi le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "résultat"
        ordering = ["implementation", "name", "-period_end", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["implementation", "name", "unit", "period_start", "period_end"],
                name="result_unique_figure_and_period",
                violation_error_message="Ce résultat est déjà noté pour cette période.",
            ),
            models.CheckConstraint(
                name="result_period_goes_forward",
                condition=Q(period_start__lte=F("period_end")),
                violation_error_message="La fin de la période précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BarrierEncounterQuerySet(SharedQuerySet):
    def shared_at(self, levels: Sequence[str]) -> Self:
        """What organizations show at these levels; never wider than the record it hangs on."""
        return self.filter(sharing__in=levels, organization__is_active=True).filter(
            Q(implementation=None) | Q(implementation__sharing__in=levels)
        )

    def counted(self) -> Self:
        """Those that figures about the chantier count: nothing that is kept to an organization.

        Staff read these very rows, so that no count less what they read tells of a hidden one.
        """
        return self.shared_at(SHARED_WITH_STAFF)

    def told_at(self, levels: Sequence[str]) -> Self:
        """Of what is shown at these levels, the stories of what worked, newest first."""
        return self.shared_at(levels).exclude(what_worked="").order_by("-updated_at", "pk")

    def rising(
        self, *, since: datetime.date | None, until: datetime.date
    ) -> models.QuerySet[Any, dict[str, Any]]:
        """By barrier: `new`, organizations that marked it after the day `since`, to `until`.

        And `known`, those that had marked it by then; both 0 at least. The most new come first.
        """
        # Without a meeting before, all is new.
        before = Q(created_at__date__lte=since) if since else Q(pk=None)
        return (
            self.counted()
            .filter(created_at__date__lte=until)
            .order_by()
            .values("barrier")
            .annotate(
                new=Count("organization", filter=~before, distinct=True),
                known=Count("organization", filter=before, distinct=True),
            )
            .order_by("-new", "known", "barrier__code")
        )

    def with_year(self) -> Self:
        """Add `year`, the label of the chantier year in which it was met, as `met_in` says."""
        noted_in = Cycle.objects.filter(
            starts_on__lte=OuterRef("noted_on"), ends_on__gte=OuterRef("noted_on")
        )
        return self.annotate(
            noted_on=TruncDate("created_at"),
            year=Coalesce(
                "cycle__label",
                Subquery(noted_in.order_by("-starts_on").values("label")[:1]),
                models.Value(""),
            ),
        )

    def for_list(self) -> Self:
        """Add what a list shows of each, the newest year first; after `with_year`."""
        return (
            self.select_related("barrier", "stage", "implementation__measure")
            .prefetch_related("solutions")
            .order_by("-year", "stage__order", "barrier__code", "pk")
        )

    def met_in(self, cycle: Cycle) -> Self:
        """Barriers met in a chantier year; on a record that says none, when they were noted."""
        noted = Q(cycle=None, created_at__date__range=(cycle.starts_on, cycle.ends_on))
        return self.filter(Q(cycle=cycle) | noted)

    def open_to(self, access: Access) -> Self:
        rows = self.filter(organization=access.organization)
        if access.is_member:
            return rows
        return rows.shared_at(SHARED_WITH_STAFF)


class BarrierEncounter(models.Model):
    """A barrier that an organization met, in a measure or at a stage, and what worked for it."""

    # That of the record, where there is one.
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="encounters", verbose_name="organisation"
    )
    implementation = models.ForeignKey(
        Implementation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="encounters",
        verbose_name="mesure",
    )
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", verbose_name="étape")
    cycle = models.ForeignKey(
        Cycle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="année du chantier",
    )
    barrier = models.ForeignKey(
        Barrier, models.PROTECT, related_name="encounters", verbose_name="enjeu"
    )
    solutions: models.ManyToManyField = models.ManyToManyField(
        Solution, related_name="encounters", verbose_name="solutions qui ont aidé", blank=True
    )
    what_worked = models.TextField("ce qui a fonctionné chez nous", blank=True, max_length=2000)
    sharing = models.CharField(
        "qui peut le voir",
        max_length=20,
        choices=SharingLevel.choices,
        default=SharingLevel.COORDINATION,
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="noté par", editable=False
    )
    created_at = models.DateTimeField("noté le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = BarrierEncounterQuerySet.as_manager()

    class Meta:
        verbose_name = "enjeu rencontré"
        verbose_name_plural = "enjeux rencontrés"
        ordering = ["implementation", "barrier__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["implementation", "barrier"],
                name="barrierencounter_unique_implementation_barrier",
                violation_error_message="Cet enjeu est déjà noté pour cette mesure.",
            ),
            models.UniqueConstraint(
                fields=["organization", "barrier", "stage", "cycle"],
                condition=Q(implementation__isnull=True),
                name="barrierencounter_unique_barrier_stage_cycle",
                violation_error_message="Cet enjeu est déjà noté pour cette étape et cette année.",
            ),
            models.CheckConstraint(
                name="barrierencounter_of_a_record_or_of_a_cycle",
                condition=Q(implementation__isnull=False) | Q(cycle__isnull=False),
                violation_error_message="Dites pour quelle année du chantier.",
            ),
            models.CheckConstraint(
                name="barrierencounter_sharing_known",
                condition=Q(sharing__in=SharingLevel.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.barrier} – {self.organization_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.implementation is not None:
            self.organization = self.implementation.organization
            self.stage = self.implementation.stage
        super().save(*args, **kwargs)


class CommentQuerySet(models.QuerySet["Comment"]):
    def open_to(self, access: Access) -> Self:
        """Members read all that was said; staff what was said to them."""
        return self if access.is_member else self.filter(sharing__in=SHARED_WITH_STAFF)

    def waiting(self) -> Self:
        """First messages that nobody has settled."""
        return self.filter(parent=None, resolved_at=None)


class Comment(models.Model):
    """A remark on a record; its first message is resolved, and what answers it follows."""

    implementation = models.ForeignKey(
        Implementation, models.PROTECT, related_name="comments", verbose_name="mesure"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name="en réponse à",
    )
    body = models.TextField("message", max_length=2000)
    # Among colleagues, or with the coordination; a reply is seen as far as what it answers.
    sharing = models.CharField(
        "qui peut le lire",
        max_length=20,
        choices=[
            (SharingLevel.PRIVATE.value, SharingLevel.PRIVATE.label),
            (SharingLevel.COORDINATION.value, SharingLevel.COORDINATION.label),
        ],
        default=SharingLevel.COORDINATION,
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    created_at = models.DateTimeField("écrit le", auto_now_add=True)
    resolved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="réglé par"
    )
    resolved_at = models.DateTimeField("réglé le", null=True, blank=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = "commentaire"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_resolved_by_someone_at_some_time",
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_only_a_first_message_is_resolved",
                condition=Q(parent__isnull=True) | Q(resolved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="comment_sharing_known", condition=Q(sharing__in=["private", "coordination"])
            ),
        ]

    def __str__(self) -> str:
        return self.body[:80]
