"""Sending a table to a register."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from chantier.lib.files import CheckedFile, check_upload
from chantier.lib.french import number
from chantier.lib.spreadsheets import as_utf8
from measures.exchange import plan
from measures.exchange.plan import Plan
from members.models import Organization

ACCEPTED = (".xlsx", ".csv")


def checked_table(upload: File) -> tuple[File, CheckedFile]:
    """A table that may be read, in UTF-8 when it is a CSV; raises ValidationError."""
    name = PurePath(upload.name or "").name
    suffix = PurePath(name).suffix.lower()
    if suffix not in (*ACCEPTED, ".xlsm", ".xlsb"):
        raise ValidationError(
            f"«\u00a0{name}\u00a0» n’est ni un XLSX ni un CSV. "
            "Dans votre tableur, choisissez Enregistrer sous, puis l’un de ces formats."
        )
    table = as_utf8(upload) if suffix == ".csv" else upload
    return table, check_upload(table)


class ImportForm(forms.Form):
    """A table, compared with the register as soon as it has been checked."""

    table = forms.FileField(
        label="Fichier XLSX ou CSV",
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text=f"10\u00a0Mo et {number(plan.MAX_ROWS)} lignes au plus. Son contenu est vérifié.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.plan: Plan | None = None

    def clean_table(self) -> File:
        upload: File = self.cleaned_data["table"]
        table, checked = checked_table(upload)
        self.checked: CheckedFile = checked
        self.plan = plan.build(
            plan.read(table, PurePath(upload.name or "").name), self.organization
        )
        table.seek(0)
        return table


class ConfirmForm(forms.Form):
    """What the preview showed."""

    stamp = forms.CharField(max_length=64)
