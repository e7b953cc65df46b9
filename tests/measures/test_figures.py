"""Values as people type them, and how they are kept: read, checked, stored with their history."""

import datetime
import threading
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from measures.actions.figures import StaleFigure, save_figure
from measures.indicators.values import Figure, check, ratio, read, typed, written
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear, fiscal_years
from members.models import AppendOnlyError, Organization, User
from tests.factories import IndicatorFactory, OrganizationFactory, UserFactory

N = "\u00a0"
YEAR = FiscalYear.beginning(2020, 4)


def percent(**options: Any) -> Indicator:
    return Indicator(
        **{"code": "P", "unit": "%", "decimals": 1, "minimum": Decimal(0), "maximum": Decimal(100)}
        | options
    )


def dollars(**options: Any) -> Indicator:
    return Indicator(**{"code": "D", "unit": "$", "decimals": 2} | options)


# --- Reading ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50", "1234.50"),
        ("1234.50", "1234.50"),
        (f"1{N}234,5{N}$", "1234.5"),
        ("1\u202f234,50 $", "1234.5"),
        ("0", "0"),
        ("−3", "-3"),
    ],
)
def test_both_ways_of_writing_a_number_are_understood(text: str, value: str) -> None:
    assert read(text, dollars()) == Decimal(value)


@pytest.mark.parametrize("text", ["12 %", f"12{N}%", "12%", " 12 "])
def test_the_unit_may_be_typed(text: str) -> None:
    assert read(text, percent()) == 12


@pytest.mark.parametrize("text", ["", "  ", "n. d.", f"n.{N}d.", "ND"])
def test_not_available_is_no_figure(text: str) -> None:
    assert read(text, percent()) is None


@pytest.mark.parametrize(
    ("text", "indicator", "message"),
    [
        ("douze", percent(), f"Écrivez un nombre seul, sans lettre ni unité, par exemple 1{N}"),
        ("12 $", percent(), "Écrivez un nombre seul"),
        ("12 34", dollars(), "Écrivez un nombre seul"),
        ("1,5,2", dollars(), "Écrivez un nombre seul"),
        ("101", percent(), f"Au plus 100{N}%."),
        ("-1", percent(), f"Au moins 0{N}%."),
        ("-0,5", dollars(minimum=Decimal(0)), f"Au moins 0{N}$."),
        ("6", Indicator(unit="note sur 5", maximum=Decimal(5)), "Au plus 5."),
        ("1,5", Indicator(unit="nombre"), "Un nombre entier, sans décimale."),
        ("1,25", percent(), "Au plus une décimale."),
        ("1,255", dollars(), "Au plus deux décimales."),
        ("9" * 15, dollars(), "14"),
    ],
)
def test_what_cannot_be_a_value_says_why(text: str, indicator: Indicator, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(text, indicator)
    assert message in " ".join(refused.value.messages)


def test_zeros_after_the_comma_are_not_decimals() -> None:
    assert read("12,00", Indicator(unit="nombre")) == 12


@given(
    st.decimals(-(10**13), 10**13, places=4, allow_nan=False),
    st.integers(0, 4),
    st.sampled_from(["%", "$", "nombre", "jours"]),
)
def test_what_a_page_shows_can_be_typed_back(value: Decimal, decimals: int, unit: str) -> None:
    indicator = Indicator(unit=unit, decimals=decimals)
    shown = round(value, decimals)
    assert read(typed(shown, indicator), indicator) == shown
    assert read(written(shown, indicator), indicator) == shown


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_is_refused_politely(text: str) -> None:
    indicator = percent()
    try:
        value = read(text, indicator)
    except ValidationError:
        return
    check(value, indicator)


def test_a_half_goes_up() -> None:
    assert written(Decimal("308.625"), dollars()) == f"308,63{N}$"
    assert typed(Decimal("12.5"), Indicator(unit="jours")) == "13"


def test_zero_and_not_available_are_two_things() -> None:
    assert written(Decimal(0), percent()) == f"0,0{N}%"
    assert written(None, percent()) == f"n.{N}d."
    assert typed(Decimal(0), percent()) == "0"


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [(1, 3, "33.3333"), (0, 3, "0"), (3, 0, None), (3, None, None), (None, 3, None)],
)
def test_a_ratio_is_worked_out_and_nothing_is_divided_by_zero(
    numerator: int | None, denominator: int | None, value: str | None
) -> None:
    over, under = (None if term is None else Decimal(term) for term in (numerator, denominator))
    assert ratio(over, under, percent()) == (None if value is None else Decimal(value))


