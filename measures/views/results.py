"""Results in figures and barriers met: what hangs on a record."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from measures.barriers import to_note
from measures.models import Barrier, BarrierEncounter, Implementation, Result
from measures.views import attached
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def result_create(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    return attached.edit(request, Result(implementation=_record(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def result_edit(
    request: MemberRequest, organization: Organization, pk: int, result_pk: int
) -> HttpResponse:
    record = _record(request, pk)
    result = attached.find(record, Result, pk=result_pk)
    if result is None:
        return attached.edit_gone(request, record, Result, result_pk)
    return attached.edit(request, result)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def result_delete(
    request: MemberRequest, organization: Organization, pk: int, result_pk: int
) -> HttpResponse:
    return attached.delete(request, _record(request, pk), Result, result_pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def encounter_create(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    """The barriers to choose from; with one of them in the address, what to say about it."""
    record = _record(request, pk)
    # PostgreSQL compares no text that holds the NUL character.
    code = request.GET.get("enjeu", "").replace("\x00", "")
    barrier = Barrier.objects.filter(code=code).first()
    if barrier is None:
        context = {
            "organization": organization,
            "implementation": record,
            "groups": to_note(record),
            "current_stage": record.stage,
        }
        return render(request, "measures/encounter_choice.html", context)
    known = attached.find(record, BarrierEncounter, barrier=barrier)
    if known and request.method != "POST":
        return redirect(attached.address_of(known))
    # Noted by a colleague in between: what is sent meets what they wrote.
    return attached.edit(request, known or attached.new_encounter(record, barrier))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def encounter_edit(
    request: MemberRequest, organization: Organization, pk: int, encounter_pk: int
) -> HttpResponse:
    record = _record(request, pk)
    encounter = attached.find(record, BarrierEncounter, pk=encounter_pk)
    if encounter is None:
        return attached.edit_gone(request, record, BarrierEncounter, encounter_pk)
    return attached.edit(request, encounter)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def encounter_delete(
    request: MemberRequest, organization: Organization, pk: int, encounter_pk: int
) -> HttpResponse:
    return attached.delete(request, _record(request, pk), BarrierEncounter, encounter_pk)


def _record(request: MemberRequest, pk: int) -> Implementation:
    rows = Implementation.objects.open_to(request.access)
    return get_object_or_404(rows.select_related("measure", "stage", "organization"), pk=pk)
