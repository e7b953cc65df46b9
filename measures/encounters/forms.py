"""The form of a barrier met without a record of the register."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone

from measures.actions.audit import subject_of
from measures.forms_results import EncounterForm, Save
from measures.models import BarrierEncounter, Stage
from members.models import AuditEntry, Cycle, User

_UNIQUE = next(
    str(constraint.violation_error_message)
    for constraint in BarrierEncounter._meta.constraints
    if constraint.name == "barrierencounter_unique_barrier_stage_cycle"
)


class StageChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.order} – {obj.short_name}"


class MarkForm(EncounterForm):
    """« Nous l’avons vécu »: where, when, what worked, and who may read it."""

    TYPED = ("stage", "cycle", "solutions", "what_worked", "sharing")
    # In a state of the journal, they are what the form sends.
    _AS_SENT = ("stage", "cycle")

    stage = StageChoice(
        Stage.objects.all(),
        to_field_name="slug",
        label="Étape",
        empty_label="Choisir",
        help_text="Là où l’enjeu s’est présenté.",
        error_messages={
            "required": "Choisissez l’étape.",
            "invalid_choice": "Choisissez une étape du guide.",
        },
    )
    cycle = forms.ModelChoiceField(
        Cycle.objects.none(),
        to_field_name="label",
        label="Année du chantier",
        empty_label="Choisir",
        error_messages={
            "required": "Choisissez l’année du chantier.",
            "invalid_choice": "Choisissez une année de la liste.",
        },
    )

    class Meta(EncounterForm.Meta):
        fields = ("stage", "cycle", "what_worked", "sharing")
        help_texts: ClassVar[dict[str, str]] = {
            "what_worked": EncounterForm.Meta.help_texts["what_worked"],
            "sharing": "Ce que la coordination peut voir compte aussi, sans votre nom, "
            "parmi les organisations qui l’ont vécu.",
        }

    field_order = TYPED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        cycle_field: Any = self.fields["cycle"]
        # A year that has not begun was not lived; the one already noted stays.
        begun = Q(starts_on__lte=today) | Q(pk=self.instance.cycle_id)
        cycle_field.queryset = Cycle.objects.filter(begun)
        if self.before:
            self.initial.update((name, self.before[name]) for name in self._AS_SENT)
        else:
            current = Cycle.objects.current(today)
            self.initial["cycle"] = current.label if current else ""
        # The one with the same barrier, stage and year, which the page leads to.
        self.known: BarrierEncounter | None = None

    def value_in(self, name: str, state: dict[str, Any]) -> Any:
        return state.get(name) if name in self._AS_SENT else super().value_in(name, state)

    def saves(self) -> Iterator[Save]:
        for entry in entries_of(self.instance).exclude(after={}):
            yield Save(entry.after, str(entry.actor), entry.at)

    def repeats_state(self, state: dict[str, Any]) -> bool:
        """Whether the form says again what the journal holds."""
        return not any(self.differs(name, state) for name in self.TYPED)

    def clean_submission_key(self) -> uuid.UUID:
        """The key of a row elsewhere, which no form of ours sends, is no key here."""
        key: uuid.UUID = self.cleaned_data["submission_key"]
        is_taken = BarrierEncounter.objects.filter(submission_key=key)
        return uuid.uuid4() if self.instance.pk is None and is_taken.exists() else key

    def store(self, *, by: User) -> bool:
        if self.instance.pk is None:
            self.instance.submission_key = self.cleaned_data["submission_key"]
        return super().store(by=by)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.known = self._same_as(data.get("stage"), data.get("cycle"))
        if self.known is not None:
            self.add_error("stage", _UNIQUE)
        return data

    def _same_as(self, stage: Stage | None, cycle: Cycle | None) -> BarrierEncounter | None:
        if stage is None or cycle is None:
            return None
        rows = BarrierEncounter.objects.filter(
            organization=self.instance.organization_id,
            barrier=self.instance.barrier_id,
            implementation=None,
            stage=stage,
            cycle=cycle,
        )
        return rows.exclude(pk=self.instance.pk).first()


def entries_of(row: BarrierEncounter) -> Any:
    """The journal of a barrier met without a record, newest first."""
    return AuditEntry.objects.filter(
        subject=subject_of(row), organization=row.organization_id
    ).select_related("actor")
