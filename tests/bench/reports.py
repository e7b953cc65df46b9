"""What annual reports cost: one, one of 40 measures, and many at once.

The floor is WeasyPrint alone on the final HTML, in a process that is warm; what the portal adds to
it is its queries, its template, the way to the process that draws, and what makes the PDF last.
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pikepdf import Pdf

from chantier.lib import pdf
from chantier.lib.rendering import pool, render_pdf
from chantier.lib.rendering.order import Order
from chantier.reports.content import organization_content
from chantier.reports.exchange.plain import attachments
from members.models import Cycle, Organization
from tests.bench.rows import Row, measure

# Of the report itself: session, person, membership and cycle are asked besides.
QUERIES = 15
OF_ENGINE = 1.25
MEASURES = 40
# A quarter of a second, on the machine of the bar. There WeasyPrint alone takes 7.2 ms for an empty
# page when fonts and style sheet are kept between documents, as here (14.6 when they are not).
OF_EMPTY_PAGE = 250 / 7.2
OF_BARE_POOL, GROWTH = 1.3, 1.15
_EMPTY = '<!doctype html><html lang="fr-CA"><title>Rien</title><h1>Rien</h1><p>Rien.</p>'
_TEMPLATE = "reports/pdf/organization.html"
_LISTS = ("implemented", "upcoming", "not_applicable", "commitments")
_OF_MEASURES = re.compile(
    r'<section class="page[^"]*" id="(?:engagements|avancement|implantees|a-venir|sans-objet)".*?'
    r"</section>",
    re.DOTALL,
)
_MEGABYTE = 1024 * 1024


def weasyprint(html: str) -> bytes:
    """The engine alone, on HTML that it can draw."""
    engine = pdf._engine()
    document = engine.html(
        string=html, base_url=f"{pdf.STATIC_DIR.as_uri()}/", url_fetcher=engine.fetcher
    )
    drawn: bytes = document.write_pdf(
        stylesheets=[engine.style_sheet], font_config=engine.fonts, pdf_variant="pdf/ua-1"
    )
    return drawn


def html_of(content: dict[str, Any], template: str = _TEMPLATE) -> str:
    return pdf.drawable(pdf.html_of(template, {"content": content}))


def pages_of(data: Any) -> int:
    with Pdf.open(BytesIO(data)) as document:
        return len(document.pages)


def verdict(**passed: bool) -> str:
    faults = [name.replace("_", " ") for name, ok in passed.items() if not ok]
    return f"ÉCHEC : {', '.join(faults)}" if faults else "réussi"


def resident(pids: Iterable[int | str]) -> float:
    """Megabytes, of all these processes."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def one(client: Client, organization: Organization, samples: int = 15) -> str:
    """The draft of an organization through the portal, beside the engine alone."""
    cycle = Cycle.objects.all()[0]
    with CaptureQueriesContext(connection) as captured:
        organization_content(organization, cycle, today=timezone.localdate())
        number = len(captured)
    kwargs = {"org_slug": organization.slug, "cycle": cycle.label}
    address = reverse("reports:report_preview_pdf", kwargs=kwargs)
    with (
        CaptureQueriesContext(connection) as captured,
        patch.object(pdf, "html_of", wraps=pdf.html_of) as made,
    ):
        pages = pages_of(client.get(address).content)
        asked = len(captured)
    final = pdf.drawable(pdf.html_of(*made.call_args.args))
    floor = Row("F : WeasyPrint seul", lambda: weasyprint(final))
    row = Row("Rapport d’une organisation", lambda: client.get(address))
    measure([floor, row], warm_up=2, samples=samples)
    ratio = row.p50 / floor.p50
    said = verdict(requêtes=number <= QUERIES, rapport=ratio <= OF_ENGINE)
    return (
        f"{row.name}, {pages} pages : {number} requêtes (au plus {QUERIES}) et "
        f"{asked - number} pour y arriver, {row.p50:.0f} ms, "
        f"WeasyPrint seul {floor.p50:.0f} ms, rapport {ratio:.2f} (au plus {OF_ENGINE})   {said}"
    )


