"""The `[variables]` of a clause, filled in: one field for each, and the text that they make."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from measures.wording import Part, parts

_MAX_CHARS = 300
# « [10] », « [5 000] », « [2,5] »: a value that the model proposes.
_PROPOSAL = re.compile(r"\d[\d\s.,]*")
# Words around a variable, to know which one it is: « … au moins [x] % de sa valeur … ».
_AROUND = 40


@dataclass(frozen=True)
class Variable:
    """A variable, by its words: that is also its name in the address."""

    name: str
    context: str

    @property
    def proposal(self) -> str:
        return self.name if _PROPOSAL.fullmatch(self.name) else ""

    @property
    def label(self) -> str:
        if self.proposal:
            return f"{self.name} (valeur proposée)"
        return self.name if len(self.name) == 1 else self.name[0].upper() + self.name[1:]


@dataclass(frozen=True)
class FilledPart:
    """A piece of the text; `name` is that of its variable, empty for plain words."""

    text: str
    name: str = ""
    # As the model has it, in its brackets.
    model: str = ""

    @property
    def is_filled(self) -> bool:
        return self.text != self.model


def name_of(part: Part) -> str:
    """« montant » for « [montant] »: line ends and no-break spaces are spaces like others."""
    return " ".join(part.text[1:-1].split())


def variables_of(text: str) -> list[Variable]:
    """The distinct variables, in the order of the text."""
    found: dict[str, Variable] = {}
    pieces = parts(text)
    for index, piece in enumerate(pieces):
        name = name_of(piece) if piece.is_variable else ""
        if name and name not in found:
            before = "".join(each.text for each in pieces[:index])
            after = "".join(each.text for each in pieces[index + 1 :])
            found[name] = Variable(name, f"{_end_of(before)}{piece.text}{_start_of(after)}")
    return list(found.values())


def _end_of(text: str) -> str:
    """The last words of a text, whole."""
    if len(text) <= _AROUND:
        return text
    return "… " + text[-_AROUND:].partition(" ")[2]


def _start_of(text: str) -> str:
    if len(text) <= _AROUND:
        return text
    return text[:_AROUND].rpartition(" ")[0] + " …"


def filled(text: str, values: Mapping[str, str]) -> list[FilledPart]:
    """The text in pieces, with the values of its variables; what has none keeps its brackets."""
    pieces = []
    for piece in parts(text):
        name = name_of(piece) if piece.is_variable else ""
        value = values.get(name, "") if name else piece.text
        pieces.append(FilledPart(value or piece.text, name, piece.text))
    return pieces


class FillForm(forms.Form):
    """One field for each variable, in the address; what it does not say is what the model proposes.

    Bound from the start: a refused address shows its errors on the page that it asked for.
    """

    def __init__(self, variables: Iterable[Variable], data: Mapping[str, Any]) -> None:
        self.variables = list(variables)
        given = {each.name: data.get(each.name, each.proposal) for each in self.variables}
        # Colons after labels are written by the template, in French.
        super().__init__(given, label_suffix="")
        self.unknown = [name for name in data if name not in given]
        for number, each in enumerate(self.variables, start=1):
            self.fields[each.name] = forms.CharField(
                label=each.label,
                required=False,
                max_length=_MAX_CHARS,
                help_text=f"«\u00a0{each.context.strip()}\u00a0»",
                # Words make no identifier: spaces and accents.
                widget=forms.TextInput(attrs={"id": f"variable-{number}", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        for name in self.unknown:
            shown = name if len(name) <= 40 else f"{name[:40]}…"
            self.add_error(None, f"«\u00a0{shown}\u00a0» n’est pas une variable de cette clause.")
        return self.cleaned_data

    @property
    def values(self) -> dict[str, str]:
        """The values that hold; what is refused leaves its variable in brackets."""
        self.is_valid()
        return self.cleaned_data
