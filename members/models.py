"""Who we are: people, organizations, roles, cycles, and the journal of what they did."""

import datetime
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from chantier.lib.addresses import address
from chantier.lib.french import fold
from chantier.lib.seeds import SeededModel
from members.roles import PORTAL_ROLE_PERMISSIONS, Permission, PortalRole, Role


class Vocabulary(models.TextChoices):
    """The choice lists that staff keep."""

    REGION = "region", "régions administratives"
    SECTOR = "sector", "secteurs d’activité"
    ORGANIZATION_TYPE = "organization_type", "types d’organisation"
    ORGANIZATION_GROUP = "organization_group", "groupes d’organisations"
    LEGAL_FORM = "legal_form", "formes juridiques"
    ENTERPRISE_TAG = "enterprise_tag", "étiquettes d’EÉS"
    SOCIAL_PURPOSE = "social_purpose", "finalités sociales (ISQ)"
    CONTRACT_KIND = "contract_kind", "sortes de contrat"
    PROCUREMENT_MODE = "procurement_mode", "modes de sollicitation"
    AWARD_METHOD = "award_method", "modes d’adjudication"
    DOCUMENT_KIND = "document_kind", "documents"
    JOB_FUNCTION = "job_function", "fonctions"
    PURCHASE_EXAMPLE = "purchase_example", "exemples d’achats"
    COMPUTATION_RULE = "computation_rule", "règles de calcul"
    REPORT_SECTION = "report_section", "sections du rapport annuel"
    CHANTIER_REPORT_SECTION = "chantier_report_section", "sections du rapport du chantier"
    RETENTION = "retention", "durées de conservation"


class Term(SeededModel):
    """One entry of a choice list; `code` is prefixed by the list, « region:06 »."""

    vocabulary = models.CharField("liste", max_length=30, choices=Vocabulary.choices)
    label = models.CharField("libellé", max_length=300)
    note = models.CharField("précision", max_length=300, blank=True)
    data = models.JSONField("données", default=dict, blank=True)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "terme"
        verbose_name_plural = "vocabulaire"
        ordering = ["vocabulary", "order", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """The code without the name of its list: « 06 »."""
        return self.code.partition(":")[2]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; the e-mail address is the login."""

    email = models.EmailField("courriel", unique=True)
    full_name = models.CharField("nom", max_length=150)
    job_title = models.CharField("fonction", max_length=150, blank=True)
    portal_role = models.CharField(
        "rôle dans le portail", max_length=20, choices=PortalRole.choices, blank=True
    )
    is_active = models.BooleanField("compte actif", default=True)
    date_joined = models.DateTimeField("inscription", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "personne"
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_unique_email",
                violation_error_message="Une personne a déjà ce courriel.",
            ),
            models.CheckConstraint(
                name="user_portal_role_known",
                condition=Q(portal_role__in=["", *PortalRole.values]),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the administration opens: derived from the role, so that they cannot differ."""
        return self.is_superuser or Permission.CATALOGUE_EDIT in self.portal_permissions

    @property
    def portal_permissions(self) -> frozenset[Permission]:
        return PORTAL_ROLE_PERMISSIONS[self.portal_role]

    @property
    def may_edit_catalogue(self) -> bool:
        return Permission.CATALOGUE_EDIT in self.portal_permissions

    @property
    def may_manage_meetings(self) -> bool:
        return Permission.MEETING_MANAGE in self.portal_permissions

    @property
    def may_oversee_reports(self) -> bool:
        return Permission.REPORT_OVERSEE in self.portal_permissions


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def of(self, user: User) -> Self:
        """Organizations that this person belongs to."""
        return self.active().filter(memberships__user=user)


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


class CalendarFeed(models.Model):
    """The private address of a person's calendar: its hash, none once revoked.

    `generation` grows at each change, so that an old form cannot bring a dead address back.
    """

    user = models.OneToOneField(
        User, models.CASCADE, related_name="calendar_feed", verbose_name="personne"
    )
    token_hash = models.CharField(
        "empreinte du lien", max_length=64, unique=True, null=True, blank=True, editable=False
    )
    generation = models.PositiveIntegerField("génération", default=0, editable=False)
    created_at = models.DateTimeField("créé le", null=True, editable=False)
    last_read_at = models.DateTimeField("lu le", null=True, editable=False)

    class Meta:
        verbose_name = "lien de calendrier"
        ordering = ["user"]

    def __str__(self) -> str:
        return f"Calendrier, {self.user}"


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


class AppendOnlyError(TypeError):
    """A journal row was about to be changed or deleted."""


class AppendOnlyModel(models.Model):
    """A journal: rows are added, never changed, never deleted one by one."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise AppendOnlyError(f"{self._meta.label} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self._meta.label} rows are never deleted")


class AuditEntry(AppendOnlyModel):
    """Who did what, and when, outside the registers (which keep their own journal)."""

    actor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="personne"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="organisation"
    )
    action = models.CharField("acte", max_length=60)
    subject = models.CharField("objet", max_length=200)
    before = models.JSONField("avant", default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField("après", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("moment", auto_now_add=True)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "-at"], name="audit_subject_at")]

    def __str__(self) -> str:
        return f"{self.action} – {self.subject}"
