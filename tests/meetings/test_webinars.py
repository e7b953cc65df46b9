"""The page of a webinar: who presents, how to attend or to watch it again, EÉS of its themes."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import SocialEnterprise
from meetings.models import Meeting
from meetings.webinars import MOST_MATCHES, Showcase
from members.models import Term, User
from tests.conftest import LogIn
from tests.factories import (
    AttendanceFactory,
    MeetingDocumentFactory,
    MeetingFactory,
    ParticipantFactory,
    SocialEnterpriseFactory,
    TermFactory,
)
from tests.html import StrictClient


@pytest.fixture
def client_of_reader(log_in_as: LogIn, reader: User) -> StrictClient:
    return log_in_as(reader)


@pytest.fixture
def food(db: None) -> Term:
    return TermFactory(code="sector:alimentation", label="Alimentation")


@pytest.fixture
def estrie(db: None) -> Term:
    return TermFactory(code="region:05", label="Estrie")


@pytest.fixture
def past(db: None) -> Meeting:
    return MeetingFactory(webinar=True, closed=True, slug="webinaire")


@pytest.fixture
def coming(db: None) -> Meeting:
    return MeetingFactory(
        webinar=True,
        slug="webinaire-a-venir",
        held_on=timezone.localdate() + datetime.timedelta(days=10),
        starts_at=datetime.time(12),
        link="https://visio.example/salle",
    )


def enterprise(name: str, *sectors: Term, **values: Any) -> SocialEnterprise:
    row = SocialEnterpriseFactory(name=name, **values)
    row.sectors.set(sectors)
    return row


def names(meeting: Meeting) -> list[str]:
    return [row.name for row in Showcase.build(meeting).matches]


def test_who_presents_comes_first_with_what_the_directory_says(
    client_of_reader: StrictClient, coming: Meeting, food: Term
) -> None:
    guest = enterprise("Les Marmites", food, mission="Former en cuisine", eligibility="a-verifier")
    coming.guests.add(guest)
    page = client_of_reader.get(coming.get_absolute_url())
    for words in ("Qui présente", "Former en cuisine", "Alimentation", "À vérifier"):
        assertContains(page, words)
    text = page.content.decode()
    assert text.index('id="h-presente"') < text.index('id="h-objectifs"')
    assertNotContains(page, 'id="h-invitees"')


def test_a_coming_webinar_says_how_to_attend(
    client_of_reader: StrictClient, coming: Meeting
) -> None:
    page = client_of_reader.get(coming.get_absolute_url())
    assertContains(page, "Comment y assister")
    assertContains(page, "https://visio.example/salle")


def test_a_past_webinar_shows_its_recording_first(
    client_of_reader: StrictClient, past: Meeting
) -> None:
    url = "https://exemple.example/film"
    MeetingDocumentFactory(meeting=past, role="recording", url=url, title="Le film")
    MeetingDocumentFactory(meeting=past, role="material", title="Les fiches")
    page = client_of_reader.get(past.get_absolute_url())
    assertContains(page, "Revoir")
    assertContains(page, url, count=1)
    text = page.content.decode()
    assert text.index(url) < text.index('id="h-objectifs"') < text.index("Les fiches")


def test_staff_are_sent_to_add_the_recording_that_is_missing(
    client_of_reader: StrictClient, past: Meeting, facilitator: User, log_in_as: LogIn
) -> None:
    words = "ajoutez-en le lien"
    assertContains(log_in_as(facilitator).get(past.get_absolute_url()), words)
    assertNotContains(client_of_reader.get(past.get_absolute_url()), words)


def test_who_came_is_told_by_organization_and_by_person(
    client_of_reader: StrictClient, past: Meeting
) -> None:
    AttendanceFactory.create_batch(3, meeting=past)
    ParticipantFactory.create_batch(5, meeting=past)
    ParticipantFactory(meeting=past, present=False)
    page = client_of_reader.get(past.get_absolute_url())
    assertContains(page, "3 organisations")
    assertContains(page, "5 personnes présentes")


def test_matches_are_of_the_sectors_or_regions_and_those_of_both_first(
    past: Meeting, food: Term, estrie: Term
) -> None:
    guest = enterprise("Déjà invitée", food)
    enterprise("Arrimage", food)
    enterprise("Brigade", region=estrie)
    enterprise("Zénith", food, region=estrie)
    enterprise("Sans rapport")
    past.guests.add(guest)
    past.themes.add(food, estrie, TermFactory(code="social_purpose:sante", label="Santé"))
    assert names(past) == ["Zénith", "Arrimage", "Brigade"]


def test_without_a_sector_or_a_region_nothing_is_proposed(past: Meeting, food: Term) -> None:
    enterprise("Arrimage", food)
    past.themes.add(TermFactory(code="social_purpose:sante", label="Santé"))
    assert names(past) == []


def test_no_more_than_a_dozen_are_shown(past: Meeting, food: Term) -> None:
    for number in range(MOST_MATCHES + 3):
        enterprise(f"EÉS {number}", food)
    past.themes.add(food)
    assert len(names(past)) == MOST_MATCHES


def test_matches_lead_to_the_directory_with_its_filter(
    client_of_reader: StrictClient,
    past: Meeting,
    food: Term,
) -> None:
    enterprise("Arrimage", food, eligibility="confirmee")
    past.themes.add(food)
    page = client_of_reader.get(past.get_absolute_url())
    for words in ("EÉS de ces secteurs", "/entreprises/?secteur=alimentation", "Confirmée"):
        assertContains(page, words)


def test_staff_find_whom_to_invite_until_it_is_over(
    past: Meeting, food: Term, facilitator: User, log_in_as: LogIn
) -> None:
    enterprise("Arrimage", food)
    past.themes.add(food)
    client, invite = log_in_as(facilitator), "à inviter, peut-être"
    page = client.get(past.get_absolute_url())
    assertContains(page, "EÉS de ces secteurs")
    assertNotContains(page, invite)
    day = timezone.localdate() + datetime.timedelta(days=3)
    Meeting.objects.filter(pk=past.pk).update(held_on=day, state="convened")
    assertContains(client.get(past.get_absolute_url()), invite)


def test_a_meeting_has_nothing_of_a_webinar(client_of_reader: StrictClient) -> None:
    meeting = MeetingFactory()
    meeting.guests.add(SocialEnterpriseFactory())
    page = client_of_reader.get(meeting.get_absolute_url())
    assertNotContains(page, 'id="h-presente"')
    assertContains(page, 'id="h-invitees"')


def test_a_webinar_costs_the_same_whatever_it_shows(
    client_of_reader: StrictClient,
    past: Meeting,
    food: Term,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(8):
        past.guests.add(enterprise(f"Invitée {number}", food))
        enterprise(f"Autre {number}", food)
    past.themes.add(food)
    client_of_reader.get(past.get_absolute_url())
    with django_assert_max_num_queries(22):
        client_of_reader.get(past.get_absolute_url())
