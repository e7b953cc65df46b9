"""The forms of preparation: a meeting to make, and the rows of its page."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone

from chantier.lib import french
from measures.forms import DateInput
from meetings.forms import LongTextField
from meetings.models import Meeting, Objective
from meetings.plan import OBJECTIVE, POINT, Row, read_seen
from members.models import Cycle

_NOT_A_DATE = "Écrivez la date ainsi\u00a0: 2026-03-15."
_NOT_A_TIME = "Écrivez l’heure ainsi\u00a0: 13:30."
_NOT_AN_ADDRESS = "Écrivez une adresse complète, comme https://exemple.org/salle."


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


def _too_long(most: int) -> dict[str, str]:
    return {"max_length": f"{french.number(most)} caractères au plus\u00a0: abrégez ce texte."}


class ParticularsForm(forms.ModelForm):
    """When, where and what of; judged on a copy of the meeting, which is never saved."""

    link = forms.URLField(
        label="Lien pour y assister",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Visioconférence; plus tard, l’enregistrement.",
        error_messages={"invalid": _NOT_AN_ADDRESS} | _too_long(500),
    )

    class Meta:
        model = Meeting
        fields = [
            "cycle",
            "kind",
            "number",
            "title",
            "held_on",
            "starts_at",
            "ends_at",
            "place",
            "link",
            "message",
            "public_text",
        ]
        widgets = {
            "held_on": DateInput,
            "starts_at": TimeInput,
            "ends_at": TimeInput,
            "message": forms.Textarea(attrs={"rows": 5}),
            "public_text": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {"held_on": "Jour"}
        help_texts = {
            "number": "Facultatif pour un webinaire ou un atelier.",
            "message": "Il accompagne le jour, le lieu et l’ordre du jour dans l’invitation.",
            "public_text": "Pour un webinaire ou un atelier\u00a0: une fois convoqué, il est "
            "annoncé à tout le monde avec ce texte, son jour, ses heures, ses thèmes et les EÉS "
            "invitées; jamais le lien ni le lieu. Vide, rien n’est annoncé.",
        }
        error_messages = {
            "title": {"required": "Donnez un titre à la rencontre.", **_too_long(200)},
            "held_on": {"required": "Choisissez le jour.", "invalid": _NOT_A_DATE},
            "starts_at": {"invalid": _NOT_A_TIME},
            "ends_at": {"invalid": _NOT_A_TIME},
            "place": _too_long(200),
            "message": _too_long(4000),
            "public_text": _too_long(1000),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["cycle"].empty_label = None
        fields["cycle"].error_messages = dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez un cycle de la liste."
        )
        fields["kind"].choices = [(kind.value, kind.label.capitalize()) for kind in Meeting.Kind]
        fields["kind"].error_messages["invalid_choice"] = "Choisissez une sorte de la liste."
        whole = "Écrivez un nombre entier, de 1 à 999."
        fields["number"].error_messages = {"invalid": whole}
        # A paste that is too long is told, never cut.
        for name in fields.keys() & {"title", "place", "link", "message", "public_text"}:
            fields[name].widget.attrs.pop("maxlength", None)

    def clean_held_on(self) -> datetime.date:
        """A day that calendars can hold, and that a slip of the finger does not send afar."""
        day: datetime.date = self.cleaned_data["held_on"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError("Choisissez un jour entre 2000 et 2100.")
        return day

    def clean_title(self) -> str:
        return french.typeset(" ".join(self.cleaned_data["title"].split()))

    def clean_place(self) -> str:
        return french.typeset(self.cleaned_data["place"])

    def clean_message(self) -> str:
        return french.typeset("\n".join(self.cleaned_data["message"].splitlines()))

    def clean_public_text(self) -> str:
        return french.typeset("\n".join(self.cleaned_data["public_text"].splitlines()))

    def clean_number(self) -> int | None:
        number: int | None = self.cleaned_data["number"]
        if number is not None and not 1 <= number <= 999:
            raise forms.ValidationError("Écrivez un nombre entier, de 1 à 999.")
        return number

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        start, end = data.get("starts_at"), data.get("ends_at")
        if end and not start and "starts_at" not in self.errors:
            self.add_error("starts_at", "Écrivez aussi l’heure du début.")
        if start and end and end <= start:
            self.add_error("ends_at", "La fin doit suivre le début.")
        self._check_number(data)
        return data

    def _check_number(self, data: dict[str, Any]) -> None:
        number, kind = data.get("number"), data.get("kind")
        if number is None or kind is None:
            return
        same = Meeting.objects.filter(kind=kind, number=number).exclude(pk=self.instance.pk)
        other = same.first()
        if other is not None:
            day = french.long_date(other.held_on)
            self.add_error("number", f"La rencontre du {day} porte déjà ce numéro.")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name in self.Meta.fields}


# Written once the meeting is made, with the rest of its preparation.
_LATER = ("message", "public_text")


class AddForm(ParticularsForm):
    """A meeting to make: what is known of it first, the rest on its own page."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta(ParticularsForm.Meta):
        fields = [name for name in ParticularsForm.Meta.fields if name not in _LATER]

    @classmethod
    def opened(cls, theme: str = "") -> "AddForm":
        """The cycle under way, and the number that follows the last one; a webinar on a theme."""
        cycle = Cycle.objects.current(timezone.localdate())
        if theme:
            webinar = {"kind": Meeting.Kind.WEBINAR, "title": theme}
            return cls(initial={"cycle": cycle, "key": uuid.uuid4(), **webinar})
        return cls(initial={"cycle": cycle, "number": next_number(), "key": uuid.uuid4()})

    @property
    def sent_key(self) -> uuid.UUID | None:
        """What tells a second click, before the form is judged."""
        try:
            return self.fields["key"].clean(self.data.get("key", ""))
        except forms.ValidationError:
            return None


