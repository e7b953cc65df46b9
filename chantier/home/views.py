"""The front page, the dashboard, help, health, and the pages of errors."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from benefits.models import PublicFigure
from chantier.background.waiting import TOO_LONG, longest_wait
from chantier.home.dashboard import MemberDashboard, StaffDashboard
from chantier.lib import structured
from chantier.lib.addresses import page_before
from chantier.lib.rendering import PdfLimitError
from measures.context import stages_of
from measures.models import Measure
from meetings.models import Meeting
from members.access import PortalRequest, own_access
from members.models import Achievement

# The figures of the front page, by code: number of EÉS, revenue, jobs, survival of cooperatives.
FRONT_FIGURES = ("F01", "F02", "F03", "F18")


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    figures = PublicFigure.objects.current().visible_to(request.user)
    context = {
        "figures": figures.filter(code__in=FRONT_FIGURES),
        "achievements": Achievement.objects.select_related("cycle"),
        "number_of_measures": Measure.objects.visible_to(request.user).count(),
        "guide": stages_of(request),
        "webinars": Meeting.objects.announced(timezone.localdate())[:3],
        "structured": structured.organization(),
    }
    return render(request, "home/index.html", context)


@require_safe
def dashboard(request: PortalRequest) -> HttpResponse:
    """What the person has to do and to know: by organization for members, across for staff."""
    today = timezone.localdate()
    access = own_access(request)
    context: dict[str, Any] = {"today": today, "member": None, "staff": None}
    if access is not None:
        context["member"] = MemberDashboard.build(
            access, today=today, stages=stages_of(request), user=request.user
        )
    if request.user.may_manage_meetings:
        context["staff"] = StaffDashboard.build(request.user, today=today)
    return render(request, "home/dashboard.html", context)


@require_safe
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/help.html")


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Answers when the process and its database do; says more only if tasks wait for a worker."""
    wait = longest_wait()
    if wait > TOO_LONG:
        # Still an « ok »: to start this process again would help nobody.
        return JsonResponse({"status": "ok", "waiting_task_seconds": int(wait.total_seconds())})
    return JsonResponse({"status": "ok"})


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


# The two pages below use no template: whatever broke, or was never set up, may break again there.


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare_page(
        400,
        "Cette demande n’a pas pu être lue",
        "Rien n’a été enregistré. Revenez à la page précédente et réessayez, avec moins "
        "de fichiers à la fois ou un texte plus court.",
    )


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return _bare_page(
        500,
        "Quelque chose a mal fonctionné de notre côté",
        "Ce qui était enregistré l’est toujours. Revenez à la page précédente et réessayez; si "
        "cela se répète, écrivez à la coordination en disant l’heure et la page.",
    )


def pdf_limit(request: HttpRequest, error: PdfLimitError) -> HttpResponse:
    context = {"sentence": str(error), "back": page_before(request)}
    return render(request, "pdf_limit.html", context, status=error.status)


def _bare_page(status: int, title: str, text: str) -> HttpResponse:
    page = _BARE_PAGE.format(title=title, text=text)
    return HttpResponse(page, content_type="text/html; charset=utf-8", status=status)


_BARE_PAGE = """<!doctype html>
<html lang="fr-CA"><head><meta charset="utf-8"><title>{title} – Chantier économie sociale</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/tokens.css"></head>
<body><main><h1>{title}</h1>
<p>{text}</p>
<p><a href="/">Page d’accueil</a></p></main></body></html>
"""
