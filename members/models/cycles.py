"""The years of the chantier: what each set out to do, and produced."""

import datetime

from django.db import models
from django.db.models import F, Q

from chantier.lib.seeds import SeededModel


class CycleQuerySet(models.QuerySet["Cycle"]):
    def current(self, today: datetime.date) -> "Cycle | None":
        """The cycle under way, else the last one that began."""
        return self.filter(starts_on__lte=today).order_by("-starts_on").first()


class Cycle(models.Model):
    """A chantier year, such as 2020-2021."""

    label = models.SlugField("cycle", max_length=9, unique=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    report_due_on = models.DateField("dépôt des rapports")

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = "cycle"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="cycle_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message="La fin du cycle doit suivre son début.",
            ),
            models.CheckConstraint(
                name="cycle_report_due_after_start",
                condition=Q(report_due_on__gt=F("starts_on")),
                violation_error_message="Le dépôt doit suivre le début du cycle.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CycleObjective(SeededModel):
    """What the chantier set out to do in a cycle."""

    cycle = models.ForeignKey(
        Cycle, models.CASCADE, related_name="objectives", verbose_name="cycle"
    )
    text = models.CharField("objectif", max_length=300)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "objectif du cycle"
        verbose_name_plural = "objectifs du cycle"
        ordering = ["cycle", "order", "pk"]

    def __str__(self) -> str:
        return self.text


class Achievement(SeededModel):
    """What the chantier produced in a cycle."""

    cycle = models.ForeignKey(
        Cycle, models.CASCADE, related_name="achievements", verbose_name="cycle"
    )
    text = models.CharField("réalisation", max_length=300)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "réalisation"
        ordering = ["cycle", "order", "pk"]

    def __str__(self) -> str:
        return self.text
