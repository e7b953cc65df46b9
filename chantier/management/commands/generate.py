"""Invent organizations and registers of any size, the same ones for the same seed.

For measuring and for trying things out; every generated organization is marked as fictional.
Rows are written in bulk, without the journal's acts: refused where real data may live.
"""

import datetime
import random
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from chantier.management.commands.seed import seed_all
from chantier.reports.models import AnnualReport
from measures.models import Evidence, Implementation, ImplementationEvent, Measure
from measures.statuses import Status
from meetings.models import Attendance, Meeting
from members.models import Cycle, Membership, Organization, Term, User, Vocabulary
from members.roles import Role
from members.sharing import SharingLevel

_BATCH = 2_000
_STATUSES = {
    Status.IMPLEMENTED: 30,
    Status.IN_PROGRESS: 20,
    Status.PLANNED: 15,
    Status.TO_UNDERTAKE: 15,
    Status.NOT_ASSESSED: 12,
    Status.NOT_APPLICABLE: 5,
    Status.ABANDONED: 3,
}
_SHARING = {
    SharingLevel.PRIVATE: 15,
    SharingLevel.COORDINATION: 60,
    SharingLevel.CHANTIER: 20,
    SharingLevel.PUBLIC: 5,
}
_LEADS = (
    "Direction de l’approvisionnement",
    "Service des immeubles",
    "Direction du développement durable",
    "Conseillère en gestion contractuelle",
    "Comité d’achat responsable",
)
_DESCRIPTIONS = (
    "Nous avons revu nos gabarits avec le service juridique et formé six personnes.",
    "Une rencontre avec deux entreprises d’économie sociale a précédé la rédaction du devis.",
    "La politique adoptée au conseil nomme l’économie sociale et fixe une cible chaque année.",
    "",
)
_RESULTS = (
    "Trois contrats ont été octroyés à des entreprises d’économie sociale.",
    "Les requérants pensent maintenant à l’économie sociale dès la définition du besoin.",
    "",
    "",
)
_OWN_TITLES = (
    "Tenir une journée de rencontres avec les entreprises du territoire",
    "Réserver une part des achats de bouche aux traiteurs d’insertion",
    "Confier le réemploi du mobilier à une entreprise d’économie sociale",
    "Publier les besoins à venir sur six mois",
)
T = TypeVar("T")


