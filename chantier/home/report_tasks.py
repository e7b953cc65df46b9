"""What the members of an organization have to do about its annual reports."""

import datetime

from django.db.models import Count, DateField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from chantier.home.tasks import Task
from chantier.lib import french
from chantier.reports.models import AnnualReport, ReportComment, ReportVersion
from members.access import Access
from members.models import Cycle, Organization

_State = AnnualReport.State


def cycles_with_reports(organization: Organization, today: datetime.date) -> list[Cycle]:
    """The last two cycles that began, each with where the report stands: one query."""
    report = AnnualReport.objects.filter(organization=organization, cycle=OuterRef("pk"))
    versions = ReportVersion.objects.filter(
        report__organization=organization, report__cycle=OuterRef("pk")
    )
    rows = Cycle.objects.filter(starts_on__lte=today).annotate(
        report_state=Subquery(report.values("state")[:1]),
        due_on=Coalesce(
            Subquery(report.values("due_on")[:1]), "report_due_on", output_field=DateField()
        ),
        is_submitted=Exists(versions),
        asked=Coalesce(Subquery(_open_comments(organization)), 0),
    )
    return list(rows[:2])


def _open_comments(organization: Organization) -> QuerySet:
    """How many comments of the coordination wait for an answer, of the cycle around."""
    rows = ReportComment.objects.filter(
        version__report__organization=organization,
        version__report__cycle=OuterRef("pk"),
        settled_at__isnull=True,
    )
    counted = rows.order_by().values("version__report__cycle").annotate(number=Count("pk"))
    return counted.values("number")


def report_tasks(access: Access, cycles: list[Cycle], today: datetime.date) -> list[Task]:
    """What was sent back, what waits for an approval, then the report that is due."""
    tasks = []
    for cycle in cycles:
        state = cycle.report_state  # type: ignore[attr-defined]
        if state == _State.SENT_BACK and access.may_write_report:
            tasks.append(_sent_back(access.organization, cycle))
        elif state == _State.TO_APPROVE and access.may_submit:
            tasks.append(_to_approve(access.organization, cycle, today))
    return [*tasks, *_due(access, cycles, today)]


def _sent_back(organization: Organization, cycle: Cycle) -> Task:
    asked = cycle.asked  # type: ignore[attr-defined]
    told = "ce qu’elle en dit est sur la page du rapport"
    if asked:
        told = f"{asked}\u00a0demande{french.plural(asked)} à régler"
    return Task(
        "arrow-counterclockwise",
        f"Corriger le rapport annuel {cycle.label}",
        f"La coordination l’a retourné\u00a0: {told}",
        _url(organization, cycle) + ("#demandes" if asked else "#cheminement"),
        "Corriger",
    )


def _to_approve(organization: Organization, cycle: Cycle, today: datetime.date) -> Task:
    due_on = cycle.due_on  # type: ignore[attr-defined]
    return Task(
        "check2-circle",
        f"Approuver et déposer le rapport annuel {cycle.label}",
        f"Prêt à approuver; dépôt attendu le {french.long_date(due_on)}",
        _url(organization, cycle),
        "Approuver",
        due_on < today and not cycle.is_submitted,  # type: ignore[attr-defined]
    )


def _due(access: Access, cycles: list[Cycle], today: datetime.date) -> list[Task]:
    """The report of the last cycle that ended, unless it was submitted or waits above."""
    cycle = next((cycle for cycle in cycles if cycle.ends_on < today), None)
    if cycle is None or cycle.is_submitted:  # type: ignore[attr-defined]
        return []
    waits = cycle.report_state == _State.TO_APPROVE  # type: ignore[attr-defined]
    if access.organization.joined_on > cycle.ends_on or (waits and access.may_submit):
        return []
    due_on: datetime.date = cycle.due_on  # type: ignore[attr-defined]
    return [
        Task(
            "file-earmark-text",
            f"Déposer le rapport annuel {cycle.label}",
            f"Dépôt attendu le {french.long_date(due_on)}",
            _url(access.organization, cycle),
            "Préparer",
            due_on < today,
        )
    ]


def _url(organization: Organization, cycle: Cycle) -> str:
    keys = {"org_slug": organization.slug, "cycle": cycle.label}
    return reverse("reports:report_detail", kwargs=keys)
