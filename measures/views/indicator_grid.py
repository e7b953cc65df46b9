"""The entry grid: indicators down, fiscal years across, saved cell by cell."""

import datetime
import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from chantier.lib import french, resume
from measures.indicators.entry import Clash, Entry, computed_from, enter, kept_in, typed_in
from measures.indicators.grid import SPANS, Answer, Grid, has_terms, open_years, text_of
from measures.indicators.values import READ_BY
from measures.models import Indicator
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

_NOT_A_YEAR = "Cette période n’est pas une année financière de votre organisation."


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def indicator_grid(request: MemberRequest, organization: Organization) -> HttpResponse:
    grid = Grid.build(request.access, today=timezone.localdate(), span=_span(request))
    if request.method == "POST":
        return _save(request, organization, grid)
    kept = resume.take(request)
    if kept is not None and request.access.may_edit:
        grid = _again(request, kept_in(grid, kept))
    return _render(request, organization, grid)


def _save(request: MemberRequest, organization: Organization, grid: Grid) -> HttpResponse:
    """Store what changed, cell by cell, and show what could not be with its reason."""
    answers: dict[str, Answer] = {}
    entries = typed_in(grid, request.POST, _key(request.POST))
    for entry in entries:
        try:
            enter(organization, entry, by=request.user)
        except ValidationError as error:
            answers[entry.name] = Answer(entry.text, entry.version, " ".join(error.messages))
        except Clash as clash:
            answers[entry.name] = Answer(entry.text, clash.current.version, clash.message, True)
    stored = len(entries) - len(answers)
    if stored or not answers:
        messages.success(request, _told(stored))
    if not answers:
        return redirect(request.get_full_path())
    has_clash = any(answer.is_clash for answer in answers.values())
    grid = _again(request, answers)
    return _render(request, organization, grid, status=409 if has_clash else 200)


def _told(stored: int) -> str:
    if not stored:
        return "Rien n’avait changé\u00a0: tout est enregistré."
    many = french.plural(stored)
    return f"{stored} valeur{many} enregistrée{many}."


def _again(request: MemberRequest, answers: dict[str, Answer]) -> Grid:
    """The grid as it stands now, with what was typed in it."""
    today = timezone.localdate()
    return Grid.build(request.access, today=today, span=_span(request), answers=answers)


def _span(request: MemberRequest) -> int:
    asked = request.GET.get("annees", "")
    return next((span for span in SPANS if str(span) == asked), SPANS[0])


def _render(
    request: MemberRequest, organization: Organization, grid: Grid, *, status: int = 200
) -> HttpResponse:
    context = {
        "organization": organization,
        "grid": grid,
        "may_edit": request.access.may_edit,
        "span": len(grid.years),
        "spans": SPANS,
        "submission_key": uuid.uuid4(),
        "refused": grid.refused,
        "has_clash": any(cell.is_clash for cell in grid.refused),
    }
    return render(request, "measures/indicator_grid.html", context, status=status)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_cell(request: MemberRequest, organization: Organization) -> HttpResponse:
    """Save one cell; the answer is what the cell says then."""
    today = timezone.localdate()
    indicator = _indicator(request.POST)
    try:
        entry = _entry(organization, indicator, request.POST, today)
        row = enter(organization, entry, by=request.user)
    except ValidationError as error:
        answer = {"state": "error", "message": " ".join(error.messages)}
        return JsonResponse(answer, status=422)
    except Clash as clash:
        return JsonResponse(_conflict(clash), status=409)
    follows = []
    if indicator.is_term:  # type: ignore[attr-defined]
        follows = computed_from(organization, indicator, entry.year, today)
    return JsonResponse(
        {
            "state": "saved",
            "version": row.version if row else 0,
            "text": text_of(row, indicator),
            "computed": [{"key": cell.key, "text": cell.shown} for cell in follows],
        }
    )


def _indicator(data: QueryDict) -> Indicator:
    """The indicator of the cell, and whether others are computed from it; 404 for none."""
    others = Indicator.objects.filter(Q(dividend=OuterRef("pk")) | Q(divisor=OuterRef("pk")))
    rows = Indicator.objects.filter(level=Indicator.Level.ORGANIZATION).only(*READ_BY)
    # PostgreSQL compares no text that holds the NUL character.
    code = data.get("indicator", "").replace("\x00", "")
    return get_object_or_404(rows.annotate(is_term=Exists(others)), code=code)


def _entry(
    organization: Organization, indicator: Indicator, data: QueryDict, today: datetime.date
) -> Entry:
    asked, version = data.get("period_start", ""), data.get("version", "")
    years = open_years(organization, today)
    year = next((year for year in years if year.start.isoformat() == asked), None)
    if year is None:
        raise ValidationError(_NOT_A_YEAR, "period")
    if not re.fullmatch("[0-9]{1,9}", version):
        raise ValidationError("Rechargez la page\u00a0: la cellule a changé.", "version")
    return Entry(indicator, year, data.get("value", ""), int(version), _key(data))


def _conflict(clash: Clash) -> dict[str, Any]:
    row = clash.current
    return {
        "state": "conflict",
        "message": clash.message,
        "version": row.version,
        "text": text_of(row, row.indicator),
        # Worked out from its two terms now: the cell is no longer typed in.
        "is_closed": has_terms(row),
    }


def _key(data: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(data.get("submission_key", ""))
    except ValueError:
        return None
