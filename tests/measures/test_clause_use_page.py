"""The page of a use: what differs from the model, the outcome, the journal, the register."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import ClauseUse, ClauseVersion
from members.models import AuditEntry, Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    ClauseUseFactory,
    ClauseVersionFactory,
    ImplementationFactory,
    ThresholdFactory,
)
from tests.html import StrictClient
from tests.measures.sent import url
from tests.measures.uses import noted, sent_use, use_at

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


def test_the_wording_is_shown_as_a_difference_in_signs_and_words(
    member: StrictClient, use: ClauseUse
) -> None:
    page = member.get(use_at(use))
    assertContains(page, f"retiré{'&nbsp;'}: </span>[nom]</del>")
    assertContains(page, f"ajouté{'&nbsp;'}: </span>Untel</ins>")


def test_a_wording_like_the_model_says_so(
    member: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    same = ClauseUseFactory(
        organization=organization, clause_version=version, wording=f"{version.text}\n"
    )
    assertContains(member.get(use_at(same)), "Identique au modèle, version 1.")


def test_a_new_version_changes_nothing_of_an_earlier_use(
    member: StrictClient, use: ClauseUse, version: ClauseVersion
) -> None:
    before = ClauseUse.objects.values().get()
    newer = ClauseVersionFactory(clause=version.clause, number=2, text="Tout autre chose.")
    page = member.get(use_at(use))
    assert ClauseUse.objects.values().get() == before
    assertContains(page, "Une version plus récente du modèle existe.")
    assertContains(page, "[nom]</del>")
    assertNotContains(page, newer.text)
    kwargs = {"slug": version.clause.slug, "number": 2}
    assertContains(page, reverse("measures:clause_version", kwargs=kwargs))


def test_the_outcome_comes_later_and_the_journal_tells_it(
    member: StrictClient, use: ClauseUse, contributor: User
) -> None:
    data = sent_use(use, outcome="ees", bids="3", amount="12 000")
    assertRedirects(member.post(use_at(use), data), use_at(use))
    use.refresh_from_db()
    assert (use.outcome, use.bids, use.amount, use.version) == ("ees", 3, Decimal(12000), 2)
    latest, first = member.get(use_at(use)).context["journal"]
    assert (latest.title, first.title) == ("Emploi modifié", "Emploi noté")
    told = {change.label: (change.before, change.after) for change in latest.changes}
    assert told == {
        "Octroi": ("pas encore connu", "octroyé à une EÉS"),
        "Soumissions reçues d’EÉS": ("", "3"),
        "Montant du contrat, avant taxes": ("", f"12{N}000"),
    }
    assert "Libellé employé" in [change.label for change in first.changes]
    assert latest.actor == str(contributor)


def test_a_save_without_change_writes_nothing(member: StrictClient, use: ClauseUse) -> None:
    member.post(use_at(use), sent_use(use))
    use.refresh_from_db()
    assert use.version == 1
    assert AuditEntry.objects.count() == 1


def test_a_refused_correction_leaves_nothing_behind(member: StrictClient, use: ClauseUse) -> None:
    response = member.post(use_at(use), sent_use(use, wording="Neuf.", bids="abc"))
    assert "bids" in response.context["form"].errors
    assertContains(response, "Neuf.")
    use.refresh_from_db()
    assert (use.version, use.wording) == (1, "Le fournisseur Untel s’engage.")


def test_staff_see_neither_the_journal_nor_a_record_that_is_kept(
    log_in_as: LogIn, facilitator: User, reader: User, use: ClauseUse
) -> None:
    record = ImplementationFactory(organization=use.organization, sharing=SharingLevel.PRIVATE)
    ClauseUse.objects.update(implementation=record)
    page = log_in_as(facilitator).get(use_at(use))
    assertNotContains(page, record.title)
    assert page.context["journal"] is None
    assertContains(log_in_as(reader).get(use_at(use)), record.title)
    ClauseUse.objects.update(sharing=SharingLevel.PRIVATE)
    assert log_in_as(facilitator).get(use_at(use)).status_code == 404


def test_a_use_of_another_organization_opens_nowhere(
    member: StrictClient, other_organization: Organization, organization: Organization
) -> None:
    foreign = ClauseUseFactory(organization=other_organization, sharing=SharingLevel.PUBLIC)
    for name in ("clause_use_detail", "clause_use_delete"):
        address = url(name, organization, pk=foreign.pk)
        assert member.post(address, sent_use(foreign)).status_code == 404
    assert member.get(url("clause_use_detail", organization, pk=foreign.pk)).status_code == 404
    assert ClauseUse.objects.count() == 1


# --- Taken away --------------------------------------------------------------------


def test_a_use_taken_away_stays_in_the_journal(member: StrictClient, use: ClauseUse) -> None:
    assertContains(member.get(use_at(use)), "Oui, supprimer cet emploi")
    for _ in range(2):
        response = member.post(use_at(use, "clause_use_delete"), {"version": "1"})
        assertRedirects(response, url("clause_use_list", use.organization))
    assert not ClauseUse.objects.exists()
    entry = AuditEntry.objects.get(action="clause_use_delete")
    assert entry.before["wording"] == "Le fournisseur Untel s’engage."
    assert entry.before["clause_version"]["label"] == "C-90, version 1"


# --- The register ------------------------------------------------------------------


def test_the_record_lists_the_uses_tied_to_it(
    member: StrictClient, log_in_as: LogIn, facilitator: User, use: ClauseUse
) -> None:
    record = ImplementationFactory(organization=use.organization)
    assertContains(
        member.get(record.get_absolute_url()),
        f"{url('clause_use_create', use.organization)}?mesure={record.pk}",
    )
    ClauseUse.objects.update(implementation=record)
    page = member.get(record.get_absolute_url())
    assert page.context["clause_uses"] == [use]
    assertContains(page, use_at(use))
    ClauseUse.objects.update(sharing=SharingLevel.PRIVATE)
    assertNotContains(log_in_as(facilitator).get(record.get_absolute_url()), use_at(use))


def test_the_page_of_a_use_costs_eleven_queries(
    member: StrictClient, use: ClauseUse, django_assert_num_queries: Any
) -> None:
    Organization.objects.update(regime=Organization.Regime.MUNICIPAL)
    ThresholdFactory(regime="organisme municipal", year=2020)
    for number in range(2, 6):
        ClauseVersionFactory(clause=use.clause_version.clause, number=number)
        ImplementationFactory(organization=use.organization)
    member.get(use_at(use))
    # session, person, membership with its organization, use with all it names, measures of the
    # clause, register, newer version, journal, kinds of document, amounts in force, stages
    with django_assert_num_queries(11):
        member.get(use_at(use))


def test_the_amounts_in_force_on_the_day_of_the_document_stand_beside_it(
    member: StrictClient, use: ClauseUse
) -> None:
    """A town: the amounts of 2023 hold for a document of 2024, not for one of 2021."""
    organization = use.organization
    organization.regime = organization.Regime.MUNICIPAL
    organization.save()
    ThresholdFactory(regime="organisme municipal", kind="appel_offres_public", year=2023)
    for year, holds in ((2024, True), (2021, False)):
        ClauseUse.objects.filter(pk=use.pk).update(used_on=datetime.date(year, 3, 15))
        page = member.get(use.get_absolute_url()).content.decode()
        assert ("Seuils en vigueur" in page) is holds
        assert (f"cadre-legal/?date={year}-03-15" in page) is holds
