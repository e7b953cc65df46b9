"""The difference of two texts, as data and as read without colours."""

from django.template.loader import render_to_string

from chantier.lib.diff import differs, word_diff


def test_words_that_change_are_deleted_then_inserted():
    pieces = word_diff("Le guide aide les acheteurs.", "Le guide soutient les acheteurs.")
    assert pieces == [
        ("equal", "Le guide "),
        ("delete", "aide "),
        ("insert", "soutient "),
        ("equal", "les acheteurs. "),
    ]


def test_the_pieces_give_both_texts_back():
    before = "L’offre est large, mais mal connue.\n\nElle grandit."
    after = "L’offre, diversifiée, est mal connue.\n\nElle grandit vite!"
    pieces = word_diff(before, after)
    kept = "".join(piece.text for piece in pieces if piece.operation != "delete")
    lost = "".join(piece.text for piece in pieces if piece.operation != "insert")
    assert kept.split() == after.split()
    assert kept.strip() == after
    assert "".join(lost.split()) == "".join(before.split())


def test_a_comma_is_a_difference_of_its_own():
    assert ("insert", ", ") in word_diff("Un constat clair", "Un constat, clair")


def test_spaces_alone_are_no_difference():
    assert word_diff("un\u00a0deux", "un  deux\n") == [("equal", "un  deux ")]
    assert not differs("un\u00a0deux", "un  deux\n")
    assert differs("un deux", "un trois")


def test_an_empty_text_on_either_side():
    assert word_diff("", "tout neuf") == [("insert", "tout neuf ")]
    assert word_diff("tout vieux", " ") == [("delete", "tout vieux ")]
    assert word_diff("", "") == []


def test_very_long_texts_are_shown_whole_rather_than_slowly():
    before, after = "mot " * 6_000, "mot " * 5_999 + "autre "
    assert word_diff(before, after) == [("delete", before), ("insert", after)]


def test_the_rendering_says_in_words_what_is_removed_and_added():
    html = render_to_string(
        "components/_diff.html", {"pieces": word_diff("un vieux <b>", "un neuf <b>")}
    )
    assert "retiré&nbsp;: </span>vieux</del> " in html
    assert "ajouté&nbsp;: </span>neuf</ins> " in html
    assert "&lt;b&gt;" in html
