"""Open data: what the sets hold, in which form, and what is sent again."""

import csv
import datetime
import io
import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains

from benefits.models import SocialEnterprise
from chantier.public.datasets import DATASETS
from measures.indicators.chantier import together
from measures.models import IndicatorAim, IndicatorValue
from members.models import Vocabulary
from members.sharing import SharingLevel
from tests.factories import (
    BenefitFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MeasureFactory,
    MembershipFactory,
    OrganizationFactory,
    PublicFigureFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    SourceFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def body(response):
    return b"".join(response).decode("utf-8")


def as_json(client, name):
    return json.loads(body(client.get(f"/donnees/{name}.json")), parse_float=Decimal)


def as_csv(client, name):
    text = body(client.get(f"/donnees/{name}.csv"))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def content(five_stages):
    measure = MeasureFactory(stage=five_stages[0], title="=1+1", description="Une, deux")
    measure.groups.add(TermFactory(code="organization_group:municipal", label="Municipal"))
    figure = PublicFigureFactory(value=Decimal("53.60"), unit="G$", qualifier="plus de")
    figure.sources.add(SourceFactory(title="Un portrait", address=""))
    BenefitFactory().figures.add(figure)
    enterprise = SocialEnterpriseFactory(neq="1143920115", eligibility="confirmee")
    enterprise.sectors.add(
        TermFactory(code="sector:a", label="Alimentation"), TermFactory(code="sector:b", label="B")
    )
    shared(IndicatorFactory(), [1, 2, 3, 4])
    return measure


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("name", DATASETS)
def test_the_csv_the_json_and_the_schema_have_the_same_fields(client, name):
    schema = client.get(f"/donnees/{name}.schema.json").json()
    fields = [field["name"] for field in schema["fields"]]
    data = as_json(client, name)
    rows = as_csv(client, name)
    assert len(rows) == len(data["donnees"])
    assert rows
    for row, record in zip(rows, data["donnees"], strict=True):
        assert list(row) == list(record) == fields
    assert schema["primaryKey"] == [fields[0]]
    keys = [row[fields[0]] for row in rows]
    assert len(keys) == len(set(keys))
    assert all(field["title"] and field["type"] for field in schema["fields"])


CHECKS = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, Decimal | int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: bool(datetime.date.fromisoformat(value)),
    "list": lambda value: all(isinstance(item, str) for item in value),
}


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("name", DATASETS)
def test_each_value_is_of_the_type_that_the_schema_says(client, name):
    for record in as_json(client, name)["donnees"]:
        for field in DATASETS[name].fields:
            value = record[field.name]
            assert value is None or CHECKS[field.kind](value), (field.name, value)


@pytest.mark.usefixtures("content")
def test_numbers_lists_and_texts_are_written_so_that_tools_read_them(client):
    (figure,) = as_csv(client, "donnees-publiques")
    assert (figure["valeur"], figure["unite"], figure["en_vigueur"]) == ("53.6", "G$", "true")
    assert as_json(client, "donnees-publiques")["donnees"][0]["valeur"] == Decimal("53.6")
    (enterprise,) = as_csv(client, "entreprises")
    assert enterprise["neq"] == "1143920115"
    assert enterprise["secteurs"].split(";") == ["Alimentation", "B"]
    assert as_json(client, "entreprises")["donnees"][0]["secteurs"] == ["Alimentation", "B"]
    (measure,) = as_csv(client, "mesures")
    assert measure["description"] == "Une, deux"
    # A spreadsheet would run it.
    assert measure["titre"] == "'=1+1"
    assert as_json(client, "mesures")["donnees"][0]["titre"] == "=1+1"


@pytest.mark.parametrize("text", ["a;=1+1", 'a;\u00a0 "+1', "a\n@b", "a;-b", "\t=1", "-a"])
def test_no_cell_is_a_formula_whichever_separator_a_spreadsheet_takes(client, text):
    row = SocialEnterpriseFactory(mission=f"{text}", offer="Un, deux; trois")
    row.tags.add(TermFactory(code="enterprise_tag:z", label=text))
    (record,) = as_csv(client, "entreprises")
    assert record["offre"] == "Un, deux; trois"
    lines = body(client.get("/donnees/entreprises.csv")).lstrip("\ufeff")
    for separator in ",;":
        for cells in csv.reader(io.StringIO(lines, newline=""), delimiter=separator):
            assert not [cell for cell in cells if re.match(r"""[\s"]*[=+\-@]""", cell)]
            # A reader that takes no account of quotes finds none either.
    assert not re.search(r"""[;\n][\s"]*[=+\-@]""", lines)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_has_not_changed_is_not_sent_again(client, content, kind):
    address = f"/donnees/mesures.{kind}"
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["Access-Control-Allow-Origin"] == "*"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    since = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    assert since.status_code == 304
    content.title = "Autre titre"
    content.save()
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert "Autre titre" in body(changed)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.save(),
        # Dated before the last change of the others, and committed after.
        lambda row: SocialEnterprise.objects.filter(pk=row.pk).update(offer="Autre", version=2),
        lambda row: SocialEnterprise.objects.filter(pk=row.pk).update(state="declined"),
        lambda row: type(row.region).objects.filter(pk=row.region_id).update(label="Autre"),
    ],
    ids=["saved", "a long import", "taken out", "a word renamed"],
)
def test_the_directory_says_that_it_changed(client, change):
    enterprise = SocialEnterpriseFactory()
    before = client.get("/donnees/entreprises.csv")["ETag"]
    change(enterprise)
    assert client.get("/donnees/entreprises.csv")["ETag"] != before


