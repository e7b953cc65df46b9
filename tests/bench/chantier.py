"""The report of a chantier of a thousand organizations: its queries, its memory, its pages."""

import datetime
import hashlib
import time
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chantier.lib import pdf
from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.figures import SCHEMA_VERSION
from chantier.reports.models import AnnualReport, ReportCase, ReportVersion
from measures.models import Barrier, Implementation
from measures.statuses import Status
from members.models import Cycle, Organization, Term, User, Vocabulary
from members.sharing import SHARED_WITH_MEMBERS
from tests.bench.reports import html_of, pages_of, resident, verdict

QUERIES, PAGES, LATE_PAGES, MEMORY = 60, 80, 1.3, 400.0
_TEMPLATE = "reports/pdf/chantier.html"
# The size of a report; its bytes are never read.
_STAND_IN = bytes(100_000)
_CASES_EACH = 2


def fill() -> None:
    """A submitted report of every organization, each with purchases, barriers and cases."""
    cycle, by = Cycle.objects.all()[0], User.objects.all()[0]
    Organization.objects.update(may_be_named=True)
    organizations = list(Organization.objects.select_related("type", "region"))
    AnnualReport.objects.bulk_create(
        [AnnualReport(organization=row, cycle=cycle, state="submitted") for row in organizations],
        ignore_conflicts=True,
    )
    reports = {row.organization_id: row for row in AnnualReport.objects.filter(cycle=cycle)}
    ReportCase.objects.bulk_create(_cases(reports, by), batch_size=500)
    words = _Words()
    now = timezone.now()
    ReportVersion.objects.bulk_create(
        (
            ReportVersion(
                report=reports[row.pk],
                number=1,
                schema_version=SCHEMA_VERSION,
                content=_content(row, cycle, now.date()) | words.results(index),
                pdf=_STAND_IN,
                sha256=hashlib.sha256(row.slug.encode()).hexdigest(),
                verification_code=f"BANC-{index:06d}",
                signatory_name="Camille Responsable",
                signatory_function="Direction",
                submitted_by=by,
                submitted_at=now,
            )
            for index, row in enumerate(organizations)
        ),
        batch_size=100,
    )


def _content(organization: Organization, cycle: Cycle, today: datetime.date) -> dict[str, Any]:
    return organization_content(organization, cycle, today=today)


def _cases(reports: dict[int | None, AnnualReport], by: User) -> Iterable[ReportCase]:
    rows = Implementation.objects.filter(
        status=Status.IMPLEMENTED, sharing__in=SHARED_WITH_MEMBERS
    ).exclude(result_story="")
    chosen: dict[int, int] = {}
    for row in rows.order_by("pk").only("organization_id"):
        owner = row.organization_id
        chosen[owner] = chosen.get(owner, 0) + 1
        if chosen[owner] <= _CASES_EACH:
            yield ReportCase(report=reports[owner], implementation=row, chosen_by=by)


class _Words:
    """What reports of a large chantier name, in turns."""

    def __init__(self) -> None:
        labels = Term.objects.order_by("pk").values_list("label", flat=True)
        self.sectors = list(labels.filter(vocabulary=Vocabulary.SECTOR))
        self.regions = list(labels.filter(vocabulary=Vocabulary.REGION))
        self.barriers = [
            {"title": row.title, "solutions": [each.text for each in row.solutions.all()]}
            for row in Barrier.objects.prefetch_related("solutions")
        ]

    def results(self, index: int) -> dict[str, Any]:
        barriers = [self.barriers[(index + step) % len(self.barriers)] for step in range(3)]
        return {
            "purchases": {
                "is_withheld": False,
                "amount": Decimal(3 * (1_000 + index)),
                "payments": 6,
                "contracts": 4,
                "sectors": _parts(self.sectors, index),
                "regions": _parts(self.regions, index),
            },
            "benefits": {
                "benefits": [
                    {"dimension": name, "observations": 1 + index % 3}
                    for name in ("sociale", "économique", "environnementale")
                ]
            },
            "toolbox": {"barriers": barriers},
        }


def _parts(labels: list[str], index: int) -> list[dict[str, Any]]:
    return [
        {"label": labels[(index + step) % len(labels)], "amount": Decimal(1_000 + index)}
        for step in range(3)
    ]


def measured() -> str:
    """The report as a draft: read, then drawn whole, then drawn with ten pages or so."""
    cycle, today = Cycle.objects.all()[0], timezone.localdate()
    before = resident(["self"])
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        content = chantier_content(cycle, today=today)
    read, held = time.perf_counter() - started, resident(["self"]) - before
    number = content["participation"]["submitted"]
    few = _shortened(content)
    pdf.draw(html_of(few, _TEMPLATE))
    pages, seconds = _drawn(content)
    few_pages, few_seconds = _drawn(few)
    first, late = few_seconds / few_pages, (seconds - few_seconds) / (pages - few_pages)
    said = verdict(
        requêtes=len(captured) <= QUERIES,
        mémoire=held <= MEMORY,
        pages=pages <= PAGES,
        rapport=late <= LATE_PAGES * first,
    )
    return (
        f"Rapport du chantier, {number} rapports déposés : {len(captured)} requêtes (au plus "
        f"{QUERIES}), {read:.1f} s et {held:.0f} Mo pour le lire (au plus {MEMORY:.0f}); "
        f"{pages} pages (au plus {PAGES}) en {seconds:.1f} s, {1000 * first:.0f} ms chacune des "
        f"{few_pages} premières, {1000 * late:.0f} ms chacune des autres, rapport "
        f"{late / first:.2f} (au plus {LATE_PAGES})   {said}"
    )


def _shortened(content: dict[str, Any]) -> dict[str, Any]:
    """The same without its long lists: about ten pages, of every kind that the whole has."""
    participation = content["participation"]
    return content | {
        "participation": participation | {"named": participation["named"][:60]},
        "cases": content["cases"][:8],
        "meetings": content["meetings"][:2],
        "barriers": content["barriers"][:8],
    }


def _drawn(content: dict[str, Any]) -> tuple[int, float]:
    """Pages and seconds, the least of three."""
    html, times, drawn = html_of(content, _TEMPLATE), [], b""
    for _ in range(3):
        started = time.process_time()
        drawn = pdf.draw(html)
        times.append(time.process_time() - started)
    return pages_of(drawn), min(times)
