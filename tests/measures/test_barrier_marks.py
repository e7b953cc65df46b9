"""« Nous l’avons vécu »: a barrier met without a record, noted, changed, removed, listed."""

import uuid
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions.results import MARK_CHANGED, MARK_REMOVED, MARKED, save_encounter
from measures.encounters.forms import MarkForm
from measures.models import Barrier, BarrierEncounter
from members.models import AuditEntry, Cycle, Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    CycleFactory,
    ImplementationFactory,
    MembershipFactory,
    SolutionFactory,
    StageFactory,
)
from tests.measures.attached import encounter_at, sent_encounter
from tests.measures.sent import url

UNIQUE = "Cet enjeu est déjà noté pour cette étape et cette année."


@pytest.fixture(autouse=True)
def in_2021() -> Any:
    with time_machine.travel("2021-03-03 12:00", tick=False):
        yield


@pytest.fixture
def barrier(db: None) -> Barrier:
    row = BarrierFactory(code="EN-01", title="Contrats trop gros")
    for order, text in enumerate(("Lots", "Sous-traitance"), start=1):
        SolutionFactory(barrier=row, code=f"EN-01-S{order}", text=text, order=order)
    return row


@pytest.fixture
def cycle(db: None) -> Cycle:
    CycleFactory(start_year=2021)
    return CycleFactory(start_year=2020)


@pytest.fixture
def mark(
    organization: Organization, contributor: User, barrier: Barrier, cycle: Cycle
) -> BarrierEncounter:
    """One mark, with the line of journal that says so."""
    row = BarrierEncounter(
        organization=organization,
        barrier=barrier,
        stage=StageFactory(order=4),
        cycle=cycle,
        what_worked="Trois lots.",
    )
    save_encounter(encounter=row, solutions=[barrier.solutions.get(text="Lots")], by=contributor)
    return row


def add_at(organization: Organization, code: str = "EN-01") -> str:
    return f"{url('barrier_mark', organization)}?enjeu={code}"


def mark_at(row: BarrierEncounter, name: str = "barrier_mark_edit") -> str:
    return url(name, row.organization, pk=row.pk)


def list_at(organization: Organization) -> str:
    return url("encounter_list", organization)


def sent(row: BarrierEncounter | None = None, **values: Any) -> dict[str, Any]:
    """What the form sends; the stage by address, the year by label."""
    place = {"stage": "etape-4", "cycle": "2020-2021"}
    if row is not None:
        assert row.cycle is not None
        place = {"stage": row.stage.slug, "cycle": row.cycle.label}
    return sent_encounter(row, **(place | values))


# Marking


