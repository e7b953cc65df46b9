"""The way of a report: ready, back to draft, a correction, and comments that are answered."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from chantier.lib.french import NBSP
from chantier.reports.acts import approving
from chantier.reports.forms_way import NoteForm
from chantier.reports.models import AnnualReport, ReportComment, ReportEvent
from chantier.reports.places import report_page
from chantier.reports.standing import anchor_of
from chantier.reports.views import delivery
from chantier.reports.views.settling import settle
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission


@require_POST
@require_permission(Permission.REPORT_EDIT)
def report_ready(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    said = "Le rapport est prêt à approuver\u00a0: une personne responsable peut le déposer."
    return _step(request, organization, cycle, approving.say_ready, said)


@require_POST
@require_permission(Permission.REPORT_EDIT)
def report_withdraw(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    return _step(
        request, organization, cycle, approving.withdraw, "Le rapport est remis en brouillon."
    )


@require_POST
@require_permission(Permission.REPORT_SUBMIT)
def report_reopen(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    return _reopen(request, organization, cycle)


@require_POST
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_reopen(request: PortalRequest, cycle: str) -> HttpResponse:
    return _reopen(request, None, cycle)


def _reopen(request: PortalRequest, organization: Organization | None, cycle: str) -> HttpResponse:
    said = (
        "La correction est commencée\u00a0: les textes se modifient à nouveau. La version déposée "
        "reste en vigueur jusqu’au dépôt de la suivante."
    )
    return _step(request, organization, cycle, approving.reopen, said)


@require_POST
@require_permission(Permission.REPORT_EDIT)
def comment_settle(
    request: MemberRequest, organization: Organization, cycle: str, pk: int
) -> HttpResponse:
    rows = ReportComment.objects.filter(
        version__report__organization=organization, version__report__cycle__label=cycle
    )
    comment = get_object_or_404(rows, pk=pk)
    settle(request, comment, is_settled=request.POST.get("regle") == "oui", by=request.user)
    # Back to the place of the button: the section, or the list of all that is asked.
    place = anchor_of(comment.section) if request.GET.get("de") else "demandes"
    return _back(organization, cycle, f"#{place}")


def _step(
    request: PortalRequest,
    organization: Organization | None,
    cycle: str,
    act: Callable[..., ReportEvent],
    said: str,
) -> HttpResponse:
    """Take a step, and say it; a second click, or a colleague's, finds it taken."""
    period = delivery.get_cycle(cycle)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, "Le mot compte plus de 1\u00a0000 caractères\u00a0: rien n’a changé."
        )
        return _back(organization, cycle)
    report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=period)
    try:
        act(report=report, note=form.cleaned_data["note"], by=request.user)
    except approving.StepError:
        report.refresh_from_db()
        now = f"«{NBSP}{report.get_state_display()}{NBSP}»"
        messages.info(request, f"Rien n’a changé{NBSP}: le rapport est déjà {now}.")
    else:
        messages.success(request, said)
    return _back(organization, cycle)


def _back(
    organization: Organization | None, cycle: str, anchor: str = "#cheminement"
) -> HttpResponse:
    return HttpResponseRedirect(f"{report_page(organization, cycle)}{anchor}")
