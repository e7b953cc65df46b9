"""The coordination examines what was submitted: accepted, sent back, or given a later day."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from chantier.lib.french import long_date
from chantier.reports import schemas
from chantier.reports.acts import approving
from chantier.reports.forms_way import ExaminationForm, PostponeForm
from chantier.reports.models import AnnualReport, ReportEvent, ReportVersion
from chantier.reports.standing import Standing
from chantier.reports.views import delivery
from members.access import MemberRequest, require_permission
from members.models import Cycle, Organization
from members.roles import Permission

_DONE = {ReportEvent.Kind.ACCEPTED: "accepté", ReportEvent.Kind.SENT_BACK: "retourné"}


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.REPORT_OVERSEE)
def report_examine(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    version = _in_force(organization, period)
    if version is None:
        raise Http404
    decides = request.method == "POST" and "lire" not in request.POST
    if decides:
        form = ExaminationForm(request.POST, number=version.number)
    else:
        typed = request.POST if request.method == "POST" else resume.take(request)
        form = ExaminationForm(None, number=version.number, typed=typed)
    status = 200
    if decides and form.is_valid():
        if _judge(request, form, organization, period):
            return redirect("reports:report_matrix")
        # Somebody else was first: what was typed stays on the page, and nothing was changed.
        status = 409
    context = _examination(request, organization, period, version, form)
    return render(request, "reports/report_examine.html", context, status=status)


def _judge(
    request: MemberRequest, form: ExaminationForm, organization: Organization, period: Cycle
) -> bool:
    """Whether it is done, by this click or by the same one before."""
    number = form.cleaned_data["number"]
    read = delivery.get_version(organization, period.label, number)
    note, by = form.cleaned_data["note"], request.user
    done = "accepté" if form.accepts else "retourné pour correction"
    try:
        if form.accepts:
            approving.accept(version=read, note=note, by=by)
        else:
            approving.send_back(version=read, comments=form.comments, note=note, by=by)
    except approving.StepError:
        last = ReportEvent.objects.filter(report=read.report_id).order_by("-at", "-pk").first()
        return _was_done(request, form, read, last)
    messages.success(
        request, f"Rapport de {organization.name} {done}\u00a0: ses responsables en sont avertis."
    )
    return True


def _was_done(
    request: MemberRequest,
    form: ExaminationForm,
    version: ReportVersion,
    last: ReportEvent | None,
) -> bool:
    """A second click is told so; somebody else's step, with a name, and the form stays."""
    wanted = ReportEvent.Kind.ACCEPTED if form.accepts else ReportEvent.Kind.SENT_BACK
    if last and (last.kind, last.version_id, last.by_id) == (wanted, version.pk, request.user.pk):
        messages.info(
            request, f"Ce rapport était déjà {_DONE[wanted]}\u00a0: rien n’a été fait en double."
        )
        return True
    form.add_error(None, _told(last))
    return False


def _told(last: ReportEvent | None) -> str:
    kept = "Rien n’a été changé par votre envoi, et ce que vous aviez écrit est encore ici."
    if last is None:
        return f"Ce rapport n’est plus à examiner. {kept}"
    return (
        f"Entre-temps, l’état du rapport a changé\u00a0: {last.get_kind_display()} par {last.by}, "
        f"le {long_date(timezone.localdate(last.at))}. {kept}"
    )


def _in_force(organization: Organization, cycle: Cycle) -> ReportVersion | None:
    rows = ReportVersion.objects.filter(report__organization=organization, report__cycle=cycle)
    return rows.select_related("submitted_by").defer("pdf").order_by("-number").first()


def _examination(
    request: MemberRequest,
    organization: Organization,
    period: Cycle,
    version: ReportVersion,
    form: ExaminationForm,
) -> dict[str, object]:
    standing = Standing.build(organization, period, inside=False, with_comments=True)
    previous = (
        ReportVersion.objects.filter(
            report__organization=organization, report__cycle__starts_on__lt=period.starts_on
        )
        .select_related("report__cycle")
        .defer("pdf")
        .order_by("-report__cycle__starts_on", "-number")
        .first()
    )
    is_beside = previous is not None and request.GET.get("a-cote") == "oui"
    return {
        "organization": organization,
        "cycle": period,
        "version": version,
        "content": schemas.read(version.content),
        "standing": standing,
        "form": form,
        "is_answered": standing.is_submitted or form.holds_text,
        "earlier": previous.report.cycle if previous else None,
        "previous": previous,
        "previous_content": schemas.read(previous.content) if previous and is_beside else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.REPORT_OVERSEE)
def report_postpone(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    report = AnnualReport.objects.filter(organization=organization, cycle=period).first()
    granted = report.due_on if report else None
    data = request.POST if request.method == "POST" else resume.take(request)
    after = max(period.report_due_on, timezone.localdate())
    form = PostponeForm(data, seen=granted, after=after)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _postpone(request, form, organization, period):
            return redirect("reports:report_matrix")
        status = 409
    context = {
        "organization": organization,
        "cycle": period,
        "granted": granted,
        "form": form,
    }
    return render(request, "reports/report_postpone.html", context, status=status)


def _postpone(
    request: MemberRequest, form: PostponeForm, organization: Organization, period: Cycle
) -> bool:
    report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=period)
    day, note = form.cleaned_data["due_on"], form.cleaned_data["note"]
    seen = form.cleaned_data["seen"]
    try:
        approving.postpone(report=report, due_on=day, instead_of=seen, note=note, by=request.user)
    except approving.StepError:
        report.refresh_from_db()
        if report.due_on == day:
            messages.info(
                request, f"Le dépôt était déjà reporté au {long_date(day)}\u00a0: rien n’a changé."
            )
            return True
        form.add_error(
            None,
            f"Entre-temps, le dépôt a été reporté au {long_date(report.due_on)}. Rien n’a été "
            "changé par votre envoi\u00a0: rouvrez la page si une autre date est voulue.",
        )
        return False
    messages.success(
        request,
        f"{organization.name}\u00a0: dépôt reporté au {long_date(day)}; ses responsables en sont "
        "avertis.",
    )
    return True
