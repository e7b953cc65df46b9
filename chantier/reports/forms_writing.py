"""The form of one text of a report: what is typed, over which version, sent once.

A page has several, and one form of HTML sends them all: each of their fields is a list there, in
the order of the page. Sent alone, as the script does, a text is a list of one.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from chantier.lib import french
from chantier.lib.french import NBSP
from chantier.reports.sections import Section, section_named

# The form of the page that sends all its texts.
PAGE_FORM = "textes"
_FIELDS = ("section", "version", "submission_key", "text")
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
        self.of_section = section
        self.limit = section.prompt.limit
        for each in self.fields.values():
            each.widget.attrs["form"] = PAGE_FORM
        field = self.fields["text"]
        field.label = section.prompt.label
        field.help_text = section.prompt.help
        rows = 4 if self.limit < 1000 else 7
        field.widget.attrs |= {"rows": rows, "data-limit": self.limit}

    @property
    def code(self) -> str:
        return self.of_section.code

    @property
    def typed(self) -> str:
        """What is in the field, even where it is refused."""
        return plain(str(self["text"].value()))

    def over(self, earlier: str) -> "TextForm":
        """The same sending, with `earlier` under what is typed."""
        text = f"{self.typed}\n\n{earlier}" if self.typed else earlier
        return TextForm({**self.data, "text": text}, section=self.of_section)

    def clean_text(self) -> str:
        text = plain(str(self.cleaned_data["text"]))
        if len(text) > self.limit:
            raise forms.ValidationError(
                f"Ce texte a {french.number(len(text))} caractères, {french.number(self.limit)} "
                f"au plus{NBSP}: raccourcissez-le."
            )
        return text


def plain(text: str) -> str:
    """As browsers count: one character for the end of a line."""
    return text.replace("\r\n", "\n").rstrip()


def sent_forms(data: QueryDict, *, of_chantier: bool) -> list[TextForm]:
    """The texts that were sent, in their order; none where a field lacks or a section is not one.

    A text must never be taken for that of its neighbour: all or nothing.
    """
    columns = [data.getlist(name) for name in _FIELDS]
    if len({len(column) for column in columns}) != 1:
        return []
    found = []
    for values in zip(*columns, strict=True):
        section = section_named(values[0], of_chantier=of_chantier)
        if section is None or section.prompt is None:
            return []
        found.append(TextForm(dict(zip(_FIELDS, values, strict=True)), section=section))
    return found
