"""The process that draws a PDF: its limits, its end, and what comes after a bad document."""

import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chantier.lib import pdf, rendering
from chantier.lib.pdf import PdfError
from chantier.lib.pdf_archive import Attachment
from chantier.lib.rendering import pool as pools
from chantier.lib.rendering.frames import packed, unpacked
from chantier.lib.rendering.order import Order
from chantier.lib.rendering.pool import Pool
from tests.queue import until

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "demo/document.html"
SMALL = {"title": "Essai", "paragraphs": ["Bonjour"], "head": ["a"], "rows": [["1"]]}
LONG = {"levels": list(range(40))}
DAY = datetime.datetime(
    2021, 3, 31, 16, 5, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=-4))
)
FILES = (
    Attachment("donnees.json", "application/json", bytes(range(256)), "Les données", dated=DAY),
    Attachment("annexe.csv", "text/csv", b"", "Un tableau sans ligne", "Supplement"),
)


@pytest.fixture(scope="module")
def pool():
    pool = Pool(size=2)
    yield pool
    pool.close()


@pytest.fixture
def own_pool():
    pools = []

    def make(**options):
        pools.append(Pool(**options))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def draw(pool, template=DOCUMENT, context=SMALL, *, files=(), seconds=60.0, megabytes=400):
    return pool.draw(Order(pdf.html_of(template, context), files, megabytes), seconds=seconds)


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def in_background(function, *arguments, **options):
    """Call it in a thread; return how to wait for what it raised."""
    errors = []

    def run():
        try:
            function(*arguments, **options)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait():
        thread.join(60)
        return errors[0]

    return wait


def busy_child(parent):
    """The process that `parent` waits for, once it is ready and draws."""

    def cpu(pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11])

    (child,) = children(parent)
    before = cpu(child)
    until(lambda: cpu(child) > before + 20)
    return child


def children(parent):
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            command = (place.parent / "cmdline").read_bytes()
            if b"chantier.lib.rendering" in command or fields[0] == "Z":
                found.append(int(place.parent.name))
    return found


@pytest.mark.parametrize("files", [(), FILES], ids=["alone", "with files"])
def test_the_same_bytes_as_in_our_own_process(pool, files):
    context = SMALL | {"paragraphs": ["L’été, à Gaspé\u00a0: 12 ≥ 3. 🙂 Une moitié\u00a0: \ud83d."]}
    here = pdf.draw(pdf.html_of(DOCUMENT, context), files)
    assert draw(pool, context=context, files=files) == here
    assert draw(pool, context=context, files=files) == here


def test_one_process_stays_warm(pool):
    draw(pool)
    before = pool.pids()
    draw(pool)
    assert pool.pids() == before


def test_the_process_looks_for_garbage_between_documents_alone():
    """A search while it draws finds nothing, and takes a fifth of the time."""
    code = (
        "import gc; from chantier.lib.rendering import __main__ as main; main._load();"
        "print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=rendering.renderer._environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "True"], done.stderr


def test_a_process_is_replaced_after_its_share(own_pool):
    pool = own_pool(size=1, documents_each=2)
    draw(pool)
    (first,) = pool.pids()
    draw(pool)
    assert pool.pids() == []
    assert not is_there(first)
    draw(pool)
    assert pool.pids() != [first]


def test_a_process_that_keeps_much_is_replaced(own_pool, monkeypatch):
    pool = own_pool(size=1)
    draw(pool)
    (pid,) = pool.pids()
    monkeypatch.setattr(pools, "MEGABYTES_KEPT", 1)
    draw(pool)
    assert pool.pids() == []
    assert not is_there(pid)


@pytest.mark.parametrize(
    ("template", "context"),
    [("pdf/word.html", {"word": "m" * 20_000}), ("pdf/boxes.html", LONG)],
)
def test_a_document_that_takes_too_long(pool, template, context):
    draw(pool)
    pid = pool.pids()[-1]
    start = time.monotonic()
    with pytest.raises(rendering.PdfTimeoutError, match="trop de temps"):
        draw(pool, template, context, seconds=2.0)
    assert time.monotonic() - start < 4
    assert not is_there(pid)
    assert draw(pool).startswith(b"%PDF-")


def test_a_document_that_takes_too_much_memory(pool):
    draw(pool)
    pid = pool.pids()[-1]
    with pytest.raises(rendering.PdfMemoryError, match="trop gros"):
        draw(pool, "pdf/word.html", {"word": "mot " * 5_000_000}, megabytes=150)
    assert not is_there(pid)
    assert draw(pool).startswith(b"%PDF-")


def test_the_system_refuses_what_is_taken_at_once():
    """Between two looks at its memory, a process could take all of the machine's."""
    code = (
        "from chantier.lib.rendering.__main__ import _limit_memory; _limit_memory(50)\n"
        "try:\n    bytearray(200 * 1024 * 1024)\nexcept MemoryError:\n    print('refusé')"
    )
    command = [sys.executable, "-c", code]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "chantier.settings_test"}
    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "refusé\n"


def test_a_process_that_is_killed_in_the_middle(own_pool, caplog):
    pool = own_pool(size=1)
    draw(pool)
    (pid,) = pool.pids()
    wait = in_background(draw, pool, "pdf/boxes.html", LONG)
    until(lambda: pool.pids() == [])
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    assert isinstance(wait(), rendering.PdfStoppedError)
    assert "ended with -9" in caplog.text
    assert not is_there(pid)
    assert draw(pool).startswith(b"%PDF-")


