"""Participation in meetings: the rate and its formula, who reads what, and the table as a file."""

import csv
import datetime
import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from chantier.lib.spreadsheets import CONTENT_TYPES
from meetings.models import Attendance, Meeting
from meetings.participation.page import Participation
from meetings.participation.rates import (
    Presence,
    Rate,
    counted_meetings,
    line_of,
    rate_of,
    rate_of_all,
)
from members.models import Cycle, Organization, User
from tests.conftest import LogIn
from tests.factories import AttendanceFactory, CycleFactory, MeetingFactory, OrganizationFactory

PAGE = "/rencontres/participation/"
BEFORE, AFTER = datetime.date(2020, 1, 1), datetime.date(2021, 4, 1)


@pytest.fixture
def cycle(db: None) -> Cycle:
    return CycleFactory(start_year=2020)


@pytest.fixture
def members(db: None) -> list[Organization]:
    """Five members since the beginning."""
    return [OrganizationFactory(joined_on=BEFORE, name=f"Membre {n}") for n in range(1, 6)]


def meeting(cycle: Cycle, month: int, **fields: Any) -> Meeting:
    day = datetime.date(2021, month, 10)
    values = {"cycle": cycle, "held_on": day, "number": month, "held": True}
    return MeetingFactory(**(values | fields))


def attend(row: Meeting, present: Sequence[Any], absent: Sequence[Any]) -> None:
    for organization in present:
        AttendanceFactory(meeting=row, organization=organization)
    for organization in absent:
        AttendanceFactory(meeting=row, organization=organization, present=False)


def counted() -> list[Meeting]:
    return list(counted_meetings())


def export(client: Any, kind: str = "csv") -> list[list[str]]:
    response = client.get(reverse("meetings:participation_export", kwargs={"kind": kind}))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


# The rate


def test_the_rate_is_in_whole_points_and_none_where_nothing_is_expected() -> None:
    assert Rate().percent is None
    assert Rate().in_words == "n.\u00a0d."
    assert Rate(1, 8).percent == 13
    assert (Rate(1, 2) + Rate(2, 2)).in_words == "3 sur 4, soit 75\u00a0%"


def test_the_rate_of_a_meeting_is_of_those_who_were_members_that_day(
    cycle: Cycle, members: list[Organization]
) -> None:
    OrganizationFactory(joined_on=AFTER)
    OrganizationFactory(joined_on=BEFORE, is_active=False)
    row = meeting(cycle, 2)
    # The fifth is not noted: no presence.
    attend(row, members[:3], members[3:4])
    (found,) = counted()
    assert rate_of(found) == Rate(3, 5)


def test_a_guest_from_outside_who_is_named_was_a_member(
    cycle: Cycle, members: list[Organization]
) -> None:
    early = OrganizationFactory(joined_on=AFTER)
    gone = OrganizationFactory(joined_on=BEFORE, is_active=False)
    attend(meeting(cycle, 2), [members[0], early], [gone])
    assert rate_of(counted()[0]) == Rate(2, 7)


def test_a_meeting_whose_attendance_nobody_noted_does_not_count(
    cycle: Cycle, members: list[Organization]
) -> None:
    meeting(cycle, 2)
    attend(meeting(cycle, 3), members[:1], [])
    assert [rate_of(row) for row in counted()] == [Rate(), Rate(1, 5)]
    assert rate_of_all(counted()) == Rate(1, 5)
    line = line_of(members[0], counted_meetings())
    assert [cell.presence for cell in line.cells] == [Presence.UNKNOWN, Presence.PRESENT]
    assert line.rate == Rate(1, 1)


def test_only_meetings_that_took_place_count_and_webinars_are_apart(
    cycle: Cycle, members: list[Organization]
) -> None:
    for number, state in enumerate(("draft", "convened", "cancelled"), start=1):
        attend(meeting(cycle, number, held=False, state=state), members, [])
    for number, state in enumerate(("held", "closed"), start=5):
        attend(meeting(cycle, number, held=False, state=state), members[:2], members[2:])
    attend(meeting(cycle, 8, kind="webinar", number=None), members[:1], members[1:])
    attend(meeting(cycle, 9, kind="workshop", number=None), members[:1], members[1:])
    assert rate_of_all(counted()) == Rate(4, 10)
    line = line_of(members[0], counted_meetings())
    assert (line.rate, line.others) == (Rate(2, 2), Rate(2, 2))