class Command(BaseCommand):
    help = "Invente des organisations et leurs registres, pour les mesures et les essais."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organizations", type=int, default=100)
        parser.add_argument("--implementations", type=int, default=2_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--force", action="store_true", help="Même hors du débogage.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError("Refusé hors du débogage\u00a0: ces données sont inventées.")
        organizations, rows = options["organizations"], options["implementations"]
        if organizations < 1 or rows < 0:
            raise CommandError("Il faut au moins une organisation, et zéro mesure ou plus.")
        with transaction.atomic():
            if not Measure.objects.exists():
                seed_all()
            Generator(options["seed"]).run(organizations, rows)
        if options["verbosity"]:
            self.stdout.write(f"{organizations} organisations et {rows} mesures inventées.")


class Generator:
    def __init__(self, seed: int) -> None:
        # Not for secrets: the same seed must give the same rows.
        self.rng = random.Random(seed)  # noqa: S311
        self.measures = list(Measure.objects.active())
        self.cycle = Cycle.objects.all()[0]
        self.days = (self.cycle.ends_on - self.cycle.starts_on).days

    def run(self, organizations: int, rows: int) -> None:
        made = self._organizations(organizations)
        authors = self._members(made)
        for batch in _batches(self._implementations(made, authors, rows)):
            Implementation.objects.bulk_create(batch)
            self._journal(batch)
            self._evidence(batch)
        self._reports(made)
        self._attendances(made)

    def _pick(self, weights: dict[T, int]) -> T:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _day(self, start: int, end: int) -> datetime.date:
        """A day of the cycle, between two hundredths of it."""
        number = self.rng.randint(self.days * start // 100, self.days * end // 100)
        return self.cycle.starts_on + datetime.timedelta(days=number)

    def _organizations(self, number: int) -> list[Organization]:
        types = list(Term.objects.filter(vocabulary=Vocabulary.ORGANIZATION_TYPE))
        regions = list(Term.objects.filter(vocabulary=Vocabulary.REGION))
        first = Organization.objects.filter(slug__startswith="inventee-").count() + 1
        regimes = [Organization.Regime.LCOP, Organization.Regime.MUNICIPAL]
        return Organization.objects.bulk_create(
            [
                Organization(
                    name=f"Organisation inventée {index:05d}",
                    sort_name=f"organisation inventee {index:05d}",
                    acronym=f"OI{index:05d}",
                    slug=f"inventee-{index:05d}",
                    type=self.rng.choice(types),
                    region=self.rng.choice(regions),
                    regime=self.rng.choice(regimes),
                    may_be_named=self.rng.random() < 0.5,
                    is_fictional=True,
                    joined_on=self.cycle.starts_on,
                )
                for index in range(first, first + number)
            ],
            batch_size=_BATCH,
        )

    def _members(self, organizations: list[Organization]) -> list[User]:
        """One manager and one reader each, who cannot log in; return the managers."""
        users = [
            User(
                email=f"{role}@{organization.slug}.example",
                full_name=f"{name} {organization.acronym}",
                password=make_password(None),
            )
            for organization in organizations
            for role, name in ((Role.MANAGER, "Camille"), (Role.READER, "Dominique"))
        ]
        User.objects.bulk_create(users, batch_size=_BATCH)
        managers, readers = users[::2], users[1::2]
        Membership.objects.bulk_create(
            [
                Membership(user=user, organization=organization, role=role)
                for people, role in ((managers, Role.MANAGER), (readers, Role.READER))
                for user, organization in zip(people, organizations, strict=True)
            ],
            batch_size=_BATCH,
        )
        return managers

    def _implementations(
        self, organizations: list[Organization], authors: list[User], rows: int
    ) -> Iterator[Implementation]:
        """Spread `rows` evenly; past the catalogue, organizations add measures of their own."""
        share, rest = divmod(rows, len(organizations))
        for index, (organization, author) in enumerate(zip(organizations, authors, strict=True)):
            number = share + (index < rest)
            chosen = self.rng.sample(self.measures, min(number, len(self.measures)))
            for measure in chosen:
                yield self._implementation(organization, author, measure)
            for serial in range(number - len(chosen)):
                yield self._implementation(organization, author, None, serial + 1)

    def _implementation(
        self, organization: Organization, author: User, measure: Measure | None, serial: int = 0
    ) -> Implementation:
        status = self._pick(_STATUSES)
        title = f"{self.rng.choice(_OWN_TITLES)} ({serial})" if measure is None else ""
        row = Implementation(
            organization=organization,
            measure=measure,
            own_title=title,
            stage_id=(measure or self.rng.choice(self.measures)).stage_id,
            status=status,
            lead=self.rng.choice(_LEADS),
            description=self.rng.choice(_DESCRIPTIONS),
            result_story=self.rng.choice(_RESULTS) if status == Status.IMPLEMENTED else "",
            sharing=self._pick(_SHARING),
            created_by=author,
            updated_by=author,
            **self._dates(status),
        )
        row.search_text = row.searchable()
        return row

    def _dates(self, status: Status) -> dict[str, Any]:
        """What each status carries, in an order that the constraints accept."""
        if status == Status.NOT_APPLICABLE:
            return {"not_applicable_reason": "Aucun achat de cette sorte."}
        if status == Status.PLANNED:
            return {"planned_for": self._day(40, 100)}
        if status == Status.IN_PROGRESS:
            return {"started_on": self._day(0, 90), "planned_for": self._day(90, 100)}
        if status == Status.IMPLEMENTED:
            done = self._day(40, 100)
            review = done + datetime.timedelta(days=365)
            return {"started_on": self._day(0, 40), "implemented_on": done, "review_on": review}
        return {}

    def _journal(self, rows: list[Implementation]) -> None:
        ImplementationEvent.objects.bulk_create(
            ImplementationEvent(
                implementation=row,
                kind=ImplementationEvent.Kind.CREATED,
                changes={"status": [None, row.status]},
                actor=row.created_by,
            )
            for row in rows
        )

    def _evidence(self, rows: list[Implementation]) -> None:
        """A link for most implemented measures, and for some of those under way."""
        proven = [
            row
            for row in rows
            if row.status in (Status.IMPLEMENTED, Status.IN_PROGRESS) and self.rng.random() < 0.6
        ]
        links = Evidence.objects.bulk_create(
            Evidence(
                organization=row.organization,
                kind=Evidence.Kind.LINK,
                title="Procès-verbal de la séance",
                url=f"https://preuves.example/{row.pk}",
                sharing=row.sharing,
                created_by=row.created_by,
            )
            for row in proven
        )
        through = Implementation.evidence.through
        through.objects.bulk_create(
            through(implementation_id=row.pk, evidence_id=link.pk)
            for row, link in zip(proven, links, strict=True)
        )

    def _reports(self, organizations: list[Organization]) -> None:
        AnnualReport.objects.bulk_create(
            [
                AnnualReport(organization=organization, cycle=self.cycle)
                for organization in organizations
                if self.rng.random() < 0.6
            ],
            batch_size=_BATCH,
        )

    def _attendances(self, organizations: list[Organization]) -> None:
        Attendance.objects.bulk_create(
            [
                Attendance(meeting=meeting, organization=organization)
                for meeting in Meeting.objects.filter(cycle=self.cycle)
                for organization in organizations
                if self.rng.random() < 0.5
            ],
            batch_size=_BATCH,
        )


def _batches(rows: Iterator[Implementation]) -> Iterator[list[Implementation]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
