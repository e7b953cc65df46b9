"""People who stay logged in from a test to the next, as they do from one day to the next."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

COOKIES = ("csrftoken", "sessionid")
Row = tuple[Any, ...]


class Sessions:
    """The sessions that log-ins opened in this run; each serves one browser of a test at a time.

    The data of the server go back to those of the demonstration before each test, so that a session
    is put back with the cookies that name it.
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self._kept: dict[str, tuple[list[Any], Row]] = {}
        self._taken: set[str] = set()

    def begin_test(self) -> None:
        self._taken.clear()

    def resume(self, email: str, context: BrowserContext) -> bool:
        """Whether this browser has the session of the account, which no other one has."""
        if email in self._taken or email not in self._kept:
            return False
        cookies, row = self._kept[email]
        with closing(sqlite3.connect(self.database, timeout=30)) as database, database:
            database.execute("INSERT INTO django_session VALUES (?, ?, ?)", row)
        context.add_cookies(cookies)
        self._taken.add(email)
        return True

    def keep(self, email: str, context: BrowserContext) -> None:
        """After a log-in by the page."""
        self._taken.add(email)
        cookies: list[Any] = [each for each in context.cookies() if each["name"] in COOKIES]
        key = next(each["value"] for each in cookies if each["name"] == "sessionid")
        with closing(sqlite3.connect(self.database, timeout=30)) as database:
            query = "SELECT * FROM django_session WHERE session_key = ?"
            row = database.execute(query, [key]).fetchone()
        self._kept.setdefault(email, (cookies, row))
