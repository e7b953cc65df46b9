"""The poster of a cycle and the page of a meeting."""

import datetime

import pytest
from django.urls import reverse

from chantier.lib.french import NBSP, in_words
from meetings.models import Meeting, Objective
from meetings.timeline import Timeline
from tests.factories import (
    AchievementFactory,
    AttendanceFactory,
    CycleFactory,
    CycleObjectiveFactory,
    MeetingFactory,
    ObjectiveFactory,
    OrganizationFactory,
    SocialEnterpriseFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)

LIST = reverse("meetings:meeting_list")
TODAY = datetime.date(2021, 5, 3)


def meeting(number, **fields):
    fields = {"number": number, "held_on": datetime.date(2021, 1, 10 + number), **fields}
    return MeetingFactory(**fields)


def timeline(user, label="", today=TODAY):
    return Timeline.build(user, label=label, today=today)


def full_cycle(first_number=1, meetings=5):
    """Meetings with objectives, attendances, guests and a published synthesis each."""
    CycleObjectiveFactory()
    AchievementFactory()
    for number in range(first_number, first_number + meetings):
        held = MeetingFactory(closed=True, number=number)
        ObjectiveFactory(meeting=held, outcome="carried_over", carried_to=held)
        AttendanceFactory.create_batch(2, meeting=held)
        held.guests.add(SocialEnterpriseFactory())
        synthesis = SynthesisFactory(meeting=held)
        SynthesisPointFactory(synthesis=synthesis)
        SynthesisVersionFactory(synthesis=synthesis)


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (1, "Une rencontre pour"),
        (2, "Deux rencontres pour"),
        (10, "Dix rencontres pour"),
        (11, "11 rencontres pour"),
    ],
)
def test_the_title_counts_meetings_in_words_up_to_ten(reader, count, title):
    for number in range(1, count + 1):
        meeting(number, closed=True)
    MeetingFactory(closed=True, webinar=True)
    assert timeline(reader).title == title


def test_webinars_alone_are_activities(reader):
    MeetingFactory(closed=True, webinar=True)
    assert timeline(reader).title == "Une activité pour"


def test_numbers_in_words():
    assert [in_words(n) for n in (0, 1, 5, 10, 11, 1234)] == [
        "zéro",
        "un",
        "cinq",
        "dix",
        "11",
        f"1{NBSP}234",
    ]
    assert in_words(1, feminine=True) == "une"


def test_the_current_cycle_comes_first_else_the_latest_with_meetings(reader):
    past, current, coming = (CycleFactory(start_year=year) for year in (2019, 2021, 2023))
    meeting(1, cycle=past)
    meeting(2, cycle=coming, held_on=datetime.date(2023, 5, 1))
    assert timeline(reader).cycle.label == past.label
    meeting(3, cycle=current)
    shown = timeline(reader)
    assert shown.cycle.label == current.label
    assert [cycle.label for cycle in shown.cycles] == ["2023-2024", "2021-2022", "2019-2020"]
    assert timeline(reader, label="2019-2020").cycle.label == "2019-2020"


def test_before_the_first_cycle_begins_the_nearest_is_shown(reader):
    for year in (2024, 2023):
        meeting(year - 2020, cycle=CycleFactory(start_year=year))
    assert timeline(reader).cycle.label == "2023-2024"


def test_a_cycle_shows_its_own_objectives_and_achievements_in_order(reader):
    cycle, other = CycleFactory(), CycleFactory(start_year=2021)
    meeting(1)
    meeting(2, cycle=other)
    for order in (2, 1):
        CycleObjectiveFactory(text=f"Objectif {order}", order=order)
        AchievementFactory(text=f"Réalisation {order}", order=order)
    CycleObjectiveFactory(cycle=other, text="Ailleurs")
    shown = timeline(reader, label=cycle.label).cycle
    assert shown.objectives == ["Objectif 1", "Objectif 2"]
    assert shown.achievements == ["Réalisation 1", "Réalisation 2"]
    assert shown.objectives_title == "Les deux objectifs du chantier, 2020-2021"


