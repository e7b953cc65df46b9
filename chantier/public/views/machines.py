"""What search engines read first: where they may go, and what there is."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap as written
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chantier.lib import structured
from chantier.lib.addresses import address
from chantier.public.sitemaps import SITEMAPS

# The fronts of what is open; whatever else there is, is closed.
OPEN = (
    "/$",
    "/chantier/",
    "/webinaires/",
    "/guide/",
    "/mesures/",
    "/benefices/",
    "/entreprises/",
    "/donnees/",
    "/aide/",
    "/verifier/$",
    "/static/",
    "/sitemap.xml",
)


@require_safe
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    lines += [f"Allow: {path}" for path in OPEN]
    # Lists filtered and sorted are the same pages again.
    lines += ["Disallow: /*?", "Disallow: /", ""]
    lines += [f"Sitemap: {structured.absolute(address('public:sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def sitemap(request: HttpRequest) -> HttpResponse:
    return written(request, sitemaps=SITEMAPS)
