"""What people are told of annual reports by mail: submitted, examined, postponed, late."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chantier.lib import french
from chantier.lib.addresses import address
from chantier.reports.models import AnnualReport, ReportComment, ReportEvent, ReportVersion
from chantier.reports.sections import section_named
from members.models import MailTopic, Membership, Notification, Organization, User
from members.notifications import Kind, Message, notify, register
from members.roles import (
    PORTAL_ROLE_PERMISSIONS,
    ROLE_PERMISSIONS,
    Permission,
    PortalRole,
    Role,
)

_NBSP = french.NBSP
_State = AnnualReport.State
_OVERSEERS = [
    role for role in PortalRole.values if Permission.REPORT_OVERSEE in PORTAL_ROLE_PERMISSIONS[role]
]
SUBMITTERS = [role for role in Role.values if Permission.REPORT_SUBMIT in ROLE_PERMISSIONS[role]]


def tell_submitted(version: ReportVersion, *, by: User) -> None:
    """The coordination has a report to examine."""
    overseers = User.objects.filter(is_active=True, portal_role__in=_OVERSEERS)
    notify(
        kind=SUBMITTED.code,
        about=version,
        recipients=overseers.exclude(pk=by.pk),
        key=str(version.pk),
        by=by,
    )


def tell_judged(event: ReportEvent) -> None:
    """Those who submit for the organization read what the coordination answered."""
    _tell_submitters(event, ACCEPTED if event.kind == ReportEvent.Kind.ACCEPTED else SENT_BACK)


def tell_postponed(event: ReportEvent) -> None:
    """They read the later day that was granted, and why."""
    _tell_submitters(event, POSTPONED)


def _tell_submitters(event: ReportEvent, kind: Kind) -> None:
    organization = event.report.organization
    if organization is None:
        return
    notify(
        kind=kind.code,
        about=event,
        recipients=submitters_of(organization),
        organization=organization,
        key=str(event.pk),
        by=event.by,
    )


def remind(report: AnnualReport, recipients: Iterable[User], *, by: User) -> None:
    """For acts.reminding, which keeps five days between two."""
    notify(
        kind=REMINDER.code,
        about=report,
        recipients=recipients,
        organization=report.organization,
        by=by,
    )


def submitters_of(organization: Organization) -> list[User]:
    rows = Membership.objects.filter(organization=organization, role__in=SUBMITTERS)
    return list(User.objects.filter(is_active=True, pk__in=rows.values("user")).order_by("pk"))


def reminder_message(
    organization: Organization, label: str, due_on: datetime.date, today: datetime.date
) -> Message:
    """The words of the reminder, read before it leaves."""
    days = (today - due_on).days
    return Message(
        subject=f"Rapport annuel {label}{_NBSP}: pas encore déposé",
        paragraphs=(
            (
                f"Le rapport annuel {label} de votre organisation, {organization.name}, était "
                f"attendu le {french.long_date(due_on)}, il y a {french.number(days)}{_NBSP}"
                f"jour{french.plural(days)}."
            ),
            (
                "Il se remplit avec votre registre\u00a0: il reste à relire les sections, à écrire "
                "ce que les chiffres ne disent pas, puis à le déposer."
            ),
            "Si la date ne convient pas, écrivez à la coordination\u00a0: elle peut la reporter.",
        ),
        path=_report_path(organization, label),
        link="Ouvrir le rapport",
    )


def _report_path(organization: Organization, label: str, name: str = "report_detail") -> str:
    return address(f"reports:{name}", org_slug=organization.slug, cycle=label)


def _pk(notification: Notification) -> int:
    return int(notification.about.rpartition(":")[2])


def _submitted(notification: Notification) -> Message | None:
    """Nothing once somebody examined it, or when a newer version waits in its place."""
    rows = ReportVersion.objects.latest_of_each().without_files()
    version = (
        rows.filter(pk=_pk(notification), report__state=_State.SUBMITTED)
        .select_related("report__organization", "report__cycle")
        .first()
    )
    if version is None or version.report.organization is None:
        return None
    organization, label = version.report.organization, version.report.cycle.label
    told = (
        f"{organization.name} a déposé la version {version.number} de son rapport annuel {label}, "
        f"approuvée par {version.signatory_name}, {version.signatory_function}."
    )
    reason = (f"Raison de la correction{_NBSP}: {version.reason}",) if version.reason else ()
    return Message(
        subject=f"Rapport annuel {label} à examiner{_NBSP}: {organization.name}",
        paragraphs=(told, *reason),
        path=_report_path(organization, label, "report_examine"),
        link="Examiner le rapport",
    )


def _event(notification: Notification, **still: Any) -> ReportEvent | None:
    """The step, if the report is `still` so and the person may still submit."""
    rows = ReportEvent.objects.filter(pk=_pk(notification), **still)
    event = rows.select_related("report__organization", "report__cycle", "by").first()
    if event is None:
        return None
    may = Membership.objects.filter(
        organization=event.report.organization, user=notification.recipient, role__in=SUBMITTERS
    )
    return event if may.exists() else None


def _sent_back(notification: Notification) -> Message | None:
    event = _event(notification, report__state=_State.SENT_BACK)
    if event is None or event.report.organization is None:
        return None
    label = event.report.cycle.label
    rows = ReportComment.objects.filter(version=event.version_id).order_by("pk")
    comments = [f"{_title(row.section)}{_NBSP}: {row.text}" for row in rows]
    told = (
        f"La coordination retourne le rapport annuel {label} de votre organisation, "
        f"{event.report.organization.name}, pour correction."
    )
    return Message(
        subject=f"Rapport annuel {label}{_NBSP}: correction demandée",
        paragraphs=(told, *([event.note] if event.note else []), *comments),
        path=_report_path(event.report.organization, label),
        link="Corriger le rapport",
    )


def _title(code: str) -> str:
    section = section_named(code, of_chantier=False)
    return section.title if section else code


def _accepted(notification: Notification) -> Message | None:
    event = _event(notification, report__state=_State.ACCEPTED)
    if event is None or event.report.organization is None:
        return None
    label = event.report.cycle.label
    told = (
        f"La coordination a accepté le rapport annuel {label} de votre organisation, "
        f"{event.report.organization.name}. Merci!"
    )
    return Message(
        subject=f"Rapport annuel {label} accepté",
        paragraphs=(told, *([event.note] if event.note else [])),
        path=_report_path(event.report.organization, label),
        link="Voir le rapport",
    )


def _postponed(notification: Notification) -> Message | None:
    """Nothing once it is submitted, or postponed again."""
    event = _event(notification, report__versions__isnull=True)
    if event is None or event.report.organization is None or event.report.due_on is None:
        return None
    newer = event.report.events.filter(kind=event.kind, pk__gt=event.pk)
    if newer.exists():
        return None
    organization, label = event.report.organization, event.report.cycle.label
    told = (
        f"La coordination reporte au {french.long_date(event.report.due_on)} le dépôt du rapport "
        f"annuel {label} de votre organisation, {organization.name}."
    )
    return Message(
        subject=f"Rapport annuel {label}{_NBSP}: dépôt reporté",
        paragraphs=(told, event.note),
        path=_report_path(organization, label),
        link="Ouvrir le rapport",
    )


def _late(notification: Notification) -> Message | None:
    """Nothing once it is submitted, or postponed since."""
    rows = AnnualReport.objects.filter(pk=_pk(notification), versions__isnull=True)
    report = rows.select_related("organization", "cycle").first()
    if report is None or report.organization is None:
        return None
    due_on, today = report.due_on or report.cycle.report_due_on, timezone.localdate()
    if due_on >= today:
        return None
    return reminder_message(report.organization, report.cycle.label, due_on, today)


def _kind(code: str, label: str, compose: Any, **more: Any) -> Kind:
    return Kind(code=code, label=label, topic=MailTopic.REPORTS, compose=compose, **more)


SUBMITTED = _kind("report_submitted", "Rapport à examiner", _submitted, is_open_to_staff=True)
# What the coordination asks of one organization is between the two.
SENT_BACK = _kind("report_sent_back", "Rapport retourné", _sent_back)
ACCEPTED = _kind("report_accepted", "Rapport accepté", _accepted)
POSTPONED = _kind("report_postponed", "Dépôt de rapport reporté", _postponed)
REMINDER = _kind("report_late", "Rapport en retard", _late, is_reminder=True, is_open_to_staff=True)
register(SUBMITTED, SENT_BACK, ACCEPTED, POSTPONED, REMINDER)
