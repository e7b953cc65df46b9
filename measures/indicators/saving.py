"""A posted figure or aim: stored, found to be stored already, or met with somebody else's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from measures.actions.aims import ACTION, StaleAim, save_aim
from measures.actions.audit import subject_of
from measures.actions.figures import StaleFigure, save_figure
from measures.indicators.forms import AimForm, ValueForm, aim_texts, texts_of
from measures.indicators.meeting import Part, meet
from measures.indicators.series import Place
from measures.indicators.why import Why
from measures.merge import Merge
from measures.models import IndicatorAim, IndicatorRevision, IndicatorValue
from members.models import AuditEntry, User

_OF_VALUE = (
    Part("Valeur", ("value", "numerator", "denominator")),
    Part("Source des données", ("source",)),
    Part("Remarque et exclusions", ("note",), is_prose=True),
)
_OF_AIM = (
    Part("Valeur de départ", ("baseline",)),
    Part("Année de départ", ("baseline_from",)),
    Part("Cible", ("target",)),
    Part("Année visée", ("target_from",)),
    Part("Qui peut voir les valeurs", ("sharing",)),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a posted form: stored, or a form to show again, with what it met."""

    form: Any = None
    merged: Merge | None = None

    @property
    def is_stored(self) -> bool:
        return self.form is None


def save_value(why: Why, data: QueryDict, *, by: User) -> Outcome:
    """Store a posted value over the version that its author saw."""
    first = _first_arrival(why, data)
    if first is not None:
        data = _renewed(data, first)
    form = ValueForm(data, indicator=why.place.indicator, row=why.stored)
    if first is not None and form.is_valid() and _says(form, first):
        return Outcome()
    version = why.stored.version if why.stored else 0
    if (ValueForm.version_in(data) or 0) != version:
        return _met_value(why, data, why.stored)
    if not form.is_valid():
        return Outcome(form)
    try:
        save_figure(
            organization=why.place.organization,
            indicator=why.place.indicator,
            year=why.year,
            figure=form.figure(),
            version=version,
            reason=form.cleaned_data.get("reason", ""),
            submission_key=form.cleaned_data["submission_key"],
            by=by,
        )
    except StaleFigure as stale:
        return _met_value(why, data, stale.current)
    return Outcome()


def take_over(why: Why, data: QueryDict, *, by: User) -> str:
    """Store what the rows of the portal say, as its author saw it; why it could not be, if so."""
    point, version = why.point, ValueForm.version_in(data)
    # « n. d. » takes the place of nothing.
    is_known = why.fed is not None and (why.stored is not None or why.fed.is_known)
    if why.fed is None or not is_known or why.place.indicator.is_computed:
        return "Rien n’est à reprendre\u00a0: les achats ne disent plus rien de cette valeur."
    if why.stored and not point.differs:
        # The second click.
        return ""
    if data.get("seen", "") != point.fed_text:
        return f"Les achats ont changé\u00a0: ils disent maintenant {point.fed_text}."
    try:
        save_figure(
            organization=why.place.organization,
            indicator=why.place.indicator,
            year=why.year,
            figure=why.fed.figure(why.place.indicator),
            version=version or 0,
            reason=f"Valeur {'reprise' if why.stored else 'calculée'} des achats, {why.fed.words}",
            submission_key=_key_of(data),
            by=by,
        )
    except StaleFigure:
        return "Une autre personne vient de changer la valeur\u00a0: relisez-la, puis reprenez."
    return ""


