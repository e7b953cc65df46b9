"""From draft to accepted: each step from where it starts, and from nowhere else."""

import datetime

import pytest

from chantier.reports.acts import approving
from chantier.reports.acts.approving import StepError
from chantier.reports.models import AnnualReport, ReportComment, ReportEvent
from tests.factories import ReportCommentFactory, ReportVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return ReportVersionFactory(content={})


def state(report):
    return AnnualReport.objects.get(pk=report.pk).state


def put(report, state):
    AnnualReport.objects.filter(pk=report.pk).update(state=state)


def test_the_whole_way(version, manager, coordinator):
    report = version.report
    put(report, "draft")
    approving.say_ready(report=report, by=manager)
    assert state(report) == "to_approve"
    approving.withdraw(report=report, by=manager)
    assert state(report) == "draft"
    put(report, "submitted")
    approving.send_back(
        version=version, comments={"achats": "Quelle source?", "clauses": " "}, by=coordinator
    )
    assert state(report) == "sent_back"
    approving.say_ready(report=report, by=manager)
    put(report, "submitted")
    approving.accept(version=version, by=coordinator)
    assert state(report) == "accepted"
    approving.reopen(report=report, note="Un montant.", by=manager)
    assert state(report) == "draft"
    kinds = ReportEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["ready", "withdrawn", "sent_back", "ready", "accepted", "reopened"]


@pytest.mark.parametrize(
    ("step", "refused"),
    [
        (approving.say_ready, ["to_approve", "submitted", "accepted"]),
        (approving.withdraw, ["draft", "submitted", "sent_back", "accepted"]),
        (approving.reopen, ["draft", "to_approve", "sent_back"]),
    ],
)
def test_a_step_from_elsewhere_changes_nothing(version, manager, step, refused):
    for start in refused:
        put(version.report, start)
        with pytest.raises(StepError):
            step(report=version.report, by=manager)
        assert state(version.report) == start
    assert not ReportEvent.objects.exists()


@pytest.mark.parametrize("start", ["draft", "to_approve", "sent_back", "accepted"])
def test_only_what_is_submitted_is_accepted_or_sent_back(version, coordinator, start):
    put(version.report, start)
    with pytest.raises(StepError):
        approving.accept(version=version, by=coordinator)
    with pytest.raises(StepError):
        approving.send_back(version=version, comments={"achats": "Quoi?"}, by=coordinator)
    assert not ReportComment.objects.exists()


def test_a_version_that_is_superseded_is_no_longer_judged(version, coordinator):
    ReportVersionFactory(report=version.report, number=2, content={})
    with pytest.raises(StepError):
        approving.accept(version=version, by=coordinator)
    assert state(version.report) == "submitted"


@pytest.mark.parametrize("comments", [{}, {"achats": "  "}, {"inconnue": "Quoi?"}])
def test_sending_back_says_what_is_to_correct(version, coordinator, comments):
    with pytest.raises(ValueError, match="correct"):
        approving.send_back(version=version, comments=comments, by=coordinator)
    assert state(version.report) == "submitted"


def test_comments_keep_their_version_and_are_settled(version, manager, coordinator):
    approving.send_back(version=version, comments={"achats": "Quelle source?"}, by=coordinator)
    comment = ReportComment.objects.get()
    assert (comment.version, comment.section, comment.author) == (version, "achats", coordinator)
    approving.settle(comment=comment, is_settled=True, by=manager)
    comment.refresh_from_db()
    assert comment.settled_by == manager
    approving.settle(comment=comment, is_settled=False, by=manager)
    comment.refresh_from_db()
    assert (comment.settled_at, comment.settled_by) == (None, None)


def test_a_later_day_is_noted_with_its_reason(version, coordinator):
    day = datetime.date(2021, 12, 1)
    later = {"report": version.report, "due_on": day, "instead_of": None, "by": coordinator}
    approving.postpone(**later, note="Un congé.")
    with pytest.raises(StepError):
        approving.postpone(**later, note="Un congé.")
    version.report.refresh_from_db()
    assert version.report.due_on == day
    assert ReportEvent.objects.get().note == "Un congé."


def test_a_comment_without_words_is_refused_by_the_database(version):
    with pytest.raises(Exception, match="reportcomment_says_something"):
        ReportCommentFactory(version=version, text="")
