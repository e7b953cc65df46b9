"""A first synthesis drawn from the cards: once, in order, linked to where each point comes from."""

import pytest

from meetings.acts import compiling
from meetings.models import RoundTableEntry, Synthesis, SynthesisPoint
from members.models import AuditEntry
from tests.factories import (
    MeetingFactory,
    OrganizationFactory,
    RoundTableEntryFactory,
    SynthesisFactory,
    SynthesisPointFactory,
)
from tests.meetings.reviewing import address
from tests.meetings.test_synthesis import opened

EDIT, COMPILE = "synthesis_edit", "synthesis_compile"


@pytest.fixture
def meeting(db):
    return MeetingFactory(held=True, slug="rencontre-4", code="R4")


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


def card(meeting, name, *, order=1, may_be_named=True, **texts):
    organization = OrganizationFactory(name=name, may_be_named=may_be_named)
    blank = {"done": "", "next_action": "", "need": ""}
    return RoundTableEntryFactory(
        meeting=meeting, organization=organization, order=order, **blank | texts
    )


def compile_(client, version=0):
    return client.post(address(COMPILE), {"version": version})


def points(meeting):
    rows = SynthesisPoint.objects.filter(synthesis__meeting=meeting)
    return list(rows.values_list("kind", "text", "entry__organization__name"))


def test_fields_become_points_by_kind_in_speaking_order(staff, meeting):
    card(meeting, "Ville B", order=2, done="Un atelier.", need="Un modèle de clause.")
    card(meeting, "Ville A", order=1, done="Deux visites.", next_action="Écrire : la politique.")
    card(meeting, "Ville C", order=3, done="  ")
    response = compile_(staff)
    assert response.url == address(EDIT)
    assert points(meeting) == [
        ("finding", "Ville A\u00a0: Deux visites.", "Ville A"),
        ("finding", "Ville B\u00a0: Un atelier.", "Ville B"),
        ("barrier", "Ville B\u00a0: Un modèle de clause.", "Ville B"),
        ("next_step", "Ville A\u00a0: Écrire\u00a0: la politique.", "Ville A"),
    ]
    assert "4 points tirés des cartes." in staff.get(address(EDIT)).content.decode()


def test_an_organization_that_did_not_agree_is_not_named(staff, meeting):
    card(meeting, "Ville Discrète", may_be_named=False, done="Deux visites.")
    compile_(staff)
    assert points(meeting)[0][1] == "Un membre du chantier\u00a0: Deux visites."


def test_points_come_after_those_written_by_hand(staff, meeting):
    synthesis = SynthesisFactory(meeting=meeting, version=3)
    SynthesisPointFactory(synthesis=synthesis, kind="decision", text="On décide.", order=7)
    card(meeting, "Ville A", done="Deux visites.")
    compile_(staff, version=3)
    assert [kind for kind, *_ in points(meeting)] == ["decision", "finding"]
    synthesis.refresh_from_db()
    assert synthesis.version == 4


def test_a_second_time_only_what_is_new_is_added(staff, meeting):
    entry = card(meeting, "Ville A", done="Deux visites.")
    compile_(staff)
    compile_(staff, version=1)
    assert len(points(meeting)) == 1
    assert Synthesis.objects.get().version == 1
    RoundTableEntry.objects.filter(pk=entry.pk).update(need="Un modèle.")
    compile_(staff, version=1)
    assert [kind for kind, *_ in points(meeting)] == ["finding", "barrier"]


def test_what_staff_reworded_or_took_away_does_not_come_back(staff, meeting):
    entry = card(meeting, "Ville A", done="Deux visites.", need="Un modèle.")
    compile_(staff)
    data = opened(staff, meeting)
    data |= {"points-0-text": "Deux visites d’EÉS, résumées.", "points-1-remove": "on"}
    assert staff.post(address(EDIT), data).status_code == 302
    compile_(staff, version=2)
    assert [text for _, text, _ in points(meeting)] == ["Deux visites d’EÉS, résumées."]
    # Spaces are no new words; new words are.
    RoundTableEntry.objects.filter(pk=entry.pk).update(done="Deux  visites.", need="Deux modèles.")
    compile_(staff, version=2)
    assert [text for _, text, _ in points(meeting)][1:] == ["Ville A\u00a0: Deux modèles."]


