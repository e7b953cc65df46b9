"""The directory as a spreadsheet."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from pytest_django.asserts import assertRedirects

from benefits.exchange.columns import COLUMNS, heads, parted
from members.models import User
from tests.conftest import LogIn
from tests.factories import FavouriteEnterpriseFactory, SocialEnterpriseFactory, TermFactory
from tests.html import StrictClient

CSV, XLSX = "/entreprises/exporter/csv/", "/entreprises/exporter/xlsx/"


def rows_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture
def member(log_in_as: LogIn, reader: User) -> StrictClient:
    return log_in_as(reader)


@pytest.mark.django_db
def test_visitors_are_asked_to_log_in(client: StrictClient) -> None:
    response = client.get(CSV)
    assertRedirects(response, f"/connexion/?next={CSV}", fetch_redirect_response=False)


def test_a_row_says_all_that_the_directory_knows(member: StrictClient) -> None:
    row = SocialEnterpriseFactory(
        code="EES-01",
        name="=Les Marmites",
        neq="1143920115",
        contact_email="ventes@marmites.example",
        eligibility="confirmee",
        eligibility_on="2021-03-01",
    )
    for code, label in (("region:03", "Capitale"), ("region:12", "Chaudière")):
        row.served_regions.add(TermFactory(code=code, label=label))
    row.sectors.add(TermFactory(code="sector:tic", label="Informatique"))
    (found,) = rows_of(member.get(CSV))
    assert list(found) == [column.label for column in COLUMNS]
    # Safe to open: what looks like a formula or a number is a text.
    assert (found["Nom"], found["NEQ"]) == ("'=Les Marmites", "'1143920115")
    assert parted(found["Régions desservies"]) == ["Capitale", "Chaudière"]
    assert found["Secteurs"] == "Informatique"
    assert found["Courriel de travail"] == "ventes@marmites.example"
    assert (found["Admissibilité (art. 3)"], found["Examinée le"]) == ("Confirmée", "2021-03-01")


def test_the_filters_of_the_page_are_those_of_the_file(member: StrictClient, reader: User) -> None:
    for number in range(30):
        SocialEnterpriseFactory(name=f"Coop {number:02d}")
    SocialEnterpriseFactory(name="Ailleurs", region=TermFactory(code="region:09"))
    SocialEnterpriseFactory(name="Coop proposée", state="proposed")
    kept = SocialEnterpriseFactory(name="Coop gardée")
    FavouriteEnterpriseFactory(user=reader, enterprise=kept)
    # All of them, not those of a page.
    assert len(rows_of(member.get(CSV, {"region": "06", "q": "coop", "page": "2"}))) == 31
    assert [row["Nom"] for row in rows_of(member.get(CSV, {"favoris": "oui"}))] == ["Coop gardée"]


def test_a_workbook_has_the_same_rows(member: StrictClient) -> None:
    SocialEnterpriseFactory(name="Les Marmites")
    response = member.get(XLSX)
    assert response["Content-Disposition"].startswith('attachment; filename="repertoire-ees-')
    book = load_workbook(io.BytesIO(b"".join(response)))
    values = list(book.worksheets[0].values)
    assert values[0] == tuple(column.label for column in COLUMNS)
    assert values[1][1] == "Les Marmites"
    assert book.worksheets[1]["A1"].value == "Le répertoire des EÉS dans un tableur"


def test_no_other_kind_of_file(member: StrictClient) -> None:
    assert member.get("/entreprises/exporter/pdf/").status_code == 404


def test_rows_come_in_a_fixed_number_of_queries(
    member: StrictClient, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        # session, person, keys, enterprises, sectors, tags, served regions
        SocialEnterpriseFactory.create_batch(5)
        with django_assert_num_queries(8):
            rows_of(member.get(CSV))


def test_no_two_columns_share_a_head() -> None:
    told = sum(1 + len(column.aliases) for column in COLUMNS)
    assert len(heads()) == told
