"""What is typed in the room: a card, and who is there."""

import re

from django import forms

from chantier.lib.french import fold
from measures.models import Measure
from meetings.acts.cards import CardText

_LONGEST = 4000
_TOO_LONG = "Ce texte a plus de 4\u00a0000 caractères\u00a0: raccourcissez-le."
_NO_SUCH_MEASURE = (
    "Aucune mesure du guide ne porte ce nom\u00a0: choisissez dans la liste, ou laissez vide."
)
_NOT_A_DATE = "Écrivez la date ainsi\u00a0: 2026-03-15."
_CODE = re.compile(r"\s*([A-Z]+\d+-\d+)\b", re.IGNORECASE)


def measure_label(code: str, title: str) -> str:
    """What the list of measures proposes, and what is read back from it."""
    return f"{code} – {title}"


class CardForm(forms.Form):
    """A card as it is sent, every second or by its button."""

    done = forms.CharField(
        required=False, max_length=_LONGEST, error_messages={"max_length": _TOO_LONG}
    )
    next_action = forms.CharField(
        required=False, max_length=_LONGEST, error_messages={"max_length": _TOO_LONG}
    )
    need = forms.CharField(
        required=False, max_length=_LONGEST, error_messages={"max_length": _TOO_LONG}
    )
    measure = forms.CharField(
        required=False, max_length=300, error_messages={"max_length": _NO_SUCH_MEASURE}
    )
    due_on = forms.DateField(required=False, error_messages={"invalid": _NOT_A_DATE})
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    submission_key = forms.UUIDField(required=False)

    def clean_done(self) -> str:
        return _lines(self.cleaned_data["done"])

    def clean_next_action(self) -> str:
        return _lines(self.cleaned_data["next_action"])

    def clean_need(self) -> str:
        return _lines(self.cleaned_data["need"])

    def clean_measure(self) -> str:
        """The code of the measure: typed, or chosen in the list by code or by title."""
        typed = self.cleaned_data["measure"]
        if not typed:
            return ""
        code = _CODE.match(typed)
        known = {row.code: row.title for row in Measure.objects.only("code", "title")}
        if code and code[1].upper() in known:
            return code[1].upper()
        title = fold(typed)
        for each, name in known.items():
            if title in (fold(name), fold(measure_label(each, name)), fold(each)):
                return each
        raise forms.ValidationError(_NO_SUCH_MEASURE)

    @property
    def text(self) -> CardText:
        data = self.cleaned_data
        return CardText(
            data["done"], data["next_action"], data["need"], data["measure"], data["due_on"]
        )

    @property
    def typed(self) -> dict[str, str]:
        """What was sent, for the page that shows it again."""
        return {name: self.data.get(name, "") for name in (*_TEXTS, "measure", "due_on")}


_TEXTS = ("done", "next_action", "need")


def _lines(text: str) -> str:
    """One sort of line end, whatever the browser sends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class AttendanceForm(forms.Form):
    """One organization: whether it is there, and a person without an account."""

    present = forms.BooleanField(required=False)
    name = forms.CharField(
        required=False,
        max_length=150,
        error_messages={"max_length": "Ce nom a plus de 150\u00a0caractères\u00a0: abrégez-le."},
    )

    def ticks(self, kind: str) -> dict[int, bool]:
        """Of each box of `kind` that the page showed, whether it is ticked."""
        shown = self.data.getlist(f"shown_{kind}")  # type: ignore[attr-defined]
        ticked = set(self.data.getlist(kind))  # type: ignore[attr-defined]
        return {int(pk): pk in ticked for pk in shown if re.fullmatch("[0-9]{1,9}", pk)}
