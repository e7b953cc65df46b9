"""Is this report the one that was submitted? Open to everybody who holds its code."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from chantier.reports import codes
from chantier.reports.models import JUDGEMENTS, ReportEvent, ReportVersion


@require_safe
@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("code", "").strip()
    if codes.is_code(typed):
        return redirect("reports:verification", code=codes.normalize(typed))
    return render(request, "reports/verify.html", {"typed": typed})


@require_safe
@login_not_required
def verification(request: HttpRequest, code: str) -> HttpResponse:
    version = (
        ReportVersion.objects.defer("pdf")
        .select_related("report__organization", "report__cycle")
        .filter(verification_code=codes.normalize(code))
        .first()
    )
    if version is None:
        return render(request, "reports/verification_unknown.html", {"code": code}, status=404)
    context = {
        "version": version,
        # As it was called when the report was submitted.
        "owner": version.content["owner"],
        "latest": version.report.versions.without_files().latest("number"),
        "judged": _judged(version),
    }
    return render(request, "reports/verification.html", context)


def _judged(version: ReportVersion) -> ReportEvent | None:
    """What the coordination last said of this very version; None before it said anything."""
    return version.events.filter(kind__in=JUDGEMENTS).order_by("-at", "-pk").first()
