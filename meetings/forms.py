"""The form of a synthesis, and that of its publication."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from chantier.lib import french
from measures.models import Barrier
from meetings.acts.remaining import Rest
from meetings.acts.uniting import Typed
from meetings.drafts import Draft, OutcomeDraft, PointDraft, outcome_value
from meetings.models import Meeting, Objective, PointKind
from meetings.sources import PointSource, point_sources

MAX_POINTS = 60
BLANK_ROWS = 2
_ROW = re.compile(r"points-(\d{1,4})-text")
_MOVE = re.compile(r"(up|down)-(\d{1,4})")
_NAMES = ("point", "seen", "kind", "text", "remove")


class LongTextField(forms.CharField):
    """Too long a text is told, never cut: a browser drops what a paste has over `maxlength`."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class PointForm(forms.Form):
    """One point; a new row left blank is no point at all."""

    # The card that it was drawn from, for the page.
    source: PointSource | None = None

    point = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    kind = forms.ChoiceField(
        label="Sorte",
        choices=[(kind.value, kind.label.capitalize()) for kind in PointKind],
        initial=PointKind.FINDING,
        error_messages={
            "required": "Choisissez la sorte de ce point.",
            "invalid_choice": "Choisissez une sorte de la liste.",
        },
    )
    text = LongTextField(
        label="Texte",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": "2\u00a0000 caractères au plus\u00a0: ce point en a %(show_value)d. "
            "Divisez-le en deux.",
        },
    )
    remove = forms.BooleanField(label="Retirer ce point", required=False)

    def clean_text(self) -> str:
        return french.typeset(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        emptied = data.get("point") and data.get("text") == "" and not data.get("remove")
        if emptied:
            self.add_error("text", "Écrivez ce point, ou cochez «\u00a0Retirer ce point\u00a0».")
        return data

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data["point"] and not self.cleaned_data["text"]

    @property
    def draft(self) -> PointDraft:
        data = self.cleaned_data
        return PointDraft(data["kind"], data["text"], data["point"], data["seen"], data["remove"])


class SynthesisForm(forms.Form):
    """The points of a synthesis and the outcome of each objective of its meeting.

    Rows are read in the order in which the page shows them, whatever number they carry, so that
    moving one is moving it in the page. `version` and `key` are what the form was opened with.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(
        self,
        meeting: Meeting,
        *,
        rows: list[dict[str, Any]],
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.meeting = meeting
        self.sources = point_sources(meeting)
        self.points = [
            _point_form(index, row, is_bound=data is not None) for index, row in enumerate(rows)
        ]
        for point in self.points:
            point.source = self.sources.get(str(point["point"].value()))
        targets = _later_meetings(meeting)
        for objective in meeting.objectives.all():
            self.fields[f"objective_{objective.pk}"] = _outcome_field(objective, targets)
            self.fields[f"seen_{objective.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=40
            )

    @classmethod
    def opened(cls, meeting: Meeting, draft: Draft, version: int) -> "SynthesisForm":
        """A fresh form on a draft; its own key tells a second click from a second thought."""
        initial = {"version": version, "key": secrets.token_urlsafe(16)}
        for pk, outcome in draft.outcomes.items():
            initial |= {f"objective_{pk}": outcome.value, f"seen_{pk}": outcome.seen}
        rows = [point.as_initial() for point in draft.points] + [{}] * BLANK_ROWS
        return cls(meeting, rows=rows, initial=initial)

    @classmethod
    def reopened(cls, meeting: Meeting, data: QueryDict, act: str = "") -> "SynthesisForm":
        """What was typed, moved as `act` says (up-3, down-0, add); nothing is judged yet."""
        rows = _moved(_rows(data), act)
        return cls(meeting, rows=rows, initial=dict(data.items()))

    @classmethod
    def posted(cls, meeting: Meeting, data: QueryDict) -> "SynthesisForm":
        return cls(meeting, rows=_rows(data), data=data)

    def is_valid(self) -> bool:
        # A list, not a generator: every field gets its message at once.
        return all([super().is_valid(), *[point.is_valid() for point in self.points]])

    def clean(self) -> dict[str, Any]:
        # What was compiled from the cards may hold more; it only cannot grow further by hand.
        most = max(MAX_POINTS, len(self.sources))
        if sum(bool(point["text"].value()) for point in self.points) > most:
            raise forms.ValidationError(f"{most} points au plus\u00a0: regroupez-en.")
        return self.cleaned_data

    @property
    def outcome_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("objective_")]

    @property
    def outcome_rows(self) -> list[dict[str, forms.BoundField]]:
        """Each choice with the hidden field that remembers what it was opened on."""
        return [
            {"field": field, "seen": self[field.name.replace("objective", "seen")]}
            for field in self.outcome_fields
        ]

    @property
    def next_number(self) -> int:
        return len(self.points) + 1

    @property
    def blank_row(self) -> PointForm:
        """The row that the page copies to add one without asking the server."""
        return PointForm(prefix="points-__row__")

    @property
    def draft(self) -> Draft:
        outcomes = {}
        for objective in self.meeting.objectives.all():
            # An objective added since the form was opened keeps its outcome.
            value = self.cleaned_data[f"objective_{objective.pk}"] or outcome_value(objective)
            seen = self.cleaned_data[f"seen_{objective.pk}"] or value
            outcomes[objective.pk] = OutcomeDraft(value, seen)
        return Draft([row.draft for row in self.points if not row.is_blank], outcomes)

    @property
    def typed(self) -> Typed:
        """What is to be stored, and over what."""
        data = self.cleaned_data
        return Typed(self.draft, data["version"], data["key"], self.outcome_words)

    @property
    def outcome_words(self) -> dict[int, dict[str, str]]:
        """By objective, its text under "" and the words of each choice."""
        words = {}
        for objective in self.meeting.objectives.all():
            choices: Any = self.fields[f"objective_{objective.pk}"].choices  # type: ignore[attr-defined]
            flat = dict(choices[:3]) | dict(choices[3][1] if len(choices) > 3 else [])
            words[objective.pk] = flat | {"": objective.text}
        return words

    @property
    def problems(self) -> list[dict[str, str]]:
        """Each error with the field that it is about, for the summary."""
        found = [{"id": "", "text": str(text)} for text in self.non_field_errors()]
        for name in self.errors.keys() & {"version", "key"}:
            found.append({"id": "", "text": f"Rouvrez la page\u00a0: {self.errors[name][0]}"})
        for field in self.outcome_fields:
            found += [{"id": field.auto_id, "text": str(text)} for text in field.errors]
        for number, point in enumerate(self.points, start=1):
            for field in point.visible_fields():
                label = f"Point\u00a0{number}, {str(field.label).lower()}\u00a0: "
                found += [{"id": field.auto_id, "text": f"{label}{text}"} for text in field.errors]
        return found


def _rows(data: QueryDict) -> list[dict[str, Any]]:
    """The posted rows, in the order of the page."""
    indices = [match[1] for match in map(_ROW.fullmatch, data) if match]
    return [
        {name: data.get(f"points-{index}-{name}", "") for name in _NAMES}
        | {"remove": f"points-{index}-remove" in data}
        for index in indices
    ]


def _moved(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    if act == "add":
        return [*rows, {}]
    move = _MOVE.fullmatch(act)
    if move is None or int(move[2]) >= len(rows):
        return rows
    verb, index = move[1], int(move[2])
    other = index + (1 if verb == "down" else -1)
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
    return rows


def _point_form(index: int, row: dict[str, Any], *, is_bound: bool) -> PointForm:
    prefix = f"points-{index}"
    if not is_bound:
        return PointForm(initial=row, prefix=prefix)
    data = {f"{prefix}-{name}": value for name, value in row.items() if value != ""}
    return PointForm(data, prefix=prefix)


def _later_meetings(meeting: Meeting) -> list[Meeting]:
    later = Meeting.objects.filter(held_on__gte=meeting.held_on).exclude(pk=meeting.pk)
    return list(later.order_by("held_on", "pk")[:20])


def _outcome_field(objective: Objective, targets: list[Meeting]) -> forms.ChoiceField:
    """The outcome and where it is carried over to are one choice: they cannot disagree."""
    if objective.carried_to and objective.carried_to not in targets:
        targets = [objective.carried_to, *targets]
    carried = Objective.Outcome.CARRIED_OVER
    choices: list[Any] = [
        (Objective.Outcome.PENDING.value, "Pas encore notée"),
        (Objective.Outcome.REACHED.value, "Atteint"),
        (carried.value, "Reporté, rencontre à fixer"),
    ]
    if targets:
        later = [
            (f"{carried.value}:{row.pk}", f"Reporté {row.to_heading}, {row.title}")
            for row in targets
        ]
        choices.append(("Reporté à une rencontre", later))
    return forms.ChoiceField(
        label=objective.text,
        choices=choices,
        required=False,
        error_messages={"invalid_choice": "Choisissez un résultat de la liste."},
    )


class TakeUpForm(forms.Form):
    """A barrier that becomes an objective of a meeting, in the words that its form proposes."""

    barrier = forms.ModelChoiceField(
        Barrier.objects.all(),
        to_field_name="code",
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choisissez un enjeu de la liste.",
            "invalid_choice": "Choisissez un enjeu de la liste.",
        },
    )
    text = LongTextField(
        label="Objectif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Écrivez l’objectif.",
            "max_length": "300 caractères au plus\u00a0: ce texte en a %(show_value)d.",
        },
    )

    def clean_text(self) -> str:
        return french.typeset(" ".join(self.cleaned_data["text"].split()))


class PublishForm(forms.Form):
    """The confirmation: `number` and `sha256` are what the person has read."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = LongTextField(
        label="Raison du changement",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Les membres la lisent à côté de la nouvelle version.",
        error_messages={"max_length": "300 caractères au plus."},
    )

    # The amendments that wait, as the person has read them: none is refused unread.
    waiting = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    refuse_rest = forms.BooleanField(
        label="Refuser ce qui reste",
        error_messages={
            "required": "Répondez à chaque modification proposée, ou cochez "
            "«\u00a0Refuser ce qui reste\u00a0»."
        },
    )
    rest_answer = LongTextField(
        label="Raison donnée à celles et ceux qui les ont proposées",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Dites pourquoi ces modifications sont refusées.",
            "max_length": "500 caractères au plus.",
        },
    )

    def __init__(self, *args: Any, number: int, waiting: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["waiting"] = " ".join(map(str, waiting))
        if not waiting:
            for name in ("refuse_rest", "rest_answer"):
                del self.fields[name]
        if number == 1:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Dites pourquoi la synthèse change."

    def clean_reason(self) -> str:
        return french.typeset(self.cleaned_data["reason"])

    @property
    def rest(self) -> Rest:
        keys = self.cleaned_data["waiting"].split()
        read = frozenset(int(key) for key in keys if key.isdecimal() and len(key) < 18)
        return Rest(read, self.cleaned_data.get("rest_answer", ""))

    def clean_rest_answer(self) -> str:
        return french.typeset(self.cleaned_data["rest_answer"])
