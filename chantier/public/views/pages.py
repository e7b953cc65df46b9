"""What the chantier is and achieved, and what it shows next."""

from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from benefits.models import SocialEnterprise
from chantier.lib import structured
from chantier.lib.calendars import calendar_file, calendar_response
from chantier.public import events
from chantier.public.about import stories
from chantier.public.together import Together
from measures.context import stages_of
from meetings.calendars import file_name
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
    listed = Prefetch("guests", SocialEnterprise.objects.listed(), to_attr="presented")
    rows = Meeting.objects.announced(timezone.localdate()).prefetch_related("themes", listed)
    webinars = list(rows)
    context = {
        "webinars": webinars,
        "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "structured": events.described(webinars),
    }
    return render(request, "public/webinar_list.html", context)


@require_safe
@login_not_required
def webinar_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    webinar = get_object_or_404(Meeting.objects.announced(timezone.localdate()), slug=slug)
    content = calendar_file([events.calendar_entry(webinar)], now=timezone.now())
    return calendar_response(content, file_name=file_name(webinar), as_attachment=True)
