"""The guide: its stages, the measures of a stage, one measure."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chantier.lib import resume
from chantier.lib.small_groups import MINIMUM
from measures.context import stages_of
from measures.forms import AdoptForm
from measures.guide import MeasureLine, lines_of_stage
from measures.models import Implementation, Measure, Stage
from measures.progress import Progress
from members.access import own_access
from members.models import Organization


@require_safe
@login_not_required
def stage_list(request: HttpRequest) -> HttpResponse:
    numbers = Measure.objects.visible_to(request.user).numbers_by_stage()
    stages = [(stage, numbers.get(stage.pk, 0)) for stage in stages_of(request)]
    context = {"guide": stages, "total": sum(number for _, number in stages)}
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
        "previous": stages[position - 1] if position else None,
        "next": stages[position + 1] if position + 1 < len(stages) else None,
    }
    return render(request, "measures/stage_detail.html", context)


def _ticked(request: HttpRequest) -> list[str]:
    """The measures ticked in a form that an expired session interrupted."""
    kept = resume.take(request)
    return kept.getlist("measures") if kept else []


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
@login_not_required
def measure_list(request: HttpRequest) -> HttpResponse:
    raise Http404


@require_safe
@login_not_required
def measure_detail(request: HttpRequest, slug: str) -> HttpResponse:
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user)
        .with_implemented_by()
        .select_related("stage")
        .prefetch_related("groups", "sources", "legal_references__thresholds", "barriers"),
        slug=slug,
    )
    access = own_access(request)
    record = None
    if access:
        record = Implementation.objects.filter(
            organization=access.organization, measure=measure
        ).first()
    context = {
        "measure": measure,
        "current_stage": measure.stage,
        "organization": access.organization if access else None,
        "may_edit": bool(access and access.may_edit),
        "record": record,
        "cases": Implementation.objects.shared_cases(request.user, measure),
        "minimum": MINIMUM,
    }
    return render(request, "measures/measure_detail.html", context)
