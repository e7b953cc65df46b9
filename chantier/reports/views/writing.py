"""The texts of a report: those of an organization, and those of the chantier.

The first are written by its members alone: ECPAR staff do not read them here. The others, by those
who coordinate the chantier.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chantier.lib import french, resume
from chantier.reports.acts.texts import LockedReportError, TextClashError, save_text
from chantier.reports.forms_writing import TextForm
from chantier.reports.margins import margins_of_texts
from chantier.reports.models import AnnualReport, ReportText
from chantier.reports.places import report_page, texts_page
from chantier.reports.previous import earlier_texts
from chantier.reports.sections import Section, section_named
from chantier.reports.standing import asked_of
from chantier.reports.views import delivery
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
    "Votre texte est encore dans la page."
)


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
    if interrupted is not None and writing.is_open:
        writing.give_back(interrupted)
    return _render(request, organization, cycle, writing)


def _save(request: PortalRequest, organization: Organization | None, cycle: Cycle) -> HttpResponse:
    section = section_named(request.POST.get("section", ""), of_chantier=organization is None)
    if section is None or section.prompt is None:
        raise Http404
    form = TextForm(_with_earlier(request, organization, cycle, section), section=section)
    if not form.is_valid():
        return _refused(request, organization, cycle, form, section)
    report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
    data = form.cleaned_data
    try:
        stored = save_text(
            report=report,
            section=section.code,
            text=data["text"],
            version=data["version"],
            key=data["submission_key"],
            by=request.user,
        )
    except TextClashError as clash:
        return _clashed(request, organization, cycle, form, clash.stored)
    except LockedReportError:
        return _locked(request, organization, cycle, form, section)
    return _stored(request, organization, cycle, section, stored, data["text"])


def _with_earlier(
    request: PortalRequest, organization: Organization | None, cycle: Cycle, section: Section
) -> QueryDict:
    """What was sent; with the text of an earlier cycle under it, when its button was pressed."""
    if "reprendre" not in request.POST:
        return request.POST
    data = request.POST.copy()
    if earlier := earlier_texts(organization, cycle).get(section.code):
        typed = data.get("text", "").rstrip()
        data["text"] = f"{typed}\n\n{earlier.text}" if typed else earlier.text
    return data


def _stored(
    request: PortalRequest,
    organization: Organization | None,
    cycle: Cycle,
    section: Section,
    stored: ReportText,
    sent: str,
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"state": "saved", **_told(stored)})
    met = "" if stored.text == sent else " Ce que d’autres y ont écrit entre-temps y est aussi."
    messages.success(request, f"Texte enregistré\u00a0: {section.title}.{met}")
    return HttpResponseRedirect(f"{texts_page(organization, cycle.label)}#texte-{section.code}")


def _refused(
    request: PortalRequest,
    organization: Organization | None,
    cycle: Cycle,
    form: TextForm,
    section: Section,
) -> HttpResponse:
    if _wants_json(request):
        told = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return JsonResponse({"state": "error", "message": told}, status=422)
    writing = Writing.build(organization, cycle)
    passage = writing.passage(section.code)
    if passage is not None:
        passage.form = form
    return _render(request, organization, cycle, writing)


def _clashed(
    request: PortalRequest,
    organization: Organization | None,
    cycle: Cycle,
    form: TextForm,
    stored: ReportText,
) -> HttpResponse:
    """Both texts: nothing is stored, and nothing is lost."""
    if _wants_json(request):
        return JsonResponse({"state": "conflict", **_told(stored)}, status=409)
    writing = Writing.build(organization, cycle)
    passage = writing.passage(stored.section)
    if passage is not None:
        # Over the other text from now on: the next save is the choice of who read both.
        passage.form = TextForm(
            None,
            section=passage.section,
            text=form.cleaned_data["text"],
            version=stored.version,
        )
        passage.other = stored
    return _render(request, organization, cycle, writing, status=409)


def _locked(
    request: PortalRequest,
    organization: Organization | None,
    cycle: Cycle,
    form: TextForm,
    section: Section,
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"state": "error", "message": _LOCKED}, status=422)
    messages.error(request, _LOCKED)
    writing = Writing.build(organization, cycle)
    unsaved = (section, form.cleaned_data["text"])
    return _render(request, organization, cycle, writing, unsaved=unsaved, status=409)


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
    unsaved: tuple[Section, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`unsaved` is a text that came too late: shown, so that it can be copied."""
    context = {
        "organization": organization,
        "cycle": cycle,
        "draft": report_page(organization, cycle.label),
        "writing": writing,
        "margins": margins_of_texts(asked_of(organization, cycle)) if organization else "",
        "refused": writing.refused,
        "unsaved": unsaved,
    }
    return render(request, "reports/report_texts.html", context, status=status)
