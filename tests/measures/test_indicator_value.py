"""Why a figure is what it is, and how it is corrected: nothing that was said is lost."""

import datetime
import uuid
from decimal import Decimal

import pytest

from measures.actions.figures import save_figure
from measures.indicators.values import Figure
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.measures.sent_figures import at, sent_value, text_of

YEAR = FiscalYear.beginning(2020, 1)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(datetime.datetime(2021, 6, 30, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02",
        name="Part des achats",
        decimals=1,
        minimum=0,
        maximum=100,
        numerator_label="achats auprès d’EÉS",
        denominator_label="achats admissibles",
        exclusions="Les dons.",
    )


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", name="Achats", unit="$", decimals=2, minimum=0)


@pytest.fixture
def address(organization: Organization) -> str:
    return at("indicator_value", organization, code="I-01", year=2020)


def put(organization: Organization, indicator: Indicator, by: User, **figure) -> IndicatorValue:
    version = figure.pop("version", 0)
    reason = figure.pop("reason", "")
    return save_figure(
        organization=organization,
        indicator=indicator,
        year=YEAR,
        figure=Figure(**figure),
        version=version,
        reason=reason,
        by=by,
    )


def test_first_value_needs_no_reason(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client = log_in_as(contributor)

    response = client.post(
        address, sent_value(value="1 234,50", source="Système", note="Sans les dons.")
    )

    assert response.status_code == 302
    row = IndicatorValue.objects.get()
    assert (row.value, row.source, row.note) == (Decimal("1234.5000"), "Système", "Sans les dons.")
    assert (row.organization, row.period_start) == (organization, YEAR.start)
    page = text_of(client.get(address))
    assert "1 234,50 $" in page
    assert "a noté la valeur" in page


def test_correction_needs_a_reason_and_keeps_what_was_said(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    put(organization, amount, contributor, value=Decimal(100))
    client = log_in_as(contributor)

    refused = client.post(address, sent_value(value="120,00", version=1))
    assert refused.status_code == 200
    assert "Dites pourquoi la valeur change." in text_of(refused)
    assert 'value="120,00"' in text_of(refused)
    assert IndicatorValue.objects.get().value == 100

    form = sent_value(value="120,00", version=1, reason="Une facture manquait.")
    assert client.post(address, form).status_code == 302

    assert IndicatorValue.objects.get().value == 120
    assert [row.value for row in IndicatorRevision.objects.order_by("number")] == [100, 120]
    page = text_of(client.get(address))
    assert "Raison : Une facture manquait." in page
    assert "100,00 $" in page
    assert "120,00 $" in page
    assert str(contributor) in page


def test_words_around_a_value_change_without_a_reason(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    put(organization, amount, contributor, value=Decimal(100))

    form = sent_value(value="100", version=1, note="Sans les dons.")
    assert log_in_as(contributor).post(address, form).status_code == 302

    assert IndicatorValue.objects.get().note == "Sans les dons."


def test_not_available_takes_a_value_without_a_reason(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    put(organization, amount, contributor, value=None)

    form = sent_value(value="100", version=1)
    assert log_in_as(contributor).post(address, form).status_code == 302

    assert IndicatorValue.objects.get().value == 100


def test_two_people_on_one_value_see_both(
    organization: Organization,
    amount: Indicator,
    contributor: User,
    manager: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    put(organization, amount, contributor, value=Decimal(100))
    put(organization, amount, manager, value=Decimal(130), version=1, reason="Recomptée.")

    mine = sent_value(value="120", version=1, reason="Une facture.", note="De moi.")
    response = log_in_as(contributor).post(address, mine)

    assert response.status_code == 409
    page = text_of(response)
    assert str(manager) in page
    [clash] = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("120", "130")
    assert "De moi." in page
    assert IndicatorValue.objects.get().value == 130

    again = mine | {"version": response.context["form"].data["version"]}
    assert log_in_as(contributor).post(address, again).status_code == 302
    assert IndicatorValue.objects.get().value == 120
    assert list(IndicatorRevision.objects.order_by("number").values_list("value", flat=True)) == [
        100,
        130,
        120,
    ]


def test_what_only_the_other_person_changed_is_taken(
    organization: Organization,
    amount: Indicator,
    contributor: User,
    manager: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    put(organization, amount, contributor, value=Decimal(100))
    put(organization, amount, manager, value=Decimal(130), version=1, reason="Recomptée.")

    mine = sent_value(value="100", version=1, note="De moi.")
    response = log_in_as(contributor).post(address, mine)

    assert response.status_code == 409
    assert response.context["merge"].clashes == ()
    assert response.context["form"].data["value"] == "130"
    assert response.context["form"].data["note"] == "De moi."


def test_second_click_stores_once(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client, form = log_in_as(contributor), sent_value(value="100")

    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]

    assert IndicatorRevision.objects.count() == 1


def test_other_words_under_a_key_that_served_are_new_work(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client, form = log_in_as(contributor), sent_value(value="100")
    client.post(address, form)

    # « Back », then another value in the same form.
    response = client.post(address, form | {"value": "110", "reason": "Une facture."})
    assert response.status_code == 302

    assert IndicatorValue.objects.get().value == 110
    assert IndicatorRevision.objects.count() == 2


def test_readers_and_staff_only_read(
    organization: Organization,
    amount: Indicator,
    reader: User,
    coordinator: User,
    outsider: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    IndicatorValueFactory(organization=organization, indicator=amount)

    for person, reading, writing in (
        (reader, 200, 403),
        (coordinator, 200, 403),
        (outsider, 404, 404),
    ):
        client = log_in_as(person)
        response = client.get(address)
        assert response.status_code == reading
        assert client.post(address, sent_value(value="1", version=1)).status_code == writing
        if reading == 200:
            assert response.context["form"] is None


def test_history_is_for_members(
    organization: Organization,
    amount: Indicator,
    contributor: User,
    coordinator: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    """It holds what a value said while it was kept to the organization."""
    put(organization, amount, contributor, value=Decimal(777))
    put(organization, amount, contributor, value=Decimal(5), version=1, reason="Erreur.")

    assert "777" in text_of(log_in_as(contributor).get(address))
    assert "777" not in text_of(log_in_as(coordinator).get(address))


def test_computed_value_leads_to_what_it_comes_from(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn
) -> None:
    contracts = IndicatorFactory(code="I-03", name="Contrats", unit="nombre")
    IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        computation="quotient",
        dividend=amount,
        divisor=contracts,
    )
    put(organization, amount, contributor, value=Decimal(1000))
    client = log_in_as(contributor)
    address = at("indicator_value", organization, code="I-09", year=2020)

    page = text_of(client.get(address))
    assert "Sans valeur : I-03." in page
    assert "n. d." in page

    put(organization, contracts, contributor, value=Decimal(4))
    page = text_of(client.get(address))
    assert "250,00 $" in page
    for code in ("I-01", "I-03"):
        assert at("indicator_value", organization, code=code, year=2020) in page
    # Nobody types it.
    assert "<textarea" not in page
    assert client.post(address, sent_value(value="1")).status_code == 404


def test_text_of_an_expired_session_is_back(
    organization: Organization,
    amount: Indicator,
    contributor: User,
    log_in_as: LogIn,
    client,
    address,
) -> None:
    form = sent_value(value="55", note="Longue remarque.") | {"author": contributor.pk}
    client.post(address, form)
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = text_of(client.get(address))

    assert "Longue remarque." in page
    assert not IndicatorValue.objects.exists()


def test_page_costs_the_same_queries_with_a_long_history(
    organization: Organization,
    amount: Indicator,
    contributor: User,
    log_in_as: LogIn,
    address: str,
    django_assert_num_queries,
) -> None:
    for version in range(8):
        put(
            organization,
            amount,
            contributor,
            value=Decimal(version),
            version=version,
            reason=str(uuid.uuid4()),
        )
    client = log_in_as(contributor)
    client.get(address)

    # Session, user, membership, indicator, aim, value, purchases, history, stages.
    with django_assert_num_queries(9):
        client.get(address)
