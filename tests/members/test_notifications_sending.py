"""What is due leaves, once, in the words of the time of sending; or is dropped with its reason."""

import datetime

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Mail, MailTopic, Membership, Notification
from members.notifications import Message, forget, notify
from tests.factories import (
    MailPreferenceFactory,
    MembershipFactory,
    NotificationFactory,
    OrganizationFactory,
    UserFactory,
)
from tests.members.mails import DAY, MINUTE, add_kind, pass_at, sent, state_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_kinds")]
NOW = datetime.datetime(2021, 6, 9, 15, 0, tzinfo=datetime.UTC)


def queue(person, **changes):
    return NotificationFactory(recipient=person, **({"due_at": NOW} | changes))


def test_what_is_due_becomes_a_mail_once(organization, manager):
    add_kind(is_open_to_staff=True)
    notify(
        kind="essai",
        about=organization,
        recipients=[manager],
        organization=organization,
        due_at=NOW,
    )
    assert pass_at(NOW - MINUTE).sent == 0
    assert pass_at(NOW).sent == 1
    row, mail = Notification.objects.get(), Mail.objects.get()
    (message,) = sent()
    assert message["Subject"] == mail.subject == f"Objet {row.pk}"
    assert message["Message-ID"] == mail.message_id
    assert text_of(message) == mail.text
    assert (row.state, row.mail, row.claim) == ("sent", mail, None)
    assert (mail.state, mail.address, mail.attempts) == ("sent", manager.email, 1)
    assert mail.is_open_to_staff
    assert pass_at(NOW + DAY).sent == 0


def test_words_are_those_of_the_time_of_sending(manager):
    add_kind(compose=lambda row: Message(row.recipient.full_name, ("Un.",), "/", "Ouvrir"))
    queue(manager)
    manager.full_name = "Nom changé"
    manager.email = "ailleurs@demo.example"
    manager.save()
    pass_at(NOW)
    (message,) = sent()
    assert message["Subject"] == "Nom changé"
    assert message["To"] == "Nom changé <ailleurs@demo.example>"


def test_nothing_left_to_say(manager):
    add_kind(compose=lambda row: None)
    row = queue(manager)
    assert pass_at(NOW).dropped == 1
    assert state_of(row) == ("dropped", "Il n’y a plus rien à dire.")
    assert not outbox.outbox
    assert not Mail.objects.exists()


def test_the_delay_leaves_time_to_undo(organization, manager):
    add_kind(delay=10 * MINUTE)
    now = timezone.now()
    notify(kind="essai", about=organization, recipients=[manager])
    assert pass_at(now + 9 * MINUTE).sent == 0
    forget(kind="essai", about=organization, reason="Annulé.")
    assert pass_at(now + 11 * MINUTE).sent == 0
    assert state_of(Notification.objects.get()) == ("dropped", "Annulé.")


def test_the_same_key_is_told_once(organization, manager):
    add_kind()
    for _ in range(2):
        notify(kind="essai", about=organization, recipients=[manager], key="une fois", due_at=NOW)
    assert pass_at(NOW).sent == 1


