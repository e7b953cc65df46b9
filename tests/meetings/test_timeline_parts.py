"""What the poster tells of long, empty and interrupted cycles, and to whom."""

import datetime

import pytest
from django.urls import reverse

from chantier.lib.french import NBSP
from meetings.models import Meeting, Objective
from meetings.timeline import Timeline, Window
from tests.factories import (
    AttendanceFactory,
    CycleFactory,
    CycleObjectiveFactory,
    MeetingFactory,
    ObjectiveFactory,
    OrganizationFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)

LIST = reverse("meetings:meeting_list")
TODAY = datetime.date(2021, 5, 3)
FIRST = datetime.date(2020, 9, 8)


def days(count):
    return datetime.timedelta(days=count)


def meetings(count, **fields):
    return [
        MeetingFactory(number=index + 1, held_on=FIRST + days(index), **fields)
        for index in range(count)
    ]


def timeline(user, **fields):
    return Timeline.build(user, **{"label": "", "today": TODAY, **fields})


# --- Parts of a long cycle --------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "around", "number", "expected"),
    [
        (0, -1, None, (1, 1, 1, 0)),
        (1, 0, None, (1, 1, 1, 1)),
        (12, 11, None, (1, 1, 1, 12)),
        # No part with a single meeting.
        (13, 12, None, (2, 2, 8, 13)),
        (30, 9, None, (1, 3, 1, 10)),
        (30, 10, None, (2, 3, 11, 20)),
        (30, 29, 1, (1, 3, 1, 10)),
        (30, 0, 99, (3, 3, 21, 30)),
        (30, 0, 0, (1, 3, 1, 10)),
        (500, 499, None, (42, 42, 493, 500)),
    ],
)
def test_a_long_cycle_is_cut_in_even_parts(total, around, number, expected):
    window = Window.build(total, most=12, number=number, around=around)
    assert (window.number, window.parts, window.first, window.last) == expected


def test_thirty_meetings_are_shown_around_the_next_one(log_in_as, reader):
    meetings(30, closed=True)
    Meeting.objects.filter(number__gt=15).update(state="convened")
    today = FIRST + days(15)
    shown = timeline(reader, today=today)
    assert [entry.number for entry in shown.entries] == list(range(11, 21))
    assert shown.title == "30 rencontres pour"
    assert shown.span == f"Rencontres 11 à 20 sur{NBSP}30"
    assert [entry.number for entry in shown.entries if entry.is_next] == [16]
    # The next one is marked on its own part only.
    assert not any(entry.is_next for entry in timeline(reader, today=today, part=3).entries)


def test_the_parts_lead_to_each_other(log_in_as, reader):
    meetings(30, closed=True)
    client = log_in_as(reader)
    page = client.get(LIST).content.decode()
    assert 'href="?cycle=2020-2021&amp;partie=2" rel="prev"' in page
    assert 'rel="next"' not in page
    assert '<ol class="tl" start="21">' in page
    page = client.get(LIST, {"partie": "1"}).content.decode()
    assert 'href="?cycle=2020-2021&amp;partie=2" rel="next"' in page
    assert 'rel="prev"' not in page
    assert "affiche.pdf?cycle=2020-2021&amp;partie=1" in page


@pytest.mark.parametrize("part", ["", "x", "-1", "1e3", "²", "9" * 40])
def test_what_is_no_part_shows_the_nearest(log_in_as, reader, part):
    meetings(13, closed=True)
    page = log_in_as(reader).get(LIST, {"partie": part}).content.decode()
    assert f"Rencontres 8 à 13 sur{NBSP}13" in page


# --- Cycles with little to show ---------------------------------------------------------


def test_the_cycle_under_way_has_a_poster_before_its_first_meeting(log_in_as, reader, time_machine):
    time_machine.move_to("2021-10-01T12:00:00-04:00")
    meetings(1, closed=True)
    CycleObjectiveFactory(cycle=CycleFactory(start_year=2021), text="Aller plus loin")
    CycleFactory(start_year=2025)
    client = log_in_as(reader)
    page = client.get(LIST).content.decode()
    assert 'href="?cycle=2021-2022"' in page
    assert "2025-2026" not in page
    # What took place is more to read than what has no date yet.
    assert 'href="?cycle=2020-2021" aria-current="true"' in page
    page = client.get(LIST, {"cycle": "2021-2022"}).content.decode()
    assert "Aucune rencontre n’est encore convoquée pour ce cycle." in page
    assert "Aller plus loin" in page
    assert "affiche.pdf" not in page


def test_one_meeting_makes_a_poster(log_in_as, reader):
    meetings(1, closed=True)
    page = log_in_as(reader).get(LIST).content.decode()
    assert "Une rencontre pour" in page
    assert "tl-tally" not in page


# --- Cancelled, in preparation ----------------------------------------------------------


