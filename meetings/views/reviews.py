"""A synthesis drawn from the cards, reviewed by those who attended, compared and printed."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import french, resume
from chantier.lib.rendering import render_pdf
from meetings.acts import amending, reviewing
from meetings.acts.compiling import compile_synthesis
from meetings.acts.copies import StaleSynthesisError
from meetings.audience import attending, number_told, who_attended
from meetings.changes import changes, present_words
from meetings.forms_review import AmendmentForm, ReviewForm
from meetings.models import Meeting, Synthesis, SynthesisPoint, SynthesisVersion
from meetings.review import Review
from members.access import PortalRequest, require_portal_permission
from members.models import MailTopic, Organization
from members.roles import Permission

_STALE = (
    "La synthèse a changé depuis que vous avez ouvert la page\u00a0: relisez-la, puis recommencez."
)


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def synthesis_compile(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    try:
        done = compile_synthesis(
            meeting=meeting, version=_version(request.POST.get("version", "")), by=request.user
        )
    except StaleSynthesisError:
        messages.warning(request, f"Rien n’est compilé. {_STALE}")
        return redirect("meetings:synthesis_detail", slug=slug)
    if not done.added and not done.left_out:
        messages.info(request, "Rien de neuf dans les cartes\u00a0: tout est déjà compilé.")
        return redirect("meetings:synthesis_detail", slug=slug)
    plural = french.plural(done.added)
    text = f"{done.added} point{plural} tiré{plural} des cartes. Les décisions restent à écrire."
    messages.success(request, text)
    if done.left_out:
        messages.warning(
            request,
            "La synthèse est trop longue pour le reste des cartes\u00a0: regroupez des points, "
            "puis compilez de nouveau.",
        )
    return redirect("meetings:synthesis_edit", slug=slug)


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def review_open(request: PortalRequest, slug: str) -> HttpResponse:
    synthesis = _synthesis(slug)
    form = ReviewForm(request.POST)
    is_closing = request.POST.get("act") == "close"
    if not is_closing and not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, f"La révision n’est pas ouverte. {errors[0]}")
        return redirect("meetings:synthesis_review", slug=slug)
    version = _version(request.POST.get("version", ""))
    try:
        if is_closing:
            reviewing.close_review(synthesis=synthesis, version=version, by=request.user)
            messages.success(request, "La révision est close.")
        else:
            until = form.cleaned_data["until"]
            reviewing.open_review(
                synthesis=synthesis, version=version, until=until, by=request.user
            )
            day = french.long_date(until)
            messages.success(request, f"La révision est ouverte jusqu’au {day} compris.")
    except reviewing.NothingToReviewError as error:
        messages.error(request, str(error))
    except StaleSynthesisError:
        _tell_stale_review(request, slug, is_closing=is_closing)
    return redirect("meetings:synthesis_review", slug=slug)


def _tell_stale_review(request: PortalRequest, slug: str, *, is_closing: bool) -> None:
    """A second click has already done what it asks."""
    is_open = _synthesis(slug).is_in_review(timezone.localdate())
    if is_open is not is_closing:
        done = "close" if is_closing else "ouverte"
        messages.info(request, f"La révision est déjà {done}.")
    else:
        messages.warning(request, f"Rien n’est changé. {_STALE}")


@require_safe
def synthesis_review(request: PortalRequest, slug: str) -> HttpResponse:
    synthesis, organizations = _open_to(request, slug)
    review = Review.build(request.user, synthesis, organizations, timezone.localdate())
    a_week_from_now = timezone.localdate() + datetime.timedelta(days=7)
    until = synthesis.review_until or a_week_from_now
    initial = {"version": synthesis.version, "until": until}
    form = ReviewForm(initial=initial) if review.is_staff else None
    people = who_attended(synthesis.meeting)
    told = number_told(people, MailTopic.MEETINGS) if review.is_staff else 0
    context = {"review": review, "form": form, "told": told}
    return render(request, "meetings/synthesis_review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def amendment_create(request: PortalRequest, slug: str) -> HttpResponse:
    synthesis, organizations = _open_to(request, slug)
    if not organizations:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else resume.take(request)
    asked = (data or request.GET).get("point", "")
    point = _point(synthesis, asked)
    form = AmendmentForm(data, point=point, organizations=organizations)
    if request.method != "POST":
        is_closed = not synthesis.is_in_review(timezone.localdate())
        if is_closed and data is None:
            return redirect("meetings:synthesis_review", slug=slug)
        return _show_amendment(request, synthesis, form, is_closed=is_closed)
    if asked and point is None:
        return _meet_point(request, synthesis, form)
    if not form.is_valid():
        is_closed = not synthesis.is_in_review(timezone.localdate())
        return _show_amendment(request, synthesis, form, is_closed=is_closed)
    return _propose(request, synthesis, form)


def _propose(request: PortalRequest, synthesis: Synthesis, form: AmendmentForm) -> HttpResponse:
    try:
        kept = amending.propose_amendment(
            amendment=form.amendment(synthesis),
            seen=form.cleaned_data["seen"],
            key=form.cleaned_data["submission_key"],
            today=timezone.localdate(),
            by=request.user,
        )
    except amending.ReviewClosedError:
        return _show_amendment(request, synthesis, form, is_closed=True, status=409)
    except amending.PointMovedError:
        return _meet_point(request, synthesis, form)
    messages.success(
        request, "Modification proposée. La réponse de l’animation paraîtra sur cette page."
    )
    response = redirect("meetings:synthesis_review", slug=synthesis.meeting.slug)
    response["Location"] += f"#modification-{kept.pk}"
    return response


def _meet_point(request: PortalRequest, synthesis: Synthesis, form: AmendmentForm) -> HttpResponse:
    """The point has changed, or is gone: what it says now beside what was typed, nothing lost."""
    point = _point(synthesis, request.POST.get("point", ""))
    typed = {name: request.POST.get(name, "") for name in ("text", "reason")}
    if point is None:
        typed["kind"] = request.POST.get("kind", "finding")
    fresh = AmendmentForm(initial=typed, point=point, organizations=form.organizations)
    return _show_amendment(request, synthesis, fresh, met=True, status=409)


def _show_amendment(
    request: PortalRequest,
    synthesis: Synthesis,
    form: AmendmentForm,
    *,
    is_closed: bool = False,
    met: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "meeting": synthesis.meeting,
        "synthesis": synthesis,
        "form": form,
        "point": form.of_point,
        "is_closed": is_closed,
        "met": met,
    }
    return render(request, "meetings/amendment_create.html", context, status=status)


@require_safe
def synthesis_version(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    versions = list(SynthesisVersion.objects.of(meeting).select_related("published_by"))
    version = _pick(versions, str(number))
    others = [row for row in versions if row != version]
    asked = request.GET.get("avec")
    compared: SynthesisVersion | None
    if asked is not None:
        compared = _pick(others, asked)
    else:
        earlier = [row for row in others if row.number < version.number]
        compared = next(iter(earlier or others), None)
    context: dict[str, Any] = {
        "meeting": meeting,
        "version": version,
        "others": others,
        "compared": compared,
        "older": None,
        "newer": None,
        "changes": [],
        "present": present_words(version.content),
    }
    if compared is not None:
        older, newer = sorted((version, compared), key=lambda row: row.number)
        found = changes(older.content, newer.content)
        context |= {"older": older, "newer": newer, "changes": found}
    return render(request, "meetings/synthesis_version.html", context)


@require_safe
def synthesis_pdf(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    version = get_object_or_404(SynthesisVersion.objects.of(meeting), number=number)
    filename = f"synthese-{meeting.slug}-version-{version.number}.pdf"
    return HttpResponse(
        render_pdf("meetings/pdf/synthesis.html", version.as_printed()),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=filename)
        },
    )


def _synthesis(slug: str) -> Synthesis:
    return get_object_or_404(Synthesis.objects.select_related("meeting"), meeting__slug=slug)


def _open_to(request: PortalRequest, slug: str) -> tuple[Synthesis, list[Organization]]:
    """The synthesis and the organizations of this person that attended.

    Those who did not attend get a 403, and before any review a 404: the draft is staff's.
    """
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    synthesis = _synthesis(meeting.slug)
    organizations = attending(request.user, meeting)
    if request.user.may_manage_meetings:
        return synthesis, organizations
    if synthesis.review_until is None:
        raise Http404
    if not organizations:
        raise PermissionDenied
    return synthesis, organizations


def _point(synthesis: Synthesis, asked: str) -> SynthesisPoint | None:
    is_key = asked.isdecimal() and len(asked) < 18
    return synthesis.points.filter(pk=int(asked)).first() if is_key else None


def _version(text: str) -> int:
    """The version that a form says; -1, which no copy has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _pick(versions: list[SynthesisVersion], number: str) -> SynthesisVersion:
    for version in versions:
        if str(version.number) == number:
            return version
    raise Http404
