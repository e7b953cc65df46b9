"""The figures of an organization as a spreadsheet, out and back in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from chantier.lib import resume
from chantier.lib.french import plural
from chantier.lib.spreadsheets import CONTENT_TYPES
from measures.actions.figure_tables import apply_figures
from measures.actions.figures import StaleFigure
from measures.exchange.exporting import file_name
from measures.indicators import tables
from measures.indicators.forms import TableForm
from measures.indicators.grid import SPANS, Grid
from measures.indicators.sheets import chunks, instructions
from measures.indicators.tables import Confirmed, FigurePlan
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

# How many errors a page tells: past this, the table is to be redrawn, not corrected.
_MOST_ERRORS = 200


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def indicator_export(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    if kind not in CONTENT_TYPES:
        raise Http404
    asked = request.GET.get("annees", "")
    span = next((span for span in SPANS if str(span) == asked), max(SPANS))
    grid = Grid.build(request.access, today=timezone.localdate(), span=span)
    name = file_name("indicateurs", organization, kind)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return StreamingHttpResponse(
        chunks(kind, grid),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": disposition},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_import(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method != "POST":
        kept = resume.take(request)
        return _preview_again(request, kept) if kept else _render_create(request, TableForm())
    if "cells" in request.POST:
        return _confirm(request, organization)
    form = TableForm(request.POST, request.FILES, grid=_grid(request))
    # What cannot be applied leaves nothing behind: it is told here, and corrected in the file.
    if not form.is_valid() or form.plan is None or not form.plan.can_be_applied:
        return _render_create(request, form)
    return _render_preview(request, form.plan, form.name)


def _grid(request: MemberRequest) -> Grid:
    return Grid.build(request.access, today=timezone.localdate(), span=max(SPANS))


def _confirm(request: MemberRequest, organization: Organization) -> HttpResponse:
    """Do what the preview showed, or show what has changed since."""
    given = _given(request, request.POST)
    if given is None:
        messages.warning(request, "Cet aperçu a expiré. Choisissez votre fichier de nouveau.")
        return redirect("measures:indicator_import", org_slug=organization.slug)
    plan = tables.plan_again(given, _grid(request))
    if plan.errors or plan.is_stale:
        return _render_preview(request, plan, given.name, is_stale=True)
    try:
        number = apply_figures(
            organization=organization,
            entries=tables.entries(plan),
            reason=f"Importé de «\u00a0{given.name}\u00a0»",
            by=request.user,
        )
    except StaleFigure:
        fresh = tables.plan_again(given, _grid(request))
        return _render_preview(request, fresh, given.name, is_stale=True)
    s = plural(number)
    text = f"Importation faite\u00a0: {number} valeur{s} enregistrée{s}."
    # A second click finds everything stored.
    messages.success(request, text if number else "Ces valeurs étaient déjà enregistrées.")
    return redirect("measures:indicator_grid", org_slug=organization.slug)


def _given(request: MemberRequest, data: QueryDict) -> Confirmed | None:
    return tables.confirmed(
        data.get("cells", ""), by=request.user, grid_of=request.access.organization.pk
    )


def _preview_again(request: MemberRequest, kept: QueryDict) -> HttpResponse:
    """A confirmation that an expired session interrupted: shown again, not done."""
    given = _given(request, kept)
    if given is None:
        return _render_create(request, TableForm())
    return _render_preview(request, tables.plan_again(given, _grid(request)), given.name)


def _render_create(request: MemberRequest, form: TableForm) -> HttpResponse:
    plan = form.plan
    context = {
        "organization": request.access.organization,
        "form": form,
        "plan": plan,
        "errors": plan.errors[:_MOST_ERRORS] if plan else [],
        "instructions": instructions()[1:],
    }
    return render(request, "measures/indicator_import.html", context)


def _render_preview(
    request: MemberRequest, plan: FigurePlan, name: str, *, is_stale: bool = False
) -> HttpResponse:
    organization = request.access.organization
    context: dict[str, Any] = {
        "organization": organization,
        "name": name,
        "plan": plan,
        "errors": plan.errors[:_MOST_ERRORS],
        "is_stale": is_stale,
        "token": plan.token(name, by=request.user, grid_of=organization.pk),
    }
    status = 409 if is_stale else 200
    return render(request, "measures/indicator_import_preview.html", context, status=status)
