"""An own measure and the guide: what it may be joined to, and how its title is corrected."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from chantier.lib import french
from chantier.lib.french import fold
from measures.actions import IDENTITY
from measures.models import Implementation, Measure, Stage

_MOST_SUGGESTIONS = 5
# Words that every title has say nothing of what it is about.
_MIN_LETTERS = 4
_EMPTY_WORDS = frozenset(
    (
        *("avec", "chaque", "comme", "dans", "entre", "faire", "mesure", "mesures"),
        *("mettre", "notre", "pour", "tenir", "votre", "economie", "social", "sociale"),
    )
)
# « contrat » and « contrats », « acheter » and « achats » share a beginning.
_STEM = 5


def suggestions(record: Implementation, measures: list[Measure]) -> list[Measure]:
    """The measures with words in common with an own title: same stage first, then most words."""
    words = _stems(record.own_title)
    scored = [(len(words & _stems(measure.title)), measure) for measure in measures]
    near = [(number, measure) for number, measure in scored if number]
    near.sort(key=lambda pair: (pair[1].stage_id != record.stage_id, -pair[0], pair[1].code))
    return [measure for _, measure in near[:_MOST_SUGGESTIONS]]


def _stems(title: str) -> set[str]:
    letters = "".join(sign if sign.isalnum() else " " for sign in fold(title))
    words = (word for word in letters.split() if len(word) >= _MIN_LETTERS)
    return {word[:_STEM] for word in words if word not in _EMPTY_WORDS}


class VersionedForm(forms.Form):
    """Knows the version of the record that it was opened on.

    Not named « version »: a form that an expired session interrupted is told by its fields, and
    this one stands on the page of the record.
    """

    seen = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, label="Version"
    )

    def __init__(self, *args: Any, record: Implementation, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": record.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.record = record


class IdentityForm(VersionedForm):
    """The title and the stage of an own measure."""

    own_title = forms.CharField(label="Titre de votre mesure", max_length=200)
    stage = forms.ModelChoiceField(Stage.objects.all(), label="Étape", empty_label=None)

    def __init__(self, *args: Any, record: Implementation, **kwargs: Any) -> None:
        kwargs["initial"] = {"own_title": record.own_title, "stage": record.stage_id}
        super().__init__(*args, record=record, **kwargs)


class LinkForm(VersionedForm):
    """The measure of the guide that an own measure turns out to be."""

    measure = forms.ChoiceField(
        label="Mesure du guide", error_messages={"required": "Choisissez une mesure du guide."}
    )

    def __init__(self, *args: Any, measures: QuerySet[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = list(measures)
        # The record that holds the chosen measure already, to lead to it.
        self.known: Implementation | None = None
        field: Any = self.fields["measure"]
        field.choices = [("", "Choisir…"), *_by_stage(self.measures)]

    def clean_measure(self) -> Measure:
        slug = self.cleaned_data["measure"]
        measure = next(measure for measure in self.measures if measure.slug == slug)
        records = self.record.organization.implementations.select_related("organization")
        self.known = records.filter(measure=measure).first()
        if self.known is not None:
            raise forms.ValidationError("Cette mesure est déjà au registre, sur une autre fiche.")
        return measure


def _by_stage(measures: list[Measure]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for measure in measures:
        stage = f"{measure.stage.order} – {measure.stage.short_name}"
        groups.setdefault(stage, []).append((measure.slug, f"{measure.code} – {measure.title}"))
    return list(groups.items())


@dataclass(frozen=True)
class Rewriting:
    """What somebody else made of the title and the stage meanwhile."""

    author: str
    at: str
    title: str
    stage: Stage


def rewritten_since(record: Implementation, version: int) -> Rewriting | None:
    """Who changed what the record is about since `version`; None when nobody did."""
    later = record.events.filter(version__gt=version).select_related("actor").order_by("-version")
    event = next((line for line in later if set(IDENTITY) & set(line.changes)), None)
    if event is None:
        return None
    moment = timezone.localtime(event.at)
    at = f"{french.long_date(moment.date())}, {french.clock_time(moment)}"
    return Rewriting(str(event.actor), at, record.title, record.stage)
