"""One cell of the entry grid: saved, refused with its reason, or met by somebody else's."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest

from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.html import StrictClient
from tests.measures.grid import N, cell_at, in_2021, sent_cell

__all__ = ["in_2021"]


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(code="I-02", unit="%", decimals=1, minimum=0, maximum=100)


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", unit="$", decimals=2, minimum=0)


def send(
    client: StrictClient, organization: Organization, indicator: Indicator, value: str, **more: Any
) -> Any:
    return client.post(cell_at(organization), sent_cell(indicator, value, **more))


# --- Saved ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1 234,50", "1234.50", f"1{N}234,5", "1 234,50 $"])
def test_a_value_is_stored_and_comes_back_as_the_portal_writes_it(
    text: str,
    member: StrictClient,
    organization: Organization,
    amount: Indicator,
    contributor: User,
) -> None:
    response = send(member, organization, amount, text)
    assert response.status_code == 200
    assert response.json() == {
        "state": "saved",
        "version": 1,
        "text": f"1{N}234,5",
        "computed": [],
    }
    row = IndicatorValue.objects.get()
    assert (row.organization, row.indicator, row.value) == (organization, amount, Decimal("1234.5"))
    assert row.period_end == datetime.date(2021, 12, 31)
    assert row.revisions.get().author == contributor


def test_zero_is_a_value_and_not_available_is_another(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    assert send(member, organization, share, "0").json()["text"] == "0"
    assert IndicatorValue.objects.get().value == 0
    answer = send(member, organization, share, "nd", version=1).json()
    assert (answer["text"], answer["version"]) == (f"n.{N}d.", 2)
    assert IndicatorValue.objects.get().value is None


def test_a_cell_that_is_emptied_says_not_available_and_keeps_its_history(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    send(member, organization, share, "12")
    answer = send(member, organization, share, "", version=1).json()
    assert answer["text"] == f"n.{N}d."
    values = IndicatorRevision.objects.order_by("number").values_list("value", flat=True)
    assert list(values) == [12, None]


def test_an_empty_cell_that_stays_empty_is_nothing(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    answer = send(member, organization, share, " ").json()
    assert (answer["state"], answer["text"], answer["version"]) == ("saved", "", 0)
    assert not IndicatorValue.objects.exists()


def test_an_empty_cell_that_somebody_filled_meanwhile_is_shown(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    send(member, organization, share, "12")
    answer = send(member, organization, share, "").json()
    assert (answer["text"], answer["version"]) == ("12", 1)


def test_the_source_and_the_note_stay(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    row = IndicatorValueFactory(
        organization=organization, indicator=share, year=2021, source="SEAO", note="Sans les prêts"
    )
    send(member, organization, share, "13", version=1)
    row.refresh_from_db()
    assert (row.value, row.source, row.note) == (Decimal(13), "SEAO", "Sans les prêts")


def test_what_is_computed_from_it_comes_back_too(
    member: StrictClient, organization: Organization, amount: Indicator
) -> None:
    contracts = IndicatorFactory(code="I-03", unit="nombre")
    IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        computation=Indicator.Computation.QUOTIENT,
        dividend=amount,
        divisor=contracts,
    )
    first = send(member, organization, amount, "1000").json()
    assert first["computed"] == [{"key": "I-09-2021", "text": f"n.{N}d."}]
    second = send(member, organization, contracts, "4").json()
    assert second["computed"] == [{"key": "I-09-2021", "text": f"250,00{N}$"}]


def test_the_oldest_year_of_the_long_grid_is_open(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    assert send(member, organization, share, "1", period_start="2012-01-01").status_code == 200


# --- Refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "douze",
            f"Écrivez un nombre seul, sans lettre ni unité, par exemple 1{N}234,50.",
        ),
        ("101", f"Au plus 100{N}%."),
        ("-1", f"Au moins 0{N}%."),
        ("1,25", "Au plus une décimale."),
        ("1" * 100, "Écrivez un nombre seul."),
        ("1\x002", f"Écrivez un nombre seul, sans lettre ni unité, par exemple 1{N}234,50."),
    ],
)
def test_bad_input_is_refused_with_its_reason(
    text: str, message: str, member: StrictClient, organization: Organization, share: Indicator
) -> None:
    response = send(member, organization, share, text)
    assert response.status_code == 422
    assert response.json() == {"state": "error", "message": message}
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize(
    "period", ["", "2021", "2021-01-02", "2021-04-01", "2022-01-01", "2011-01-01", "2021-13-01"]
)
def test_a_period_that_is_no_fiscal_year_of_the_grid_is_refused(
    period: str, member: StrictClient, organization: Organization, share: Indicator
) -> None:
    response = send(member, organization, share, "12", period_start=period)
    assert response.status_code == 422
    expected = "Cette période n’est pas une année financière de votre organisation."
    assert response.json()["message"] == expected
    assert not IndicatorValue.objects.exists()


def test_the_fiscal_year_is_that_of_the_organization(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    organization.fiscal_year_start_month = 4
    organization.save()
    assert send(member, organization, share, "12").status_code == 422
    assert send(member, organization, share, "12", period_start="2021-04-01").status_code == 200
    assert IndicatorValue.objects.get().period_end == datetime.date(2022, 3, 31)


@pytest.mark.parametrize("version", ["", "-1", "un", "²", "1" * 12])
def test_without_a_version_nothing_is_written(
    version: str, member: StrictClient, organization: Organization, share: Indicator
) -> None:
    assert send(member, organization, share, "12", version=version).status_code == 422
    assert not IndicatorValue.objects.exists()


def test_a_computed_indicator_is_not_typed(
    member: StrictClient, organization: Organization
) -> None:
    rate = IndicatorFactory(computation=Indicator.Computation.PROGRESS_RATE)
    response = send(member, organization, rate, "12")
    assert response.status_code == 422
    assert response.json()["message"] == f"Cette valeur est calculée{N}: elle ne se saisit pas."


def test_an_indicator_of_the_chantier_or_of_nobody_is_not_found(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    share.level = Indicator.Level.CHANTIER
    share.save()
    for code in ("I-02", "I-99", "", "I\x00"):
        response = member.post(cell_at(organization), sent_cell(share, "12") | {"indicator": code})
        assert response.status_code == 404, code


def test_who_may_only_read_writes_nothing(
    log_in_as: LogIn,
    organization: Organization,
    share: Indicator,
    reader: User,
    coordinator: User,
    outsider: User,
) -> None:
    for person, status in ((reader, 403), (coordinator, 403), (outsider, 404)):
        response = send(log_in_as(person), organization, share, "12")
        assert response.status_code == status, person
    assert not IndicatorValue.objects.exists()


def test_a_member_writes_in_their_own_organization_only(
    log_in_as: LogIn,
    organization: Organization,
    other_organization: Organization,
    share: Indicator,
    outsider: User,
) -> None:
    row = IndicatorValueFactory(organization=organization, indicator=share, year=2021)
    client = log_in_as(outsider)
    assert send(client, other_organization, share, "99").status_code == 200
    row.refresh_from_db()
    assert row.value == Decimal("12.5")
    assert IndicatorValue.objects.get(organization=other_organization).value == 99


def test_an_ended_session_leads_to_log_in(organization: Organization, share: Indicator) -> None:
    response = send(StrictClient(), organization, share, "12")
    assert response.status_code == 302
    assert not IndicatorValue.objects.exists()


# --- Two people, two clicks -------------------------------------------------------


def test_two_people_on_one_cell_see_both_texts(
    member: StrictClient,
    log_in_as: LogIn,
    organization: Organization,
    share: Indicator,
    manager: User,
) -> None:
    other = log_in_as(manager)
    assert send(other, organization, share, "40").status_code == 200
    response = send(member, organization, share, "60")
    assert response.status_code == 409
    assert response.json() == {
        "state": "conflict",
        "message": f"{manager.full_name} a noté «{N}40{N}» le 15{N}juin 2021, 10{N}h{N}05.",
        "version": 1,
        "text": "40",
        "is_closed": False,
    }
    assert IndicatorValue.objects.get().value == 40
    # « Garder le mien » : over what was shown.
    assert send(member, organization, share, "60", version=1).status_code == 200
    values = IndicatorRevision.objects.order_by("number").values_list("value", flat=True)
    assert list(values) == [40, 60]


def test_two_people_who_agree_do_not_meet(
    member: StrictClient,
    log_in_as: LogIn,
    organization: Organization,
    share: Indicator,
    manager: User,
) -> None:
    send(log_in_as(manager), organization, share, "40")
    answer = send(member, organization, share, "40,0")
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert IndicatorRevision.objects.get().author == manager


def test_who_changed_nothing_does_not_undo_a_change(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    """The text is the one of the version that was seen: somebody else has corrected it since."""
    send(member, organization, share, "40")
    send(member, organization, share, "50", version=1)
    answer = send(member, organization, share, "40", version=1)
    assert (answer.status_code, answer.json()["text"]) == (200, "50")
    assert IndicatorValue.objects.get().value == 50


def test_terms_that_somebody_typed_meanwhile_close_the_cell(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    IndicatorValueFactory(
        organization=organization,
        indicator=share,
        year=2021,
        numerator=1,
        denominator=4,
        value=Decimal(25),
    )
    response = send(member, organization, share, "25")
    assert response.status_code == 409
    assert response.json()["is_closed"]
    assert IndicatorValue.objects.get().denominator == 4


def test_a_second_send_makes_one_revision(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    data = sent_cell(share, "40")
    answers = [member.post(cell_at(organization), data).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert IndicatorRevision.objects.count() == 1


def test_a_send_that_arrives_late_does_not_meet_its_own_first(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    """The answer of the first was lost, and the cell was changed since by the same person."""
    data = sent_cell(share, "40")
    member.post(cell_at(organization), data)
    send(member, organization, share, "50", version=1)
    response = member.post(cell_at(organization), data)
    assert response.status_code == 200
    assert response.json()["text"] == "50"


def test_a_key_that_served_another_cell_is_refused(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    key = uuid.uuid4()
    send(member, organization, share, "40", submission_key=key)
    response = send(
        member, organization, share, "50", submission_key=key, period_start="2020-01-01"
    )
    assert response.status_code == 422
    assert IndicatorValue.objects.count() == 1


def test_a_key_that_is_none_is_done_without(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    assert send(member, organization, share, "40", submission_key="rien").status_code == 200


# --- Cost -------------------------------------------------------------------------


def test_a_cell_costs_seven_queries(
    member: StrictClient,
    organization: Organization,
    share: Indicator,
    django_assert_num_queries: Any,
) -> None:
    """Session, person, access, indicator; then what stands, the value and its revision."""
    send(member, organization, share, "40")
    IndicatorValueFactory.create_batch(20, organization=organization)
    # And the two statements of the transaction, which is a savepoint inside a test.
    with django_assert_num_queries(9):
        send(member, organization, share, "50", version=1)