def next_number() -> int:
    """The number after the last of the meetings; webinars and workshops often have none."""
    last = Meeting.objects.filter(kind=Meeting.Kind.MEETING, number__isnull=False)
    return (last.order_by("-number").values_list("number", flat=True).first() or 0) + 1


class RowForm(forms.Form):
    """A line of a list; one left blank is no line at all."""

    names: tuple[str, ...] = ()
    # Without it, the row is blank.
    main = ""
    about = ""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    remove = forms.BooleanField(label="Retirer", required=False)

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data["pk"] and not any(
            self.cleaned_data[name] for name in self.names
        )

    @property
    def row(self) -> Row:
        data = self.cleaned_data
        place, seen = read_seen(data["seen"], self.names)
        values = {name: data[name] for name in self.names}
        return Row(values, data["pk"], seen, place, data["remove"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        others = any(data.get(name) for name in self.names if name != self.main)
        if self.main in data and not data[self.main] and not data.get("remove"):
            if data.get("pk"):
                self.add_error(self.main, "Écrivez ce texte, ou cochez «\u00a0Retirer\u00a0».")
            elif others:
                self.add_error(self.main, "Donnez un titre à ce point.")
        return data


def row_initial(row: Row) -> dict[str, Any]:
    values = {
        name: value.pk if isinstance(value, Objective) else value
        for name, value in row.values.items()
    }
    return values | {"pk": row.pk, "seen": row.seen_word, "remove": row.remove}


class ObjectiveForm(RowForm):
    names = OBJECTIVE
    main = "text"

    text = LongTextField(
        label="Texte",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_too_long(300),
    )

    # Its outcome, once the synthesis notes one.
    outcome = Objective.Outcome.PENDING

    def clean_text(self) -> str:
        return french.typeset(" ".join(self.cleaned_data["text"].split()))

    def clean_remove(self) -> bool:
        remove: bool = self.cleaned_data["remove"]
        if remove and self.outcome != Objective.Outcome.PENDING:
            raise forms.ValidationError(
                "La synthèse dit ce qu’il en est advenu\u00a0: il reste un objectif."
            )
        return remove


class PointForm(RowForm):
    names = POINT
    main = "title"

    title = LongTextField(
        label="Titre",
        max_length=200,
        required=False,
        widget=forms.TextInput,
        error_messages=_too_long(200),
    )
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=1,
        max_value=600,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Écrivez un nombre entier, de 1 à 600."
        ),
    )
    lead = LongTextField(
        label="Qui l’anime",
        max_length=150,
        required=False,
        widget=forms.TextInput,
        error_messages=_too_long(150),
    )
    note = LongTextField(
        label="Note pour l’animation",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Les membres ne la voient pas.",
        error_messages=_too_long(2000),
    )
    is_round_table = forms.BooleanField(label="C’est le tour de table", required=False)
    objective = forms.TypedChoiceField(
        label="Objectif servi",
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "Choisissez un objectif de la liste."},
    )

    def offer_objectives(self, known: dict[str, Objective]) -> None:
        field: Any = self.fields["objective"]
        field.coerce = known.get
        words = ((pk, row.text) for pk, row in known.items())
        field.choices = [("", "Aucun en particulier"), *words]

    def clean_title(self) -> str:
        return french.typeset(" ".join(self.cleaned_data["title"].split()))

    def clean_note(self) -> str:
        return french.typeset("\n".join(self.cleaned_data["note"].splitlines()))

    @property
    def shows_more(self) -> bool:
        """Whether what is folded away holds something."""
        return bool(self["note"].value() or self["objective"].value() or self.errors)

    @property
    def length(self) -> int | None:
        """The minutes as they are typed, for the running hours; None when they are no number."""
        text = str(self["minutes"].value() or "").strip()
        is_number = text.isdecimal() and len(text) < 4
        return int(text) or None if is_number and not self["remove"].value() else None
