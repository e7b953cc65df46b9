"""Nothing is lost when a mail cannot leave, nor when the process is killed at any point."""

import datetime
import smtplib

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from members.models import AuditEntry, Mail, Notification
from members.notifications import Message, claiming, forget, outcomes, sending
from members.notifications.again import send_again
from tests.factories import MailPreferenceFactory, NotificationFactory
from tests.members.mails import DAY, MINUTE, add_kind, pass_at, sent, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_kinds")]
NOW = datetime.datetime(2021, 6, 9, 15, 0, tzinfo=datetime.UTC)
REFUSAL = smtplib.SMTPDataError(550, b"Boite\r\npleine")


def queue(person, **changes):
    return NotificationFactory(recipient=person, **({"due_at": NOW} | changes))


@pytest.fixture
def server(monkeypatch):
    """A mail server that fails as it is told to; it starts in order."""

    class Server:
        refusal: Exception | None = None
        cannot_connect: Exception | None = None
        connections = 0

    server = Server()
    send = EmailBackend.send_messages

    def opened(self):
        server.connections += 1
        if server.cannot_connect:
            raise server.cannot_connect

    def refuse(self, messages):
        if server.refusal:
            raise server.refusal
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "open", opened)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    return server


def explode(row):
    raise ValueError("secret de l’organisation")


def test_a_refused_mail_is_tried_again_later_and_later(manager, server):
    add_kind()
    server.refusal = REFUSAL
    row, moment, waits = queue(manager), NOW, []
    for _ in range(5):
        assert pass_at(moment).retried == 1
        assert state_of(row)[0] == "waiting"
        waits.append(round((row.due_at - moment) / MINUTE))
        moment = row.due_at
        assert pass_at(moment - MINUTE / 2).retried == 0
    assert waits == [1, 5, 30, 120, 720]
    assert pass_at(moment).failed == 1
    mail = Mail.objects.get()
    said = "Le serveur de courriel a refusé\u00a0: 550 Boite pleine"
    assert state_of(row) == ("failed", said)
    assert (mail.state, mail.error, mail.attempts) == ("failed", said, 6)
    server.refusal = None
    assert pass_at(moment + 30 * DAY).sent == 0


def test_one_that_leaves_at_the_second_try(manager, server):
    add_kind()
    server.refusal = REFUSAL
    row = queue(manager)
    pass_at(NOW)
    message_id = Mail.objects.get().message_id
    server.refusal = None
    assert pass_at(NOW + 2 * MINUTE).sent == 1
    mail = Mail.objects.get()
    assert sent()[0]["Message-ID"] == message_id == mail.message_id
    assert (mail.state, mail.error, mail.attempts) == ("sent", "", 2)
    assert state_of(row) == ("sent", "")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "Le serveur de courriel n’a pas répondu à temps."),
        (smtplib.SMTPServerDisconnected("x"), "Le serveur de courriel a coupé la connexion."),
        (
            smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"inconnu")}),
            "Le serveur de courriel a refusé\u00a0: 550 inconnu",
        ),
        (ConnectionResetError(), "Le serveur de courriel est injoignable (ConnectionResetError)."),
    ],
)
def test_staff_read_why(manager, server, error, words):
    add_kind()
    server.refusal = error
    row = queue(manager)
    pass_at(NOW)
    assert state_of(row) == ("waiting", words)
    assert Mail.objects.get().error == words


def test_a_server_that_is_down_is_asked_once_a_pass(manager, server):
    add_kind()
    server.cannot_connect = ConnectionRefusedError()
    rows = [queue(manager) for _ in range(3)]
    assert pass_at(NOW).retried == 3
    assert server.connections == 1
    assert {state_of(row)[0] for row in rows} == {"waiting"}
    server.cannot_connect = None
    assert pass_at(NOW + 2 * MINUTE).sent == 3
    assert server.connections == 2


def test_a_missing_file_is_not_blamed_on_the_server(manager):
    def compose(row):
        raise FileNotFoundError("secret.pdf")

    add_kind(compose=compose)
    row = queue(manager)
    pass_at(NOW)
    assert state_of(row)[1] == "Le texte n’a pas pu être écrit (FileNotFoundError)."


def test_a_bad_one_does_not_stop_the_others(manager, reader):
    add_kind()
    add_kind("mauvaise", compose=explode)
    bad = queue(manager, kind="mauvaise")
    unknown = queue(manager, kind="disparue")
    good = [queue(manager), queue(reader)]
    outcome = pass_at(NOW)
    assert (outcome.sent, outcome.retried) == (2, 2)
    assert {state_of(row)[0] for row in good} == {"sent"}
    assert state_of(bad)[0] == state_of(unknown)[0] == "waiting"


def test_words_that_never_come_are_shown_to_staff_without_what_they_quote(manager):
    add_kind("mauvaise", compose=explode)
    row, moment = queue(manager, kind="mauvaise"), NOW
    for _ in range(6):
        pass_at(moment)
        row.refresh_from_db()
        moment = row.due_at
    mail = Mail.objects.get()
    assert state_of(row)[0] == mail.state == "failed"
    assert (mail.subject, mail.text) == ("sorte mauvaise", "")
    assert mail.error == "Le texte n’a pas pu être écrit (ValueError)."
    assert not mail.is_open_to_staff


