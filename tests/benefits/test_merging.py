"""Two rows of the directory that are one enterprise."""

import uuid
from typing import Any

import pytest
from django.db import models
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.actions.merging import merge_enterprises
from benefits.actions.purchases import change_purchase, state_of
from benefits.actions.suppliers import confirm_supplier
from benefits.keeping import duplicates
from benefits.models import (
    EligibilityReview,
    FavouriteEnterprise,
    Purchase,
    PurchaseImportSupplier,
    RemovalRequest,
    SocialEnterprise,
    SupplierMatch,
)
from meetings.models import Meeting
from members.models import AuditEntry, Organization, User
from tests.benefits.bought import noted
from tests.benefits.test_directory_import import confirm as confirm_table
from tests.benefits.test_directory_import import send as send_table
from tests.conftest import LogIn
from tests.factories import (
    FavouriteEnterpriseFactory,
    MeetingFactory,
    PurchaseFactory,
    PurchaseImportFactory,
    RemovalRequestFactory,
    SocialEnterpriseFactory,
    SupplierMatchFactory,
    TermFactory,
)
from tests.html import StrictClient

LIST = "/entreprises/doublons/"
# Models that follow the one that stays, and those that tell of the past where it happened.
MOVED = {Purchase, SupplierMatch, FavouriteEnterprise, RemovalRequest, Meeting}
STAYS = {EligibilityReview, SocialEnterprise}


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def kept(db: None) -> SocialEnterprise:
    return SocialEnterpriseFactory(name="Octet reconditionné", slug="octet", neq="")


@pytest.fixture
def gone(db: None) -> SocialEnterprise:
    row = SocialEnterpriseFactory(
        name="Octet reconditionné inc.",
        slug="octet-inc",
        neq="1143920115",
        contact_name="Alex Tremblay",
    )
    row.sectors.add(TermFactory(code="sector:tic"))
    return row


def address(kept: SocialEnterprise, gone: SocialEnterprise) -> str:
    return f"{LIST}{kept.pk}/{gone.pk}/"


def form(kept: SocialEnterprise, gone: SocialEnterprise) -> dict[str, object]:
    return {
        "keep": kept.pk,
        f"version_{kept.pk}": kept.version,
        f"version_{gone.pk}": gone.version,
    }


def test_all_that_hung_on_the_other_follows_once(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise, manager: User
) -> None:
    purchase = PurchaseFactory(enterprise=gone)
    match = SupplierMatchFactory(enterprise=gone)
    both, one = MeetingFactory(), MeetingFactory()
    both.guests.set([kept, gone])
    one.guests.set([gone])
    FavouriteEnterpriseFactory(enterprise=kept, user=manager)
    FavouriteEnterpriseFactory(enterprise=gone, user=manager)
    FavouriteEnterpriseFactory(enterprise=gone)
    asked = RemovalRequestFactory(enterprise=gone)
    assertRedirects(staff.post(address(kept, gone), form(kept, gone)), kept.get_absolute_url())
    for row in (purchase, match, asked):
        row.refresh_from_db()
        assert row.enterprise == kept
    assert [list(meeting.guests.all()) for meeting in (both, one)] == [[kept], [kept]]
    assert FavouriteEnterprise.objects.filter(enterprise=kept).count() == 2
    assert not FavouriteEnterprise.objects.filter(enterprise=gone).exists()


