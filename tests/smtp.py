"""A mail server of this machine, that takes, refuses or dies as it is told to."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.members.mails import parsed


@dataclass
class Letter:
    """What one client handed over."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return parsed(self.content)


@dataclass
class MailServer:
    """`refuse` answers every letter; `die_after` hangs up once that many were taken."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    refuse: str = ""
    die_after: int | None = None
    is_silent: bool = False
    connections: int = 0

    @property
    def is_dead(self) -> bool:
        return self.die_after is not None and len(self.letters) >= self.die_after


class _Conversation(socketserver.StreamRequestHandler):
    book: MailServer

    def handle(self) -> None:
        self.book.connections += 1
        self._say("220 essai")
        sender = ""
        recipients: list[str] = []
        while line := self.rfile.readline().decode():
            word = line[:4].upper().strip()
            if word == "MAIL":
                sender, recipients = _inside(line), []
            elif word == "RCPT":
                recipients.append(_inside(line))
            elif word == "DATA":
                if not self._take(sender, recipients):
                    return
                continue
            elif word == "QUIT":
                self._say("221 au revoir")
                return
            self._say("250 bien")

    def _take(self, sender: str, recipients: list[str]) -> bool:
        """The content of a letter; whether the conversation goes on."""
        self._say("354 je vous écoute")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.book.is_dead:
            return False
        if self.book.is_silent:
            self.rfile.readline()
            return False
        if self.book.refuse:
            self._say(self.book.refuse)
            return True
        self.book.letters.append(Letter(sender, recipients, b"".join(lines)))
        self._say("250 pris")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def _inside(line: str) -> str:
    return line[line.index("<") + 1 : line.index(">")]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server for the time of a test; afterwards nobody answers at its port."""
    book = MailServer()
    handler = type("Handler", (_Conversation,), {"book": book})
    with _Server(("127.0.0.1", 0), handler) as server:
        book.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield book
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """A port at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