def test_a_process_that_died_while_it_waited(own_pool):
    pool = own_pool(size=1)
    draw(pool)
    (renderer,) = pool._idle
    os.kill(renderer.pid, signal.SIGKILL)
    # Its threads end one by one: it is there until the last has.
    until(lambda: not renderer.is_free)
    assert draw(pool).startswith(b"%PDF-")
    assert not is_there(renderer.pid)


def test_one_that_leaves_of_its_own_accord_as_it_is_asked(own_pool, monkeypatch):
    pool = own_pool(size=1)
    draw(pool)
    (renderer,) = pool._idle
    # Its input is closed: it ends as it does after ten minutes of rest.
    os.dup2(os.open("/dev/null", os.O_WRONLY), renderer._input.fileno())
    renderer._process.wait(10)
    # It left between the look at it and the request.
    monkeypatch.setattr(type(renderer), "is_free", True)
    assert draw(pool).startswith(b"%PDF-")


def test_when_all_are_busy(own_pool):
    pool = own_pool(size=1)
    draw(pool)
    wait = in_background(draw, pool, "pdf/boxes.html", LONG, seconds=4.0)
    until(lambda: pool.pids() == [])
    with pytest.raises(rendering.PdfBusyError, match="dans une minute"):
        draw(pool, seconds=0.5)
    assert isinstance(wait(), rendering.PdfTimeoutError)


def test_a_document_that_waited_is_not_blamed_for_the_time_of_others(own_pool):
    """What it had left was no fair share of the limit."""
    pool = own_pool(size=1)
    draw(pool)
    wait = in_background(draw, pool, "pdf/boxes.html", LONG, seconds=1.0)
    until(lambda: pool._busy)
    with pytest.raises(rendering.PdfBusyError):
        draw(pool, "pdf/boxes.html", LONG, seconds=3.0)
    assert isinstance(wait(), rendering.PdfTimeoutError)


def test_several_threads_share_few_processes(pool):
    contexts = [SMALL | {"title": f"Essai {number}"} for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda context: draw(pool, context=context), contexts))
    assert len(pool.pids()) <= 2
    assert len(set(drawn)) == 8


def test_processes_end_with_the_one_that_asked(tmp_path):
    code = (
        "import django; django.setup()\n"
        "from chantier.lib.rendering import render_pdf\n"
        f"render_pdf({DOCUMENT!r}, {SMALL!r}); print('prêt', flush=True)\n"
        f"render_pdf('pdf/boxes.html', {LONG!r})\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "chantier.settings_test"}
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    try:
        assert parent.stdout
        parent.stdout.readline()
        child = busy_child(parent.pid)
    finally:
        parent.kill()
        parent.communicate()
    until(lambda: not is_there(child), 10)


def test_a_fork_takes_no_process_of_its_parent(monkeypatch, own_pool):
    """Neither one that waits nor one that draws, which would outlive the parent through it."""
    pool = own_pool(size=2)
    monkeypatch.setattr(pools, "_pool", pool)
    draw(pool)
    wait = in_background(draw, pool, "pdf/boxes.html", LONG)
    until(lambda: pool._busy)
    draw(pool)
    renderers = [*pool._idle, *pool._busy]
    assert len(renderers) == 2
    child = os.fork()
    if not child:
        taken = [one for one in renderers if not (one._input.closed and one._output.closed)]
        os._exit(len(taken) + len(pool.pids()))
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert pool.pids() == [renderers[0].pid]
    os.kill(renderers[1].pid, signal.SIGKILL)
    assert isinstance(wait(), rendering.PdfStoppedError)


@pytest.mark.parametrize(
    ("files", "said"), [((), "missing static file"), (FILES[:1] * 2, "two attachments of one name")]
)
def test_a_fault_of_ours_is_no_limit(pool, files, said):
    draw(pool)
    with pytest.raises(PdfError, match=said) as caught:
        draw(pool, "pdf/broken.html", {}, files=files)
    assert not isinstance(caught.value, rendering.PdfLimitError)
    assert pool.pids()


def test_the_process_knows_no_secret(pool, monkeypatch):
    """Whatever the portal was started with, and whatever a page of it could make the engine do."""
    monkeypatch.setenv("CHANTIER_SECRET_KEY", "clé")
    monkeypatch.setenv("CHANTIER_DEBUG", "0")
    monkeypatch.setenv("DATABASE_URL", "postgres://portail@/absent")
    monkeypatch.setenv("PGPASSWORD", "mot")
    pool.close()
    assert draw(pool).startswith(b"%PDF-")
    known = Path(f"/proc/{pool.pids()[-1]}/environ").read_bytes()
    assert b"CHANTIER_" not in known
    assert b"DATABASE_" not in known
    assert b"PGPASSWORD" not in known


def test_the_usual_door(monkeypatch, pool):
    monkeypatch.setattr(pools, "_pool", pool)
    assert rendering.render_pdf(DOCUMENT, SMALL).startswith(b"%PDF-")


def test_no_process_is_left_when_a_pool_closes(own_pool):
    pool = own_pool(size=1)
    draw(pool)
    (pid,) = pool.pids()
    pool.close()
    assert not is_there(pid)


def test_parts_of_a_message():
    data = bytearray(packed([b"un", b"", b"trois"]))
    assert unpacked(data, 3) == [b"un", b"", b"trois"]
    for length in range(len(data)):
        assert unpacked(data[:length], 3) is None
