"""Forms of what hangs on a record: results in figures, and barriers met."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from chantier.lib import french
from chantier.lib.numbers import NumberField
from measures.actions.results import (
    JOURNALLED,
    RESULT_FIELDS,
    record_under,
    save_encounter,
    save_result,
    state_of,
)
from measures.forms import DateInput
from measures.models import BarrierEncounter, ImplementationEvent, Result, Solution
from members.models import Organization, User

# What most results are counted in; those that the organization uses come first.
UNITS = ("nombre", "contrats", "%", "$", "heures", "entreprises", "personnes")
_MOST_UNITS = 20


def units_of(organization: Organization) -> list[str]:
    """Units to propose, those of the organization's results first."""
    used = (
        Result.objects.filter(implementation__organization=organization)
        .order_by("unit")
        .values_list("unit", flat=True)
        .distinct()
    )
    return list(dict.fromkeys([*used[:_MOST_UNITS], *UNITS]))


@dataclass(frozen=True)
class Save:
    """What the journal says that a row was after one save, and who made it."""

    state: dict[str, Any]
    author: str
    at: datetime.datetime


class AttachedForm(forms.ModelForm):
    """A row that hangs on a record: recognized when it arrives twice, or after somebody else's."""

    # What a person types: what is compared when two people meet.
    TYPED: ClassVar[tuple[str, ...]]

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key, self.kind = JOURNALLED[self._meta.model]
        # A valid form writes on its instance: what was stored is read first.
        self.before = state_of(self.instance) if self.instance.pk else None
        if self.before:
            self.initial["version"] = self.before["version"]

    def posted(self, name: str) -> Any:
        """What was typed in a field, as it came."""
        return self.fields[name].widget.value_from_datadict(self.data, self.files, name)

    def differs(self, name: str, state: dict[str, Any]) -> bool:
        """Whether a field holds something else than `state`, a state of the journal or a row's."""
        return self.fields[name].has_changed(self.value_in(name, state), self.posted(name))

    def value_in(self, name: str, state: dict[str, Any]) -> Any:
        """A value of a state, as the field knows it: the journal keeps days and numbers as text."""
        # The journal is older than some fields.
        value = state.get(name)
        if isinstance(value, dict):
            return sorted(value)
        return self.fields[name].to_python(value) if isinstance(value, str) else value

    def posted_version(self) -> int:
        """The version that the form was opened on; 0 when it was opened on none."""
        try:
            return self.fields["version"].clean(self.data.get("version")) or 0
        except ValidationError:
            return 0

    def is_stale(self) -> bool:
        """Whether somebody saved the row after this form was opened, or before it was sent."""
        return bool(self.before) and self.posted_version() < self.instance.version

    def saves(self) -> Iterator[Save]:
        """The row after each of its saves, as the journal keeps it."""
        assert self.before is not None  # noqa: S101 - only a stored row has a journal
        events = record_under(self.instance).events.filter(
            kind=self.kind, **{f"changes__{self.key}__1__pk": self.before["pk"]}
        )
        for event in events.select_related("actor"):
            yield Save(event.changes[self.key][1], str(event.actor), event.at)

    def repeats(self, event: ImplementationEvent) -> bool:
        """Whether the form says again what `event` has stored."""
        if (event.kind, event.implementation_id) != (self.kind, self.instance.implementation_id):
            return False
        after = event.changes[self.key][1]
        if after is None or self.instance.pk not in (None, after["pk"]):
            return False
        return not any(self.differs(name, after) for name in self.TYPED)

    def store(self, *, by: User) -> bool:
        raise NotImplementedError


class ResultForm(AttachedForm):
    """One figure over a period; an empty value is « n. d. »."""

    TYPED = RESULT_FIELDS
    # A slip of the keyboard must not fill the column.
    _FIGURE: ClassVar[dict[str, Any]] = {"required": False, "max_digits": 16, "decimal_places": 4}

    baseline = NumberField(label="Valeur de départ", **_FIGURE)
    value = NumberField(
        label="Valeur obtenue",
        help_text="Vide tant qu’elle n’est pas connue\u00a0: on lira «\u00a0n.\u00a0d.\u00a0».",
        **_FIGURE,
    )
    target = NumberField(label="Cible", **_FIGURE)

    class Meta:
        model = Result
        fields = ("name", "unit", "period_start", "period_end", "baseline", "value", "target")
        widgets: ClassVar[dict[str, Any]] = {
            "unit": forms.TextInput(attrs={"list": "unites", "autocomplete": "off"}),
            "period_start": DateInput,
            "period_end": DateInput,
        }
        help_texts: ClassVar[dict[str, str]] = {
            "name": "Par exemple\u00a0: contrats conclus avec des EÉS.",
            "unit": "Contrats, heures, %, $… ou un mot de votre cru.",
        }
        error_messages: ClassVar[dict[str, dict[str, str]]] = {
            "name": {"required": "Dites ce que l’on compte."},
            "unit": {"required": "Donnez l’unité."},
            "period_start": {"required": "Donnez le premier jour de la période."},
            "period_end": {"required": "Donnez le dernier jour de la période."},
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("period_start"), data.get("period_end")
        if start and end and end < start:
            self.add_error(
                "period_end",
                f"Choisissez une date égale ou postérieure au {french.long_date(start)}, "
                "début de la période.",
            )
        self._refuse_known(data)
        return data

    def _refuse_known(self, data: dict[str, Any]) -> None:
        """One line by figure and period: Django leaves this to us, the record being no field."""
        figure = {name: data.get(name) for name in ("name", "unit", "period_start", "period_end")}
        rows = Result.objects.filter(implementation=self.instance.implementation_id, **figure)
        if all(figure.values()) and rows.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "name",
                "Ce résultat est déjà noté pour cette période\u00a0: modifiez-le plutôt, "
                "ou changez la période.",
            )

    def store(self, *, by: User) -> bool:
        key = self.cleaned_data["submission_key"]
        result = self.save(commit=False)
        return save_result(result=result, before=self.before, submission_key=key, by=by)


class EncounterForm(AttachedForm):
    """A barrier met: the solutions that helped, and what worked here."""

    TYPED: ClassVar[tuple[str, ...]] = ("solutions", "what_worked", "sharing")

    solutions = forms.ModelMultipleChoiceField(
        Solution.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        required=False,
        to_field_name="code",
        label="A fonctionné chez nous",
        error_messages={"invalid_choice": "Cette solution ne répond pas à cet enjeu."},
    )

    class Meta:
        model = BarrierEncounter
        fields: ClassVar[tuple[str, ...]] = ("what_worked", "sharing")
        widgets: ClassVar[dict[str, Any]] = {"what_worked": forms.Textarea(attrs={"rows": 4})}
        help_texts: ClassVar[dict[str, str]] = {
            "what_worked": "Quelques mots pour qui voudra faire comme vous.",
            "sharing": "Jamais plus loin que la fiche elle-même, quel que soit ce choix.",
        }
        error_messages: ClassVar[dict[str, dict[str, str]]] = {
            "sharing": {
                "required": "Dites qui peut le voir.",
                "invalid_choice": "Choisissez qui peut le voir dans la liste.",
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solutions"].queryset = self.instance.barrier.solutions.all()  # type: ignore[attr-defined]
        self.initial["solutions"] = list(self.before["solutions"]) if self.before else []

    def store(self, *, by: User) -> bool:
        return save_encounter(
            encounter=self.save(commit=False),
            solutions=self.cleaned_data["solutions"],
            before=self.before,
            submission_key=self.cleaned_data["submission_key"],
            by=by,
        )