def test_a_ratio_keeps_to_the_range_of_its_indicator() -> None:
    with pytest.raises(ValidationError, match="Au plus 100"):
        ratio(Decimal(4), Decimal(3), percent())


# --- Fiscal years -----------------------------------------------------------------


def test_fiscal_years_follow_the_month_of_the_organization() -> None:
    organization = Organization(fiscal_year_start_month=4)
    last_day, first_day = datetime.date(2021, 3, 31), datetime.date(2021, 4, 1)
    years = fiscal_years(organization, until=last_day, count=3)
    assert [year.label for year in years] == ["2018-2019", "2019-2020", "2020-2021"]
    assert FiscalYear.of(organization, first_day).label == "2021-2022"
    assert years[-1].end == last_day
    civil = Organization(fiscal_year_start_month=1)
    assert FiscalYear.of(civil, last_day).label == "2021"


# --- Keeping ----------------------------------------------------------------------


@pytest.fixture
def indicator(db: None) -> Indicator:
    return IndicatorFactory(unit="%", decimals=1, minimum=0, maximum=100)


def save(
    organization: Organization, indicator: Indicator, by: User, figure: Figure, **options: Any
) -> Any:
    given: dict[str, Any] = {"version": 0, "year": YEAR} | options
    return save_figure(
        organization=organization, indicator=indicator, figure=figure, by=by, **given
    )


