"""What a spreadsheet will add; it goes in, and may be taken out again."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from benefits.actions.purchase_import_apply import (
    Changed,
    begin_apply,
    finish_apply,
    undo_table,
)
from benefits.importing import preview
from benefits.importing.cells import text_of
from benefits.importing.rows import WHY
from benefits.importing.suppliers import readable
from benefits.models import Purchase, PurchaseImport
from chantier.lib.french import number, plural
from chantier.lib.spreadsheets import CONTENT_TYPES, Column, csv_chunks
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

# How many rows of a kind a page tells; a file has the rest.
_MOST_ERRORS = 100
_MOST_ROWS = 50
_PER_PAGE = 25
# In the address: whether the rows that say the same are added too.
_TWINS = "repetees"


def find_import(organization: Organization, pk: int) -> PurchaseImport:
    """A table of the organization; one whose reading was cut short is none."""
    tables = organization.purchase_imports.select_related("created_by", "applied_by")
    table: PurchaseImport = get_object_or_404(tables.filter(row_count__gt=0), pk=pk)
    table.organization = organization
    return table


def render_preview(
    request: MemberRequest,
    table: PurchaseImport,
    *,
    keep_twins: bool | None = None,
    is_stale: bool = False,
) -> HttpResponse:
    if keep_twins is None:
        keep_twins = _TWINS in request.GET
    shown = preview.build(table, keep_twins=keep_twins)
    totals = Paginator(preview.by_supplier(table, keep_twins=keep_twins), _PER_PAGE)
    page = totals.get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "organization": table.organization,
        "table": table,
        "preview": shown,
        "keep_twins": keep_twins,
        "is_stale": is_stale,
        "page": page,
        "suppliers": _named(table, page),
        "query": f"{_TWINS}=oui&" if keep_twins else "",
        "errors": _errors(table, _MOST_ERRORS) if shown.wrong else [],
        "known_rows": _known(table) if shown.known.number else [],
        "twin_rows": _twins(table) if shown.twins.number else [],
        "left_rows": _left_out(table) if shown.left_out else [],
        "not_read": preview.not_read(table),
    }
    status = 409 if is_stale else 200
    return render(request, "benefits/purchase_import_preview.html", context, status=status)


def _named(table: PurchaseImport, page: Any) -> list[dict[str, Any]]:
    """The totals of a page, with the supplier and its EÉS."""
    rows = list(page.object_list)
    keys = [row["supplier_key"] for row in rows]
    found = table.suppliers.filter(supplier_key__in=keys).select_related("enterprise")
    by_key = {supplier.supplier_key: supplier for supplier in found}
    return [{**row, "supplier": by_key[row["supplier_key"]]} for row in rows]


def _errors(table: PurchaseImport, most: int) -> list[list[str]]:
    wrong = table.rows.filter(is_wrong=True).order_by("number").values_list("errors", flat=True)
    return [error for errors in wrong[:most] for error in errors][:most]


def _known(table: PurchaseImport) -> list[Any]:
    """Rows that an earlier purchase says, and since when."""
    same = Purchase.objects.filter(
        organization=table.organization, fingerprint=OuterRef("fingerprint")
    ).order_by("pk")
    rows = (
        readable(table)
        .exclude(supplier_key__in=preview.none_of(table))
        .annotate(
            since=Subquery(same.values("created_at")[:1]), before=Subquery(same.values("table")[:1])
        )
        .exclude(since=None)
        .order_by("number")
    )
    return list(rows.values("number", "values", "amount", "since", "before")[:_MOST_ROWS])


def _twins(table: PurchaseImport) -> list[Any]:
    rows = (
        readable(table)
        .filter(is_twin=True)
        .exclude(supplier_key__in=preview.none_of(table))
        .order_by("number")
    )
    return list(rows.values("number", "values", "amount")[:_MOST_ROWS])


def _left_out(table: PurchaseImport) -> list[dict[str, Any]]:
    rows = table.rows.filter(is_left_out=True).order_by("number")[:_MOST_ROWS]
    return [
        {
            "number": row.number,
            "why": WHY.get(row.values.get("why"), ""),
            "text": ", ".join(text for cell in row.cells if (text := text_of(cell)))[:120],
        }
        for row in rows
    ]


@require_safe
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_errors(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponseBase:
    """What is to be corrected, cell by cell, as a CSV."""
    table = find_import(organization, pk)
    columns = [Column("Case"), Column("Colonne"), Column("À corriger", width=60)]
    disposition = content_disposition_header(as_attachment=True, filename="cases-a-corriger.csv")
    return StreamingHttpResponse(
        csv_chunks(columns, _all_errors(table)),
        content_type=CONTENT_TYPES["csv"],
        headers={"Content-Disposition": disposition},
    )


def _all_errors(table: PurchaseImport) -> Iterator[list[str]]:
    wrong = table.rows.filter(is_wrong=True).order_by("number").values_list("errors", flat=True)
    for errors in wrong.iterator(chunk_size=1_000):
        yield from errors


@require_POST
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_apply(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    """Do what the preview showed, or show what has changed since; a second click does nothing.

    With scripts, the first request only notes it: the page that follows says that it is under
    way, asks for the rest, and comes back the same after a reload.
    """
    table = find_import(organization, pk)
    keep_twins = _TWINS in request.POST
    try:
        if table.state == PurchaseImport.State.CHECKED:
            stamp = request.POST.get("stamp", "")
            begin_apply(table=table, keep_twins=keep_twins, stamp=stamp, by=request.user)
            if request.htmx:
                return followed(request, to_import(table))
        applied = finish_apply(table=table)
    except Changed:
        return _changed(request, find_import(organization, pk), keep_twins=keep_twins)
    if applied is not None:
        count = applied.applied_count
        s = plural(count)
        messages.success(request, f"{number(count)} achat{s} importé{s}.")
    return followed(request, to_import(table))


def _changed(request: MemberRequest, table: PurchaseImport, *, keep_twins: bool) -> HttpResponse:
    """What the preview is now, and that nothing was added."""
    if request.htmx:
        messages.warning(request, "L’aperçu a changé\u00a0: rien n’a été ajouté. Relisez-le.")
        return followed(request, to_import(table))
    if table.state == PurchaseImport.State.CHECKED:
        return render_preview(request, table, keep_twins=keep_twins, is_stale=True)
    return to_import(table)


def render_applied(request: MemberRequest, table: PurchaseImport) -> HttpResponse:
    found = table.purchases.aggregate(amount=Sum("amount"))
    untouched = table.purchases.filter(version=1, observed_benefits=None).count()
    context = {
        "organization": table.organization,
        "table": table,
        "amount": found["amount"],
        "number": table.purchases.count(),
        "untouched": untouched,
        "without": table.purchases.filter(enterprise=None).count(),
    }
    return render(request, "benefits/purchase_import_applied.html", context)


@require_POST
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_undo(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    table = find_import(organization, pk)
    undone = undo_table(table=table, by=request.user)
    if undone is not None and not undone.number:
        messages.warning(request, "Rien n’a été retiré\u00a0: ces achats ont tous changé depuis.")
    elif undone is not None:
        s = plural(undone.number)
        text = f"Importation annulée\u00a0: {number(undone.number)} achat{s} retiré{s}."
        if undone.stay:
            text += f" {number(undone.stay)} " + (
                "reste, modifié, rapproché ou cité depuis."
                if undone.stay == 1
                else "restent, modifiés, rapprochés ou cités depuis."
            )
        messages.success(request, text)
    return to_import(table)


def to_import(table: PurchaseImport) -> HttpResponse:
    slug = table.organization.slug
    return redirect("benefits:purchase_import_detail", org_slug=slug, pk=table.pk)


def followed(request: MemberRequest, response: HttpResponse) -> HttpResponse:
    """A redirect that a script follows too."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": response["Location"]})
    return response
