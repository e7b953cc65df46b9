"""The guide: its sources, its stages, its measures and the clauses that serve them."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from chantier.lib.addresses import address
from chantier.lib.french import fold
from chantier.lib.seeds import SeededModel
from measures.models.legal import LegalReference
from measures.models.sources import SourcedModel
from measures.statuses import Status
from measures.wording import Part, parts
from members.models import AppendOnlyModel, Organization, Term, User, Vocabulary


class Stage(SeededModel):
    """One of the stages of the purchasing guide; rows, so that ECPAR may rename them."""

    order = models.PositiveSmallIntegerField("numéro", unique=True)
    slug = models.SlugField("adresse", unique=True)
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=40)
    description = models.TextField("description")
    question = models.CharField("question", max_length=250)
    iso_20400 = models.CharField("lien avec ISO 20400", max_length=200, blank=True)

    class Meta:
        verbose_name = "étape"
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"

    def get_absolute_url(self) -> str:
        return address("measures:stage_detail", slug=self.slug)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def for_group(self, group: str) -> Self:
        """Measures written for this group of organizations, or for all."""
        links = Measure.groups.through.objects
        return self.filter(
            ~models.Exists(links.filter(measure=models.OuterRef("pk")))
            | models.Exists(links.filter(measure=models.OuterRef("pk"), term__code=group))
        )

    def numbers_by_stage(self) -> dict[int, int]:
        """Number of measures by stage id."""
        rows = self.order_by().values_list("stage_id").annotate(number=models.Count("pk"))
        return dict(rows)

    def with_implemented_by(self) -> Self:
        """Add `implemented_by`, the number of active organizations that implemented the measure.

        To be shown through `chantier.lib.small_groups.shown` only.
        """
        records = apps.get_model("measures", "Implementation")._default_manager
        # Those that left are few: left out by their keys, the count reads one index and no table.
        gone = Organization.objects.filter(is_active=False).values("pk")
        done = records.filter(measure=models.OuterRef("pk"), status=Status.IMPLEMENTED)
        done = done.exclude(organization__in=gone)
        counted = done.order_by().values("measure").annotate(n=models.Count("pk")).values("n")
        return self.annotate(
            implemented_by=Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)
        )

    def with_record_of(self, organization: Organization | None) -> Self:
        """Add `our_record`, `our_status` and `our_review`: key, status, review date of its record.

        All are None without a record; an organization has one record of a measure at most.
        """
        if organization is None:
            return self.annotate(
                our_record=models.Value(None, output_field=models.BigIntegerField()),
                our_status=models.Value(None, output_field=models.CharField()),
                our_review=models.Value(None, output_field=models.DateField()),
            )
        ours = Q(implementations__organization=organization)
        return self.annotate(
            ours=models.FilteredRelation("implementations", condition=ours),
            our_record=models.F("ours__pk"),
            our_status=models.F("ours__status"),
            our_review=models.F("ours__review_on"),
        )

    def visible_to(self, user: Any) -> Self:
        """Active measures; what is still to verify is not published to visitors."""
        rows = self.active()
        return rows if user.is_authenticated else rows.filter(to_verify=False)


class Measure(SourcedModel):
    """An example measure of the guide."""

    class Effort(models.TextChoices):
        LOW = "faible", "faible"
        MEDIUM = "moyen", "moyen"
        HIGH = "eleve", "élevé"

    slug = models.SlugField("adresse", unique=True)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="measures", verbose_name="étape")
    title = models.CharField("titre", max_length=200)
    description = models.TextField("description")
    expected_evidence = models.CharField("preuve attendue", max_length=200, blank=True)
    effort = models.CharField("effort", max_length=10, choices=Effort.choices)
    groups = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="organisations visées",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.ORGANIZATION_GROUP},
        help_text="Aucun choix\u00a0: toutes les organisations.",
    )
    legal_references = models.ManyToManyField(
        LegalReference, related_name="measures", verbose_name="références légales", blank=True
    )
    is_active = models.BooleanField("au catalogue", default=True)
    search_text = models.TextField(editable=False, default="")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure"
        ordering = ["stage__order", "code"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The code and the title come first: `measures.search` tells them from the rest so.
        self.search_text = fold(
            f"{self.code} {self.title} {self.description} {self.expected_evidence}"
        )
        super().save(*args, **kwargs)
        # Registers search by the title that the guide gives.
        apps.get_model("measures", "Implementation")._default_manager.rename(self)

    def get_absolute_url(self) -> str:
        return address("measures:measure_detail", slug=self.slug)


class ClauseQuerySet(models.QuerySet["Clause"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_latest_version(self) -> Self:
        """Read the newest version of each clause, in one query for all of them."""
        newest = (
            ClauseVersion.objects.filter(clause=models.OuterRef("clause"))
            .order_by("-number")
            .values("number")[:1]
        )
        return self.prefetch_related(
            models.Prefetch(
                "versions",
                ClauseVersion.objects.filter(number=models.Subquery(newest)),
                to_attr="latest_versions",
            )
        )

    def with_text(self) -> Self:
        """Read the newest text of each clause along with it: `latest_number`, `latest_text`."""
        newest = ClauseVersion.objects.filter(clause=models.OuterRef("pk")).order_by("-number")
        return self.defer("seeded", "basis", "search_text").annotate(
            latest_number=models.Subquery(newest.values("number")[:1]),
            latest_text=models.Subquery(newest.values("text")[:1]),
        )

    def for_contract(self, kind: str) -> Self:
        """Clauses that name this kind of contract, and those that fit every one."""
        links = Clause.contract_kinds.through.objects.filter(clause=models.OuterRef("pk"))
        return self.filter(~models.Exists(links) | models.Exists(links.filter(term__code=kind)))

    def with_used_by(self) -> Self:
        """Add `used_by`, the number of active organizations that used the clause.

        To be told through `chantier.lib.small_groups.shown` only.
        """
        uses = apps.get_model("measures", "ClauseUse")._default_manager
        used = uses.filter(
            clause_version__clause=models.OuterRef("pk"), organization__is_active=True
        )
        counted = used.order_by().values("clause_version__clause")
        number = counted.annotate(n=models.Count("organization", distinct=True)).values("n")
        return self.annotate(
            used_by=Coalesce(models.Subquery(number, output_field=models.IntegerField()), 0)
        )


class Clause(SourcedModel):
    """A drafting model for a tender or a contract; its text lives in versions."""

    NOTICE = "Modèle à adapter et à faire valider par votre service juridique."

    slug = models.SlugField("adresse", unique=True)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="clauses", verbose_name="étape")
    title = models.CharField("titre", max_length=200)
    documents = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="documents",
        limit_choices_to={"vocabulary": Vocabulary.DOCUMENT_KIND},
    )
    contract_kinds = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="sortes de contrat",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.CONTRACT_KIND},
        help_text="Aucun choix\u00a0: tous les contrats.",
    )
    legal_references = models.ManyToManyField(
        LegalReference, related_name="clauses", verbose_name="références légales", blank=True
    )
    measures = models.ManyToManyField(
        Measure, related_name="clauses", verbose_name="mesures", blank=True
    )
    is_active = models.BooleanField("à la bibliothèque", default=True)
    search_text = models.TextField(editable=False, default="")

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = "clause"
        ordering = ["stage__order", "code"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        newest = self.versions.first() if self.pk else None
        self.search_text = fold(f"{self.code} {self.title} {newest.text if newest else ''}")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("measures:clause_detail", slug=self.slug)

    @property
    def latest_version(self) -> "ClauseVersion | None":
        """The newest version; asks nothing after `with_latest_version`."""
        if hasattr(self, "latest_versions"):
            return self.latest_versions[0] if self.latest_versions else None
        return self.versions.first()


class ClauseVersion(AppendOnlyModel):
    """The wording of a clause at one moment, never changed; `[variables]` in brackets."""

    clause = models.ForeignKey(
        Clause, models.CASCADE, related_name="versions", verbose_name="clause"
    )
    number = models.PositiveSmallIntegerField("version")
    text = models.TextField("libellé")
    reason = models.CharField("raison", max_length=300, blank=True)
    author = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="auteur"
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        verbose_name = "version de clause"
        verbose_name_plural = "versions de clause"
        ordering = ["clause", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["clause", "number"], name="clauseversion_unique_clause_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause.code}, version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # A clause is also found by the words of its newest text.
        self.clause.save(update_fields=["search_text"])

    @property
    def parts(self) -> list[Part]:
        """The text in pieces: words, and `[variables]` to fill in."""
        return parts(self.text)
