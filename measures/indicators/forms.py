"""Forms of one figure, and of where an organization wants an indicator to go."""

import datetime
import uuid
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import QueryDict

from chantier.lib import french
from chantier.lib.numbers import NumberField
from measures.forms_catalogue import Prose
from measures.forms_exchange import ACCEPTED, checked_table
from measures.indicators.grid import Grid
from measures.indicators.tables import FigurePlan, plan_of, read_file
from measures.indicators.values import Figure, check, ratio, read, typed
from measures.models import Indicator, IndicatorAim, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization
from members.sharing import SharingLevel

_FIGURE = ("value", "numerator", "denominator")
# Longer than any number: what is pasted by mistake.
_MOST_CHARS = 60
# Years that one may start from, and aim at.
_BACK, _AHEAD = 15, 10
_MOST_OF_NAME = 200


def texts_of(
    row: IndicatorValue | IndicatorRevision | None, indicator: Indicator
) -> dict[str, str]:
    """What the form of a value says when it opens on this."""
    if row is None:
        return dict.fromkeys((*_FIGURE, "source", "note"), "")
    has_terms = row.numerator is not None or row.denominator is not None
    value = "" if has_terms else french.NOT_AVAILABLE
    if row.value is not None and not has_terms:
        value = typed(row.value, indicator)
    return {
        "value": value,
        "numerator": _term(row.numerator),
        "denominator": _term(row.denominator),
        "source": row.source,
        "note": row.note,
    }


def _term(value: Decimal | None) -> str:
    return "" if value is None else french.number(value)