def test_a_member_marks_a_barrier_without_a_record(
    log_in_as: LogIn, contributor: User, organization: Organization, barrier: Barrier, cycle: Cycle
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
    assert (row.organization, row.barrier, row.implementation) == (organization, barrier, None)
    assert (row.stage.slug, row.cycle, row.sharing) == ("etape-4", cycle, "chantier")
    assert (row.what_worked, row.created_by) == ("Trois lots.", contributor)
    assert [solution.text for solution in row.solutions.all()] == ["Lots"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == (MARKED, contributor)
    assert (entry.organization, entry.subject) == (organization, f"barrierencounter:{row.pk}")
    assert entry.after["solutions"] == {"EN-01-S1": "Lots"}
    assertContains(client.get(list_at(organization)), "Trois lots.")


@pytest.mark.parametrize("code", ["", "INCONNU", "\x00"])
def test_without_a_known_barrier_one_is_chosen_first(
    log_in_as: LogIn, contributor: User, organization: Organization, barrier: Barrier, code: str
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
    barrier: Barrier,
    cycle: Cycle,
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


# Twice


def test_a_second_click_marks_once(
    log_in_as: LogIn, contributor: User, organization: Organization, barrier: Barrier, cycle: Cycle
) -> None:
    StageFactory(order=4)
    client, data = log_in_as(contributor), sent(what_worked="Une fois.")
    for _ in range(2):
        assertRedirects(client.post(add_at(organization), data), list_at(organization))
    assert BarrierEncounter.objects.count() == AuditEntry.objects.count() == 1


def test_a_form_changed_after_going_back_is_saved(
    log_in_as: LogIn, contributor: User, organization: Organization, barrier: Barrier, cycle: Cycle
) -> None:
    StageFactory(order=4)
    client, data = log_in_as(contributor), sent(what_worked="Premier jet.")
    client.post(add_at(organization), data)
    client.post(add_at(organization), data | {"what_worked": "Second jet."})
    row = BarrierEncounter.objects.get()
    assert (row.what_worked, row.version) == ("Second jet.", 2)


def test_a_second_click_on_a_correction_is_done_once(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    client, data = log_in_as(contributor), sent(mark, what_worked="Quatre lots.")
    for _ in range(2):
        assertRedirects(client.post(mark_at(mark), data), list_at(mark.organization))
    mark.refresh_from_db()
    assert (mark.what_worked, mark.version) == ("Quatre lots.", 2)
    assert AuditEntry.objects.filter(action=MARK_CHANGED).count() == 1


def test_two_clicks_at_once_mark_once(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier: Barrier,
    cycle: Cycle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second looked before the first was stored."""
    StageFactory(order=4)
    client, data = log_in_as(contributor), sent(what_worked="Une fois.")
    store = MarkForm.store

    def beaten(form: MarkForm, *, by: User) -> bool:
        monkeypatch.setattr(MarkForm, "store", store)
        client.post(add_at(organization), data)
        raise IntegrityError

    monkeypatch.setattr(MarkForm, "store", beaten)
    assertRedirects(client.post(add_at(organization), data), list_at(organization))
    assert BarrierEncounter.objects.count() == 1


def test_a_mark_that_a_colleague_made_at_the_same_moment_is_told(
    log_in_as: LogIn,
    contributor: User,
    manager: User,
    organization: Organization,
    barrier: Barrier,
    cycle: Cycle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    StageFactory(order=4)
    clean = MarkForm._same_as

    def beaten(form: MarkForm, *place: Any) -> None:
        monkeypatch.setattr(MarkForm, "_same_as", clean)
        log_in_as(contributor).post(add_at(organization), sent(what_worked="Le sien."))

    monkeypatch.setattr(MarkForm, "_same_as", beaten)
    response = log_in_as(manager).post(add_at(organization), sent(what_worked="Le mien."))
    assert response.context["form"].errors["stage"] == [UNIQUE]
    assertContains(response, "Le mien.")
    assert BarrierEncounter.objects.get().what_worked == "Le sien."


# Two people


def test_two_people_see_both_texts_and_choose(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    opened = sent(mark)
    log_in_as(contributor).post(mark_at(mark), opened | {"what_worked": "Quatre lots."})
    client = log_in_as(manager)
    mine = opened | {"what_worked": "Cinq lots.", "submission_key": str(uuid.uuid4())}
    response = client.post(mark_at(mark), mine)
    assert response.status_code == 409
    for text in ("Quatre lots.", "Cinq lots.", str(contributor)):
        assertContains(response, text, status_code=409)
    mark.refresh_from_db()
    assert mark.what_worked == "Quatre lots."
    form = response.context["form"]
    again = mine | {"version": form["version"].value(), "choice_what_worked": "both"}
    assertRedirects(client.post(mark_at(mark), again), list_at(mark.organization))
    mark.refresh_from_db()
    assert mark.what_worked == "Cinq lots.\n\nQuatre lots."


def test_what_only_the_other_changed_is_taken_over(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    StageFactory(order=5)
    opened = sent(mark)
    theirs = {"stage": "etape-5", "sharing": "chantier", "solutions": ["EN-01-S2"]}
    log_in_as(contributor).post(mark_at(mark), opened | theirs)
    mine = opened | {"what_worked": "Cinq lots.", "submission_key": str(uuid.uuid4())}
    response = log_in_as(manager).post(mark_at(mark), mine)
    assert response.status_code == 409
    assert response.context["merge"].clashes == ()
    form = response.context["form"]
    assert {name: form[name].value() for name in (*theirs, "what_worked")} == theirs | {
        "what_worked": "Cinq lots."
    }


def test_a_choice_that_clashes_is_told_in_words(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    StageFactory(order=3), StageFactory(order=5)
    opened = sent(mark)
    log_in_as(contributor).post(mark_at(mark), opened | {"stage": "etape-5", "sharing": "public"})
    mine = {"stage": "etape-3", "sharing": "private", "submission_key": str(uuid.uuid4())}
    response = log_in_as(manager).post(mark_at(mark), opened | mine)
    assert [(row.mine, row.theirs) for row in response.context["merge"].clashes] == [
        ("3 – Étape 3", "5 – Étape 5"),
        ("mon organisation seulement", "public"),
    ]


def test_a_form_of_what_a_colleague_removed_keeps_its_text(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    address, data = mark_at(mark), sent(mark, what_worked="Mes mots.")
    removed = mark_at(mark, "barrier_mark_delete")
    log_in_as(manager).post(removed, {"version": "1"})
    client = log_in_as(contributor)
    response = client.post(address, data)
    assertContains(response, "Mes mots.", status_code=409)
    assertContains(response, "retiré le 3\u00a0mars 2021 par Camille Responsable", status_code=409)
    again = data | {"version": "", "submission_key": str(uuid.uuid4())}
    client.post(response.context["action"], again)
    assert BarrierEncounter.objects.get().what_worked == "Mes mots."
    # The address of what is gone leads to the list.
    assertRedirects(client.get(address), list_at(mark.organization))


def test_an_unchanged_form_writes_nothing(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    log_in_as(contributor).post(mark_at(mark), sent(mark))
    mark.refresh_from_db()
    assert mark.version == 1
    assert AuditEntry.objects.count() == 1


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
    log_in_as: LogIn, contributor: User, organization: Organization, barrier: Barrier, cycle: Cycle
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


# The sharing of what hangs on a record


def test_what_is_noted_on_a_record_is_seen_as_far_as_it_unless_its_author_says_less(
    log_in_as: LogIn, contributor: User, facilitator: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, sharing=SharingLevel.CHANTIER)
    barrier = BarrierFactory()
    address = f"{url('encounter_create', organization, pk=record.pk)}?enjeu={barrier.code}"
    client = log_in_as(contributor)
    assert client.get(address).context["form"]["sharing"].value() == SharingLevel.CHANTIER
    client.post(address, sent_encounter(what_worked="Entre nous.", sharing="private"))
    assert record.encounters.get().sharing == SharingLevel.PRIVATE
    assertContains(client.get(record.get_absolute_url()), "Entre nous.")
    assertNotContains(log_in_as(facilitator).get(record.get_absolute_url()), "Entre nous.")


def test_the_journal_says_that_the_sharing_moved(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    client = log_in_as(contributor)
    client.post(encounter_at(encounter), sent_encounter(encounter, sharing="private"))
    assert encounter.implementation is not None
    page = client.get(encounter.implementation.get_absolute_url())
    (change,) = page.context["journal"][0].changes
    assert (change.label, change.before, change.after) == (
        "Qui peut le voir",
        "mon organisation et la coordination",
        "mon organisation seulement",
    )


# The list


def listed(page: Any) -> list[tuple[str, str]]:
    return [(row.year, row.barrier.title) for row in page.context["listing"].page]


def test_the_list_holds_those_of_records_and_those_without(
    log_in_as: LogIn, reader: User, mark: BarrierEncounter
) -> None:
    record = ImplementationFactory(organization=mark.organization)
    BarrierEncounterFactory(implementation=record, barrier__title="Sur une fiche")
    BarrierEncounterFactory(
        alone=True,
        organization=mark.organization,
        barrier__title="Plus ancien",
        cycle=CycleFactory(start_year=2019),
    )
    BarrierEncounterFactory(alone=True, barrier__title="Ailleurs")
    page = log_in_as(reader).get(list_at(mark.organization))
    # On a record, the year is the one in which it was noted.
    assert listed(page) == [
        ("2020-2021", "Sur une fiche"),
        ("2020-2021", "Contrats trop gros"),
        ("2019-2020", "Plus ancien"),
    ]
    assertContains(page, record.get_absolute_url())
    assertNotContains(page, "Modifier")
    assert not page.context["shows_filters"]


def test_the_list_is_filtered_by_stage_year_and_barrier(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter, five_stages: Any
) -> None:
    old = CycleFactory(start_year=2019)
    for order in range(1, 6):
        BarrierEncounterFactory(
            alone=True,
            organization=mark.organization,
            barrier__title=f"Enjeu d’étape {order}",
            stage=StageFactory(order=order),
            cycle=old,
        )
    client, address = log_in_as(contributor), list_at(mark.organization)
    assert client.get(address).context["shows_filters"]
    for query, expected in (
        ({"annee": "2020-2021"}, ["Contrats trop gros"]),
        ({"etape": "etape-2"}, ["Enjeu d’étape 2"]),
        ({"enjeu": "EN-01"}, ["Contrats trop gros"]),
        ({"etape": "etape-2", "annee": "2020-2021"}, []),
        ({"annee": "jamais", "enjeu": "EN-01"}, ["Contrats trop gros"]),
    ):
        assert [title for _, title in listed(client.get(address, query))] == expected, query
    assertContains(
        client.get(address, {"etape": "etape-2", "annee": "2020-2021"}), "Aucun enjeu ne correspond"
    )


def test_an_empty_list_says_what_to_do(
    log_in_as: LogIn, contributor: User, reader: User, organization: Organization
) -> None:
    page = log_in_as(contributor).get(list_at(organization))
    assertContains(page, "Aucun enjeu noté")
    assertContains(page, f'href="{url("barrier_mark", organization)}"')
    assertNotContains(log_in_as(reader).get(list_at(organization)), "Noter un enjeu")


def test_a_person_of_two_organizations_marks_each(
    log_in_as: LogIn, contributor: User, other_organization: Organization, mark: BarrierEncounter
) -> None:
    MembershipFactory(user=contributor, organization=other_organization, contributor=True)
    client = log_in_as(contributor)
    assert client.post(add_at(other_organization), sent()).status_code == 302
    assert mark_at(mark) not in client.get(list_at(other_organization)).content.decode()


def test_the_list_costs_the_same_whatever_was_met(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter, django_assert_num_queries: Any
) -> None:
    client = log_in_as(contributor)
    for size in (1, 9):
        record = ImplementationFactory(organization=mark.organization)
        for row in BarrierEncounterFactory.create_batch(size, implementation=record):
            row.solutions.add(SolutionFactory(barrier=row.barrier))
        BarrierEncounterFactory.create_batch(size, alone=True, organization=mark.organization)
        # session, person, membership with its organization, choices of the filters, how many, rows,
        # solutions, stages
        with django_assert_num_queries(8):
            client.get(list_at(mark.organization))