def test_spreadsheets_under_way_propose_the_one_that_stays(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    other = SocialEnterpriseFactory(name="Octant")
    table = PurchaseImportFactory()
    both = [[gone.pk, gone.name, 97], [other.pk, other.name, 85], [kept.pk, kept.name, 82]]
    asked = PurchaseImportSupplier.objects.create(
        table=table, supplier_key="octet", name="Octet", candidates=both
    )
    said = PurchaseImportSupplier.objects.create(
        table=table, supplier_key="octet recond", name="Octet recond.", enterprise=gone
    )
    staff.post(address(kept, gone), form(kept, gone))
    asked.refresh_from_db()
    said.refresh_from_db()
    assert asked.candidates == [[kept.pk, kept.name, 97], [other.pk, other.name, 85]]
    assert said.enterprise == kept


def test_what_the_one_that_stays_did_not_say_comes_from_the_other(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    staff.post(address(kept, gone), form(kept, gone))
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.neq, kept.contact_name, kept.sectors.count()) == ("1143920115", "Alex Tremblay", 1)
    assert (gone.state, gone.merged_into, gone.contact_name) == ("merged", kept, "")
    line = AuditEntry.objects.get(action="enterprise_receive")
    assert line.after["contact"] == ["contact_name"]
    assert "Tremblay" not in str(line.after)


def test_what_a_person_had_taken_out_does_not_come_back(
    staff: StrictClient,
    kept: SocialEnterprise,
    gone: SocialEnterprise,
    facilitator: User,
) -> None:
    RemovalRequestFactory(
        enterprise=kept,
        state="done",
        message="",
        answered_by=facilitator,
        answered_at=kept.created_at,
    )
    staff.post(address(kept, gone), form(kept, gone))
    kept.refresh_from_db()
    assert kept.contact_name == ""


def test_a_purchase_that_was_being_saved_does_not_go_back_to_the_other(
    kept: SocialEnterprise, gone: SocialEnterprise, organization: Organization, contributor: User
) -> None:
    noted(organization, contributor, enterprise=gone)
    row = Purchase.objects.select_related("organization", "enterprise").get()
    before = state_of(row)
    versions = (kept.version, gone.version)
    merge_enterprises(kept=kept, gone=gone, versions=versions, by=contributor)
    row.description = "Revu"
    key = uuid.uuid4()
    change_purchase(purchase=row, clauses=[], before=before, submission_key=key, by=contributor)
    # Nor does one that is noted, or a supplier that is told, with the page of before.
    other = noted(organization, contributor, enterprise=gone)
    confirm_supplier(
        organization=organization, name="Un autre", neq="", enterprise=gone, by=contributor
    )
    row.refresh_from_db()
    assert (row.enterprise, row.description, other.enterprise) == (kept, "Revu", kept)
    assert SupplierMatch.objects.get().enterprise == kept


def test_what_was_taken_out_of_the_other_is_not_taken_up_again(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    removal = RemovalRequestFactory(enterprise=gone)
    staff.post(f"/entreprises/retraits/{removal.pk}/", {"act": "remove"})
    gone.refresh_from_db()
    staff.post(address(kept, gone), form(kept, gone))
    # A table of before the request gives no contact back to the one that stays.
    terms = (kept.legal_form.label, kept.region.label)
    row = ";".join([kept.name, gone.neq, *terms, "Réemploi.", "a@exemple.example"])
    path = send_table(staff, row, head="Nom;NEQ;Forme juridique;Région;Mission;Courriel")
    assertContains(staff.get(path), "retirées à la demande de la personne")
    confirm_table(staff, path)
    kept.refresh_from_db()
    assert (kept.contact_email, kept.mission) == ("", "Réemploi.")


def test_the_old_address_leads_to_the_one_that_stays_however_often_it_moves(
    client: StrictClient, staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    staff.post(address(kept, gone), form(kept, gone))
    last = SocialEnterpriseFactory(name="Octet")
    kept.refresh_from_db()
    staff.post(address(last, kept), form(last, kept))
    for old in (gone, kept):
        assertRedirects(
            client.get(old.get_absolute_url()), last.get_absolute_url(), status_code=301
        )


def test_a_second_click_finds_them_one(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    posted = form(kept, gone)
    staff.post(address(kept, gone), posted)
    assertRedirects(staff.post(address(kept, gone), posted), LIST)
    assert AuditEntry.objects.filter(action="enterprise_merge").count() == 1


def test_one_that_changed_since_is_shown_again(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    posted = form(kept, gone)
    SocialEnterprise.objects.filter(pk=gone.pk).update(version=2, mission="Autre chose.")
    response = staff.post(address(kept, gone), posted)
    assertContains(response, "L’une des deux a changé", status_code=409)
    assertContains(response, "Autre chose.", status_code=409)
    assert SocialEnterprise.objects.listed().count() == 2


@pytest.mark.parametrize("keep", ["", "999999", "abc"])
def test_nothing_happens_without_a_choice(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise, keep: str
) -> None:
    response = staff.post(address(kept, gone), form(kept, gone) | {"keep": keep})
    assertContains(response, "Choisissez celle qui reste.")
    assert SocialEnterprise.objects.listed().count() == 2


def test_an_enterprise_is_not_united_with_itself(
    staff: StrictClient, kept: SocialEnterprise
) -> None:
    assert staff.get(address(kept, kept)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_number_too_large_for_a_key_is_nobody_s(
    staff: StrictClient, kept: SocialEnterprise, method: str
) -> None:
    response = getattr(staff, method)(f"{LIST}{10**20}/{kept.pk}/")
    assert response.status_code == 404


def test_near_names_are_pairs_until_they_are_told_apart(
    staff: StrictClient, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    SocialEnterpriseFactory(name="Atelier des Cèdres")
    SocialEnterpriseFactory(name="Octet reconditionne", state="proposed")
    response = staff.get(LIST)
    assertContains(response, "1 paire à comparer")
    assertContains(response, "même nom")
    posted = {"act": "apart"}
    for _ in range(2):
        assertRedirects(staff.post(address(kept, gone), posted), LIST)
    assertNotContains(staff.get(LIST), "Octet")
    assert AuditEntry.objects.filter(action="enterprise_keep_apart").count() == 1


@pytest.mark.django_db
def test_a_name_that_very_many_have_is_told_all_the_same() -> None:
    """Beside the next one each, and not all with all."""
    for _ in range(45):
        SocialEnterpriseFactory(name="Octet")
    found, number = duplicates.pairs()
    assert number == 44
    assert all(pair.is_same_name for pair in found)


@pytest.mark.django_db
def test_comparing_has_an_end_and_same_names_come_before_it(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(duplicates, "MOST_COMPARED", 1)
    for name in ("Menuiserie du Ruisseau", "Menuiserie du Ruisseaux", "Octet", "Octet inc."):
        SocialEnterpriseFactory(name=name)
    with django_assert_num_queries(3):
        found, number = duplicates.pairs()
    assert number == 1
    assert {found[0].first.name, found[0].second.name} == {"Octet", "Octet inc."}


def test_every_row_that_names_an_enterprise_is_moved_or_left_on_purpose() -> None:
    """A new model that points here must say which."""
    known = MOVED | STAYS
    related = {
        relation.related_model
        for relation in SocialEnterprise._meta.related_objects
        if isinstance(relation, models.ForeignObjectRel)
    }
    assert related <= known, related - known


def test_members_do_not_unite(
    log_in_as: LogIn, manager: User, kept: SocialEnterprise, gone: SocialEnterprise
) -> None:
    assert log_in_as(manager).post(address(kept, gone), form(kept, gone)).status_code == 403
    assert SocialEnterprise.objects.listed().count() == 2
