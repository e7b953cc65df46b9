"""French (Québec) typography and search folding."""

import datetime
from decimal import Decimal

import pytest

from chantier.lib import french
from chantier.templatetags import french as filters

N = "\u00a0"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Économie", "l'economie"),
        ("L'ÉCONOMIE", "l'economie"),
        ("e\u0301conomie", "economie"),
        ("Cœur, œuvre, Æ", "coeur, oeuvre, ae"),
        ("Straße", "strasse"),
        (f"1{N}000\u202f000  $\n", "1 000 000 $"),
        ("", ""),
    ],
)
def test_search_ignores_case_accents_and_apostrophes(text, folded):
    assert french.fold(text) == folded


def test_folding_twice_changes_nothing():
    text = "L’Œuvre de l’ÎLE, «\u00a0déjà\u00a0»"
    assert french.fold(french.fold(text)) == french.fold(text)


@pytest.mark.parametrize(
    ("count", "suffix"), [(0, ""), (1, ""), (1.5, ""), (-1, ""), (2, "s"), (-2, "s"), (100, "s")]
)
def test_the_plural_starts_at_two(count, suffix):
    assert french.plural(count) == suffix
    assert filters.pluralize_fr(count, "aux") == ("aux" if suffix else "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (1234, f"1{N}234"),
        (1_234_567, f"1{N}234{N}567"),
        (Decimal("1234.50"), f"1{N}234,5"),
        (Decimal("1200.00"), f"1{N}200"),
        (100, "100"),
        (0.1, "0,1"),
        (-3, "−3"),
        (None, f"n.{N}d."),
    ],
)
def test_numbers_are_written_the_french_way(value, text):
    assert french.number(value) == text


def test_an_unknown_number_is_never_zero():
    assert french.number(None) == french.percent(None) == french.quantity(None, "$")
    assert "0" not in french.number(None)


@pytest.mark.parametrize(("value", "text"), [(34, f"34{N}%"), (0, f"0{N}%"), (33.4, f"33{N}%")])
def test_a_no_break_space_before_the_percent_sign(value, text):
    assert french.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(11, "+11"), (-3, "−3"), (0, "0"), (None, "n.\u00a0d.")]
)
def test_a_difference_is_signed(value, text):
    assert filters.points(value) == text


def test_a_quantity_keeps_its_unit_on_the_same_line():
    assert french.quantity(Decimal("53.60"), "G$") == f"53,6{N}G$"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (datetime.date(2026, 4, 1), f"1er{N}avril 2026"),
        (datetime.date(2026, 8, 2), f"2{N}août 2026"),
        (datetime.date(2020, 2, 29), f"29{N}février 2020"),
        (datetime.date(2021, 12, 31), f"31{N}décembre 2021"),
        (None, f"n.{N}d."),
    ],
)
def test_dates_in_full(day, text):
    assert french.long_date(day) == text


def test_a_moment_is_shown_in_local_time():
    """Midnight UTC on the first is still the evening of the eve in Québec."""
    moment = datetime.datetime(2021, 7, 1, 0, 5, tzinfo=datetime.UTC)
    assert filters.moment(moment) == f"30{N}juin 2021, 20{N}h{N}05"
    assert filters.long_date(moment) == f"30{N}juin 2021"


def test_a_moment_follows_the_change_of_clocks():
    before = datetime.datetime(2021, 3, 14, 6, 59, tzinfo=datetime.UTC)
    after = before + datetime.timedelta(minutes=1)
    assert filters.moment(before).endswith(f"1{N}h{N}59")
    assert filters.moment(after).endswith(f"3{N}h")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime.time(13, 30), f"13{N}h{N}30"),
        (datetime.time(9), f"9{N}h"),
        (datetime.time(0, 5), f"0{N}h{N}05"),
    ],
)
def test_hours(moment, text):
    assert french.clock_time(moment) == text


def test_a_long_run_can_break_and_words_stay_whole():
    broken = filters.breakable("a" * 100)
    assert max(len(part) for part in broken.split("\u200b")) <= 20
    assert broken.replace("\u200b", "") == "a" * 100
    assert filters.breakable("anticonstitutionnellement vôtre") == "anticonstitutionnellement vôtre"


def test_words_held_together_may_break_once_they_are_many() -> None:
    assert filters.breakable("12\u00a0345,50\u00a0$") == "12\u00a0345,50\u00a0$"
    for space in "\u00a0\u2007\u202f":
        broken = filters.breakable(f"mot{space}" * 100)
        assert max(len(part) for part in broken.split("\u200b")) <= 20


def test_invisible_breaks_of_a_paste_are_dropped() -> None:
    """A few thousand soft hyphens or zero-width spaces keep the PDF engine for minutes."""
    assert filters.breakable("a\u00adb\u200bc") == "abc"
    broken = filters.breakable("a\u00ad" * 100)
    assert "\u00ad" not in broken
    assert broken.count("\u200b") == 4


def test_lines_are_compacted_without_losing_a_word():
    assert french.compact_lines("un\n\n\n deux \n") == "un\ndeux"
    assert french.compact_lines("") == ""
    compact = french.compact_lines("\n".join(str(n) for n in range(2_500)))
    assert len(compact.splitlines()) == 20
    assert compact.split() == [str(n) for n in range(2_500)]


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ((2020, 4, 1), (2021, 3, 31), f"du 1er{N}avril 2020 au 31{N}mars 2021"),
        ((2021, 4, 1), (2021, 6, 30), f"du 1er{N}avril au 30{N}juin 2021"),
        ((2021, 1, 1), (2021, 12, 31), f"en{N}2021"),
        ((2020, 1, 1), (2021, 12, 31), f"du 1er{N}janvier 2020 au 31{N}décembre 2021"),
        ((2021, 3, 3), (2021, 3, 3), f"le{N}3{N}mars 2021"),
    ],
)
def test_a_period_reads_as_one_would_say_it(start, end, text):
    assert french.period(datetime.date(*start), datetime.date(*end)) == text


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0\u00a0octets"),
        (999, "999\u00a0octets"),
        (1_000, "1\u00a0Ko"),
        (1_500, "1,5\u00a0Ko"),
        (9_960, "10\u00a0Ko"),
        (345_600, "346\u00a0Ko"),
        (999_700, "1\u00a0Mo"),
        (20 * 1024 * 1024, "21\u00a0Mo"),
        (7_300_000_000, "7,3\u00a0Go"),
        (5_000_000_000_000, "5\u00a0000\u00a0Go"),
    ],
)
def test_the_size_of_a_file(size, words):
    assert french.file_size(size) == words


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("128750.50"), "128\u00a0750,50\u00a0$"),
        (Decimal("128750.00"), "128\u00a0750\u00a0$"),
        (Decimal("-12.345"), "−12,35\u00a0$"),
        (0, "0\u00a0$"),
        (None, french.NOT_AVAILABLE),
    ],
)
def test_dollars(amount: Decimal | None, text: str) -> None:
    assert french.dollars(amount) == text


def test_amounts_of_a_column_have_the_decimals_of_all() -> None:
    assert french.dollars(Decimal(1378), 2) == f"1{N}378,00{N}$"
    assert french.dollars(None, 2) == french.NOT_AVAILABLE
