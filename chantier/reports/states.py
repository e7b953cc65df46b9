"""Where the report of one organization on one cycle stands, in a glyph and a word.

`state_of` says it of one report, `in_state` finds the organizations whose report stands so: the
two agree, and a test holds them to it.
"""

import datetime
from dataclasses import dataclass

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from chantier.reports.models import AnnualReport, ReportVersion
from members.models import Cycle, Organization

# A report that is missing for longer is no longer late: it was never submitted.
_LONG = datetime.timedelta(days=365)
_State = AnnualReport.State

# Code in the address, glyph, words; in the order of the legend.
WORDS: dict[str, tuple[str, str]] = {
    "attendu": ("planifiee", "attendu"),
    "a-approuver": ("planifiee", "à approuver"),
    "depose": ("en-cours", "déposé"),
    "retourne": ("a-entreprendre", "retourné pour correction"),
    "correction": ("a-entreprendre", "correction en cours"),
    "accepte": ("implantee", "accepté"),
    "en-retard": ("en-retard", "en retard"),
    "non-depose": ("abandonnee", "non déposé"),
    "pas-membre": ("sans-objet", "pas encore membre"),
}
_ONCE_SUBMITTED = {
    _State.ACCEPTED: "accepte",
    _State.SUBMITTED: "depose",
    _State.SENT_BACK: "retourne",
    _State.TO_APPROVE: "a-approuver",
    _State.DRAFT: "correction",
}
MISSING = ("en-retard", "non-depose")


@dataclass(frozen=True)
class ReportState:
    """`version` is the one in force; `due_on` the day of this organization."""

    slug: str
    cycle: Cycle
    version: ReportVersion | None
    due_on: datetime.date
    is_postponed: bool

    @property
    def code(self) -> str:
        """The name of the glyph."""
        return WORDS[self.slug][0]

    @property
    def label(self) -> str:
        return WORDS[self.slug][1]

    @property
    def is_to_examine(self) -> bool:
        return self.slug == "depose"

    @property
    def is_awaited(self) -> bool:
        """Not submitted, and a day to say by when."""
        return self.version is None and self.slug in ("attendu", "a-approuver", "en-retard")


def state_of(
    organization: Organization | None,
    cycle: Cycle,
    version: ReportVersion | None,
    *,
    report: AnnualReport | None,
    today: datetime.date,
) -> ReportState:
    """`version` is the one in force; without organization, the report of the chantier."""
    later = report.due_on if report else None
    due_on = later or cycle.report_due_on
    slug = _slug(organization, cycle, version, report, due_on, today)
    return ReportState(slug, cycle, version, due_on, is_postponed=later is not None)


def _slug(
    organization: Organization | None,
    cycle: Cycle,
    version: ReportVersion | None,
    report: AnnualReport | None,
    due_on: datetime.date,
    today: datetime.date,
) -> str:
    if version is not None:
        return _ONCE_SUBMITTED[_State(report.state)] if report else "depose"
    if organization is not None and organization.joined_on > cycle.ends_on:
        return "pas-membre"
    if organization is not None and due_on < today:
        return "non-depose" if today - due_on > _LONG else "en-retard"
    if report is not None and report.state == _State.TO_APPROVE:
        return "a-approuver"
    return "attendu"


def in_state(
    organizations: QuerySet[Organization], cycle: Cycle, slug: str, *, today: datetime.date
) -> QuerySet[Organization]:
    """The organizations whose report on the cycle stands so."""
    report = AnnualReport.objects.filter(organization=OuterRef("pk"), cycle=cycle)
    versions = ReportVersion.objects.filter(report__organization=OuterRef("pk"))
    rows = organizations.annotate(
        report_state=Subquery(report.values("state")[:1]),
        report_due=Coalesce(
            Subquery(report.values("due_on")[:1]),
            Value(cycle.report_due_on, output_field=DateField()),
        ),
        is_submitted=Exists(versions.filter(report__cycle=cycle)),
    )
    return rows.filter(_conditions(cycle, today)[slug])


def _conditions(cycle: Cycle, today: datetime.date) -> dict[str, Q]:
    given = Q(is_submitted=True)
    owed = Q(is_submitted=False, joined_on__lte=cycle.ends_on)
    approving = Q(report_state=_State.TO_APPROVE)
    # Null where nobody has begun: that is no « to approve » either.
    begun_or_not = Q(report_state__isnull=True) | ~approving
    coming, past = Q(report_due__gte=today), Q(report_due__lt=today)
    found = {
        slug: given & Q(report_state=state)
        for state, slug in _ONCE_SUBMITTED.items()
        if slug != "a-approuver"
    }
    return found | {
        "a-approuver": approving & (given | owed & coming),
        "attendu": owed & coming & begun_or_not,
        "en-retard": owed & past & Q(report_due__gte=today - _LONG),
        "non-depose": owed & Q(report_due__lt=today - _LONG),
        "pas-membre": Q(is_submitted=False, joined_on__gt=cycle.ends_on),
    }
