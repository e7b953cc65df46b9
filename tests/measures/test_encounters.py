"""Barriers met: chosen, told, corrected and taken off a record."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions.results import record_under
from measures.models import BarrierEncounter, Implementation, ImplementationEvent
from members.models import User
from tests.conftest import LogIn
from tests.factories import BarrierFactory, ImplementationFactory, SolutionFactory
from tests.measures.attached import encounter_at, sent_encounter
from tests.measures.sent import url

N = "\u00a0"


def choose_at(record: Implementation, code: str = "") -> str:
    address = url("encounter_create", record.organization, pk=record.pk)
    return f"{address}?enjeu={code}" if code else address


def test_the_barriers_of_the_measure_come_first(
    log_in_as: LogIn, contributor: User, record: Implementation, encounter: BarrierEncounter
) -> None:
    other, linked = BarrierFactory(code="A"), BarrierFactory(code="B")
    linked.measures.add(record.measure)
    page = log_in_as(contributor).get(choose_at(record))
    titles = [
        (group.title, [row.code for row in group.barriers]) for group in page.context["groups"]
    ]
    assert titles == [
        ("Enjeux liés à cette mesure", [linked.code]),
        # Not the one that the record has noted already.
        ("Autres enjeux", [other.code]),
    ]
    assertContains(page, 'href="?enjeu=B"')


def test_a_measure_of_ones_own_is_linked_to_no_barrier(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    own = ImplementationFactory(organization=record.organization, own=True)
    BarrierFactory()
    (group,) = log_in_as(contributor).get(choose_at(own)).context["groups"]
    assert group.title == "Tous les enjeux"


def test_when_all_is_noted_the_page_says_so(
    log_in_as: LogIn, contributor: User, record: Implementation, encounter: BarrierEncounter
) -> None:
    page = log_in_as(contributor).get(choose_at(record))
    assertContains(page, "Tous les enjeux sont notés")


@pytest.mark.parametrize("code", ["", "INCONNU", "\x00"])
def test_without_a_known_barrier_one_is_chosen_first(
    log_in_as: LogIn, contributor: User, record: Implementation, code: str
) -> None:
    BarrierFactory(title="Le choix")
    client = log_in_as(contributor)
    address = url("encounter_create", record.organization, pk=record.pk)
    for response in (
        client.get(address, {"enjeu": code}),
        client.post(address, sent_encounter(what_worked="Quelque chose")),
    ):
        assertContains(response, "Le choix")
    assert not record.encounters.exists()


def test_a_barrier_is_noted_with_what_helped(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    barrier = BarrierFactory(title="Contrats trop gros")
    lots = SolutionFactory(barrier=barrier, text="Lots")
    SolutionFactory(barrier=barrier, text="Sous-traitance")
    client = log_in_as(contributor)
    assertContains(client.get(choose_at(record, barrier.code)), "Sous-traitance")
    response = client.post(
        choose_at(record, barrier.code),
        sent_encounter(solutions=[lots.code], what_worked="Trois lots."),
    )
    assertRedirects(response, f"{record.get_absolute_url()}#enjeux")
    row = record.encounters.get()
    assert (row.barrier, row.what_worked, row.created_by) == (barrier, "Trois lots.", contributor)
    assert list(row.solutions.all()) == [lots]
    event = record.events.get()
    assert (event.kind, event.actor) == (ImplementationEvent.Kind.BARRIER, contributor)
    record.refresh_from_db()
    assert record.version == 1
    (entry,) = client.get(record.get_absolute_url()).context["journal"]
    assert entry.title == f"Enjeu «{N}Contrats trop gros{N}» ajouté"
    assert [(change.label, change.after) for change in entry.changes] == [
        ("Solutions qui ont aidé", "Lots"),
        ("Ce qui a fonctionné chez nous", "Trois lots."),
    ]


def test_all_who_see_the_record_read_what_worked(
    log_in_as: LogIn, reader: User, facilitator: User, encounter: BarrierEncounter
) -> None:
    for user in (reader, facilitator):
        page = log_in_as(user).get(record_under(encounter).get_absolute_url())
        for text in ("Contrats trop gros", "Lots", "Trois lots par secteur."):
            assertContains(page, text)
        assertNotContains(page, "Sous-traitance")
        assertNotContains(page, "Noter un enjeu")


def test_a_barrier_is_noted_once(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    address = choose_at(record_under(encounter), encounter.barrier.code)
    response = log_in_as(contributor).get(address)
    assertRedirects(response, encounter_at(encounter))


def test_what_a_colleague_noted_in_between_is_joined_to_mine(
    log_in_as: LogIn, manager: User, encounter: BarrierEncounter
) -> None:
    """Both chose the same barrier; the second to save loses nothing, nor does the first."""
    address = choose_at(record_under(encounter), encounter.barrier.code)
    client = log_in_as(manager)
    response = client.post(address, sent_encounter(what_worked="Mon texte."))
    assert response.status_code == 409
    assertContains(response, "Mon texte.", status_code=409)
    assertContains(response, "Trois lots par secteur.", status_code=409)
    assertContains(response, f'action="{encounter_at(encounter)}"', status_code=409)
    assert record_under(encounter).encounters.count() == 1
    encounter.refresh_from_db()
    assert encounter.what_worked == "Trois lots par secteur."


@pytest.mark.parametrize("code", ["INCONNUE", "d’un autre enjeu"])
def test_a_solution_to_another_barrier_is_refused(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter, code: str
) -> None:
    foreign = SolutionFactory().code if code != "INCONNUE" else code
    response = log_in_as(contributor).post(
        encounter_at(encounter), sent_encounter(encounter, solutions=[foreign], what_worked="Neuf")
    )
    assert "ne répond pas à cet enjeu" in str(response.context["form"].errors["solutions"])
    assertContains(response, "Neuf")
    assert [row.text for row in encounter.solutions.all()] == ["Lots"]
    assert record_under(encounter).events.count() == 1


def test_a_text_too_long_is_kept_and_refused(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    text = "Long. " * 400
    response = log_in_as(contributor).post(
        encounter_at(encounter), sent_encounter(encounter, what_worked=text)
    )
    assert "2000" in str(response.context["form"].errors["what_worked"])
    assertContains(response, text.strip())
    encounter.refresh_from_db()
    assert encounter.version == 1


def test_a_correction_says_what_was_before(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    client, record = log_in_as(contributor), record_under(encounter)
    codes = list(encounter.barrier.solutions.values_list("code", flat=True))
    client.post(encounter_at(encounter), sent_encounter(encounter, solutions=codes))
    encounter.refresh_from_db()
    assert encounter.version == 2
    entry = client.get(record.get_absolute_url()).context["journal"][0]
    assert entry.title == f"Enjeu «{N}Contrats trop gros{N}» modifié"
    (change,) = entry.changes
    assert (change.before, change.after) == ("Lots", "Lots, Sous-traitance")


def test_a_save_without_change_writes_nothing(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    log_in_as(contributor).post(encounter_at(encounter), sent_encounter(encounter))
    encounter.refresh_from_db()
    assert encounter.version == 1
    assert record_under(encounter).events.count() == 1


def test_a_barrier_taken_off_stays_in_the_journal(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    client, record = log_in_as(contributor), record_under(encounter)
    assertContains(client.get(encounter_at(encounter)), "Oui, retirer cet enjeu")
    for _ in range(2):
        response = client.post(encounter_at(encounter, "encounter_delete"), {"version": "1"})
        assertRedirects(response, f"{record.get_absolute_url()}#enjeux")
    assert not record.encounters.exists()
    entry = client.get(record.get_absolute_url()).context["journal"][0]
    assert entry.title == f"Enjeu «{N}Contrats trop gros{N}» supprimé"
    assert [change.before for change in entry.changes] == ["Lots", "Trois lots par secteur."]
    assert record.events.count() == 2


def test_a_barrier_of_another_record_opens_nowhere(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    mine = ImplementationFactory(organization=record_under(encounter).organization)
    client = log_in_as(contributor)
    for name in ("encounter_edit", "encounter_delete"):
        address = url(name, mine.organization, pk=mine.pk, encounter_pk=encounter.pk)
        assert client.post(address, sent_encounter(encounter)).status_code == 404
    assert BarrierEncounter.objects.count() == 1


def test_the_page_of_a_barrier_costs_eight_queries(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter, django_assert_num_queries: Any
) -> None:
    client = log_in_as(contributor)
    # session, person, membership with its organization, record, barrier met, its solutions ticked,
    # stages, all solutions of the barrier
    with django_assert_num_queries(8):
        client.get(encounter_at(encounter))
