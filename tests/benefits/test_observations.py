"""What an organization observed: noted once, listed, read by whom it is shown to."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import ObservedBenefit
from chantier.lib.french import NBSP
from measures.actions.audit import subject_of
from members.models import AuditEntry, Organization, User
from tests.benefits.observing import ADD, LIST, posted, verify
from tests.conftest import LogIn
from tests.factories import (
    BenefitFactory,
    EvidenceFactory,
    ImplementationFactory,
    ObservedBenefitFactory,
    PurchaseFactory,
)


@pytest.fixture
def observation(organization: Organization) -> ObservedBenefit:
    row: ObservedBenefit = ObservedBenefitFactory(
        organization=organization,
        benefit__title="Heures d’insertion",
        statement="Trois équipes ont été formées.",
    )
    return row


# --- Noted ---------------------------------------------------------------------------


def test_a_value_is_noted_from_a_purchase(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    purchase = PurchaseFactory(organization=organization)
    benefit = BenefitFactory(slug="heures")
    piece = EvidenceFactory(organization=organization)
    client = log_in_as(contributor)
    page = client.get(ADD, {"achat": purchase.pk, "benefice": "heures"})
    assertContains(page, "<b>heures</b>")
    assert page.context["form"]["purchase"].value() == purchase.pk
    data = posted(benefit, purchase=purchase.pk, evidence=piece.pk)
    response = client.post(ADD, data)
    row = ObservedBenefit.objects.get()
    assertRedirects(response, row.get_absolute_url())
    assert (row.value, row.purchase, row.evidence) == (Decimal("1234.5"), purchase, piece)
    assert (row.organization, row.created_by) == (organization, contributor)
    # Nobody consents by noting.
    assert (row.consent, row.consent_at) == ("none", None)
    assert AuditEntry.objects.get(subject=subject_of(row)).actor == contributor


def test_a_story_is_noted_from_a_record(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization)
    benefit = BenefitFactory(qualitative=True)
    client = log_in_as(contributor)
    page = client.get(ADD, {"mesure": record.pk})
    assert page.context["form"]["implementation"].value() == record.pk
    client.post(
        ADD, posted(benefit, value="", statement="Un service de plus.", implementation=record.pk)
    )
    assert ObservedBenefit.objects.get().statement == "Un service de plus."


@pytest.mark.parametrize(
    ("benefit", "changes", "message"),
    [
        ({"qualitative": True}, {"value": "5", "statement": "Oui."}, "ne se chiffre pas"),
        ({"qualitative": True}, {"value": ""}, "Dites ce que vous avez observé."),
        ({}, {"value": ""}, "Donnez une valeur, ou dites ce qui a été observé."),
        ({}, {"value": "-2"}, "Écrivez un nombre de zéro ou plus."),
        ({}, {"value": "douze"}, "Écrivez un nombre seul"),
        ({"unit": "%"}, {"value": "101"}, "Une part ne dépasse pas"),
        ({}, {"observed_on": "2099-01-01"}, "Cette date est à venir"),
        ({}, {"observed_on": "1921-01-01"}, "Vérifiez l’année"),
        ({}, {"purchase": ""}, "Choisissez un achat ou une mesure du registre."),
        ({}, {"benefit": ""}, "Choisissez un bénéfice."),
    ],
)
def test_what_cannot_be_noted_says_why_and_keeps_what_was_typed(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    benefit: dict[str, Any],
    changes: dict[str, Any],
    message: str,
) -> None:
    purchase = PurchaseFactory(organization=organization)
    data = {"purchase": purchase.pk, "statement": ""} | changes
    response = log_in_as(contributor).post(ADD, posted(BenefitFactory(**benefit), **data))
    assertContains(response, message)
    assert response.context["form"]["statement"].value() == data["statement"]
    assert not ObservedBenefit.objects.exists()
    assert not AuditEntry.objects.exists()


def test_an_observation_is_tied_to_one_thing(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    purchase = PurchaseFactory(organization=organization)
    record = ImplementationFactory(organization=organization)
    data = posted(BenefitFactory(), purchase=purchase.pk, implementation=record.pk)
    response = log_in_as(contributor).post(ADD, data)
    assertContains(response, "Choisissez l’un ou l’autre, pas les deux.")


def test_what_belongs_to_another_organization_is_refused(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    client, benefit = log_in_as(contributor), BenefitFactory()
    purchase, record, piece = PurchaseFactory(), ImplementationFactory(), EvidenceFactory()
    mine = PurchaseFactory(organization=organization)
    for data, message in [
        ({"purchase": purchase.pk}, "Choisissez un achat de votre organisation."),
        ({"implementation": record.pk}, "Choisissez une mesure de votre registre."),
        ({"purchase": mine.pk, "evidence": piece.pk}, "Choisissez une preuve de votre"),
    ]:
        assertContains(client.post(ADD, posted(benefit, **data)), message)
    for query in ({"achat": purchase.pk}, {"mesure": record.pk}, {"achat": "x"}, {"benefice": "z"}):
        assert client.get(ADD, query).status_code == 404
    assert not ObservedBenefit.objects.exists()


def test_a_second_click_notes_nothing_twice_and_other_words_are_not_lost(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    client = log_in_as(contributor)
    data = posted(BenefitFactory(), purchase=PurchaseFactory(organization=organization).pk)
    for _ in range(2):
        client.post(ADD, data)
    assert ObservedBenefit.objects.count() == 1
    client.post(ADD, data | {"value": "7"})
    assert set(ObservedBenefit.objects.values_list("value", flat=True)) == {7, Decimal("1234.5")}


def test_an_old_purchase_is_offered_when_the_form_starts_from_it(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    old = PurchaseFactory(organization=organization, purchased_on=datetime.date(2019, 1, 1))
    PurchaseFactory.create_batch(101, organization=organization)
    client = log_in_as(contributor)
    offered = f'<option value="{old.pk}"'
    assertNotContains(client.get(ADD), offered)
    assertContains(client.get(ADD, {"achat": old.pk}), f"{offered} selected")
    response = client.post(ADD, posted(BenefitFactory(), purchase=old.pk))
    assertRedirects(response, ObservedBenefit.objects.get().get_absolute_url())


@pytest.mark.parametrize("slug", ["inconnu", "a\0"])
def test_a_benefit_that_nobody_knows_starts_no_form(
    log_in_as: LogIn, contributor: User, organization: Organization, slug: str
) -> None:
    assert log_in_as(contributor).get(ADD, {"benefice": slug}).status_code == 404


# --- Read ----------------------------------------------------------------------------


def test_the_list_filters_and_adds_up_by_benefit(
    log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    hours, share = BenefitFactory(title="Heures", slug="heures"), BenefitFactory(unit="%")
    for value in (100, 20):
        verify(ObservedBenefitFactory(organization=organization, benefit=hours, value=value))
    for value in (40, 80):
        ObservedBenefitFactory(organization=organization, benefit=share, value=value)
    client = log_in_as(reader)
    totals = {each.title: each for each in client.get(LIST).context["totals"]}
    assert totals["Heures"].quantity == f"120{NBSP}heures"
    assert totals["Heures"].verified == 2
    # Shares are never added up.
    assert totals[share.title].quantity == f"60{NBSP}%"
    filtered = client.get(LIST, {"benefice": "heures"})
    assert filtered.context["listing"].number_found == 2
    assert [each.title for each in filtered.context["totals"]] == ["Heures"]
    assert client.get(LIST, {"verifiee": "non"}).context["listing"].number_found == 2
    assert client.get(LIST, {"citation": "named"}).context["listing"].number_found == 0


def test_staff_read_what_is_shared_and_nothing_of_purchases(
    log_in_as: LogIn, coordinator: User, organization: Organization, observation: ObservedBenefit
) -> None:
    ObservedBenefitFactory(organization=organization, sharing="private", statement="Chez nous.")
    assert observation.purchase is not None
    response = log_in_as(coordinator).get(LIST)
    assertContains(response, "Trois équipes ont été formées.")
    assertNotContains(response, "Chez nous.")
    assertNotContains(response, observation.purchase.supplier_name)
    assertNotContains(response, "ajouter/")


def test_another_organization_finds_nothing(
    log_in_as: LogIn, outsider: User, observation: ObservedBenefit
) -> None:
    client, address = log_in_as(outsider), observation.get_absolute_url()
    elsewhere = f"/organisations/organisation-b/benefices/{observation.pk}/"
    for path in (LIST, ADD, address, f"{address}consentement/", elsewhere):
        assert client.get(path).status_code == 404
    for path in (f"{address}retirer/", f"{elsewhere}retirer/", elsewhere):
        assert client.post(path, {"version": "1"}).status_code == 404
    assert ObservedBenefit.objects.exists()


def test_readers_write_nothing(
    log_in_as: LogIn, reader: User, observation: ObservedBenefit
) -> None:
    client, address = log_in_as(reader), observation.get_absolute_url()
    for path in (ADD, address, f"{address}consentement/"):
        assert client.get(path).status_code == 403
    for path in (ADD, address, f"{address}retirer/", f"{address}consentement/"):
        assert client.post(path).status_code == 403
    assertNotContains(client.get(LIST), "Modifier")


def test_the_record_shows_what_it_brought(
    log_in_as: LogIn, contributor: User, coordinator: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization)
    for sharing, title in (("private", "Secret"), ("coordination", "Partagé")):
        ObservedBenefitFactory(
            organization=organization,
            benefit__title=title,
            purchase=None,
            implementation=record,
            sharing=sharing,
        )
    page = log_in_as(contributor).get(record.get_absolute_url())
    assertContains(page, "Secret")
    assertContains(page, f'href="{ADD}?mesure={record.pk}"')
    shared = log_in_as(coordinator).get(record.get_absolute_url())
    assertContains(shared, "Partagé")
    assertNotContains(shared, "Secret")


def test_pages_cost_a_fixed_number_of_queries(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    observation: ObservedBenefit,
    django_assert_num_queries: Any,
) -> None:
    client = log_in_as(contributor)
    for _ in range(2):
        # Session, person, place; rows, their number, totals, choices of the filters (2); spine.
        with django_assert_num_queries(9):
            client.get(LIST)
        # As above, then benefits, purchases, records, pieces.
        with django_assert_num_queries(8):
            client.get(ADD)
        ObservedBenefitFactory.create_batch(5, organization=organization)
