"""The directory for those who keep it: an enterprise added, changed, examined."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from benefits.actions.directory import (
    StaleEnterprise,
    add_enterprise,
    review_enterprise,
    save_enterprise,
    was_written,
)
from benefits.directory.united import listed_or_heir, tell_united
from benefits.keeping.forms import EnterpriseForm
from benefits.keeping.journal import journal_of
from benefits.keeping.merge import merge_enterprise, settle
from benefits.keeping.near import Near, near_enterprises
from benefits.keeping.reviews import ReviewForm
from benefits.models import Criterion, EligibilityReview, SocialEnterprise
from chantier.lib import resume
from measures.merge import Merge
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

# The button that says « none of these is it ».
SEEN = "seen"


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def enterprise_create(request: PortalRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else resume.take(request)
    form = EnterpriseForm(data)
    if request.method == "POST" and (first := form.first_arrival()):
        return redirect(first)
    if request.method != "POST" or not form.is_valid():
        return _render_create(request, form, [])
    if near := unseen(request.POST, near_of(form)):
        return _render_create(request, form, near)
    key = form.cleaned_data["submission_key"]
    enterprise, is_new = add_enterprise(
        enterprise=form.save(commit=False), links=form.links, submission_key=key, by=request.user
    )
    if is_new:
        messages.success(request, "Entreprise ajoutée au répertoire.")
    return redirect(enterprise)


def near_of(form: EnterpriseForm) -> list[Near]:
    data = form.cleaned_data
    return near_enterprises(data["name"], data["neq"], but=form.instance)


def unseen(data: QueryDict, near: list[Near]) -> list[Near]:
    """Near enterprises, unless their person has already said that it is none of them."""
    seen = data.get(SEEN, "").split(",")
    return near if any(str(row.enterprise.pk) not in seen for row in near) else []


def seen_keys(near: list[Near]) -> str:
    return ",".join(str(row.enterprise.pk) for row in near)


def _render_create(request: PortalRequest, form: EnterpriseForm, near: list[Near]) -> HttpResponse:
    context = {"form": form, "near": near, "seen": seen_keys(near)}
    return render(request, "benefits/enterprise_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def enterprise_edit(request: PortalRequest, slug: str) -> HttpResponse:
    enterprise, gone = listed_or_heir(slug)
    data = request.POST if request.method == "POST" else resume.take(request)
    if gone:
        return _meet_united(request, gone, enterprise, data)
    if request.method == "POST":
        return _save(request, enterprise)
    return _render_edit(request, enterprise, EnterpriseForm(data, instance=enterprise))


def _listed(slug: str) -> SocialEnterprise:
    return get_object_or_404(SocialEnterprise.objects.listed().with_terms(), slug=slug)


def _save(
    request: PortalRequest, enterprise: SocialEnterprise, *, is_retry: bool = False
) -> HttpResponse:
    """Save a posted enterprise, or show what to correct, or what somebody else changed."""
    form = EnterpriseForm(request.POST, instance=enterprise)
    form.data = settle(form)
    if form.posted_version() != enterprise.version:
        return _meet(request, form)
    if not form.is_valid():
        return _render_edit(request, _listed(enterprise.slug), form)
    before = form.before or {}
    try:
        changed = save_enterprise(
            enterprise=form.save(commit=False),
            links=form.links,
            before=before,
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except (StaleEnterprise, IntegrityError):
        if is_retry:
            raise
        # Saved in the same instant, or its NEQ was taken: judge by what stands now.
        return _save(request, _listed(enterprise.slug), is_retry=True)
    text = (
        "Entreprise enregistrée." if changed else "Rien n’avait changé\u00a0: tout est enregistré."
    )
    messages.success(request, text)
    return redirect(enterprise)


def _meet_united(
    request: PortalRequest,
    gone: SocialEnterprise,
    heir: SocialEnterprise,
    data: QueryDict | None,
) -> HttpResponse:
    """It was united with another while it was edited: what was typed is offered to that one."""
    if data is None:
        tell_united(request, gone, heir, "C’est elle que vous modifiez ici.")
        return redirect("benefits:enterprise_edit", slug=heir.slug)
    tell_united(request, gone, heir, "Ce que vous aviez écrit pour l’une est proposé à l’autre.")
    return _meet(request, EnterpriseForm(data, instance=heir))


def _meet(request: PortalRequest, form: EnterpriseForm) -> HttpResponse:
    """Somebody saved the enterprise after this form was opened, if not this very form."""
    enterprise = form.instance
    if _was_sent(form) or (form.opened_on and form.says(form.opened_on)):
        return redirect(enterprise)
    merged = merge_enterprise(form)
    merged.data["submission_key"] = str(uuid.uuid4())
    fresh = EnterpriseForm(merged.data, instance=_listed(enterprise.slug))
    return _render_edit(request, enterprise, fresh, merged=merged)


def _was_sent(form: EnterpriseForm) -> bool:
    """Whether this very form has been saved, and says what is stored."""
    try:
        key = uuid.UUID(form.data.get("submission_key", ""))
    except ValueError:
        return False
    return form.says(form.before or {}) and was_written(form.instance, key)


def _render_edit(
    request: PortalRequest,
    enterprise: SocialEnterprise,
    form: EnterpriseForm,
    *,
    merged: Merge | None = None,
) -> HttpResponse:
    context = {
        "enterprise": enterprise,
        "form": form,
        "merge": merged,
        "journal": journal_of(enterprise),
    }
    status = 409 if merged else 200
    return render(request, "benefits/enterprise_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def enterprise_review(request: PortalRequest, slug: str) -> HttpResponse:
    enterprise, gone = listed_or_heir(slug)
    data = request.POST if request.method == "POST" else resume.take(request)
    if gone and data is None:
        tell_united(request, gone, enterprise, "Voici ses examens, et ceux de l’autre.")
        return redirect("benefits:enterprise_review", slug=enterprise.slug)
    form = ReviewForm(data, instance=EligibilityReview(enterprise=enterprise))
    if gone:
        # What one shows may not hold of the other: its person says so, or notes it again.
        tell_united(request, gone, enterprise, "Relisez\u00a0: l’examen n’est pas encore noté.")
        return _render_reviews(request, enterprise, form, status=409)
    if request.method != "POST" or not form.is_valid():
        return _render_reviews(request, enterprise, form)
    key = form.cleaned_data["submission_key"]
    if review_enterprise(review=form.save(commit=False), submission_key=key, by=request.user):
        messages.success(request, "Examen noté.")
    return redirect("benefits:enterprise_review", slug=slug)


def _render_reviews(
    request: PortalRequest, enterprise: SocialEnterprise, form: ReviewForm, *, status: int = 200
) -> HttpResponse:
    labels = dict(Criterion.choices)
    # Those of an enterprise that was united with it too.
    rows = EligibilityReview.objects.filter(
        Q(enterprise=enterprise) | Q(enterprise__merged_into=enterprise)
    ).select_related("by", "enterprise")
    context = {
        "enterprise": enterprise,
        "form": form,
        "reviews": [(row, [labels.get(code, code) for code in row.criteria]) for row in rows],
        "number_of_criteria": len(labels),
    }
    return render(request, "benefits/enterprise_review.html", context, status=status)
