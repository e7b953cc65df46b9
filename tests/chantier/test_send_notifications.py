"""The process that sends: through a real SMTP conversation, alone or several at once."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.utils import timezone

from chantier.management.commands import send_notifications
from members.models import Mail, Notification
from members.notifications import Message, rounds
from members.notifications.sending import send_due
from tests.factories import NotificationFactory, UserFactory
from tests.members.mails import add_kind, html_of, text_of
from tests.smtp import free_port, mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_kinds")]


@pytest.fixture(autouse=True)
def no_rounds(monkeypatch):
    monkeypatch.setattr(rounds, "_rounds", [])


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 5
        yield running


def queue(number=1, **changes):
    return [
        NotificationFactory(**({"due_at": timezone.now() - timedelta(minutes=1)} | changes))
        for _ in range(number)
    ]


def states():
    return sorted(Notification.objects.values_list("state", flat=True))


def later(minutes):
    return timezone.now() + timedelta(minutes=minutes)


def test_a_mail_is_really_sent(server, capsys):
    add_kind(compose=lambda row: Message("L’été\u00a0: avis", (".\n.été",), "/guide/", "Voir"))
    person = UserFactory(full_name="Zoé Lévesque")
    queue(recipient=person)
    call_command("send_notifications")
    (letter,) = server.letters
    assert (letter.sender, letter.recipients) == ("chantier@localhost", [person.email])
    message = letter.message
    assert str(message["Subject"]).strip() == "L’été\u00a0: avis"
    assert message["To"].addresses[0].display_name == "Zoé Lévesque"
    assert message["Message-ID"] == Mail.objects.get().message_id
    assert ".\n.été" in text_of(message)
    assert "<h1>L’été" in html_of(message)
    assert message.get_content_type() == "multipart/alternative"
    assert states() == ["sent"]
    assert capsys.readouterr().out == "Courriels\u00a0: 1 envoyé.\n"
    call_command("send_notifications")
    assert len(server.letters) == 1
    assert capsys.readouterr().out == ""


def test_several_leave_in_one_conversation(server):
    add_kind()
    queue(5)
    call_command("send_notifications")
    assert len(server.letters) == 5
    assert server.connections == 1


def test_a_server_that_refuses(server, capsys):
    add_kind()
    queue(2)
    server.refuse = "451 revenez plus tard"
    call_command("send_notifications")
    assert states() == ["waiting", "waiting"]
    said = "Le serveur de courriel a refusé\u00a0: 451 revenez plus tard"
    assert set(Mail.objects.values_list("error", flat=True)) == {said}
    assert "2 à réessayer" in capsys.readouterr().out
    server.refuse = ""
    assert send_due(later(2)).sent == 2
    assert len(server.letters) == 2


def test_a_server_that_dies_in_the_middle(server):
    add_kind()
    queue(3)
    server.die_after = 1
    call_command("send_notifications")
    assert states() == ["sent", "waiting", "waiting"]
    server.die_after = None
    assert send_due(later(2)).sent == 2
    identities = [letter.message["Message-ID"] for letter in server.letters]
    assert len(set(identities)) == len(identities) == 3


def test_a_server_that_says_nothing(server, settings):
    add_kind()
    queue()
    settings.EMAIL_TIMEOUT = 0.2
    server.is_silent = True
    call_command("send_notifications")
    assert Mail.objects.get().error == "Le serveur de courriel n’a pas répondu à temps."
    assert states() == ["waiting"]


def test_nobody_at_the_port(server, settings):
    add_kind()
    queue(3)
    settings.EMAIL_PORT = free_port()
    call_command("send_notifications")
    assert states() == ["waiting"] * 3
    assert "injoignable" in Mail.objects.first().error


def test_the_rounds_come_first(server, monkeypatch):
    add_kind()
    monkeypatch.setattr(rounds, "_rounds", [lambda now: queue()])
    call_command("send_notifications")
    assert len(server.letters) == 1


def test_a_round_that_fails_stops_neither_the_others_nor_the_mails(server, monkeypatch):
    def fail(now):
        raise ValueError

    add_kind()
    monkeypatch.setattr(rounds, "_rounds", [fail, lambda now: queue()])
    with pytest.raises(CommandError, match="ronde"):
        call_command("send_notifications")
    assert len(server.letters) == 1


@pytest.mark.parametrize("text", ["0", "-1", "deux", "1.5", "3601", "²"])
def test_an_interval_that_is_none(text):
    with pytest.raises(CommandError, match="de 1 à 3600"):
        call_command("send_notifications", "--watch", text)


def impatient(is_enough):
    """An event that does not wait for the next pass, and gives up where something is wrong."""

    class Impatient(threading.Event):
        waits = 0

        def wait(self, timeout=None):
            self.waits += 1
            if is_enough() or self.waits > 20:
                self.set()
            return self.is_set()

    return Impatient


class TestWatch:
    @pytest.fixture(autouse=True)
    def kept_connection(self, monkeypatch):
        """The connection holds the transaction of the test."""
        monkeypatch.setattr(type(connection._connections["default"]), "close", lambda self: None)

    def test_again_and_again_until_asked_to_stop(self, server, monkeypatch):
        add_kind()
        passes = []

        def one_more(now):
            passes.append(now)
            queue()
            if len(passes) == 3:
                os.kill(os.getpid(), signal.SIGTERM)

        monkeypatch.setattr(send_notifications, "Event", impatient(lambda: False))
        monkeypatch.setattr(rounds, "_rounds", [one_more])
        before = signal.getsignal(signal.SIGTERM)
        call_command("send_notifications", "--watch", "1")
        assert len(passes) == 3
        # The signal came before the third mail was begun: it waits for the next process.
        assert len(server.letters) == 2
        assert states() == ["sent", "sent", "waiting"]
        assert signal.getsignal(signal.SIGTERM) == before

    def test_a_database_that_is_away_for_a_while(self, server, monkeypatch):
        add_kind()
        passes = []

        def away(now):
            passes.append(now)
            if len(passes) < 3:
                raise OperationalError("server closed the connection unexpectedly")
            queue()

        monkeypatch.setattr(send_notifications, "Event", impatient(lambda: server.letters))
        monkeypatch.setattr(rounds, "_rounds", [away])
        call_command("send_notifications", "--watch", "1")
        assert len(passes) == 3
        assert len(server.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(server):
    """Each takes what the other does not hold; two of the three have something to do."""
    both = threading.Barrier(2)
    begun = set()

    def compose(row):
        # The first mail of a worker waits for the first of another.
        if threading.get_ident() not in begun:
            begun.add(threading.get_ident())
            both.wait(20)
        return Message("Objet", ("Texte.",), "/", "Voir")

    add_kind(compose=compose)
    queue(60)
    outcomes, errors = [], []
    ready = threading.Barrier(3)

    def work():
        try:
            ready.wait()
            outcomes.append(send_due())
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert sum(outcome.sent for outcome in outcomes) == 60
    assert len({letter.message["Message-ID"] for letter in server.letters}) == 60
    assert len(server.letters) == 60
    assert set(states()) == {"sent"}
    assert sorted(outcome.sent for outcome in outcomes) == [0, 10, 50]