def test_each_state_of_a_cell_has_its_word(cycle: Cycle, members: list[Organization]) -> None:
    row = meeting(cycle, 2)
    attend(row, members[:1], members[1:2])
    new = OrganizationFactory(joined_on=AFTER)
    gone = OrganizationFactory(joined_on=BEFORE, is_active=False)
    asked: list[Any] = [*members[:3], new, gone]
    cells = [line_of(each, counted_meetings()).cells[0] for each in asked]
    assert [str(cell.presence.label) for cell in cells] == [
        "présente",
        "absente",
        "présence non notée",
        "pas encore membre",
        "plus membre",
    ]
    assert [cell.rate.expected for cell in cells] == [1, 1, 1, 0, 0]


def test_the_rates_of_organizations_add_up_to_that_of_the_chantier(
    cycle: Cycle, members: list[Organization]
) -> None:
    others = [OrganizationFactory(joined_on=AFTER), OrganizationFactory(is_active=False)]
    attend(meeting(cycle, 2), members[:3], others[1:])
    attend(meeting(cycle, 3), others[:1], [])
    attend(meeting(cycle, 5), members, [])
    everybody = [line_of(each, counted_meetings()).rate for each in Organization.objects.all()]
    assert sum(everybody, Rate()) == rate_of_all(counted())


# The page


def test_staff_read_every_line(
    log_in_as: LogIn, facilitator: User, cycle: Cycle, members: list[Organization]
) -> None:
    attend(meeting(cycle, 2), members[:4], members[4:])
    webinar = meeting(cycle, 3, kind="webinar", number=None, title="Cinq missions")
    attend(webinar, members[:1], [])
    page = log_in_as(facilitator).get(PAGE)
    for each in members:
        assertContains(page, each.name)
    for text in ("Présente", "Absente", "4 sur 5, soit 80\u00a0%", "Cinq missions"):
        assertContains(page, text)
    assertContains(page, "Taux de participation\u00a0: présences ÷ organisations membres")


def test_a_member_reads_its_own_line_and_the_total(
    log_in_as: LogIn,
    reader: User,
    organization: Organization,
    cycle: Cycle,
    members: list[Organization],
) -> None:
    Organization.objects.update(joined_on=BEFORE)
    attend(meeting(cycle, 2), [organization, *members[:4]], members[4:])
    page = log_in_as(reader).get(PAGE)
    assertContains(page, organization.name)
    assertContains(page, "1 sur 1, soit 100\u00a0%")
    assertContains(page, "5 sur 6, soit 83\u00a0%")
    for each in members:
        assertNotContains(page, each.name)


def test_a_total_of_too_few_others_is_not_told(
    log_in_as: LogIn, reader: User, organization: Organization, cycle: Cycle, facilitator: User
) -> None:
    others = [OrganizationFactory(joined_on=BEFORE) for _ in range(2)]
    Organization.objects.update(joined_on=BEFORE)
    attend(meeting(cycle, 2), [organization, others[0]], others[1:])
    page = log_in_as(reader).get(PAGE)
    assertContains(page, "trop peu d’organisations pour le dire")
    assertNotContains(page, "2 sur 3")
    assertContains(log_in_as(facilitator).get(PAGE), "2 sur 3, soit 67\u00a0%")


