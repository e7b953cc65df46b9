"""What people wrote in a report, and the cases and testimonies that they chose to tell in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from benefits.models import ObservedBenefit, ObservedBenefitQuerySet
from chantier.lib.french import compact_lines
from chantier.reports.models import ReportCase, ReportText
from chantier.reports.sections import written_sections
from measures.models import Implementation
from measures.models.register import ImplementationQuerySet
from members.models import Cycle, Organization
from members.sharing import SHARED_WITH_MEMBERS, SharingLevel

MEASURE, TESTIMONY = "measure", "testimony"
# How the report of the chantier may tell a case of an organization.
NAMED, UNNAMED, NOT_AT_ALL = "named", "unnamed", "not_at_all"

# Of cases: by stage, then the testimonies, on every database.
IN_ORDER = (F("implementation__stage__order").asc(nulls_last=True), "pk")


@dataclass(frozen=True)
class CaseLine:
    """A case (`measure`) or a testimony; `consent` is what the chantier may do with it."""

    kind: str
    title: str
    text: str
    # The stage of a measure, 0 for a testimony; the dimension of a benefit, empty for a measure.
    stage: int
    dimension: str
    consent: str


def texts_of(organization: Organization | None, cycle: Cycle) -> dict[str, str]:
    """The texts by code of section, empty where nothing is written: one query."""
    rows = ReportText.objects.filter(report__cycle=cycle).exclude(text="")
    rows = (
        rows.filter(report__organization=organization)
        if organization
        else rows.filter(report__organization__isnull=True)
    )
    texts = dict(rows.values_list("section", "text"))
    codes = [section.code for section in written_sections(of_chantier=organization is None)]
    return {code: compact_lines(texts.get(code, "")) for code in codes}


def may_be_told(
    organization: Organization,
) -> tuple[ImplementationQuerySet, ObservedBenefitQuerySet]:
    """The records and the observations that a report of the organization may tell as a case.

    A record with a result, a story whose organization accepts to see it quoted; neither when the
    organization keeps it for itself.
    """
    records = Implementation.objects.filter(organization=organization).exclude(
        Q(result_story="") | Q(sharing=SharingLevel.PRIVATE)
    )
    stories = ObservedBenefit.objects.quotable().filter(organization=organization)
    return records, stories


def cases_of(organization: Organization, cycle: Cycle) -> tuple[CaseLine, ...]:
    """What was chosen, and may still be told: one query."""
    records, stories = may_be_told(organization)
    chosen = (
        ReportCase.objects.filter(report__organization=organization, report__cycle=cycle)
        .filter(Q(implementation__in=records) | Q(observation__in=stories))
        .select_related("implementation__measure", "implementation__stage", "observation__benefit")
        .order_by(*IN_ORDER)
    )
    return tuple(_lines(chosen, may_be_named=organization.may_be_named))


def _lines(rows: Iterable[ReportCase], *, may_be_named: bool) -> Iterable[CaseLine]:
    for row in rows:
        if row.implementation is not None:
            yield told_record(row.implementation, may_be_named=may_be_named)
        elif row.observation is not None:
            yield told_story(row.observation, may_be_named=may_be_named)


def told_record(row: Implementation, *, may_be_named: bool) -> CaseLine:
    """As a report tells it."""
    named = NAMED if may_be_named else UNNAMED
    return CaseLine(
        kind=MEASURE,
        title=row.title,
        text=compact_lines(row.result_story),
        stage=row.stage.order,
        dimension="",
        consent=named if row.sharing in SHARED_WITH_MEMBERS else NOT_AT_ALL,
    )


def told_story(row: ObservedBenefit, *, may_be_named: bool) -> CaseLine:
    """As a report tells it."""
    consent = UNNAMED if not may_be_named else row.consent
    return CaseLine(
        kind=TESTIMONY,
        title=row.benefit.title,
        text=compact_lines(row.statement),
        stage=0,
        dimension=str(row.benefit.get_dimension_display()),
        consent=consent if row.sharing in SHARED_WITH_MEMBERS else NOT_AT_ALL,
    )
