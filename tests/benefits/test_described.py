"""What search engines read of benefits and EÉS: valid, escaped, and nothing that is for members."""

import json
import re

import pytest
from django.conf import settings
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import (
    BenefitFactory,
    PublicFigureFactory,
    SocialEnterpriseFactory,
    SourceFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db
BAD = "</script><script>alert(1)</script>"


def described(response):
    body = response.content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return data


def test_an_enterprise_is_an_organization_that_serves_regions(client):
    served = TermFactory(code="region:16", vocabulary="region", label="Montérégie")
    enterprise = SocialEnterpriseFactory(
        name="Traiteur",
        neq="1143920115",
        website="https://traiteur.example/",
        is_fictional=False,
        contact_name="Secret",
        contact_email="secret@ees.example",
    )
    enterprise.served_regions.add(served)
    enterprise.sectors.add(TermFactory(code="sector:a", label="Alimentation"))
    data = described(client.get(enterprise.get_absolute_url()))
    assert (data["@type"], data["name"]) == ("Organization", "Traiteur")
    assert data["url"] == "https://traiteur.example/"
    assert data["mainEntityOfPage"] == f"{settings.SITE_URL}{enterprise.get_absolute_url()}"
    assert data["identifier"]["value"] == "1143920115"
    assert [area["name"] for area in data["areaServed"]] == [
        enterprise.region.label,
        "Montérégie",
    ]
    assert data["knowsAbout"] == ["Alimentation"]
    assert "disambiguatingDescription" not in data
    assert "ecret" not in json.dumps(data)


def test_an_enterprise_of_a_demonstration_says_so(client):
    enterprise = SocialEnterpriseFactory(name="Fausse", is_fictional=True)
    data = described(client.get(enterprise.get_absolute_url()))
    assert "fictive" in data["disambiguatingDescription"]
    listed = described(client.get("/entreprises/"))["mainEntity"]
    assert [row["name"] for row in listed["itemListElement"]] == ["Fausse (fictive)"]


def test_the_directory_lists_its_page(client):
    row = SocialEnterpriseFactory(is_fictional=False)
    SocialEnterpriseFactory(state="proposed")
    data = described(client.get("/entreprises/"))
    assert data["mainEntity"]["numberOfItems"] == 1
    (item,) = data["mainEntity"]["itemListElement"]
    assert item["url"] == f"{settings.SITE_URL}{row.get_absolute_url()}"


def test_a_benefit_is_a_term_of_the_inventory_with_its_sources(client):
    benefit = BenefitFactory(qualitative=True, title="Services")
    benefit.sources.add(SourceFactory(title="Une étude", address="https://etude.example/"))
    figure, hidden = PublicFigureFactory(), PublicFigureFactory(to_verify=True)
    figure.sources.add(SourceFactory(title="Un portrait", address=""))
    hidden.sources.add(SourceFactory(title="Secret"))
    benefit.figures.add(figure, hidden)
    data = described(client.get(benefit.get_absolute_url()))
    assert data["mainEntity"]["termCode"] == benefit.code
    assert {row["name"] for row in data["citation"]} == {"Une étude", "Un portrait"}
    listed = described(client.get("/benefices/"))
    assert [row["name"] for row in listed["hasDefinedTerm"]] == ["Services"]


def test_what_is_to_verify_is_described_to_no_search_engine(log_in_as, reader):
    BenefitFactory(to_verify=True, title="À vérifier")
    listed = described(log_in_as(reader).get("/benefices/"))
    assert listed["hasDefinedTerm"] == []


def test_no_text_leaves_the_data(client):
    benefit = BenefitFactory(title=BAD)
    enterprise = SocialEnterpriseFactory(name=BAD, mission=BAD)
    for path in (
        "/benefices/",
        "/entreprises/",
        benefit.get_absolute_url(),
        enterprise.get_absolute_url(),
    ):
        response = client.get(path)
        assertNotContains(response, "<script>alert", msg_prefix=path)
        described(response)


def test_a_visitor_takes_the_directory_as_open_data_and_a_member_as_it_is_filtered(
    client, log_in_as, reader
):
    SocialEnterpriseFactory()
    address = 'href="/donnees/entreprises.csv"'
    assertContains(client.get("/entreprises/"), address)
    response = log_in_as(reader).get("/entreprises/")
    assertNotContains(response, address)
    assertContains(response, "/entreprises/exporter/csv/")
