"""The register as a spreadsheet, out and back in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from chantier.lib.french import plural
from chantier.lib.spreadsheets import CONTENT_TYPES, Table, Value
from measures.actions import StaleRecord, imports
from measures.exchange import exporting, plan
from measures.exchange.changes import done, lines_of
from measures.exchange.plan import Plan
from measures.filters import ImplementationFilter
from measures.forms_exchange import ConfirmForm, ImportForm
from measures.last_act import remember_batch
from measures.models import Implementation, RegisterImport
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

_PER_PAGE = 25
# How many errors a page tells: past this, the table is to be redrawn, not corrected.
_MOST_ERRORS = 200
_RECENT = 5


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def implementation_export(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    rows = Implementation.objects.open_to(request.access)
    filterset = ImplementationFilter(request.GET, queryset=rows, request=request)
    return _file("registre", organization, kind, exporting.register_rows(filterset.qs))


@require_safe
@require_permission(Permission.IMPLEMENTATION_EDIT)
def import_template(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    return _file("modele-registre", organization, kind, exporting.template_rows(organization))


def _file(
    stem: str, organization: Organization, kind: str, rows: Iterator[Sequence[Value]]
) -> HttpResponseBase:
    """A table that goes out as it is written."""
    if kind not in CONTENT_TYPES:
        raise Http404
    name = exporting.file_name(stem, organization, kind)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return StreamingHttpResponse(
        exporting.chunks(kind, rows),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": disposition},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def import_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method != "POST":
        return _render_create(request, organization, ImportForm(organization=organization))
    imports.forget_old_tables()
    form = ImportForm(request.POST, request.FILES, organization=organization)
    # What cannot be applied leaves nothing behind: it is told here, and corrected in the file.
    if not form.is_valid() or form.plan is None or not form.plan.can_be_applied:
        return _render_create(request, organization, form)
    table = imports.keep_table(
        organization=organization,
        upload=form.cleaned_data["table"],
        checked=form.checked,
        by=request.user,
    )
    return redirect("measures:import_detail", org_slug=organization.slug, pk=table.pk)


def _render_create(
    request: MemberRequest, organization: Organization, form: ImportForm
) -> HttpResponse:
    applied = organization.imports.exclude(applied_at=None).select_related("created_by")
    context = {
        "organization": organization,
        "form": form,
        "plan": form.plan,
        "errors": form.plan.errors[:_MOST_ERRORS] if form.plan else [],
        "instructions": exporting.instructions()[1:],
        "recent": list(applied.order_by("-applied_at", "-pk")[:_RECENT]),
    }
    return render(request, "measures/import_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def import_detail(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    table = get_object_or_404(organization.imports.select_related("created_by"), pk=pk)
    if table.applied_at is not None:
        return _answer_applied(request, organization, table)
    try:
        with table.file.open("rb") as file:
            rows = plan.read(file, table.file_name)
        if request.method == "POST":
            return _apply(request, organization, table, rows)
        return _render_preview(request, organization, table, plan.build(rows, organization))
    except FileNotFoundError:
        return _answer_gone(request, organization, pk)
    except ValidationError as error:
        return _render_preview(request, organization, table, Plan(), problem=plan.refusal(error))


def _answer_gone(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    """The file of a table went: applied in the same instant, or lost."""
    table = get_object_or_404(organization.imports.select_related("created_by"), pk=pk)
    if table.applied_at is not None:
        return redirect("measures:import_detail", org_slug=organization.slug, pk=pk)
    problem = "Il n’est plus là. Choisissez-le de nouveau pour voir ce qu’il changerait."
    return _render_preview(request, organization, table, Plan(), problem=problem)


def _apply(
    request: MemberRequest, organization: Organization, table: RegisterImport, rows: Table
) -> HttpResponse:
    """Do what the preview showed, or show what has changed since."""
    form = ConfirmForm(request.POST)
    stamp = form.cleaned_data["stamp"] if form.is_valid() else ""
    try:
        written = imports.apply_table(
            table=table, build=lambda: plan.build(rows, organization), stamp=stamp, by=request.user
        )
    except (imports.RegisterChanged, StaleRecord, IntegrityError):
        fresh = plan.build(rows, organization)
        return _render_preview(request, organization, table, fresh, is_stale=bool(stamp))
    if written is not None:
        added, changed = len(written.added), len(written.changed)
        remember_batch(request, table.batch, added + changed)
        text = (
            f"Importation faite\u00a0: {added} mesure{plural(added)} ajoutée{plural(added)}, "
            f"{changed} modifiée{plural(changed)}."
        )
        messages.success(request, text)
    return redirect("measures:import_detail", org_slug=organization.slug, pk=table.pk)


def _render_preview(
    request: MemberRequest,
    organization: Organization,
    table: RegisterImport,
    shown: Plan,
    *,
    problem: str = "",
    is_stale: bool = False,
) -> HttpResponse:
    entries = sorted([*shown.added, *shown.changed], key=lambda entry: entry.row)
    context: dict[str, Any] = {
        "organization": organization,
        "table": table,
        "plan": shown,
        "errors": shown.errors[:_MOST_ERRORS],
        "problem": problem,
        "is_stale": is_stale,
        "page": Paginator(entries, _PER_PAGE).get_page(request.GET.get("page")),
    }
    status = 409 if is_stale else 200
    return render(request, "measures/import_detail.html", context, status=status)


def _answer_applied(
    request: MemberRequest, organization: Organization, table: RegisterImport
) -> HttpResponse:
    """What an import did, as the journal tells it; a second click does nothing more."""
    if request.method == "POST":
        return redirect("measures:import_detail", org_slug=organization.slug, pk=table.pk)
    page = Paginator(lines_of(table), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "organization": organization,
        "table": table,
        "page": page,
        "entries": done(page.object_list),
    }
    return render(request, "measures/import_applied.html", context)
