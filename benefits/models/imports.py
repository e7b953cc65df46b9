"""A spreadsheet of enterprises: previewed, then applied whole or not at all."""

from django.db import models
from django.db.models import Q

from chantier.lib.files import private_storage
from measures.models.evidence import stored_name
from members.models import User


class DirectoryImport(models.Model):
    """A spreadsheet of the directory that staff sent."""

    # Until it is applied; the digest then tells which file it was.
    file = models.FileField(
        "fichier", upload_to=stored_name, storage=private_storage, max_length=120, blank=True
    )
    file_name = models.CharField("nom du fichier", max_length=200)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="envoyé par", editable=False
    )
    created_at = models.DateTimeField("envoyé le", auto_now_add=True)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="importé par"
    )
    applied_at = models.DateTimeField("importé le", null=True, blank=True)
    added_count = models.PositiveIntegerField("EÉS ajoutées", default=0)
    changed_count = models.PositiveIntegerField("EÉS modifiées", default=0)
    # What its first row names its columns, as they stand in the file.
    head = models.JSONField("titres", default=dict, editable=False)
    row_count = models.PositiveIntegerField("lignes", default=0)
    # Rows compared with the directory so far, some by each request.
    checked_count = models.PositiveIntegerField("lignes lues", default=0)

    class Meta:
        verbose_name = "importation du répertoire"
        verbose_name_plural = "importations du répertoire"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="directoryimport_applied_by_someone_at_some_time",
                condition=Q(applied_by=None, applied_at=None) & ~Q(file="")
                | Q(applied_by__isnull=False, applied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class DirectoryImportRow(models.Model):
    """A row of a table that waits: what it says, then what it would do; gone once applied."""

    class State(models.TextChoices):
        UNREAD = "", "à lire"
        ADDED = "added", "ajoutée"
        CHANGED = "changed", "modifiée"
        UNCHANGED = "unchanged", "inchangée"
        WRONG = "wrong", "à corriger"

    table = models.ForeignKey(
        DirectoryImport, models.CASCADE, related_name="rows", verbose_name="importation"
    )
    number = models.PositiveIntegerField("ligne")
    cells = models.JSONField("cases", default=list)
    state = models.CharField("état", max_length=20, choices=State.choices, blank=True, default="")
    # Which enterprise it is about: two rows of one key are told.
    key = models.CharField("entreprise reconnue", max_length=220, default="")
    # The key of its enterprise, what that said, and what the row makes of it.
    enterprise_key = models.BigIntegerField("clé de l’EÉS", null=True)
    before = models.JSONField("avant", default=dict)
    after = models.JSONField("après", default=dict)
    errors = models.JSONField("erreurs", default=list)
    note = models.CharField("remarque", max_length=400, default="")

    class Meta:
        verbose_name = "ligne d’une importation du répertoire"
        verbose_name_plural = "lignes d’une importation du répertoire"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "number"], name="directoryimportrow_unique_table_number"
            ),
        ]
        indexes = [
            models.Index(fields=["table", "state", "number"], name="directoryimportrow_state"),
            models.Index(fields=["table", "key"], name="directoryimportrow_key"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id}, ligne {self.number}"