def test_outcomes_are_told_in_words(reader):
    fourth, held = meeting(4), meeting(1, held=True)
    webinar = MeetingFactory(webinar=True, held_on=datetime.date(2021, 3, 1))
    draft = meeting(9, draft=True)
    carried = Objective.Outcome.CARRIED_OVER
    ObjectiveFactory(meeting=held, reached=True)
    for target in (fourth, webinar, draft, None):
        ObjectiveFactory(meeting=held, outcome=carried, carried_to=target)
    ObjectiveFactory(meeting=held)
    ObjectiveFactory(meeting=fourth)
    entries = timeline(reader, today=datetime.date(2021, 1, 12)).entries
    assert [line.words for line in entries[0].objectives] == [
        "atteint",
        f"reporté à la rencontre{NBSP}4",
        f"reporté au webinaire du 1er{NBSP}mars 2021",
        "reporté à une prochaine rencontre",
        "reporté",
        "résultat non noté",
    ]
    assert [line.words for line in entries[1].objectives] == [""]


def test_staff_read_which_draft_an_objective_is_carried_over_to(facilitator):
    held, draft = meeting(1, held=True), meeting(9, draft=True)
    ObjectiveFactory(meeting=held, outcome="carried_over", carried_to=draft)
    entry = timeline(facilitator).entries[0]
    assert entry.objectives[0].words == f"reporté à la rencontre{NBSP}9"


def test_only_present_organizations_are_counted(reader):
    held = meeting(1, held=True)
    AttendanceFactory.create_batch(3, meeting=held)
    AttendanceFactory(meeting=held, present=False)
    ObjectiveFactory.create_batch(2, meeting=held)
    assert timeline(reader).entries[0].present_count == 3


def test_the_state_of_each_synthesis(reader):
    for number in range(1, 6):
        meeting(number, held=True)
    first, second, third, fourth = Meeting.objects.order_by("number")[:4]
    Meeting.objects.filter(number=5).update(state="convened", held_on=TODAY)
    SynthesisVersionFactory(synthesis__meeting=first)
    corrected = SynthesisFactory(meeting=second)
    for number in (1, 2):
        SynthesisVersionFactory(synthesis=corrected, number=number)
    SynthesisFactory(meeting=third)
    assert [entry.synthesis_label for entry in timeline(reader).entries] == [
        "synthèse publiée",
        f"synthèse publiée, version{NBSP}2",
        "synthèse en rédaction",
        "synthèse à venir",
        "",
    ]
    assert fourth.of_heading == f"de la rencontre{NBSP}4"


def test_the_points_are_those_of_the_latest_version(reader):
    point = SynthesisPointFactory(text="Premier constat", synthesis__meeting__number=1)
    SynthesisVersionFactory(synthesis=point.synthesis)
    point.text = "Deuxième constat"
    point.save()
    SynthesisVersionFactory(synthesis=point.synthesis, number=2)
    point.text = "Pas encore publié"
    point.save()
    entry = timeline(reader).entries[0]
    assert [point.text for point in entry.points] == ["Deuxième constat"]


def test_the_first_coming_meeting_is_under_the_highlighter(reader):
    meeting(1, held_on=TODAY - datetime.timedelta(days=1))
    meeting(2, held_on=TODAY + datetime.timedelta(days=7))
    meeting(3, held_on=TODAY + datetime.timedelta(days=8))
    entries = timeline(reader).entries
    assert [entry.is_next for entry in entries] == [False, True, False]
    assert entries[1].until == f"dans 7{NBSP}jours"
    assert timeline(reader, today=TODAY + datetime.timedelta(days=7)).entries[1].until == (
        "aujourd’hui"
    )


def test_the_page_of_the_poster(log_in_as, reader):
    webinar = MeetingFactory(closed=True, webinar=True, title="Cinq EÉS")
    webinar.guests.add(SocialEnterpriseFactory(name="Atelier des Cèdres"))
    point = SynthesisPointFactory(
        kind="decision", text="On écrit une clause.", synthesis__meeting__number=1
    )
    ObjectiveFactory(meeting=point.synthesis.meeting, text="Se présenter", reached=True)
    SynthesisVersionFactory(synthesis=point.synthesis)
    AchievementFactory(text="Un inventaire")
    page = log_in_as(reader).get(LIST).content.decode()
    assert 'Une rencontre pour <span class="hi">acheter autrement</span>' in page
    assert f"<b>Décision{NBSP}:</b> On écrit une clause." in page
    assert "Se présenter" in page
    assert '<span class="tl-outcome">(atteint)</span>' in page
    assert "Atelier des Cèdres" in page
    assert "Un inventaire" in page
    assert 'href="?cycle=2020-2021" aria-current="true"' in page


