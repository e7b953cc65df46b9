"""What was said: the synthesis, its points, what members amend, and its frozen versions."""

import datetime
import uuid
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from meetings.models.live import RoundTableEntry
from meetings.models.meetings import Meeting
from members.models import AppendOnlyModel, Organization, User


class Synthesis(models.Model):
    """The working copy of a synthesis; what members read is its latest version."""

    class State(models.TextChoices):
        DRAFT = "draft", "en rédaction"
        IN_REVIEW = "in_review", "en révision"
        APPROVED = "approved", "publiée"

    meeting = models.OneToOneField(
        Meeting, models.PROTECT, related_name="synthesis", verbose_name="rencontre"
    )
    state = models.CharField(
        "état", max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    # Those who attended may propose changes until the end of that day.
    review_until = models.DateField("révision jusqu’au", null=True, blank=True)
    version = models.PositiveIntegerField("version de travail", default=1, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="modifiée par"
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "synthèse"
        ordering = ["meeting"]
        constraints = [
            models.CheckConstraint(
                name="synthesis_a_review_has_an_end",
                condition=~Q(state="in_review") | Q(review_until__isnull=False),
                violation_error_message="Dites jusqu’à quand la révision est ouverte.",
            ),
        ]

    def __str__(self) -> str:
        return f"Synthèse, {self.meeting}"

    @property
    def published(self) -> "SynthesisVersion | None":
        """The version that members read; call with `versions` prefetched, newest first."""
        return next(iter(self.versions.all()), None)

    def is_in_review(self, today: datetime.date) -> bool:
        """Whether those who attended may propose changes; the last day is one of them."""
        is_open = self.state == self.State.IN_REVIEW
        return is_open and self.review_until is not None and today <= self.review_until


class PointKind(models.TextChoices):
    FINDING = "finding", "constat"
    DECISION = "decision", "décision"
    BARRIER = "barrier", "enjeu"
    NEXT_STEP = "next_step", "suite"


class SynthesisPoint(models.Model):
    """One point of the working copy."""

    synthesis = models.ForeignKey(
        Synthesis, models.CASCADE, related_name="points", verbose_name="synthèse"
    )
    kind = models.CharField(
        "sorte", max_length=20, choices=PointKind.choices, default=PointKind.FINDING
    )
    text = models.TextField("texte", max_length=2000)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    # The card that it was drawn from.
    entry = models.ForeignKey(
        RoundTableEntry,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="points",
        verbose_name="carte d’origine",
    )

    class Meta:
        verbose_name = "point de synthèse"
        verbose_name_plural = "points de synthèse"
        ordering = ["synthesis", "order", "pk"]
        constraints = [
            models.CheckConstraint(name="synthesispoint_has_a_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text


class Amendment(models.Model):
    """A change that somebody who attended proposes to a point, while the synthesis is in review."""

    class State(models.TextChoices):
        WAITING = "waiting", "à trancher"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    synthesis = models.ForeignKey(
        Synthesis, models.PROTECT, related_name="amendments", verbose_name="synthèse"
    )
    # None for a point to add, and once the point is gone.
    point = models.ForeignKey(
        SynthesisPoint,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name="point",
    )
    kind = models.CharField("sorte", max_length=20, choices=PointKind.choices)
    # What the point said when the change was proposed; empty for a point to add.
    base_text = models.TextField("texte d’origine", blank=True)
    # Empty to take the point away.
    text = models.TextField("texte proposé", max_length=2000, blank=True)
    reason = models.CharField("pourquoi", max_length=500, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="organisation"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    created_at = models.DateTimeField("proposée le", auto_now_add=True)
    state = models.CharField(
        "état", max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    answer = models.CharField("réponse", max_length=500, blank=True, editable=False)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="réponse de",
    )
    answered_at = models.DateTimeField("réponse le", null=True, blank=True, editable=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "modification proposée"
        verbose_name_plural = "modifications proposées"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="amendment_changes_something",
                condition=~Q(base_text=F("text")),
                violation_error_message="Rien ne change dans ce texte.",
            ),
            models.CheckConstraint(
                name="amendment_answered_by_someone_at_some_time",
                condition=Q(state="waiting", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="amendment_a_refusal_says_why",
                condition=~Q(state="refused", answer=""),
                violation_error_message="Dites pourquoi cette modification est refusée.",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class SynthesisVersionQuerySet(models.QuerySet["SynthesisVersion"]):
    def of(self, meeting: Meeting) -> Self:
        """The versions of a meeting's synthesis, newest first."""
        return self.filter(synthesis__meeting=meeting).order_by("-number")


class SynthesisVersion(AppendOnlyModel):
    """A published synthesis, frozen: a later change is a new version with its reason.

    `content` is {"schema": 2, "meeting": {…}, "points": [{"kind", "label", "text"}, …],
    "objectives": [{"text", "outcome", "words"}, …], "present": {"names", "others"}}; schema 1 had
    neither objectives nor present. The hash is that of its canonical JSON.
    """

    synthesis = models.ForeignKey(
        Synthesis, models.PROTECT, related_name="versions", verbose_name="synthèse"
    )
    number = models.PositiveSmallIntegerField("version")
    content = models.JSONField("contenu", encoder=DjangoJSONEncoder)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    reason = models.CharField("raison", max_length=300, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="publiée par"
    )
    published_at = models.DateTimeField("publiée le", auto_now_add=True)

    objects = SynthesisVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de synthèse"
        verbose_name_plural = "versions de synthèse"
        ordering = ["synthesis", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["synthesis", "number"], name="synthesisversion_unique_number"
            ),
            models.CheckConstraint(
                name="synthesisversion_later_has_a_reason",
                condition=Q(number=1) | ~Q(reason=""),
                violation_error_message="Dites pourquoi la synthèse change.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.synthesis}, version {self.number}"

    @property
    def held_on(self) -> datetime.date:
        """The day of the meeting as it was frozen."""
        return datetime.date.fromisoformat(self.content["meeting"]["held_on"])

    @property
    def short_sha256(self) -> str:
        return self.sha256[:12]

    def as_printed(self) -> dict[str, Any]:
        """All that a page or a PDF of this version says: frozen, whatever changes later."""
        content = self.content
        kinds: list[dict[str, Any]] = [
            {"kind": kind.value, "points": [p for p in content["points"] if p["kind"] == kind]}
            for kind in PointKind
        ]
        return {
            "content": content,
            "number": self.number,
            "published_at": self.published_at,
            "reason": self.reason,
            "sha256": self.sha256,
            "held_on": self.held_on,
            "groups": [group for group in kinds if group["points"]],
            # The first schema told neither.
            "objectives": content.get("objectives", []),
            "present": content.get("present", {"names": [], "others": 0}),
        }
