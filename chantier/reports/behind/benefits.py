"""The observations behind the benefits that a report tells."""

from __future__ import annotations

from collections.abc import Iterable

from benefits.models import ObservedBenefit
from chantier.lib import french
from chantier.lib.addresses import address
from chantier.reports.behind.shape import Asked, Behind, Group, Row
from chantier.reports.brought import is_kept, line_of, observed_between


def observations(asked: Asked) -> Behind:
    """All of the period; those that are kept are counted apart."""
    period = asked.period
    rows = list(observed_between(asked.organization, period.starts_on, period.as_of))
    told = [row for row in rows if not is_kept(row)]
    return Behind(
        title="Bénéfices observés",
        value=french.number(len(told)),
        rule=_rule(asked),
        groups=(
            _group("comptees", "Décrites", told, asked),
            _group("gardees", "Comptées sans être décrites", filter(is_kept, rows), asked),
            _group("exclues", "Hors de la période", _others(asked), asked),
        ),
    )


def benefit(asked: Asked) -> Behind | None:
    """Of the benefit titled `asked.of`; None where the report has no line of it."""
    period = asked.period
    rows = [
        row
        for row in observed_between(asked.organization, period.starts_on, period.as_of)
        if row.benefit.title == asked.of
    ]
    told = [row for row in rows if not is_kept(row)]
    if not told:
        return None
    line = line_of(told)
    value = "non chiffré" if line.value is None else french.quantity(line.value, line.unit)
    way = "moyenne" if line.is_mean else "somme"
    others = (row for row in _others(asked) if row.benefit.title == asked.of)
    return Behind(
        title=f"Bénéfice\u00a0: {asked.of}",
        value=f"{value} ({way} des valeurs)" if line.value is not None else value,
        rule=_rule(asked),
        groups=(
            _group("comptees", "Avec une valeur", (r for r in told if r.value is not None), asked),
            _group(
                "sans-valeur",
                "Sans valeur\u00a0: comptées dans les observations seulement",
                (row for row in told if row.value is None),
                asked,
            ),
            _group(
                "gardees",
                "Hors du calcul\u00a0: gardées par l’organisation",
                filter(is_kept, rows),
                asked,
            ),
            _group("exclues", "Hors de la période", others, asked),
        ),
    )


def _rule(asked: Asked) -> str:
    period = asked.period
    return (
        f"Observations datées du {french.long_date(period.starts_on)} au "
        f"{french.long_date(period.as_of)}, sauf celles que l’organisation garde pour elle."
    )


def _others(asked: Asked) -> Iterable[ObservedBenefit]:
    period = asked.period
    return (
        ObservedBenefit.objects.filter(organization=asked.organization)
        .exclude(observed_on__range=(period.starts_on, period.as_of))
        .select_related("benefit")
        .order_by("observed_on", "pk")
    )


def _group(code: str, title: str, rows: Iterable[ObservedBenefit], asked: Asked) -> Group:
    return Group(
        code,
        title,
        tuple(_row(row, asked) for row in rows),
        head="Observation",
        date_label="Date",
        value_label="Valeur",
        reason_label="Précision",
        empty="Aucune observation.",
    )


def _row(row: ObservedBenefit, asked: Asked) -> Row:
    slug = asked.organization.slug
    return Row(
        title=row.benefit.title,
        url=address("benefits:observation_edit", org_slug=slug, pk=row.pk)
        if asked.may_edit
        else address("benefits:observation_list", org_slug=slug),
        date=row.observed_on,
        value=row.quantity or "sans valeur",
        reason="vérifiée" if row.verified_at else "",
        is_kept=is_kept(row),
    )
