"""One status and one date for many records at once: choose, read what will change, apply."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from chantier.lib.french import plural
from measures import actions
from measures.bulk import MOST_NAMED, preview
from measures.forms_bulk import BulkForm, Selection
from measures.last_act import remember_batch
from measures.resubmission import first_arrival
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

# How many of the chosen records the form names.
_MOST_SHOWN = 25


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_bulk(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, organization)
    kept = resume.take(request)
    selection = Selection(request, organization, kept or request.GET)
    return _render_form(request, organization, selection, BulkForm(kept, number=selection.number))


def _answer(request: MemberRequest, organization: Organization) -> HttpResponse:
    """Preview what was asked, go back to the form, or apply what was previewed."""
    selection = Selection(request, organization, request.POST)
    form = BulkForm(request.POST, number=selection.number)
    step = request.POST.get("etape")
    if step == "appliquer" and _is_done(request, organization):
        return _to_register(organization, selection)
    if not form.is_valid() or step == "choisir" or not selection.number:
        return _render_form(request, organization, selection, form)
    if step == "appliquer" and form.cleaned_data["submission_key"]:
        return _apply(request, organization, selection, form)
    return _render_preview(request, organization, selection, form)


def _apply(
    request: MemberRequest, organization: Organization, selection: Selection, form: BulkForm
) -> HttpResponse:
    batch = uuid.uuid4()
    try:
        number = actions.change_many(
            records=selection.records,
            change=form.change,
            seen_at=form.cleaned_data["seen_at"],
            stamp=form.cleaned_data["stamp"],
            batch=batch,
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except actions.SelectionChanged:
        # By the same click, twice in one instant: the first has done it.
        if _is_done(request, organization):
            return _to_register(organization, selection)
        return _render_preview(request, organization, selection, form, is_stale=True)
    remember_batch(request, batch, number)
    s = plural(number)
    messages.success(request, f"{number} mesure{s} modifiée{s}.")
    return _to_register(organization, selection)


def _is_done(request: MemberRequest, organization: Organization) -> bool:
    """Whether this very form has already been applied."""
    event = first_arrival(request.POST)
    return event is not None and event.implementation.organization == organization


def _to_register(organization: Organization, selection: Selection) -> HttpResponse:
    """Back to the list, under the filter that it was left with."""
    page = reverse("measures:implementation_list", kwargs={"org_slug": organization.slug})
    query = QueryDict(selection.query).urlencode()
    return redirect(f"{page}?{query}" if query else page)


def _render_form(
    request: MemberRequest, organization: Organization, selection: Selection, form: BulkForm
) -> HttpResponse:
    chosen = selection.records.select_related("measure", "stage")[:_MOST_SHOWN]
    context = _context(organization, selection, form) | {"chosen": list(chosen)}
    return render(request, "measures/implementation_bulk.html", context)


def _render_preview(
    request: MemberRequest,
    organization: Organization,
    selection: Selection,
    form: BulkForm,
    *,
    is_stale: bool = False,
) -> HttpResponse:
    seen_at = form.cleaned_data["seen_at"]
    context = _context(organization, selection, form) | {
        "preview": preview(selection.records, form.change, seen_at=seen_at, by=request.user),
        "change": form.change,
        "submission_key": uuid.uuid4(),
        "is_stale": is_stale,
        "most": MOST_NAMED,
    }
    return render(
        request,
        "measures/implementation_bulk_preview.html",
        context,
        status=409 if is_stale else 200,
    )


def _context(organization: Organization, selection: Selection, form: BulkForm) -> dict[str, Any]:
    return {"organization": organization, "selection": selection, "form": form}
