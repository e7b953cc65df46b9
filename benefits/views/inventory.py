"""The inventory of benefits, open to all."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from benefits import described
from benefits.case.picks import BENEFIT, FIGURE
from benefits.filters import FOLDED, BenefitFilter
from benefits.models import Benefit, PublicFigure
from benefits.observed.page import shown_observations
from benefits.observed.quotes import quotes_by_benefit
from benefits.observed.strength import NOTHING_TOLD, strengths
from chantier.lib import listing
from chantier.lib.http import HtmxRequest
from members.access import allows, own_access
from members.models import Organization
from members.roles import Permission

# The inventory is read whole; past this, it is paginated like any list.
BENEFITS_PER_PAGE = 120


@dataclass(frozen=True)
class Section:
    """The benefits of one kind."""

    kind: str
    title: str
    benefits: list[Benefit]


def sections_of(benefits: list[Benefit]) -> list[Section]:
    """In figures, then in words; a kind without any has no section."""
    titles = {
        Benefit.Kind.QUANTITATIVE: "Bénéfices chiffrés",
        Benefit.Kind.QUALITATIVE: "Bénéfices non chiffrés",
    }
    sections = [
        Section(kind, title, [benefit for benefit in benefits if benefit.kind == kind])
        for kind, title in titles.items()
    ]
    return [section for section in sections if section.benefits]


@require_safe
@vary_on_headers("HX-Request")
@login_not_required
def benefit_list(request: HtmxRequest) -> HttpResponse:
    benefits = Benefit.objects.visible_to(request.user).with_current_figures(request.user)
    evidence = strengths()
    filterset = BenefitFilter(
        request.GET,
        queryset=benefits,
        request=request,
        observed=[key for key, told in evidence.items() if told.is_observed],
    )
    rows = listing.build(request, filterset, per_page=BENEFITS_PER_PAGE)
    for benefit in rows.page:
        benefit.strength = evidence.get(benefit.pk, NOTHING_TOLD)
    results = {
        "listing": rows,
        "sections": sections_of(list(rows.page)),
        "facets": filterset.dimension_facets(),
        "dimension": filterset.dimension_value,
        "path": request.path,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "benefits/_benefit_results.html", results)
    context = {
        "form": filterset.form,
        "is_narrowed": any(request.GET.get(name) for name in FOLDED),
        "may_verify": allows(request.user, Permission.OBSERVATION_VERIFY),
        "structured": described.inventory(rows.page),
    }
    return render(request, "benefits/benefit_list.html", {**context, **results})


@require_safe
@login_not_required
def benefit_detail(request: HtmxRequest, slug: str) -> HttpResponse:
    benefit = get_object_or_404(
        Benefit.objects.visible_to(request.user).prefetch_related("sources"), slug=slug
    )
    figures = list(
        PublicFigure.objects.of(benefit)
        .visible_to(request.user)
        .prefetch_related("sources")
        .order_by("-year", "code")
    )
    evidence = strengths([benefit.pk])
    strength = evidence.get(benefit.pk, NOTHING_TOLD)
    current = [figure for figure in figures if figure.is_current]
    context = {
        "benefit": benefit,
        "structured": described.benefit(benefit, current),
        "case_query": _case_query(benefit, current),
        "strength": strength,
        "quotes": quotes_by_benefit(evidence).get(benefit.pk, []),
        "shown": shown_observations(benefit, is_member=request.user.is_authenticated),
        "observer": _observer(request),
        "current": current,
        "older": [figure for figure in figures if not figure.is_current],
    }
    return render(request, "benefits/benefit_detail.html", context)


def _case_query(benefit: Benefit, figures: list[PublicFigure]) -> str:
    """Of an argumentaire that says this benefit with its figures; "" where none may."""
    if benefit.to_verify:
        return ""
    picked = [(BENEFIT, benefit.code)]
    picked += [(FIGURE, row.code) for row in figures if not row.to_verify]
    return urlencode(picked)


def _observer(request: HtmxRequest) -> Organization | str:
    """The organization in whose name this person may note an observation; "" for none."""
    access = own_access(request)
    if access is None or not access.allows(Permission.OBSERVATION_EDIT):
        return ""
    return access.organization
