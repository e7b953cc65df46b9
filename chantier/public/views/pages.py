"""What the chantier is and achieved, and what it shows next."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chantier.lib import structured
from chantier.public import events
from chantier.public.about import stories
from chantier.public.together import Together
from measures.context import stages_of
from meetings.models import Meeting

# The rest is in the open data.
MEASURES_SHOWN = 10


@require_safe
@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    together = Together.build(stages_of(request))
    context = {
        "stories": stories(),
        "together": together,
        "measures": together.measures[:MEASURES_SHOWN],
        "structured": structured.organization(),
    }
    return render(request, "public/about.html", context)


@require_safe
@login_not_required
def webinar_list(request: HttpRequest) -> HttpResponse:
    webinars = list(Meeting.objects.announced(timezone.localdate()).prefetch_related("themes"))
    context = {"webinars": webinars, "structured": events.described(webinars)}
    return render(request, "public/webinar_list.html", context)
