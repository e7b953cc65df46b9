"""How a row that hangs on a record is shown, saved, merged and taken off.

Results in figures and barriers met go the same way; `Sort` holds what differs between them.
"""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from chantier.lib import french, resume
from measures.actions.register import StaleRecord
from measures.actions.results import JOURNALLED, delete_attached, record_under
from measures.forms_results import AttachedForm, EncounterForm, ResultForm, units_of
from measures.merge import Merge
from measures.merge_attached import deletion_of, merge_attached, settle
from measures.models import Barrier, BarrierEncounter, Implementation, ImplementationEvent, Result
from measures.resubmission import first_arrival
from members.access import MemberRequest

Attached = Result | BarrierEncounter


@dataclass(frozen=True)
class Sort:
    """What differs between the sorts of rows."""

    form: type[AttachedForm]
    template: str
    # The anchor of its section on the page of the record.
    section: str
    one: str
    saved: str
    deleted: str


SORTS: dict[type[Attached], Sort] = {
    Result: Sort(
        ResultForm,
        "measures/result_form.html",
        "resultats",
        "Ce résultat",
        "Résultat enregistré.",
        "Résultat supprimé. Le journal garde ce qu’il disait.",
    ),
    BarrierEncounter: Sort(
        EncounterForm,
        "measures/encounter_form.html",
        "enjeux",
        "Cet enjeu",
        "Enjeu enregistré.",
        "Enjeu retiré de la fiche. Le journal garde ce qu’il disait.",
    ),
}


def find(record: Implementation, model: type[Attached], **lookup: Any) -> Any:
    """A row of the record, with the record itself; None when there is no such row."""
    rows: Any = model._default_manager.filter(implementation=record, **lookup)
    row = (rows.select_related("barrier") if model is BarrierEncounter else rows).first()
    if row is not None:
        row.implementation = record
    return row


def address_of(row: Attached) -> str:
    """Where the form of a row is: its own page, or the one for adding."""
    record = record_under(row)
    kwargs = {"org_slug": record.organization.slug, "pk": record.pk}
    if isinstance(row, Result):
        if row.pk is None:
            return reverse("measures:result_create", kwargs=kwargs)
        return reverse("measures:result_edit", kwargs=kwargs | {"result_pk": row.pk})
    if row.pk is None:
        query = urlencode({"enjeu": row.barrier.code})
        return f"{reverse('measures:encounter_create', kwargs=kwargs)}?{query}"
    return reverse("measures:encounter_edit", kwargs=kwargs | {"encounter_pk": row.pk})


def edit(request: MemberRequest, row: Attached, *, is_retry: bool = False) -> HttpResponse:
    """Show the form of a row; once posted, save it, or show what to correct or what changed."""
    sort, record, pk = SORTS[type(row)], record_under(row), row.pk
    if request.method != "POST":
        return _render(request, record, sort.form(resume.take(request), instance=row))
    event = first_arrival(request.POST)
    form = sort.form(_renewed(request, event, row), instance=row)
    form.data = settle(form)
    if event and form.repeats(event):
        return _back_to(record, sort)
    if form.is_stale():
        merged = merge_attached(form)
        fresh = sort.form(merged.data, instance=find(record, type(row), pk=pk))
        return _render(request, record, fresh, merged=merged, status=409)
    if not form.is_valid():
        return _render(request, record, form)
    try:
        form.store(by=request.user)
    except (StaleRecord, IntegrityError):
        if is_retry:
            raise
        return _judge_again(request, row, pk)
    messages.success(request, sort.saved)
    return _back_to(record, sort)


def _judge_again(request: MemberRequest, row: Attached, pk: int | None) -> HttpResponse:
    """This very form, or somebody else's, has just arrived: go by what stands now."""
    record = record_under(row)
    lookup = {"barrier": row.barrier} if isinstance(row, BarrierEncounter) else {"pk": pk}
    stored = find(record, type(row), **lookup)
    if stored is None and pk is not None:
        return edit_gone(request, record, type(row), pk)
    if stored is None:
        stored = _new_like(row)
    return edit(request, stored, is_retry=True)


