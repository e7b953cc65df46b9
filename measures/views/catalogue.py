"""The guide: its stages, the measures of a stage, all measures, one measure."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing, resume
from chantier.lib.http import HtmxRequest
from chantier.lib.small_groups import MINIMUM
from measures.context import stages_of
from measures.filters_catalogue import MeasureFilter
from measures.forms import TICKED, AdoptForm
from measures.guide import MeasureLine, lines_of, lines_of_stage, measures_for, record_of
from measures.measure_page import MeasurePage, cases_for, tips_for
from measures.models import Measure, Stage
from measures.progress import Progress
from members.access import allows, own_access
from members.models import Organization
from members.roles import Permission


@require_safe
@login_not_required
def stage_list(request: HttpRequest) -> HttpResponse:
    numbers = Measure.objects.visible_to(request.user).numbers_by_stage()
    stages = [(stage, numbers.get(stage.pk, 0)) for stage in stages_of(request)]
    context = {
        "guide": stages,
        "total": sum(number for _, number in stages),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/stage_list.html", context)


@require_safe
@login_not_required
def stage_detail(request: HttpRequest, slug: str) -> HttpResponse:
    stages = stages_of(request)
    stage = next((stage for stage in stages if stage.slug == slug), None)
    if stage is None:
        raise Http404
    access = own_access(request)
    organization = access.organization if access else None
    lines = lines_of_stage(stage, user=request.user, organization=organization)
    position = stages.index(stage)
    context = {
        "stage": stage,
        "current_stage": stage,
        "organization": organization,
        "lines": _shown(lines, request.GET.get("voir", "")),
        "shown": request.GET.get("voir", ""),
        "tally": _tally(organization, stage) if organization else None,
        "ticked": _ticked(request),
        "adopt_form": AdoptForm() if access and access.may_edit else None,
        "minimum": MINIMUM,
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
        "previous": stages[position - 1] if position else None,
        "next": stages[position + 1] if position + 1 < len(stages) else None,
    }
    return render(request, "measures/stage_detail.html", context)


def _ticked(request: HttpRequest) -> list[str]:
    """The measures ticked in a form that was refused, or that an expired session interrupted."""
    kept = resume.take(request)
    return kept.getlist("measures") if kept else request.GET.getlist(TICKED)


def _filters_of(request: HttpRequest) -> str:
    """The address of the list, to come back to it after an adoption."""
    query = request.GET.copy()
    query.pop(TICKED, None)
    return query.urlencode()


def _shown(lines: list[MeasureLine], choice: str) -> list[MeasureLine]:
    """The lines that a chip keeps: for us, little effort, not yet in the register."""
    keep = {
        "pour-nous": lambda line: line.is_for_us,
        "effort-faible": lambda line: line.measure.effort == Measure.Effort.LOW,
        "pas-au-registre": lambda line: line.record is None,
    }.get(choice)
    return [line for line in lines if keep(line)] if keep else lines


def _tally(organization: Organization, stage: Stage) -> object:
    progress = Progress.build(organization, as_of=timezone.localdate(), stages=[stage])
    return progress.stages[0].tally


@require_safe
@vary_on_headers("HX-Request")
@login_not_required
def measure_list(request: HtmxRequest) -> HttpResponse:
    access = own_access(request)
    organization = access.organization if access else None
    measures = measures_for(request.user, organization)
    filterset = MeasureFilter(
        request.GET, queryset=measures, request=request, organization=organization
    )
    found = listing.build(request, filterset)
    context = {
        "listing": found,
        "lines": lines_of(_with_stages(request, found.page), organization),
        "organization": organization,
        "adopt_form": AdoptForm() if access and access.may_edit else None,
        "ticked": _ticked(request),
        "filters": _filters_of(request),
        "minimum": MINIMUM,
        "path": request.path,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_measure_results.html", context)
    return render(request, "measures/measure_list.html", {"form": filterset.form, **context})


def _with_stages(request: HttpRequest, measures: Iterable[Measure]) -> list[Measure]:
    """Give each measure its stage, among those that the page has already."""
    stages = {stage.pk: stage for stage in stages_of(request)}
    rows = list(measures)
    for measure in rows:
        measure.stage = stages[measure.stage_id]
    return rows


@require_safe
@login_not_required
def measure_detail(request: HttpRequest, slug: str) -> HttpResponse:
    access = own_access(request)
    organization = access.organization if access else None
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user)
        .with_record_of(organization)
        .select_related("stage"),
        slug=slug,
    )
    context = {
        "measure": measure,
        "page": MeasurePage.build(measure, user=request.user, today=timezone.localdate()),
        "current_stage": measure.stage,
        "organization": organization,
        "may_edit": bool(access and access.may_edit),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
        "record": record_of(measure),
        "cases": cases_for(request.user, measure),
        "tips": tips_for(request.user, measure),
        "minimum": MINIMUM,
    }
    return render(request, "measures/measure_detail.html", context)
