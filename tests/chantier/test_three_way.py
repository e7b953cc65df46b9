"""Two people who start from one text: both are kept, or both are asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chantier.lib.three_way import unite

BASE = "Une politique.\n\nUne cible.\n\nUn comité."


def test_paragraphs_that_are_apart_are_both_kept():
    mine = BASE.replace("Une politique.", "Une politique signée.")
    theirs = f"{BASE}\n\nUn bilan."
    wanted = "Une politique signée.\n\nUne cible.\n\nUn comité.\n\nUn bilan."
    assert unite(BASE, mine, theirs) == wanted
    assert unite(BASE, theirs, mine) == wanted


def test_a_paragraph_taken_out_and_another_changed():
    mine = BASE.replace("Une politique.\n\n", "")
    theirs = BASE.replace("Un comité.", "Un comité de cinq personnes.")
    assert unite(BASE, mine, theirs) == "Une cible.\n\nUn comité de cinq personnes."


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Une cible de 5.", "Une cible de 8."),
        ("", "Une cible de 8."),
    ],
)
def test_the_same_paragraph_said_otherwise_is_asked(mine, theirs):
    texts = (BASE.replace("Une cible.", text) for text in (mine, theirs))
    assert unite(BASE, *texts) is None


def test_the_same_change_counts_once():
    both = BASE.replace("Une cible.", "Une cible de 5.")
    assert unite(BASE, both, both) == both
    other = both.replace("Un comité.", "Un comité élargi.")
    assert unite(BASE, both, other) == other


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_who_changed_nothing_never_hides_a_change(base, text):
    assert unite(base, text, base) == text
    assert unite(base, base, text) == text


@given(TEXTS, TEXTS, TEXTS)
def test_who_saves_first_changes_nothing_to_the_result(base, mine, theirs):
    assert unite(base, mine, theirs) == unite(base, theirs, mine)


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_both_kept_is_lost(base, mine, theirs):
    united = unite(base, mine, theirs)
    if united is not None:
        kept = set(mine.splitlines()) & set(theirs.splitlines()) & set(base.splitlines())
        assert kept <= set(united.splitlines())
