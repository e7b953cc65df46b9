"""Forms of promises: noted by staff, accepted or declined by the organization."""

import uuid
from typing import Any

from django import forms

from measures.forms import DateInput
from measures.models import Implementation, Measure, Stage
from measures.statuses import Status
from meetings.acts.promises import SHUT, TAKES_PROMISES, Terms
from meetings.models import Commitment, Meeting, RoundTableEntry

REOPEN, LINK = "rouvrir", "relier"
_TITLE = 200
_MAX_VERSION = 2**31 - 1


class _MeasureField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.title}"


class _CardField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.organization)


class PromiseForm(forms.Form):
    """A promise of an organization, drawn from its card."""

    entry = _CardField(
        RoundTableEntry.objects.none(),
        label="Organisation",
        empty_label="Choisir…",
        error_messages={
            "required": "Choisissez l’organisation qui promet.",
            "invalid_choice": "Cette carte n’est pas de la rencontre\u00a0: choisissez-en une.",
        },
    )
    text = forms.CharField(
        label="Promesse",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que l’organisation fera, dans ses mots. Elle pourra le changer dans son "
        "registre.",
        error_messages={"required": "Écrivez ce que l’organisation promet."},
    )
    measure = _MeasureField(
        Measure.objects.none(),
        required=False,
        to_field_name="code",
        label="Mesure du guide",
        empty_label="Aucune en particulier",
        error_messages={"invalid_choice": "Cette mesure n’est pas au guide\u00a0: changez-la."},
    )
    due_on = forms.DateField(
        label="Pour le",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "Écrivez la date ainsi\u00a0: 2026-03-15."},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        cards: Any = self.fields["entry"]
        cards.queryset = (
            RoundTableEntry.objects.filter(meeting=meeting, organization__is_active=True)
            .select_related("organization", "meeting")
            .order_by("organization__sort_name", "pk")
        )
        measures: Any = self.fields["measure"]
        measures.queryset = Measure.objects.active().order_by("code")

    def clean_text(self) -> str:
        return _lines(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.meeting.state not in TAKES_PROMISES:
            state = self.meeting.state_words
            raise forms.ValidationError(
                f"La rencontre est {state}\u00a0: une promesse se note une fois la rencontre "
                "convoquée et avant qu’elle soit close."
            )
        return data


class AcceptForm(forms.Form):
    """On what terms an organization takes a promise into its register."""

    own_title = forms.CharField(
        label="Titre de votre mesure",
        max_length=_TITLE,
        error_messages={"required": "Donnez-lui un titre."},
    )
    stage = forms.ModelChoiceField(
        Stage.objects.all(),
        label="Étape",
        empty_label="Choisir…",
        help_text="L’étape du guide où la ranger.",
        error_messages={"required": "Choisissez l’étape du guide où la ranger."},
    )
    outcome = forms.ChoiceField(
        label="Que faire de la fiche",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que devient la fiche."},
    )
    planned_for = forms.DateField(
        label="Échéance prévue",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "Écrivez la date ainsi\u00a0: 2026-03-15."},
    )
    lead = forms.CharField(
        label="Personne ou unité responsable",
        required=False,
        max_length=150,
        help_text="Une fonction ou une unité, plutôt qu’un nom.",
    )
    record_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=_MAX_VERSION
    )

    def __init__(
        self,
        data: Any = None,
        *,
        commitment: Commitment,
        record: Implementation | None,
        **kwargs: Any,
    ) -> None:
        initial = {
            "own_title": title_of(commitment.text),
            "planned_for": commitment.due_on or (record.planned_for if record else None),
            "lead": record.lead if record else "",
            "record_version": record.version if record else 0,
        }
        super().__init__(data, initial=initial, **kwargs)
        self.record = record
        for name in self._not_asked(commitment, record):
            del self.fields[name]
        if "outcome" in self.fields and record is not None:
            now = record.get_status_display()
            field: Any = self.fields["outcome"]
            field.choices = [
                (REOPEN, "La rouvrir\u00a0: elle devient à entreprendre, ou planifiée à une date"),
                (LINK, f"La relier seulement\u00a0: elle reste «\u00a0{now}\u00a0»"),
            ]

    @staticmethod
    def _not_asked(commitment: Commitment, record: Implementation | None) -> list[str]:
        names = ["own_title", "stage"] if commitment.measure_id else []
        if record is None or record.status not in SHUT:
            names.append("outcome")
        if record is not None and record.status == Status.IMPLEMENTED:
            names += ["planned_for", "lead"]
        return names

    @property
    def asks_title(self) -> bool:
        return "own_title" in self.fields

    @property
    def asks_outcome(self) -> bool:
        return "outcome" in self.fields

    @property
    def asks_terms(self) -> bool:
        return "planned_for" in self.fields

    @property
    def is_stale(self) -> bool:
        """Whether the form was opened on another state of the record."""
        try:
            seen = self.fields["record_version"].clean(self.data.get("record_version"))
        except forms.ValidationError:
            return True
        return (seen or 0) != self.initial["record_version"]

    @property
    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            record_version=self.initial["record_version"],
            own_title=data.get("own_title", ""),
            stage=data.get("stage"),
            planned_for=data.get("planned_for"),
            lead=data.get("lead", ""),
            follows=data.get("outcome") != LINK,
        )


class DeclineForm(forms.Form):
    """Why an organization does not take a promise up; it may say nothing."""

    answer = forms.CharField(
        label="Un mot à la coordination",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif. La coordination le lit, et s’en souvient à la prochaine rencontre.",
    )

    def clean_answer(self) -> str:
        return _lines(self.cleaned_data["answer"])


def title_of(text: str) -> str:
    """A title for a promise: its first words, as many as a title holds."""
    title = " ".join(text.split())
    if len(title) <= _TITLE:
        return title
    return f"{title[: _TITLE - 1].rsplit(' ', 1)[0]}…"


def _lines(text: str) -> str:
    """One sort of line end, whatever the browser sends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
