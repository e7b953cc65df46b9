"""The whole demonstration, in the order in which its parts lean on each other."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from chantier.demo.aims import ensure_aims
from chantier.demo.answers import ensure_answers
from chantier.demo.barriers import ensure_barriers
from chantier.demo.catalogue import ensure_catalogue
from chantier.demo.clauses import ensure_clauses
from chantier.demo.dates import FIRST_CYCLE
from chantier.demo.directory import ensure_directory
from chantier.demo.examinations import ensure_examinations, ensure_favourites
from chantier.demo.figures import ensure_figures
from chantier.demo.gatherings import ensure_cycles, ensure_enterprises, ensure_meetings
from chantier.demo.library import ensure_library
from chantier.demo.mails import ensure_mails
from chantier.demo.observations import ensure_observations
from chantier.demo.people import ensure_accounts, ensure_organizations, teams
from chantier.demo.preparations import ensure_preparations
from chantier.demo.promises import ensure_promises
from chantier.demo.purchases import ensure_purchases
from chantier.demo.records import ensure_records
from chantier.demo.reviews import ensure_review
from chantier.demo.rooms import ensure_rooms
from chantier.demo.submissions import ensure_reports
from chantier.demo.tables import ensure_tables
from chantier.demo.talk import ensure_talk
from chantier.demo.texts import ensure_drafts
from chantier.demo.topics import ensure_documents, ensure_topics
from members.models import Cycle, Notification, User
from members.roles import PortalRole


@dataclass(frozen=True)
class Demo:
    """What the demonstration holds."""

    # Names of the organizations by slug.
    names: dict[str, str]
    records: int
    reports: int


@transaction.atomic
def load_demo(*, today: datetime.date) -> Demo:
    """Create what is missing; needs the reference content."""
    begun = timezone.now()
    organizations = ensure_organizations()
    ensure_accounts(organizations)
    writers = teams(organizations)
    current, previous = ensure_cycles(today)
    first = Cycle.objects.get(label=FIRST_CYCLE)
    facilitator = User.objects.filter(portal_role=PortalRole.FACILITATOR).order_by("pk")[0]
    ensure_meetings(organizations, ensure_enterprises(), current, today=today, by=facilitator)
    ensure_examinations(today=today, by=facilitator)
    ensure_favourites()
    ensure_catalogue(today=today, by=facilitator)
    records = ensure_records(organizations, writers, today=today)
    ensure_library(organizations, writers, today=today, staff=facilitator)
    ensure_talk(organizations, writers, today=today, staff=facilitator)
    ensure_clauses(organizations, writers, today=today, staff=facilitator)
    ensure_figures(organizations, writers, first, today=today)
    ensure_aims(organizations, writers, today=today)
    ensure_barriers(organizations, writers, today=today)
    ensure_directory(organizations, writers, today=today, by=facilitator)
    ensure_purchases(organizations, writers, first, today=today)
    ensure_observations(organizations, writers, today=today, staff=facilitator)
    ensure_tables(organizations, writers, today=today)
    ensure_rooms(organizations, by=facilitator)
    ensure_preparations(current)
    ensure_answers()
    ensure_topics(organizations, writers, today=today, by=facilitator)
    ensure_documents(by=facilitator)
    ensure_promises(organizations, writers, today=today, by=facilitator)
    ensure_review(today=today, by=facilitator)
    reports = ensure_reports(organizations, writers, (first, previous), today=today)
    ensure_drafts(organizations, writers, previous)
    # Nobody is told by mail of what the demonstration invents.
    Notification.objects.waiting().filter(created_at__gte=begun).delete()
    ensure_mails(organizations)
    return Demo(
        names={row.slug: row.name for row in organizations}, records=records, reports=reports
    )
