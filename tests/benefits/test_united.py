"""Pages that were opened on an enterprise before it was united with another."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from benefits.actions.merging import merge_enterprises
from benefits.models import (
    EligibilityReview,
    FavouriteEnterprise,
    RemovalRequest,
    SocialEnterprise,
)
from members.models import Organization, User
from tests.benefits.kept import lists, opened
from tests.conftest import LogIn
from tests.factories import SocialEnterpriseFactory, UserFactory
from tests.html import StrictClient


@pytest.fixture
def kept(db: None) -> SocialEnterprise:
    lists()
    return SocialEnterpriseFactory(name="Octet", slug="octet", mission="Réemploi.", offer="")


@pytest.fixture
def gone(kept: SocialEnterprise) -> SocialEnterprise:
    return SocialEnterpriseFactory(name="Octet inc.", slug="octet-inc", mission="Réparer.")


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


def unite(kept: SocialEnterprise, gone: SocialEnterprise) -> None:
    for row in (kept, gone):
        row.refresh_from_db()
    versions = (kept.version, gone.version)
    merge_enterprises(kept=kept, gone=gone, versions=versions, by=UserFactory())
    for row in (kept, gone):
        row.refresh_from_db()


@pytest.mark.parametrize("page", ["modifier", "examens"])
def test_a_page_of_the_one_that_went_opens_that_of_the_one_that_stays(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise, page: str
) -> None:
    unite(kept, gone)
    response = staff.get(f"/entreprises/octet-inc/{page}/", follow=True)
    assertRedirects(response, f"/entreprises/octet/{page}/")
    assertContains(response, "«\u00a0Octet inc.\u00a0» est réunie à «\u00a0Octet\u00a0»")


def test_what_was_typed_for_the_one_that_went_is_offered_to_the_one_that_stays(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    typed = opened(gone, offer="Des portables.", certification="Un label.")
    unite(kept, gone)
    # As many saves as the one that went: its number must not pass for that of the other.
    SocialEnterprise.objects.filter(pk=kept.pk).update(version=1, certification="Autre label.")
    response = staff.post("/entreprises/octet-inc/modifier/", typed)
    assertContains(response, "est réunie à", status_code=409)
    assertContains(response, 'action="/entreprises/octet/modifier/"', status_code=409)
    assertContains(response, "Des portables.", status_code=409)
    form = response.context["form"]
    # What its person left alone is that of the one that stays; what both said is asked.
    assert (form.data["name"], form.data["mission"]) == ("Octet", "Réemploi.")
    assert "certification" in [clash.name for clash in response.context["merge"].clashes]
    kept.refresh_from_db()
    assert (kept.offer, kept.certification) == ("", "Autre label.")


def test_a_form_in_which_nothing_was_typed_leads_on(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    typed = opened(gone)
    unite(kept, gone)
    response = staff.post("/entreprises/octet-inc/modifier/", typed)
    assertRedirects(response, kept.get_absolute_url())
    kept.refresh_from_db()
    assert kept.name == "Octet"


def test_an_examination_of_the_one_that_went_is_kept_in_its_form(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    unite(kept, gone)
    typed = {
        "state": "a-verifier",
        "examined_on": "2021-02-03",
        "evidence": "Lettres patentes lues.",
        "submission_key": str(uuid.uuid4()),
    }
    response = staff.post("/entreprises/octet-inc/examens/", typed)
    assertContains(response, "Lettres patentes lues.", status_code=409)
    assertContains(response, 'action="/entreprises/octet/examens/"', status_code=409)
    assert not EligibilityReview.objects.exists()
    staff.post("/entreprises/octet/examens/", typed)
    assert EligibilityReview.objects.get().enterprise == kept


@pytest.mark.parametrize("wanted", ["oui", "non"])
def test_a_favourite_is_that_of_the_one_that_stays(
    log_in_as: LogIn, manager: User, kept: SocialEnterprise, gone: SocialEnterprise, wanted: str
) -> None:
    client = log_in_as(manager)
    if wanted == "non":
        FavouriteEnterprise.objects.create(user=manager, enterprise=gone)
    unite(kept, gone)
    response = client.post("/entreprises/octet-inc/favori/", {"favori": wanted}, follow=True)
    assertContains(response, "est réunie à")
    found = FavouriteEnterprise.objects.filter(user=manager).values_list("enterprise", flat=True)
    assert list(found) == ([kept.pk] if wanted == "oui" else [])


def test_the_button_of_a_favourite_becomes_that_of_the_one_that_stays(
    log_in_as: LogIn, manager: User, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    unite(kept, gone)
    htmx = {"HX-Request": "true"}
    address = "/entreprises/octet-inc/favori/"
    response = log_in_as(manager).post(address, {"favori": "oui"}, headers=htmx)
    assertContains(response, 'hx-post="/entreprises/octet/favori/"')


def test_a_request_to_be_taken_out_follows(
    client: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    unite(kept, gone)
    assertRedirects(client.get("/entreprises/octet-inc/retrait/"), "/entreprises/octet/retrait/")
    posted = {"message": "Retirez mon nom.", "submission_key": str(uuid.uuid4())}
    client.post("/entreprises/octet-inc/retrait/", posted)
    assert RemovalRequest.objects.get().enterprise == kept


def test_an_address_that_no_enterprise_can_have_is_nobody_s(
    staff: StrictClient, organization: Organization
) -> None:
    proposal = SocialEnterpriseFactory(
        state="proposed", proposed_for=organization, proposed_by=UserFactory()
    )
    posted = {"act": "known", "enterprise": "a\0"}
    response = staff.post(f"/entreprises/propositions/{proposal.pk}/", posted)
    assert response.status_code == 404


def test_a_proposal_is_known_as_the_one_that_stays(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise, organization: Organization
) -> None:
    proposal = SocialEnterpriseFactory(
        state="proposed", proposed_for=organization, proposed_by=UserFactory()
    )
    unite(kept, gone)
    posted = {"act": "known", "enterprise": "octet-inc"}
    response = staff.post(f"/entreprises/propositions/{proposal.pk}/", posted)
    assertRedirects(response, "/entreprises/propositions/")
    proposal.refresh_from_db()
    assert proposal.merged_into == kept


def test_two_that_are_united_are_not_compared_again(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    unite(kept, gone)
    response = staff.get(f"/entreprises/doublons/{kept.pk}/{gone.pk}/", follow=True)
    assertRedirects(response, "/entreprises/doublons/")
    assertContains(response, "déjà réunie à une autre")


@pytest.mark.parametrize("page", ["modifier", "examens", "retrait"])
def test_what_the_directory_never_showed_has_no_page(
    staff: StrictClient, kept: SocialEnterprise, page: str
) -> None:
    row = SocialEnterpriseFactory(state="declined", slug="jamais-vue")
    assert staff.get(f"/entreprises/{row.slug}/{page}/").status_code == 404
