"""A register of a hundred thousand records, as a file: its first byte, and the memory it takes."""

import datetime
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.models import Implementation, Stage
from measures.statuses import Status
from members.models import Membership, Organization, User
from members.roles import Role

ROWS = 100_000
_BATCH = 5_000
_MB = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Bar:
    """The most that a file may cost; the memory is what the process grows by."""

    # The page's own, and one for each thousand of rows.
    queries: int = 10 + ROWS // 1_000
    first_byte: float = 1.0
    seconds: float = 20.0
    memory: float = 60.0


@dataclass
class Sample:
    """What one file cost."""

    kind: str
    queries: int
    first_byte: float
    first_row: float
    seconds: float
    memory: float
    size: float

    def faults(self, bar: Bar) -> list[str]:
        found = {
            "requêtes": self.queries > bar.queries,
            "premier octet": self.first_byte > bar.first_byte,
            "durée": self.seconds > bar.seconds,
            "mémoire": self.memory > bar.memory,
        }
        return [name for name, failed in found.items() if failed]


def measured(rows: int = ROWS) -> str:
    """Both files of one register of its own, against their bar."""
    client, organization = _register(rows)
    bar = Bar()
    head = f"{f'Exportation de {rows} mesures':38}{'req.':>6}{'1er octet':>11}{'1re ligne':>11}"
    lines = [f"{head}{'fin':>8}{'mémoire':>10}{'fichier':>10}"]
    for kind in ("csv", "xlsx"):
        # A first one, small, so that what a process loads once is not the export's.
        _stream(client, organization, kind, "?q=introuvable")
        sample = _stream(client, organization, kind)
        faults = sample.faults(bar)
        verdict = f"ÉCHEC : {', '.join(faults)}" if faults else "réussi"
        lines.append(
            f"{kind.upper():38}{sample.queries:>6}{sample.first_byte:>9.2f} s"
            f"{sample.first_row:>9.2f} s{sample.seconds:>6.1f} s{sample.memory:>7.0f} Mo"
            f"{sample.size:>7.1f} Mo   {verdict}"
        )
    return "\n".join(lines)


def _register(rows: int) -> tuple[Client, Organization]:
    """A member, and their organization with so many records."""
    some = Organization.objects.all()[0]
    organization = Organization.objects.create(
        name="Organisation au grand registre",
        slug="grand-registre",
        type=some.type,
        region=some.region,
        regime=some.regime,
    )
    user = User.objects.create(email="grand-registre@banc.example", full_name="Alix Dumont")
    Membership.objects.create(user=user, organization=organization, role=Role.MANAGER)
    for batch in _batches(organization, user, rows):
        Implementation.objects.bulk_create(batch)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, organization


def _batches(organization: Organization, user: User, rows: int) -> Iterator[list[Implementation]]:
    stages = list(Stage.objects.all())
    for start in range(0, rows, _BATCH):
        yield [
            Implementation(
                organization=organization,
                own_title=f"Mesure {number} du grand registre",
                stage=stages[number % len(stages)],
                status=Status.IN_PROGRESS,
                started_on=datetime.date(2020, 4, 1) + datetime.timedelta(days=number % 900),
                lead="Service de l’approvisionnement",
                description=f"Récit {number}. " + "Nous avons visité trois entreprises. " * 8,
                result_story="Deux contrats de plus que l’an dernier. " * 4,
                created_by=user,
                updated_by=user,
            )
            for number in range(start, min(start + _BATCH, rows))
        ]


def _stream(client: Client, organization: Organization, kind: str, query: str = "") -> Sample:
    kwargs = {"org_slug": organization.slug, "kind": kind}
    address = reverse("measures:implementation_export", kwargs=kwargs)
    before = peak = _resident()
    moments: list[float] = []
    size = 0
    with CaptureQueriesContext(connection) as captured:
        started = time.perf_counter()
        response = client.get(f"{address}{query}")
        for chunk in response:
            moments.append(time.perf_counter() - started)
            size += len(chunk)
            peak = max(peak, _resident())
    return Sample(
        kind,
        len(captured),
        first_byte=moments[0],
        first_row=moments[1],
        seconds=moments[-1],
        memory=(peak - before) / _MB,
        size=size / _MB,
    )


def _resident() -> int:
    """The bytes of memory that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
