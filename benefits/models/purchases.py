"""What organizations buy from EÉS: typed, or imported from the spreadsheet of a buyer."""

import datetime
import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from benefits.models.directory import SocialEnterprise
from benefits.names import supplier_key
from chantier.lib.files import private_storage
from chantier.lib.french import fold
from measures.models import ClauseUse
from measures.models.evidence import stored_name
from members.models import Organization, Term, User, Vocabulary


class PurchaseImport(models.Model):
    """A spreadsheet of purchases: columns told, rows checked, then all go in or none."""

    # How long one that nobody finishes is kept.
    KEPT_FOR = datetime.timedelta(days=14)

    class State(models.TextChoices):
        READING = "reading", "fichier en lecture"
        MAPPING = "mapping", "colonnes à associer"
        CHECKING = "checking", "lignes en lecture"
        CHECKED = "checked", "à confirmer"
        # Somebody said yes; until all is in, nothing is.
        APPLYING = "applying", "importation en cours"
        APPLIED = "applied", "importé"
        UNDONE = "undone", "annulé"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="purchase_imports", verbose_name="organisation"
    )
    # Until its last row is kept.
    file = models.FileField(
        "fichier", upload_to=stored_name, storage=private_storage, max_length=120, blank=True
    )
    file_name = models.CharField("nom du fichier", max_length=200)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    state = models.CharField(
        "état", max_length=20, choices=State.choices, default=State.MAPPING, editable=False
    )
    # The headings as they stand in the file, and which field each column is.
    headings = models.JSONField("titres des colonnes", default=list, blank=True)
    mapping = models.JSONField("colonnes associées", default=dict, blank=True)
    row_count = models.PositiveIntegerField("lignes", default=0)
    # While the file is read, the rows that are kept; then those that are checked.
    checked_count = models.PositiveIntegerField("lignes lues", default=0)
    # What the preview showed to whoever said yes, and whether rows that repeat go in too.
    stamp = models.CharField("aperçu confirmé", max_length=60, blank=True, editable=False)
    keep_twins = models.BooleanField("avec les répétées", default=False, editable=False)
    applied_count = models.PositiveIntegerField("achats ajoutés", default=0)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="envoyé par", editable=False
    )
    created_at = models.DateTimeField("envoyé le", auto_now_add=True)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="importé par"
    )
    applied_at = models.DateTimeField("importé le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "importation d’achats"
        verbose_name_plural = "importations d’achats"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="purchaseimport_applied_by_someone_at_some_time",
                condition=Q(
                    state__in=["reading", "mapping", "checking", "checked"],
                    applied_by=None,
                    applied_at=None,
                )
                | Q(state="applying", applied_by__isnull=False, applied_at=None)
                | Q(
                    state__in=["applied", "undone"],
                    applied_by__isnull=False,
                    applied_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kept_until(self) -> datetime.date:
        """The day when it is forgotten, if nobody finishes it."""
        return timezone.localdate(self.created_at + self.KEPT_FOR)


class PurchaseImportRow(models.Model):
    """A row of the spreadsheet between its upload and its confirmation; gone afterwards."""

    table = models.ForeignKey(
        PurchaseImport, models.CASCADE, related_name="rows", verbose_name="importation"
    )
    # As the spreadsheet numbers it.
    number = models.PositiveIntegerField("ligne")
    cells = models.JSONField("cases", default=list, blank=True)
    # What was read of it, ready for `Purchase`; empty until it is checked, or when it is wrong.
    values = models.JSONField("valeurs", default=dict, blank=True)
    # Pairs of a column and what is wrong there, in French.
    errors = models.JSONField("erreurs", default=list, blank=True)
    is_wrong = models.BooleanField("à corriger", default=False)
    # A total, an empty row: left out, and said.
    is_left_out = models.BooleanField("laissée de côté", default=False)
    # An earlier row of the same file has the same fingerprint.
    is_twin = models.BooleanField("répétée", default=False)
    amount = models.DecimalField("montant", max_digits=14, decimal_places=2, null=True)
    supplier_key = models.CharField("fournisseur", max_length=220, default="", editable=False)
    fingerprint = models.CharField("empreinte", max_length=64, default="", editable=False)

    class Meta:
        verbose_name = "ligne d’importation"
        verbose_name_plural = "lignes d’importation"
        ordering = ["table", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "number"], name="purchaseimportrow_unique_table_number"
            ),
        ]
        indexes = [
            models.Index(fields=["table", "supplier_key"], name="importrow_table_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id}, ligne {self.number}"


class PurchaseImportSupplier(models.Model):
    """A supplier of a spreadsheet, and which EÉS it is; gone once the purchases are in."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "sans réponse"
        ENTERPRISE = "enterprise", "EÉS du répertoire"
        NONE = "none", "n’est pas une EÉS"
        LATER = "later", "plus tard"

    table = models.ForeignKey(
        PurchaseImport, models.CASCADE, related_name="suppliers", verbose_name="importation"
    )
    supplier_key = models.CharField("fournisseur", max_length=220)
    name = models.CharField("nom", max_length=200)
    neq = models.CharField("NEQ", max_length=10, blank=True)
    row_count = models.PositiveIntegerField("lignes", default=0)
    # Of all its rows, each as large as one may be.
    amount = models.DecimalField("montant", max_digits=20, decimal_places=2, default=0)
    # The EÉS that it may be, the likeliest first: key, name and score of each.
    candidates = models.JSONField("propositions", default=list, blank=True)
    score = models.PositiveSmallIntegerField("ressemblance", default=0)
    answer = models.CharField(
        "réponse", max_length=20, choices=Answer.choices, default=Answer.WAITING
    )
    enterprise = models.ForeignKey(
        SocialEnterprise, models.SET_NULL, null=True, related_name="+", verbose_name="EÉS"
    )
    # Its NEQ, or an earlier answer: nobody was asked.
    is_automatic = models.BooleanField("reconnu", default=False)

    class Meta:
        verbose_name = "fournisseur d’une importation"
        verbose_name_plural = "fournisseurs d’une importation"
        ordering = ["table", "-score", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "supplier_key"], name="importsupplier_unique_table_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnMapping(models.Model):
    """How an organization told the columns of a spreadsheet, for the next one like it."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="column_mappings", verbose_name="organisation"
    )
    headings_key = models.CharField("empreinte des titres", max_length=64)
    mapping = models.JSONField("colonnes associées", default=dict, blank=True)
    updated_at = models.DateTimeField("employé le", auto_now=True)

    class Meta:
        verbose_name = "association de colonnes"
        verbose_name_plural = "associations de colonnes"
        ordering = ["organization", "headings_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "headings_key"],
                name="columnmapping_unique_organization_headings",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}, {self.headings_key[:8]}"


class SupplierMatch(models.Model):
    """Which EÉS a supplier of an organization is, as a person confirmed; None when it is none."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="supplier_matches", verbose_name="organisation"
    )
    # `benefits.matching.supplier_key` of the name and of the NEQ.
    supplier_key = models.CharField("fournisseur", max_length=220)
    supplier_name = models.CharField("nom du fournisseur", max_length=200)
    enterprise = models.ForeignKey(
        SocialEnterprise,
        models.CASCADE,
        null=True,
        related_name="supplier_matches",
        verbose_name="EÉS",
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="confirmé par"
    )
    confirmed_at = models.DateTimeField("confirmé le", auto_now=True)

    class Meta:
        verbose_name = "rapprochement d’un fournisseur"
        verbose_name_plural = "rapprochements de fournisseurs"
        ordering = ["organization", "supplier_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "supplier_key"],
                name="suppliermatch_unique_organization_supplier",
            ),
        ]

    def __str__(self) -> str:
        return self.supplier_name


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    def counted(self) -> Self:
        """Those that figures count: whose supplier is an EÉS of the directory."""
        return self.filter(enterprise__isnull=False)

    def of_nobody(self) -> Self:
        """Whose supplier nobody has said to be an EÉS, or none."""
        none = SupplierMatch.objects.filter(
            organization=models.OuterRef("organization"),
            supplier_key=models.OuterRef("supplier_key"),
            enterprise=None,
        )
        return self.filter(enterprise=None).exclude(models.Exists(none))

    def between(self, start: datetime.date, end: datetime.date) -> Self:
        """Dated from `start` to `end`, both included."""
        return self.filter(purchased_on__range=(start, end))


class Purchase(models.Model):
    """What an organization bought from one supplier, one day, before tax, in Canadian dollars."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="purchases", verbose_name="organisation"
    )
    # None while nobody has said which EÉS the supplier is.
    enterprise = models.ForeignKey(
        SocialEnterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="purchases",
        verbose_name="EÉS",
    )
    # As the books of the buyer write it.
    supplier_name = models.CharField("fournisseur", max_length=200)
    supplier_neq = models.CharField("NEQ du fournisseur", max_length=10, blank=True)
    purchased_on = models.DateField("date")
    # Below zero for a credit note.
    amount = models.DecimalField("montant avant taxes", max_digits=14, decimal_places=2)
    # One sector for one purchase, so that no total exceeds what was spent.
    sector = models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="secteur",
        limit_choices_to={"vocabulary": Vocabulary.SECTOR},
    )
    mode = models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="mode de sollicitation",
        limit_choices_to={"vocabulary": Vocabulary.PROCUREMENT_MODE},
    )
    contract_kind = models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="sorte de contrat",
        limit_choices_to={"vocabulary": Vocabulary.CONTRACT_KIND},
    )
    # Rows of one contract or purchase order bear the same.
    reference = models.CharField(
        "numéro du contrat ou du bon de commande", max_length=150, blank=True
    )
    description = models.CharField("objet", max_length=300, blank=True)
    clause_uses = models.ManyToManyField(
        ClauseUse, related_name="purchases", verbose_name="clauses employées", blank=True
    )
    table = models.ForeignKey(
        PurchaseImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="purchases",
        verbose_name="importation",
        editable=False,
    )
    # Same supplier, day, amount, reference: what tells a row that was imported before.
    fingerprint = models.CharField("empreinte", max_length=64, editable=False, default="")
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="noté par", editable=False
    )
    created_at = models.DateTimeField("noté le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What tells the supplier, whatever the spellings of its name.
    supplier_key = models.CharField(
        "clé du fournisseur", max_length=220, default="", editable=False
    )
    search_text = models.TextField(editable=False, default="")

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        verbose_name = "achat"
        ordering = ["-purchased_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="purchase_of_some_amount", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="purchase_of_a_named_supplier", condition=~Q(supplier_name="")
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-purchased_on"], name="purchase_org_day"),
            models.Index(fields=["organization", "fingerprint"], name="purchase_org_fingerprint"),
            models.Index(fields=["organization", "supplier_key"], name="purchase_org_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_name}, {self.purchased_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_search_text()
        super().save(*args, **kwargs)

    def set_search_text(self) -> None:
        """What it is found and grouped by; for `bulk_create`, which calls no `save`."""
        self.supplier_key = supplier_key(self.supplier_name, self.supplier_neq)
        self.search_text = fold(f"{self.supplier_name} {self.reference} {self.description}")
