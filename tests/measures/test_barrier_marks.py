"""« Nous l’avons vécu »: a barrier met without a record, noted, and removed."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions.results import MARK_REMOVED, MARKED
from measures.models import Barrier, BarrierEncounter
from members.models import AuditEntry, Cycle, Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    StageFactory,
)
from tests.measures.attached import encounter_at
from tests.measures.marks import UNIQUE, add_at, list_at, mark_at, sent
from tests.measures.sent import url

pytestmark = pytest.mark.usefixtures("in_2021")


# Marking


def test_a_member_marks_a_barrier_without_a_record(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
) -> None:
    StageFactory(order=4)
    client = log_in_as(contributor)
    page = client.get(add_at(organization))
    assertContains(page, "A fonctionné chez nous")
    assert page.context["form"]["cycle"].value() == "2020-2021"
    assert page.context["form"]["sharing"].value() == SharingLevel.COORDINATION
    # A year that has not begun was not lived.
    assertNotContains(page, "2021-2022")
    data = sent(solutions=["EN-01-S1"], what_worked="Trois lots.", sharing="chantier")
    assertRedirects(client.post(add_at(organization), data), list_at(organization))
    row = BarrierEncounter.objects.get()
    assert (row.organization, row.barrier, row.implementation) == (organization, barrier_met, None)
    assert (row.stage.slug, row.cycle, row.sharing) == ("etape-4", chantier_year, "chantier")
    assert (row.what_worked, row.created_by) == ("Trois lots.", contributor)
    assert [solution.text for solution in row.solutions.all()] == ["Lots"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == (MARKED, contributor)
    assert (entry.organization, entry.subject) == (organization, f"barrierencounter:{row.pk}")
    assert entry.after["solutions"] == {"EN-01-S1": "Lots"}
    assertContains(client.get(list_at(organization)), "Trois lots.")


@pytest.mark.parametrize("code", ["", "INCONNU", "\x00"])
def test_without_a_known_barrier_one_is_chosen_first(
    log_in_as: LogIn, contributor: User, organization: Organization, barrier_met: Barrier, code: str
) -> None:
    client = log_in_as(contributor)
    for method in (client.get, client.post):
        response = method(add_at(organization, code))
        assertContains(response, 'href="?enjeu=EN-01"')
    assert not BarrierEncounter.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"stage": ""}, "stage", "Choisissez l’étape."),
        ({"stage": "inconnue"}, "stage", "Choisissez une étape du guide."),
        ({"cycle": ""}, "cycle", "Choisissez l’année du chantier."),
        ({"cycle": "1999-2000"}, "cycle", "Choisissez une année de la liste."),
        ({"cycle": "2021-2022"}, "cycle", "Choisissez une année de la liste."),
        ({"sharing": "tous"}, "sharing", "Choisissez qui peut le voir dans la liste."),
        ({"sharing": ""}, "sharing", "Dites qui peut le voir."),
        ({"solutions": ["AUTRE"]}, "solutions", "Cette solution ne répond pas à cet enjeu."),
        ({"what_worked": "Long. " * 400}, "what_worked", "2000"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
    values: dict[str, Any],
    field: str,
    message: str,
) -> None:
    StageFactory(order=4)
    response = log_in_as(contributor).post(
        add_at(organization), sent(**({"what_worked": "Mes mots."} | values))
    )
    assert message in str(response.context["form"].errors[field])
    assertContains(response, values.get("what_worked", "Mes mots.").strip())
    assert not BarrierEncounter.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_barrier_is_marked_once_a_stage_and_a_year(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    StageFactory(order=5)
    client = log_in_as(contributor)
    response = client.post(add_at(mark.organization), sent(what_worked="Encore une fois."))
    assert response.context["form"].errors["stage"] == [UNIQUE]
    assertContains(response, "Encore une fois.")
    assertContains(response, f'href="{mark_at(mark)}"')
    assert client.post(add_at(mark.organization), sent(stage="etape-5")).status_code == 302
    assert BarrierEncounter.objects.count() == 2


def test_a_mark_may_not_move_onto_another(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    other = BarrierEncounterFactory(
        alone=True,
        organization=mark.organization,
        barrier=mark.barrier,
        stage=StageFactory(order=5),
        cycle=mark.cycle,
    )
    response = log_in_as(contributor).post(mark_at(other), sent(other, stage="etape-4"))
    assert response.context["form"].errors["stage"] == [UNIQUE]
    other.refresh_from_db()
    assert other.stage.slug == "etape-5"


def test_the_same_place_in_another_organization_is_free(
    log_in_as: LogIn, outsider: User, other_organization: Organization, mark: BarrierEncounter
) -> None:
    assert log_in_as(outsider).post(add_at(other_organization), sent()).status_code == 302
    assert BarrierEncounter.objects.count() == 2


# Removing


def test_a_mark_is_removed_once_and_stays_in_the_journal(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    client, address = log_in_as(contributor), mark_at(mark, "barrier_mark_delete")
    for _ in range(2):
        response = client.post(address, {"version": "1"})
        assertRedirects(response, list_at(mark.organization))
    assert not BarrierEncounter.objects.exists()
    entry = AuditEntry.objects.get(action=MARK_REMOVED)
    assert entry.before["what_worked"] == "Trois lots."
    assert entry.after == {}


def test_a_mark_that_changed_is_shown_before_it_is_removed(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    log_in_as(manager).post(mark_at(mark), sent(mark, what_worked="Quatre lots."))
    response = log_in_as(contributor).post(mark_at(mark, "barrier_mark_delete"), {"version": "1"})
    assertRedirects(response, mark_at(mark))
    assert BarrierEncounter.objects.exists()


# Who, and what hangs on a record


def test_a_barrier_of_a_record_opens_in_its_record(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    client = log_in_as(contributor)
    assertRedirects(client.get(mark_at(encounter)), encounter_at(encounter))
    response = client.post(mark_at(encounter, "barrier_mark_delete"), {"version": "1"})
    assertRedirects(response, encounter_at(encounter))
    assert BarrierEncounter.objects.exists()


def test_a_mark_of_another_organization_opens_nowhere(
    log_in_as: LogIn, outsider: User, other_organization: Organization, mark: BarrierEncounter
) -> None:
    client = log_in_as(outsider)
    for name in ("barrier_mark_edit", "barrier_mark_delete"):
        address = url(name, other_organization, pk=mark.pk)
        assert client.post(address, sent(mark)).status_code == 404
    mark.refresh_from_db()
    assert mark.version == 1


def test_a_key_of_another_organization_finds_nothing(
    log_in_as: LogIn, outsider: User, other_organization: Organization, mark: BarrierEncounter
) -> None:
    """The key of their form, sent from mine, neither opens theirs nor breaks mine."""
    data = sent(submission_key=str(mark.submission_key), what_worked="À nous.")
    response = log_in_as(outsider).post(add_at(other_organization), data)
    assert response.status_code == 302
    mark.refresh_from_db()
    assert mark.what_worked == "Trois lots."
    assert BarrierEncounter.objects.get(organization=other_organization).what_worked == "À nous."


def test_staff_never_read_what_is_kept_to_the_organization(
    log_in_as: LogIn, facilitator: User, coordinator: User, mark: BarrierEncounter
) -> None:
    BarrierEncounter.objects.update(sharing=SharingLevel.PRIVATE)
    for user in (facilitator, coordinator):
        assertNotContains(log_in_as(user).get(list_at(mark.organization)), "Trois lots.")
    # Nor in the journal of the administration, which says it too.
    client, entry = log_in_as(coordinator), AuditEntry.objects.get()
    assertNotContains(client.get(reverse("admin:members_auditentry_changelist")), MARKED)
    address = reverse("admin:members_auditentry_change", args=[entry.pk])
    assertNotContains(client.get(address, follow=True), "Trois lots.")


def test_an_expired_session_brings_the_text_back(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
) -> None:
    client, address = log_in_as(contributor), add_at(organization)
    client.cookies.pop("sessionid")
    client.post(address, sent(what_worked="Écrit trop tard.", author=contributor.pk))
    assert not BarrierEncounter.objects.exists()
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(address)
    assertContains(page, "Écrit trop tard.")
    assertContains(page, "Votre texte est de retour")


def test_the_form_keeps_a_draft_of_its_own(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    client = log_in_as(contributor)
    assertContains(client.get(add_at(mark.organization)), 'data-draft="vecu-organisation-a-EN-01"')
    draft = f'data-draft="vecu-organisation-a-EN-01-{mark.pk}"'
    assertContains(client.get(mark_at(mark)), draft)