def test_several_cycles_make_a_trend(
    log_in_as: LogIn, facilitator: User, members: list[Organization]
) -> None:
    for year, present in ((2020, 2), (2021, 4)):
        row = MeetingFactory(
            cycle=CycleFactory(start_year=year), held_on=datetime.date(year + 1, 2, 1), held=True
        )
        attend(row, members[:present], [])
    client = log_in_as(facilitator)
    page = client.get(PAGE)
    shown = page.context["participation"]
    assert shown.cycle.label == "2021-2022"
    assert [line.drawn for line in shown.cycles] == [80, 40]
    assert shown.chart_in_words == "2020-2021\u00a0: 40\u00a0%; 2021-2022\u00a0: 80\u00a0%."
    assertContains(page, shown.chart_in_words)
    older = client.get(PAGE, {"cycle": "2020-2021"}).context["participation"]
    assert older.total.rate == Rate(2, 5)
    assert client.get(PAGE, {"cycle": "1900-1901"}).status_code == 404


def test_years_without_a_meeting_are_a_gap(facilitator: User, members: list[Organization]) -> None:
    for year in (2020, 2021, 2025):
        row = MeetingFactory(
            cycle=CycleFactory(start_year=year), held_on=datetime.date(year + 1, 2, 1), held=True
        )
        attend(row, members, [])
    chart = Participation.build(facilitator, label="", page=None).chart
    assert chart is not None
    assert [mark.text for mark in chart.marks] == ["2020-21", "2021-22", "…", "2025-26"]
    assert len(chart.segments) == 1


def test_one_cycle_is_no_trend(facilitator: User, cycle: Cycle) -> None:
    AttendanceFactory(meeting=meeting(cycle, 2))
    assert Participation.build(facilitator, label="", page=None).chart is None


def test_before_the_first_meeting_the_page_says_so(
    log_in_as: LogIn, reader: User, cycle: Cycle
) -> None:
    meeting(cycle, 2, held=False)
    assertContains(log_in_as(reader).get(PAGE), "Aucune rencontre n’a encore eu lieu")


def test_the_page_costs_the_same_with_many_meetings(
    log_in_as: LogIn, facilitator: User, members: list[Organization], django_assert_num_queries: Any
) -> None:
    client = log_in_as(facilitator)
    for year in (2018, 2019):
        cycle = CycleFactory(start_year=year)
        for month in range(1, 8):
            row = MeetingFactory(cycle=cycle, held_on=datetime.date(year + 1, month, 1), held=True)
            attend(row, members[:3], members[3:])
        client.get(PAGE)
        # session, person, meetings, number of organizations, page, attendance, own organization,
        # stages
        with django_assert_num_queries(8):
            client.get(PAGE)


# The file


def test_all_rows_leave_as_a_file(
    log_in_as: LogIn, facilitator: User, members: list[Organization]
) -> None:
    for year in (2020, 2021):
        row = MeetingFactory(
            cycle=CycleFactory(start_year=year),
            held_on=datetime.date(year + 1, 2, 1),
            number=year,
            title="Clauses",
            held=True,
        )
        attend(row, members[:1], members[1:2])
    client = log_in_as(facilitator)
    head, *rows = export(client)
    assert head == [
        "Cycle",
        "Sorte",
        "Rencontre",
        "Date",
        "Organisation",
        "Présence",
        "Compte dans le taux",
    ]
    assert len(rows) == 2 * len(members)
    assert rows[0] == [
        # No spreadsheet makes a subtraction of it.
        "'2020-2021",
        "rencontre",
        "Rencontre 2020 – Clauses",
        "2021-02-01",
        "Membre 1",
        "présente",
        "oui",
    ]
    assert {row[5] for row in rows} == {"présente", "absente", "présence non notée"}
    address = reverse("meetings:participation_export", kwargs={"kind": "xlsx"})
    response: Any = client.get(address)
    assert response["Content-Type"] == CONTENT_TYPES["xlsx"]
    assert b"".join(response.streaming_content).startswith(b"PK")
    unknown = reverse("meetings:participation_export", kwargs={"kind": "pdf"})
    assert client.get(unknown).status_code == 404


def test_a_member_takes_its_own_rows_away(
    log_in_as: LogIn,
    reader: User,
    organization: Organization,
    cycle: Cycle,
    members: list[Organization],
) -> None:
    attend(meeting(cycle, 2), [organization, *members], [])
    assert {row[4] for row in export(log_in_as(reader))[1:]} == {organization.name}
    Attendance.objects.all().delete()
    assert len(export(log_in_as(reader))) == 2
