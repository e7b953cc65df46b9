"""The library of clauses: found, sorted, chosen; its pages, its versions, retired ones."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from chantier.management.commands.seed import seed_all
from measures.models import Clause, ClauseVersion
from measures.models.uses import ClauseUse
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    ClauseFactory,
    ClauseUseFactory,
    ClauseVersionFactory,
    LegalReferenceFactory,
    MeasureFactory,
    SourceFactory,
    StageFactory,
    TermFactory,
)
from tests.html import StrictClient
from tests.measures.sent_catalogue import address_of, opened

CLAUSES = "/clauses/"


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def editor(log_in_as: LogIn, coordinator: User) -> StrictClient:
    return log_in_as(coordinator)


def listed(response: Any) -> list[str]:
    return [line.clause.title for line in response.context["lines"]]


def add_uses(clause_version: ClauseVersion, organizations: int, **fields: Any) -> None:
    for _ in range(organizations):
        ClauseUseFactory(clause_version=clause_version, **fields)


# The list


def test_a_row_says_what_the_clause_is_for(member: StrictClient) -> None:
    version = ClauseVersionFactory(clause__title="Lots", clause__stage=StageFactory(order=2))
    clause = version.clause
    clause.documents.add(
        TermFactory(code="document_kind:contrat", label="Contrat", order=4),
        TermFactory(code="document_kind:politique", label="Politique", order=1),
    )
    clause.contract_kinds.add(TermFactory(code="contract_kind:ti", label="Technologies"))
    law = LegalReferenceFactory(name="Loi sur les lots")
    clause.legal_references.add(law)
    add_uses(version, 3)
    response = member.get(CLAUSES)
    assertContains(response, clause.code)
    assertContains(response, "politique, contrat")
    assertContains(response, "</span> technologies</p>")
    assertContains(response, f'<a href="/cadre-legal/#{law.code}">Loi sur les lots</a>')
    assertContains(response, Clause.NOTICE, count=1)
    assertContains(response, "Utilisée par 3\u00a0organisations dans 3\u00a0documents")
    assertContains(response, f'name="clause" value="{clause.slug}"')


def test_a_kind_of_contract_finds_what_names_it_and_what_fits_every_contract(
    member: StrictClient,
) -> None:
    kinds = {key: TermFactory(code=f"contract_kind:{key}") for key in ("ti", "construction")}
    named = {"Tous": [], "TI": ["ti"], "Les deux": list(kinds), "Travaux": ["construction"]}
    for title, keys in named.items():
        clause = ClauseVersionFactory(clause__title=title).clause
        clause.contract_kinds.set([kinds[key] for key in keys])
    assert set(listed(member.get(CLAUSES, {"contrat": "ti"}))) == {"Tous", "TI", "Les deux"}
    found = listed(member.get(CLAUSES, {"contrat": "construction"}))
    assert set(found) == {"Tous", "Les deux", "Travaux"}


@pytest.mark.parametrize("words", ["PENALITE", "l'acheteur", "L’ACHETEUR", "penalites acheteurs"])
def test_search_knows_no_accent_nor_apostrophe(member: StrictClient, words: str) -> None:
    ClauseVersionFactory(clause__title="Voulue", text="Une pénalité que l’acheteur fixe.")
    ClauseVersionFactory(clause__title="Autre", text="Un rappel et un téléacheteur.")
    assert listed(member.get(CLAUSES, {"q": words})) == ["Voulue"]


def test_what_holds_the_words_in_its_title_comes_first(member: StrictClient) -> None:
    ClauseVersionFactory(clause__title="A", text="Des lots.")
    ClauseVersionFactory(clause__title="Lots")
    assert listed(member.get(CLAUSES, {"q": "lots"})) == ["Lots", "A"]
    assert listed(member.get(CLAUSES, {"q": "lots", "tri": "titre"})) == ["A", "Lots"]


def test_sorting_by_use_never_tells_less_than_three_organizations_apart(
    member: StrictClient,
) -> None:
    for title, number in [("A", 0), ("B", 2), ("C", 3), ("D", 4)]:
        add_uses(ClauseVersionFactory(clause__title=title), number)
    # Two organizations are none: A stays before B, as the codes say.
    assert listed(member.get(CLAUSES, {"tri": "employees"})) == ["D", "C", "A", "B"]


@pytest.mark.parametrize("address", ["?tri=zzz", "?contrat=zzz", "?page=99", "?clause=zzz"])
def test_an_unknown_choice_in_the_address_filters_nothing(
    member: StrictClient, address: str
) -> None:
    ClauseVersionFactory(clause__title="Lots")
    assert listed(member.get(f"{CLAUSES}{address}")) == ["Lots"]


def test_choices_are_kept_from_one_search_to_the_next(member: StrictClient) -> None:
    first, second, third = (
        ClauseVersionFactory(clause__title=title).clause for title in ("Un", "Deux", "Trois")
    )
    response = member.get(CLAUSES, {"q": "deux", "clause": [first.slug, second.slug]})
    assertContains(response, "Aussi choisies, hors de cette liste", count=1)
    box = 'name="clause" value="{}" form="filtres-clauses" checked'
    for clause in (first, second):
        assertContains(response, box.format(clause.slug), count=1)
    assertNotContains(response, f'value="{third.slug}"')
    # Taking a filter off keeps them.
    (chip,) = response.context["listing"].chips
    assert chip.query == f"clause={first.slug}&clause={second.slug}"


def test_an_empty_search_says_what_to_do_and_an_empty_library_who_fills_it(
    member: StrictClient,
) -> None:
    assertContains(member.get(CLAUSES), "La bibliothèque est vide")
    ClauseVersionFactory()
    response = member.get(CLAUSES, {"q": "zzz"})
    assertContains(response, "Aucune clause ne correspond")
    assertContains(response, "0 clause<")
    assertNotContains(response, 'class="bulk"')


def test_members_who_edit_propose_and_staff_edit(
    member: StrictClient, editor: StrictClient, log_in_as: LogIn, reader: User
) -> None:
    proposing = reverse("measures:clause_propose", kwargs={"org_slug": "organisation-a"})
    assertContains(member.get(CLAUSES), proposing)
    assertNotContains(log_in_as(reader).get(CLAUSES), proposing)
    assertContains(editor.get(CLAUSES), "/catalogue/clauses/")
    assertNotContains(member.get(CLAUSES), "/catalogue/clauses/")


def grow(times: int) -> None:
    law, term = LegalReferenceFactory(), TermFactory(code="document_kind:contrat")
    kind = TermFactory(code="contract_kind:ti")
    for _ in range(times):
        version = ClauseVersionFactory(clause__stage=StageFactory(order=2))
        newest = ClauseVersionFactory(clause=version.clause, number=2)
        for used in (version, newest):
            ClauseUseFactory.create_batch(3, clause_version=used, awarded=True)
        version.clause.documents.add(term)
        version.clause.contract_kinds.add(kind)
        version.clause.legal_references.add(law)


@pytest.mark.parametrize(
    "query", ["", "?q=fournisseur", "?contrat=ti&tri=employees&document=contrat"]
)
def test_the_list_costs_six_queries_whatever_it_holds(
    member: StrictClient, django_assert_num_queries: Any, query: str
) -> None:
    grow(1)
    member.get(CLAUSES)  # the statement is written once a process
    for times in (9, 0):
        # session, person, what stands beside the texts, stages, clauses, own organization
        with django_assert_num_queries(6):
            member.get(f"{CLAUSES}{query}")
        grow(times)


# The page of a clause


def test_the_page_marks_what_is_to_fill_in(member: StrictClient) -> None:
    version = ClauseVersionFactory(text="Au moins [n] lots, [montant] chacun.")
    response = member.get(version.clause.get_absolute_url())
    for variable in ("[n]", "[montant]"):
        assertContains(response, f'<mark class="variable">{variable}</mark>')
    assertContains(response, f"{version.clause.get_absolute_url()}rediger/")
    assertContains(response, f"/clauses/exporter/?clause={version.clause.slug}")
    where = reverse("measures:clause_use_create", kwargs={"org_slug": "organisation-a"})
    assertContains(response, f'href="{where}?clause={version.clause.slug}"')


def test_those_who_only_read_note_no_use(log_in_as: LogIn, reader: User, editor: Any) -> None:
    address = ClauseVersionFactory().clause.get_absolute_url()
    for client in (log_in_as(reader), editor):
        assertNotContains(client.get(address), "Noter un emploi")


def test_a_page_costs_a_fixed_number_of_queries(
    member: StrictClient, organization: Organization, django_assert_num_queries: Any
) -> None:
    version = ClauseVersionFactory()
    address = version.clause.get_absolute_url()
    shared = {"sharing": "chantier", "wording": "Le nôtre."}
    ClauseUseFactory(clause_version=version, **shared)
    member.get(address)
    for number in (2, 3):
        # session, person, clause, versions, own organization, what is linked, wordings, stages
        with django_assert_num_queries(8):
            member.get(address)
        ClauseVersionFactory(clause=version.clause, number=number)
        version.clause.legal_references.set(LegalReferenceFactory.create_batch(3))
        version.clause.sources.set(SourceFactory.create_batch(3))
        version.clause.measures.set(MeasureFactory.create_batch(3))
        version.clause.documents.add(TermFactory(code=f"document_kind:{number}"))
        version.clause.contract_kinds.add(TermFactory(code=f"contract_kind:{number}"))
        ClauseUseFactory.create_batch(10, clause_version=version, **shared)
        ClauseUseFactory(clause_version=version, organization=organization)


# Versions


@pytest.fixture
def three(db: None) -> Clause:
    clause: Clause = ClauseFactory(title="Lots", slug="lots")
    texts = ["Deux lots.", "Trois lots au plus.", "Trois lots au plus, sans minimum."]
    for number, text in enumerate(texts, start=1):
        ClauseVersionFactory(clause=clause, number=number, text=text, reason=f"Raison {number}")
    return clause


@pytest.mark.parametrize(
    ("address", "heading", "removed", "added"),
    [
        ("2/", "De la version 1 à la version 2", "Deux", "Trois"),
        ("3/", "De la version 2 à la version 3", "", ", sans minimum"),
        ("3/?avec=1", "De la version 1 à la version 3", "Deux", "Trois"),
        # The first one has none before it: it stands beside the one in force.
        ("1/", "De la version 1 à la version 3", "Deux", "Trois"),
        ("1/?avec=2", "De la version 1 à la version 2", "Deux", "Trois"),
    ],
)
def test_a_version_is_compared_by_words_in_signs_and_in_words(
    member: StrictClient, three: Clause, address: str, heading: str, removed: str, added: str
) -> None:
    response = member.get(f"/clauses/lots/versions/{address}")
    assertContains(response, heading)
    if removed:
        assertContains(
            response, f'<del><span class="visually-hidden">retiré&nbsp;: </span>{removed}</del>'
        )
    assertContains(
        response, f'<ins><span class="visually-hidden">ajouté&nbsp;: </span>{added}', count=1
    )
    assertContains(response, Clause.NOTICE, count=2)


@pytest.mark.parametrize("wanted", ["9", "2", "x", "-1", "²", "9" * 400])
def test_a_comparison_with_what_is_not_there_says_so(
    member: StrictClient, three: Clause, wanted: str
) -> None:
    response = member.get("/clauses/lots/versions/2/", {"avec": wanted})
    assertContains(response, "Cette clause n’a pas d’autre version de ce numéro.")
    assertContains(response, "De la version 1 à la version 2")


def test_a_version_that_is_not_there_is_not_found(member: StrictClient, three: Clause) -> None:
    for number in (0, 4):
        assert member.get(f"/clauses/lots/versions/{number}/").status_code == 404


def test_the_only_version_is_compared_with_nothing(member: StrictClient) -> None:
    version = ClauseVersionFactory(text="Seul.")
    response = member.get(f"{version.clause.get_absolute_url()}versions/1/")
    assertContains(response, "C’est la seule version de cette clause.")
    assertContains(response, Clause.NOTICE, count=1)


def test_a_version_costs_a_fixed_number_of_queries(
    member: StrictClient, three: Clause, django_assert_num_queries: Any
) -> None:
    for number in range(4, 40, 18):
        # session, person, clause, versions, own organization, stages
        with django_assert_num_queries(6):
            member.get("/clauses/lots/versions/2/")
        for more in range(18):
            ClauseVersionFactory(clause=three, number=number + more)


# Staff


@pytest.fixture
def lots(db: None) -> Clause:
    """Written by the catalogue: on a stage, for a document."""
    version = ClauseVersionFactory(
        clause__title="Lots", clause__stage=StageFactory(order=2), text="Deux lots."
    )
    version.clause.documents.add(TermFactory(code="document_kind:contrat"))
    clause: Clause = version.clause
    return clause


def post(client: StrictClient, clause: Clause, **changes: Any) -> None:
    """Post the form of the catalogue as it stands, with `changes`; None takes a field away."""
    address = address_of("clauses", clause.code)
    data = {**opened(client, address), **changes}
    answer = client.post(
        address, {name: value for name, value in data.items() if value is not None}
    )
    assert answer.status_code == 302


def test_staff_write_a_new_version_and_its_kinds_of_contract(
    editor: StrictClient, coordinator: User, lots: Clause
) -> None:
    kind = TermFactory(code="contract_kind:ti")
    changes = {"text": "Trois lots.", "reason": "Plus clair.", "contract_kinds": [kind.code]}
    post(editor, lots, **changes)
    newest, first = lots.versions.all()
    assert (newest.number, newest.text, newest.author) == (2, "Trois lots.", coordinator)
    assert list(lots.contract_kinds.all()) == [kind]
    # The text before it stays as it was.
    assert (first.number, first.text) == (1, "Deux lots.")


def test_staff_retire_a_clause_and_bring_it_back(
    editor: StrictClient, member: StrictClient, lots: Clause
) -> None:
    post(editor, lots, is_active=None)
    assert listed(member.get(CLAUSES)) == []
    assertContains(member.get(lots.get_absolute_url()), "Retirée</span>")
    # The catalogue still finds it.
    assertContains(editor.get("/catalogue/clauses/", {"etat": "retirees"}), "Lots")
    post(editor, lots, is_active="on")
    assert listed(member.get(CLAUSES)) == ["Lots"]


def test_a_new_version_never_changes_what_a_use_kept(editor: StrictClient, lots: Clause) -> None:
    ClauseUseFactory(clause_version=lots.versions.get(), wording="Deux lots, donc.")
    post(editor, lots, text="Trois lots.", reason="Plus clair.")
    kept = ClauseUse.objects.get()
    assert (kept.clause_version.number, kept.clause_version.text) == (1, "Deux lots.")
    assert kept.wording == "Deux lots, donc."


# What is delivered


@pytest.mark.django_db
def test_only_the_clause_that_names_a_purchase_has_kinds_of_contract() -> None:
    seed_all()
    kinds = {
        clause.code: sorted(clause.contract_kinds.values_list("code", flat=True))
        for clause in Clause.objects.exclude(contract_kinds=None)
    }
    assert kinds == {"C-15": ["contract_kind:approvisionnement", "contract_kind:ti"]}
    # What staff choose stays.
    Clause.objects.get(code="C-15").contract_kinds.clear()
    seed_all()
    assert not Clause.objects.exclude(contract_kinds=None).exists()
