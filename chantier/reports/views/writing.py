"""The texts of a report: those of an organization, and those of the chantier.

The first are written by its members alone: ECPAR staff do not read them here. The others, by those
who coordinate the chantier.
"""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chantier.lib import french, resume
from chantier.reports.acts.texts import LockedReportError, TextClashError
from chantier.reports.forms_writing import TextForm, sent_forms
from chantier.reports.margins import margins_of_texts
from chantier.reports.models import AnnualReport, ReportText
from chantier.reports.places import report_page, texts_page
from chantier.reports.previous import earlier_texts
from chantier.reports.sending import Sending, changed, save_form, send
from chantier.reports.standing import asked_of
from chantier.reports.views import delivery
from chantier.reports.views.settling import settle
from chantier.reports.writing import Writing
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Cycle, Organization
from members.roles import Permission

_LOCKED = (
    "Ce rapport est déposé\u00a0: ses textes ne changent plus, et rien n’est enregistré. "
    "Ce que vous avez écrit est encore dans la page."
)
# The names of the buttons, and of what says that a text stands beside that of somebody else; their
# value is the code of a section.
_SAVE, _EARLIER, _MET = "enregistrer", "reprendre", "conflit"
# The button of a comment that is answered, whose value is its key: it too sends the texts.
_SETTLE = "regler"


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.REPORT_EDIT)
def report_texts(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    if not request.access.is_member:
        raise Http404
    if not request.access.may_write_report:
        raise PermissionDenied
    return _write(request, organization, delivery.get_cycle(cycle))


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_texts(request: PortalRequest, cycle: str) -> HttpResponse:
    return _write(request, None, delivery.get_cycle(cycle))


def _write(request: PortalRequest, organization: Organization | None, cycle: Cycle) -> HttpResponse:
    if request.method == "POST":
        return _save(request, organization, cycle)
    writing = Writing.build(organization, cycle)
    interrupted = resume.take(request)
    if interrupted is not None:
        forms = sent_forms(interrupted, of_chantier=organization is None)
        met = interrupted.getlist(_MET)
        for form in changed(forms, organization, cycle):
            writing.give_back(form, clashes=form.code in met)
    return _render(request, organization, cycle, writing)


def _save(request: PortalRequest, organization: Organization | None, cycle: Cycle) -> HttpResponse:
    forms = sent_forms(request.POST, of_chantier=organization is None)
    is_alone = _wants_json(request)
    # With a script, texts leave as they are typed: the button of a comment goes alone.
    goes_alone = organization is not None and _SETTLE in request.POST and "text" not in request.POST
    if (not forms and not goes_alone) or (is_alone and len(forms) != 1):
        raise Http404
    if is_alone:
        return _save_alone(request, organization, cycle, forms[0])
    pressed = _pressed(request, forms)
    if _EARLIER in request.POST and (earlier := earlier_texts(organization, cycle).get(pressed)):
        forms = [form.over(earlier.text) if form.code == pressed else form for form in forms]
    sending = send(
        forms,
        organization=organization,
        cycle=cycle,
        met=set(request.POST.getlist(_MET)),
        pressed=pressed,
        by=request.user,
    )
    answered = _settle(request, organization, cycle)
    if sending.kept:
        return _kept(request, organization, cycle, sending)
    if sending.saved or not answered:
        _tell(request, sending)
    pressed = answered or pressed
    return HttpResponseRedirect(f"{texts_page(organization, cycle.label)}#texte-{pressed}")


def _pressed(request: PortalRequest, forms: list[TextForm]) -> str:
    """The code of the text whose button was pressed: there one goes back."""
    code = request.POST.get(_SAVE) or request.POST.get(_EARLIER)
    return next((form.code for form in forms if form.code == code), forms[0].code if forms else "")


def _settle(request: PortalRequest, organization: Organization | None, cycle: Cycle) -> str:
    """The code of the section whose comment was answered by the button that was pressed, if any."""
    if organization is None or _SETTLE not in request.POST:
        return ""
    key = request.POST[_SETTLE]
    for row in asked_of(organization, cycle):
        if str(row.comment.pk) == key:
            settle(request, row.comment, by=request.user)
            return row.comment.section
    raise Http404


def _kept(
    request: PortalRequest, organization: Organization | None, cycle: Cycle, sending: Sending
) -> HttpResponse:
    """All that was typed: what is stored, and what is not."""
    writing = Writing.build(organization, cycle)
    for form in sending.kept:
        writing.give_back(form, clashes=form.code in sending.clashing)
    if sending.saved:
        _tell(request, sending)
    elif not writing.is_open:
        messages.error(request, _LOCKED)
    return _render(request, organization, cycle, writing, status=409 if writing.waiting else 200)


def _tell(request: PortalRequest, sending: Sending) -> None:
    if not sending.saved:
        messages.info(request, "Aucun texte n’a changé\u00a0: tout était déjà enregistré.")
        return
    s = french.plural(len(sending.saved))
    told = f"Texte{s} enregistré{s}\u00a0: {_titles(form for form, _ in sending.saved)}."
    if sending.united:
        # One text alone needs not be named twice.
        which = f"\u00a0: {_titles(sending.united)}" if len(sending.saved) > 1 else ""
        told += f" Ce que d’autres y ont écrit entre-temps y est aussi{which}."
    messages.success(request, told)


def _titles(forms: Iterable[TextForm]) -> str:
    return "; ".join(form.of_section.title for form in forms)


def _save_alone(
    request: PortalRequest, organization: Organization | None, cycle: Cycle, form: TextForm
) -> HttpResponse:
    """What the script of the page sends as one types."""
    if not form.is_valid():
        told = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return JsonResponse({"state": "error", "message": told}, status=422)
    report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
    try:
        stored = save_form(form, report=report, by=request.user)
    except TextClashError as clash:
        return JsonResponse({"state": "conflict", **_told(clash.stored)}, status=409)
    except LockedReportError:
        return JsonResponse({"state": "error", "message": _LOCKED}, status=422)
    return JsonResponse({"state": "saved", **_told(stored)})


def _told(stored: ReportText) -> dict[str, str | int]:
    return {
        "text": stored.text,
        "version": stored.version,
        "at": french.clock_time(timezone.localtime(stored.updated_at)),
        "by": stored.updated_by.full_name if stored.updated_by else "",
    }


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _render(
    request: PortalRequest,
    organization: Organization | None,
    cycle: Cycle,
    writing: Writing,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "organization": organization,
        "cycle": cycle,
        "draft": report_page(organization, cycle.label),
        "writing": writing,
        "margins": margins_of_texts(asked_of(organization, cycle)) if organization else "",
    }
    return render(request, "reports/report_texts.html", context, status=status)
