"""The public pages, one address each, as a visitor may open them."""

import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max

from benefits.models import Benefit, SocialEnterprise
from chantier.lib.addresses import address
from measures.models import CatalogueEvent, Measure, Stage

VISITOR = AnonymousUser()


class _OfPortal(Sitemap):
    """Under the address of the portal, whatever name a request reached it by."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class Pages(_OfPortal):
    """Those that stand for themselves."""

    def items(self) -> list[str]:
        return [
            "home:index",
            "public:about",
            "public:webinar_list",
            "public:dataset_list",
            "measures:stage_list",
            "measures:measure_list",
            "benefits:benefit_list",
            "benefits:case",
            "benefits:enterprise_list",
            "home:help",
        ]

    def location(self, item: Any) -> str:
        return address(item)


class _Catalogue(_OfPortal):
    """Rows of the catalogue; changed when its journal says so."""

    subject = ""

    def rows(self) -> Iterable[Any]:
        raise NotImplementedError

    def items(self) -> list[tuple[Any, datetime.datetime | None]]:
        events = CatalogueEvent.objects.filter(subject=self.subject).order_by()
        changed = dict(events.values_list("code").annotate(last=Max("at")))
        return [(row, changed.get(row.code)) for row in self.rows()]

    def location(self, item: Any) -> str:
        url: str = item[0].get_absolute_url()
        return url

    def lastmod(self, item: Any) -> datetime.datetime | None:
        at: datetime.datetime | None = item[1]
        return at


class Stages(_Catalogue):
    subject = "stage"

    def rows(self) -> Iterable[Any]:
        return Stage.objects.all()


class Measures(_Catalogue):
    subject = "measure"

    def rows(self) -> Iterable[Any]:
        return Measure.objects.visible_to(VISITOR)


class Benefits(_Catalogue):
    subject = "benefit"

    def rows(self) -> Iterable[Any]:
        return Benefit.objects.visible_to(VISITOR)


class Enterprises(_OfPortal):
    # What the standard allows in one file; those after them stand on the next page.
    limit = 50_000

    def items(self) -> Any:
        return SocialEnterprise.objects.listed().only("slug", "updated_at", "search_text")

    def lastmod(self, item: SocialEnterprise) -> datetime.datetime:
        return item.updated_at


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {
    "pages": Pages,
    "stages": Stages,
    "measures": Measures,
    "benefits": Benefits,
    "enterprises": Enterprises,
}
