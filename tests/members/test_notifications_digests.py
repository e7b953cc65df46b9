"""Grouped mails: each morning at 7 h, or on Monday at 7 h, one mail to a person."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from members.models import Mail, MailPreference
from members.notifications import Message
from members.notifications.pace import slot
from members.notifications.preferences import save_preferences
from tests.factories import MailPreferenceFactory, NotificationFactory
from tests.members.mails import DAY, MINUTE, add_kind, html_of, pass_at, sent, state_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_kinds")]
TORONTO = ZoneInfo("America/Toronto")


def local(day, hour, minute=0, month=6, year=2021):
    return datetime.datetime(year, month, day, hour, minute, tzinfo=TORONTO)


# A Wednesday.
NOW = local(9, 11)
TOMORROW = local(10, 7)
MONDAY = local(14, 7)


def queue(person, **changes):
    return NotificationFactory(recipient=person, **({"due_at": NOW} | changes))


@pytest.mark.parametrize(
    ("due", "pace", "expected"),
    [
        (local(9, 6, 59), "daily", local(9, 7)),
        (local(9, 7), "daily", local(9, 7)),
        (local(9, 7, 1), "daily", local(10, 7)),
        (local(9, 11), "weekly", local(14, 7)),
        (local(14, 7), "weekly", local(14, 7)),
        (local(14, 7, 1), "weekly", local(21, 7)),
        (local(13, 23), "weekly", local(14, 7)),
        # Clocks change on 14 March and 7 November 2021: 7 h stays 7 h.
        (local(13, 12, month=3), "daily", local(14, 7, month=3)),
        (local(6, 12, month=11), "daily", local(7, 7, month=11)),
    ],
)
def test_the_morning_of_a_grouped_mail(due, pace, expected):
    found = slot(due.astimezone(datetime.UTC), pace)
    assert found == expected
    assert found.astimezone(TORONTO).hour == 7


def test_one_mail_tells_the_day(manager):
    add_kind(compose=lambda row: Message(f"Titre {row.pk}", ("Texte.",), f"/p/{row.pk}/", "Voir"))
    MailPreferenceFactory(user=manager)
    rows = [queue(manager), queue(manager, due_at=NOW + 60 * MINUTE)]
    assert pass_at(NOW + 60 * MINUTE).postponed == 2
    assert not sent()
    assert pass_at(TOMORROW - MINUTE).sent == 0
    assert pass_at(TOMORROW).sent == 1
    (message,) = sent()
    assert message["Subject"] == "2 nouvelles du Chantier économie sociale"
    for number, row in enumerate(rows, 1):
        assert f"{number}. Titre {row.pk}" in text_of(message)
        assert f"<h2>Titre {row.pk}</h2>" in html_of(message)
        assert f"http://127.0.0.1:8000/p/{row.pk}/" in text_of(message)
        assert state_of(row)[0] == "sent"
    assert Mail.objects.get().notifications.count() == 2


def test_a_day_with_one_piece_of_news_is_an_ordinary_mail(manager):
    add_kind()
    MailPreferenceFactory(user=manager)
    row = queue(manager)
    pass_at(NOW)
    pass_at(TOMORROW)
    (message,) = sent()
    assert message["Subject"] == f"Objet {row.pk}"


def test_the_week_waits_for_monday_and_joins_what_is_daily(manager):
    add_kind()
    add_kind("registre", topic="register")
    MailPreferenceFactory(user=manager, pace="weekly")
    MailPreferenceFactory(user=manager, topic="register", pace="daily")
    queue(manager)
    queue(manager, kind="registre", due_at=MONDAY - DAY + MINUTE)
    for moment in (NOW, TOMORROW, MONDAY - MINUTE):
        assert pass_at(moment).sent == 0
    assert pass_at(MONDAY).sent == 1
    assert sent()[0]["Subject"].startswith("2 nouvelles")


def test_each_person_has_their_own(manager, reader):
    add_kind()
    for person in (manager, reader):
        MailPreferenceFactory(user=person)
        queue(person)
        queue(person)
    pass_at(NOW)
    assert pass_at(TOMORROW).sent == 2
    assert {message["To"].addresses[0].addr_spec for message in sent()} == {
        manager.email,
        reader.email,
    }


def test_what_nobody_sent_in_time_is_one_mail_still(manager):
    """The process was stopped over the morning: nothing waits another day."""
    add_kind()
    MailPreferenceFactory(user=manager)
    queue(manager)
    queue(manager)
    assert pass_at(TOMORROW + 2 * DAY).sent == 1


def test_a_new_choice_holds_for_what_waits(manager):
    add_kind()
    MailPreferenceFactory(user=manager, pace="weekly")
    row = queue(manager)
    pass_at(NOW)
    save_preferences(user=manager, paces={"meetings": "at_once"})
    assert pass_at(NOW + MINUTE).sent == 1
    assert state_of(row)[0] == "sent"
    assert MailPreference.objects.get().pace == "at_once"


def test_a_choice_that_says_the_same_moves_nothing(manager):
    add_kind()
    MailPreferenceFactory(user=manager)
    row = queue(manager)
    pass_at(NOW)
    save_preferences(user=manager, paces={"meetings": "daily"})
    row.refresh_from_db()
    assert row.due_at == TOMORROW


def test_one_that_cannot_be_written_leaves_the_others_in_the_mail(manager):
    def compose(row):
        if row.data["essai"] == "mauvais":
            raise ValueError("caché")
        return Message("Bon", ("Texte.",), "/", "Voir")

    add_kind(compose=compose)
    MailPreferenceFactory(user=manager)
    bad = queue(manager, data={"essai": "mauvais"})
    good = queue(manager)
    pass_at(NOW)
    outcome = pass_at(TOMORROW)
    assert (outcome.sent, outcome.retried) == (1, 1)
    assert state_of(good)[0] == "sent"
    assert state_of(bad) == ("waiting", "Le texte n’a pas pu être écrit (ValueError).")
    assert bad.mail is None
    assert bad.due_at - TOMORROW < 2 * MINUTE
