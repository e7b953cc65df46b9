"""What the register is measured by: its filters, its save, its export."""

import itertools
import time
import uuid
from collections.abc import Callable
from statistics import median

from django.test import Client
from django.urls import reverse

from measures.filters import ImplementationFilter
from measures.models import Implementation
from members.models import Organization

# The slowest combination of filters may cost three times the one in the middle.
WORST_FILTER = 3.0
SEARCHES = ("", "mobilier", "e", "l’achat économie", "introuvable")


def filter_queries(request: object) -> list[str]:
    """Query strings of the register: each choice, pairs of filters, and searches with each."""
    form = ImplementationFilter({}, queryset=Implementation.objects.none(), request=request).form
    choices = {
        name: [str(code) for code, _ in field.choices if code]
        for name, field in form.fields.items()
        if hasattr(field, "choices")
    }
    alone = [f"{name}={code}" for name, codes in choices.items() for code in codes]
    firsts = [f"{name}={codes[0]}" for name, codes in choices.items()]
    pairs = ["&".join(pair) for pair in itertools.combinations(firsts, 2)]
    words = [f"q={text}" for text in SEARCHES if text]
    return ["", *alone, *pairs, *words, *(f"{word}&{first}" for word in words for first in firsts)]


def worst_filter(client: Client, address: str, queries: list[str], *, rounds: int) -> str:
    """Measure every combination in turns; return one line, and « ÉCHEC » over the bar."""
    times: dict[str, list[float]] = {query: [] for query in queries}
    for _ in range(rounds):
        for query in queries:
            started = time.perf_counter()
            client.get(f"{address}?{query}")
            times[query].append((time.perf_counter() - started) * 1000)
    medians = {query: median(samples) for query, samples in times.items()}
    middle = median(medians.values())
    slowest = max(medians, key=lambda query: medians[query])
    ratio = medians[slowest] / middle
    verdict = "réussi" if ratio <= WORST_FILTER else "ÉCHEC"
    return (
        f"{len(queries)} filtres du registre : médian {middle:.1f} ms, le pire "
        f"{medians[slowest]:.1f} ms (« {slowest or 'aucun'} »), "
        f"{ratio:.1f} × ≤ {WORST_FILTER:g} ×   {verdict}"
    )


def saving(client: Client, organization: Organization) -> Callable[[], None]:
    """A post of a record with a new text, each time on its newest version."""
    record = Implementation.objects.filter(organization=organization).upcoming()[0]
    address = reverse(
        "measures:implementation_detail",
        kwargs={"org_slug": organization.slug, "pk": record.pk},
    )
    state = {"version": record.version}

    def call() -> None:
        answer = client.post(
            address,
            {
                "status": record.status,
                "sharing": record.sharing,
                "lead": record.lead,
                "planned_for": record.planned_for or "",
                "started_on": record.started_on or "",
                "description": f"Texte {uuid.uuid4()}",
                "version": state["version"],
                "submission_key": uuid.uuid4(),
            },
        )
        if answer.status_code != 302:
            raise SystemExit(f"La sauvegarde répond {answer.status_code}.")
        state["version"] += 1

    return call
