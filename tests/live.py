"""The portal behind a real server, on the database of the test, and people who use it by HTTP.

A test that uses it commits what it makes: mark it `django_db(transaction=True)`.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

_WORKERS, _THREADS = 3, 4


def database_url() -> str:
    """Where the tests' own database is, for another process."""
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    return f"postgres://{parts['USER']}@/{parts['HOST']}/{parts['NAME']}"


@contextmanager
def served(data: Path) -> Iterator[int]:
    """Serve the portal with several processes and threads; yield the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHANTIER_", "DATABASE_"))}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "chantier.settings",
        "CHANTIER_DEBUG": "1",
        "CHANTIER_DATA": str(data),
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "-m", "gunicorn", "chantier.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(_WORKERS), "--threads", str(_THREADS), "--keep-alive", "30"]
    with (data / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(port)
            yield port
        except BaseException as error:
            log.flush()
            said = (data / "server.log").read_text().splitlines()
            error.add_note("\n".join([line for line in said if "Conflict:" not in line][-60:]))
            raise
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with Visitor(port, {}) as visitor:
                answer = visitor.get("/sante/")
        except OSError:
            time.sleep(0.1)
        else:
            assert answer.status == 200, answer.body
            return
    raise AssertionError("the server does not answer")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


class Visitor:
    """One person: a connection that stays open, and the cookies of a session."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = cookies

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(data))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for header in response.msg.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, text)


@dataclass
class _Form(HTMLParser):
    """What a browser would send of the form whose `data-draft` begins with `name`."""

    name: str
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._is_inside = False
        self._templates = 0
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("data-draft", "").startswith(self.name)
        self._templates += tag == "template"
        if not self._is_inside or self._templates:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("checkbox", "radio", "submit"):
            self.values[name] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            is_chosen = "selected" in given or self._select not in self.values
            self.values |= {self._select: given.get("value", "")} if is_chosen else {}

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea:
            # The line break after the tag is not of the text.
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\n")
            self._textarea = ""
        self._select = "" if tag == "select" else self._select
        self._templates -= tag == "template"
        if tag == "form":
            self._is_inside = False


def form_of(page: str, name: str) -> dict[str, str]:
    """The fields of the form, by name, as the page gives them back."""
    parser = _Form(name)
    parser.feed(page)
    parser.close()
    assert parser.values, f"no form {name} in the page"
    return parser.values
