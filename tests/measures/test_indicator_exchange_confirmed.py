"""A preview that somebody confirms: what it showed is done, whole, or shown again."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.html import StrictClient
from tests.measures.sent_figures import at, text_of
from tests.measures.tables import as_csv

HEAD = ["Code", "2019", "2020"]


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(datetime.datetime(2021, 6, 30, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", name="=Achats", unit="$", decimals=2, minimum=0)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02",
        decimals=1,
        minimum=0,
        maximum=100,
        numerator_label="achats",
        denominator_label="tous les achats",
    )


@pytest.fixture
def client(contributor: User, log_in_as: LogIn) -> StrictClient:
    return log_in_as(contributor)


def send(client: StrictClient, organization: Organization, data: bytes, name: str) -> Any:
    upload = SimpleUploadedFile(name, data)
    return client.post(at("indicator_import", organization), {"table": upload})


def confirm(client: StrictClient, organization: Organization, preview: Any) -> Any:
    form = {"cells": preview.context["token"]}
    return client.post(at("indicator_import", organization), form)


def test_value_changed_during_the_preview_is_shown_not_overwritten(
    organization: Organization, amount: Indicator, client: StrictClient
) -> None:
    row = IndicatorValueFactory(organization=organization, indicator=amount, value=Decimal(10))
    table = as_csv(HEAD, ["I-01", "5", "20"])
    preview = send(client, organization, table, "grille.csv")
    IndicatorValue.objects.filter(pk=row.pk).update(value=15, version=2)

    response = confirm(client, organization, preview)

    assert response.status_code == 409
    assert "Des valeurs ont changé pendant l’aperçu" in text_of(response)
    assert "15,00 $" in text_of(response)
    # All or nothing: the other cell is not stored either.
    assert IndicatorValue.objects.get().value == 15

    assert confirm(client, organization, response).status_code == 302
    assert sorted(IndicatorValue.objects.values_list("value", flat=True)) == [5, 20]


def test_what_can_no_longer_be_written_is_told_at_the_confirmation(
    organization: Organization, share: Indicator, client: StrictClient
) -> None:
    preview = send(client, organization, as_csv(["Code", "2020"], ["I-02", "80"]), "grille.csv")
    Indicator.objects.filter(pk=share.pk).update(maximum=50)

    response = confirm(client, organization, preview)

    assert response.status_code == 409
    assert "Au plus 50 %" in text_of(response)
    assert not IndicatorValue.objects.exists()


def test_second_click_stores_once(
    organization: Organization, amount: Indicator, client: StrictClient
) -> None:
    preview = send(client, organization, as_csv(["Code", "2020"], ["I-01", "5"]), "grille.csv")

    assert [confirm(client, organization, preview).status_code for _ in range(2)] == [302, 302]

    assert IndicatorRevision.objects.count() == 1


def test_confirmation_is_of_one_person_and_one_organization(
    organization: Organization,
    other_organization: Organization,
    amount: Indicator,
    client: StrictClient,
    manager: User,
    outsider: User,
    log_in_as: LogIn,
) -> None:
    preview = send(client, organization, as_csv(["Code", "2020"], ["I-01", "5"]), "grille.csv")
    token = preview.context["token"]

    assert confirm(log_in_as(manager), organization, preview).status_code == 302
    assert confirm(log_in_as(outsider), other_organization, preview).status_code == 302
    for forged in (token[:-3] + "abc", "", "x:y:z"):
        response = client.post(at("indicator_import", organization), {"cells": forged})
        assert response.status_code == 302

    assert not IndicatorValue.objects.exists()


def test_preview_that_is_a_day_old_is_made_again(
    organization: Organization, amount: Indicator, client: StrictClient, time_machine
) -> None:
    preview = send(client, organization, as_csv(["Code", "2020"], ["I-01", "5"]), "grille.csv")
    time_machine.move_to(datetime.datetime(2021, 7, 1, 12, 1, tzinfo=datetime.UTC))

    confirm(client, organization, preview)

    assert not IndicatorValue.objects.exists()


def test_confirmation_of_an_expired_session_is_shown_again(
    organization: Organization, amount: Indicator, client: StrictClient, contributor: User
) -> None:
    preview = send(client, organization, as_csv(["Code", "2020"], ["I-01", "5"]), "grille.csv")
    visitor = StrictClient()
    address = at("indicator_import", organization)
    form = {"cells": preview.context["token"], "author": contributor.pk}
    visitor.post(address, form)
    visitor.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = text_of(visitor.get(address))

    assert "1 valeur à enregistrer" in page
    assert not IndicatorValue.objects.exists()


def test_readers_and_staff_import_nothing(
    organization: Organization,
    amount: Indicator,
    reader: User,
    coordinator: User,
    outsider: User,
    log_in_as: LogIn,
) -> None:
    table = as_csv(["Code", "2020"], ["I-01", "5"])

    for person, status in ((reader, 403), (coordinator, 403), (outsider, 404)):
        assert send(log_in_as(person), organization, table, "a.csv").status_code == status
