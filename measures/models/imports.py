"""Tables sent to a register: kept between their preview and their confirmation."""

import uuid

from django.db import models
from django.db.models import Q

from chantier.lib.files import private_storage
from measures.models.evidence import stored_name
from members.models import Organization, User


class RegisterImport(models.Model):
    """A spreadsheet that somebody sent: previewed, then applied whole or not at all."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="imports", verbose_name="organisation"
    )
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
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)
    # The batch of the events that it made, to undo them together.
    batch = models.UUIDField("lot", default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "importation"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="registerimport_has_a_file_until_applied",
                condition=~Q(file="") | Q(applied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
