"""What purchases and measures brought, as organizations saw it: the inventory in their words."""

import uuid
from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, F, Q, Sum, When

from benefits.models.inventory import Benefit
from benefits.models.purchases import Purchase
from chantier.lib import french
from chantier.lib.addresses import address
from measures.models import Evidence, Implementation
from members.models import Organization, User
from members.sharing import (
    SHARED_WITH_MEMBERS,
    SHARED_WITH_STAFF,
    SharedQuerySet,
    SharingLevel,
)

_VERIFIED = Q(verified_at__isnull=False)


class ObservedBenefitQuerySet(SharedQuerySet):
    def with_ties(self) -> Self:
        """Add what a row is shown with: its benefit, what it is tied to, its evidence."""
        return self.select_related(
            "organization",
            "benefit",
            "purchase",
            "implementation__measure",
            "evidence",
            "verified_by",
        )

    def with_open_evidence(self) -> Self:
        """Add `is_evidence_open`: whether its evidence proves a record that staff may read."""
        records = Implementation.objects.filter(
            evidence=models.OuterRef("evidence_id"), sharing__in=SHARED_WITH_STAFF
        )
        return self.annotate(is_evidence_open=models.Exists(records.order_by()))

    def shared(self) -> Self:
        """What organizations that are active show to the coordination: what figures count."""
        return self.filter(organization__is_active=True, sharing__in=SHARED_WITH_STAFF)

    def shown_at(self, levels: Sequence[str]) -> Self:
        """What active organizations show outside the coordination, at these levels."""
        return self.filter(organization__is_active=True, sharing__in=levels)

    def quotable(self) -> Self:
        """The stories that their organizations accept to see quoted."""
        return self.shared().exclude(consent=ObservedBenefit.Consent.NONE).exclude(statement="")

    def to_verify(self) -> Self:
        """What nobody verified yet."""
        return self.filter(verified_at=None)

    def to_verify_first(self) -> Self:
        """Those still to verify, then the latest verified."""
        return self.order_by(F("verified_at").desc(nulls_first=True), "-observed_on", "-pk")

    def totals_by_benefit(self) -> list[dict[str, Any]]:
        """By benefit: its observations, those verified, the values, and their sum."""
        rows = self.order_by().values("benefit_id", "benefit__title", "benefit__unit")
        return list(
            rows.annotate(
                number=Count("pk"),
                verified=Count("pk", filter=_VERIFIED),
                measured=Count("value"),
                total=Sum("value"),
            )
        )

    def tallied(self) -> Any:
        """One row for each benefit, organization, openness to members and to all, verification.

        With `number`, `measured` and `total`, and `named`, those that may be quoted by name.
        """
        return (
            self.order_by()
            .annotate(
                is_open=Case(When(sharing__in=SHARED_WITH_MEMBERS, then=True), default=False),
                is_public=Case(When(sharing=SharingLevel.PUBLIC, then=True), default=False),
                is_verified=Case(When(_VERIFIED, then=True), default=False),
            )
            .values("benefit_id", "organization_id", "is_open", "is_public", "is_verified")
            .annotate(
                number=Count("pk"),
                measured=Count("value"),
                total=Sum("value"),
                named=Count(
                    "pk",
                    filter=Q(consent="named", organization__may_be_named=True) & ~Q(statement=""),
                ),
                unit=F("benefit__unit"),
            )
        )


class ObservedBenefit(models.Model):
    """A value or a story about one benefit, tied to a purchase or to a measure of the register."""

    class Consent(models.TextChoices):
        NONE = "none", "ne pas citer"
        UNNAMED = "unnamed", "citer sans nommer l’organisation"
        NAMED = "named", "citer en nommant l’organisation"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="observed_benefits", verbose_name="organisation"
    )
    benefit = models.ForeignKey(
        Benefit, models.PROTECT, related_name="observations", verbose_name="bénéfice"
    )
    # In the unit of a quantitative benefit.
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    statement = models.TextField("ce qui a été observé", max_length=1000, blank=True)
    observed_on = models.DateField("observé le")
    purchase = models.ForeignKey(
        Purchase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observed_benefits",
        verbose_name="achat",
    )
    implementation = models.ForeignKey(
        Implementation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observed_benefits",
        verbose_name="mesure du registre",
    )
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observed_benefits",
        verbose_name="preuve",
    )
    sharing = models.CharField(
        "qui peut voir cette observation",
        max_length=20,
        choices=SharingLevel.choices,
        default=SharingLevel.COORDINATION,
    )
    consent = models.CharField(
        "consentement à être cité",
        max_length=10,
        choices=Consent.choices,
        default=Consent.NONE,
    )
    # The consent that was given to what the row said before, which nobody confirmed since.
    lapsed_consent = models.CharField(
        "consentement à confirmer",
        max_length=10,
        choices=Consent.choices,
        blank=True,
        default="",
        editable=False,
    )
    # When and by whom the choice was made, or taken back; the journal keeps those before it.
    consent_at = models.DateTimeField("consentement du", null=True, editable=False)
    consent_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="consentement de",
        editable=False,
    )
    verified_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="vérifiée par",
        editable=False,
    )
    verified_at = models.DateTimeField("vérifiée le", null=True, editable=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="notée par", editable=False
    )
    created_at = models.DateTimeField("notée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # After `with_open_evidence`.
    is_evidence_open: bool

    objects = ObservedBenefitQuerySet.as_manager()

    class Meta:
        verbose_name = "bénéfice observé"
        verbose_name_plural = "bénéfices observés"
        ordering = ["-observed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="observedbenefit_tied_to_one_thing",
                condition=Q(purchase__isnull=False, implementation__isnull=True)
                | Q(purchase__isnull=True, implementation__isnull=False),
                violation_error_message="Choisissez un achat ou une mesure du registre.",
            ),
            models.CheckConstraint(
                name="observedbenefit_says_something",
                condition=Q(value__isnull=False) | ~Q(statement=""),
                violation_error_message="Donnez une valeur, ou dites ce qui a été observé.",
            ),
            models.CheckConstraint(
                name="observedbenefit_consent_given_by_someone",
                condition=Q(consent="none")
                | Q(consent__in=["unnamed", "named"], consent_at__isnull=False)
                & Q(consent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="observedbenefit_verified_by_someone_at_some_time",
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.benefit_id} – {self.organization_id}"

    def get_absolute_url(self) -> str:
        return address("benefits:observation_edit", org_slug=self.organization.slug, pk=self.pk)

    @property
    def quantity(self) -> str:
        """« 120 heures », « 4,5 % »; empty for a story alone."""
        return "" if self.value is None else french.quantity(self.value, self.benefit.unit)
