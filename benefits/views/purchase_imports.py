"""A spreadsheet of purchases: sent, its columns told, its rows read some at a time."""

import contextlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from benefits.actions import purchase_import_reading as reading
from benefits.actions import purchase_imports as imports
from benefits.importing.forms import MappingForm, PurchaseImportForm
from benefits.models import PurchaseImport
from benefits.views.purchase_import_preview import (
    find_import,
    followed,
    render_applied,
    render_preview,
    to_import,
)
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

State = PurchaseImport.State
# How the page of each state asks for what is left to do.
_UNDER_WAY = {
    State.READING: "benefits/purchase_import_reading.html",
    State.CHECKING: "benefits/purchase_import_checking.html",
    State.APPLYING: "benefits/purchase_import_applying.html",
}
_RECENT = 10


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method != "POST":
        return _render_create(request, organization, PurchaseImportForm())
    imports.forget_old_tables()
    form = PurchaseImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render_create(request, organization, form)
    try:
        table = reading.keep_table(
            organization=organization,
            file_name=form.file_name,
            sha256=form.checked.sha256,
            upload=form.cleaned_data["table"],
            by=request.user,
        )
    except reading.NothingToRead:
        form.add_error("table", "Aucune ligne ne suit les titres des colonnes.")
        return _render_create(request, organization, form)
    except ValidationError as error:
        form.add_error("table", error)
        return _render_create(request, organization, form)
    return redirect("benefits:purchase_import_detail", org_slug=organization.slug, pk=table.pk)


def _render_create(
    request: MemberRequest, organization: Organization, form: PurchaseImportForm
) -> HttpResponse:
    tables = organization.purchase_imports.filter(row_count__gt=0).select_related(
        "created_by", "applied_by"
    )
    context = {
        "organization": organization,
        "form": form,
        "kept_days": imports.KEPT_FOR.days,
        "unfinished": list(tables.filter(state__in=imports.OPEN)[:_RECENT]),
        "recent": list(
            tables.exclude(state__in=imports.OPEN).order_by("-applied_at", "-pk")[:_RECENT]
        ),
    }
    return render(request, "benefits/purchase_import_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_detail(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    table = find_import(organization, pk)
    if table.state == State.MAPPING:
        return _columns(request, table)
    if request.method == "POST":
        # Its columns were told meanwhile.
        return to_import(table)
    if table.state in _UNDER_WAY:
        return render(request, _UNDER_WAY[State(table.state)], _progress(table))
    if table.state == State.CHECKED:
        return render_preview(request, table)
    return render_applied(request, table)


def _columns(request: MemberRequest, table: PurchaseImport) -> HttpResponse:
    form = MappingForm(request.POST if request.method == "POST" else None, table=table)
    if request.method == "POST" and form.is_valid():
        # Told twice at once, its columns are those that were told first.
        with contextlib.suppress(imports.NotNow):
            imports.choose_columns(table=table, mapping=form.mapping)
        return to_import(table)
    same = table.organization.purchase_imports.filter(
        sha256=table.sha256, state=State.APPLIED
    ).order_by("-applied_at")
    context = {
        "organization": table.organization,
        "table": table,
        "form": form,
        "same_file": same.first(),
        "is_remembered": imports.was_told(table),
    }
    return render(request, "benefits/purchase_import_columns.html", context)


def _progress(table: PurchaseImport) -> dict[str, Any]:
    return {"organization": table.organization, "table": table}


@require_POST
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_check(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    """Keep, then check, the next rows; the page asks again until there are none."""
    table = find_import(organization, pk)
    before = table.state
    try:
        _go_on(table)
    except reading.FileGone:
        imports.forget_table(table=table)
        messages.error(request, _GONE.format(table.file_name))
        return followed(request, _to_create(organization))
    table = find_import(organization, pk)
    if request.htmx and table.state == before and before in (State.READING, State.CHECKING):
        return render(request, "benefits/_purchase_import_progress.html", _progress(table))
    return followed(request, to_import(table))


_GONE = "«\u00a0{}\u00a0» n’a pas pu être lu jusqu’au bout. Rien n’est ajouté\u00a0: renvoyez-le."


def _go_on(table: PurchaseImport) -> None:
    """The next step of a table; whatever somebody else did meanwhile is done."""
    if table.state == State.READING:
        reading.keep_more(table=table)
    else:
        with contextlib.suppress(imports.NotNow):
            imports.check_some(table=table)


@require_POST
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_columns(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    """Go back to the columns."""
    table = find_import(organization, pk)
    try:
        imports.choose_again(table=table)
    except imports.NotNow:
        messages.info(request, "Cette importation en est déjà ailleurs.")
    return to_import(table)


@require_POST
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_forget(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    table = find_import(organization, pk)
    if not imports.forget_table(table=table):
        return to_import(table)
    messages.success(request, f"«\u00a0{table.file_name}\u00a0» est oublié. Rien n’a été importé.")
    return _to_create(organization)


def _to_create(organization: Organization) -> HttpResponse:
    return redirect("benefits:purchase_import_create", org_slug=organization.slug)
