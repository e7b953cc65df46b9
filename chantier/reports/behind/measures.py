"""The measures behind the figures of the register: rates, counts by status, sections of measures.

The register, and the measures of the guide that it lacks, on the day of the report.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chantier.lib import french
from chantier.reports.behind.shape import Asked, Behind, Group, Row
from chantier.reports.frame import Period
from chantier.reports.register import (
    COMMITMENT_STAGE,
    due,
    is_commitment,
    is_implemented_in,
    is_upcoming,
    register_of,
)
from chantier.reports.summary import is_described
from measures.models import Implementation, Measure
from measures.progress import Tally
from measures.statuses import Status
from members.models import Organization

_ABSENT = "Absente du registre"
_STATUS, _DATE, _REASON = "Statut", "Date", "Précision"


@dataclass(frozen=True)
class Standing:
    """A measure at the end of a period, and `before` it.

    `record` is None for a measure of the guide that the register lacks.
    """

    status: Status
    before: Status
    row: Row
    record: Any

    @property
    def is_applicable(self) -> bool:
        return self.status != Status.NOT_APPLICABLE


def standings(asked: Asked, period: Period | None = None) -> list[Standing]:
    """What `Progress.build` counts, row by row, in the order of the guide; three queries."""
    organization, stage = asked.organization, asked.stage
    records = register_of(organization, period or asked.period)
    known = {record.measure_id for record in records}
    absent = Measure.objects.active().for_group(organization.group).select_related("stage")
    found = [_of_record(record, organization) for record in records]
    found += [_of_guide(measure) for measure in absent if measure.pk not in known]
    # Sorting keeps the order of the register within a stage.
    found.sort(key=lambda each: each.row.stage)
    return [each for each in found if stage is None or each.row.stage == stage.order]


def _of_record(record: Any, organization: Organization) -> Standing:
    status = Status(record.status_as_of)
    record.organization = organization
    row = Row(
        title=record.title,
        url=record.get_absolute_url(),
        code=record.code,
        stage=record.stage.order,
        glyph=status.value,
        status=str(status.label),
        date=record.implemented_on if status == Status.IMPLEMENTED else record.planned_for,
        reason=_reason(record, status),
        is_kept=not is_described(record),
    )
    return Standing(status, Status(record.status_before), row, record)


def _reason(record: Implementation, status: Status) -> str:
    if status == Status.NOT_APPLICABLE:
        return record.not_applicable_reason
    if record.status == Status.IMPLEMENTED and status != Status.IMPLEMENTED:
        return f"Implantée depuis, le {french.long_date(record.implemented_on)}"
    return ""


def _of_guide(measure: Measure) -> Standing:
    row = Row(
        title=measure.title,
        url=measure.get_absolute_url(),
        code=measure.code,
        stage=measure.stage.order,
        glyph=Status.NOT_ASSESSED.value,
        status=str(Status.NOT_ASSESSED.label),
        reason=_ABSENT,
    )
    return Standing(Status.NOT_ASSESSED, Status.NOT_ASSESSED, row, None)


def group_of(code: str, title: str, found: Iterable[Standing], empty: str = "") -> Group:
    return Group(
        code,
        title,
        tuple(each.row for each in found),
        status_label=_STATUS,
        date_label=_DATE,
        reason_label=_REASON,
        empty=empty or "Aucune mesure.",
    )


def rate(asked: Asked, day: datetime.date | None = None) -> Behind:
    """Implemented ÷ applicable on the day of the report, or on another."""
    day = day or asked.period.as_of
    found = standings(asked, replace(asked.period, as_of=day))
    tally = tally_of(each.status for each in found)
    left_out = tally.not_applicable
    rule = (
        f"{_counted(tally.implemented, 'mesure implantée')} ÷ "
        f"{_counted(tally.applicable, 'applicable')} au {french.long_date(day)}"
    )
    if left_out:
        rule += f"; {left_out} sans objet, hors du calcul"
    return Behind(
        title="Taux d’implantation",
        value=french.percent(tally.rate),
        rule=f"{rule}.",
        groups=parts_of_rate(found),
        is_by_stage=True,
    )


def parts_of_rate(found: Sequence[Standing]) -> tuple[Group, ...]:
    """The numerator, the rest of the denominator, and what is out of both."""
    done = [each for each in found if each.status == Status.IMPLEMENTED]
    others = [each for each in found if each.is_applicable and each.status != Status.IMPLEMENTED]
    return (
        group_of("comptees", "Implantées\u00a0: le numérateur", done),
        group_of("autres", "Les autres mesures applicables", others),
        _not_applicable(found),
    )


def _not_applicable(found: Iterable[Standing]) -> Group:
    excluded = [each for each in found if not each.is_applicable]
    return group_of("exclues", "Sans objet\u00a0: hors du calcul", excluded)


def tally_of(statuses: Iterable[Status]) -> Tally:
    return Tally.of(Counter(statuses))


def difference(asked: Asked) -> Behind:
    """The points gained since the day that the period is compared with."""
    return difference_between(asked, asked.period.as_of, asked.period.compared_with)


def difference_between(asked: Asked, day: datetime.date, before: datetime.date) -> Behind:
    found = standings(asked, replace(asked.period, as_of=day, compared_with=before))
    rates = tally_of(each.status for each in found), tally_of(each.before for each in found)
    points = rates[0].points_since(rates[1])
    done = [each for each in found if each.status == Status.IMPLEMENTED]
    since = [each for each in done if each.before != Status.IMPLEMENTED]
    before_too = [each for each in done if each.before == Status.IMPLEMENTED]
    others = [each for each in found if each.is_applicable and each.status != Status.IMPLEMENTED]
    days = [french.long_date(each) for each in (day, before)]
    return Behind(
        title="Écart du taux, en points",
        value=_in_points(points),
        rule=(
            f"{french.percent(rates[0].rate)} au {days[0]}, moins "
            f"{french.percent(rates[1].rate)} au {days[1]}, sur les mêmes mesures applicables."
        ),
        groups=(
            group_of("depuis", f"Implantées depuis le {days[1]}", since),
            group_of("deja", f"Implantées au {days[1]} déjà", before_too),
            group_of("autres", "Les autres mesures applicables", others),
            _not_applicable(found),
        ),
        is_by_stage=True,
    )


def _in_points(points: int | None) -> str:
    if points is None:
        return french.NOT_AVAILABLE
    sign = "+" if points > 0 else ""
    return f"{sign}{french.number(points)}{french.NBSP}point{french.plural(points)}"


def of_status(status: Status) -> Callable[[Asked], Behind]:
    def build(asked: Asked) -> Behind:
        found = standings(asked)
        counted = [each for each in found if each.status == status]
        others = [each for each in found if each.status != status]
        return Behind(
            title=f"Mesures au statut «\u00a0{status.label}\u00a0»",
            value=french.number(len(counted)),
            rule=f"Selon les dates inscrites au registre, au {_as_of(asked)}.",
            groups=(
                group_of("comptees", "Comptées", counted),
                group_of("autres", "D’un autre statut ce jour-là", others),
            ),
            is_by_stage=True,
        )

    return build


def applicable(asked: Asked) -> Behind:
    found = standings(asked)
    counted = [each for each in found if each.is_applicable]
    return Behind(
        title="Mesures applicables",
        value=french.number(len(counted)),
        rule=(
            "Mesures du guide qui visent ce type d’organisation, et celles que son registre "
            f"contient en plus, sauf les mesures sans objet, au {_as_of(asked)}."
        ),
        groups=(group_of("comptees", "Comptées", counted), _not_applicable(found)),
        is_by_stage=True,
    )


def implemented(asked: Asked) -> Behind:
    """What was implemented in the period, out of what applies at its end."""
    period = asked.period
    found = standings(asked)
    of_period = [each for each in found if _is_of_period(each, asked)]
    applies = [each for each in found if each.is_applicable and not _is_of_period(each, asked)]
    before = [each for each in applies if each.status == Status.IMPLEMENTED]
    others = [each for each in applies if each.status != Status.IMPLEMENTED]
    return Behind(
        title="Mesures implantées pendant la période",
        value=french.number(len(of_period)),
        rule=(
            f"Date d’implantation du {french.long_date(period.starts_on)} au {_as_of(asked)}; "
            f"{_counted(len(of_period) + len(applies), 'mesure applicable')} en tout."
        ),
        groups=(
            group_of("comptees", "Comptées", of_period),
            group_of("avant", "Implantées avant la période", before),
            group_of("autres", "Les autres mesures applicables", others),
            _not_applicable(found),
        ),
    )


def _is_of_period(each: Standing, asked: Asked) -> bool:
    return each.record is not None and is_implemented_in(each.record, asked.period)


def commitments(asked: Asked) -> Behind:
    found = standings(asked)
    first = [each for each in found if each.row.stage == COMMITMENT_STAGE]
    return _of_section(
        first,
        is_commitment,
        title="Engagements",
        rule=f"Mesures de la première étape, implantées ou en cours au {_as_of(asked)}.",
        others="Les autres mesures de la première étape",
    )


def upcoming(asked: Asked) -> Behind:
    found = standings(asked)
    ordered = sorted(found, key=lambda each: due(each.record) if each.record else (True, _NEVER))
    return _of_section(
        ordered,
        is_upcoming,
        title="Mesures à venir",
        rule=f"Mesures du registre en cours, planifiées ou à entreprendre au {_as_of(asked)}.",
        others="Ni en cours, ni planifiées, ni à entreprendre",
    )


_NEVER = datetime.date.max


def _of_section(
    found: Sequence[Standing],
    is_counted: Callable[[Any], bool],
    *,
    title: str,
    rule: str,
    others: str,
) -> Behind:
    counted = [each for each in found if each.record and is_counted(each.record)]
    left = [each for each in found if not (each.record and is_counted(each.record))]
    return Behind(
        title=title,
        value=french.number(len(counted)),
        rule=rule,
        groups=(
            group_of("comptees", "Comptées", counted),
            group_of("autres", others, left),
        ),
    )


def _as_of(asked: Asked) -> str:
    return french.long_date(asked.period.as_of)


def _counted(number: int, words: str) -> str:
    """« 3 mesures implantées »."""
    plural = " ".join(f"{word}{french.plural(number)}" for word in words.split())
    return f"{french.number(number)}{french.NBSP}{plural}"
