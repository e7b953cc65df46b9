"""Every figure of a draft opens on its rows, and is their number, their sum or their quotient."""

import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from chantier.reports.behind.index import FIGURES, behind
from chantier.reports.behind.shape import Asked
from chantier.reports.content import organization_content
from chantier.reports.frame import Period
from measures.models import Indicator, Stage
from measures.statuses import Status
from tests.chantier.reports.behind import fill, follow
from tests.chantier.reports.conftest import TODAY
from tests.factories import (
    ImplementationFactory,
    IndicatorAimFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(year, cycle):
    fill(year, cycle)
    follow(year, cycle)
    return year


@pytest.fixture
def content(full, cycle):
    return organization_content(full, cycle, today=TODAY)


@pytest.fixture
def rows(full, cycle):
    """The numbers of rows of a figure, by the code of their group."""

    def numbers(code, **options):
        return {group.code: len(group.rows) for group in found(code, **options).groups}

    def found(code, *, of="", stage=None):
        period = Period.of(cycle, TODAY)
        asked = Asked(full, cycle, period, may_edit=True, stage=stage, of=of)
        return behind(code, asked)

    numbers.behind = found
    return numbers


def amounts(group):
    return [
        Decimal(re.sub(r"[^\d,−]", "", row.value).replace(",", ".").replace("−", "-"))
        for row in group.rows[:]
    ]


def test_the_rates_and_counts_of_the_register(content, rows):
    figures = [(None, content["progress"]["total"])]
    figures += [
        (stage, told["figures"])
        for stage, told in zip(Stage.objects.all(), content["progress"]["stages"], strict=True)
    ]
    names = {
        "implemented": Status.IMPLEMENTED,
        "in_progress": Status.IN_PROGRESS,
        "planned": Status.PLANNED,
        "to_undertake": Status.TO_UNDERTAKE,
        "abandoned": Status.ABANDONED,
        "not_assessed": Status.NOT_ASSESSED,
        "not_applicable": Status.NOT_APPLICABLE,
    }
    for stage, told in figures:
        counts = told["counts"]
        for name, status in names.items():
            assert rows(status.value, stage=stage)["comptees"] == counts[name]
        parts = rows("taux", stage=stage)
        assert parts["comptees"] == counts["implemented"]
        assert parts["comptees"] + parts["autres"] == told["applicable"]
        assert parts["exclues"] == counts["not_applicable"]
        assert rows("applicables", stage=stage)["comptees"] == told["applicable"]
        gained = rows("ecart", stage=stage)
        assert gained["deja"] == told["earlier_counts"]["implemented"]
        assert gained["depuis"] + gained["deja"] == counts["implemented"]
        assert sum(gained.values()) == told["applicable"] + counts["not_applicable"]


def test_the_sections_of_measures(content, rows):
    def told(section):
        return len(content[section]["measures"]) + content[section]["withheld"]

    assert rows("engagements")["comptees"] == told("commitments") > 0
    assert rows("a-venir")["comptees"] == told("upcoming") > 0
    assert rows("sans-objet")["comptees"] == told("not_applicable") > 0
    parts = rows("implantees-periode")
    assert parts == {"comptees": 3, "avant": 1, "autres": 6, "exclues": 1}
    assert parts["comptees"] == told("implemented") == content["summary"]["implemented_in_period"]
    assert sum(parts.values()) - parts["exclues"] == content["progress"]["total"]["applicable"]


def test_evidence_and_meetings(content, rows):
    assert rows("preuves") == {"comptees": 4, "hors-periode": 1, "sans-mesure": 1}
    assert content["summary"]["evidence"] == 4
    kept = rows.behind("preuves").kept()
    assert len(kept.groups[0].rows) == content["evidence"]["withheld"] == 2
    attendance = content["summary"]["attendance"]
    # Nobody noted who was at the third meeting; a webinar is told apart.
    assert rows("rencontres") == {"comptees": 1, "autres": 1, "exclues": 2}
    assert (attendance["present"], attendance["expected"]) == (1, 2)


def test_clauses_and_barriers_of_the_period(content, rows):
    toolbox = content["toolbox"]
    assert rows("clauses") == {"comptees": 2, "exclues": 2}
    assert (len(toolbox["uses"]), toolbox["uses_withheld"]) == (1, 1)
    assert rows("enjeux") == {"comptees": 2, "exclues": 1}
    assert (len(toolbox["barriers"]), toolbox["barriers_withheld"]) == (1, 1)


def test_purchases_add_up_to_their_totals(content, rows):
    told = content["purchases"]
    counted, unknown, others = rows.behind("achats").groups
    assert sum(amounts(counted)) == Decimal(told["amount"]) == Decimal("360.00")
    assert (amounts(unknown), amounts(others)) == ([Decimal(321)], [Decimal(12)])
    assert sum(amounts(rows.behind("achats-precedents").groups[0])) == Decimal(told["previous"])
    for code, lines in (("achats-secteur", told["sectors"]), ("achats-region", told["regions"])):
        assert len(lines) > 1
        for line in lines:
            counted, elsewhere = rows.behind(code, of=line["label"]).groups
            assert sum(amounts(counted)) == Decimal(line["amount"])
            assert sum(amount > 0 for amount in amounts(counted)) == line["payments"]
            assert sum(amounts(counted) + amounts(elsewhere)) == Decimal(told["amount"])
    assert rows("ees") == {"comptees": told["enterprises"], "exclues": 1}


def test_benefits_are_the_sum_or_the_mean_of_their_observations(content, rows):
    section = content["benefits"]
    assert rows("benefices") == {"comptees": 5, "gardees": section["withheld"], "exclues": 2}
    assert sum(line["observations"] for line in section["benefits"]) == 5
    for line in section["benefits"]:
        found = rows.behind("benefice", of=line["title"])
        values = amounts(found.groups[0])
        total = sum(values) / len(values) if line["is_mean"] else sum(values)
        assert total == Decimal(line["value"])
        numbers = rows("benefice", of=line["title"])
        assert numbers["comptees"] + numbers["sans-valeur"] == line["observations"]


def test_each_indicator_shows_what_it_is_worked_out_from(content, rows):
    told = {line["code"]: line["text"] for line in content["toolbox"]["figures"]}
    assert rows("indicateurs") == {"comptees": len(told), "gardees": 1, "exclues": 1}
    assert rows("indicateur", of="I-03") == {
        "comptees": 2,
        "sans-numero": 1,
        "exclues": 2,
        "a-rapprocher": 1,
        "sans-ees": 1,
    }
    assert told["I-03"].startswith("3")
    assert rows("indicateur", of="I-04") == {"comptees": 2, "exclues": 1}
    assert told["I-04"].startswith("2")
    # One of two was paid in neither of the two years before.
    assert rows("indicateur", of="I-05") == {"comptees": 1, "autres": 1}
    assert told["I-05"].startswith("50")
    assert rows("indicateur", of="I-10") == {"comptees": 2, "exclues": 1}
    assert told["I-10"].startswith("2")
    assert rows("indicateur", of="I-11") == {"comptees": 2, "exclues": 0}
    assert rows("indicateur", of="I-09") == {"comptees": 1, "autres": 1}
    assert rows("indicateur", of="I-30") == {"comptees": 1}
    by_year = rows("indicateur", of="I-20")
    applicable = by_year["comptees"] + by_year["autres"]
    assert told["I-20"].startswith(str(round(100 * by_year["comptees"] / applicable)))
    assert rows("indicateur", of="I-21")["depuis"] > 0


def draft(client, manager, full, cycle):
    client.force_login(manager)
    return html.fromstring(
        client.get(reverse("reports:report_detail", args=[full.slug, cycle.label])).text
    )


def visible(element):
    hidden = "".join(element.xpath('.//span[@class="visually-hidden"]//text()'))
    return element.text_content().replace(hidden, "").strip()


def whole(text):
    """Columns of money have cents, sentences may not."""
    return text.replace(",00\u00a0$", "\u00a0$")


def test_every_link_of_the_draft_leads_to_the_same_figure(client, manager, full, cycle):
    page = draft(client, manager, full, cycle)
    links = page.xpath('//a[@class="to-rows"]')
    asked = [parse_qs(urlsplit(link.get("href")).query) for link in links]
    # What the draft says in figures: no code is without a link.
    assert {query["chiffre"][0] for query in asked} == set(FIGURES)
    for link, query in zip(links, asked, strict=True):
        assert "oir les lignes" in link.text_content()
        shown = html.fromstring(client.get(link.get("href")).text)
        if "partage" in query:
            number = visible(link) if visible(link).isdigit() else "1"
            rows = shown.xpath('//section[@id="comptees" or @id="gardees"]//tbody/tr')
            assert len(rows) == int(number), query
            assert all("Gardée par l’organisation" in row.text_content() for row in rows)
        elif visible(link) != "Voir les lignes":
            (value,) = shown.xpath('//p[@class="figure-value"]')
            assert whole(value.text).startswith(whole(visible(link))), query


def test_every_row_leads_to_a_page_that_who_only_reads_may_open(client, reader, full, cycle):
    client.force_login(reader)
    page = reverse("reports:figure_rows", args=[full.slug, cycle.label])
    asked = [{"chiffre": code} for code in FIGURES]
    asked += [{"chiffre": "indicateur", "de": code} for code in ("I-04", "I-30")]
    asked += [{"chiffre": "benefice", "de": "Heures d’insertion"}]
    links = set()
    for query in asked:
        response = client.get(page, query)
        if response.status_code == 200:
            links |= set(html.fromstring(response.text).xpath("//tbody/tr/th/a/@href"))
    assert len(links) > 30
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_page_keeps_the_rows_of_a_stage(client, manager, year, cycle):
    client.force_login(manager)
    page = reverse("reports:figure_rows", args=[year.slug, cycle.label])
    text = client.get(page, {"etape": "1"}).text
    assert "Titre 1a" in text
    assert "Titre 2a" not in text
    # An unknown stage shows them all.
    assert "Titre 2a" in client.get(page, {"etape": "x"}).text


def test_each_measure_stands_where_the_day_puts_it(rows):
    counted, others, excluded = rows.behind("taux").groups
    titles = {row.title for row in counted.rows}
    assert titles == {"Titre 1a", "Titre 1b", "Titre 2a", "Titre 2b"}
    told = {row.title: (row.status, row.reason) for row in others.rows}
    assert told["Titre 3a"] == ("en cours", "Implantée depuis, le 20\u00a0avril 2021")
    assert told["Titre 5a"] == ("non évaluée", "Absente du registre")
    (row,) = excluded.rows
    assert row.title == "Titre 4b"
    assert row.reason


@pytest.mark.parametrize(
    "query",
    [
        {"chiffre": "inconnu"},
        {"chiffre": "indicateur", "de": "I-99"},
        {"chiffre": "achats-secteur", "de": "Aucun"},
        {"chiffre": "benefice", "de": "Aucun"},
        {"groupe": "inconnu"},
    ],
)
def test_what_no_figure_bears_is_not_found(client, manager, full, cycle, query):
    client.force_login(manager)
    page = reverse("reports:figure_rows", args=[full.slug, cycle.label])
    assert client.get(page, query).status_code == 404


def test_staff_see_no_rows_and_no_link_to_them(client, facilitator, year, cycle, version):
    client.force_login(facilitator)
    page = reverse("reports:figure_rows", args=[year.slug, cycle.label])
    assert client.get(page).status_code == 404
    report = reverse("reports:report_detail", args=[year.slug, cycle.label])
    text = client.get(report).text
    assert "Sommaire" in text
    assert page not in text
    assert 'class="to-rows"' not in text


def test_another_organization_s_rows_are_never_counted(full, other_organization, cycle, rows):
    before = {code: rows(code) for code in FIGURES if rows.behind(code)}
    fill(other_organization, cycle)
    assert {code: rows(code) for code in before} == before


def test_amounts_that_are_kept_stay_open_to_the_organization(client, manager, full, cycle):
    indicator = Indicator.objects.get(code="I-01")
    IndicatorAimFactory(organization=full, indicator=indicator, sharing="private")
    page = draft(client, manager, full, cycle)
    (link, *_) = page.xpath('//p[@class="withheld"]/a[contains(@href, "chiffre=achats")]')
    assert "360\u00a0$" in client.get(link.get("href")).text


def test_a_long_list_is_read_a_page_at_a_time(
    client, manager, full, cycle, django_assert_num_queries
):
    seller = SocialEnterpriseFactory(name="Longue liste")
    client.force_login(manager)
    page = reverse("reports:figure_rows", args=[full.slug, cycle.label])
    client.get(page, {"chiffre": "achats"})

    def texts():
        with django_assert_num_queries(12):
            first = client.get(page, {"chiffre": "achats"}).text
        with django_assert_num_queries(8):
            last = client.get(page, {"chiffre": "achats", "groupe": "comptees", "page": "3"}).text
        return first, last

    texts()
    PurchaseFactory.create_batch(
        120, organization=full, enterprise=seller, purchased_on=TODAY.replace(2020, 12, 31)
    )
    first, last = texts()
    assert first.count("Longue liste") == 50
    assert "Voir les 126 lignes" in first
    assert "Page 3 sur 3" in last
    assert "page=2" in last


# Of the page; those of the register, and others that are not here, take eight.
QUERIES = {
    "rencontres": 6,
    "clauses": 7,
    "indicateur": 11,
    "indicateur-precedent": 14,
    "achats": 12,
    "achats-precedents": 10,
    "achats-secteur": 11,
    "achats-region": 11,
    "benefices": 7,
    "benefice": 7,
}


def test_each_figure_costs_a_fixed_number_of_queries(client, manager, full, cycle):
    client.force_login(manager)
    page = reverse("reports:figure_rows", args=[full.slug, cycle.label])
    parts = {
        "indicateur": "I-05",
        "indicateur-precedent": "I-03",
        "achats-secteur": "Repas",
        "achats-region": "Nord",
        "benefice": "Heures d’insertion",
    }

    def costs():
        found = {}
        for code in FIGURES:
            with CaptureQueriesContext(connection) as captured:
                response = client.get(page, {"chiffre": code, "de": parts.get(code, "")})
            assert response.status_code == 200, code
            found[code] = len(captured)
        return found

    client.get(page)
    before = costs()
    for _ in range(2):
        fill(full, cycle)
        ImplementationFactory(organization=full, own=True, in_progress=True)
    assert costs() == before
    assert before == dict.fromkeys(FIGURES, 8) | QUERIES