def test_a_set_that_does_not_exist_is_not_found(client):
    for kind in ("csv", "json", "schema.json"):
        assert client.get(f"/donnees/rien.{kind}").status_code == 404


def test_the_licence_is_the_one_of_staff_and_says_while_it_is_a_proposal(client):
    assertContains(client.get("/donnees/"), "Aucune licence n’est encore choisie")
    term = TermFactory(
        code="data_licence:cc",
        vocabulary=Vocabulary.DATA_LICENCE,
        label="CC BY 4.0",
        note="https://licence.example/",
        is_inference=True,
    )
    response = client.get("/donnees/")
    assertContains(response, "Proposition à valider")
    assertContains(response, 'href="https://licence.example/"')
    assert as_json(client, "mesures")["licence"]["a_valider"] is True
    before = client.get("/donnees/mesures.csv")["ETag"]
    term.is_inference, term.code = False, "data_licence:odc"
    term.save()
    assert client.get("/donnees/mesures.csv")["ETag"] != before
    assertContains(client.get("/donnees/"), "Citez le Chantier")


def shared(indicator, values, level=SharingLevel.PUBLIC):
    for value in values:
        organization = OrganizationFactory()
        IndicatorAimFactory(organization=organization, indicator=indicator, sharing=level)
        IndicatorValueFactory(organization=organization, indicator=indicator, value=value)


def told(client):
    return [
        (row["libelle"], row["organisations"], row["valeur"])
        for row in as_json(client, "agregats")["donnees"]
    ]


def test_an_indicator_is_told_of_three_others_that_opened_it_to_all(client):
    indicator = IndicatorFactory(unit="$", name="Montant")
    shared(indicator, [100, 200, 300])
    # Each of the three takes its own away.
    assert told(client) == []
    shared(indicator, [400])
    assert told(client) == [("Montant", 4, 1000)]
    aim = IndicatorAim.objects.filter(sharing=SharingLevel.PUBLIC).first()
    aim.sharing = SharingLevel.CHANTIER
    aim.save()
    assert told(client) == []


@pytest.mark.parametrize("unit", ["$", "%"])
def test_what_members_read_minus_the_open_data_is_of_nobody(client, unit):
    indicator = IndicatorFactory(unit=unit)
    shared(indicator, [100, 200, 300, 400])
    assert len(told(client)) == 1
    shared(indicator, [77], level=SharingLevel.CHANTIER)
    assert [year.organizations for year in together(indicator, for_staff=False)] == [5]
    assert told(client) == []
    shared(indicator, [78, 79, 80], level=SharingLevel.CHANTIER)
    assert [row[1] for row in told(client)] == [4]
    # Who works for two of them is left with two.
    user = UserFactory()
    for aim in IndicatorAim.objects.filter(sharing=SharingLevel.CHANTIER)[:2]:
        MembershipFactory(user=user, organization=aim.organization)
    assert told(client) == []


def test_purchases_of_one_that_typed_nothing_are_not_found_in_the_open_data(client):
    indicator = IndicatorFactory(code="I-01", unit="$")
    shared(indicator, [100, 200, 300, 400])
    assert [row[1] for row in told(client)] == [4]
    last = OrganizationFactory(fiscal_year_start_month=1)
    IndicatorAimFactory(organization=last, indicator=indicator, sharing=SharingLevel.PUBLIC)
    year = IndicatorValue.objects.first().period_end.year
    PurchaseFactory(
        organization=last,
        enterprise=SocialEnterpriseFactory(),
        purchased_on=datetime.date(year, 5, 1),
        amount=77,
    )
    assert [row.value for row in together(indicator, for_staff=False)] == [1077]
    assert told(client) == []


def test_an_amount_that_one_organization_makes_nearly_alone_is_not_told(client):
    indicator = IndicatorFactory(unit="$")
    shared(indicator, [10_000, 1, 1, 1])
    assert told(client) == []


def test_pages_and_files_cost_the_same_whatever_the_rows(client, content):
    addresses = ["/donnees/"]
    addresses += [f"/donnees/{name}.{kind}" for name in DATASETS for kind in ("csv", "json")]

    def cost():
        for address in addresses:
            client.get(address)
        found = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                body(client.get(address))
            found[address] = len(captured)
        return found

    few = cost()
    for _ in range(12):
        SocialEnterpriseFactory().sectors.add(TermFactory(code="sector:a"))
        MeasureFactory(stage=content.stage).groups.add(TermFactory(code="organization_group:x"))
        BenefitFactory().figures.add(PublicFigureFactory())
        shared(IndicatorFactory(), [1, 2, 3, 4])
    many = cost()
    assert many == few
    assert max(few.values()) <= 30
