"""A real browser, the system's Chromium, against a real server with the real content.

The portal of `make run` is made once and one server serves it; each test begins with the data as
they were made. Every page visited is checked: no violation of WCAG 2.2 AA that axe can see, nothing
in the console (the Content-Security-Policy would speak there), no request to another machine, no
sideways scroll.
"""

import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.browser.sessions import Sessions

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "demo-chantier-2021"
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
DATABASE = "chantier.sqlite3"
_LINES_TOLD = 60
# A loaded machine may need more than the usual five seconds; what is there is seen at once.
expect.set_options(timeout=20_000)
# A page inside the address bar of each window, which no test sees, takes longer to start than ours.
_ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
# Chromium hears the last list only: what follows is Playwright's own, repeated.
UNUSED = [
    *_ADDRESS_BAR,
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
# What moves for a moment comes to rest at once; a window that is behind another would never let it.
SETTLED = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < 2000)
  .forEach((each) => each.finish())"""
# `resultTypes`: to describe every node that is right takes axe longer than to judge it.
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}


class Server(NamedTuple):
    """A running portal, the folder of its data and what it says."""

    address: str
    data: Path
    log: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """What the server said last stands beside what the browser saw."""
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server is not None:
        said = server.log.read_text().splitlines()
        pages = [line for line in said if f'"GET {settings.STATIC_URL}' not in line]
        report.sections.append(("server", "\n".join(pages[-_LINES_TOLD:])))
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--disable-features={','.join(UNUSED)}",
    ]
    launch: dict[str, Any] = {"args": arguments}
    # Without a Chromium of the system (Ubuntu has only a snap), Playwright uses its own.
    if path := os.environ.get("CHROMIUM") or shutil.which("chromium"):
        launch["executable_path"] = path
    return launch


def environment(data: Path) -> dict[str, str]:
    """A developer's machine, as `make run` finds it, with its data in `data`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CHANTIER_", "DATABASE_URL", "DJANGO_"))
    }
    return kept | {"CHANTIER_DATA": str(data), "PYTHONWARNINGS": "default"}


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, database_template: Path) -> Path:
    """The seeded portal with its demo accounts, made once for all the processes of a run."""
    run = tmp_path_factory.getbasetemp()
    # The folder of one process among several is inside that of the run.
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    data = run / "demo"
    with (run / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            _bootstrap(tmp_path_factory.mktemp("making") / "demo", database_template).rename(data)
    return data


def _bootstrap(data: Path, database_template: Path) -> Path:
    data.mkdir()
    # The other tests may have left a database with its tables: half of the time of the command.
    if database_template.exists():
        shutil.copy(database_template, data / DATABASE)
    subprocess.run(manage("bootstrap"), env=environment(data), check=True, capture_output=True)
    return data


@pytest.fixture(scope="session")
def server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a copy of the demo, for the whole run."""
    place = tmp_path_factory.mktemp("server")
    shutil.copytree(demo_data, place / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (place / "server.log").open("w") as log:
        command = manage("runserver", "--noreload", f"127.0.0.1:{port}")
        process = subprocess.Popen(command, env=environment(place / "data"), stdout=log, stderr=log)
        try:
            _wait_for(f"{address}/sante/")
            yield Server(address, place / "data", place / "server.log")
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture(scope="session")
def sessions(server: Server) -> Sessions:
    return Sessions(server.data / DATABASE)


@pytest.fixture
def portal(server: Server, demo_data: Path, sessions: Sessions) -> str:
    """The address of the server, whose data are again those of the demo."""
    with (
        closing(sqlite3.connect(demo_data / DATABASE)) as made,
        closing(sqlite3.connect(server.data / DATABASE, timeout=30)) as used,
    ):
        made.backup(used)
    for made_file in demo_data.iterdir():
        if made_file.is_dir():
            shutil.rmtree(server.data / made_file.name, ignore_errors=True)
            shutil.copytree(made_file, server.data / made_file.name)
    sessions.begin_test()
    return server.address


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer at {address}")


class Visitor:
    """A person at a browser, for whom every page must be sound."""

    def __init__(self, page: Page, address: str, sessions: Sessions) -> None:
        self.page = page
        self.address = address
        self.sessions = sessions
        self.faults: list[str] = []
        # Chromium logs every answer of 400 and more: a test that expects one says so by itself.
        self.expected = ["the server responded with a status of 409"]
        # Of a window that is behind another, which draws no title yet and needs no font for it.
        self.expected.append(".woff2 was preloaded using link preload but not used")
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        is_expected = any(text in message.text for text in self.expected)
        if message.type in ("error", "warning") and not is_expected:
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in ("localhost", "127.0.0.1", None):
            self.faults.append(f"another machine: {request.url}")

    def open(self, path: str) -> None:
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        self.check()

    def log_in(self, email: str) -> None:
        """By the page, the first time in the run and the next ones in a test; check the portal."""
        if self.sessions.resume(email, self.page.context):
            self.page.goto(f"{self.address}/tableau-de-bord/")
            self.page.wait_for_url("**/tableau-de-bord/")
        else:
            self.page.goto(f"{self.address}/connexion/")
            self.page.get_by_label("Courriel").fill(email)
            self.page.get_by_label("Mot de passe").fill(PASSWORD)
            self.page.get_by_role("button", name="Se connecter").click()
            self.page.wait_for_url("**/tableau-de-bord/")
            self.sessions.keep(email, self.page.context)
        self.check()

    def check(self) -> None:
        """The page as it stands: accessible, silent, no wider than its window."""
        self.page.wait_for_load_state("load")
        path = urlsplit(self.page.url).path
        rules = [
            f"{rule['id']}: {[node['target'] for node in rule['nodes']][:3]}"
            for rule in self._violations()
        ]
        assert not rules, f"{path}: {rules}"
        assert not self.faults, f"{path}: {self.faults}"
        width = self.page.evaluate("document.documentElement.scrollWidth")
        window = self.page.evaluate("window.innerWidth")
        assert width <= window, f"{path}: {width} px wide in a window of {window}"

    def _violations(self) -> list[dict[str, Any]]:
        # A colour on its way to another is nobody's text.
        self.page.evaluate(SETTLED)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate("async (rules) => (await axe.run(rules)).violations", AXE)


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def new_visitor(browser: Browser, portal: str, sessions: Sessions) -> Iterator[NewVisitor]:
    """Each call is one more person, with a browser of their own; keywords are Playwright's."""
    contexts: list[BrowserContext] = []

    def create(**options: Any) -> Visitor:
        # A page that glides may carry what is about to be pressed from under the pointer.
        usual = {"reduced_motion": "reduce", "locale": "fr-CA", "timezone_id": "America/Toronto"}
        context = browser.new_context(**{"viewport": DESK} | usual | options)
        contexts.append(context)
        return Visitor(context.new_page(), portal, sessions)

    yield create
    for context in contexts:
        context.close()
