"""The clauses used and the barriers met that a report counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chantier.lib import french
from chantier.lib.addresses import address
from chantier.reports.behind.shape import Asked, Behind, Group, Row
from chantier.reports.toolbox import is_kept, met_in, uses_between
from measures.models import BarrierEncounter, ClauseUse
from measures.results import figure


def clauses(asked: Asked) -> Behind:
    """Two queries."""
    period = asked.period
    counted = list(uses_between(asked.organization, period.starts_on, period.as_of))
    others = (
        ClauseUse.objects.filter(organization=asked.organization)
        .exclude(pk__in=[row.pk for row in counted])
        .select_related("clause_version__clause")
        .order_by("used_on", "pk")
    )
    return Behind(
        title="Clauses utilisées",
        value=french.number(len(counted)),
        rule=(
            f"Emplois dont le document est daté du {french.long_date(period.starts_on)} "
            f"au {french.long_date(period.as_of)}."
        ),
        groups=(
            _uses("comptees", "Comptés", counted, asked),
            _uses("exclues", "Datés hors de la période", others, asked),
        ),
    )


def _uses(code: str, title: str, rows: Iterable[ClauseUse], asked: Asked) -> Group:
    return Group(
        code,
        title,
        tuple(_use(row, asked) for row in rows),
        head="Clause",
        date_label="Date du document",
        value_label="Montant",
        reason_label="Document",
        empty="Aucun emploi de clause.",
    )


def _use(row: ClauseUse, asked: Asked) -> Row:
    clause = row.clause_version.clause
    row.organization = asked.organization
    return Row(
        title=clause.title,
        url=row.get_absolute_url(),
        code=clause.code,
        date=row.used_on,
        value="" if row.amount is None else figure(row.amount, "$"),
        reason=row.document_reference,
        is_kept=is_kept(row),
    )


def barriers(asked: Asked) -> Behind:
    """Four queries."""
    counted = list(met_in(asked.organization, asked.cycle))
    others = BarrierEncounter.objects.filter(organization=asked.organization).exclude(
        pk__in=[row.pk for row in counted]
    )
    return Behind(
        title="Enjeux vécus",
        value=french.number(len(counted)),
        rule=(
            "Enjeux inscrits pour ce cycle; sans cycle inscrit, ceux qui ont été notés pendant "
            "qu’il durait."
        ),
        groups=(
            _met("comptees", "Comptés", counted, asked),
            _met("exclues", "D’un autre cycle", others.with_year().for_list(), asked),
        ),
    )


def _met(code: str, title: str, rows: Iterable[Any], asked: Asked) -> Group:
    return Group(
        code,
        title,
        tuple(_encounter(row, asked) for row in rows),
        head="Enjeu",
        reason_label="" if code == "comptees" else "Cycle",
        empty="Aucun enjeu.",
    )


def _encounter(row: Any, asked: Asked) -> Row:
    return Row(
        title=row.barrier.title,
        url=_address(row, asked),
        code=row.barrier.code,
        stage=row.stage.order,
        reason=getattr(row, "year", ""),
        is_kept=is_kept(row),
    )


def _address(row: BarrierEncounter, asked: Asked) -> str:
    slug = asked.organization.slug
    if row.implementation_id:
        return address("measures:implementation_detail", org_slug=slug, pk=row.implementation_id)
    if asked.may_edit:
        return address("measures:barrier_mark_edit", org_slug=slug, pk=row.pk)
    return address("measures:encounter_list", org_slug=slug)
