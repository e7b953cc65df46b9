"""How the use of a clause is noted, saved over another one, merged and taken away."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from chantier.lib import french, resume
from chantier.lib.diff import word_diff
from measures.actions.clause_uses import StaleUse, add_use, change_use, delete_use, state_of
from measures.clauses.use_forms import ClauseUseForm, NewClauseUseForm
from measures.clauses.use_merge import deletion_of, made_by, merge_use, settle
from measures.clauses.use_page import (
    comparison_of,
    newer_than,
    shown_record,
    use_journal,
    versions_of,
)
from measures.law.applies import thresholds_for
from measures.merge import Merge
from measures.models import Clause, ClauseUse, ClauseVersion, Implementation
from members.access import MemberRequest
from members.models import Organization

# What another page may send to start from: the model with its variables filled in.
WORDING = "libelle"
_MOST_WORDING = 10_000


def list_address(organization: Organization) -> str:
    return reverse("measures:clause_use_list", kwargs={"org_slug": organization.slug})


# --- A new use -----------------------------------------------------------------------


def brought(request: MemberRequest) -> tuple[QueryDict | None, str]:
    """What a form opens with: what an expired session interrupted, and a text to start from."""
    kept = resume.take(request)
    sent = request.POST if request.method == "POST" else kept or request.GET
    wording = sent.get(WORDING, "").replace("\r\n", "\n")[:_MOST_WORDING]
    return (None if wording else kept), wording


def new_form(
    request: MemberRequest,
    clause: Clause,
    data: QueryDict | None,
    record: Implementation | None,
    *,
    wording: str = "",
) -> NewClauseUseForm:
    """The form of a use, of the newest version of the clause, still to be filled in."""
    versions = versions_of(clause)
    use = ClauseUse(organization=request.access.organization, clause_version=versions[0])
    return NewClauseUseForm(data, instance=use, versions=versions, record=record, wording=wording)


def add(
    request: MemberRequest, clause: Clause, record: Implementation | None, *, is_retry: bool = False
) -> HttpResponse:
    """Note a use, or show what to correct, or that the model has changed meanwhile."""
    first = _first_arrival(request)
    form = new_form(request, clause, _renewed(request.POST, first), record)
    if first and form.says(state_of(first)) and first.clause_version == form.read_version:
        return redirect(first)
    if clause.is_active and form.newer:
        return _ask_version(request, form)
    if not form.is_valid():
        return render_new(request, form)
    use = form.save(commit=False)
    try:
        add_use(use=use, submission_key=form.cleaned_data["submission_key"], by=request.user)
    except IntegrityError:
        if is_retry:
            raise
        # This very form, or the same document, has just arrived: judge by what stands now.
        return add(request, clause, record, is_retry=True)
    messages.success(request, "Emploi noté.")
    return redirect(use)


def _first_arrival(request: MemberRequest) -> ClauseUse | None:
    """The use that this very form has already noted, if any."""
    try:
        key = uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
    uses = ClauseUse.objects.filter(organization=request.access.organization, submission_key=key)
    return uses.select_related("organization", "clause_version__clause").first()


def _renewed(data: QueryDict, first: ClauseUse | None) -> QueryDict:
    """The posted data, under a new key when the first has served."""
    if first is None:
        return data
    data = data.copy()
    data["submission_key"] = str(uuid.uuid4())
    return data


def _ask_version(request: MemberRequest, form: NewClauseUseForm) -> HttpResponse:
    """A newer model appeared while the form was open: both are shown, one is chosen."""
    data = form.data.copy()
    data["seen_version"] = str(form.versions[0].number)
    form.data = data
    return render_new(request, form, asked=(form.read_version, form.versions[0]), status=409)


def render_new(
    request: MemberRequest,
    form: NewClauseUseForm,
    *,
    asked: tuple[ClauseVersion, ClauseVersion] | None = None,
    gone: str = "",
    status: int = 200,
) -> HttpResponse:
    """`asked` holds the version that was read, and the one that appeared since."""
    clause = form.clause
    here = reverse(
        "measures:clause_use_create", kwargs={"org_slug": request.access.organization.slug}
    )
    context = {
        "organization": request.access.organization,
        "clause": clause,
        "form": form,
        "action": f"{here}?clause={clause.slug}",
        "model": form.read_version,
        "others": [row for row in form.versions if row != form.read_version],
        "asked": asked,
        "news": word_diff(asked[0].text, asked[1].text) if asked else (),
        "gone": gone,
        "notice": Clause.NOTICE,
        "day": timezone.localdate(),
        "thresholds": thresholds_for(request.access.organization, timezone.localdate()),
        "current_stage": clause.stage,
    }
    return render(request, "measures/clause_use_create.html", context, status=status)


# --- A stored use --------------------------------------------------------------------


def find(request: MemberRequest, pk: int) -> ClauseUse | None:
    """A use that this person may see, with all that its page shows."""
    uses = ClauseUse.objects.open_to(request.access).select_related(
        "organization",
        "clause_version__clause__stage",
        "document_kind",
        "implementation__measure",
        "implementation__organization",
        "created_by",
    )
    return uses.filter(pk=pk).first()


def show(request: MemberRequest, use: ClauseUse) -> HttpResponse:
    form = ClauseUseForm(resume.take(request), instance=use) if request.access.may_edit else None
    return _render(request, use, form)


def save(request: MemberRequest, use: ClauseUse, *, is_retry: bool = False) -> HttpResponse:
    """Save a posted use, or show what to correct, or what somebody else changed."""
    form = _posted(request, use)
    if form.posted_version() != use.version:
        return _meet(request, form)
    if not form.is_valid():
        return _render(request, use, form)
    key, before = form.cleaned_data["submission_key"], form.before or {}
    try:
        changed = change_use(
            use=form.save(commit=False), before=before, submission_key=key, by=request.user
        )
    except (StaleUse, IntegrityError):
        stored = find(request, use.pk)
        if stored is None:
            return gone(request, use.pk)
        if is_retry:
            raise
        return save(request, stored, is_retry=True)
    text = "Emploi enregistré." if changed else "Rien n’avait changé\u00a0: tout est enregistré."
    messages.success(request, text)
    return redirect(use)


def _posted(request: MemberRequest, use: ClauseUse) -> ClauseUseForm:
    """The posted form, under a new key when the first has served."""
    form = ClauseUseForm(request.POST, instance=use)
    if line := made_by(form):
        # Its author has seen what the first arrival stored: the form starts from there.
        form.data = request.POST.copy()
        form.data["submission_key"] = str(uuid.uuid4())
        form.data["version"] = str(line.after["version"])
    form.data = settle(form)
    return form


def _meet(request: MemberRequest, form: ClauseUseForm) -> HttpResponse:
    """Somebody saved the use after this form was opened: unite both, unless they say the same."""
    use = form.instance
    if form.before and form.says(form.before):
        return redirect(use)
    merged = merge_use(form)
    return _render(request, use, ClauseUseForm(merged.data, instance=use), merged=merged)


def _render(
    request: MemberRequest,
    use: ClauseUse,
    form: ClauseUseForm | None,
    *,
    merged: Merge | None = None,
) -> HttpResponse:
    # A bound form has put the typed values on its use.
    stored = find(request, use.pk) if form and form.is_bound else use
    if stored is None:
        raise Http404
    context = {
        "organization": stored.organization,
        "use": stored,
        "record": shown_record(stored, request.access),
        "clause": stored.clause_version.clause,
        "comparison": comparison_of(stored),
        "newer": newer_than(stored.clause_version),
        "form": form,
        "merge": merged,
        "journal": use_journal(stored, request.access, whole=request.GET.get("journal") == "tout"),
        "notice": Clause.NOTICE,
        "thresholds": thresholds_for(stored.organization, stored.used_on),
        "current_stage": stored.clause_version.clause.stage,
    }
    status = 409 if merged else 200
    return render(request, "measures/clause_use_detail.html", context, status=status)


def gone(request: MemberRequest, pk: int) -> HttpResponse:
    """A use that somebody took away: what was typed in its form is kept, as a new use."""
    organization = request.access.organization
    line = deletion_of(organization, pk) if request.access.is_member else None
    if line is None:
        raise Http404
    day = french.long_date(timezone.localtime(line.at).date())
    text = f"Cet emploi a été supprimé le {day} par {line.actor}."
    if request.method != "POST":
        messages.info(request, text)
        return redirect(list_address(organization))
    version = ClauseVersion.objects.select_related("clause__stage").get(
        pk=line.before["clause_version"]["key"]
    )
    data = request.POST.copy()
    data["submission_key"], data["version"] = str(uuid.uuid4()), ""
    data["clause_version"] = str(version.number)
    form = new_form(request, version.clause, data, None)
    data["seen_version"] = str(form.versions[0].number)
    return render_new(request, form, gone=text, status=409)


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a use away, as the person saw it: one that changed is shown first."""
    use, organization = find(request, pk), request.access.organization
    if use is None:
        # The second click on « Supprimer » finds nothing: that is what was asked.
        if deletion_of(organization, pk) is None:
            raise Http404
        return redirect(list_address(organization))
    try:
        if str(use.version) != request.POST.get("version"):
            raise StaleUse
        delete_use(use=use, by=request.user)
    except StaleUse:
        text = "Cet emploi a changé depuis que vous l’avez ouvert\u00a0: relisez, puis supprimez."
        messages.warning(request, text)
        return redirect(use)
    messages.success(request, "Emploi supprimé. Le journal garde ce qu’il disait.")
    return redirect(list_address(organization))
