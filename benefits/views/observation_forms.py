"""How an observation is noted, saved over another one, merged and taken away."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from benefits.models import ObservedBenefit
from benefits.observed.actions import (
    StaleObservation,
    add_observation,
    change_observation,
    remove_observation,
    state_of,
)
from benefits.observed.consent import citation_of, why_not_quoted
from benefits.observed.forms import ObservationForm
from benefits.observed.page import observation_journal, open_observations, removal_of
from chantier.lib import french, resume
from measures.clauses.use_merge import made_by, merge_use, settle
from measures.merge import Merge
from members.access import MemberRequest
from members.models import Organization
from members.sharing import SharingLevel

_SAVED = "Bénéfice observé enregistré."
_CONFIRM = (
    "Bénéfice observé enregistré. Votre consentement valait pour ce qu’il disait avant\u00a0: rien "
    "n’en est cité pour le moment. Relisez, puis choisissez de nouveau."
)
_WITHDRAWN = (
    "Bénéfice observé enregistré. Il reste dans votre organisation\u00a0: le consentement à la "
    "citer est retiré."
)
_SAME = "Rien n’avait changé\u00a0: tout est enregistré."


def list_address(organization: Organization) -> str:
    return reverse("benefits:observation_list", kwargs={"org_slug": organization.slug})


# --- A new observation ---------------------------------------------------------------


def show_new(request: MemberRequest, *, initial: dict[str, int]) -> HttpResponse:
    new = ObservedBenefit(organization=request.access.organization)
    start: dict[str, Any] = {"observed_on": timezone.localdate(), **initial}
    return _render_new(request, ObservationForm(resume.take(request), instance=new, initial=start))


def add(request: MemberRequest, *, is_retry: bool = False) -> HttpResponse:
    """Note an observation, or show what to correct."""
    first = _first_arrival(request)
    new = ObservedBenefit(organization=request.access.organization)
    form = ObservationForm(_renewed(request.POST, first), instance=new)
    if first and form.says(state_of(first)):
        return redirect(first)
    if not form.is_valid():
        return _render_new(request, form)
    row = form.save(commit=False)
    try:
        add_observation(
            row=row, submission_key=form.cleaned_data["submission_key"], by=request.user
        )
    except IntegrityError:
        if is_retry:
            raise
        # This very form has just arrived: judge by what stands now.
        return add(request, is_retry=True)
    messages.success(request, "Bénéfice observé noté.")
    return redirect(row)


def _first_arrival(request: MemberRequest) -> ObservedBenefit | None:
    """The observation that this very form has already noted, if any."""
    try:
        key = uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
    return open_observations(request.access).filter(submission_key=key).first()


def _renewed(data: QueryDict, first: ObservedBenefit | None) -> QueryDict:
    """The posted data, under a new key when the first has served."""
    if first is None:
        return data
    data = data.copy()
    data["submission_key"] = str(uuid.uuid4())
    return data


def _render_new(
    request: MemberRequest, form: ObservationForm, *, gone: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "organization": request.access.organization,
        "form": form,
        "benefit": form.shown_benefit,
        "gone": gone,
    }
    return render(request, "benefits/observation_create.html", context, status=status)


# --- A stored observation ------------------------------------------------------------


def find(request: MemberRequest, pk: int) -> ObservedBenefit | None:
    """An observation that this person may see, with all that its page shows."""
    return open_observations(request.access).filter(pk=pk).select_related("consent_by").first()


def show(request: MemberRequest, row: ObservedBenefit) -> HttpResponse:
    return _render(request, row, ObservationForm(resume.take(request), instance=row))


def save(request: MemberRequest, row: ObservedBenefit, *, is_retry: bool = False) -> HttpResponse:
    """Save a posted observation, or show what to correct, or what somebody else changed."""
    form = _posted(request, row)
    if form.posted_version() != row.version:
        return _meet(request, form)
    if not form.is_valid():
        return _render(request, row, form)
    key, before = form.cleaned_data["submission_key"], form.before or {}
    could_be_quoted = row.consent != ObservedBenefit.Consent.NONE
    try:
        changed = change_observation(
            row=form.save(commit=False), before=before, submission_key=key, by=request.user
        )
    except StaleObservation:
        stored = find(request, row.pk)
        if stored is None:
            return gone(request, row.pk)
        if is_retry:
            raise
        return save(request, stored, is_retry=True)
    return _saved(request, row, changed=changed, could_be_quoted=could_be_quoted)


def _saved(
    request: MemberRequest, row: ObservedBenefit, *, changed: bool, could_be_quoted: bool
) -> HttpResponse:
    """Back to the observation, or on to the consent that what was changed asks for."""
    if changed and row.lapsed_consent and not why_not_quoted(row):
        messages.warning(request, _CONFIRM)
        return redirect("benefits:observation_consent", org_slug=row.organization.slug, pk=row.pk)
    is_withdrawn = could_be_quoted and row.sharing == SharingLevel.PRIVATE
    said = _WITHDRAWN if is_withdrawn else _SAVED
    messages.success(request, said if changed else _SAME)
    return redirect(row)


def _posted(request: MemberRequest, row: ObservedBenefit) -> ObservationForm:
    """The posted form, under a new key when the first has served."""
    form = ObservationForm(request.POST, instance=row)
    if line := made_by(form):
        # Its author has seen what the first arrival stored: the form starts from there.
        form.data = request.POST.copy()
        form.data["submission_key"] = str(uuid.uuid4())
        form.data["version"] = str(line.after["version"])
    form.data = settle(form)
    return form


def _meet(request: MemberRequest, form: ObservationForm) -> HttpResponse:
    """Somebody saved it after this form was opened: unite both, unless they say the same."""
    row = form.instance
    if form.before and form.says(form.before):
        return redirect(row)
    merged = merge_use(form)
    return _render(request, row, ObservationForm(merged.data, instance=row), merged=merged)


def _render(
    request: MemberRequest,
    row: ObservedBenefit,
    form: ObservationForm,
    *,
    merged: Merge | None = None,
) -> HttpResponse:
    # A bound form has put the typed values on its row.
    stored = find(request, row.pk) if form.is_bound else row
    if stored is None:
        raise Http404
    context = {
        "organization": stored.organization,
        "observation": stored,
        "form": form,
        "benefit": form.shown_benefit,
        "merge": merged,
        "is_quoted": stored.consent != ObservedBenefit.Consent.NONE and not why_not_quoted(stored),
        "citation": citation_of(stored),
        "journal": observation_journal(stored, whole=request.GET.get("journal") == "tout"),
    }
    status = 409 if merged else 200
    return render(request, "benefits/observation_edit.html", context, status=status)


def gone(request: MemberRequest, pk: int) -> HttpResponse:
    """One that somebody took away: what was typed in its form is kept, as a new one."""
    organization = request.access.organization
    line = removal_of(organization, pk)
    if line is None:
        raise Http404
    day = french.long_date(timezone.localtime(line.at).date())
    text = f"Ce bénéfice observé a été retiré le {day} par {line.actor}."
    if request.method != "POST":
        messages.info(request, text)
        return redirect(list_address(organization))
    data = request.POST.copy()
    data["submission_key"], data["version"] = str(uuid.uuid4()), ""
    new = ObservedBenefit(organization=organization)
    return _render_new(request, ObservationForm(data, instance=new), gone=text, status=409)


def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Take an observation away, as the person saw it: one that changed is shown first."""
    row, organization = find(request, pk), request.access.organization
    if row is None:
        # The second click finds nothing: that is what was asked.
        if removal_of(organization, pk) is None:
            raise Http404
        return redirect(list_address(organization))
    try:
        if str(row.version) != request.POST.get("version"):
            raise StaleObservation
        remove_observation(row=row, by=request.user)
    except StaleObservation:
        text = (
            "Ce bénéfice observé a changé depuis que vous l’avez ouvert\u00a0: relisez, puis "
            "retirez-le."
        )
        messages.warning(request, text)
        return redirect(row)
    messages.success(request, "Bénéfice observé retiré. Le journal garde ce qu’il disait.")
    return redirect(list_address(organization))
