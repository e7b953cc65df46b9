"""Pieces on each line of a register: written here, for an include costs ten times more."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chantier.lib import french
from chantier.lib.french import long_date
from chantier.templatetags.components import icon
from chantier.templatetags.french import breakable
from measures.library import Choice
from measures.models import Evidence, Implementation
from measures.statuses import Status

register = template.Library()


@register.simple_tag
def review_mark(record: Implementation) -> SafeString | str:
    """« À réviser », in a sign and in words, where the review date of a practice has passed."""
    if not record.is_to_review:
        return ""
    return format_html(
        '<span class="status status-alert">{}À réviser depuis le {}</span>',
        icon("arrow-repeat"),
        long_date(record.review_on),
    )


@register.simple_tag
def record_date(record: Implementation) -> SafeString | str:
    """The date that says most, and whether it has passed."""
    if record.status == Status.IMPLEMENTED:
        mark = review_mark(record)
        below = format_html('<span class="d-block">{}</span>', mark) if mark else ""
        return format_html("{} {}", long_date(record.implemented_on), below)
    if record.planned_for is None:
        return format_html('<span class="muted">{}</span>', "n.\u00a0d.")
    return format_html("Prévue le {} {}", long_date(record.planned_for), _late(record))


def _late(record: Implementation) -> SafeString | str:
    if not record.is_overdue:
        return ""
    return format_html(
        '<span class="status status-alert d-flex">{}{}</span>',
        icon("exclamation-triangle-fill"),
        "En retard",
    )


@register.simple_tag
def evidence_box(choice: Choice, name: str) -> SafeString:
    """One piece of the library to tick: its title, what it is, its day, whether it has lapsed."""
    piece = choice.piece
    kind = (
        "Lien"
        if piece.kind == Evidence.Kind.LINK
        else f"{piece.extension or 'Fichier'}, {french.file_size(piece.size)}"
    )
    lapsed = ", échue" if piece.is_expired else ""
    return format_html(
        '<li class="form-check"><input class="form-check-input" type="checkbox" name="{name}" '
        'value="{key}" id="{name}_{key}"{ticked}><label for="{name}_{key}">{title} '
        '<span class="tiny muted">{kind}, {day}{lapsed}</span></label></li>',
        name=name,
        key=str(piece.pk),
        ticked=" checked" if choice.is_ticked else "",
        title=breakable(piece.title),
        kind=kind,
        day=long_date(timezone.localtime(piece.created_at).date()),
        lapsed=lapsed,
    )
