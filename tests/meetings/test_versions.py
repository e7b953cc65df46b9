"""Approved, compared, printed: what is frozen answers for itself."""

import datetime
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.utils import timezone

from chantier.lib.rendering import render_pdf
from meetings import actions
from meetings.models import Amendment, Synthesis, SynthesisPoint, SynthesisVersion
from members.models import AuditEntry, Organization
from tests.chantier.reports.test_pdf import bookmarks, failures, text_of
from tests.factories import (
    AmendmentFactory,
    AttendanceFactory,
    ObjectiveFactory,
    OrganizationFactory,
    SynthesisPointFactory,
)
from tests.meetings.reviewing import LAST_DAY, address, in_review

PUBLISH = "synthesis_publish"
TEMPLATE = "meetings/pdf/synthesis.html"


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


@pytest.fixture
def synthesis(organization):
    return in_review(organization)


def confirmation(client, **changes):
    form = client.get(address(PUBLISH)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "refuse_rest"}
    return data | changes


def publish(synthesis, by, number=1, **fields):
    return actions.publish_synthesis(synthesis=synthesis, expected_number=number, by=by, **fields)


# --- Approved ---------------------------------------------------------------------------


def test_publishing_approves_and_closes_the_review(staff, synthesis):
    assert staff.post(address(PUBLISH), confirmation(staff)).status_code == 302
    synthesis.refresh_from_db()
    assert synthesis.state == "approved"
    assert synthesis.review_until == LAST_DAY
    assert not synthesis.is_in_review(synthesis.review_until)


def test_a_later_change_is_a_draft_of_which_members_read_nothing(
    staff, synthesis, log_in_as, reader
):
    from tests.meetings.test_synthesis import opened

    staff.post(address(PUBLISH), confirmation(staff))
    data = opened(staff, synthesis.meeting) | {"points-0-text": "Tout autre chose."}
    staff.post(address("synthesis_edit"), data)
    synthesis.refresh_from_db()
    assert synthesis.state == "draft"
    page = log_in_as(reader).get(address("synthesis_detail")).content.decode()
    assert "Le guide aide." in page
    assert "Tout autre chose." not in page


def test_amendments_that_wait_stop_the_publication(staff, synthesis):
    AmendmentFactory(synthesis=synthesis, point=synthesis.points.get())
    page = staff.get(address(PUBLISH)).content.decode()
    assert "Une modification proposée attend une réponse." in page
    response = staff.post(address(PUBLISH), confirmation(staff))
    assert "Répondez à chaque modification proposée" in response.content.decode()
    response = staff.post(address(PUBLISH), confirmation(staff, refuse_rest="on"))
    assert "Dites pourquoi ces modifications sont refusées." in response.content.decode()
    assert not SynthesisVersion.objects.exists()
    assert Amendment.objects.get().state == "waiting"


def test_what_remains_is_refused_with_one_reason(staff, synthesis, facilitator):
    AmendmentFactory.create_batch(2, synthesis=synthesis, point=synthesis.points.get())
    data = confirmation(staff, refuse_rest="on", rest_answer="La révision est finie.")
    assert staff.post(address(PUBLISH), data).status_code == 302
    rows = Amendment.objects.values_list("state", "answer", "answered_by")
    assert set(rows) == {("refused", "La révision est finie.", facilitator.pk)}
    assert AuditEntry.objects.filter(action="amendment_refuse").count() == 2
    assert SynthesisVersion.objects.count() == 1


def test_an_amendment_that_came_meanwhile_is_not_refused_unread(staff, synthesis):
    point = synthesis.points.get()
    AmendmentFactory(synthesis=synthesis, point=point)
    data = confirmation(staff, refuse_rest="on", rest_answer="Ma raison tapée.")
    AmendmentFactory(synthesis=synthesis, point=point, text="Arrivé entre-temps.")
    response = staff.post(address(PUBLISH), data)
    assert response.status_code == 409
    assert "Ma raison tapée." in response.content.decode()
    assert not SynthesisVersion.objects.exists()
    assert set(Amendment.objects.values_list("state", flat=True)) == {"waiting"}


def test_an_outcome_noted_later_makes_a_new_version(staff, synthesis, facilitator):
    objective = ObjectiveFactory(meeting=synthesis.meeting, text="Choisir.")
    publish(synthesis, facilitator)
    assert "Rien n’a changé" in staff.get(address(PUBLISH)).content.decode()
    objective.outcome = "reached"
    objective.save()
    page = staff.get(address(PUBLISH)).content.decode()
    assert "Objectif modifié" in page
    assert "ajouté&nbsp;: </span>atteint" in page


def test_a_version_of_the_first_schema_is_not_taken_for_a_change(staff, synthesis, facilitator):
    version = publish(synthesis, facilitator)
    old = {name: version.content[name] for name in ("meeting", "points")} | {"schema": 1}
    SynthesisVersion.objects.filter(pk=version.pk).update(content=old)
    assert "Rien n’a changé" in staff.get(address(PUBLISH)).content.decode()
    for name in ("synthesis_version", "synthesis_pdf"):
        assert staff.get(address(name, number=1)).status_code == 200


# --- Compared ---------------------------------------------------------------------------


@pytest.fixture
def versions(synthesis, facilitator):
    publish(synthesis, facilitator)
    SynthesisPoint.objects.update(text="Le guide aide tout le monde.")
    publish(synthesis, facilitator, 2, reason="Plus juste.")
    SynthesisPointFactory(synthesis=synthesis, text="Un ajout.")
    publish(synthesis, facilitator, 3, reason="Un oubli.")


