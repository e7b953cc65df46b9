"""What a draft still lacks; each line leads to where it is written. It blocks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, Q
from django.urls import reverse

from benefits.models import Purchase
from chantier.lib.french import plural
from chantier.reports.coverage import coverage_of
from chantier.reports.frame import Period
from chantier.reports.models import ReportCase
from chantier.reports.places import cases_page, texts_page
from chantier.reports.sections import written_sections
from chantier.reports.written import may_be_told
from measures.indicators.lines import figure_lines, year_of_cycle
from measures.models import Implementation
from measures.quality import unproven
from meetings.models import Meeting
from members.fiscal import FiscalYear
from members.models import Cycle, Organization

# Beyond, the list of all of them says it better.
_NAMED = 5


@dataclass(frozen=True)
class Lack:
    """One line: what is missing, and the page where it is given."""

    words: str
    address: str


@dataclass(frozen=True)
class Completeness:
    lacks: tuple[Lack, ...]

    @classmethod
    def of_chantier(cls, cycle: Cycle, texts: Mapping[str, str]) -> Completeness:
        """Of the draft of the chantier, whose `texts` are read already; two queries."""
        return cls((*_texts(None, cycle, texts), *_submissions(cycle), *_syntheses(cycle)))

    @classmethod
    def build(
        cls, organization: Organization, cycle: Cycle, period: Period, texts: Mapping[str, str]
    ) -> Completeness:
        """Of the draft whose `texts` are read already; eight queries at most."""
        year = year_of_cycle(organization, cycle)
        return cls(
            (
                *_texts(organization, cycle, texts),
                *_measures(organization, period),
                *_indicators(organization, year, period),
                *_purchases(organization, year),
                *_cases(organization, cycle, period),
            )
        )


def _texts(organization: Organization | None, cycle: Cycle, texts: Mapping[str, str]) -> list[Lack]:
    address = texts_page(organization, cycle.label)
    return [
        Lack(f"Texte à écrire\u00a0: {section.prompt.label}", f"{address}#texte-{section.code}")
        for section in written_sections(of_chantier=organization is None)
        if section.prompt and section.prompt.is_expected and not texts.get(section.code)
    ]


def _submissions(cycle: Cycle) -> list[Lack]:
    coverage = coverage_of(cycle)
    count = coverage.expected - coverage.submitted
    if not count:
        return []
    words = f"{count}\u00a0rapport{plural(count)} d’organisation pas encore déposé{plural(count)}"
    return [Lack(words, reverse("reports:report_matrix"))]


def _syntheses(cycle: Cycle) -> list[Lack]:
    rows = Meeting.objects.took_place().filter(cycle=cycle, kind=Meeting.Kind.MEETING)
    unpublished = rows.filter(synthesis__versions__isnull=True).order_by("held_on", "pk")
    return [
        Lack(f"Synthèse pas encore publiée\u00a0: {row.heading}", row.get_absolute_url())
        for row in unpublished
    ]


def _measures(organization: Organization, period: Period) -> list[Lack]:
    rows = list(
        Implementation.objects.filter(unproven(), organization=organization)
        .implemented_between(period.starts_on, period.as_of)
        .select_related("organization", "measure", "stage")
        .order_by("stage__order", "pk")
    )
    lacks = [
        Lack(f"Mesure implantée sans preuve\u00a0: {row.title}", row.get_absolute_url())
        for row in rows[:_NAMED]
    ]
    if len(rows) > _NAMED:
        more = len(rows) - _NAMED
        address = reverse("measures:implementation_list", args=[organization.slug])
        words = f"{more}\u00a0autre{plural(more)} mesure{plural(more)} sans preuve"
        lacks.append(Lack(words, f"{address}?suivi=sans-preuve"))
    return lacks


def _indicators(organization: Organization, year: FiscalYear, period: Period) -> list[Lack]:
    lines = figure_lines(organization, year, today=period.as_of, with_private=True, with_empty=True)
    count = sum(line.value is None for line in lines)
    if not count:
        return []
    words = f"{count}\u00a0indicateur{plural(count)} sans valeur pour {year.label}"
    return [Lack(words, reverse("measures:indicator_grid", args=[organization.slug]))]


def _purchases(organization: Organization, year: FiscalYear) -> list[Lack]:
    rows = Purchase.objects.counted().filter(organization=organization, sector=None)
    count = rows.between(year.start, year.end).count()
    if not count:
        return []
    asked = {"suivi": "sans-secteur", "du": year.start, "au": year.end}
    address = reverse("benefits:purchase_list", args=[organization.slug])
    words = f"{count}\u00a0achat{plural(count)} auprès d’EÉS sans secteur"
    return [Lack(words, f"{address}?{urlencode(asked)}")]


def _cases(organization: Organization, cycle: Cycle, period: Period) -> list[Lack]:
    """One line when something of the period may be told, and nothing is chosen that may be."""
    records, stories = may_be_told(organization)
    chosen = ReportCase.objects.filter(
        Q(implementation__in=records) | Q(observation__in=stories),
        report__organization=organization,
        report__cycle=cycle,
    )
    days = (period.starts_on, period.as_of)
    found = (records.implemented_between(*days), stories.filter(observed_on__range=days))
    rows = Organization.objects.filter(~Exists(chosen), pk=organization.pk)
    if not rows.filter(Exists(found[0]) | Exists(found[1])).exists():
        return []
    return [Lack("Aucun cas ni témoignage choisi", cases_page(organization, cycle.label))]
