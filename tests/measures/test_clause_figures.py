"""What came of clauses: figures of three organizations or none, and wordings that are shared."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from measures.clauses.figures import UseFigures, use_figures
from measures.clauses.page import variants_of
from measures.models import Clause, ClauseUse, ClauseVersion
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import ClauseUseFactory, ClauseVersionFactory, OrganizationFactory
from tests.html import StrictClient

NOTHING = UseFigures()


@pytest.fixture
def version(db: None) -> ClauseVersion:
    row: ClauseVersion = ClauseVersionFactory(text="Le marché comprend [n] lots.")
    return row


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def figures(version: ClauseVersion) -> UseFigures:
    return use_figures().get(version.clause_id, NOTHING)


# The rule


@pytest.mark.parametrize(
    ("tallies", "organizations", "documents", "awarded"),
    [
        # (documents, awarded) of each organization
        ([], None, None, None),
        ([(5, 5)], None, None, None),
        ([(9, 3), (9, 3)], None, None, None),
        ([(1, 0), (1, 0), (1, 0)], 3, 3, 0),
        ([(1, 1), (1, 1), (1, 1)], 3, 3, 3),
        # One or two organizations had an award: it would be told of them alone.
        ([(1, 1), (1, 0), (1, 0)], 3, 3, None),
        ([(2, 1), (2, 1), (1, 0), (1, 0)], 4, 6, None),
        # Nearly all went to an EÉS: what is left would be told of the one that had another.
        ([(1, 1), (1, 1), (1, 1), (1, 0)], 4, 4, None),
        ([(1, 1), (1, 1), (1, 1), (1, 0), (3, 2)], 5, 7, None),
        # Three on both sides.
        ([(2, 1), (2, 1), (2, 1)], 3, 6, 3),
        ([(1, 1), (1, 1), (1, 1), (1, 0), (1, 0), (1, 0)], 6, 6, 3),
        # No document is no use.
        ([(1, 1), (1, 1), (0, 0)], None, None, None),
    ],
)
def test_nothing_is_told_of_fewer_than_three_organizations(
    tallies: list[tuple[int, int]],
    organizations: int | None,
    documents: int | None,
    awarded: int | None,
) -> None:
    found = UseFigures.of(tallies)
    assert found == UseFigures(organizations, documents, awarded)
    assert bool(found) is (organizations is not None)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (NOTHING, ""),
        (
            UseFigures(7, 12, 9),
            "utilisée par 7 organisations dans 12 documents, 9 octroyés à une EÉS",
        ),
        (
            UseFigures(3, 4, 0),
            "utilisée par 3 organisations dans 4 documents, aucun octroyé à une EÉS",
        ),
        (UseFigures(3, 1_234, None), "utilisée par 3 organisations dans 1 234 documents"),
    ],
)
def test_figures_are_a_sentence(found: UseFigures, words: str) -> None:
    assert str(found).replace("\u00a0", " ") == words


# Counting


def test_a_document_counts_once_whatever_it_holds(version: ClauseVersion) -> None:
    newer = ClauseVersionFactory(clause=version.clause, number=2)
    for index in range(3):
        organization = OrganizationFactory()
        # Two versions of the clause in one document; one of them says what came of it.
        same = {"organization": organization, "document_reference": "AO-1"}
        ClauseUseFactory(clause_version=version, **same)
        ClauseUseFactory(clause_version=newer, awarded=True, **same)
        ClauseUseFactory(
            clause_version=version, organization=organization, document_reference=f"AO-{index + 2}"
        )
    # The same reference is another document in another organization.
    assert figures(version) == UseFigures(3, 6, 3)


def test_other_clauses_and_organizations_that_left_do_not_count(version: ClauseVersion) -> None:
    ClauseUseFactory.create_batch(3, clause_version=version, lost=True)
    ClauseUseFactory.create_batch(4, awarded=True)
    ClauseUseFactory(clause_version=version, awarded=True, organization__is_active=False)
    assert figures(version) == UseFigures(3, 3, 0)
    Organization.objects.filter(clause_uses__clause_version=version).update(is_active=False)
    assert figures(version) == NOTHING


@pytest.mark.parametrize("outcome", ["", "autre", "annule", "aucun"])
def test_only_an_award_to_a_social_enterprise_is_one(version: ClauseVersion, outcome: str) -> None:
    ClauseUseFactory.create_batch(3, clause_version=version, outcome=outcome)
    assert figures(version) == UseFigures(3, 3, 0)


def test_what_is_kept_private_counts_and_shows_nothing(
    member: StrictClient, version: ClauseVersion
) -> None:
    ClauseUseFactory.create_batch(
        3, clause_version=version, sharing="private", wording="Un libellé gardé."
    )
    assert figures(version) == UseFigures(3, 3, 0)
    assertNotContains(member.get(version.clause.get_absolute_url()), "Un libellé gardé.")


def test_a_period_narrows_the_figures_in_one_query(
    version: ClauseVersion, django_assert_num_queries: Any
) -> None:
    ClauseUseFactory.create_batch(3, clause_version=version, used_on="2021-03-15")
    ClauseUseFactory.create_batch(2, clause_version=version, used_on="2020-03-15")
    with django_assert_num_queries(1):
        found = use_figures(ClauseUse.objects.filter(used_on__year=2021))
    assert found == {version.clause_id: UseFigures(3, 3, 0)}


def test_list_and_page_say_the_same(member: StrictClient, version: ClauseVersion) -> None:
    ClauseUseFactory.create_batch(2, clause_version=version)
    address = version.clause.get_absolute_url()
    assertNotContains(member.get("/clauses/"), "tilisée par")
    assertContains(member.get(address), "Moins de 3 organisations l’ont employée")
    ClauseUseFactory(clause_version=version)
    words = "Utilisée par 3\u00a0organisations dans 3\u00a0documents, aucun octroyé à une EÉS"
    for page in ("/clauses/", address):
        assertContains(member.get(page), words, count=1)


# Wordings


def test_a_shared_wording_is_a_difference_from_the_version_that_it_used(
    member: StrictClient, version: ClauseVersion
) -> None:
    ClauseVersionFactory(clause=version.clause, number=2, text="Tout autre chose.")
    ClauseUseFactory(
        clause_version=version,
        organization=OrganizationFactory(name="Ville-Nommée", may_be_named=True),
        sharing="chantier",
        wording="Le marché comprend quatre lots.",
        outcome="ees",
        lawyers_changed="Rien du tout.",
    )
    response = member.get(version.clause.get_absolute_url())
    assertContains(response, "Libellés employés par d’autres")
    assertContains(response, "Ville-Nommée</h3>")
    assertContains(response, "retiré&nbsp;: </span>[n]</del>")
    assertContains(response, "ajouté&nbsp;: </span>quatre</ins>")
    assertContains(response, "octroyé à une EÉS")
    assertContains(response, "Rien du tout.")
    assertContains(response, "d’après la version 1")
    # With the text in force, and with the wording.
    assertContains(response, Clause.NOTICE, count=2)


@pytest.mark.parametrize(
    ("level", "is_read"),
    [("private", False), ("coordination", False), ("chantier", True), ("public", True)],
)
def test_a_wording_is_read_as_far_as_it_is_shared(
    member: StrictClient, version: ClauseVersion, level: str, is_read: bool
) -> None:
    ClauseUseFactory(clause_version=version, sharing=level, wording="Un libellé à part.")
    response = member.get(version.clause.get_absolute_url())
    assert [variant.who for variant in response.context["variants"]] == (
        ["Un membre du chantier"] if is_read else []
    )


def test_those_who_are_not_named_and_those_who_left(
    member: StrictClient, version: ClauseVersion
) -> None:
    shared = {"clause_version": version, "sharing": "chantier", "wording": "Ainsi."}
    ClauseUseFactory(organization=OrganizationFactory(name="Ville-Discrète"), **shared)
    gone = OrganizationFactory(name="Ville-Partie", may_be_named=True, is_active=False)
    ClauseUseFactory(organization=gone, **shared)
    response = member.get(version.clause.get_absolute_url())
    assertContains(response, "Un membre du chantier</h3>", count=1)
    for name in ("Ville-Discrète", "Ville-Partie"):
        assertNotContains(response, name)


def test_ones_own_wording_is_always_there_and_leads_to_its_use(
    member: StrictClient,
    log_in_as: LogIn,
    outsider: User,
    version: ClauseVersion,
    organization: Any,
) -> None:
    use = ClauseUseFactory(
        clause_version=version,
        organization=organization,
        sharing=SharingLevel.PRIVATE,
        wording="Chez nous.",
    )
    address = version.clause.get_absolute_url()
    response = member.get(address)
    assertContains(response, "Votre organisation</h3>")
    assertContains(response, f"/organisations/organisation-a/clauses/{use.pk}/")
    assertNotContains(log_in_as(outsider).get(address), "Chez nous.")


def test_the_six_newest_wordings_are_shown(version: ClauseVersion) -> None:
    for day in range(1, 9):
        ClauseUseFactory(
            clause_version=version,
            sharing="chantier",
            used_on=f"2021-03-{day:02}",
            wording="Ainsi.",
        )
    # What was taken as it stands is no other wording.
    ClauseUseFactory(
        clause_version=version, sharing="chantier", used_on="2021-04-01", wording=version.text
    )
    found = variants_of(version.clause, None)
    assert [variant.used_on.day for variant in found] == [8, 7, 6, 5, 4, 3]


def test_a_wording_that_only_has_other_spaces_is_said_to_be_the_model(
    member: StrictClient, version: ClauseVersion
) -> None:
    wording = version.text.replace(" ", "  ")
    ClauseUseFactory(clause_version=version, sharing="chantier", wording=wording)
    assertContains(member.get(version.clause.get_absolute_url()), "Repris tel quel.")
