"""What ECPAR staff have to do across the chantier, in a fixed number of queries."""

import datetime

from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from benefits.models import ObservedBenefit, RemovalRequest, SocialEnterprise
from chantier.home.tasks import MOST_TASKS, Task
from chantier.lib import french
from chantier.reports.models import AnnualReport, ReportVersion
from measures.models import ClauseProposal
from meetings.audience import in_review
from meetings.models import Amendment, Meeting, Topic
from members.models import Cycle, Mail, Organization, User

_NBSP = french.NBSP


def staff_tasks(user: User, *, today: datetime.date) -> list[Task]:
    tasks = [*_syntheses(today), *_topics_proposed(), *_clauses_proposed()]
    tasks += [*_enterprises_proposed(), *_removals_asked(), *_observations_to_verify()]
    tasks += _mails_failed()
    if user.may_oversee_reports:
        tasks += [*_reports_to_examine(), *_reports_expected(today)]
    return tasks


def _syntheses(today: datetime.date) -> list[Task]:
    """Syntheses in review, then past meetings without one: one query."""
    reviewed = Q(synthesis__in=in_review(today))
    missing = Q(pk__in=Meeting.objects.without_synthesis().filter(held_on__lt=today).order_by())
    proposed = Q(synthesis__amendments__state=Amendment.State.WAITING)
    rows = (
        Meeting.objects.filter(reviewed | missing)
        .annotate(
            last_day=Case(When(reviewed, then="synthesis__review_until")),
            proposed=Count("synthesis__amendments", filter=proposed, distinct=True),
        )
        .order_by(F("last_day").asc(nulls_last=True), "held_on", "pk")
    )
    return [
        _in_review(row, row.last_day, row.proposed)
        if row.last_day
        else _to_publish(row, row.proposed, today)
        for row in rows[:MOST_TASKS]
    ]


def _in_review(meeting: Meeting, last_day: datetime.date, proposed: int) -> Task:
    words = f"Synthèse en révision jusqu’au {french.long_date(last_day)}"
    return Task(
        "journal-text",
        f"{words} – {_to_settle(proposed)}" if proposed else words,
        f"{meeting.heading}, {meeting.title}",
        reverse("meetings:synthesis_review", args=[meeting.slug]),
        "Trancher" if proposed else "Voir",
    )


def _to_settle(proposed: int) -> str:
    many = french.plural(proposed)
    return f"{french.number(proposed)}{_NBSP}modification{many} proposée{many} à trancher"


def _to_publish(meeting: Meeting, proposed: int, today: datetime.date) -> Task:
    held = f"Tenu{meeting.ending} le {french.long_date(meeting.held_on)}"
    return Task(
        "pencil",
        f"Publier la synthèse{_NBSP}: {meeting.heading}, {meeting.title}",
        f"{held}; {_to_settle(proposed)}" if proposed else held,
        reverse("meetings:synthesis_edit", args=[meeting.slug]),
        "Rédiger",
        (today - meeting.held_on).days > 7,
    )


def _topics_proposed() -> list[Task]:
    """One query, as for clauses."""
    found = Topic.objects.waiting().aggregate(number=Count("pk"), since=Min("created_at"))
    number = found["number"]
    if not number:
        return []
    many = french.plural(number)
    title = f"{french.number(number)}{_NBSP}sujet{many} proposé{many} à l’étude"
    return [
        Task("inbox", title, _since(found["since"]), reverse("meetings:topic_table"), "Répondre")
    ]


def _mails_failed() -> list[Task]:
    number = Mail.objects.filter(state=Mail.State.FAILED).count()
    if not number:
        return []
    title = f"{french.number(number)}{_NBSP}courriel{french.plural(number)} en échec"
    why = "Lisez pourquoi, puis renvoyez"
    return [Task("envelope", title, why, f"{reverse('members:mail_list')}?etat=echec", "Voir")]


def _clauses_proposed() -> list[Task]:
    """Clauses that members propose to the library; one query, for the oldest says since when."""
    found = ClauseProposal.objects.waiting().aggregate(number=Count("pk"), since=Min("created_at"))
    number = found["number"]
    if not number:
        return []
    title = f"Répondre à {french.in_words(number, feminine=True)} clause{french.plural(number)}"
    title += f" proposée{french.plural(number)}"
    why = _since(found["since"])
    return [Task("pencil", title, why, reverse("measures:clause_proposal_list"), "Lire")]