def test_any_two_versions_are_compared_in_text(versions, log_in_as, reader):
    client = log_in_as(reader)
    page = client.get(address("synthesis_version", number=2), {"avec": "1"}).content.decode()
    assert "De la version&nbsp;1 à la version&nbsp;2" in page
    assert "ajouté&nbsp;: </span>tout le monde" in page
    assert "Point modifié" in page
    # From old to new, whichever is asked first.
    page = client.get(address("synthesis_version", number=1), {"avec": "3"}).content.decode()
    assert "De la version&nbsp;1 à la version&nbsp;3" in page
    assert "Point ajouté" in page
    page = client.get(address("synthesis_version", number=3)).content.decode()
    assert "De la version&nbsp;2 à la version&nbsp;3" in page


@pytest.mark.parametrize("asked", ["9", "x", "2", ""])
def test_an_unknown_version_is_not_compared(versions, log_in_as, reader, asked):
    client = log_in_as(reader)
    response = client.get(address("synthesis_version", number=2), {"avec": asked})
    assert response.status_code == 404
    assert client.get(address("synthesis_version", number=9)).status_code == 404


def test_the_synthesis_leads_to_the_comparison_and_to_the_file(versions, log_in_as, reader):
    page = log_in_as(reader).get(address("synthesis_detail")).content.decode()
    assert address("synthesis_version", number=3) in page
    assert address("synthesis_pdf", number=3) in page


def test_comparing_asks_a_fixed_number_of_queries(
    versions, log_in_as, reader, django_assert_num_queries, synthesis
):
    client = log_in_as(reader)
    page = address("synthesis_version", number=2)
    client.get(page)
    with django_assert_num_queries(6):
        client.get(page)
    SynthesisPointFactory.create_batch(9, synthesis=synthesis)
    with django_assert_num_queries(6):
        client.get(page)


# --- Printed ----------------------------------------------------------------------------


@pytest.fixture
def full(synthesis, facilitator):
    meeting = synthesis.meeting
    ObjectiveFactory(meeting=meeting, text="Choisir les indicateurs.", outcome="reached")
    ObjectiveFactory(meeting=meeting, text="Comparer les grilles.", outcome="carried_over")
    for name, may_be_named in (("Ville Nommée", True), ("Ville Discrète", False)):
        AttendanceFactory(
            meeting=meeting, organization=OrganizationFactory(name=name, may_be_named=may_be_named)
        )
    Organization.objects.filter(name="Organisation A").update(may_be_named=False)
    for kind, text in (("decision", "On décide."), ("next_step", "On écrit."), ("barrier", "?")):
        SynthesisPointFactory(synthesis=synthesis, kind=kind, text=text)
    return publish(synthesis, facilitator)


def test_the_file_is_accessible(full, log_in_as, reader, tmp_path):
    response = log_in_as(reader).get(address("synthesis_pdf", number=1))
    assert response["Content-Type"] == "application/pdf"
    assert "synthese-rencontre-4-version-1.pdf" in response["Content-Disposition"]
    assert failures(response.content, tmp_path) == []
    with pikepdf.open(BytesIO(response.content)) as document:
        assert str(document.Root.Lang) == "fr-CA"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]) == "Synthèse – Rencontre 4, Clauses – version 1"
    assert bookmarks(response.content)[1:] == [
        "Objectifs",
        "Organisations présentes",
        "Constats",
        "Décisions",
        "Enjeux",
        "Suites",
    ]


def test_the_file_says_what_was_frozen_and_names_only_those_who_agreed(full):
    text = text_of(render_pdf(TEMPLATE, full.as_printed()))
    for words in (
        "Choisir les indicateurs. (atteint)",
        "Comparer les grilles. (reporté à une prochaine rencontre)",
        "Ville Nommée",
        "et 2 autres organisations que ce document ne nomme pas",
        "Le guide aide.",
        "On décide.",
        "le 10 février 2021",
    ):
        assert words in text.replace("\u00a0", " "), words
    assert full.sha256 in text.replace(" ", "")
    assert "Ville Discrète" not in text
    assert "Organisation A" not in text


def test_what_changes_later_changes_no_byte_of_the_file(full, log_in_as, reader):
    client = log_in_as(reader)
    before = client.get(address("synthesis_pdf", number=1)).content
    Organization.objects.filter(name="Ville Nommée").update(name="Autre", may_be_named=False)
    meeting = full.synthesis.meeting
    meeting.objectives.update(text="Autre.", outcome="pending")
    type(meeting).objects.update(title="Autre", held_on=datetime.date(2022, 2, 2), number=9)
    SynthesisPoint.objects.update(text="Autre.")
    full.published_by.full_name = "Autre"
    full.published_by.save()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=400)):
        assert log_in_as(reader).get(address("synthesis_pdf", number=1)).content == before


def test_long_and_strange_words_still_print(synthesis, facilitator, tmp_path):
    SynthesisPoint.objects.update(text="<b>&amp; " + "mot" * 500 + "\n\nunité → 漢")
    assert (
        failures(render_pdf(TEMPLATE, publish(synthesis, facilitator).as_printed()), tmp_path) == []
    )


def test_a_draft_meeting_has_no_file_for_members(full, log_in_as, reader):
    type(full.synthesis.meeting).objects.update(state="draft")
    client = log_in_as(reader)
    for name in ("synthesis_pdf", "synthesis_version"):
        assert client.get(address(name, number=1)).status_code == 404
    assert Synthesis.objects.exists()
