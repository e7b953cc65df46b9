"""Organizations, and the people who belong to them."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from chantier.lib.addresses import address
from chantier.lib.french import fold
from members.models.people import User
from members.models.vocabulary import Term, Vocabulary
from members.roles import Role


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def members_on(self, day: Any) -> Self:
        """Those that were members of the chantier that day, a date or an expression of one."""
        return self.active().filter(joined_on__lte=day)

    def of(self, user: User) -> Self:
        """Organizations that this person belongs to."""
        return self.active().filter(memberships__user=user)

    def most_of_one_person(self) -> int:
        """How many of these somebody knows from inside, at most; 1 at least, in one query."""
        people = self.filter(memberships__isnull=False).order_by().values("memberships__user")
        numbers = people.annotate(number=Count("pk")).order_by("-number")
        return max([1, *numbers.values_list("number", flat=True)[:1]])


class Organization(models.Model):
    """A member of the chantier: a buyer, a stakeholder or an observer."""

    class Regime(models.TextChoices):
        LCOP = "lcop", "Loi sur les contrats des organismes publics"
        MUNICIPAL = "municipal", "lois municipales"
        OWN = "propre", "règles propres"
        PRIVATE = "prive", "droit privé"

    class Kind(models.TextChoices):
        BUYER = "acheteur", "organisation acheteuse"
        STAKEHOLDER = "partie_prenante", "partie prenante de l’économie sociale"
        OBSERVER = "observateur", "observateur"

    name = models.CharField("nom", max_length=200)
    acronym = models.CharField("sigle", max_length=30, blank=True)
    # Databases sort « Énergie » after « Ville »: people look for it under E.
    sort_name = models.CharField(max_length=200, editable=False, default="")
    slug = models.SlugField("adresse", max_length=80, unique=True)
    type = models.ForeignKey(
        Term,
        models.PROTECT,
        related_name="+",
        verbose_name="type",
        limit_choices_to={"vocabulary": Vocabulary.ORGANIZATION_TYPE},
    )
    region = models.ForeignKey(
        Term,
        models.PROTECT,
        related_name="+",
        verbose_name="région",
        limit_choices_to={"vocabulary": Vocabulary.REGION},
    )
    regime = models.CharField("régime contractuel", max_length=20, choices=Regime.choices)
    kind = models.CharField(
        "sorte de membre", max_length=20, choices=Kind.choices, default=Kind.BUYER
    )
    fiscal_year_start_month = models.PositiveSmallIntegerField(
        "mois du début de l’exercice", default=1
    )
    may_be_named = models.BooleanField(
        "accepte d’être nommée",
        default=False,
        help_text="Sinon, l’organisation n’est pas nommée hors de la coordination.",
    )
    is_active = models.BooleanField("active", default=True)
    is_fictional = models.BooleanField("fictive", default=False)
    joined_on = models.DateField("membre depuis", default=timezone.localdate)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        ordering = ["sort_name", "pk"]
        indexes = [
            # The poster counts the members of each meeting's day.
            models.Index(
                fields=["joined_on"],
                name="organization_active_joined_on",
                condition=Q(is_active=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="organization_fiscal_year_start_month_is_a_month",
                condition=Q(fiscal_year_start_month__range=(1, 12)),
                violation_error_message="Indiquez un mois, de 1 à 12.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = fold(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("members:organization_detail", org_slug=self.slug)

    @property
    def short_name(self) -> str:
        return self.acronym or self.name

    @property
    def group(self) -> str:
        """The group of organizations that measures are written for (`Measure.groups`)."""
        if self.kind == self.Kind.STAKEHOLDER:
            return "organization_group:reseau"
        groups = {
            self.Regime.LCOP: "public",
            self.Regime.MUNICIPAL: "municipal",
            self.Regime.OWN: "etat",
            self.Regime.PRIVATE: "prive",
        }
        return f"organization_group:{groups[self.Regime(self.regime)]}"


class Membership(models.Model):
    """A person's role in one organization."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name="personne"
    )
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="memberships", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, choices=Role.choices, default=Role.READER)
    created_at = models.DateTimeField("depuis", auto_now_add=True)

    class Meta:
        verbose_name = "rattachement"
        ordering = ["organization__sort_name", "user__full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization"],
                name="membership_unique_user_organization",
                violation_error_message="Cette personne est déjà rattachée à l’organisation.",
            ),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organization} ({self.get_role_display()})"
