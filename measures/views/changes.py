"""Taking a change back: undo, restore an earlier text, join an own measure to the guide."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chantier.lib import resume
from chantier.lib.french import plural
from measures import actions
from measures.actions import IDENTITY, TRACKED, Refusal
from measures.forms import ImplementationForm
from measures.journal import RestoreForm
from measures.last_act import forget, own_lines, remember_save
from measures.linking import (
    IdentityForm,
    LinkForm,
    Rewriting,
    rewritten_since,
    suggestions,
)
from measures.merge import form_data
from measures.models import Implementation, ImplementationEvent, Measure
from measures.views.record import record_of, show_merge
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

Kind = ImplementationEvent.Kind
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
    messages.success(request, _undone(len(records), added=lines.filter(version=1).count()))
    return _back_to(organization, lines)


def _undone(number: int, *, added: int) -> str:
    """What was taken back; `added` of the records are of that act, and stay in the register."""
    if number == 1:
        text = "Changement annulé\u00a0: la fiche est comme avant."
    else:
        text = f"Changement annulé\u00a0: {number} mesures sont comme avant."
    if not added:
        return text
    kept = "La mesure ajoutée reste" if added == 1 else f"Les {added} mesures ajoutées restent"
    s = plural(added)
    return f"{text} {kept} au registre, vide{s} et non évaluée{s}."


def _why_not(refused: actions.CannotUndo) -> str:
    if refused.refusal is Refusal.CHANGED_SINCE:
        return (
            f"Rien n’est annulé\u00a0: une fiche a changé depuis ({refused.record}). "
            "Son journal garde chaque texte d’avant."
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
    return _restore(request, record_of(request, pk))


def _restore(
    request: MemberRequest, record: Implementation, *, is_retry: bool = False
) -> HttpResponse:
    """Put back the text that a line of the journal replaced."""
    form = RestoreForm(request.POST, record=record)
    if not form.is_valid():
        messages.error(request, "Ce texte n’est pas au journal de la fiche.")
        return redirect(record)
    name, text = form.cleaned_data["field"], form.cleaned_data["text"]
    if getattr(record, name) == text:
        messages.success(request, "Ce texte est déjà celui de la fiche.")
        return redirect(record)
    met = _meet_another_save(request, record, form)
    if met is not None:
        return met
    before = actions.snapshot(record, (name,))
    setattr(record, name, text)
    try:
        event = actions.save_implementation(
            implementation=record, before=before, kind=Kind.RESTORED, by=request.user
        )
    except actions.StaleRecord:
        if is_retry:
            raise
        return _restore(request, record_of(request, record.pk), is_retry=True)
    remember_save(request, event)
    messages.success(request, "Le texte d’avant est rétabli.")
    return redirect(record)


def _meet_another_save(
    request: MemberRequest, record: Implementation, form: RestoreForm
) -> HttpResponse | None:
    """What to show when somebody saved after the journal was read; None when nobody did."""
    name, version = form.cleaned_data["field"], form.cleaned_data["version"]
    if version >= record.version:
        return None
    if name in TRACKED:
        data = form_data(record, version=version, **{name: form.cleaned_data["text"]})
        typed = ImplementationForm(data, instance=record)
        return show_merge(request, record, typed, version=version)
    if rewritten_since(record, version):
        messages.error(request, "Le titre a changé entre-temps\u00a0: relisez le journal.")
        return redirect(record)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_link(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    record = record_of(request, pk)
    if record.measure is not None:
        return _answer_linked(request, record)
    if request.method != "POST":
        kept = resume.take(request)
        return _render_link(request, record, IdentityForm(kept, record=record) if kept else None)
    return _rewrite(request, record)


def _rewrite(
    request: MemberRequest, record: Implementation, *, is_retry: bool = False
) -> HttpResponse:
    """Correct the title and the stage of an own measure, or join it to one of the guide."""
    is_correction = "own_title" in request.POST
    form = (
        IdentityForm(request.POST, record=record)
        if is_correction
        else LinkForm(request.POST, record=record, measures=_measures_for(record))
    )
    if not form.is_valid():
        return _render_link(request, record, form)
    other = rewritten_since(record, form.cleaned_data["seen"])
    if other is not None:
        return _render_link(request, record, form, other=other, status=409)
    before = actions.snapshot(record, IDENTITY)
    kind = _put(record, form)
    try:
        with transaction.atomic():
            event = actions.save_implementation(
                implementation=record, before=before, kind=kind, by=request.user
            )
    except (actions.StaleRecord, IntegrityError):
        if is_retry:
            raise
        # Somebody saved the record, or took the same measure up, in the same instant.
        fresh = record_of(request, record.pk)
        return _rewrite(request, fresh, is_retry=True)
    remember_save(request, event)
    text = "Titre et étape enregistrés." if is_correction else "Fiche rattachée au guide."
    messages.success(request, text)
    return redirect(record)


def _put(record: Implementation, form: IdentityForm | LinkForm) -> ImplementationEvent.Kind:
    """Give the record what the form says it is about; return the kind of the change."""
    if isinstance(form, IdentityForm):
        record.own_title = form.cleaned_data["own_title"]
        record.stage = form.cleaned_data["stage"]
        return Kind.CHANGED
    measure: Measure = form.cleaned_data["measure"]
    record.measure, record.own_title, record.stage = measure, "", measure.stage
    return Kind.LINKED


def _answer_linked(request: MemberRequest, record: Implementation) -> HttpResponse:
    """A second click, a colleague who was faster, or an address typed by hand."""
    messages.info(request, "Cette fiche porte une mesure du guide.")
    return redirect(record)


def _measures_for(record: Implementation) -> QuerySet[Measure]:
    group = record.organization.group
    return Measure.objects.active().for_group(group).select_related("stage")


def _render_link(
    request: MemberRequest,
    record: Implementation,
    form: IdentityForm | LinkForm | None = None,
    *,
    other: Rewriting | None = None,
    status: int = 200,
) -> HttpResponse:
    # What is typed meets what stands now: the next save is made on this version.
    if form is not None and other is not None:
        data = request.POST.copy()
        data["seen"] = str(record.version)
        form.data = data
    measures = _measures_for(record)
    link = form if isinstance(form, LinkForm) else LinkForm(record=record, measures=measures)
    free = measures.exclude(implementations__organization=record.organization)
    context = {
        "organization": record.organization,
        "implementation": record,
        "identity_form": form if isinstance(form, IdentityForm) else IdentityForm(record=record),
        "link_form": link,
        "shown": form,
        "known": link.known,
        "other": other,
        "suggestions": suggestions(record, list(free)),
        "current_stage": record.stage,
    }
    return render(request, "measures/implementation_link.html", context, status=status)
