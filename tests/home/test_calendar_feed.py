"""The private calendar of a person: what is in it, what never is, and who may read it."""

import datetime
import logging

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from pytest_django.asserts import assertContains

from chantier.lib.logs import SecretAddressFilter
from members import feeds
from members.models import CalendarFeed, Organization
from tests.factories import (
    CalendarFeedFactory,
    CycleFactory,
    ImplementationFactory,
    MeetingFactory,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)

# Monday, 15 November 2021, at noon: the cycle 2021-2022 is under way.
TODAY = datetime.date(2021, 11, 15)
NOON = datetime.datetime(2021, 11, 15, 17, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cycles(db):
    return [
        CycleFactory(
            label=f"{year}-{year + 1}",
            starts_on=datetime.date(year, 9, 1),
            ends_on=datetime.date(year + 1, 8, 31),
            report_due_on=datetime.date(year + 1, 9, 30),
        )
        for year in (2019, 2020, 2021, 2022, 2023)
    ]


@pytest.fixture
def feed(reader):
    return CalendarFeedFactory(user=reader, token="le-mien")


def address(token):
    return f"/calendrier/{token}.ics"


def events(client):
    response = client.get(address("le-mien"))
    assert response.status_code == 200
    return Calendar.from_ical(response.content).walk("VEVENT")


def summaries(client):
    return [(str(event.start)[:10], str(event["SUMMARY"])) for event in events(client)]


def day(text):
    return datetime.date.fromisoformat(text)


# --- What is in it ----------------------------------------------------------------


def test_meetings_of_this_cycle_and_the_next(client, feed, cycles):
    kept = [
        MeetingFactory(held_on=day("2021-09-01"), closed=True),
        MeetingFactory(held_on=day("2021-11-20"), starts_at=datetime.time(13, 30), place="Salle 1"),
        MeetingFactory(held_on=day("2023-08-31")),
    ]
    for outside in ("2021-08-31", "2023-09-01"):
        MeetingFactory(held_on=day(outside))
    MeetingFactory(held_on=day("2021-11-21"), draft=True)
    found = [event for event in events(client) if "Rencontre" in event["SUMMARY"]]
    assert [event["UID"].partition("@")[0] for event in found] == [
        f"rencontre-{meeting.pk}" for meeting in kept
    ]
    assert found[1].start == datetime.datetime(2021, 11, 20, 18, 30, tzinfo=datetime.UTC)
    assert found[1]["LOCATION"] == "Salle 1"
    assert found[1]["URL"] == f"http://testserver{kept[1].get_absolute_url()}"


def test_a_draft_does_not_leave_the_portal_even_for_staff(client, facilitator, cycles):
    CalendarFeedFactory(user=facilitator, token="le-mien")
    MeetingFactory(held_on=day("2021-11-21"), draft=True, title="Sujet encore secret")
    assert b"secret" not in client.get(address("le-mien")).content


def test_one_cancelled_before_anybody_heard_of_it_is_in_nobodys_calendar(client, feed, cycles):
    day = TODAY + datetime.timedelta(days=20)
    unheard = {"state": "cancelled", "cancel_reason": "Trop peu de sujets."}
    MeetingFactory(title="Jamais convoquée", held_on=day, **unheard)
    MeetingFactory(title="Convoquée puis annulée", held_on=day, convened_at=NOON, **unheard)
    told = " ".join(title for _, title in summaries(client))
    assert "Convoquée puis annulée" in told
    assert "Jamais convoquée" not in told


def test_a_cycle_that_nobody_has_written_yet_still_has_days(client, feed, organization, db):
    CycleFactory(
        label="2021-2022",
        starts_on=day("2021-09-01"),
        ends_on=day("2022-08-31"),
        report_due_on=day("2022-09-30"),
    )
    for due in ("2021-08-31", "2023-08-31", "2023-09-02"):
        ImplementationFactory(organization=organization, planned=True, planned_for=day(due))
    assert summaries(client) == [
        ("2023-08-31", "Échéance au registre (1\u00a0mesure)"),
        ("2022-09-30", "Dépôt du rapport annuel 2021-2022"),
    ]


def test_before_any_cycle_there_are_still_meetings(client, feed):
    MeetingFactory(held_on=TODAY, cycle=CycleFactory(start_year=2010))
    assert len(events(client)) == 1


def test_deadlines_are_counted_by_day_and_register(client, feed, organization, cycles):
    both = OrganizationFactory(slug="deux")
    MembershipFactory(user=feed.user, organization=both)
    common = {"organization": organization}
    ImplementationFactory(**common, planned=True, planned_for=day("2021-12-01"))
    ImplementationFactory(**common, in_progress=True, planned_for=day("2021-12-01"))
    ImplementationFactory(organization=both, to_undertake=True, planned_for=day("2021-12-01"))
    ImplementationFactory(**common, implemented=True, review_on=day("2021-12-02"))
    deadlines = [event for event in events(client) if "registre" in event["SUMMARY"]]
    assert [(event.start, event["SUMMARY"]) for event in deadlines] == [
        (day("2021-12-01"), "Échéance au registre (2\u00a0mesures)"),
        (day("2021-12-01"), "Échéance au registre (1\u00a0mesure)"),
        (day("2021-12-02"), "Échéance au registre (1\u00a0mesure)"),
    ]
    assert deadlines[0]["DTEND"].dt == day("2021-12-02")
    assert deadlines[0]["TRANSP"] == "TRANSPARENT"
    assert deadlines[0]["URL"] == (
        "http://testserver/organisations/organisation-a/mesures/?tri=echeance"
    )
    assert len({event["UID"] for event in deadlines}) == 3


def test_what_is_settled_has_no_deadline_any_more(client, feed, organization, cycles):
    due = {"organization": organization, "planned_for": day("2021-12-01")}
    ImplementationFactory(**due, implemented=True)
    ImplementationFactory(**due, abandoned=True)
    ImplementationFactory(**due, not_applicable=True)
    # A date of review says nothing of what is still to be done.
    ImplementationFactory(organization=organization, planned=True, review_on=day("2021-12-03"))
    assert [text for _, text in summaries(client) if "registre" in text] == []


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({"planned": True, "planned_for": TODAY}, "tri=echeance"),
        ({"planned": True, "planned_for": day("2021-11-14")}, "suivi=en-retard"),
        ({"implemented": True, "review_on": day("2021-11-14")}, "suivi=a-revoir"),
    ],
    ids=["coming", "late", "to review"],
)
def test_a_deadline_opens_the_register_on_its_measures(
    client, log_in_as, feed, organization, cycles, five_stages, fields, query
):
    record = ImplementationFactory(organization=organization, **fields)
    ImplementationFactory(organization=organization, abandoned=True)
    [event] = [event for event in events(client) if "registre" in event["SUMMARY"]]
    assert event["URL"].endswith(f"/mesures/?{query}")
    page = log_in_as(feed.user).get(event["URL"].removeprefix("http://testserver"))
    assertContains(page, record.title)