def forty(organization: Organization, samples: int = 15) -> str:
    """The sections that tell forty measures, then the whole report, beside a page of one word.

    Both as who asks waits for them, in the process that draws; the empty page by WeasyPrint alone.
    """
    content = organization_content(organization, Cycle.objects.all()[0], today=timezone.localdate())
    left = MEASURES
    for name in _LISTS:
        content[name]["measures"] = content[name]["measures"][:left]
        left -= len(content[name]["measures"])
    whole = html_of(content)
    head, body = whole.split('<section class="cover">')
    sections = "".join(found[0] for found in _OF_MEASURES.finditer(body))
    rows = [
        Row("page vide", lambda: weasyprint(_EMPTY)),
        Row("40 mesures", lambda: _asked(f"{head}<h1>Mesures</h1>{sections}")),
        Row("le rapport entier", lambda: _asked(whole)),
    ]
    measure(rows, warm_up=2, samples=samples)
    pages = [pages_of(row.call()) for row in rows]
    ratios = [row.p50 / rows[0].p50 for row in rows]
    said = verdict(rapport=ratios[1] <= OF_EMPTY_PAGE and not left)
    return (
        f"40 mesures, {pages[1]} pages : {rows[1].p50:.0f} ms, page vide {rows[0].p50:.1f} ms, "
        f"rapport {ratios[1]:.1f} (au plus {OF_EMPTY_PAGE:.1f})   {said}\n"
        f"  le rapport qui les contient, {pages[2]} pages : {rows[2].p50:.0f} ms, "
        f"rapport {ratios[2]:.1f}"
    )


def _asked(html: str) -> bytes:
    return pool._pool.draw(Order(html, (), settings.PDF_MEGABYTES), seconds=settings.PDF_SECONDS)


def many(number: int) -> str:
    """Reports of `number` organizations by the portal, in turns with a bare pool of processes.

    The portal reads, writes the HTML and draws; the pool has the final HTML, and the engine alone.
    """
    cycle, today = Cycle.objects.all()[0], timezone.localdate()
    organizations = list(Organization.objects.select_related("type", "region")[:number])

    def content_of(organization: Organization) -> dict[str, Any]:
        return organization_content(organization, cycle, today=today)

    def by_portal(organization: Organization) -> int:
        content = content_of(organization)
        data = render_pdf(_TEMPLATE, {"content": content}, attachments=attachments(content))
        return len(data)

    # In four parts: the first warms up what keeps something of each document.
    parts = [organizations[start::4] for start in range(4)]
    seconds, bare_seconds, held = 0.0, 0.0, []
    processes = pool.MOST_PROCESSES
    with (
        ProcessPoolExecutor(processes, get_context("fork"), pdf._engine) as bare,
        ThreadPoolExecutor(processes) as portal,
    ):
        for part in parts:
            pages = [html_of(content_of(organization)) for organization in part]
            bare_seconds += _timed(bare, _bare_size, pages)
            seconds += _timed(portal, by_portal, part)
            held.append(resident(pool._pool.pids()))
    ratio, growth = seconds / bare_seconds, held[-1] / held[0]
    said = verdict(rapport=ratio <= OF_BARE_POOL, mémoire=growth <= GROWTH)
    return (
        f"{number} rapports, {processes} processus : {seconds:.1f} s, bassin nu "
        f"{bare_seconds:.1f} s, rapport {ratio:.2f} (au plus {OF_BARE_POOL}); mémoire des "
        f"processus {held[0]:.0f} Mo au quart, {held[-1]:.0f} Mo à la fin (au plus "
        f"× {GROWTH})   {said}"
    )


def _bare_size(html: str) -> int:
    return len(weasyprint(html))


def _timed(executor: Executor, call: Callable[[Any], int], rows: list[Any]) -> float:
    """Seconds for all, once each process has drawn one."""
    list(executor.map(call, rows[: pool.MOST_PROCESSES]))
    started = time.perf_counter()
    list(executor.map(call, rows))
    return time.perf_counter() - started
