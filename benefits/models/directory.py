"""The directory of social economy enterprises (EÉS): who they are, and why we believe it."""

import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from benefits.models.indexes import TextIndex
from benefits.names import NEQ_PATTERN, name_key
from chantier.lib import french
from chantier.lib.addresses import address
from chantier.lib.seeds import SeededModel
from members.models import AppendOnlyModel, Organization, Term, User, Vocabulary

NEQ_FORMAT = RegexValidator(
    NEQ_PATTERN,
    "Un NEQ compte dix chiffres et commence par 11, 22, 33 ou 88.",
)


def new_code() -> str:
    """The natural key of an enterprise that no seed file proposed."""
    return f"ees-{uuid.uuid4().hex[:16]}"


def reach_of(codes: Iterable[str]) -> str:
    """Regions as `SocialEnterprise.reach` holds them: « region:06 », « region:12 » is " 06 12 "."""
    keys = sorted({code.partition(":")[2] for code in codes})
    return f" {' '.join(keys)} "


class SocialEnterpriseQuerySet(models.QuerySet["SocialEnterprise"]):
    def listed(self) -> Self:
        """What the directory shows: neither what is proposed, nor declined, nor merged."""
        return self.filter(state=SocialEnterprise.State.LISTED)

    def with_terms(self) -> Self:
        """Add the words of the directory: form, region, sectors, tags."""
        return self.select_related("legal_form", "region").prefetch_related("sectors", "tags")

    def in_region(self, key: str) -> Self:
        """Those whose seat is there, and those that serve it."""
        return self.filter(reach__contains=f" {key} ")

    def note_reach(self) -> None:
        """Write `reach` again, for whoever wrote the regions of many at once."""
        changed = []
        for row in self.select_related("region").prefetch_related("served_regions"):
            reach = reach_of(term.code for term in (row.region, *row.served_regions.all()))
            if row.reach != reach:
                row.reach = reach
                changed.append(row)
        self.model.objects.bulk_update(changed, ["reach"], batch_size=200)