def test_the_edit_form_keeps_and_shows_the_source_of_a_point(staff, meeting):
    card(meeting, "Ville A", done="Deux visites.")
    compile_(staff)
    page = staff.get(address(EDIT)).content.decode()
    assert "carte, Ville A</a>" in page
    staff.post(address(EDIT), opened(staff, meeting) | {"points-0-text": "Revu."})
    assert points(meeting) == [("finding", "Revu.", "Ville A")]


def test_of_two_people_who_compile_the_second_is_told(staff, meeting):
    card(meeting, "Ville A", done="Deux visites.")
    SynthesisFactory(meeting=meeting, version=5)
    response = compile_(staff, version=4)
    assert points(meeting) == []
    page = staff.get(response.url).content.decode()
    assert "Rien n’est compilé. La synthèse a changé" in page
    assert not AuditEntry.objects.filter(action=compiling.COMPILE).exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_that_says_no_version_compiles_nothing(staff, meeting, version):
    card(meeting, "Ville A", done="Deux visites.")
    SynthesisFactory(meeting=meeting)
    assert compile_(staff, version=version).status_code == 302
    assert points(meeting) == []


def test_without_anything_new_nothing_is_written(staff, meeting):
    card(meeting, "Ville A")
    compile_(staff)
    assert not Synthesis.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_journal_tells_every_word(staff, meeting, facilitator):
    card(meeting, "Ville A", done="Deux visites.")
    compile_(staff)
    entry = AuditEntry.objects.get(action=compiling.COMPILE)
    assert entry.actor == facilitator
    assert entry.subject == "Synthèse R4"
    assert entry.after["points"] == [{"kind": "finding", "text": "Ville A\u00a0: Deux visites."}]


def test_a_text_too_long_for_a_point_becomes_two_and_loses_no_word(staff, meeting):
    text = " ".join(f"mot{index}" for index in range(480))
    card(meeting, "Ville A", done=text)
    compile_(staff)
    texts = [row[1] for row in points(meeting)]
    assert len(texts) == 2
    assert all(len(each) <= 2000 for each in texts)
    assert " ".join(each.removeprefix("Ville A\u00a0: ") for each in texts) == text
    assert staff.post(address(EDIT), opened(staff, meeting)).status_code == 302


def test_seventy_compiled_points_are_still_saved_by_hand(staff, meeting):
    for index in range(70):
        card(meeting, f"Ville {index:02}", order=index, done=f"Visite {index}.")
    compile_(staff)
    assert staff.post(address(EDIT), opened(staff, meeting)).status_code == 302
    one_more = opened(staff, meeting) | {"points-70-text": "Un de plus."}
    page = staff.post(address(EDIT), one_more).content.decode()
    assert "70 points au plus" in page


def test_what_finds_no_room_is_told_and_waits(staff, meeting, monkeypatch):
    monkeypatch.setattr(compiling, "MOST_POINTS", 1)
    for name in ("Ville A", "Ville B"):
        card(meeting, name, done="Deux visites.")
    response = compile_(staff)
    assert len(points(meeting)) == 1
    assert "trop longue pour le reste des cartes" in staff.get(response.url).content.decode()
    monkeypatch.undo()
    compile_(staff, version=1)
    assert len(points(meeting)) == 2


def test_the_page_offers_it_to_staff_while_there_is_something_new(
    staff, meeting, log_in_as, reader
):
    card(meeting, "Ville A", done="Deux visites.", need="Un modèle.")
    page = staff.get(address("synthesis_detail")).content.decode()
    assert "donneraient 2 points" in page
    assert "Compiler" not in log_in_as(reader).get(address("synthesis_detail")).content.decode()
    compile_(staff)
    assert "Compiler" not in staff.get(address("synthesis_detail")).content.decode()


def test_compiling_after_a_publication_opens_a_new_draft(staff, meeting):
    card(meeting, "Ville A", done="Deux visites.")
    SynthesisFactory(meeting=meeting, state="approved", version=2)
    compile_(staff, version=2)
    assert Synthesis.objects.get().state == "draft"