def _number_input() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class _Versioned(forms.Form):
    """Recognizes a form that arrives twice, and one that was opened on an older version."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    @classmethod
    def version_in(cls, data: QueryDict) -> int | None:
        """The version that a posted form was opened on, before anything else is judged."""
        try:
            version: int | None = cls.base_fields["version"].clean(data.get("version"))
        except ValidationError:
            return None
        return version


class ValueForm(_Versioned):
    """The value of one fiscal year, or the two terms that it is worked out from."""

    value = forms.CharField(label="Valeur", required=False, widget=_number_input())
    numerator = NumberField(
        label="Numérateur", required=False, max_digits=18, decimal_places=4, min_value=0
    )
    denominator = NumberField(
        label="Dénominateur", required=False, max_digits=18, decimal_places=4, min_value=0
    )
    source = forms.CharField(
        label="Source des données",
        required=False,
        max_length=200,
        help_text="D’où vient le chiffre\u00a0: un système, un registre, une personne.",
    )
    note = Prose(
        label="Remarque et exclusions",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui manque, ce qui est estimé, ce que vous n’avez pas compté.",
    )
    reason = forms.CharField(
        label="Raison de la correction",
        required=False,
        max_length=300,
        help_text="Exigée quand la valeur change\u00a0: l’ancienne reste dans l’historique.",
    )

    def __init__(
        self, *args: Any, indicator: Indicator, row: IndicatorValue | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.row = indicator, row
        self.initial.update(texts_of(row, indicator), version=row.version if row else 0)
        self._describe()

    def _describe(self) -> None:
        indicator = self.indicator
        help_text = f"En {indicator.unit}. " if indicator.unit in ("%", "$") else ""
        self.fields["value"].help_text = (
            f"{help_text}«\u00a0n.\u00a0d.\u00a0» si elle n’est pas disponible\u00a0: ce n’est "
            "pas zéro."
        )
        if indicator.is_ratio:
            self.fields["value"].label = "Valeur seule"
            self.fields[
                "value"
            ].help_text = "Si vous n’avez pas les deux termes\u00a0: sinon, elle s’en calcule."
            self.fields["numerator"].label = _capital(indicator.numerator_label)
            self.fields["denominator"].label = _capital(indicator.denominator_label)
        elif not (self.initial["numerator"] or self.initial["denominator"]):
            del self.fields["numerator"], self.fields["denominator"]
        if self.row is None:
            del self.fields["reason"]

    def clean_value(self) -> Decimal | None:
        text: str = self.cleaned_data["value"].strip()
        if self.row is not None and text and text == self.initial["value"]:
            # Untouched: as fine as it was stored.
            return self.row.value
        if len(text) > _MOST_CHARS:
            raise ValidationError("Écrivez un nombre seul.")
        return read(text, self.indicator)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        numerator, denominator = data.get("numerator"), data.get("denominator")
        if numerator is not None and denominator is not None:
            self._check_ratio(numerator, denominator)
        elif numerator is not None or denominator is not None:
            missing = "numerator" if numerator is None else "denominator"
            self.add_error(missing, "Écrivez les deux termes, ou aucun.")
        elif not self.row and not self.data.get("value", "").strip():
            self.add_error(
                "value",
                "Écrivez une valeur, ou «\u00a0n.\u00a0d.\u00a0» si elle n’est pas disponible.",
            )
        if not self.errors and self.corrects() and not data.get("reason"):
            self.add_error("reason", "Dites pourquoi la valeur change.")
        return data

    def _check_ratio(self, numerator: Decimal, denominator: Decimal) -> None:
        """Two terms make the value: another one beside them contradicts it."""
        try:
            value = ratio(numerator, denominator, self.indicator)
        except ValidationError as error:
            self.add_error("numerator", error)
            return
        said = self.cleaned_data["value"]
        is_new = self.data.get("value", "").strip() != self.initial["value"]
        worked_out = None if value is None else round(value, self.indicator.decimals)
        if said is not None and is_new and worked_out != said:
            self.add_error("value", "La valeur se calcule des deux termes\u00a0: videz ce champ.")

    def figure(self) -> Figure:
        data = self.cleaned_data
        numerator, denominator = data.get("numerator"), data.get("denominator")
        return Figure(
            value=None if numerator is not None else data["value"],
            numerator=numerator,
            denominator=denominator,
            source=data["source"],
            note=data["note"],
        )

    def corrects(self) -> bool:
        """Whether it replaces a value that was known."""
        row = self.row
        if row is None or (row.value is None and row.numerator is None):
            return False
        figure = self.figure()
        if figure.has_terms:
            return (figure.numerator, figure.denominator) != (row.numerator, row.denominator)
        return row.numerator is not None or figure.value != row.value


def _capital(text: str) -> str:
    """A label as a field begins it."""
    return text[:1].upper() + text[1:]


class AimForm(_Versioned):
    """Where an organization starts from, where it goes, and who may see its values."""

    baseline = forms.CharField(label="Valeur de départ", required=False, widget=_number_input())
    baseline_from = forms.ChoiceField(label="Année de départ", required=False)
    target = forms.CharField(label="Cible", required=False, widget=_number_input())
    target_from = forms.ChoiceField(label="Année visée", required=False)
    sharing = forms.ChoiceField(
        label="Qui peut voir les valeurs",
        choices=SharingLevel.choices,
        help_text="Pour toutes les années de cet indicateur.",
    )

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        indicator: Indicator,
        aim: IndicatorAim | None,
        today: datetime.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.aim = indicator, aim
        self.initial.update(aim_texts(aim, indicator))
        current = FiscalYear.of(organization, today)
        years = [current.back(count) for count in range(-_AHEAD, _BACK)]
        for name, begun_only in (("baseline_from", True), ("target_from", False)):
            offered = [year for year in years if not begun_only or year.start <= today]
            field: Any = self.fields[name]
            field.choices = _choices(offered, self.initial[name], organization)
        self.fields["target"].help_text = indicator.get_direction_display().capitalize() + "."

    def clean_baseline(self) -> Decimal | None:
        return self._read("baseline")

    def clean_target(self) -> Decimal | None:
        return self._read("target")

    def _read(self, name: str) -> Decimal | None:
        text: str = self.cleaned_data[name].strip()
        if self.aim is not None and text and text == self.initial[name]:
            stored: Decimal | None = getattr(self.aim, name)
            # As fine as it was stored; but its bounds may have moved since.
            check(round(stored or Decimal(0), self.indicator.decimals), self.indicator)
            return stored
        if len(text) > _MOST_CHARS:
            raise ValidationError("Écrivez un nombre seul.")
        return read(text, self.indicator)

    def clean_baseline_from(self) -> datetime.date | None:
        return _day(self.cleaned_data["baseline_from"])

    def clean_target_from(self) -> datetime.date | None:
        return _day(self.cleaned_data["target_from"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, what in (("baseline", "la valeur de départ"), ("target", "la cible")):
            value, year = data.get(name), data.get(f"{name}_from")
            if name in self.errors or f"{name}_from" in self.errors:
                continue
            if value is not None and year is None:
                self.add_error(f"{name}_from", f"Choisissez l’année de {what}.")
            elif year is not None and value is None:
                self.add_error(name, f"Écrivez {what} de cette année.")
        start, end = data.get("baseline_from"), data.get("target_from")
        if start and end and end <= start:
            self.add_error("target_from", "L’année visée suit l’année de départ.")
        return data

    def labels(self) -> dict[str, dict[str, str]]:
        """The words of the choices, by field."""
        fields: Any = self.fields
        names = ("baseline_from", "target_from", "sharing")
        return {name: dict(fields[name].choices) for name in names}

    def stated(self) -> dict[str, Any]:
        names = ("baseline", "baseline_from", "target", "target_from", "sharing")
        return {name: self.cleaned_data[name] for name in names}


def aim_texts(aim: IndicatorAim | None, indicator: Indicator) -> dict[str, str]:
    """What the form of an aim says when it opens on this."""
    aim = aim or IndicatorAim(version=0)
    return {
        "baseline": typed(aim.baseline, indicator),
        "baseline_from": aim.baseline_from.isoformat() if aim.baseline_from else "",
        "target": typed(aim.target, indicator),
        "target_from": aim.target_from.isoformat() if aim.target_from else "",
        "sharing": aim.sharing,
        "version": str(aim.version),
    }


def _choices(
    years: list[FiscalYear], stored: str, organization: Organization
) -> list[tuple[str, str]]:
    """The years to choose from, with the one that is stored: they may have begun elsewhere."""
    found = {year.start.isoformat(): year.label for year in years}
    if stored and stored not in found:
        day = datetime.date.fromisoformat(stored)
        found[stored] = FiscalYear.beginning(day.year, day.month).label
    return [("", "–"), *sorted(found.items(), reverse=True)]


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


class TableForm(forms.Form):
    """A table, compared with the grid as soon as it has been checked."""

    table = forms.FileField(
        label="Fichier XLSX ou CSV",
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text="10\u00a0Mo au plus. Son contenu est vérifié.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def __init__(self, *args: Any, grid: Grid | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grid = grid
        self.plan: FigurePlan | None = None
        self.name = ""

    def clean_table(self) -> File:
        upload: File = self.cleaned_data["table"]
        self.name = PurePath(upload.name or "").name[-_MOST_OF_NAME:]
        table, _ = checked_table(upload)
        if self.grid is not None:
            self.plan = plan_of(read_file(table, self.name), self.grid)
        return table
