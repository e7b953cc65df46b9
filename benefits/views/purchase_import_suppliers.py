"""The suppliers of a spreadsheet: which are EÉS of the directory, as a person says."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from benefits.actions import purchase_imports as imports
from benefits.models import PurchaseImport, PurchaseImportSupplier
from benefits.views.purchase_import_preview import find_import, to_import
from chantier.lib.french import number, plural
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

Answer = PurchaseImportSupplier.Answer
_PER_PAGE = 25
# What is so alike that most people say yes to all at once.
_LIKELY = 95
_SHOWN = {
    "attente": ("Sans réponse", Answer.WAITING),
    "ees": ("EÉS", Answer.ENTERPRISE),
    "non": ("Pas une EÉS", Answer.NONE),
    "tard": ("Plus tard", Answer.LATER),
}
_REST = {"rien": Answer.NONE, "tard": Answer.LATER}


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_EDIT)
def purchase_import_suppliers(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    table = find_import(organization, pk)
    if table.state != PurchaseImport.State.CHECKED:
        return to_import(table)
    if request.method == "POST":
        return _answer(request, table)
    return _render(request, table)


def _render(request: MemberRequest, table: PurchaseImport) -> HttpResponse:
    counts = dict(table.suppliers.order_by().values_list("answer").annotate(Count("pk")))
    shown = request.GET.get("voir", "attente")
    if shown not in _SHOWN:
        shown = "attente"
    rows = table.suppliers.filter(answer=_SHOWN[shown][1]).select_related("enterprise__region")
    waiting = counts.get(Answer.WAITING, 0)
    likely = table.suppliers.filter(answer=Answer.WAITING, score__gte=_LIKELY).count()
    page = Paginator(rows.order_by("-score", "-amount", "name", "pk"), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "organization": table.organization,
        "table": table,
        "page": page,
        "suppliers": [_Shown(supplier) for supplier in page.object_list],
        "tabs": [(key, label, counts.get(answer, 0)) for key, (label, answer) in _SHOWN.items()],
        "shown": shown,
        "waiting": waiting,
        "likely": likely,
        "likely_score": _LIKELY,
    }
    return render(request, "benefits/purchase_import_suppliers.html", context)


class _Shown:
    """A supplier, and the answers that its page offers."""

    def __init__(self, supplier: PurchaseImportSupplier) -> None:
        self.supplier = supplier
        self.field = f"fournisseur-{supplier.pk}"
        answer = supplier.answer
        self.is_none = answer == Answer.NONE
        self.is_later = answer == Answer.LATER
        self.offers: list[dict[str, Any]] = [
            {"value": f"ees-{pk}", "name": name, "score": score}
            | {"is_chosen": answer == Answer.ENTERPRISE and pk == supplier.enterprise_id}
            for pk, name, score in supplier.candidates
        ]
        known = supplier.enterprise
        if known and known.pk not in [pk for pk, _, _ in supplier.candidates]:
            chosen = answer == Answer.ENTERPRISE
            self.offers.insert(
                0,
                {"value": f"ees-{known.pk}", "name": known.name, "score": 0, "is_chosen": chosen},
            )


def _answer(request: MemberRequest, table: PurchaseImport) -> HttpResponse:
    try:
        done = _write(request, table)
    except imports.NotNow:
        return to_import(table)
    s = plural(done)
    if done:
        messages.success(request, f"{number(done)} réponse{s} gardée{s}.")
    else:
        messages.info(request, "Rien de nouveau\u00a0: choisissez au moins une réponse.")
    if table.suppliers.filter(answer=Answer.WAITING).exists():
        shown = request.POST.get("voir", "")
        query = f"?voir={shown}" if shown in _SHOWN and shown != "attente" else ""
        kwargs = {"org_slug": table.organization.slug, "pk": table.pk}
        return redirect(reverse("benefits:purchase_import_suppliers", kwargs=kwargs) + query)
    return to_import(table)


def _write(request: MemberRequest, table: PurchaseImport) -> int:
    everybody = request.POST.get("tous", "")
    # What is ticked on the page is kept first, whatever the button.
    done = imports.answer_suppliers(table=table, answers=_posted(table, request.POST))
    if everybody == "probables":
        done += imports.accept_likely(table=table, score=_LIKELY)
    elif everybody in _REST:
        done += imports.answer_rest(table=table, answer=_REST[everybody])
    return done


def _posted(table: PurchaseImport, posted: Mapping[str, str]) -> dict[int, tuple[str, int | None]]:
    """The answers of a page; only an EÉS that was proposed for a supplier is one of its answers."""
    keys = [name.removeprefix("fournisseur-") for name in posted if name.startswith("fournisseur-")]
    found = table.suppliers.select_related("enterprise").filter(
        pk__in=[int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]
    )
    answers: dict[int, tuple[str, int | None]] = {}
    for shown in map(_Shown, found):
        value = posted[shown.field]
        if value in ("non", "tard"):
            answers[shown.supplier.pk] = (Answer.NONE if value == "non" else Answer.LATER, None)
        elif value in [offer["value"] for offer in shown.offers]:
            answers[shown.supplier.pk] = (Answer.ENTERPRISE, int(value.removeprefix("ees-")))
    return answers