def test_reports_due_include_that_of_the_cycle_just_over(client, feed, organization, cycles, clock):
    clock.move_to(datetime.datetime(2021, 9, 15, 12, tzinfo=datetime.UTC))
    assert summaries(client) == [
        ("2021-09-30", "Dépôt du rapport annuel 2020-2021"),
        ("2022-09-30", "Dépôt du rapport annuel 2021-2022"),
    ]


def test_an_organization_that_came_later_has_no_report_to_submit(
    client, feed, organization, cycles
):
    Organization.objects.filter(pk=organization.pk).update(joined_on=day("2021-10-01"))
    assert summaries(client) == [("2022-09-30", "Dépôt du rapport annuel 2021-2022")]


def test_staff_read_meetings_and_reports_due(client, facilitator, organization, cycles):
    CalendarFeedFactory(user=facilitator, token="le-mien")
    ImplementationFactory(organization=organization, planned=True, planned_for=TODAY)
    meeting = MeetingFactory(held_on=TODAY)
    assert [text for _, text in summaries(client)] == [
        str(meeting),
        "Dépôt du rapport annuel 2020-2021",
        "Dépôt du rapport annuel 2021-2022",
    ]


# --- What never is ----------------------------------------------------------------


def test_nothing_that_an_organization_wrote_is_in_it(client, feed, organization, cycles):
    Organization.objects.filter(pk=organization.pk).update(name="Nom secret", acronym="SECRET")
    secret = {
        "organization": organization,
        "lead": "Personne secrète",
        "description": "Texte secret",
        "sharing": "private",
    }
    ImplementationFactory(**secret, planned=True, planned_for=TODAY, measure__title="Titre secret")
    ImplementationFactory(
        **secret, own=True, own_title="Secret", status="planifiee", planned_for=TODAY
    )
    foreign = ImplementationFactory(planned=True, planned_for=TODAY, description="Secret")
    content = client.get(address("le-mien")).content.replace(b"\r\n ", b"").decode()
    assert "Échéance au registre (2\u00a0mesures)" in content
    assert "secr" not in content.lower()
    assert foreign.organization.slug not in content
    assert feed.user.email not in content
    assert feed.user.full_name not in content


