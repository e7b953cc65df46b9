"""What is typed to invite people, to call a meeting off, and to answer an invitation."""

import re

from django import forms

from meetings.forms import LongTextField
from meetings.models import MeetingAnswer


class ConveneForm(forms.Form):
    """The people who are ticked, and the print of the text that was read."""

    seen = forms.CharField(max_length=16, required=False)

    @property
    def people(self) -> set[int]:
        ticked = self.data.getlist("people")  # type: ignore[attr-defined]
        return {int(pk) for pk in ticked if re.fullmatch("[0-9]{1,9}", pk)}


class CancelForm(forms.Form):
    """Why the meeting will not take place."""

    reason = LongTextField(
        label="Pourquoi la rencontre n’a pas lieu",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Les personnes invitées lisent cette raison, dans le courriel et sur la page.",
        error_messages={
            "required": "Dites pourquoi\u00a0: les personnes invitées liront cette raison.",
            "max_length": "1\u00a0000 caractères au plus\u00a0: ce texte en a %(show_value)d.",
        },
    )

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"].replace("\r\n", "\n")


class AnswerForm(forms.Form):
    """Present or absent, and a word; a quick answer is sent without the field of the word."""

    answer = forms.ChoiceField(
        label="Votre réponse",
        choices=[(value, label) for value, label in MeetingAnswer.Answer.choices if value],
        error_messages={
            "required": "Choisissez «\u00a0Je serai là\u00a0» ou «\u00a0Je ne serai pas là\u00a0».",
            "invalid_choice": "Choisissez l’une des deux réponses.",
        },
    )
    note = LongTextField(
        label="Un mot pour l’animation (facultatif)",
        max_length=300,
        required=False,
        widget=forms.TextInput,
        help_text="Par exemple qui vient à votre place. Seule l’animation le lit.",
        error_messages={
            "max_length": "300\u00a0caractères au plus\u00a0: ce mot en a %(show_value)d."
        },
    )

    @property
    def note_or_none(self) -> str | None:
        return self.cleaned_data["note"] if "note" in self.data else None
