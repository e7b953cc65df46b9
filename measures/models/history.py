"""The journals: what changed in a register and in the catalogue, who did it, and when."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from measures.models.register import Implementation
from measures.statuses import TRANSITIONS
from members.models import AppendOnlyModel, User


def _allowed_transitions() -> Q:
    """Every pair of `TRANSITIONS`, and the same pairs backwards for what is undone."""
    allowed = Q(status_before="")
    for before, afters in TRANSITIONS.items():
        targets = sorted(afters)
        allowed |= Q(status_before=before.value, status_after__in=targets)
        allowed |= Q(kind="undone", status_before__in=targets, status_after=before.value)
    return allowed


class ImplementationEvent(AppendOnlyModel):
    """The journal of a record: what changed, from what to what, who, when."""

    class Kind(models.TextChoices):
        CREATED = "created", "ajout au registre"
        CHANGED = "changed", "modification"
        IMPORTED = "imported", "importation d’un tableau"
        RESTORED = "restored", "retour à un texte antérieur"
        UNDONE = "undone", "annulation"
        LINKED = "linked", "rattachement à une mesure du guide"
        RESULT = "result", "résultat chiffré"
        BARRIER = "barrier", "enjeu rencontré"
        EVIDENCE = "evidence", "preuve"

    implementation = models.ForeignKey(
        Implementation, models.PROTECT, related_name="events", verbose_name="mesure"
    )
    kind = models.CharField("acte", max_length=20, choices=Kind.choices)
    # {field: [before, after]}; the key "evidence" holds the titles removed and added.
    changes = models.JSONField("changements", default=dict, encoder=DjangoJSONEncoder)
    # What the database checks of a change of status; both are empty where the status stands.
    status_before = models.CharField("statut d’avant", max_length=20, blank=True)
    status_after = models.CharField("statut d’après", max_length=20, blank=True)
    # Changes made in one act over several records, so that they are undone together.
    batch = models.UUIDField("lot", null=True, blank=True, editable=False, db_index=True)
    # The version of the record that this change made: what a merge starts from.
    version = models.PositiveIntegerField("version", default=1)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="personne")
    at = models.DateTimeField("moment", auto_now_add=True)
    # One per rendered form: a form that arrives twice is recognized and done once.
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "événement du registre"
        verbose_name_plural = "événements du registre"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="implementationevent_transition_allowed",
                condition=_allowed_transitions(),
                violation_error_message="Ce changement de statut n’est pas permis.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.implementation_id}"


class CatalogueEvent(AppendOnlyModel):
    """A change that ECPAR made to a row of the catalogue."""

    class Kind(models.TextChoices):
        CREATED = "created", "ajout"
        CHANGED = "changed", "modification"
        RESTORED = "restored", "retour à un texte antérieur"

    # The model in lower case, « measure », and the code of the row: both outlive a renaming.
    subject = models.CharField("sorte d’objet", max_length=40)
    code = models.CharField("code", max_length=40)
    kind = models.CharField("acte", max_length=20, choices=Kind.choices)
    # {field: [before, after]}; related rows by their codes.
    changes = models.JSONField("changements", default=dict, encoder=DjangoJSONEncoder)
    # Counted by row: a form that was opened on an older version is not saved over a newer one.
    version = models.PositiveIntegerField("version")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="personne")
    at = models.DateTimeField("moment", auto_now_add=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "événement du catalogue"
        verbose_name_plural = "événements du catalogue"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code", "version"], name="catalogueevent_unique_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.code}"
