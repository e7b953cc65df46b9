"""The form of one text of a report: what is typed, over which version, sent once."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms

from chantier.lib.french import NBSP
from chantier.reports.sections import Section

_HIGHEST = 2**31 - 1


class TextForm(forms.Form):
    """`version` is the one that the person read; the same key sent twice is stored once."""

    section = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, max_value=_HIGHEST, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    # Spaces are the person's: what comes back is what was sent.
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)

    def __init__(
        self, data: Mapping[str, Any] | None, *, section: Section, text: str = "", version: int = 0
    ) -> None:
        initial = {
            "section": section.code,
            "version": version,
            "submission_key": uuid.uuid4(),
            "text": text,
        }
        super().__init__(data, initial=initial, auto_id=f"id_{section.code}_%s")
        if section.prompt is None:
            raise ValueError(f"section without a text: {section.code}")
        self.limit = section.prompt.limit
        field = self.fields["text"]
        field.label = section.prompt.label
        field.help_text = section.prompt.help
        rows = 4 if self.limit < 1000 else 7
        field.widget.attrs |= {"rows": rows, "data-limit": self.limit}

    def clean_text(self) -> str:
        """As browsers count: one character for the end of a line."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").rstrip()
        if len(text) > self.limit:
            raise forms.ValidationError(
                f"Ce texte a {len(text)} caractères, {self.limit} au plus{NBSP}: raccourcissez-le."
            )
        return text
