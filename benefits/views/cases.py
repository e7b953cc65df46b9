"""The argumentaire: picked in a form whose address can be sent, read, copied or printed.

Open to all, for its address is sent to people who have no account.
"""

# The one in `allauth.core` never counts what is only read.
from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from benefits.case.form import MOST_BENEFITS, MOST_FIGURES, PROPOSE, CaseForm
from benefits.case.pdf import draw
from benefits.case.reading import Case, offered_benefits, offered_figures
from chantier.lib.addresses import address

# Named in ACCOUNT_RATE_LIMITS: drawing a PDF costs more than anything else that is open to all.
RATE = "case_pdf"
_TOO_MANY = (
    "Trop d’argumentaires en PDF ont été demandés de ce réseau dans l’heure. "
    "Le texte à copier reste offert; réessayez plus tard, ou connectez-vous."
)


@require_safe
@login_not_required
def case(request: HttpRequest) -> HttpResponse:
    form, drawn = _read(request)
    if PROPOSE in request.GET:
        # The address that can be sent holds what was picked, not how.
        return redirect(f"{address('benefits:case')}?{form.query}")
    context = {
        "form": form,
        "case": drawn,
        "query": form.query,
        "most_benefits": MOST_BENEFITS,
        "most_figures": MOST_FIGURES,
    }
    return render(request, "benefits/case.html", context)


@require_safe
@login_not_required
def case_pdf(request: HttpRequest) -> HttpResponse:
    _, drawn = _read(request)
    if drawn is None or drawn.is_empty:
        # The page says what is missing.
        return redirect(f"{address('benefits:case')}?{request.GET.urlencode()}")
    if not (request.user.is_authenticated or _is_within_rate(request)):
        return HttpResponse(_TOO_MANY, status=429, content_type="text/plain; charset=utf-8")
    today = timezone.localdate()
    pdf = draw(drawn, root=request.build_absolute_uri("/").rstrip("/"), today=today)
    name = content_disposition_header(as_attachment=True, filename=f"argumentaire-{today}.pdf")
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": name or ""}
    )


def _is_within_rate(request: HttpRequest) -> bool:
    used = ratelimit.consume(request, app="allauth.account", action=RATE, limit_get=True)
    return used is not None


def _read(request: HttpRequest) -> tuple[CaseForm, Case | None]:
    """The form, and the case that it draws up; None when the form has to be corrected."""
    benefits, figures = offered_benefits(), offered_figures()
    form = CaseForm(request.GET, benefits=benefits, figures=figures)
    return form, Case.build(form, benefits, figures) if form.is_valid() else None
