"""Where a trend puts its figures: gaps stay gaps, and words stay apart."""

from decimal import Decimal

from chantier.lib.trends import draw


def test_scale_holds_every_value_and_level() -> None:
    trend = draw([("a", Decimal(3)), ("b", Decimal(-7))], [("target", "Cible", Decimal(12))])

    assert trend is not None
    assert [tick.text for tick in trend.ticks] == ["−10", "−5", "0", "5", "10", "15"]
    assert [tick.is_zero for tick in trend.ticks].count(True) == 1
    heights = [float(dot.y.rstrip("%")) for dot in trend.dots]
    assert heights[0] < heights[1]


def test_nothing_known_is_not_drawn() -> None:
    assert draw([("a", None), ("b", None)]) is None


def test_zero_alone_is_drawn_at_the_bottom() -> None:
    trend = draw([("a", Decimal(0))], whole=True)

    assert trend is not None
    assert [tick.text for tick in trend.ticks] == ["0", "1"]
    assert trend.dots[0].y == trend.ticks[0].y


def test_whole_numbers_have_a_whole_scale() -> None:
    trend = draw([("a", Decimal(1)), ("b", Decimal(2))], whole=True)

    assert trend is not None
    assert [tick.text for tick in trend.ticks] == ["0", "1", "2"]


def test_words_of_two_close_levels_stand_apart() -> None:
    levels = [("target", "Cible", Decimal(50)), ("baseline", "Départ", Decimal(51))]

    trend = draw([("a", Decimal(100))], levels)

    assert trend is not None
    places = [float(level.text_y.rstrip("%")) for level in trend.levels]
    assert abs(places[0] - places[1]) > 5


def test_last_year_keeps_its_name_on_a_narrow_screen() -> None:
    trend = draw([(str(year), Decimal(year)) for year in range(2012, 2022)])

    assert trend is not None
    assert [mark.is_minor for mark in trend.marks][-3:] == [False, True, False]