def test_an_empty_timeline_says_what_comes(log_in_as, reader, facilitator):
    assert "La prochaine paraîtra ici" in log_in_as(reader).get(LIST).content.decode()
    assert "Préparer une rencontre" in log_in_as(facilitator).get(LIST).content.decode()


def test_an_unknown_cycle_is_not_found(log_in_as, reader):
    meeting(1)
    assert log_in_as(reader).get(LIST, {"cycle": "1990-1991"}).status_code == 404


def test_seven_queries_and_no_more_with_ten_times_the_rows(
    log_in_as, reader, django_assert_num_queries
):
    client = log_in_as(reader)
    full_cycle(meetings=5)
    # Session, person, their organization, stages; cycles, meetings, what hangs on them.
    with django_assert_num_queries(7):
        page = client.get(LIST)
    assert page.content.decode().count("Lire la synthèse") == 5
    full_cycle(first_number=6, meetings=45)
    with django_assert_num_queries(7):
        page = client.get(LIST)
    assert page.content.decode().count("Lire la synthèse") == 10


def test_drafts_are_for_staff_only(log_in_as, reader, facilitator):
    draft = meeting(1, draft=True, title="Pas encore dit")
    member, staff = log_in_as(reader), log_in_as(facilitator)
    addresses = [LIST, draft.get_absolute_url(), f"{draft.get_absolute_url()}synthese/"]
    assert "Pas encore dit" not in member.get(LIST).content.decode()
    assert [member.get(address).status_code for address in addresses] == [200, 404, 404]
    for address in addresses:
        assert "Pas encore dit" in staff.get(address).content.decode()


def test_the_page_of_a_meeting(log_in_as, reader):
    held = meeting(
        1,
        held=True,
        starts_at=datetime.time(13, 30),
        ends_at=datetime.time(16),
        place="Salle des Érables",
    )
    ObjectiveFactory(meeting=held, text="Se présenter", reached=True)
    held.guests.add(SocialEnterpriseFactory(name="Atelier des Cèdres"))
    page = log_in_as(reader).get(held.get_absolute_url()).content.decode()
    assert f"Lundi 11{NBSP}janvier 2021, 13{NBSP}h{NBSP}30 à 16{NBSP}h – Salle des Érables" in page
    assert "atteint" in page
    assert "Atelier des Cèdres" in page
    assert "n’est pas encore publiée" in page
    assert "Rédiger" not in page


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (None, None, ""),
        (datetime.time(9), None, f"dès 9{NBSP}h"),
        (datetime.time(9, 5), datetime.time(12), f"9{NBSP}h{NBSP}05 à 12{NBSP}h"),
    ],
)
def test_hours(start, end, hours):
    assert Meeting(starts_at=start, ends_at=end).hours == hours


def test_members_read_the_names_of_those_who_agreed_and_their_own(
    log_in_as, organization, reader, facilitator
):
    held = meeting(1, held=True)
    agreed = OrganizationFactory(name="Énergie", may_be_named=True)
    discreet = OrganizationFactory(name="Discrète")
    absent = OrganizationFactory(name="Absente", may_be_named=True)
    for row in (organization, agreed, discreet):
        AttendanceFactory(meeting=held, organization=row)
    AttendanceFactory(meeting=held, organization=absent, present=False)
    page = log_in_as(reader).get(held.get_absolute_url()).content.decode()
    assert "3 organisations" in page
    assert "<li>Énergie</li>" in page
    assert "<li>Organisation A</li>" in page
    assert "Discrète" not in page
    assert "Absente" not in page
    assert "et 1 organisation que le portail ne nomme pas" in page
    assert "Discrète" in log_in_as(facilitator).get(held.get_absolute_url()).content.decode()


def test_staff_are_led_to_the_writing(log_in_as, facilitator):
    held = meeting(1, held=True)
    page = log_in_as(facilitator).get(held.get_absolute_url()).content.decode()
    assert reverse("meetings:synthesis_edit", args=[held.slug]) in page
    assert reverse("meetings:meeting_prepare", args=[held.slug]) in page


def test_the_link_to_attend_shows_until_the_meeting_is_over(reader, log_in_as):
    meeting = MeetingFactory(state="convened", link="https://salle.example/entrer")
    client = log_in_as(reader)
    assert "Y assister à distance" in client.get(meeting.get_absolute_url()).content.decode()
    Meeting.objects.update(state="held")
    assert "Y assister à distance" not in client.get(meeting.get_absolute_url()).content.decode()
