"""An observation changed, united with a colleague’s, or taken away: nothing is lost."""

from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from benefits.models import ObservedBenefit
from benefits.observed.actions import VERIFIED
from members.models import AuditEntry, Organization, User
from tests.benefits.observing import LIST, stored, verify
from tests.conftest import LogIn
from tests.factories import (
    ObservedBenefitFactory,
)


@pytest.fixture
def observation(organization: Organization) -> ObservedBenefit:
    row: ObservedBenefit = ObservedBenefitFactory(
        organization=organization,
        benefit__title="Heures d’insertion",
        statement="Trois équipes ont été formées.",
    )
    return row


# --- Changed -------------------------------------------------------------------------


def test_a_change_is_saved_with_its_line(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    response = log_in_as(contributor).post(
        observation.get_absolute_url(), stored(observation, value="150"), follow=True
    )
    assertContains(response, "Bénéfice observé modifié")
    observation.refresh_from_db()
    assert (observation.value, observation.version) == (Decimal(150), 2)


def test_nothing_changed_writes_nothing(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    address = observation.get_absolute_url()
    assertContains(
        log_in_as(contributor).post(address, stored(observation), follow=True),
        "Rien n’avait changé",
    )
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"value": "150"}, False),
        ({"statement": "Autre récit."}, False),
        ({"observed_on": "2021-02-01"}, True),
        ({"sharing": "chantier"}, True),
    ],
)
def test_a_change_of_what_was_verified_takes_the_verification_away_as_was_said(
    log_in_as: LogIn,
    contributor: User,
    observation: ObservedBenefit,
    changes: dict[str, str],
    stays: bool,
) -> None:
    verify(observation)
    client, address = log_in_as(contributor), observation.get_absolute_url()
    assertContains(client.get(address), "retirera cette vérification")
    client.post(address, stored(observation) | changes)
    observation.refresh_from_db()
    assert (observation.verified_at is not None) is stays
    told = AuditEntry.objects.filter(action="observation_unverify").exists()
    assert told is not stays


@pytest.mark.parametrize(
    ("changes", "consent", "lapsed"),
    [
        ({"observed_on": "2021-02-01"}, "unnamed", ""),
        # What was consented to is not what is saved.
        ({"value": "150"}, "none", "unnamed"),
    ],
)
def test_a_consent_given_while_a_form_is_open_holds_for_what_was_read(
    log_in_as: LogIn,
    contributor: User,
    observation: ObservedBenefit,
    changes: dict[str, str],
    consent: str,
    lapsed: str,
) -> None:
    data = stored(observation, **changes)
    ObservedBenefit.objects.update(
        consent="unnamed", consent_by=contributor, consent_at=timezone.now()
    )
    log_in_as(contributor).post(observation.get_absolute_url(), data)
    observation.refresh_from_db()
    assert observation.version == 2
    assert (observation.consent, observation.lapsed_consent) == (consent, lapsed)


def test_two_people_lose_nothing(
    log_in_as: LogIn, contributor: User, manager: User, observation: ObservedBenefit
) -> None:
    address, mine = observation.get_absolute_url(), stored(observation, statement="Mon récit.")
    log_in_as(manager).post(address, stored(observation, value="150", statement="Son récit."))
    client = log_in_as(contributor)
    met = client.post(address, mine)
    assert met.status_code == 409
    form = met.context["form"]
    assert (form["value"].value(), form["statement"].value()) == ("150", "Mon récit.")
    assert [clash.name for clash in met.context["merge"].clashes] == ["statement"]
    again = mine | {"value": "150", "version": form["version"].value(), "choice_statement": "both"}
    client.post(address, again)
    observation.refresh_from_db()
    assert observation.statement == "Mon récit.\n\nSon récit."
    assert observation.value == 150


def test_a_verification_meanwhile_is_no_clash(
    log_in_as: LogIn, contributor: User, facilitator: User, observation: ObservedBenefit
) -> None:
    data = stored(observation, observed_on="2021-02-02")
    log_in_as(facilitator).post(
        f"/benefices/observations/{observation.pk}/verifier/", {"act": "verify", "version": "1"}
    )
    assert AuditEntry.objects.get().action == VERIFIED
    response = log_in_as(contributor).post(observation.get_absolute_url(), data)
    assertRedirects(response, observation.get_absolute_url())
    observation.refresh_from_db()
    assert observation.verified_by == facilitator


# --- Taken away ----------------------------------------------------------------------


def test_an_observation_is_taken_away_and_the_journal_keeps_it(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    client, address = log_in_as(contributor), f"{observation.get_absolute_url()}retirer/"
    assertContains(client.post(address, {"version": "7"}, follow=True), "relisez, puis")
    for _ in range(2):
        assertRedirects(client.post(address, {"version": "1"}), LIST)
    assert not ObservedBenefit.objects.exists()
    line = AuditEntry.objects.get(action="observation_remove")
    assert line.before["statement"] == "Trois équipes ont été formées."
    assertRedirects(client.get(observation.get_absolute_url()), LIST)


def test_what_was_typed_over_one_that_is_gone_is_kept(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    client, address = log_in_as(contributor), observation.get_absolute_url()
    data = stored(observation, statement="Tout mon récit.")
    client.post(f"{address}retirer/", {"version": "1"})
    response = client.post(address, data)
    assert response.status_code == 409
    assertContains(response, "Tout mon récit.", status_code=409)