class TestWhoIsNotTold:
    def test_an_account_that_was_closed(self, manager):
        add_kind(is_essential=True)
        row = queue(manager)
        manager.is_active = False
        manager.save()
        pass_at(NOW)
        assert state_of(row) == ("dropped", "Le compte n’est plus actif.")

    def test_who_has_left_the_organization(self, organization, manager):
        add_kind(is_essential=True)
        row = queue(manager, organization=organization)
        MembershipFactory(user=manager, organization=OrganizationFactory())
        Membership.objects.filter(user=manager, organization=organization).delete()
        pass_at(NOW)
        reason = "La personne n’est plus rattachée à l’organisation."
        assert state_of(row) == ("dropped", reason)
        assert not outbox.outbox

    def test_an_organization_that_has_left(self, organization, manager):
        add_kind()
        row = queue(manager, organization=organization)
        organization.is_active = False
        organization.save()
        pass_at(NOW)
        assert state_of(row) == ("dropped", "L’organisation n’est plus active.")

    def test_staff_hear_of_organizations_that_they_do_not_belong_to(
        self, organization, facilitator
    ):
        add_kind()
        queue(facilitator, organization=organization)
        assert pass_at(NOW).sent == 1

    def test_who_has_left_the_team(self, facilitator):
        add_kind(topic=MailTopic.FACILITATION)
        row = queue(facilitator)
        facilitator.portal_role = ""
        facilitator.save()
        pass_at(NOW)
        reason = "La personne ne fait plus partie de l’équipe d’animation."
        assert state_of(row) == ("dropped", reason)

    def test_who_wants_none(self, manager):
        add_kind()
        MailPreferenceFactory(user=manager, pace="never")
        row = queue(manager)
        pass_at(NOW)
        assert state_of(row) == ("dropped", "La personne ne veut pas de ces courriels.")

    def test_a_choice_holds_for_its_topic_and_its_person_only(self, manager, reader):
        add_kind()
        MailPreferenceFactory(user=manager, topic="register", pace="never")
        MailPreferenceFactory(user=reader, pace="never")
        queue(manager)
        assert pass_at(NOW).sent == 1

    @pytest.mark.parametrize("pace", ["never", "daily", "weekly"])
    def test_what_is_essential_leaves_whatever_they_chose(self, manager, pace):
        add_kind(is_essential=True)
        MailPreferenceFactory(user=manager, pace=pace)
        queue(manager)
        assert pass_at(NOW).sent == 1


class TestReminders:
    REASON = "Un rappel sur le même sujet date de moins de cinq jours."

    def test_not_twice_about_the_same_thing_within_five_days(self, manager):
        add_kind(is_reminder=True)
        queue(manager, about="a.b:1")
        pass_at(NOW)
        again = queue(manager, about="a.b:1", due_at=NOW + 5 * DAY - MINUTE)
        assert pass_at(again.due_at).sent == 0
        assert state_of(again) == ("dropped", self.REASON)
        later = queue(manager, about="a.b:1", due_at=NOW + 5 * DAY + MINUTE)
        assert pass_at(later.due_at).sent == 1

    def test_two_at_once_are_one(self, manager):
        add_kind(is_reminder=True)
        first, second = (queue(manager, about="a.b:1") for _ in range(2))
        assert pass_at(NOW).sent == 1
        assert state_of(first)[0] == "sent"
        assert state_of(second) == ("dropped", self.REASON)

    def test_another_kind_of_reminder_about_the_same_thing_is_a_reminder_too(self, manager):
        add_kind(is_reminder=True)
        add_kind("autre", is_reminder=True)
        queue(manager, about="a.b:1")
        pass_at(NOW)
        row = queue(manager, about="a.b:1", kind="autre")
        pass_at(NOW + DAY)
        assert state_of(row)[0] == "dropped"

    def test_other_things_and_other_people_are_told(self, manager, reader):
        add_kind(is_reminder=True)
        queue(manager, about="a.b:1")
        queue(manager, about="a.b:12")
        queue(reader, about="a.b:1")
        assert pass_at(NOW).sent == 3

    def test_what_is_no_reminder_is_told_each_time(self, manager):
        add_kind()
        queue(manager, about="a.b:1")
        queue(manager, about="a.b:1")
        assert pass_at(NOW).sent == 2


def reads_and_writes(number):
    for _ in range(number):
        organization = OrganizationFactory()
        person = MembershipFactory(organization=organization).user
        MailPreferenceFactory(user=person, topic="register")
        queue(person, organization=organization)
    with CaptureQueriesContext(connection) as captured:
        assert pass_at(NOW).sent == number
    queries = [query["sql"] for query in captured.captured_queries]
    reads = [sql for sql in queries if sql.startswith("SELECT")]
    writes = [sql for sql in queries if sql.startswith(("INSERT", "UPDATE"))]
    return len(reads), len(writes)


def test_a_batch_reads_the_same_whatever_its_size(db):
    """And writes a fixed number of times for each mail: each must survive a power cut."""
    add_kind()
    UserFactory()
    few, many = reads_and_writes(3), reads_and_writes(30)
    assert few[0] == many[0]
    assert many[1] - few[1] == 27 * 5
