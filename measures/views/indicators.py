"""Indicators: what they count, where they go, and why a figure is what it is."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from chantier.lib import resume
from chantier.lib.addresses import address
from chantier.lib.http import HtmxRequest
from measures.indicators.chantier import is_added, is_union, together
from measures.indicators.feeds import is_fed
from measures.indicators.forms import ValueForm
from measures.indicators.grid import KIND_TITLES
from measures.indicators.latest import Latest, latest_values
from measures.indicators.saving import (
    Outcome,
    aim_form,
    save_posted_aim,
    save_value,
    take_over,
)
from measures.indicators.series import Place, Series, find
from measures.indicators.why import Why, explain
from measures.models import Indicator, Measure
from members.access import MemberRequest, PortalRequest, allows, own_access, require_permission
from members.hands import hand_of
from members.models import Organization, Term, Vocabulary
from members.roles import Permission


@dataclass(frozen=True)
class IndicatorLine:
    """An indicator, and the last value of one's own organization."""

    indicator: Indicator
    latest: Latest | None


@dataclass(frozen=True)
class IndicatorGroup:
    """The indicators of one kind."""

    kind: str
    title: str
    lines: list[IndicatorLine]


@require_safe
def indicator_list(request: HtmxRequest) -> HttpResponse:
    own = own_access(request)
    latest = latest_values(own, today=timezone.localdate()) if own else {}
    indicators = list(Indicator.objects.prefetch_related("sources"))
    groups = [
        IndicatorGroup(
            kind,
            title,
            [
                IndicatorLine(each, latest.get(each.code))
                for each in indicators
                if each.kind == kind
            ],
        )
        for kind, title in KIND_TITLES.items()
    ]
    context = {
        "groups": [group for group in groups if group.lines],
        "own": own.organization if own else None,
        "rules": _rules(),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/indicator_list.html", context)


def _rules() -> Any:
    return Term.objects.filter(vocabulary=Vocabulary.COMPUTATION_RULE)


@require_safe
def indicator_detail(request: PortalRequest, code: str) -> HttpResponse:
    measures = Measure.objects.active().select_related("stage")
    rows = Indicator.objects.select_related("dividend", "divisor").prefetch_related(
        "sources", Prefetch("measures", measures, to_attr="active_measures")
    )
    # PostgreSQL compares no text that holds the NUL character.
    indicator = get_object_or_404(rows, code=code.replace("\x00", "?"))
    own = own_access(request)
    for_staff = allows(request.user, Permission.ORGANIZATION_VIEW)
    context = {
        "indicator": indicator,
        "years": together(indicator, for_staff=for_staff, own=hand_of(request.user)),
        "for_staff": for_staff,
        "is_added": is_added(indicator),
        "is_union": is_union(indicator),
        # Of what organizations note themselves, visitors read totals.
        "is_published": not (indicator.is_computed or is_union(indicator)),
        "is_fed": any(is_fed(each) for each in (indicator, *_terms_of(indicator))),
        "from_register": indicator.computation
        in (Indicator.Computation.PROGRESS_RATE, Indicator.Computation.PROGRESS_POINTS),
        "own": own.organization if own else None,
        "rules": _rules(),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/indicator_detail.html", context)


def _terms_of(indicator: Indicator) -> list[Indicator]:
    return [each for each in (indicator.dividend, indicator.divisor) if each]


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def indicator_trend(request: MemberRequest, organization: Organization, code: str) -> HttpResponse:
    place = find(request.access, code)
    series = Series.build(place, today=timezone.localdate())
    context = {
        "organization": organization,
        "indicator": place.indicator,
        "aim": place.aim,
        "series": series,
        "last": series.last,
        "chart": series.chart,
        "may_edit": request.access.may_edit,
        "is_member": request.access.is_member,
    }
    return render(request, "measures/indicator_trend.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def indicator_value(
    request: MemberRequest, organization: Organization, code: str, year: int
) -> HttpResponse:
    place = find(request.access, code)
    why = explain(place, year, today=timezone.localdate())
    if request.method != "POST":
        return _render_value(request, why, Outcome(_value_form(request, why)))
    if place.indicator.is_computed:
        # Nobody types it.
        raise Http404
    outcome = save_value(why, request.POST, by=request.user)
    if not outcome.is_stored:
        return _render_value(request, why, outcome)
    messages.success(request, f"Valeur de {why.year.label} enregistrée.")
    return redirect(
        "measures:indicator_value", org_slug=organization.slug, code=place.indicator.code, year=year
    )


def _value_form(request: MemberRequest, why: Why) -> ValueForm | None:
    """For those who may edit what people type; with what an expired session interrupted."""
    indicator = why.place.indicator
    if not request.access.may_edit or indicator.is_computed:
        return None
    return ValueForm(resume.take(request), indicator=indicator, row=why.stored)


def _render_value(request: MemberRequest, why: Why, outcome: Outcome) -> HttpResponse:
    indicator, form = why.place.indicator, outcome.form
    context = {
        "organization": why.place.organization,
        "indicator": indicator,
        "why": why,
        "point": why.point,
        "stored": why.stored,
        "computed": why.computed,
        "fed": why.fed,
        "take_over": _take_over_address(request, why),
        "take_over_key": uuid.uuid4(),
        "is_under_way": timezone.localdate() <= why.year.end,
        "history": why.history,
        "form": form,
        "has_terms": form is not None and "numerator" in form.fields,
        "has_reason": form is not None and "reason" in form.fields,
        "merge": outcome.merged,
        "is_member": request.access.is_member,
    }
    status = 409 if outcome.merged else 200
    return render(request, "measures/indicator_value.html", context, status=status)


def _take_over_address(request: MemberRequest, why: Why) -> str:
    """Where the value that the rows of the portal say is noted; nothing for who only reads."""
    is_new = why.point.is_fed and why.fed is not None and why.fed.is_known
    if not (request.access.may_edit and (why.point.differs or is_new)):
        return ""
    return address(
        "measures:indicator_take_over",
        org_slug=why.place.organization.slug,
        code=why.place.indicator.code,
        year=why.year.start.year,
    )


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_take_over(
    request: MemberRequest, organization: Organization, code: str, year: int
) -> HttpResponse:
    """Store what the rows of the portal say, over what somebody typed if anybody did."""
    why = explain(find(request.access, code), year, today=timezone.localdate())
    refusal = take_over(why, request.POST, by=request.user)
    if refusal:
        messages.warning(request, refusal)
    else:
        messages.success(request, f"La valeur de {why.year.label} est maintenant celle des achats.")
    return redirect(
        "measures:indicator_value",
        org_slug=organization.slug,
        code=why.place.indicator.code,
        year=year,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_aim(request: MemberRequest, organization: Organization, code: str) -> HttpResponse:
    place, today = find(request.access, code), timezone.localdate()
    if request.method != "POST":
        form = aim_form(place, today=today, data=resume.take(request))
        return _render_aim(request, place, Outcome(form))
    outcome = save_posted_aim(place, request.POST, today=today, by=request.user)
    if not outcome.is_stored:
        return _render_aim(request, place, outcome)
    messages.success(request, "Cible et partage enregistrés.")
    return redirect(
        "measures:indicator_trend", org_slug=organization.slug, code=place.indicator.code
    )


def _render_aim(request: MemberRequest, place: Place, outcome: Outcome) -> HttpResponse:
    context = {
        "organization": place.organization,
        "indicator": place.indicator,
        "form": outcome.form,
        "merge": outcome.merged,
    }
    status = 409 if outcome.merged else 200
    return render(request, "measures/indicator_aim.html", context, status=status)
