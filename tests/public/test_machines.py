"""robots.txt and the sitemap: what is open, and only that."""

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.asserts import assertContains

from chantier.public.views.machines import OPEN
from tests.addresses import build_world
from tests.factories import (
    BenefitFactory,
    CatalogueEventFactory,
    MeasureFactory,
    SocialEnterpriseFactory,
)
from tests.public.pages import found_by
from tests.routes import routes

pytestmark = pytest.mark.django_db


def test_robots_opens_what_is_public_and_closes_the_rest(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /" in lines
    assert "Allow: /guide/" in lines
    assert lines[-1] == f"Sitemap: {settings.SITE_URL}/sitemap.xml"
    for closed in ("/organisations/", "/connexion/", "/admin/", "/rencontres/", "/calendrier/"):
        assert not any(closed.startswith(path.rstrip("$")) for path in OPEN if path != "/$")


def test_each_page_of_the_sitemap_opens_and_says_that_it_is_itself(
    client, organization, other_organization, manager
):
    build_world(organization, other_organization)
    SocialEnterpriseFactory()
    paths = found_by(client)
    assert len(paths) > 12
    assert len(set(paths)) == len(paths)
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        assertContains(
            response, f'<link rel="canonical" href="{settings.SITE_URL}{path}">', msg_prefix=path
        )
        for name in ("og:title", "og:description", "og:image"):
            assertContains(response, f'<meta property="{name}" content="', count=1)


def test_the_sitemap_leaves_out_what_visitors_may_not_open(client):
    shown = MeasureFactory()
    hidden = [
        MeasureFactory(to_verify=True),
        MeasureFactory(is_active=False),
        BenefitFactory(to_verify=True),
        SocialEnterpriseFactory(state="proposed"),
        SocialEnterpriseFactory(state="declined"),
    ]
    paths = found_by(client)
    assert shown.get_absolute_url() in paths
    assert not {row.get_absolute_url() for row in hidden} & set(paths)


def test_the_sitemap_says_when_a_page_last_changed(client):
    measure = MeasureFactory()
    event = CatalogueEventFactory(subject="measure", code=measure.code)
    enterprise = SocialEnterpriseFactory()
    body = client.get("/sitemap.xml").content.decode()
    for row, at in ((measure, event.at), (enterprise, enterprise.updated_at)):
        day = timezone.localdate(at).isoformat()
        place = f"<loc>{settings.SITE_URL}{row.get_absolute_url()}</loc>"
        assert f"{place}<lastmod>{day}</lastmod>" in body


def test_the_sitemap_costs_the_same_whatever_the_rows(client, django_assert_num_queries):
    def fill(number):
        for _ in range(number):
            MeasureFactory(), BenefitFactory(), SocialEnterpriseFactory()

    fill(1)
    with django_assert_num_queries(8):
        client.get("/sitemap.xml")
    fill(5)
    with django_assert_num_queries(8):
        client.get("/sitemap.xml")


def test_no_page_that_is_open_to_all_is_forgotten():
    """A new public address is either in robots.txt, or one of those that nobody searches for."""
    unsearched = ("account_", "home:calendar_feed", "home:health", "reports:verif", "public:robots")
    for route in routes():
        if route.is_ours and getattr(route.view, "login_required", True) is False:
            path = f"/{route.pattern}"
            is_open = any(path.startswith(front.rstrip("$")) for front in OPEN if front != "/$")
            assert is_open or path == "/" or route.name.startswith(unsearched), route.name
