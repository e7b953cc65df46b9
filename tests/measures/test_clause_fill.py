"""A clause with its variables filled in: by the address, a field each, nothing made up."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.clauses.variables import FilledPart, FillForm, filled, variables_of
from measures.models import Clause
from members.models import User
from tests.conftest import LogIn
from tests.factories import ClauseFactory, ClauseVersionFactory
from tests.html import StrictClient

TEXT = "Au moins [n] lots, payés dans les [15] jours, pour [base légale]. Jamais plus de [n] lots."


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def clause(db: None) -> Clause:
    row: Clause = ClauseFactory(slug="lots", title="Lots")
    ClauseVersionFactory(clause=row, text=TEXT)
    return row


def open_with(client: StrictClient, **values: str) -> Any:
    return client.get("/clauses/lots/rediger/", values)


def text_of(response: Any) -> str:
    return "".join(part.text for part in response.context["parts"])


# The variables


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rien.", []),
        ("[n] et [n]", ["n"]),
        ("[n] et [N]", ["n", "N"]),
        ("[base\u00a0légale] [base  légale] [base\nlégale]", ["base légale"]),
        ("[ ] et [ouvert", []),
    ],
)
def test_a_variable_is_one_field_however_often_it_stands(text: str, names: list[str]) -> None:
    assert [variable.name for variable in variables_of(text)] == names


@pytest.mark.parametrize(
    ("words", "proposal", "label"),
    [
        ("10", "10", "10 (valeur proposée)"),
        ("5\u00a0000", "5 000", "5 000 (valeur proposée)"),
        ("2,5", "2,5", "2,5 (valeur proposée)"),
        ("x", "", "x"),
        ("montant", "", "Montant"),
        ("10 jours", "", "10 jours"),
    ],
)
def test_a_number_is_a_value_that_the_model_proposes(words: str, proposal: str, label: str) -> None:
    (variable,) = variables_of(f"Dans les [{words}] suivants.")
    assert (variable.proposal, variable.label) == (proposal, label)


def test_a_variable_is_told_by_the_words_around_it() -> None:
    (one,) = variables_of(f"{'Avant. ' * 20}Au moins [x] % de sa valeur. {'Après. ' * 20}")
    assert one.context.startswith("… ")
    assert "Au moins [x] % de sa valeur." in one.context
    assert one.context.endswith(" …")
    assert len(one.context) < 100
    (alone,) = variables_of("Au moins [x] %.")
    assert alone.context == "Au moins [x] %."


def test_what_has_no_value_keeps_its_brackets() -> None:
    assert filled("De [x] à [y]", {"x": "3", "y": ""}) == [
        FilledPart("De ", "", "De "),
        FilledPart("3", "x", "[x]"),
        FilledPart(" à ", "", " à "),
        FilledPart("[y]", "y", "[y]"),
    ]


# The page


def test_without_an_address_the_model_proposes_its_numbers(
    member: StrictClient, clause: Clause
) -> None:
    response = open_with(member)
    form = response.context["form"]
    assert [field.value() for field in form] == ["", "15", ""]
    assert text_of(response) == TEXT.replace("[15]", "15")
    assertContains(response, Clause.NOTICE, count=1)
    assertContains(response, 'class="variable is-filled" data-variable="15"', count=1)
    # Words make no identifier; a label still leads to its field.
    assertContains(response, '<label for="variable-3"')
    assertContains(response, 'name="base légale"')


def test_the_address_fills_the_text_without_javascript(
    member: StrictClient, clause: Clause
) -> None:
    response = open_with(member, **{"n": "4", "15": "20", "base légale": "l’article 3"})
    expected = "Au moins 4 lots, payés dans les 20 jours, pour l’article 3."
    assert text_of(response) == f"{expected} Jamais plus de 4 lots."
    assertContains(response, 'value="l’article 3"')
    assertNotContains(response, "data-focus")


def test_an_empty_value_stays_in_brackets_even_where_one_is_proposed(
    member: StrictClient, clause: Clause
) -> None:
    assert text_of(open_with(member, **{"n": " ", "15": ""})) == TEXT


@pytest.mark.parametrize("name", ["zzz", "N", "utm_source", "x" * 500, "<b>", ""])
def test_an_unknown_variable_is_refused_at_the_top(
    member: StrictClient, clause: Clause, name: str
) -> None:
    response = open_with(member, **{"n": "4", name: "1"})
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    assertContains(
        response, escape(f"«\u00a0{shown}\u00a0» n’est pas une variable de cette clause.")
    )
    assertContains(response, 'role="alert"', count=1)
    # What is known is still filled in.
    assert text_of(response).startswith("Au moins 4 lots")


def test_a_value_too_long_is_told_at_its_field_and_the_rest_holds(
    member: StrictClient, clause: Clause
) -> None:
    response = open_with(member, **{"n": "x" * 301, "base légale": "ici"})
    assertContains(response, 'href="#variable-1"')
    assert text_of(response).startswith("Au moins [n] lots")
    assert "pour ici." in text_of(response)


def test_values_are_texts(member: StrictClient, clause: Clause) -> None:
    value = '<script>alert(1)</script>"'
    response = open_with(member, n=value)
    assertNotContains(response, "<script>alert")
    # In its field, twice in the text, and twice in the text that a use starts from.
    assertContains(response, escape(value), count=5)
    assertContains(open_with(member, n="a\x00b"), 'href="#variable-1"')


def test_an_address_that_is_kept_says_what_a_new_version_took_away(
    member: StrictClient, clause: Clause
) -> None:
    ClauseVersionFactory(clause=clause, number=2, text="Au moins [nombre de lots] lots.")
    response = open_with(member, n="4")
    assertContains(response, "«\u00a0n\u00a0» n’est pas une variable de cette clause.")
    assert text_of(response) == "Au moins [nombre de lots] lots."


def test_a_clause_without_variables_is_only_to_copy(member: StrictClient) -> None:
    clause = ClauseVersionFactory(text="Rien à remplir.").clause
    response = member.get(f"{clause.get_absolute_url()}rediger/")
    assertContains(response, "Cette clause n’a pas de variable")
    assertContains(response, 'data-copy="clause-filled" hidden')
    assertNotContains(response, "data-fill=")
    assertNotContains(member.get(clause.get_absolute_url()), "/rediger/")


@pytest.mark.parametrize("is_active", [True, False])
def test_what_is_retired_or_not_written_is_not_filled_in(
    member: StrictClient, is_active: bool
) -> None:
    clause = ClauseFactory(is_active=is_active)
    if not is_active:
        ClauseVersionFactory(clause=clause)
    response = member.get(f"{clause.get_absolute_url()}rediger/", {"nom": "x"}, follow=True)
    assertRedirects(response, clause.get_absolute_url())
    why = "n’a pas encore de libellé" if is_active else "est retirée"
    assertContains(response, f"Cette clause {why}\u00a0: elle ne se remplit pas.")


def test_both_pages_copy_with_an_external_script(member: StrictClient, clause: Clause) -> None:
    pages = {clause.get_absolute_url(): "clause-current", "/clauses/lots/rediger/": "clause-filled"}
    for address, target in pages.items():
        response = member.get(address)
        assertContains(response, "js/copy.js")
        # Without a script the button stays hidden, and the text is there to select.
        assertContains(response, f'data-copy="{target}" hidden', count=1)
        assertContains(response, 'role="status" data-copy-status', count=1)


def test_filling_in_costs_a_fixed_number_of_queries(
    member: StrictClient, clause: Clause, django_assert_num_queries: Any
) -> None:
    for number in (2, 3):
        # session, person, clause, version, own organization, stages
        with django_assert_num_queries(6):
            open_with(member, **{"n": "4"})
        words = " ".join(f"[variable {index}]" for index in range(50))
        ClauseVersionFactory(clause=clause, number=number, text=f"[n] {words}")


def test_a_form_of_any_words_holds(db: None) -> None:
    """Names that Python or Django would take for theirs."""
    names = ["clean", "errors", "data", "fields", "__class__", "é è", "a&b=c", '"']
    form = FillForm(
        variables_of(" ".join(f"[{name}]" for name in names)), dict.fromkeys(names, "v")
    )
    assert form.is_valid()
    assert form.values == dict.fromkeys(names, "v")
    assert urlencode(form.values)
