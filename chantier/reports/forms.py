"""The form that submits an annual report."""

from collections.abc import Mapping
from typing import Any

from django import forms

from members.models import User


class SubmissionForm(forms.Form):
    """Who approves, and that it is true; a later version also says why.

    `number` is the version that the person saw coming: a second click, or a second person,
    arrives with a number that exists by then and creates nothing.
    """

    number = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)
    signatory_name = forms.CharField(label="Nom de la personne qui approuve", max_length=150)
    signatory_function = forms.CharField(label="Fonction", max_length=150)
    reason = forms.CharField(
        label="Raison de la correction",
        max_length=300,
        help_text="Elle paraît sur la page titre, sous le numéro de la version.",
        error_messages={"required": "Dites pourquoi le rapport change."},
    )
    statement = forms.BooleanField(
        label="J’ai relu ce rapport et j’atteste qu’il est fidèle à nos dossiers",
        error_messages={"required": "Cochez cette case pour déposer le rapport."},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, coming: int, person: User) -> None:
        initial = {
            "number": coming,
            "signatory_name": person.full_name,
            "signatory_function": person.job_title,
        }
        super().__init__(data, initial=initial)
        seen = str(data.get("number", "")) if data is not None else str(coming)
        if seen in ("", "1"):
            del self.fields["reason"]

    @property
    def is_correction(self) -> bool:
        return "reason" in self.fields
