"""Who reads the working copy in review, until when, and who opens and closes it."""

import datetime

import pytest
import time_machine

from meetings.acts import reviewing
from meetings.models import Amendment, Synthesis
from members.models import AuditEntry
from tests.factories import (
    AmendmentFactory,
    AttendanceFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)
from tests.meetings.reviewing import LAST_DAY, address, in_review, proposal

REVIEW, OPEN = "synthesis_review", "review_open"
# Half past eleven in the evening in Montréal, already the next day in UTC; and an hour later.
LAST_MINUTES = datetime.datetime(2021, 2, 21, 4, 30, tzinfo=datetime.UTC)
NEXT_DAY = datetime.datetime(2021, 2, 21, 5, 30, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def during_the_review():
    with time_machine.travel(datetime.datetime(2021, 2, 15, 15, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


def open_review(client, synthesis, until="2021-02-20", **changes):
    data = {"version": synthesis.version, "until": until, "act": "open"}
    return client.post(address(OPEN), data | changes)


def test_those_who_attended_read_the_working_copy(log_in_as, reader, organization):
    in_review(organization)
    page = log_in_as(reader).get(address(REVIEW)).content.decode()
    assert "Le guide aide." in page
    assert "jusqu’au 20\u00a0février 2021 compris" in page
    assert "Proposer une modification" in page


def test_others_read_nothing_of_it(log_in_as, outsider, organization, other_organization):
    synthesis = in_review(organization)
    # Invited, noted as absent.
    AttendanceFactory(meeting=synthesis.meeting, organization=other_organization, present=False)
    client = log_in_as(outsider)
    for name in (REVIEW, "amendment_create"):
        response = client.get(address(name))
        assert response.status_code == 403
        assert "Le guide aide." not in response.content.decode()
    page = client.get(address("synthesis_detail")).content.decode()
    assert "Le guide aide." not in page
    assert "En révision" not in page


def test_before_any_review_there_is_no_page(log_in_as, reader, organization, staff):
    in_review(organization, state="draft", review_until=None)
    assert log_in_as(reader).get(address(REVIEW)).status_code == 404
    assert staff.get(address(REVIEW)).status_code == 200


def test_members_of_a_closed_organization_read_nothing(log_in_as, reader, organization):
    in_review(organization)
    type(organization).objects.update(is_active=False)
    assert log_in_as(reader).get(address(REVIEW)).status_code == 403


@pytest.mark.parametrize(("moment", "is_open"), [(LAST_MINUTES, True), (NEXT_DAY, False)])
def test_the_last_day_ends_at_midnight_in_montreal(
    moment, is_open, log_in_as, reader, organization
):
    in_review(organization)
    client = log_in_as(reader)
    with time_machine.travel(moment, tick=False):
        page = client.get(address(REVIEW)).content.decode()
        assert ("Le guide aide." in page) is is_open
        assert ("La révision est close." in page) is not is_open
        status = client.get(address("amendment_create")).status_code
        assert status == (200 if is_open else 302)


def test_what_is_sent_after_the_end_is_refused_and_stays_in_sight(log_in_as, reader, organization):
    synthesis = in_review(organization)
    client = log_in_as(reader)
    data = proposal(client, synthesis.points.get()) | {"text": "Mon texte long à retaper."}
    with time_machine.travel(NEXT_DAY, tick=False):
        response = client.post(address("amendment_create"), data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "La révision est close" in page
    assert "Mon texte long à retaper." in page
    assert not Amendment.objects.exists()


def test_after_the_end_an_organization_reads_its_answers_and_no_others(
    log_in_as, reader, organization, other_organization, facilitator
):
    synthesis = in_review(organization, other_organization)
    point = synthesis.points.get()
    mine, theirs = (
        AmendmentFactory(
            synthesis=synthesis, point=point, organization=owner, text=f"Par {owner.name}"
        )
        for owner in (organization, other_organization)
    )
    Amendment.objects.filter(pk=mine.pk).update(
        state="refused",
        answer="Hors sujet.",
        answered_by=facilitator,
        answered_at=NEXT_DAY,
    )
    with time_machine.travel(NEXT_DAY, tick=False):
        page = log_in_as(reader).get(address(REVIEW)).content.decode()
    assert "Hors sujet." in page
    assert theirs.text not in page
    assert f"modification-{theirs.pk}" not in page


def test_staff_open_a_review_and_the_journal_tells(staff, organization, facilitator):
    synthesis = in_review(organization, state="draft", review_until=None)
    assert open_review(staff, synthesis).url == address(REVIEW)
    synthesis.refresh_from_db()
    assert (synthesis.state, synthesis.review_until) == ("in_review", LAST_DAY)
    assert synthesis.version == 2
    entry = AuditEntry.objects.get(action=reviewing.REVIEW_OPEN)
    assert (entry.actor, entry.before["state"]) == (facilitator, "draft")
    assert entry.after["until"] == "2021-02-20"


def test_a_week_is_offered_until_another_last_day_is_chosen(staff, organization):
    synthesis = in_review(organization, state="draft", review_until=None)
    assert 'value="2021-02-22"' in staff.get(address(REVIEW)).content.decode()
    open_review(staff, synthesis)
    assert 'value="2021-02-20"' in staff.get(address(REVIEW)).content.decode()


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("", "Dites jusqu’à quand la révision est ouverte."),
        ("demain", "Écrivez une date, comme 2021-08-05."),
        ("2021-02-14", "Ce jour est passé."),
        ("2021-12-31", "90 jours au plus."),
    ],
)
def test_a_bad_last_day_is_refused_with_its_reason(staff, organization, until, message):
    synthesis = in_review(organization, state="draft", review_until=None)
    response = open_review(staff, synthesis, until=until)
    assert message in staff.get(response.url).content.decode()
    synthesis.refresh_from_db()
    assert (synthesis.state, synthesis.version) == ("draft", 1)


def test_today_is_a_last_day(staff, organization):
    synthesis = in_review(organization, state="draft", review_until=None)
    open_review(staff, synthesis, until="2021-02-15")
    assert Synthesis.objects.get().state == "in_review"


def test_nothing_to_read_is_not_opened(staff, organization):
    synthesis = in_review(organization, texts=(), state="draft", review_until=None)
    response = open_review(staff, synthesis)
    assert "écrivez au moins un point" in staff.get(response.url).content.decode()
    SynthesisPointFactory(synthesis=synthesis)
    SynthesisVersionFactory(synthesis=synthesis)
    response = open_review(staff, synthesis)
    assert "Rien n’a changé depuis la version 1." in staff.get(response.url).content.decode()
    assert Synthesis.objects.get().state == "draft"


def test_a_review_is_closed_early_and_a_second_click_is_done_once(staff, organization):
    synthesis = in_review(organization)
    for _ in range(2):
        response = staff.post(address(OPEN), {"act": "close", "version": 1})
    synthesis.refresh_from_db()
    assert (synthesis.state, synthesis.version) == ("draft", 2)
    assert "La révision est déjà close." in staff.get(response.url).content.decode()
    assert AuditEntry.objects.filter(action=reviewing.REVIEW_CLOSE).count() == 1


def test_somebody_s_save_in_between_is_told(staff, organization):
    synthesis = in_review(organization, state="draft", review_until=None)
    Synthesis.objects.update(version=7)
    response = open_review(staff, synthesis)
    assert "Rien n’est changé. La synthèse a changé" in staff.get(response.url).content.decode()
    assert Synthesis.objects.get().state == "draft"


def test_the_page_costs_the_same_with_many_amendments(
    staff, organization, django_assert_num_queries
):
    synthesis = in_review(organization, texts=[f"Point {n}" for n in range(3)])
    staff.get(address(REVIEW))
    with django_assert_num_queries(11):
        staff.get(address(REVIEW))
    for point in synthesis.points.all():
        AmendmentFactory.create_batch(5, synthesis=synthesis, point=point)
    with django_assert_num_queries(11):
        staff.get(address(REVIEW))
