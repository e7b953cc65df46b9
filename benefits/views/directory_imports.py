"""The directory back in from a spreadsheet."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from benefits.actions import directory_imports as imports
from benefits.actions.directory_import_apply import DirectoryChanged, apply_table
from benefits.exchange.columns import COLUMNS
from benefits.exchange.directory_export import model_chunks
from benefits.keeping.plan import Doing, Entry, Plan
from benefits.models import DirectoryImport
from chantier.lib.files import CheckedFile
from chantier.lib.french import number, plural
from chantier.lib.spreadsheets import CONTENT_TYPES, LARGE
from measures.forms_exchange import ACCEPTED, ConfirmForm, checked_table
from members.access import PortalRequest, require_portal_permission
from members.models import Term
from members.roles import Permission

_PER_PAGE = 25
_RECENT = 5


class DirectoryImportForm(forms.Form):
    """A table, checked by its content."""

    table = forms.FileField(
        label="Fichier XLSX ou CSV",
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text=(
            f"{LARGE.size // 1024 // 1024}\u00a0Mo et {number(imports.MAX_ROWS)} lignes au plus. "
            "Son contenu est vérifié."
        ),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def clean_table(self) -> File:
        upload: File = self.cleaned_data["table"]
        table, checked = checked_table(upload)
        self.checked: CheckedFile = checked
        self.file_name = PurePath(upload.name or "").name
        return table


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def directory_import(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        return _render_create(request, DirectoryImportForm())
    imports.forget_old_tables()
    form = DirectoryImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render_create(request, form)
    try:
        table = imports.keep_table(
            upload=form.cleaned_data["table"],
            file_name=form.file_name,
            checked=form.checked,
            by=request.user,
        )
    except ValidationError as error:
        form.add_error("table", error)
        return _render_create(request, form)
    return _first_step(request, form, table)


def _first_step(
    request: PortalRequest, form: DirectoryImportForm, table: DirectoryImport
) -> HttpResponse:
    """A short table is compared at once; one that cannot be applied leaves nothing behind."""
    table = imports.check_some(table=table)
    if table.checked_count == table.row_count:
        plan = Plan.read(table)
        if not plan.can_be_applied:
            imports.forget_table(table=table)
            return _render_create(request, form, plan)
    return redirect("benefits:directory_import_detail", pk=table.pk)


def _render_create(
    request: PortalRequest, form: DirectoryImportForm, plan: Plan | None = None
) -> HttpResponse:
    applied = DirectoryImport.objects.exclude(applied_at=None).select_related("applied_by")
    context = {
        "form": form,
        "plan": plan,
        "recent": list(applied.order_by("-applied_at", "-pk")[:_RECENT]),
    }
    return render(request, "benefits/directory_import.html", context)


@require_safe
@require_portal_permission(Permission.DIRECTORY_EDIT)
def directory_import_model(request: PortalRequest, kind: str) -> HttpResponseBase:
    if kind not in CONTENT_TYPES:
        raise Http404
    disposition = content_disposition_header(
        as_attachment=True, filename=f"modele-repertoire-ees.{kind}"
    )
    return StreamingHttpResponse(
        model_chunks(kind),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": disposition or ""},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def directory_import_detail(request: PortalRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(DirectoryImport, pk=pk)
    if table.applied_at is not None:
        # What it did is told; a second click does nothing more.
        return redirect("benefits:directory_import")
    if table.checked_count < table.row_count:
        return render(request, "benefits/directory_import_checking.html", {"table": table})
    if request.method == "POST":
        return _apply(request, table)
    return _render_preview(request, table)


@require_POST
@require_portal_permission(Permission.DIRECTORY_EDIT)
def directory_import_check(request: PortalRequest, pk: int) -> HttpResponse:
    """Compare the next rows; the page asks again until there are none."""
    table = imports.check_some(table=get_object_or_404(DirectoryImport, pk=pk))
    if request.htmx and table.checked_count < table.row_count:
        return render(request, "benefits/_directory_import_progress.html", {"table": table})
    return _followed(request, redirect("benefits:directory_import_detail", pk=pk))


def _followed(request: PortalRequest, response: HttpResponse) -> HttpResponse:
    """A redirect that a script follows too."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": response["Location"]})
    return response


def _apply(request: PortalRequest, table: DirectoryImport) -> HttpResponse:
    """Do what the preview showed, or show what has changed since."""
    form = ConfirmForm(request.POST)
    stamp = form.cleaned_data["stamp"] if form.is_valid() else ""
    try:
        written = apply_table(table=table, stamp=stamp, by=request.user)
    except DirectoryChanged:
        if not stamp:
            return _render_preview(request, table)
        table = imports.check_again(table=table)
        if request.htmx or table.checked_count < table.row_count:
            messages.info(request, _CHANGED)
            return _followed(request, redirect("benefits:directory_import_detail", pk=table.pk))
        return _render_preview(request, table, is_stale=True)
    if written is not None:
        added, changed = written.added_count, written.changed_count
        text = (
            f"Importation faite\u00a0: {number(added)} EÉS ajoutée{plural(added)}, "
            f"{number(changed)} modifiée{plural(changed)}."
        )
        messages.success(request, text)
    return _followed(request, redirect("benefits:directory_import"))


_CHANGED = (
    "Le répertoire a changé pendant l’aperçu\u00a0: rien n’a été enregistré. "
    "Votre fichier est comparé de nouveau."
)


def _render_preview(
    request: PortalRequest, table: DirectoryImport, *, is_stale: bool = False
) -> HttpResponse:
    plan = Plan.read(table) if table.row_count else Plan()
    rows = table.rows.filter(state__in=[Doing.ADDED, Doing.CHANGED]).order_by("number")
    page = Paginator(rows.defer("cells"), _PER_PAGE).get_page(request.GET.get("page"))
    lists = [column.vocabulary for column in COLUMNS if column.vocabulary]
    terms = {term.code: term for term in Term.objects.filter(vocabulary__in=lists)}
    context: dict[str, Any] = {
        "table": table,
        "plan": plan,
        "is_stale": is_stale,
        "page": page,
        "entries": [Entry(row, terms) for row in page.object_list],
    }
    status = 409 if is_stale else 200
    return render(request, "benefits/directory_import_detail.html", context, status=status)
