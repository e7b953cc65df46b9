"""How a barrier met without a record is shown, saved, merged with a colleague's, and removed.

As `measures.views.attached` does for what hangs on a record; here the journal is that of the
organization, and a form is known by the key that its row, or its line of the journal, was given.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from chantier.lib import french, resume
from measures.actions.audit import subject_of
from measures.actions.register import StaleRecord
from measures.actions.results import MARK_REMOVED, delete_attached
from measures.encounters.forms import MarkForm, entries_of
from measures.merge import Merge
from measures.merge_attached import merge_attached, settle
from measures.models import Barrier, BarrierEncounter
from measures.views import attached
from members.access import MemberRequest
from members.models import AuditEntry, Organization

_SAVED = "C’est noté."
_SAVED_AGAIN = "Enjeu enregistré."
_REMOVED = "Enjeu retiré. Le journal garde ce qui en était dit."


def find(request: MemberRequest, pk: int) -> BarrierEncounter | None:
    """A barrier that the organization met, on a record or not."""
    rows = BarrierEncounter.objects.open_to(request.access).filter(pk=pk)
    return rows.select_related(
        "barrier", "stage", "cycle", "organization", "implementation__organization"
    ).first()


def address_of(row: BarrierEncounter) -> str:
    """Where the form of a barrier met is: its own, its record’s, or the one for adding."""
    if row.implementation is not None:
        return attached.address_of(row)
    kwargs = {"org_slug": row.organization.slug}
    if row.pk is None:
        return f"{reverse('measures:barrier_mark', kwargs=kwargs)}?enjeu={row.barrier.code}"
    return reverse("measures:barrier_mark_edit", kwargs=kwargs | {"pk": row.pk})


def give_address(row: Any, organization: Organization) -> None:
    """Add `form_address` to a barrier met of a list, without asking for what is known."""
    row.organization = organization
    if row.implementation is not None:
        row.implementation.organization = organization
    row.form_address = address_of(row)


def edit(request: MemberRequest, row: BarrierEncounter, *, is_retry: bool = False) -> HttpResponse:
    """Show the form of a mark; once posted, save it, or show what to correct or what changed."""
    if request.method != "POST":
        return _render(request, MarkForm(resume.take(request), instance=row))
    row, first = _first_arrival(request.POST, row)
    form = MarkForm(_renewed(request.POST, first), instance=row)
    if first and form.repeats_state(first.after):
        return redirect(list_of(row.organization))
    form.data, pk = settle(form), row.pk
    if form.is_stale():
        merged = merge_attached(form)
        fresh = MarkForm(merged.data, instance=find(request, form.instance.pk))
        return _render(request, fresh, merged=merged, status=409)
    if not form.is_valid():
        return _render(request, form)
    try:
        form.store(by=request.user)
    except (StaleRecord, IntegrityError):
        if is_retry:
            raise
        return _judge_again(request, row, pk)
    messages.success(request, _SAVED_AGAIN if form.before else _SAVED)
    return redirect(list_of(row.organization))


def _first_arrival(
    data: QueryDict, row: BarrierEncounter
) -> tuple[BarrierEncounter, AuditEntry | None]:
    """The line of the journal that this very form has already made, if any, and its row."""
    try:
        key = uuid.UUID(data.get("submission_key", ""))
    except ValueError:
        return row, None
    if row.pk is None:
        made = BarrierEncounter.objects.filter(
            submission_key=key, organization=row.organization, barrier=row.barrier
        )
        row = made.select_related("barrier", "stage", "cycle", "organization").first() or row
    if row.pk is None:
        return row, None
    return row, entries_of(row).filter(after__key=str(key)).first()


def _renewed(data: QueryDict, first: AuditEntry | None) -> QueryDict:
    """The posted data, under a new key when the first has served.

    Its author has seen what the first arrival stored: the form starts from there.
    """
    if first is None:
        return data
    data = data.copy()
    data["submission_key"] = str(uuid.uuid4())
    data["version"] = str(first.after["version"])
    return data


def _judge_again(request: MemberRequest, row: BarrierEncounter, pk: int | None) -> HttpResponse:
    """This very form, or somebody else's, has just arrived: go by what stands now."""
    if pk is None:
        new = BarrierEncounter(organization=row.organization, barrier=row.barrier)
        return edit(request, new, is_retry=True)
    stored = find(request, pk)
    if stored is None:
        return edit_gone(request, row.organization, pk)
    return edit(request, stored, is_retry=True)


def edit_gone(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    """A mark that somebody removed: what was typed in its form is kept, as a new one."""
    entry = _removal_of(organization, pk)
    day = french.long_date(timezone.localdate(entry.at))
    gone = f"Cet enjeu a été retiré le {day} par {entry.actor}."
    if request.method != "POST":
        messages.info(request, gone)
        return redirect(list_of(organization))
    barrier = Barrier.objects.filter(code=entry.before["code"]).first()
    if barrier is None:
        raise Http404
    data = request.POST.copy()
    data["submission_key"], data["version"] = str(uuid.uuid4()), ""
    new = BarrierEncounter(organization=organization, barrier=barrier)
    return _render(request, MarkForm(data, instance=new), gone=gone, status=409)


def delete(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    """Remove a mark, as the person saw it: one that changed is shown first."""
    row = find(request, pk)
    if row is None:
        # The second click finds nothing: that is what was asked.
        _removal_of(organization, pk)
        return redirect(list_of(organization))
    if row.implementation is not None:
        return redirect(address_of(row))
    try:
        if str(row.version) != request.POST.get("version"):
            raise StaleRecord
        delete_attached(row=row, by=request.user)
    except StaleRecord:
        text = "Cet enjeu a changé depuis que vous l’avez ouvert\u00a0: relisez, puis retirez-le."
        messages.warning(request, text)
        return redirect(address_of(row))
    messages.success(request, _REMOVED)
    return redirect(list_of(organization))


def _removal_of(organization: Organization, pk: int) -> AuditEntry:
    """The line of the journal that says who removed a mark; a 404 when nobody did."""
    entries = AuditEntry.objects.filter(
        subject=subject_of(BarrierEncounter(pk=pk)), organization=organization, action=MARK_REMOVED
    )
    entry = entries.select_related("actor").first()
    if entry is None:
        raise Http404
    return entry


def list_of(organization: Organization) -> str:
    return reverse("measures:encounter_list", kwargs={"org_slug": organization.slug})


def _render(
    request: MemberRequest,
    form: MarkForm,
    *,
    merged: Merge | None = None,
    gone: str = "",
    status: int = 200,
) -> HttpResponse:
    row: BarrierEncounter = form.instance
    context = {
        "organization": row.organization,
        "form": form,
        "row": row,
        "action": address_of(row),
        "merge": merged,
        "gone": gone,
        "known": address_of(form.known) if form.known else "",
    }
    return render(request, "measures/barrier_mark.html", context, status=status)
