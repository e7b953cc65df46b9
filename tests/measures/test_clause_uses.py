"""The use of a clause: noted, compared with its model, corrected and taken away."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import ClauseUse, ClauseVersion
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import (
    ClauseFactory,
    ClauseVersionFactory,
    ImplementationFactory,
)
from tests.html import StrictClient
from tests.measures.sent import url
from tests.measures.uses import create_at, noted, sent_new, sent_use, use_at

N = "\u00a0"


@pytest.fixture
def version() -> ClauseVersion:
    return ClauseVersionFactory(clause__title="Formation", clause__code="C-90")


@pytest.fixture
def use(organization: Organization, contributor: User, version: ClauseVersion) -> ClauseUse:
    return noted(
        organization,
        version,
        contributor,
        document_reference="AO-2021-12",
        wording="Le fournisseur Untel s’engage.",
    )


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


# --- Which clause ------------------------------------------------------------------


def test_the_clause_is_chosen_first(member: StrictClient, organization: Organization) -> None:
    ClauseVersionFactory(clause__title="Bilan", clause__slug="bilan")
    ClauseVersionFactory(clause__title="Retirée", clause__is_active=False)
    ClauseFactory(title="Sans libellé")
    page = member.get(url("clause_use_create", organization))
    assertContains(page, 'href="?clause=bilan"')
    for title in ("Retirée", "Sans libellé"):
        assertNotContains(page, title)


def test_a_clause_is_found_by_its_code_its_title_or_its_words(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    ClauseVersionFactory(clause__title="Bilan", text="Autre chose.")
    for words in ("c-90", "FORMATION", "s'engage"):
        (group,) = member.get(url("clause_use_create", organization), {"q": words}).context[
            "groups"
        ]
        assert [clause.title for clause in group.clauses] == ["Formation"]
    page = member.get(url("clause_use_create", organization), {"q": "zzz\x00"})
    assertContains(page, "Aucune clause ne correspond")


def test_the_clauses_of_the_measure_come_first(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    record = ImplementationFactory(organization=organization)
    linked = ClauseVersionFactory(clause__title="Liée", clause__slug="liee").clause
    linked.measures.add(record.measure)
    page = member.get(url("clause_use_create", organization), {"mesure": record.pk})
    first, second = page.context["groups"]
    assert (first.title, [row.title for row in first.clauses]) == (
        "Clauses liées à cette mesure",
        ["Liée"],
    )
    assert [row.title for row in second.clauses] == ["Formation"]
    assertContains(page, f'href="?clause=liee&amp;mesure={record.pk}"')


@pytest.mark.parametrize("key", ["0", "abc", "²", "9" * 30, "-1"])
def test_a_record_that_is_not_ours_is_one_that_does_not_exist(
    member: StrictClient, organization: Organization, version: ClauseVersion, key: str
) -> None:
    assert member.get(url("clause_use_create", organization), {"mesure": key}).status_code == 404


def test_a_record_of_another_organization_opens_nothing(
    member: StrictClient,
    organization: Organization,
    other_organization: Organization,
    version: ClauseVersion,
) -> None:
    foreign = ImplementationFactory(organization=other_organization)
    address = create_at(organization, version)
    assert member.get(f"{address}&mesure={foreign.pk}").status_code == 404
    response = member.post(address, sent_new(version, implementation=str(foreign.pk)))
    assertContains(response, "Choisissez une mesure de votre registre.")
    assert not ClauseUse.objects.exists()


def test_a_retired_clause_leads_to_the_others(
    member: StrictClient, organization: Organization
) -> None:
    gone = ClauseVersionFactory(clause__title="Ancienne", clause__is_active=False)
    page = member.get(create_at(organization, gone))
    assertContains(page, "a été retirée de la bibliothèque")
    assertNotContains(page, "<textarea")


# --- Noting ------------------------------------------------------------------------


def test_the_form_opens_with_the_model_and_its_notice(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    page = member.get(create_at(organization, version))
    assert page.context["form"]["wording"].value() == version.text
    assertContains(page, "faire valider par votre service juridique")
    assertContains(page, "data-draft=")


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_form_opens_with_the_text_that_another_page_filled_in(
    member: StrictClient, organization: Organization, version: ClauseVersion, method: str
) -> None:
    address, text = create_at(organization, version), "Le fournisseur\r\nUntel s’engage."
    if method == "get":
        page = member.get(
            url("clause_use_create", organization),
            {
                "clause": version.clause.slug,
                "libelle": text,
            },
        )
    else:
        page = member.post(address, {"libelle": text})
    assert page.context["form"]["wording"].value() == "Le fournisseur\nUntel s’engage."
    assertNotContains(page, "n’est pas encore noté")
    assert not ClauseUse.objects.exists()


def test_the_text_filled_in_at_the_library_is_taken_along(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    fill = reverse("measures:clause_fill", args=[version.clause.slug])
    page = member.get(fill, {"nom": "Untel"})
    assertContains(page, 'name="libelle" value="Le fournisseur Untel s’engage."')
    assertContains(page, f'action="{create_at(organization, version)}"')


def test_the_records_of_the_clause_come_first(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    other = ImplementationFactory(organization=organization)
    linked = ImplementationFactory(organization=organization)
    version.clause.measures.add(linked.measure)
    page = member.get(f"{create_at(organization, version)}&mesure={other.pk}")
    form = page.context["form"]
    assert form["implementation"].value() == other.pk
    (_, none), (first, ours), (second, others) = form.fields["implementation"].choices
    assert none == "Aucune"
    assert (first, [key for key, _ in ours]) == ("Mesures liées à cette clause", [linked.pk])
    assert (second, [key for key, _ in others]) == ("Autres mesures de votre registre", [other.pk])


def test_a_use_is_noted_as_it_is_typed(
    member: StrictClient, organization: Organization, contributor: User, version: ClauseVersion
) -> None:
    record = ImplementationFactory(organization=organization)
    text = "  Le fournisseur Untel\r\n\r\n  s’engage.  "
    response = member.post(
        create_at(organization, version),
        sent_new(
            version,
            wording=text,
            implementation=str(record.pk),
            bids="2",
            outcome="ees",
            amount="48 000,50",
            lawyers_changed="Le délai.",
        ),
    )
    use = ClauseUse.objects.get()
    assertRedirects(response, use_at(use))
    assert use.wording == text.replace("\r\n", "\n")
    assert (use.clause_version, use.implementation) == (version, record)
    assert (use.bids, use.outcome, use.amount) == (2, "ees", Decimal("48000.50"))
    assert (use.organization, use.created_by, use.version) == (organization, contributor, 1)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.organization) == (
        "clause_use_add",
        contributor,
        organization,
    )


def test_a_second_click_notes_it_once(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    data, address = sent_new(version), create_at(organization, version)
    for _ in range(2):
        response = member.post(address, data)
        assertRedirects(response, use_at(ClauseUse.objects.get()))
    assert AuditEntry.objects.count() == 1


def test_other_words_under_the_same_key_are_another_use(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    data, address = sent_new(version), create_at(organization, version)
    member.post(address, data)
    member.post(address, data | {"document_reference": "AO-2021-13"})
    references = ClauseUse.objects.values_list("document_reference", flat=True)
    assert sorted(references) == ["AO-2021-12", "AO-2021-13"]


BAD = [
    ("document_reference", "", "Donnez le numéro ou le nom du document."),
    ("document_kind", "", "Choisissez la sorte de document."),
    ("document_kind", "999999", "Sélectionnez un choix valide"),
    ("used_on", "", "Donnez la date du document."),
    ("used_on", "2201-03-15", "Vérifiez l’année"),
    ("used_on", "1021-03-15", "Vérifiez l’année"),
    ("wording", " \n ", "Copiez ici le libellé"),
    ("wording", "x" * 10_001, "10001"),
    ("bids", "deux", "Écrivez un nombre entier"),
    ("bids", "1,5", "Écrivez un nombre entier"),
    ("bids", "-1", "0"),
    ("amount", "48 000 $", "Écrivez un nombre seul"),
    ("amount", "12 34", "Écrivez un nombre seul"),
    ("amount", "-5", "0"),
    ("outcome", "gagne", "Sélectionnez un choix valide"),
    ("sharing", "tous", "Sélectionnez un choix valide"),
    ("clause_version", "7", "Choisissez une version de cette clause."),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_bad_input_is_told_at_its_field_and_writes_nothing(
    member: StrictClient,
    organization: Organization,
    version: ClauseVersion,
    name: str,
    value: str,
    message: str,
) -> None:
    data = sent_new(version, outcome="ees", amount="10", lawyers_changed="Gardé.") | {name: value}
    response = member.post(create_at(organization, version), data)
    assert response.status_code == 200
    assert message in str(response.context["form"].errors[name])
    assertContains(response, "Gardé.")
    assert not ClauseUse.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("outcome", ["", "annule", "aucun"])
def test_an_amount_needs_a_contract(
    member: StrictClient, organization: Organization, version: ClauseVersion, outcome: str
) -> None:
    data = sent_new(version, outcome=outcome, amount="1 234,50")
    response = member.post(create_at(organization, version), data)
    assert "contrat octroyé" in str(response.context["form"].errors["amount"])
    assert not ClauseUse.objects.exists()


def test_one_use_for_a_version_and_a_document(
    member: StrictClient, use: ClauseUse, version: ClauseVersion
) -> None:
    response = member.post(create_at(use.organization, version), sent_new(version))
    assert "déjà notée" in str(response.context["form"].errors["document_reference"])
    assert ClauseUse.objects.count() == 1


def test_a_reader_notes_nothing(
    log_in_as: LogIn, reader: User, facilitator: User, use: ClauseUse
) -> None:
    for user in (reader, facilitator):
        client = log_in_as(user)
        assert client.post(use_at(use), sent_use(use, bids="3")).status_code == 403
        assert client.post(use_at(use, "clause_use_delete"), {"version": "1"}).status_code == 403
        page = client.get(use_at(use))
        assertNotContains(page, "<textarea")
        assertContains(page, "Untel")


def test_the_day_of_a_version_is_that_of_québec(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    late = datetime.datetime(2021, 3, 2, 2, tzinfo=datetime.UTC)
    ClauseVersion.objects.filter(pk=version.pk).update(created_at=late)
    ClauseVersionFactory(clause=version.clause, number=2)
    page = member.get(create_at(organization, version))
    assertContains(page, f"Version 1, du 1er{N}mars 2021")
