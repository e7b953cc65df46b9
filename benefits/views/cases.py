"""The argumentaire: picked in a form whose address can be sent, read, copied or printed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from benefits.case.form import MOST_BENEFITS, MOST_FIGURES, CaseForm
from benefits.case.pdf import draw
from benefits.case.reading import Case, offered_benefits, offered_figures
from chantier.lib.addresses import address
from members.access import PortalRequest


@require_safe
def case(request: PortalRequest) -> HttpResponse:
    form, drawn = _read(request)
    context = {
        "form": form,
        "case": drawn,
        "query": form.query,
        "most_benefits": MOST_BENEFITS,
        "most_figures": MOST_FIGURES,
    }
    return render(request, "benefits/case.html", context)


@require_safe
def case_pdf(request: PortalRequest) -> HttpResponse:
    _, drawn = _read(request)
    if drawn is None or drawn.is_empty:
        # The page says what is missing.
        return redirect(f"{address('benefits:case')}?{request.GET.urlencode()}")
    today = timezone.localdate()
    pdf = draw(drawn, root=request.build_absolute_uri("/").rstrip("/"), today=today)
    name = content_disposition_header(as_attachment=True, filename=f"argumentaire-{today}.pdf")
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": name or ""}
    )


def _read(request: PortalRequest) -> tuple[CaseForm, Case | None]:
    """The form, and the case that it draws up; None when the form has to be corrected."""
    benefits, figures = offered_benefits(), offered_figures()
    form = CaseForm(request.GET, benefits=benefits, figures=figures)
    return form, Case.build(form, benefits, figures) if form.is_valid() else None
