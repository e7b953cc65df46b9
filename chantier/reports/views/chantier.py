"""Reports of all organizations, and the report of the whole chantier: for the coordination."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from chantier.reports.chantier_content import chantier_content
from chantier.reports.completeness import Completeness
from chantier.reports.coverage import listed_organizations
from chantier.reports.matrix import Matrix, focus_of
from chantier.reports.standing import Standing
from chantier.reports.states import WORDS, in_state
from chantier.reports.views import delivery
from chantier.reports.written import texts_of
from members.access import PortalRequest, require_portal_permission
from members.models import Cycle
from members.roles import Permission

_ORGANIZATIONS_PER_PAGE = 50
_CYCLES_SHOWN = 4


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def report_matrix(request: PortalRequest) -> HttpResponse:
    today = timezone.localdate()
    cycles = list(Cycle.objects.filter(starts_on__lte=today)[:_CYCLES_SHOWN])[::-1]
    rows, asked, focus = listed_organizations(), request.GET.get("etat", ""), None
    if asked in WORDS and (focus := focus_of(cycles, today)):
        rows = in_state(rows, focus, asked, today=today)
    page = Paginator(rows, _ORGANIZATIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "matrix": Matrix.build(list(page.object_list), cycles, today=today),
        "page": page,
        "words": WORDS,
        "asked": asked if focus else "",
    }
    return render(request, "reports/report_matrix.html", context)


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_report(request: PortalRequest, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    versions = delivery.versions_of(None, period)
    content = chantier_content(period, today=timezone.localdate())
    context = {
        "cycle": period,
        "versions": versions,
        "content": content,
        "completeness": Completeness.of_chantier(period, content["texts"]),
        "standing": Standing.build(None, period, inside=True, with_comments=False),
        "coming": len(versions) + 1,
    }
    return render(request, "reports/chantier_report.html", context)


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_preview_pdf(request: PortalRequest, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    return delivery.draft_response(
        "reports/pdf/chantier.html",
        chantier_content(period, today=timezone.localdate()),
        f"rapport-chantier-{period.label}-brouillon.pdf",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_submit(request: PortalRequest, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    coming = len(delivery.versions_of(None, period)) + 1
    form = delivery.submission_form(request, coming)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and delivery.submit(request, form, organization=None, cycle=period):
        return redirect("reports:chantier_report", cycle=period.label)
    context = {
        "cycle": period,
        "form": form,
        "coming": coming,
        "is_under_way": period.ends_on >= timezone.localdate(),
        "completeness": Completeness.of_chantier(period, texts_of(None, period)),
    }
    return render(request, "reports/chantier_submit.html", context)


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_version_pdf(request: PortalRequest, cycle: str, number: int) -> HttpResponse | None:
    version = delivery.get_version(None, cycle, number)
    return delivery.version_response(
        request, version, f"rapport-chantier-{cycle}-version-{number}.pdf"
    )