def test_a_first_value_and_its_history(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    row = save(organization, indicator, contributor, Figure(Decimal("12.5"), source="SEAO"))
    row.refresh_from_db()
    assert (row.value, row.source, row.version) == (Decimal("12.5"), "SEAO", 1)
    assert (row.period_start, row.period_end) == (YEAR.start, YEAR.end)
    assert row.updated_by == contributor
    first = row.revisions.get()
    assert (first.number, first.value, first.author) == (1, Decimal("12.5"), contributor)


def test_a_corrected_value_keeps_the_old_one_with_author_date_and_reason(
    organization: Organization, indicator: Indicator, contributor: User, manager: User
) -> None:
    row = save(organization, indicator, contributor, Figure(Decimal(12)))
    before = row.updated_at
    save(
        organization, indicator, manager, Figure(Decimal(15)), version=1, reason="Compté deux fois"
    )
    row.refresh_from_db()
    assert (row.value, row.version, row.updated_by) == (15, 2, manager)
    assert row.updated_at > before
    new, old = row.revisions.all()
    assert (old.value, old.author, old.reason) == (12, contributor, "")
    assert (new.value, new.author, new.reason) == (15, manager, "Compté deux fois")
    assert new.at >= old.at


def test_not_available_is_noted_and_is_not_zero(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    row = save(organization, indicator, contributor, Figure(None))
    assert row.revisions.get().value is None
    save(organization, indicator, contributor, Figure(Decimal(0)), version=1)
    row.refresh_from_db()
    assert row.value == 0
    assert row.revisions.count() == 2


def test_what_changes_nothing_writes_nothing(
    organization: Organization, indicator: Indicator, contributor: User, manager: User
) -> None:
    row = save(organization, indicator, contributor, Figure(Decimal(12), note="Sans les prêts"))
    save(
        organization, indicator, manager, Figure(Decimal("12.0"), note="Sans les prêts"), version=1
    )
    row.refresh_from_db()
    assert (row.version, row.updated_by) == (1, contributor)
    assert row.revisions.count() == 1


def test_the_words_around_a_value_stay_where_only_the_value_is_given(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    save(organization, indicator, contributor, Figure(Decimal(12), source="SEAO", note="Mars"))
    figure = Figure(Decimal(13), source=None, note=None)
    row = save(organization, indicator, contributor, figure, version=1)
    row.refresh_from_db()
    assert (row.value, row.source, row.note) == (13, "SEAO", "Mars")
    assert row.revisions.first().note == "Mars"
    save(organization, indicator, contributor, Figure(Decimal(13)), version=2)
    row.refresh_from_db()
    assert (row.source, row.note) == ("", "")


def test_a_ratio_is_kept_with_its_terms(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    figure = Figure(numerator=Decimal(1), denominator=Decimal(3))
    row = save(organization, indicator, contributor, figure)
    row.refresh_from_db()
    assert (row.numerator, row.denominator, row.value) == (1, 3, Decimal("33.3333"))
    zero = Figure(numerator=Decimal(1), denominator=Decimal(0))
    row = save(organization, indicator, contributor, zero, version=1)
    assert row.value is None


def test_a_second_click_is_the_first(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        row = save(organization, indicator, contributor, Figure(Decimal(12)), submission_key=key)
    assert row.revisions.count() == 1
    # Even when somebody has changed the cell in between.
    save(organization, indicator, contributor, Figure(Decimal(13)), version=1)
    row = save(organization, indicator, contributor, Figure(Decimal(12)), submission_key=key)
    assert row.value == 13
    assert row.revisions.count() == 2


def test_a_key_that_is_missing_is_nobody_s(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    save(organization, indicator, contributor, Figure(Decimal(12)))
    row = save(organization, indicator, contributor, Figure(Decimal(13)), version=1)
    row.refresh_from_db()
    assert row.value == 13


def test_a_key_serves_one_cell(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    key = uuid.uuid4()
    save(organization, indicator, contributor, Figure(Decimal(12)), submission_key=key)
    later = FiscalYear.beginning(2021, 4)
    with pytest.raises(IntegrityError):
        save(
            organization,
            indicator,
            contributor,
            Figure(Decimal(13)),
            submission_key=key,
            year=later,
        )
    assert IndicatorValue.objects.get().value == 12


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_not_written_over(
    organization: Organization,
    indicator: Indicator,
    contributor: User,
    manager: User,
    version: int,
) -> None:
    row = save(organization, indicator, contributor, Figure(Decimal(12)))
    with pytest.raises(StaleFigure) as stale:
        save(organization, indicator, manager, Figure(Decimal(15)), version=version)
    assert stale.value.current == row
    row.refresh_from_db()
    assert (row.value, row.version) == (12, 1)
    assert IndicatorRevision.objects.count() == 1


def test_a_version_of_nothing_is_stale(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    with pytest.raises(StaleFigure) as stale:
        save(organization, indicator, contributor, Figure(Decimal(15)), version=3)
    assert stale.value.current is None
    assert not IndicatorValue.objects.exists()


def test_a_ratio_out_of_range_writes_nothing(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    row = save(organization, indicator, contributor, Figure(Decimal(12)))
    figure = Figure(numerator=Decimal(4), denominator=Decimal(3))
    with pytest.raises(ValidationError):
        save(organization, indicator, contributor, figure, version=1)
    row.refresh_from_db()
    assert (row.value, row.version, row.numerator) == (12, 1, None)
    assert row.revisions.count() == 1


def test_a_computed_indicator_is_not_typed(organization: Organization, contributor: User) -> None:
    computed = IndicatorFactory(computation=Indicator.Computation.PROGRESS_RATE)
    with pytest.raises(ValueError, match=computed.code):
        save(organization, computed, contributor, Figure(Decimal(12)))
    assert not IndicatorValue.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_value", [False, True])
def test_of_two_people_at_once_one_is_first_and_the_other_is_told(has_value: bool) -> None:
    organization, indicator = OrganizationFactory(), IndicatorFactory(decimals=1)
    people = [UserFactory(), UserFactory()]
    version = 0
    if has_value:
        version = save(organization, indicator, people[0], Figure(Decimal(1))).version
    start, told = threading.Barrier(2), []

    def write(by: User, value: int) -> None:
        try:
            start.wait()
            save(organization, indicator, by, Figure(Decimal(value)), version=version)
            told.append("kept")
        except StaleFigure as stale:
            told.append(f"met {stale.current.version if stale.current else 0}")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(by, n)) for n, by in enumerate(people, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["kept", f"met {version + 1}"]
    row: Any = IndicatorValue.objects.get()
    assert row.version == version + 1
    assert row.revisions.first().value == row.value
    assert row.revisions.count() == version + 1


def test_the_history_cannot_be_rewritten(
    organization: Organization, indicator: Indicator, contributor: User
) -> None:
    revision = save(organization, indicator, contributor, Figure(Decimal(1))).revisions.get()
    revision.value = Decimal(2)
    with pytest.raises(AppendOnlyError):
        revision.save()
    assert IndicatorRevision.objects.get().value == 1
