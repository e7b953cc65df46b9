"""Every measure behind the rate is shown where it counts, as the report counts it."""

import pytest
from django.urls import reverse

from chantier.progress import Progress
from chantier.reports.behind import Behind
from measures.models import Stage

pytestmark = pytest.mark.django_db


def test_the_rows_are_those_of_the_figures(year, cycle):
    stages = list(Stage.objects.all())
    progress = Progress.build(year, as_of=cycle.ends_on, stages=stages)
    for stage, tally in [
        (None, progress.total),
        *((row.stage, row.tally) for row in progress.stages),
    ]:
        behind = Behind.build(year, cycle.ends_on, stage=stage)
        assert len(behind.counted) == tally.implemented
        assert behind.applicable == tally.applicable
        assert len(behind.excluded) == tally.not_applicable


def test_each_measure_stands_where_the_day_puts_it(year, cycle):
    behind = Behind.build(year, cycle.ends_on)
    assert {row.title for row in behind.counted} == {
        "Titre 1a",
        "Titre 1b",
        "Titre 2a",
        "Titre 2b",
    }
    others = {row.title: (row.status, row.reason) for row in behind.others}
    # Implemented after the period: as of its end, under way.
    assert others["Titre 3a"] == ("en cours", "")
    assert others["Titre 5a"] == ("non évaluée", "Absente du registre")
    (excluded,) = behind.excluded
    assert excluded.title == "Titre 4b"
    assert excluded.reason


def test_the_page_leads_from_the_rate_to_its_rows(client, manager, year, cycle):
    client.force_login(manager)
    page = reverse("reports:figure_rows", args=[year.slug, cycle.label])
    report = reverse("reports:report_detail", args=[year.slug, cycle.label])
    assert f'href="{page}?etape=1"' in client.get(report).text
    text = client.get(page, {"etape": "1"}).text
    assert "Titre 1a" in text
    assert "Titre 2a" not in text
    # An unknown stage shows them all.
    assert "Titre 2a" in client.get(page, {"etape": "x"}).text


def test_staff_see_no_rows_and_no_link_to_them(client, facilitator, year, cycle, version):
    client.force_login(facilitator)
    page = reverse("reports:figure_rows", args=[year.slug, cycle.label])
    assert client.get(page).status_code == 404
    report = reverse("reports:report_detail", args=[year.slug, cycle.label])
    assert page not in client.get(report).text


def test_the_page_costs_a_fixed_number_of_queries(
    client, manager, year, cycle, django_assert_num_queries
):
    client.force_login(manager)
    page = reverse("reports:figure_rows", args=[year.slug, cycle.label])
    with django_assert_num_queries(7):
        client.get(page)