def _enterprises_proposed() -> list[Task]:
    """Enterprises that members propose to the directory."""
    waiting = SocialEnterprise.objects.filter(state=SocialEnterprise.State.PROPOSED)
    found = waiting.aggregate(number=Count("pk"), since=Min("created_at"))
    number = found["number"]
    if not number:
        return []
    title = f"Répondre à {french.in_words(number, feminine=True)} EÉS"
    title += f" proposée{french.plural(number)}"
    why = _since(found["since"])
    return [Task("pencil", title, why, reverse("benefits:proposal_list"), "Lire")]


def _removals_asked() -> list[Task]:
    """People who ask to be taken out of the directory."""
    waiting = RemovalRequest.objects.filter(state=RemovalRequest.State.WAITING)
    found = waiting.aggregate(number=Count("pk"), since=Min("created_at"))
    number = found["number"]
    if not number:
        return []
    many = french.plural(number)
    title = f"{french.number(number)}{_NBSP}demande{many} de retrait du répertoire"
    why = _since(found["since"])
    return [Task("inbox", title, why, reverse("benefits:removal_list"), "Traiter")]


def _observations_to_verify() -> list[Task]:
    """What organizations show to the coordination and nobody verified yet."""
    waiting = ObservedBenefit.objects.shared().to_verify()
    found = waiting.aggregate(number=Count("pk"), since=Min("created_at"))
    number = found["number"]
    if not number:
        return []
    many = french.plural(number)
    title = f"{french.number(number)}{_NBSP}bénéfice{many} observé{many} à vérifier"
    why = _since(found["since"])
    return [
        Task("shield-check", title, why, reverse("benefits:observation_review_list"), "Vérifier")
    ]


def _since(moment: datetime.datetime) -> str:
    return f"Depuis le {french.long_date(timezone.localtime(moment).date())}"


def _reports_to_examine() -> list[Task]:
    """What organizations submitted and nobody examined; the oldest opens. Two queries."""
    waiting = AnnualReport.objects.filter(
        state=AnnualReport.State.SUBMITTED, organization__is_active=True, versions__isnull=False
    )
    rows = waiting.annotate(since=Max("versions__submitted_at")).order_by("since", "pk")
    number = rows.count()
    oldest = rows.select_related("organization", "cycle").first()
    if oldest is None or oldest.organization is None:
        return []
    title = f"{french.number(number)}{_NBSP}rapport{french.plural(number)} annuel"
    title += f"{french.plural(number)} à examiner"
    day = french.long_date(timezone.localdate(oldest.since))
    which = f"{oldest.organization.name}, {oldest.cycle.label}, déposé le {day}"
    why = which if number == 1 else f"Le plus ancien{_NBSP}: {which}"
    url = reverse("reports:report_examine", args=[oldest.organization.slug, oldest.cycle.label])
    return [Task("file-earmark-text", title, why, url, "Examiner")]


def _reports_expected(today: datetime.date) -> list[Task]:
    """How many organizations have submitted the report of the last cycle that ended."""
    cycle = Cycle.objects.filter(ends_on__lt=today).order_by("-ends_on").first()
    if cycle is None:
        return []
    # A report that is sent back, or being corrected, was submitted all the same.
    found = (
        Organization.objects.active()
        .filter(joined_on__lte=cycle.ends_on)
        .aggregate(
            total=Count("pk"),
            done=Count(
                "pk",
                filter=Exists(
                    ReportVersion.objects.filter(
                        report__organization=OuterRef("pk"), report__cycle=cycle
                    )
                ),
            ),
        )
    )
    total, done = found["total"], found["done"]
    if done == total:
        return []
    title = f"Rapports {cycle.label}{_NBSP}: {done} déposé{french.plural(done)} sur {total}"
    why = f"Dépôt attendu le {french.long_date(cycle.report_due_on)}"
    late = cycle.report_due_on < today
    return [Task("file-earmark-text", title, why, reverse("reports:report_matrix"), "Voir", late)]
