"""The cases and testimonies of a report, chosen by its organization; no other reads this page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from chantier.lib.french import NBSP, plural
from chantier.reports.acts.cases import Choice, choose_cases
from chantier.reports.acts.texts import LockedReportError
from chantier.reports.choosing import Choosing
from chantier.reports.forms_cases import SearchForm
from chantier.reports.models import AnnualReport
from chantier.reports.picks import Picks, read_picks
from chantier.reports.places import report_page
from chantier.reports.views import delivery
from members.access import MemberRequest, require_permission
from members.models import Cycle, Organization
from members.roles import Permission

# What was ticked when the page was read, and what is ticked now.
_SEEN, _TICKED = "vu", "cas"
# The button that looks for cases, and saves nothing.
_SEARCHED = "chercher"


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.REPORT_EDIT)
def report_cases(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    if not request.access.is_member:
        raise Http404
    if not request.access.may_write_report:
        raise PermissionDenied
    period = delivery.get_cycle(cycle)
    is_sent = request.method == "POST"
    if is_sent and _SEARCHED not in request.POST:
        return _save(request, organization, period)
    # A search is sent with what is ticked: looking for a case loses none.
    data = request.POST if is_sent else resume.take(request)
    return _render(request, organization, period, data)


def _sent(data: QueryDict) -> tuple[Picks, Picks]:
    return read_picks(data.getlist(_SEEN)), read_picks(data.getlist(_TICKED))


def _save(request: MemberRequest, organization: Organization, cycle: Cycle) -> HttpResponse:
    seen, ticked = _sent(request.POST)
    report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
    try:
        choice = choose_cases(report=report, seen=seen, ticked=ticked, by=request.user)
    except LockedReportError:
        return _render(request, organization, cycle, request.POST, status=409)
    messages.success(request, _told(choice))
    if choice.refused:
        messages.warning(request, _refused(choice.refused))
    return HttpResponseRedirect(f"{report_page(organization, cycle.label)}#benefices")


def _told(choice: Choice) -> str:
    parts = [
        f"{number}{NBSP}{word}{plural(number)}"
        for number, word in ((choice.added, "ajouté"), (choice.removed, "retiré"))
        if number
    ]
    told = ", ".join(parts) if parts else "rien n’a changé"
    return f"Cas et témoignages enregistrés{NBSP}: {told}."


def _refused(number: int) -> str:
    if number == 1:
        return (
            "Un des cas cochés ne peut plus être raconté, et n’a pas été ajouté\u00a0: sa fiche ou "
            "son consentement a changé entre-temps."
        )
    return (
        f"{number} des cas cochés ne peuvent plus être racontés, et n’ont pas été ajoutés\u00a0: "
        "leur fiche ou leur consentement a changé entre-temps."
    )


def _render(
    request: MemberRequest,
    organization: Organization,
    cycle: Cycle,
    data: QueryDict | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """`data` is what was ticked and looked for, not saved."""
    form = SearchForm(request.GET if data is None else data)
    choosing = Choosing.build(
        organization,
        cycle,
        today=timezone.localdate(),
        search=form.search,
        unsaved=None if data is None else _sent(data),
    )
    context = {
        "organization": organization,
        "cycle": cycle,
        "draft": report_page(organization, cycle.label),
        "choosing": choosing,
        "form": form,
        # Came too late: shown, so that it can be told to whoever begins a correction.
        "lost": choosing.ticked if status != 200 else (),
    }
    return render(request, "reports/report_cases.html", context, status=status)
