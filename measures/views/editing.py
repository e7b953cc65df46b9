"""The catalogue, kept by ECPAR staff in the portal itself."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing, resume
from chantier.lib.seeds import SeededModel
from measures import actions
from measures.catalogue_history import history_of, recent_changes
from measures.catalogue_merge import Merge, events_of, merge
from measures.editing import KINDS, Draft, Kind, counts
from measures.filters_catalogue import RowFilter
from measures.models import CatalogueEvent, ClauseProposal
from measures.snapshots import is_text
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

_NOTHING_NEW = "Rien n’avait changé\u00a0: tout est enregistré."


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


@require_safe
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_index(request: PortalRequest) -> HttpResponse:
    context = {
        "kinds": counts(),
        "recent": recent_changes(),
        "proposals": ClauseProposal.objects.waiting().count(),
        "nav": KINDS.values(),
    }
    return render(request, "measures/catalogue_index.html", context)


@require_safe
@vary_on_headers("HX-Request")
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_list(request: PortalRequest, kind: str) -> HttpResponse:
    found = _kind(kind)
    filterset = RowFilter(request.GET, queryset=found.rows(), may_retire=found.may_retire)
    page = listing.build(request, filterset, per_page=50)
    context = {
        "kind": found,
        "listing": page,
        "rows": [(row, found.detail(row)) for row in page.page],
        "path": request.path,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_catalogue_results.html", context)
    context |= {"form": filterset.form, "kinds": KINDS.values()}
    return render(request, "measures/catalogue_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_create(request: PortalRequest, kind: str) -> HttpResponse:
    found = _kind(kind)
    if not found.add_label:
        raise Http404
    if request.method == "POST":
        return _create(request, found)
    return _render(request, Draft.build(found, None, resume.take(request)), None)


def _create(request: PortalRequest, kind: Kind, *, is_retry: bool = False) -> HttpResponse:
    event = _first_arrival(request.POST)
    draft = Draft.build(kind, None, _renewed(request.POST, event, row=None))
    if event and event.code == request.POST.get("code"):
        row = kind.model._default_manager.filter(code=event.code).first()
        if row and not Draft.build(kind, row, draft.posted).has_changed():
            return redirect("measures:catalogue_edit", kind=kind.slug, code=row.code)
    if not draft.is_valid():
        return _render(request, draft, None)
    key = draft.form.cleaned_data["submission_key"]
    try:
        row = actions.create_catalogue_row(
            draft=draft.written(), submission_key=key, by=request.user
        )
    except IntegrityError:
        if is_retry:
            raise
        # This very form, or the same code, has just arrived: judge by what stands now.
        return _create(request, kind, is_retry=True)
    messages.success(request, "Ajouté au catalogue.")
    return redirect("measures:catalogue_edit", kind=kind.slug, code=row.code)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_edit(request: PortalRequest, kind: str, code: str) -> HttpResponse:
    found = _kind(kind)
    row = get_object_or_404(found.rows(), code=code)
    if request.method != "POST":
        return _render(request, Draft.build(found, row, resume.take(request)), row)
    if "restore" in request.POST:
        return _restore(request, found, row)
    return _save(request, found, row)


def _save(
    request: PortalRequest, kind: Kind, row: SeededModel, *, is_retry: bool = False
) -> HttpResponse:
    """Save a posted row, or show what to correct, or what somebody else changed."""
    data = _renewed(request.POST, _first_arrival(request.POST), row=row)
    draft = Draft.build(kind, row, data)
    version, current = draft.form.posted_version(), actions.version_of(row)
    if version is not None and version < current:
        united = merge(draft, row, version=version)
        draft = Draft.build(kind, get_object_or_404(kind.rows(), pk=row.pk), united.data)
        if draft.has_changed():
            return _render(request, draft, row, merged=united)
        return _done(request, kind, row, _NOTHING_NEW)
    if not draft.is_valid():
        return _render(request, draft, row)
    try:
        changed = actions.save_catalogue_row(
            draft=draft.written(),
            version=draft.form.cleaned_data["version"],
            submission_key=draft.form.cleaned_data["submission_key"],
            by=request.user,
        )
    except (actions.StaleRow, IntegrityError):
        if is_retry:
            raise
        fresh = get_object_or_404(kind.rows(), pk=row.pk)
        return _save(request, kind, fresh, is_retry=True)
    return _done(request, kind, row, "Enregistré." if changed else _NOTHING_NEW)


def _restore(request: PortalRequest, kind: Kind, row: SeededModel) -> HttpResponse:
    """Bring an earlier text back; the journal keeps the one that it replaces."""
    pk, _, key = request.POST["restore"].partition(":")
    event = events_of(row).filter(pk=pk if pk.isdecimal() else None).first()
    if event is None or key not in event.changes or not is_text(kind.model, key):
        raise Http404
    version = request.POST.get("version", "")
    try:
        actions.restore_catalogue_text(
            row=row,
            event=event,
            key=key,
            version=int(version) if version.isdecimal() else -1,
            by=request.user,
        )
    except actions.StaleRow:
        text = "Quelqu’un vient de modifier ce contenu\u00a0: relisez-le, puis recommencez."
        messages.error(request, text)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Le texte d’avant est rétabli.")
    return redirect("measures:catalogue_edit", kind=kind.slug, code=row.code)


def _done(request: PortalRequest, kind: Kind, row: SeededModel, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("measures:catalogue_edit", kind=kind.slug, code=row.code)


def _first_arrival(data: QueryDict) -> CatalogueEvent | None:
    """The event that this very form has already made, if any."""
    try:
        key = uuid.UUID(data.get("submission_key", ""))
    except ValueError:
        return None
    return CatalogueEvent.objects.filter(submission_key=key).first()


def _renewed(
    data: QueryDict, event: CatalogueEvent | None, *, row: SeededModel | None
) -> QueryDict:
    """The posted data, under a new key when the first has served.

    Its author has seen what the first arrival stored in `row`: the form starts from there.
    """
    if event is None:
        return data
    data = data.copy()
    data["submission_key"] = str(uuid.uuid4())
    if row and event.code == row.code:
        data["version"] = str(event.version)
    return data


def _render(
    request: PortalRequest, draft: Draft, row: SeededModel | None, *, merged: Merge | None = None
) -> HttpResponse:
    # A bound form has already put the typed values on its instance: what is shown beside it comes
    # from what is stored.
    stored: Any = draft.kind.rows().get(pk=row.pk) if row else None
    context = {
        "kind": draft.kind,
        "draft": draft,
        "problems": draft.problems() if draft.form.is_bound and merged is None else [],
        "row": stored,
        "public_url": draft.kind.public(stored) if getattr(stored, "is_active", stored) else "",
        "merge": merged,
        "history": history_of(stored) if stored else None,
        "version": actions.version_of(stored) if stored else 0,
    }
    status = 409 if merged else 200
    return render(request, "measures/catalogue_edit.html", context, status=status)
