"""Reminding those whose report is late: who would be written to, what, and the sending."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chantier.lib.french import plural
from chantier.reports.acts.reminding import remind_late
from chantier.reports.late import LateReport, late_reports
from chantier.reports.notices import reminder_message
from chantier.reports.views import delivery
from members.access import PortalRequest, require_portal_permission
from members.models import Cycle
from members.notifications.letters import subject_of, text_of
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.REPORT_OVERSEE)
def report_reminders(request: PortalRequest, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    if request.method == "POST":
        return _send(request, period)
    late = late_reports(period, now=timezone.now())
    context = {
        "cycle": period,
        "late": late,
        "number": sum(row.may_be_reminded for row in late),
        "preview": _preview(late, period),
    }
    return render(request, "reports/report_reminders.html", context)


def _send(request: PortalRequest, period: Cycle) -> HttpResponse:
    chosen = {int(pk) for pk in request.POST.getlist("organisation") if pk.isdecimal()}
    if not chosen:
        messages.error(request, "Cochez au moins une organisation à qui écrire.")
        return redirect("reports:report_reminders", cycle=period.label)
    told = remind_late(cycle=period, organizations=chosen, by=request.user)
    number = len(told)
    if told:
        messages.success(
            request,
            f"Rappel envoyé à {number}\u00a0organisation{plural(number)}. Pas d’autre avant "
            "cinq jours.",
        )
    else:
        messages.info(
            request,
            "Aucun rappel n’est parti\u00a0: ces organisations ont déposé leur rapport, ou ont "
            "reçu un rappel depuis moins de cinq jours.",
        )
    return redirect("reports:report_matrix")


def _preview(late: list[LateReport], cycle: Cycle) -> dict[str, str] | None:
    """The mail to the first of them, in the very words that would leave."""
    first = next((row for row in late if row.may_be_reminded), None)
    if first is None:
        return None
    message = reminder_message(first.organization, cycle.label, first.due_on, timezone.localdate())
    return {"subject": subject_of([message]), "text": text_of([message])}
