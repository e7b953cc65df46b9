"""The one form of the page of preparation: particulars, objectives, agenda, guests and themes.

Rows are read in the order in which the page shows them, whatever number they carry, so that moving
one is moving it in the page. `version` and `key` are what the form was opened with.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from benefits.models import SocialEnterprise
from chantier.lib import french
from meetings.agenda import Balance, clocks
from meetings.forms_prepare import ObjectiveForm, ParticularsForm, PointForm, row_initial
from meetings.models import AgendaItem, Meeting, Objective
from meetings.offers import Offer, Offers
from meetings.plan import PARTICULARS, Choice, Plan, Row, read_seen
from meetings.plan_rows import LISTS, copied, moved, posted_rows, reads, row_form, without_blank
from members.models import Term, Vocabulary

MAX_ROWS = 60
BLANK_GUESTS = 3
_KEY = re.compile(r"\d{1,9}")
_THEMES = (Vocabulary.SECTOR, Vocabulary.SOCIAL_PURPOSE, Vocabulary.REGION)


class ControlForm(forms.Form):
    """What the form was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    particulars_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    guests_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    themes_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)


@dataclass(frozen=True)
class Tick:
    """A box of the page."""

    value: str
    label: str
    is_ticked: bool
    words: str = ""
    about: str = ""


@dataclass(frozen=True)
class Ticks:
    """What is ticked in the form, as it came."""

    guests: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: QueryDict) -> "Ticks":
        names = ("guests", "new_guest", "themes", "offers")
        return cls(*(tuple(data.getlist(name)) for name in names))


