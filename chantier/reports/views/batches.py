"""All the reports of a cycle in one archive: ask for it, follow it, cancel it, take it away."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from chantier.lib.files import as_download, private_storage
from chantier.reports.acts.batch_steps import erase_if_closed
from chantier.reports.acts.batching import ask_batch, cancel_batch, note_download
from chantier.reports.archive.progress import BatchProgress
from chantier.reports.coverage import coverage_of
from chantier.reports.models import UNDER_WAY, BatchItem, ReportBatch
from chantier.reports.views import delivery
from members.access import PortalRequest, require_portal_permission
from members.models import Cycle
from members.roles import Permission

# Those of the last months; older ones are erased, and told by the journal.
_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.REPORT_OVERSEE)
def report_batch(request: PortalRequest, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    if request.method == "POST":
        return _start(request, period)
    under_way = _under_way(period)
    if request.htmx and not request.htmx.history_restore_request:
        return _follow(request, period, under_way)
    return render(request, "reports/report_batch.html", _context(period, under_way))


def _start(request: PortalRequest, period: Cycle) -> HttpResponse:
    try:
        batch, is_new = ask_batch(
            cycle=period,
            submission_key=_key(request.POST.get("submission_key", "")),
            by=request.user,
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        if is_new:
            messages.success(
                request,
                "La préparation de l’archive commence. Vous pouvez quitter cette page\u00a0: "
                "un courriel vous dira quand elle est prête.",
            )
        else:
            messages.info(
                request,
                f"Cette archive est déjà demandée par {batch.asked_by}\u00a0: rien n’a été "
                "lancé en double.",
            )
    return redirect("reports:report_batch", cycle=period.label)


def _key(text: str) -> uuid.UUID:
    """That of the form; a form without one is only kept from running beside another."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _under_way(period: Cycle) -> ReportBatch | None:
    rows = ReportBatch.objects.filter(cycle=period, state__in=UNDER_WAY)
    return rows.select_related("asked_by").first()


def _context(period: Cycle, under_way: ReportBatch | None) -> dict[str, object]:
    ended = ReportBatch.objects.filter(cycle=period).exclude(state__in=UNDER_WAY)
    ended = ended.select_related("asked_by").prefetch_related(_failed_items())
    done = Count("items", filter=Q(items__state=BatchItem.State.DONE))
    return {
        "cycle": period,
        "coverage": coverage_of(period),
        "progress": BatchProgress.of(under_way) if under_way else None,
        # Said here: a query that groups leaves the order of the model aside.
        "ended": ended.annotate(report_count=done).order_by("-asked_at", "-pk")[:_SHOWN],
        "submission_key": uuid.uuid4(),
    }


def _failed_items() -> Prefetch:
    rows = BatchItem.objects.filter(state=BatchItem.State.FAILED)
    rows = rows.select_related("version__report__organization").defer(
        "version__pdf", "version__content"
    )
    return Prefetch("items", rows.order_by("pk"), to_attr="failed_items")


def _follow(request: PortalRequest, period: Cycle, under_way: ReportBatch | None) -> HttpResponse:
    """The bar alone; once it has come to its end, all that the page says of archives."""
    if under_way is not None and request.GET.get("archive") == str(under_way.pk):
        said = request.GET.get("dit", "")
        context = {"cycle": period, "progress": BatchProgress.of(under_way), "said": said}
        return render(request, "reports/_batch_progress.html", context)
    # It ended; a colleague may have asked for another one since.
    context = _context(period, under_way) | {"is_over": under_way is None}
    response = render(request, "reports/_batches.html", context)
    return reswap(retarget(response, "#archives"), "outerHTML")


@require_POST
@require_portal_permission(Permission.REPORT_OVERSEE)
def report_batch_cancel(request: PortalRequest, cycle: str, pk: int) -> HttpResponse:
    batch = _get(cycle, pk)
    if cancel_batch(batch=batch, by=request.user):
        messages.success(request, "La préparation est annulée. Rien n’en est gardé.")
    else:
        messages.info(request, "Rien n’a changé\u00a0: la préparation était déjà terminée.")
    return redirect("reports:report_batch", cycle=batch.cycle.label)


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def report_batch_download(request: PortalRequest, cycle: str, pk: int) -> HttpResponseBase:
    """The file itself, as long as it is kept."""
    batch = _get(cycle, pk)
    if batch.kept_until is None:
        raise Http404
    if erase_if_closed(batch, timezone.now()):
        messages.warning(
            request,
            "Cette archive est effacée\u00a0: depuis sa préparation, une organisation a cessé de "
            "partager une preuve qui y était. Préparez-en une nouvelle.",
        )
        return redirect("reports:report_batch", cycle=batch.cycle.label)
    try:
        file = private_storage().open(batch.archive)
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        note_download(batch=batch, by=request.user)
    day = timezone.localdate(batch.finished_at)
    name = f"rapports-{batch.cycle.label}-{day.isoformat()}.zip"
    return as_download(file, name=name, content_type="application/zip")


def _get(cycle: str, pk: int) -> ReportBatch:
    return get_object_or_404(ReportBatch.objects.select_related("cycle"), cycle__label=cycle, pk=pk)
