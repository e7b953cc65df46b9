"""Measure the pages and the PDF on generated data, beside their floors.

    python -m tests.bench [--organizations 1000] [--implementations 100000] [--samples 100]
        [--reports 40]

E is a view that does nothing, behind the whole middleware, for somebody who is logged in; reports
have floors of their own. Ratios matter first, milliseconds second: they
depend on the machine. Everything runs in one process, in turns, on a SQLite file of its own.
"""

import argparse
import os
import sys
import tempfile
import time
import warnings

# What the settings read, before they are read: our own data, and no database of anybody else.
_DIRECTORY = tempfile.TemporaryDirectory(prefix="chantier-bench-")
os.environ["CHANTIER_DATA"] = _DIRECTORY.name
os.environ["DJANGO_SETTINGS_MODULE"] = "chantier.settings"
for _name in ("DATABASE_URL", "CHANTIER_SECRET_KEY", "CHANTIER_DEBUG"):
    os.environ.pop(_name, None)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from chantier.lib import memory  # noqa: E402
from measures.models import Implementation, Measure, Stage  # noqa: E402
from members.models import Membership, Organization  # noqa: E402
from members.roles import Role  # noqa: E402
from tests.bench import (  # noqa: E402
    chantier,
    directory,
    export,
    purchases,
    register,
    reports,
    room,
    timeline,
    tools,
)
from tests.bench.rows import Bar, Call, Row, measure, table  # noqa: E402

# Queries (session and person included), p95 in ms, ratio of the medians to E.
DASHBOARD = Bar(queries=8, p95=20, ratio=6)
LIST = Bar(queries=6, p95=35, ratio=12)
# The other pages: the bar of a list, with two queries more for what hangs on a record.
PAGE = Bar(queries=8, p95=35, ratio=12)
# A page that shows one measure, of the guide or of the register.
ONE_MEASURE = Bar(queries=8, p95=35, ratio=8)
# The queries of a save, its transaction not counted.
SAVE = Bar(queries=8, p95=25, ratio=8)
# Twenty indicators over ten years; one cell of them, where a save and its journal are the work.
GRID = Bar(queries=6, p95=35, ratio=12)
CELL = Bar(queries=9, p95=20, ratio=5)
# Five hundred meetings, in twenty cycles and in one.
TIMELINE = Bar(queries=8, p95=35, ratio=8)
# One card of the round table, sent a second after the last key.
CARD = Bar(queries=9, p95=25, ratio=10)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    options = _options()
    # Static files are served from where they are written; none is collected.
    warnings.filterwarnings("ignore", "No directory at")
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ROOT_URLCONF = "tests.bench.urls"
    _build(options)
    client, organization = _member()
    tools.fill(organization, tools.person_of(organization))
    directory.fill(tools.person_of(organization))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    timeline.fill()
    rows = _pages(client, organization)
    # As `chantier.wsgi` does.
    memory.settle()
    measure(rows, warm_up=10, samples=options.samples)
    text, pages_pass = table(rows, rows[0], "E")
    say(f"\n{text}\n")
    timeline.crowd()
    crowded = [
        _page(client, "E : page vide", reverse("empty"), None),
        _page(client, "500 rencontres en un cycle", timeline.address(), TIMELINE),
    ]
    measure(crowded, warm_up=10, samples=options.samples)
    text, crowded_passes = table(crowded, crowded[0], "E")
    say(f"{text}\n")
    worst = _worst_filter(client, organization)
    say(f"{worst}\n")
    say("Bornes : requêtes · p95 en ms · rapport des médianes au plancher.\n")
    told = [
        _said(reports.one(client, organization)),
        _said(reports.forty(organization)),
        _said(reports.many(options.reports)),
    ]
    chantier.fill()
    told += [_said(part()) for part in (chantier.measured, export.measured, purchases.measured)]
    passed = pages_pass and crowded_passes and "ÉCHEC" not in "".join([worst, *told])
    return 0 if passed else 1


def _said(text: str) -> str:
    say(f"{text}\n")
    return text


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--organizations", type=int, default=1_000)
    parser.add_argument("--implementations", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--reports", type=int, default=40, help="drawn one after the other")
    return parser.parse_args()


def _build(options: argparse.Namespace) -> None:
    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command(
        "generate",
        organizations=options.organizations,
        implementations=options.implementations,
        force=True,
        verbosity=0,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    seconds = time.perf_counter() - started
    say(
        f"{options.organizations} organisations, {options.implementations} mesures, "
        f"SQLite : {seconds:.0f} s de préparation."
    )


def _member() -> tuple[Client, Organization]:
    """The manager of an organization in the middle of the table."""
    organization = Organization.objects.order_by("pk")[Organization.objects.count() // 2]
    membership = Membership.objects.get(organization=organization, role=Role.MANAGER)
    client = Client()
    client.force_login(
        membership.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client, organization


def _pages(client: Client, organization: Organization) -> list[Row]:
    address = _register(organization)
    stage = Stage.objects.all()[0]
    record = Implementation.objects.filter(organization=organization).first()
    assert record is not None
    addresses: list[tuple[str, str, Bar | None]] = [
        ("E : page vide", reverse("empty"), None),
        ("Tableau de bord", reverse("home:dashboard"), DASHBOARD),
        ("Registre", address, LIST),
        ("Registre, par statut et étape", f"{address}?statut=implantee&etape={stage.slug}", LIST),
        ("Registre, recherche rare", f"{address}?q=mobilier", LIST),
        ("Registre, recherche commune", f"{address}?q=e", LIST),
        ("Fiche d’une mesure au registre", record.get_absolute_url(), ONE_MEASURE),
        ("Mesure du guide", Measure.objects.all()[0].get_absolute_url(), ONE_MEASURE),
        ("Toutes les mesures", reverse("measures:measure_list"), LIST),
        ("Étape du guide", stage.get_absolute_url(), PAGE),
        ("Bibliothèque de clauses", reverse("measures:clause_list"), LIST),
        ("Grille d’indicateurs, 20 sur 10 ans", tools.grid_address(organization), GRID),
        ("Rencontres", reverse("meetings:meeting_list"), PAGE),
        ("500 rencontres en 20 cycles", timeline.address(), TIMELINE),
        *((name, place, LIST) for name, place in directory.addresses()),
    ]
    return [
        *(_page(client, *each) for each in addresses),
        _save("Enregistrer une fiche", register.saving(client, organization), SAVE),
        _save("Enregistrer une cellule", tools.saving_a_cell(client, organization), CELL),
        _save("Enregistrer une carte de la salle", room.saving_a_card(*room.facilitator()), CARD),
    ]


def _register(organization: Organization) -> str:
    return reverse("measures:implementation_list", kwargs={"org_slug": organization.slug})


def _save(name: str, call: Call, bar: Bar) -> Row:
    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    asked = [query for query in captured if query["sql"] not in ("BEGIN IMMEDIATE", "COMMIT")]
    return Row(name, call, bar, len(asked))


def _worst_filter(client: Client, organization: Organization) -> str:
    request = RequestFactory().get("/")
    return register.worst_filter(
        client, _register(organization), register.filter_queries(request), rounds=7
    )


def _page(client: Client, name: str, address: str, bar: Bar | None) -> Row:
    def call() -> None:
        status = client.get(address).status_code
        if status != 200:
            raise SystemExit(f"{address} répond {status}.")

    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    return Row(name, call, bar, len(captured))


if __name__ == "__main__":
    sys.exit(main())
