"""Fifty thousand purchases from a spreadsheet: the time of all its steps, and the memory."""

import csv
import datetime
import functools
import io
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from benefits.models import Purchase, PurchaseImport, PurchaseImportSupplier, SocialEnterprise
from members.models import Membership, Organization, Term, User
from members.roles import Role

ROWS, COLUMNS = 50_000, 12
ENTERPRISES, SUPPLIERS = 5_000, 3_000
_MB = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")
_HEAD = (
    *("Date de facture", "Fournisseur", "NEQ", "Montant avant taxes", "No BC", "Description"),
    *("Catégorie", "Mode", "Type de contrat", "Service", "Poste", "Note"),
)


@dataclass(frozen=True)
class Bar:
    """The most that an import may cost; the memory is what the process grows by."""

    seconds: float = 60.0
    memory: float = 200.0


@dataclass
class Sample:
    """What each step of one import took."""

    kind: str
    steps: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0
    longest: float = 0.0

    @property
    def seconds(self) -> float:
        return sum(self.steps.values())

    def faults(self, bar: Bar) -> list[str]:
        found = {"durée": self.seconds > bar.seconds, "mémoire": self.memory > bar.memory}
        return [name for name, failed in found.items() if failed]


def measured(rows: int = ROWS) -> str:
    """A CSV and a workbook of the same rows, against their bar."""
    client, organization = _buyer()
    bar = Bar()
    lines = [f"{f'Importation de {rows} achats':38}{'durée':>9}{'requête':>10}{'mémoire':>10}"]
    for kind, make in (("csv", _csv), ("xlsx", _xlsx)):
        # A first one, small, so that what a process loads once is not the import's.
        _run(client, organization, kind, make(20, 1))
        Purchase.objects.filter(organization=organization).delete()
        sample = _run(client, organization, kind, make(rows, 2))
        added = Purchase.objects.filter(organization=organization).count()
        faults = sample.faults(bar) + ([] if added == rows else [f"{added} achats"])
        Purchase.objects.filter(organization=organization).delete()
        verdict = f"ÉCHEC : {', '.join(faults)}" if faults else "réussi"
        steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in sample.steps.items())
        lines.append(
            f"{kind.upper():38}{sample.seconds:>7.1f} s{sample.longest:>8.1f} s"
            f"{sample.memory:>7.0f} Mo   {bar.seconds:g} s · {bar.memory:g} Mo   {verdict}"
        )
        lines.append(f"    {steps}")
    return "\n".join(lines)


def _buyer() -> tuple[Client, Organization]:
    some = Organization.objects.all()[0]
    organization = Organization.objects.create(
        name="Organisation aux achats",
        slug="organisation-aux-achats",
        type=some.type,
        region=some.region,
        regime=some.regime,
    )
    user = User.objects.create(email="achats@banc.example", full_name="Noa Dubé")
    Membership.objects.create(user=user, organization=organization, role=Role.MANAGER)
    form = Term.objects.filter(vocabulary="legal_form")[0]
    SocialEnterprise.objects.bulk_create(
        SocialEnterprise(
            code=f"banc-achats-{number}",
            slug=f"banc-achats-{number}",
            name=_name(number),
            legal_form=form,
            region=some.region,
            mission="Servir.",
        )
        for number in range(ENTERPRISES)
    )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, organization


def _name(number: int) -> str:
    """Names of two and three words, of which some thousands are told apart by one."""
    trades = ("Atelier", "Ressourcerie", "Traiteur", "Coop", "Imprimerie", "Buanderie", "Café")
    letters = "bcdfglmnprstv"
    word = "".join(letters[number // 13**place % 13] + "aeiou"[place] for place in range(4))
    return f"{trades[number % 7]} {word.capitalize()}"


def _rows(number: int, seed: int) -> Iterator[tuple[Any, ...]]:
    for row in range(number):
        # Two in three suppliers are none of the directory.
        who = row * 7 % SUPPLIERS
        name = _name(who) if who % 3 == 0 else f"Fournitures {_name(who)[::-1]} {who} inc."
        yield (
            datetime.date(2019, 4, 1) + datetime.timedelta(days=row % 700),
            name,
            "",
            100 * seed + (row * 7919 % 900_000) / 100 + 0.01,
            f"BC-{seed}-{row}",
            f"Achat numéro {row}, fournitures et services",
            "Alimentation",
            "Gré à gré",
            "Approvisionnement",
            "Service des ressources matérielles",
            f"{row % 99}",
            "x" if row % 2 else "",
        )


def _csv(number: int, seed: int) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEAD)
    for day, name, neq, amount, *rest in _rows(number, seed):
        writer.writerow([f"{day:%d/%m/%Y}", name, neq, f"{amount:.2f}".replace(".", ","), *rest])
    return text.getvalue().encode("cp1252")


def _xlsx(number: int, seed: int) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Achats")
    sheet.append(_HEAD)
    for row in _rows(number, seed + 10):
        sheet.append(row)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _run(client: Client, organization: Organization, kind: str, data: bytes) -> Sample:
    sample = Sample(kind)
    _peak(0)
    before = _resident()
    upload = SimpleUploadedFile(f"achats.{kind}", data)
    create = reverse("benefits:purchase_import_create", args=[organization.slug])
    _timed(sample, before, "envoi", lambda: client.post(create, {"table": upload}))
    table = PurchaseImport.objects.latest("pk")

    def address(name: str) -> str:
        return reverse(f"benefits:purchase_import_{name}", args=[organization.slug, table.pk])

    while _state(table) == PurchaseImport.State.READING:
        _timed(sample, before, "copie", lambda: client.post(address("check")))
    names = {place: name for name, place in table.mapping.items()}
    columns = {f"colonne-{place}": names.get(place, "") for place in range(COLUMNS)}
    _timed(sample, before, "colonnes", lambda: client.post(address("detail"), columns))
    while _state(table) == PurchaseImport.State.CHECKING:
        _timed(sample, before, "lecture", lambda: client.post(address("check")))
    for everybody in ({"tous": "probables"}, {"tous": "tard"}):
        post = functools.partial(client.post, address("suppliers"), everybody)
        _timed(sample, before, "réponses", post)
    page = _timed(sample, before, "aperçu", lambda: client.get(address("detail")))
    found = re.search(r'name="stamp" value="([^"]*)"', page.content.decode())
    stamp = {"stamp": found[1] if found else ""}
    _timed(sample, before, "ajout", lambda: client.post(address("apply"), stamp))
    if _state(table) != PurchaseImport.State.APPLIED or PurchaseImportSupplier.objects.exists():
        raise SystemExit(f"L’importation du {kind} n’est pas allée au bout.")
    return sample


def _state(table: PurchaseImport) -> str:
    table.refresh_from_db()
    return table.state


def _timed(sample: Sample, before: int, name: str, call: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    answer = call()
    seconds = time.perf_counter() - started
    if answer.status_code >= 400:
        raise SystemExit(f"{name} répond {answer.status_code}.")
    sample.steps[name] = sample.steps.get(name, 0) + seconds
    sample.longest = max(sample.longest, seconds)
    sample.memory = max(sample.memory, (_peak(before) - before) / _MB)
    return answer


def _resident() -> int:
    """The bytes of memory that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _peak(before: int) -> int:
    """The most that it held since it was asked the last time."""
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    # Forgets the peak, so that the next step has its own.
    Path("/proc/self/clear_refs").write_text("5")
    return max(peak, before)
