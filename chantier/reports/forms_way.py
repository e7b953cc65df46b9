"""The forms of the way from draft to accepted: a word, an examination, a later day."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms

from chantier.lib.french import long_date
from chantier.reports.sections import ORGANIZATION_SECTIONS

ACCEPT, SEND_BACK = "accepter", "retourner"
_LONGEST = 1000


def _words(label: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class NoteForm(forms.Form):
    note = _words("Mot, au besoin", rows=2)


class ExaminationForm(forms.Form):
    """What the coordination answers to one version: accepted, or what is to correct, by section.

    `number` is the version that the person read.
    """

    number = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=[(ACCEPT, "Accepter"), (SEND_BACK, "Retourner pour correction")],
        widget=forms.HiddenInput,
        error_messages={"required": "Choisissez d’accepter le rapport ou de le retourner."},
    )
    note = _words("Mot à l’organisation", "Il part avec la décision. Facultatif pour accepter.")

    def __init__(
        self, data: Mapping[str, Any] | None, *, number: int, typed: Mapping[str, Any] | None = None
    ) -> None:
        """`typed` is put back in the fields: not judged, since nothing is decided yet."""
        super().__init__(data, initial={"number": number} | dict(typed.items() if typed else ()))
        for section in ORGANIZATION_SECTIONS:
            self.fields[f"section_{section.code}"] = _words(section.title)

    @property
    def holds_text(self) -> bool:
        """Whether somebody wrote in it: it stays on the page, whatever became of the report."""
        return self.is_bound or any(self[name].value() for name in self.fields if name != "number")

    @property
    def section_fields(self) -> list[forms.BoundField]:
        return [self[f"section_{section.code}"] for section in ORGANIZATION_SECTIONS]

    @property
    def comments(self) -> dict[str, str]:
        """By code of section; empty before the form is valid."""
        return {
            section.code: text
            for section in ORGANIZATION_SECTIONS
            if (text := self.cleaned_data.get(f"section_{section.code}", ""))
        }

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["decision"] == ACCEPT

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        decision = data.get("decision")
        if decision == ACCEPT and self.comments:
            raise forms.ValidationError(
                "Vous avez commenté des sections. Retournez le rapport pour que l’organisation y "
                "réponde, ou effacez ces commentaires pour l’accepter."
            )
        if decision == SEND_BACK and not self.errors and not (self.comments or data.get("note")):
            raise forms.ValidationError(
                "Dites ce qui est à corriger\u00a0: commentez une section, ou écrivez un mot."
            )
        return data


class PostponeForm(forms.Form):
    """A later day for one organization; `seen` is the one it had when the page was read."""

    seen = forms.DateField(required=False, widget=forms.HiddenInput)
    due_on = forms.DateField(
        label="Dépôt reporté au",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez la nouvelle date."},
    )
    note = forms.CharField(
        label="Raison",
        max_length=_LONGEST,
        help_text="Elle part par courriel aux responsables, et se lit sur la page du rapport.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi le dépôt est reporté."},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        seen: datetime.date | None,
        after: datetime.date,
    ) -> None:
        super().__init__(data, initial={"seen": seen.isoformat() if seen else ""})
        self.after = after

    def clean_due_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["due_on"]
        if day <= self.after:
            raise forms.ValidationError(f"Choisissez une date après le {long_date(self.after)}.")
        return day