def _key_of(data: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(data.get("submission_key", ""))
    except ValueError:
        return None


def _first_arrival(why: Why, data: QueryDict) -> IndicatorRevision | None:
    """The revision of this value that this very form has already made."""
    key = _key_of(data)
    if key is None or why.stored is None:
        return None
    return why.stored.revisions.filter(submission_key=key).first()


def _renewed(data: QueryDict, first: IndicatorRevision) -> QueryDict:
    """Under a new key: its author has seen what the first arrival stored, and starts from there."""
    data = data.copy()
    data["submission_key"], data["version"] = str(uuid.uuid4()), str(first.number)
    return data


def _says(form: ValueForm, first: IndicatorRevision) -> bool:
    """Whether a form says again what its first arrival stored."""
    figure = form.figure()
    stored = (first.numerator, first.denominator, first.source, first.note)
    said = (figure.numerator, figure.denominator, figure.source, figure.note)
    return said == stored and (figure.has_terms or figure.value == first.value)


def _met_value(why: Why, data: QueryDict, row: IndicatorValue | None) -> Outcome:
    indicator = why.place.indicator
    if row is None:
        # Never taken away: a version of a row that is not there is forged, or from elsewhere.
        form = ValueForm(data, indicator=indicator, row=None)
        form.is_valid()
        return Outcome(form)
    opened = row.revisions.filter(number=ValueForm.version_in(data) or 0).first()
    united = meet(
        data,
        _OF_VALUE,
        opened_on=texts_of(opened, indicator) if opened else _before(data, why),
        stored=texts_of(row, indicator),
        labels={},
        version=row.version,
        author=str(row.updated_by),
        at=_moment(row.updated_at),
    )
    return Outcome(ValueForm(united.data, indicator=indicator, row=row), united)


def _before(data: QueryDict, why: Why) -> dict[str, str] | None:
    """An empty form, when it was opened before anything was noted."""
    is_first = ValueForm.version_in(data) == 0
    return texts_of(None, why.place.indicator) if is_first else None


def save_posted_aim(place: Place, data: QueryDict, *, today: Any, by: User) -> Outcome:
    """Store a posted aim over the version that its author saw."""
    form = aim_form(place, today=today, data=data)
    version = place.aim.version if place.aim else 0
    if (AimForm.version_in(data) or 0) != version:
        if form.is_valid() and place.aim and _holds(place.aim, form):
            # The second click, or a colleague who wants the same.
            return Outcome()
        return _met_aim(place, data, today)
    if not form.is_valid():
        return Outcome(form)
    try:
        save_aim(
            organization=place.organization,
            indicator=place.indicator,
            stated=form.stated(),
            version=version,
            by=by,
        )
    except StaleAim:
        fresh = IndicatorAim.objects.select_related("updated_by").get(
            organization=place.organization, indicator=place.indicator
        )
        fresh.indicator = place.indicator
        return _met_aim(Place(place.access, place.indicator, fresh), data, today)
    return Outcome()


def aim_form(place: Place, *, today: Any, data: QueryDict | None = None) -> AimForm:
    return AimForm(
        data,
        organization=place.organization,
        indicator=place.indicator,
        aim=place.aim,
        today=today,
    )


def _holds(aim: IndicatorAim, form: AimForm) -> bool:
    return all(getattr(aim, name) == value for name, value in form.stated().items())


def _met_aim(place: Place, data: QueryDict, today: Any) -> Outcome:
    aim, indicator = place.aim, place.indicator
    if aim is None:
        form = aim_form(place, today=today, data=data)
        form.is_valid()
        return Outcome(form)
    labels = aim_form(place, today=today).labels()
    united = meet(
        data,
        _OF_AIM,
        opened_on=_aim_at(aim, place, AimForm.version_in(data)),
        stored=aim_texts(aim, indicator),
        labels=labels,
        version=aim.version,
        author=str(aim.updated_by),
        at=_moment(aim.updated_at),
    )
    return Outcome(aim_form(place, today=today, data=united.data), united)


def _aim_at(aim: IndicatorAim, place: Place, version: int | None) -> dict[str, str] | None:
    """What the form said on a version of the aim, from the journal."""
    if version == 0:
        return aim_texts(None, place.indicator)
    entry = AuditEntry.objects.filter(
        subject=subject_of(aim), action=ACTION, after__version=version
    ).first()
    if entry is None:
        return None
    names = ("baseline", "baseline_from", "target", "target_from", "sharing")
    known = IndicatorAim(version=version or 0)
    for name in names:
        field: Any = IndicatorAim._meta.get_field(name)
        setattr(known, name, field.to_python(entry.after.get(name)))
    return aim_texts(known, place.indicator)


def _moment(at: Any) -> str:
    local = timezone.localtime(at)
    return f"{french.long_date(local.date())}, {french.clock_time(local)}"
