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