def test_what_was_undone_between_two_tries_is_given_up(manager, organization, server):
    add_kind()
    server.refusal = REFUSAL
    queue(manager, about=f"members.organization:{organization.pk}")
    pass_at(NOW)
    forget(kind="essai", about=organization, reason="Annulé.")
    server.refusal = None
    assert pass_at(NOW + 2 * MINUTE).sent == 0
    assert Mail.objects.get().state == "dropped"


class TestSendAgain:
    @pytest.fixture
    def failed(self, manager, server):
        add_kind()
        server.refusal = REFUSAL
        row = queue(manager, attempts=5)
        pass_at(NOW)
        assert state_of(row)[0] == "failed"
        server.refusal = None
        return Mail.objects.get()

    def test_the_same_mail_leaves(self, failed, facilitator):
        assert send_again(mail=failed, by=facilitator)
        assert sending.send_due().sent == 1
        failed.refresh_from_db()
        assert failed.state == "sent"
        assert sent()[0]["Message-ID"] == failed.message_id
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.subject) == (facilitator, f"mail:{failed.pk}")

    def test_a_second_click_changes_nothing(self, failed, facilitator):
        send_again(mail=failed, by=facilitator)
        assert not send_again(mail=failed, by=facilitator)
        assert sending.send_due().sent == 1
        assert not send_again(mail=failed, by=facilitator)
        assert AuditEntry.objects.count() == 1

    def test_its_tries_count_anew(self, failed, facilitator, server):
        send_again(mail=failed, by=facilitator)
        server.refusal = REFUSAL
        assert sending.send_due().retried == 1


class Killed(BaseException):
    """As SIGKILL: nothing after it runs, not even what is meant to be run in any case."""


STEPS = {
    "once claimed": (sending, "sort"),
    "once the try is counted": (sending, "kind_of"),
    "before the mail is written": (sending, "write_mail"),
    "before it leaves": (sending, "letter"),
    "before it is marked": (sending, "mark_sent"),
    "while it is marked": (outcomes, "_FREE"),
}


@pytest.fixture
def kill(monkeypatch):
    """Kill the pass where it calls a function; what would give its rows back does not run."""

    def kill_at(module, name):
        class Die:
            """Called, or spread in the columns to write: the end."""

            def __call__(self, *args, **kwargs):
                raise Killed

            def keys(self):
                raise Killed

        die = Die()
        with monkeypatch.context() as patched:
            patched.setattr(claiming, "release", lambda claim: 0)
            patched.setattr(module, name, die)
            with pytest.raises(Killed):
                sending.send_due(NOW)

    return kill_at


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_grouped", [False, True])
def test_a_killed_pass_loses_nothing(manager, kill, step, is_grouped):
    add_kind()
    rows = [queue(manager, due_at=NOW - DAY) for _ in range(2)]
    if is_grouped:
        MailPreferenceFactory(user=manager)
    expected = 1 if is_grouped else 2
    kill(*STEPS[step])
    before = sent()
    assert sending.send_due(NOW + 9 * MINUTE).sent == 0
    assert sending.send_due(NOW + 11 * MINUTE).sent == expected
    assert {state_of(row)[0] for row in rows} == {"sent"}
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    # Once, or twice under the same name where nobody can know.
    assert len({message["Message-ID"] for message in sent()}) == expected
    assert len(before) == (1 if "marked" in step else 0)


def test_what_kills_the_process_each_time_is_given_up(manager, reader, kill):
    add_kind()
    row = queue(manager)
    moment = NOW
    for _ in range(6):
        row.refresh_from_db()
        Notification.objects.update(claimed_at=NOW - DAY)
        kill(sending, "kind_of")
    assert pass_at(moment + DAY).failed == 1
    assert state_of(row) == ("failed", "L’envoi a été interrompu à chaque essai.")
    assert not outbox.outbox


def test_a_stop_ends_after_the_mail_that_is_being_sent(manager):
    add_kind()
    for _ in range(3):
        queue(manager)
    outcome = sending.send_due(NOW, should_stop=lambda: len(outbox.outbox) > 0)
    assert outcome.sent == 1
    # The others are given back at once, and no try is counted.
    waiting = Notification.objects.waiting()
    assert set(waiting.values_list("claim", "attempts")) == {(None, 0)}
    assert waiting.count() == 2
    assert pass_at(NOW).sent == 2


def test_a_pass_that_was_thought_dead_leaves_what_another_took(manager, monkeypatch):
    add_kind()
    row = queue(manager)
    compose_and_go = sending.claiming.hold

    def late(rows, claim, now):
        assert claiming.release_stale(now + 11 * MINUTE) == 1
        return compose_and_go(rows, claim, now)

    monkeypatch.setattr(claiming, "hold", late)
    monkeypatch.setattr(sending.claiming, "take", once(claiming.take))
    assert sending.send_due(NOW).sent == 0
    assert state_of(row)[0] == "waiting"
    assert row.attempts == 0


def once(function):
    calls = []

    def wrapper(*args):
        calls.append(args)
        return function(*args) if len(calls) == 1 else []

    return wrapper


def test_messages_of_a_kind_can_be_written_again(manager, server):
    """A retried mail says what is true at that time."""
    words = ["Avant", "Après"]
    add_kind(compose=lambda row: Message(words[0], ("Texte.",), "/", "Voir"))
    server.refusal = REFUSAL
    queue(manager)
    pass_at(NOW)
    words.pop(0)
    server.refusal = None
    pass_at(NOW + 2 * MINUTE)
    assert sent()[0]["Subject"] == Mail.objects.get().subject == "Après"