def test_the_answer_is_kept_by_nobody_on_the_way(client, feed):
    response = client.get(address("le-mien"))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    calendar = Calendar.from_ical(response.content)
    assert calendar["X-WR-CALNAME"] == "Chantier économie sociale"
    assert calendar["REFRESH-INTERVAL"].dt == datetime.timedelta(hours=6)


def test_the_token_is_in_no_log():
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", (address("clef-longue"),), None
    )
    assert SecretAddressFilter().filter(record)
    assert record.getMessage() == "Not Found: /calendrier/…"
    other = logging.LogRecord("django.request", 30, "", 0, "Not Found: %s", ("/aide/",), None)
    SecretAddressFilter().filter(other)
    assert other.getMessage() == "Not Found: /aide/"


@pytest.mark.django_db
def test_what_the_portal_logs_of_a_dead_link_is_hidden(client, caplog):
    with caplog.at_level(logging.WARNING, "django.request"):
        client.get(address("clef-longue"))
    assert caplog.messages == ["Not Found: /calendrier/…"]


# --- Who reads it -----------------------------------------------------------------


def answer(client, token):
    response = client.get(address(token))
    headers = {name: value for name, value in response.items() if name != "Date"}
    return response.status_code, response.content, headers


def test_unknown_revoked_and_closed_are_one_same_404(client, feed, other_organization):
    closed = CalendarFeedFactory(user=UserFactory(is_active=False))
    CalendarFeedFactory(token_hash=None)
    unknown = answer(client, "inconnu")
    assert unknown[0] == 404
    assert "n’existe plus" in unknown[1].decode()
    assert answer(client, f"jeton-{closed.pk}") == unknown
    assert answer(client, "None") == answer(client, "a" * 5000) == answer(client, "é%") == unknown
    assert client.get(address("le-mien")).status_code == 200
    feeds.revoke_link(by=feed.user)
    assert answer(client, "le-mien") == unknown


def test_a_closed_account_and_a_lost_role_are_seen_at_the_next_reading(
    client, feed, organization, cycles
):
    ImplementationFactory(organization=organization, planned=True, planned_for=TODAY)
    assert len(summaries(client)) == 3
    feed.user.memberships.all().delete()
    assert summaries(client) == []
    feed.user.is_active = False
    feed.user.save()
    assert client.get(address("le-mien")).status_code == 404


def test_an_organization_that_left_has_no_deadline(client, feed, organization, cycles):
    ImplementationFactory(organization=organization, planned=True, planned_for=TODAY)
    Organization.objects.filter(pk=organization.pk).update(is_active=False)
    assert summaries(client) == []


def test_a_head_answers_without_a_body(client, feed):
    response = client.head(address("le-mien"))
    assert (response.status_code, response.content) == (200, b"")


def test_a_reading_is_noted_once_an_hour(client, feed, clock):
    def noted():
        return CalendarFeed.objects.get(pk=feed.pk).last_read_at

    client.get(address("le-mien"))
    assert noted() == NOON
    clock.shift(datetime.timedelta(minutes=59))
    client.get(address("le-mien"))
    assert noted() == NOON
    clock.shift(datetime.timedelta(minutes=2))
    client.get(address("le-mien"))
    assert noted() == NOON + datetime.timedelta(minutes=61)


@pytest.mark.parametrize("rows", [1, 10])
def test_the_same_queries_whatever_the_rows(
    client, feed, organization, cycles, rows, django_assert_num_queries
):
    for index in range(rows):
        due = TODAY + datetime.timedelta(days=index)
        MeetingFactory(held_on=due)
        ImplementationFactory(organization=organization, planned=True, planned_for=due)
        MembershipFactory(user=feed.user)
    client.get(address("le-mien"))
    # The link with its person, the days to tell, the meetings, the deadlines, the reports.
    with django_assert_num_queries(5):
        found = summaries(client)
    assert len(found) == 2 * rows + 2


def test_a_first_reading_writes_once(client, feed):
    with CaptureQueriesContext(connection) as captured:
        client.get(address("le-mien"))
    written = [query["sql"] for query in captured if query["sql"].startswith("UPDATE")]
    assert len(written) == 1
    assert len(captured) == 6
