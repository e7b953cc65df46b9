"""The directory back in from a spreadsheet."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from benefits.actions import directory_imports as imports
from benefits.actions.directory import StaleEnterprise
from benefits.keeping import plan
from benefits.keeping.plan import Plan
from benefits.models import DirectoryImport
from chantier.lib.files import CheckedFile
from chantier.lib.french import number, plural
from chantier.lib.spreadsheets import Table
from measures.forms_exchange import ACCEPTED, ConfirmForm, checked_table
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

_PER_PAGE = 25
# How many errors a page tells: past this, the table is to be redrawn, not corrected.
_MOST_ERRORS = 200
_RECENT = 5


class DirectoryImportForm(forms.Form):
    """A table, compared with the directory as soon as it has been checked."""

    table = forms.FileField(
        label="Fichier XLSX ou CSV",
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text=f"10\u00a0Mo et {number(plan.MAX_ROWS)} lignes au plus. Son contenu est vérifié.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    plan: Plan | None = None

    def clean_table(self) -> File:
        upload: File = self.cleaned_data["table"]
        table, checked = checked_table(upload)
        self.checked: CheckedFile = checked
        self.plan = plan.build(plan.read(table, PurePath(upload.name or "").name))
        table.seek(0)
        return table


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def directory_import(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        return _render_create(request, DirectoryImportForm())
    imports.forget_old_tables()
    form = DirectoryImportForm(request.POST, request.FILES)
    # What cannot be applied leaves nothing behind: it is told here, and corrected in the file.
    if not form.is_valid() or form.plan is None or not form.plan.can_be_applied:
        return _render_create(request, form)
    table = imports.keep_table(
        upload=form.cleaned_data["table"], checked=form.checked, by=request.user
    )
    return redirect("benefits:directory_import_detail", pk=table.pk)


def _render_create(request: PortalRequest, form: DirectoryImportForm) -> HttpResponse:
    applied = DirectoryImport.objects.exclude(applied_at=None).select_related("applied_by")
    context = {
        "form": form,
        "plan": form.plan,
        "errors": form.plan.errors[:_MOST_ERRORS] if form.plan else [],
        "recent": list(applied.order_by("-applied_at", "-pk")[:_RECENT]),
    }
    return render(request, "benefits/directory_import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def directory_import_detail(request: PortalRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(DirectoryImport, pk=pk)
    if table.applied_at is not None:
        # What it did is told; a second click does nothing more.
        return redirect("benefits:directory_import")
    try:
        with table.file.open("rb") as file:
            rows = plan.read(file, table.file_name)
        if request.method == "POST":
            return _apply(request, table, rows)
        return _render_preview(request, table, plan.build(rows))
    except FileNotFoundError:
        problem = "Il n’est plus là. Choisissez-le de nouveau pour voir ce qu’il changerait."
        return _render_preview(request, table, Plan(), problem=problem)
    except ValidationError as error:
        return _render_preview(request, table, Plan(), problem=" ".join(error.messages))


def _apply(request: PortalRequest, table: DirectoryImport, rows: Table) -> HttpResponse:
    """Do what the preview showed, or show what has changed since."""
    form = ConfirmForm(request.POST)
    stamp = form.cleaned_data["stamp"] if form.is_valid() else ""
    try:
        written = imports.apply_table(
            table=table, build=lambda: plan.build(rows), stamp=stamp, by=request.user
        )
    except (imports.DirectoryChanged, StaleEnterprise, IntegrityError):
        return _render_preview(request, table, plan.build(rows), is_stale=bool(stamp))
    if written is not None:
        added, changed = len(written.added), len(written.changed)
        text = (
            f"Importation faite\u00a0: {number(added)} EÉS ajoutée{plural(added)}, "
            f"{number(changed)} modifiée{plural(changed)}."
        )
        messages.success(request, text)
    return redirect("benefits:directory_import")


def _render_preview(
    request: PortalRequest,
    table: DirectoryImport,
    shown: Plan,
    *,
    problem: str = "",
    is_stale: bool = False,
) -> HttpResponse:
    entries = sorted([*shown.added, *shown.changed], key=lambda entry: entry.row)
    context: dict[str, Any] = {
        "table": table,
        "plan": shown,
        "errors": shown.errors[:_MOST_ERRORS],
        "problem": problem,
        "is_stale": is_stale,
        "page": Paginator(entries, _PER_PAGE).get_page(request.GET.get("page")),
    }
    status = 409 if is_stale else 200
    return render(request, "benefits/directory_import_detail.html", context, status=status)