class PlanForm:
    def __init__(
        self,
        meeting: Meeting,
        *,
        rows: dict[str, list[dict[str, Any]]],
        ticks: Ticks,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.meeting = meeting
        self.ticks = ticks
        self.is_bound = data is not None
        # A copy: judging a form writes in its instance.
        judged = Meeting.objects.get(pk=meeting.pk)
        self.particulars = ParticularsForm(data, initial=initial, instance=judged)
        self.control = ControlForm(data, initial=initial)
        self.offered = Offers.build(meeting, timezone.localdate())
        self.enterprises = list(SocialEnterprise.objects.listed().only("name"))
        self.terms = list(Term.objects.filter(vocabulary__in=_THEMES))
        self._build_rows(rows)
        self._tick_problems: list[dict[str, str]] = []

    def _build_rows(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        stored = self.meeting.objectives.select_related("barrier", "carried_from__meeting")
        self._stored = {str(row.pk): row for row in stored.order_by("order", "pk")}
        self.objectives = [
            self._objective_form(index, row) for index, row in enumerate(rows["objectives"])
        ]
        items = self.meeting.agenda.exclude(topic=None).select_related("topic__organization")
        topics = {str(row.pk): row for row in items}
        self.points = [
            self._point_form(index, row, topics) for index, row in enumerate(rows["agenda"])
        ]

    def _objective_form(self, index: int | str, row: dict[str, Any]) -> ObjectiveForm:
        form = row_form(ObjectiveForm, "objectives", index, row, is_bound=self.is_bound)
        stored = self._stored.get(str(row.get("pk") or ""))
        if stored is not None:
            form.outcome, form.about = Objective.Outcome(stored.outcome), _origin(stored)
        return form

    def _point_form(
        self, index: int | str, row: dict[str, Any], topics: dict[str, AgendaItem]
    ) -> PointForm:
        form = row_form(PointForm, "agenda", index, row, is_bound=self.is_bound)
        form.offer_objectives(self._stored)
        stored = topics.get(str(row.get("pk") or ""))
        if stored is not None and stored.topic is not None:
            form.about = f"Sujet proposé par {stored.topic.organization}"
        return form

    # --- Opened, opened again, sent ---------------------------------------------------------

    @classmethod
    def opened(cls, meeting: Meeting, plan: Plan, version: int) -> "PlanForm":
        """A fresh form on a plan; its own key tells a second click from a second thought."""
        initial = plan.particulars.values | {
            "version": version,
            "key": secrets.token_urlsafe(16),
            "particulars_seen": plan.particulars.seen_word,
            "guests_seen": _keys_word(plan.guests.seen),
            "themes_seen": _keys_word(plan.themes.seen),
        }
        rows = {
            "objectives": [row_initial(row) for row in plan.objectives] or [{}],
            "agenda": [row_initial(row) for row in plan.points] or [{}],
        }
        ticks = Ticks(
            tuple(map(str, plan.guests.chosen)),
            (),
            tuple(map(str, plan.themes.chosen)),
            plan.offers,
        )
        return cls(meeting, rows=rows, ticks=ticks, initial=initial)

    @classmethod
    def reopened(cls, meeting: Meeting, data: QueryDict, act: str = "") -> "PlanForm":
        """What was typed, moved as `act` says (agenda-up-3, objectives-add, copy); not judged."""
        rows = {name: moved(name, posted_rows(name, data), act) for name in LISTS}
        if act == "copy":
            rows["agenda"] = without_blank(rows["agenda"]) + copied(data.get("copy_from", ""))
        return cls(meeting, rows=rows, ticks=Ticks.of(data), initial=dict(data.items()))

    @classmethod
    def posted(cls, meeting: Meeting, data: QueryDict) -> "PlanForm":
        rows = {name: posted_rows(name, data) for name in LISTS}
        return cls(meeting, rows=rows, ticks=Ticks.of(data), data=data)

    # --- Judged -----------------------------------------------------------------------------

    def is_valid(self) -> bool:
        self._tick_problems = [*self._judge_guests(), *self._judge_rows()]
        forms_ = [self.control, self.particulars, *self.objectives, *self.points]
        # A list, not a generator: every field gets its message at once.
        judged = [form.is_valid() for form in forms_]
        return all(judged) and not self._tick_problems

    def _judge_guests(self) -> list[dict[str, str]]:
        known = self._enterprises_by_name
        return [
            {
                "id": "guest-new",
                "text": f"Aucune EÉS du répertoire ne s’appelle «\u00a0{name}\u00a0».",
            }
            for name in self.typed_names
            if french.fold(name) not in known
        ]

    def _judge_rows(self) -> list[dict[str, str]]:
        too_many = max(len(self.objectives), len(self.points)) > MAX_ROWS
        text = f"{MAX_ROWS} lignes au plus par liste\u00a0: regroupez-en."
        return [{"id": "", "text": text}] if too_many else []

    def refuse(self, text: str) -> None:
        """Add a problem that only the act could find."""
        self._tick_problems.append({"id": "", "text": text})

    @property
    def problems(self) -> list[dict[str, str]]:
        """Each error with the field that it is about, for the summary."""
        if not self.is_bound:
            return self._tick_problems
        found = [
            {"id": "", "text": f"Rouvrez la page\u00a0: {self.control.errors[name][0]}"}
            for name in self.control.errors
        ]
        found += [{"id": "", "text": str(e)} for e in self.particulars.non_field_errors()]
        found += _field_problems(self.particulars, "")
        for noun, rows in (("Objectif", self.objectives), ("Point", self.points)):
            for number, row in enumerate(rows, start=1):
                found += _field_problems(row, f"{noun}\u00a0{number}, ")
        return found + self._tick_problems

    @property
    def plan(self) -> Plan:
        place, seen = read_seen(self.control.cleaned_data["particulars_seen"], PARTICULARS)
        known = self._enterprises_by_name
        guests = _keys(self.ticks.guests) & {row.pk for row in self.enterprises}
        guests |= {known[french.fold(name)] for name in self.typed_names}
        themes = _keys(self.ticks.themes) & {row.pk for row in self.terms}
        control = self.control.cleaned_data
        return Plan(
            Row(self.particulars.values, self.meeting.pk, seen, place),
            [form.row for form in self.objectives if not form.is_blank],
            [form.row for form in self.points if not form.is_blank],
            Choice(frozenset(guests), _keys(control["guests_seen"].split())),
            Choice(frozenset(themes), _keys(control["themes_seen"].split())),
            self.ticks.offers,
        )

    def words(self, name: str, value: Any) -> tuple[str, str]:
        """The label of a field, and how one of its values reads."""
        fields: dict[str, Any] = {
            **PointForm.base_fields,
            **ObjectiveForm.base_fields,
            **self.particulars.fields,
        }
        if name == "kind":
            value = Meeting.Kind(value).label
        return str(fields[name].label), reads(value)

    # --- Shown ------------------------------------------------------------------------------

    @property
    def typed_names(self) -> list[str]:
        return [name for name in (" ".join(name.split()) for name in self.ticks.names) if name]

    @property
    def _enterprises_by_name(self) -> dict[str, int]:
        return {french.fold(row.name): row.pk for row in self.enterprises}

    @property
    def guests(self) -> list[Tick]:
        """Those who are guests, and those who were when the form was opened."""
        seen = str(self.control["guests_seen"].value() or "").split()
        shown = {*self.ticks.guests, *seen}
        return [
            Tick(str(row.pk), row.name, str(row.pk) in self.ticks.guests)
            for row in self.enterprises
            if str(row.pk) in shown
        ]

    @property
    def new_names(self) -> list[str]:
        """Names to add: those that were typed, and empty places."""
        return self.typed_names + [""] * BLANK_GUESTS

    @property
    def other_enterprises(self) -> list[str]:
        return [row.name for row in self.enterprises if str(row.pk) not in self.ticks.guests]

    @property
    def themes(self) -> list[tuple[str, list[Tick]]]:
        """By list: sectors, missions and regions."""
        return [
            (
                vocabulary.label[:1].upper() + vocabulary.label[1:],
                [
                    Tick(str(row.pk), row.label, str(row.pk) in self.ticks.themes)
                    for row in self.terms
                    if row.vocabulary == vocabulary
                ],
            )
            for vocabulary in _THEMES
        ]

    @property
    def offered_objectives(self) -> list[Tick]:
        return self._ticked(self.offered.objectives)

    @property
    def offered_topics(self) -> list[Tick]:
        return self._ticked(self.offered.topics)

    def _ticked(self, offers: Iterable[Offer]) -> list[Tick]:
        ticked = self.ticks.offers
        return [Tick(o.value, o.text, o.value in ticked, o.words, o.about) for o in offers]

    @property
    def is_for_guests(self) -> bool:
        """Webinars and workshops show enterprises; a meeting may, and then it is unfolded."""
        is_meeting = self.particulars["kind"].value() == Meeting.Kind.MEETING
        return not is_meeting or bool(self.guests or self.ticks.themes or self._tick_problems)

    @property
    def copies(self) -> list[Tick]:
        """The meetings whose agenda can be taken over, the nearest first."""
        rows = Meeting.objects.filter(agenda__isnull=False).exclude(pk=self.meeting.pk).distinct()
        return [
            Tick(str(row.pk), f"{row}, {french.long_date(row.held_on)}", False)
            for row in rows.order_by("-held_on", "-pk")[:40]
        ]

    @property
    def timed_points(self) -> list[tuple[PointForm, str]]:
        """Each row with the hour at which it begins."""
        times = clocks(self._times[0], [form.length or 0 for form in self.points])
        return list(zip(self.points, times, strict=True))

    @property
    def balance(self) -> Balance:
        told = [form for form in self.points if form["title"].value() or form.length]
        kept = [form for form in told if not form["remove"].value()]
        return Balance.build([form.length for form in kept], *self._times)

    @property
    def _times(self) -> list[Any]:
        return [_time(self.particulars[name].value()) for name in ("starts_at", "ends_at")]

    @property
    def blank_objective(self) -> ObjectiveForm:
        """The row that the page copies to add one without asking the server."""
        return ObjectiveForm(prefix="objectives-__row__")

    @property
    def blank_point(self) -> PointForm:
        form = PointForm(prefix="agenda-__row__")
        form.offer_objectives(self._stored)
        return form


def _field_problems(form: Any, before: str) -> list[dict[str, str]]:
    found = []
    for field in form.visible_fields():
        label = f"{before}{str(field.label).lower()}" if before else str(field.label).capitalize()
        texts = (f"{label}\u00a0: {text}" for text in field.errors)
        found += [{"id": field.auto_id, "text": text} for text in texts]
    return found


def _origin(row: Objective) -> str:
    if row.carried_from is not None:
        return f"Repris {row.carried_from.meeting.of_heading}"
    if row.barrier is not None:
        return f"Enjeu\u00a0: {row.barrier.title}"
    return "Objectif du cycle" if row.cycle_objective_id else ""


def _time(value: Any) -> Any:
    """An hour, whether it is stored or typed; None when it is neither."""
    try:
        return forms.TimeField(required=False).clean(value)
    except forms.ValidationError:
        return None


def _keys(words: Iterable[str]) -> frozenset[int]:
    return frozenset(int(word) for word in words if _KEY.fullmatch(word))


def _keys_word(keys: Iterable[int]) -> str:
    return " ".join(str(key) for key in sorted(keys))
