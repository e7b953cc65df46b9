"""Taking a change back: undo, restore an earlier text, join an own measure to the guide."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from measures import actions
from measures.actions import Refusal
from measures.last_act import forget, own_lines
from measures.models import ImplementationEvent
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

_REFUSALS = {
    Refusal.NOTHING: "Il n’y a rien à annuler.",
    Refusal.ALREADY_DONE: "C’était déjà annulé\u00a0: rien d’autre n’a changé.",
    Refusal.TOO_LATE: "Ce changement date de plus d’une demi-heure\u00a0: il ne s’annule plus. "
    "Le journal de la fiche garde chaque texte d’avant.",
}


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def change_undo(request: MemberRequest, organization: Organization) -> HttpResponse:
    lines = own_lines(request.POST, organization, request.user)
    forget(request)
    try:
        records = actions.undo_events(events=lines, by=request.user)
    except actions.CannotUndo as refused:
        tell = messages.info if refused.refusal is Refusal.ALREADY_DONE else messages.error
        tell(request, _why_not(refused))
        return _back_to(organization, lines)
    number = len(records)
    if number == 1:
        text = "Changement annulé\u00a0: la fiche est comme avant."
    else:
        text = f"{number} mesures sont comme avant."
    messages.success(request, text)
    return _back_to(organization, lines)


def _why_not(refused: actions.CannotUndo) -> str:
    if refused.refusal is Refusal.CHANGED_SINCE:
        return (
            f"Rien n’est annulé\u00a0: «\u00a0{refused.record}\u00a0» a changé depuis. "
            "Le journal de la fiche garde chaque texte d’avant."
        )
    return _REFUSALS[refused.refusal]


def _back_to(organization: Organization, lines: QuerySet[ImplementationEvent]) -> HttpResponse:
    """To the record of a single save, else to the register."""
    touched = list(lines.values_list("implementation", flat=True).distinct().order_by()[:2])
    if len(touched) == 1:
        return redirect("measures:implementation_detail", org_slug=organization.slug, pk=touched[0])
    return redirect("measures:implementation_list", org_slug=organization.slug)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def text_restore(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_link(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    raise Http404
