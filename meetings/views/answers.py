"""What staff answer to a proposed change: accept, refuse, or merge by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from chantier.lib.diff import word_diff
from chantier.lib.french import typeset
from meetings.acts import amending
from meetings.forms_review import AnswerForm
from meetings.models import Amendment
from meetings.review import AmendmentLine
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def amendment_answer(request: PortalRequest, slug: str, pk: int) -> HttpResponse:
    amendment = _get(slug, pk)
    if request.method != "POST":
        kept = resume.take(request)
        return _show(request, amendment, AnswerForm(initial=kept.dict() if kept else None))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        if amendment.state != Amendment.State.WAITING:
            return _meet(request, amendment)
        return _show(request, amendment, form)
    try:
        _act(request, amendment, form)
    except amending.AmendmentAnsweredError as answered:
        return _meet(request, answered.amendment)
    except amending.PointMovedError:
        typed = {"answer": request.POST.get("answer", ""), "merged": request.POST.get("merged", "")}
        return _show(request, _get(slug, pk), AnswerForm(initial=typed), moved=True, status=409)
    messages.success(request, "Réponse enregistrée. L’organisation la lit sur la page de révision.")
    return _back(slug, pk)


def _act(request: PortalRequest, amendment: Amendment, form: AnswerForm) -> None:
    data = form.cleaned_data
    if data["act"] == AnswerForm.REFUSE:
        amending.refuse_amendment(amendment=amendment, answer=data["answer"], by=request.user)
        return
    merged = None
    if data["act"] == AnswerForm.MERGE:
        merged = amending.HandMerge(data["merged"], data["seen"])
    amending.accept_amendment(
        amendment=amendment, answer=data["answer"], merged=merged, by=request.user
    )


def _get(slug: str, pk: int) -> Amendment:
    rows = Amendment.objects.select_related(
        "synthesis__meeting", "point", "organization", "author", "answered_by"
    )
    return get_object_or_404(rows, pk=pk, synthesis__meeting__slug=slug)


def _back(slug: str, pk: int) -> HttpResponse:
    response = redirect("meetings:synthesis_review", slug=slug)
    response["Location"] += f"#modification-{pk}"
    return response


def _meet(request: PortalRequest, amendment: Amendment) -> HttpResponse:
    """Somebody has answered: their answer is shown, and what was typed here stays in sight.

    The second click of the same person has already done what it asks.
    """
    refused = request.POST.get("act") == AnswerForm.REFUSE
    state = Amendment.State.REFUSED if refused else Amendment.State.ACCEPTED
    same_words = amendment.answer == typeset(request.POST.get("answer", "").strip())
    if (amendment.state, amendment.answered_by) == (state, request.user) and same_words:
        return _back(amendment.synthesis.meeting.slug, amendment.pk)
    typed = [text for name in ("merged", "answer") if (text := request.POST.get(name))]
    return _show(request, amendment, AnswerForm(), typed=typed, status=409)


def _show(
    request: PortalRequest,
    amendment: Amendment,
    form: AnswerForm,
    *,
    typed: list[str] | None = None,
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`moved`: the point changed under the answer; `typed`: what came after another answer."""
    line = AmendmentLine(amendment, amendment.point.text if amendment.point else None)
    act = str(form["act"].value() or "")
    context: dict[str, Any] = {
        "meeting": amendment.synthesis.meeting,
        "line": line,
        "amendment": amendment,
        "form": form,
        "act": act,
        "typed": typed,
        "moved": moved,
        "seen": amending.print_of(amendment, line.now),
        "since": word_diff(amendment.base_text, line.now or "") if line.has_moved else [],
        "merged": form["merged"].value() or line.now or amendment.text,
    }
    return render(request, "meetings/amendment_answer.html", context, status=status)
