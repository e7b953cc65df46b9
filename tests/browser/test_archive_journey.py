"""The coordination prepares the archive of a cycle, watches it grow, and takes it away."""

import hashlib
import re
import signal
import sqlite3
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import expect

from tests.browser.conftest import (
    DATABASE,
    PASSWORD,
    PHONE,
    NewVisitor,
    Server,
    environment,
    manage,
)

PAGE = "/rapports/2020-2021/archive/"


@contextmanager
def worker(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """The process that works the queue off; the server of these tests has none."""
    with (server.data / "worker.log").open("a") as log:
        command = manage("db_worker", "--interval", "0.1")
        process = subprocess.Popen(command, env=environment(server.data), stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_for_items(server: Server) -> None:
    """Until some reports are done, and not all."""
    query = "SELECT count(*) FROM reports_batchitem WHERE state = 'done'"
    with closing(sqlite3.connect(server.data / DATABASE, timeout=30)) as database:
        for _ in range(3000):
            if database.execute(query).fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("no report was done")


def test_the_archive_is_prepared_followed_and_downloaded(
    new_visitor: NewVisitor, server: Server
) -> None:
    coordinator = new_visitor()
    page = coordinator.page
    coordinator.log_in("coordination@demo.example")
    coordinator.open("/rapports/2020-2021/")
    page.get_by_role("link", name="Archive de tous les rapports").click()
    coordinator.check()
    page.get_by_role("button", name="Préparer l’archive").click()
    coordinator.check()
    expect(page.get_by_text("En attente d’un début")).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    with worker(server) as process:
        wait_for_items(server)
        process.send_signal(signal.SIGSTOP)
        told = page.locator("#avancement-ou")
        expect(told).to_have_text(re.compile(r"^[1-9]\d* rapports? sur \d+"), timeout=10_000)
        number = int(page.get_by_role("progressbar").get_attribute("max") or 0)
        expect(told).to_contain_text(f" sur {number}")
        coordinator.check()
        process.send_signal(signal.SIGCONT)
        download_link = page.get_by_role("link", name=re.compile("Télécharger l’archive"))
        expect(download_link).to_be_visible(timeout=60_000)
    expect(page.get_by_role("status").filter(has_text="L’archive est prête.")).to_be_attached()
    assert page.evaluate("window.isTheSamePage")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    coordinator.check()
    with page.expect_download() as download:
        download_link.click()
    path = download.value.path()
    assert download.value.suggested_filename.startswith("rapports-2020-2021-")
    expect(page.get_by_text(hashlib.sha256(path.read_bytes()).hexdigest())).to_be_visible()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert sum(name.endswith(".pdf") and "/preuves/" not in name for name in names) == number > 2
    assert "SHA256SUMS" in names


def test_on_a_phone_it_is_cancelled_and_asked_for_again(new_visitor: NewVisitor) -> None:
    coordinator = new_visitor(viewport=PHONE)
    page = coordinator.page
    coordinator.log_in("coordination@demo.example")
    coordinator.open(PAGE)
    page.get_by_role("button", name="Préparer l’archive").click()
    page.get_by_role("button", name="Annuler la préparation").click()
    expect(page.get_by_text("Rien n’en est gardé.")).to_be_visible()
    coordinator.check()
    expect(page.get_by_role("button", name="Préparer l’archive")).to_be_visible()


def test_without_javascript_the_page_is_read_again_by_a_link(new_visitor: NewVisitor) -> None:
    coordinator = new_visitor(java_script_enabled=False)
    page = coordinator.page
    page.goto(f"{coordinator.address}/connexion/?next={PAGE}")
    page.get_by_label("Courriel").fill("coordination@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"**{PAGE}")
    page.get_by_role("button", name="Préparer l’archive").click()
    page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_text("En attente d’un début")).to_be_visible()
    page.get_by_role("button", name="Annuler la préparation").click()
    expect(page.get_by_text("Rien n’en est gardé.")).to_be_visible()