def _new_like(row: Attached) -> Attached:
    if isinstance(row, BarrierEncounter):
        return new_encounter(record_under(row), row.barrier)
    return Result(implementation=row.implementation)


def new_encounter(record: Implementation, barrier: Barrier) -> BarrierEncounter:
    """Seen as far as its record, unless its author says otherwise."""
    return BarrierEncounter(implementation=record, barrier=barrier, sharing=record.sharing)


def edit_gone(
    request: MemberRequest, record: Implementation, model: type[Attached], pk: int
) -> HttpResponse:
    """A row that somebody took off the record: what was typed in its form is kept, as a new row."""
    sort, (key, kind) = SORTS[model], JOURNALLED[model]
    event = deletion_of(record, kind, key, pk)
    if event is None:
        raise Http404
    day = french.long_date(timezone.localtime(event.at).date())
    gone = f"{sort.one} a été supprimé le {day} par {event.actor}."
    if request.method != "POST":
        messages.info(request, gone)
        return _back_to(record, sort)
    data = request.POST.copy()
    data["submission_key"], data["version"] = str(uuid.uuid4()), ""
    row = _new_as_it_was(record, model, event.changes[key][0])
    form = sort.form(data, instance=row)
    return _render(request, record, form, gone=gone, status=409)


def _new_as_it_was(
    record: Implementation, model: type[Attached], state: dict[str, Any]
) -> Attached:
    if model is Result:
        return Result(implementation=record)
    barrier = Barrier.objects.get(code=state["code"])
    known = find(record, BarrierEncounter, barrier=barrier)
    return known or new_encounter(record, barrier)


def delete(
    request: MemberRequest, record: Implementation, model: type[Attached], pk: int
) -> HttpResponse:
    """Take a row off the record, as the person saw it: a row that changed is shown first."""
    sort, row = SORTS[model], find(record, model, pk=pk)
    if row is None:
        return _already_gone(request, record, model, pk)
    try:
        if str(row.version) != request.POST.get("version"):
            raise StaleRecord
        delete_attached(row=row, by=request.user)
    except StaleRecord:
        text = f"{sort.one} a changé depuis que vous l’avez ouvert\u00a0: relisez, puis supprimez."
        messages.warning(request, text)
        return redirect(address_of(row))
    messages.success(request, sort.deleted)
    return _back_to(record, sort)


def _already_gone(
    request: MemberRequest, record: Implementation, model: type[Attached], pk: int
) -> HttpResponse:
    """The second click on « Supprimer » finds nothing: that is what was asked."""
    key, kind = JOURNALLED[model]
    if deletion_of(record, kind, key, pk) is None:
        raise Http404
    return _back_to(record, SORTS[model])


def _renewed(request: MemberRequest, event: ImplementationEvent | None, row: Attached) -> QueryDict:
    """The posted data, under a new key when the first has served.

    Its author has seen what the first arrival stored: the form starts from there.
    """
    if event is None:
        return request.POST
    data = request.POST.copy()
    data["submission_key"] = str(uuid.uuid4())
    _, after = event.changes.get(JOURNALLED[type(row)][0]) or (None, None)
    if after and after["pk"] == row.pk:
        data["version"] = str(after["version"])
    return data


def _back_to(record: Implementation, sort: Sort) -> HttpResponse:
    return redirect(f"{record.get_absolute_url()}#{sort.section}")


def _render(
    request: MemberRequest,
    record: Implementation,
    form: AttachedForm,
    *,
    merged: Merge | None = None,
    gone: str = "",
    status: int = 200,
) -> HttpResponse:
    row, organization = form.instance, record.organization
    is_result = isinstance(row, Result)
    context = {
        "organization": organization,
        "implementation": record,
        "form": form,
        "row": row,
        "action": address_of(row),
        "merge": merged,
        "gone": gone,
        "units": units_of(organization) if is_result else [],
        "current_stage": record.stage,
    }
    return render(request, SORTS[type(row)].template, context, status=status)
