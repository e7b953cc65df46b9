"""The journal of what people did: rows are added, never changed."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from members.models.organizations import Organization
from members.models.people import User


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