def test_a_cancelled_meeting_is_told_and_not_counted(log_in_as, reader):
    cancelled, _held = meetings(2, closed=True)
    Meeting.objects.filter(pk=cancelled.pk).update(state="cancelled")
    ObjectiveFactory(meeting=cancelled, text="Se rencontrer")
    shown = timeline(reader)
    assert shown.title == "Une rencontre pour"
    assert shown.tallies == []
    entry = shown.entries[0]
    assert entry.is_cancelled
    assert entry.synthesis_label == ""
    assert entry.objectives[0].words == ""
    page = log_in_as(reader).get(LIST).content.decode()
    assert "Annulée" in page
    assert page.count("Synthèse à venir") == 1
    assert reverse("meetings:meeting_calendar", args=[cancelled.slug]) not in page


def test_staff_see_which_meetings_are_in_preparation(log_in_as, facilitator, reader):
    meetings(1, draft=True, title="Pas encore dit")
    page = log_in_as(facilitator).get(LIST).content.decode()
    assert "En préparation, vue de l’animation seulement" in page
    assert "Des rencontres pour" in page
    # There is nothing in it for everybody yet.
    assert "affiche.pdf" not in page
    assert timeline(reader).entries == []


# --- What is told of each meeting -------------------------------------------------------


def test_presence_is_out_of_the_members_of_that_day(reader, organization):
    held = meetings(1, held=True)[0]
    AttendanceFactory(meeting=held, organization=organization)
    OrganizationFactory(joined_on=held.held_on)
    OrganizationFactory(joined_on=held.held_on + days(1))
    OrganizationFactory(is_active=False)
    assert timeline(reader).entries[0].presence == f"1 organisation présente sur{NBSP}2"


def test_no_more_are_present_than_there_were_members(reader):
    held = meetings(1, held=True)[0]
    for present in (True, True, False):
        late = OrganizationFactory(joined_on=TODAY)
        AttendanceFactory(meeting=held, organization=late, present=present)
    entry = timeline(reader).entries[0]
    assert (entry.present_count, entry.member_count) == (2, 3)


def test_a_review_says_until_when(reader):
    held = meetings(1, held=True)[0]
    synthesis = SynthesisFactory(meeting=held, state="in_review", review_until=TODAY)
    words = f"en révision jusqu’au 3{NBSP}mai 2021"

    def label(today=TODAY):
        return timeline(reader, today=today).entries[0].synthesis_label

    assert label() == f"synthèse {words}"
    assert label(TODAY + days(1)) == "synthèse en rédaction"
    SynthesisVersionFactory(synthesis=synthesis)
    assert label() == f"synthèse publiée; la suivante est {words}"
    assert label(TODAY + days(1)) == "synthèse publiée"


def test_the_poster_shows_the_first_points_and_counts_the_others(log_in_as, reader):
    synthesis = SynthesisFactory(meeting=meetings(1, closed=True)[0])
    for index in range(6):
        SynthesisPointFactory(synthesis=synthesis, text=f"Point {index} " + "mot " * 100)
    SynthesisVersionFactory(synthesis=synthesis)
    entry = timeline(reader).entries[0]
    assert [point.text[:7] for point in entry.points] == [f"Point {index}" for index in range(4)]
    assert all(len(point.text) <= 240 and point.text.endswith("mot…") for point in entry.points)
    assert "et 2 autres points" in log_in_as(reader).get(LIST).content.decode()


def test_objectives_are_summed_up_by_outcome(reader):
    held = meetings(1, held=True)[0]
    outcomes = Objective.Outcome
    for outcome in (outcomes.PENDING, outcomes.CARRIED_OVER, outcomes.REACHED, outcomes.REACHED):
        ObjectiveFactory(meeting=held, outcome=outcome)
    assert [tally.words for tally in timeline(reader).tallies] == [
        "2 objectifs atteints",
        "1 objectif reporté",
        "1 objectif fixé",
    ]


# --- Drawn once, never stale ------------------------------------------------------------


def test_what_changes_is_drawn_anew(log_in_as, reader, facilitator):
    held = meetings(1, held=True, title="Premier titre")[0]
    objective = ObjectiveFactory(meeting=held, text="Se présenter")
    client = log_in_as(reader)
    page = client.get(LIST).content.decode()
    assert "(résultat non noté)" in page
    assert "Rédiger la synthèse" not in page
    assert "Rédiger la synthèse" in log_in_as(facilitator).get(LIST).content.decode()
    Meeting.objects.update(title="Second titre")
    Objective.objects.filter(pk=objective.pk).update(outcome="reached")
    AttendanceFactory(meeting=held)
    page = client.get(LIST).content.decode()
    for words in ("Second titre", "(atteint)", "1 organisation présente"):
        assert words in page, words
    assert "Premier titre" not in page
    assert "Rédiger la synthèse" not in page