class SocialEnterprise(SeededModel):
    """A social economy enterprise (EÉS) of the directory."""

    class Eligibility(models.TextChoices):
        CONFIRMED = "confirmee", "confirmée"
        TO_VERIFY = "a-verifier", "à vérifier"
        GREY_ZONE = "zone-grise", "zone grise"

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposée"
        LISTED = "listed", "au répertoire"
        DECLINED = "declined", "non retenue"
        # Another row of the directory is the same enterprise.
        MERGED = "merged", "réunie à une autre"

    name = models.CharField("nom", max_length=200)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    neq = models.CharField(
        "numéro d’entreprise du Québec (NEQ)",
        max_length=10,
        blank=True,
        validators=[NEQ_FORMAT],
    )
    legal_form = models.ForeignKey(
        Term,
        models.PROTECT,
        related_name="+",
        verbose_name="forme juridique",
        limit_choices_to={"vocabulary": Vocabulary.LEGAL_FORM},
    )
    # Where its seat is: the region of a purchase.
    region = models.ForeignKey(
        Term,
        models.PROTECT,
        related_name="+",
        verbose_name="région",
        limit_choices_to={"vocabulary": Vocabulary.REGION},
    )
    served_regions = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="régions desservies",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.REGION},
    )
    tags = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="étiquettes",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.ENTERPRISE_TAG},
    )
    sectors = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="secteurs",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.SECTOR},
    )
    mission = models.CharField("mission", max_length=300)
    offer = models.TextField("offre", max_length=2000, blank=True)
    certification = models.CharField("certification", max_length=300, blank=True)
    website = models.URLField("site Web", max_length=300, blank=True)
    # Of a function in an enterprise, never of private life; taken out when the person asks.
    contact_name = models.CharField("personne à joindre", max_length=120, blank=True)
    contact_role = models.CharField("fonction", max_length=120, blank=True)
    contact_email = models.EmailField("courriel de travail", blank=True)
    contact_phone = models.CharField("téléphone de travail", max_length=40, blank=True)
    # What the last `EligibilityReview` says; « à vérifier » before any.
    eligibility = models.CharField(
        "admissibilité (art. 3)",
        max_length=20,
        choices=Eligibility.choices,
        default=Eligibility.TO_VERIFY,
    )
    eligibility_on = models.DateField("examinée le", null=True, blank=True, editable=False)
    state = models.CharField(
        "état", max_length=20, choices=State.choices, default=State.LISTED, editable=False
    )
    proposed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="proposée par",
        editable=False,
    )
    proposed_for = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="proposée au nom de",
        editable=False,
    )
    answer = models.CharField("réponse", max_length=500, blank=True, editable=False)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="répondu par",
        editable=False,
    )
    answered_at = models.DateTimeField("répondu le", null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="merged",
        verbose_name="réunie à",
        editable=False,
    )
    # Somebody compared them: near in name, and not one enterprise.
    distinct_from = models.ManyToManyField(
        "self", verbose_name="à ne pas confondre avec", blank=True, editable=False
    )
    is_fictional = models.BooleanField("fictive", default=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("ajoutée le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    updated_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="modifiée par",
        editable=False,
    )
    submission_key = models.UUIDField(null=True, unique=True, editable=False)
    # What two spellings of a name have in common.
    name_key = models.CharField(
        "nom réduit", max_length=200, db_index=True, editable=False, default=""
    )
    # Folded: « Énergie » under E, whatever the database.
    sort_name = models.CharField(max_length=200, editable=False, default="")
    search_text = models.TextField(editable=False, default="")
    # Where it can be asked: its seat and the regions that it serves, " 06 12 ". The directory
    # counts by it: joining the regions of twenty thousand rows takes ten times as long.
    reach = models.CharField(max_length=250, editable=False, default="")

    objects = SocialEnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = "entreprise d’économie sociale"
        verbose_name_plural = "entreprises d’économie sociale"
        ordering = ["sort_name", "pk"]
        indexes = [
            models.Index(fields=["state", "sort_name", "id"], name="enterprise_state_name"),
            models.Index(
                fields=["state", "reach", "eligibility", "legal_form"],
                name="enterprise_state_reach",
            ),
            TextIndex(fields=["reach", "state", "search_text"], name="enterprise_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["neq"],
                # A number that is proposed again, or was merged, is known already.
                condition=Q(state="listed") & ~Q(neq=""),
                name="socialenterprise_unique_neq",
                violation_error_message="Ce NEQ est déjà celui d’une EÉS du répertoire.",
            ),
            models.CheckConstraint(
                name="socialenterprise_merged_into_another",
                condition=(
                    Q(state="merged", merged_into__isnull=False) & ~Q(merged_into=models.F("pk"))
                )
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_derived()
        super().save(*args, **kwargs)

    def set_derived(self) -> None:
        """For `bulk_create`, which calls no `save`."""
        self.set_words()
        self.reach = self._reach()

    def set_words(self) -> None:
        """What is worked out of its own words, and of no other row."""
        if not self.code:
            self.code = new_code()
        self.name_key = name_key(self.name)[:200]
        self.sort_name = french.fold(self.name)[:200]
        self.search_text = french.fold(f"{self.name} {self.mission} {self.offer} {self.neq}")

    def note_reach(self) -> None:
        """Write `reach` again, after the regions that it serves have changed."""
        self.reach = self._reach()
        SocialEnterprise.objects.filter(pk=self.pk).update(reach=self.reach)

    def _reach(self) -> str:
        served = self.served_regions.values_list("code", flat=True) if self.pk else ()
        return reach_of((self.region.code, *served))

    def get_absolute_url(self) -> str:
        return address("benefits:enterprise_detail", slug=self.slug)


class Criterion(models.TextChoices):
    """What article 3 of the Loi sur l’économie sociale asks, one by one, in our words."""

    ACTIVITY = "activite", "Elle vend ou échange des biens ou des services."
    PURPOSE = "but", "Elle répond aux besoins de ses membres ou de la collectivité."
    INDEPENDENCE = "independance", "Aucun organisme public ne décide à sa place."
    DEMOCRACY = "democratie", "Ses règles prévoient une gouvernance démocratique par les membres."
    VIABILITY = "viabilite", "Elle vise la viabilité économique."
    SURPLUS = (
        "surplus",
        "Ses règles interdisent de partager les surplus, sauf au prorata des opérations.",
    )
    DISSOLUTION = (
        "dissolution",
        "Si elle est dissoute, ce qui reste va à une personne morale qui a un but semblable.",
    )


class EligibilityReview(AppendOnlyModel):
    """Why we believe, one day, that an enterprise answers article 3, or not."""

    enterprise = models.ForeignKey(
        SocialEnterprise, models.PROTECT, related_name="reviews", verbose_name="EÉS"
    )
    state = models.CharField(
        "admissibilité (art. 3)", max_length=20, choices=SocialEnterprise.Eligibility.choices
    )
    # Codes of `Criterion` that the evidence shows.
    criteria = models.JSONField("critères démontrés", default=list)
    evidence = models.TextField("preuve", max_length=1000)
    source_url = models.URLField("adresse de la preuve", max_length=400, blank=True)
    examined_on = models.DateField("examinée le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("noté le", auto_now_add=True)

    class Meta:
        verbose_name = "examen d’admissibilité"
        verbose_name_plural = "examens d’admissibilité"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.enterprise_id}, {self.examined_on}"


class FavouriteEnterprise(models.Model):
    """An enterprise that a person keeps at hand."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="favourite_enterprises", verbose_name="personne"
    )
    enterprise = models.ForeignKey(
        SocialEnterprise, models.CASCADE, related_name="favourites", verbose_name="EÉS"
    )
    created_at = models.DateTimeField("ajoutée le", auto_now_add=True)

    class Meta:
        verbose_name = "EÉS favorite"
        verbose_name_plural = "EÉS favorites"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "enterprise"], name="favouriteenterprise_unique_user_enterprise"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.enterprise_id}"


class RemovalRequest(models.Model):
    """Somebody asks that what leads to them in the directory be taken out."""

    class State(models.TextChoices):
        WAITING = "waiting", "à traiter"
        DONE = "done", "coordonnées retirées"
        DECLINED = "declined", "sans suite"

    enterprise = models.ForeignKey(
        SocialEnterprise, models.PROTECT, related_name="removal_requests", verbose_name="EÉS"
    )
    # Emptied with the answer: the request itself keeps nothing of the person.
    reply_to = models.EmailField("courriel pour la réponse", blank=True)
    message = models.TextField("message", max_length=1000, blank=True)
    state = models.CharField(
        "état", max_length=20, choices=State.choices, default=State.WAITING, editable=False
    )
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="traitée par"
    )
    answered_at = models.DateTimeField("traitée le", null=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "demande de retrait"
        verbose_name_plural = "demandes de retrait"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="removalrequest_answered_by_someone_at_some_time",
                condition=Q(state="waiting", answered_by=None, answered_at=None)
                | (
                    ~Q(state="waiting")
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                    & Q(reply_to="", message="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}, {self.created_at:%Y-%m-%d}"
