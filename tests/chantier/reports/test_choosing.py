"""Cases are chosen by several people at once: all choices stand, of what may be told."""

import threading

import pytest
from django.db import connection

from chantier.reports.acts.cases import Choice, choose_cases
from chantier.reports.acts.texts import LockedReportError
from chantier.reports.models import AnnualReport, ReportCase
from chantier.reports.picks import keys_of, pick_of, read_picks
from members.models import AuditEntry
from tests.chantier.reports.told import record, story
from tests.factories import AnnualReportFactory

NOTHING: frozenset[str] = frozenset()


@pytest.fixture
def draft(organization, cycle):
    return AnnualReportFactory(organization=organization, cycle=cycle)


@pytest.fixture
def picks(organization):
    """Two records and a story, as the page names them."""
    rows = [record(organization), record(organization)]
    return [*(f"mesure-{row.pk}" for row in rows), f"temoignage-{story(organization).pk}"]


def chosen(report):
    return [pick_of(row) for row in ReportCase.objects.filter(report=report).order_by("pk")]


def choose(report, by, *, seen=(), ticked=()):
    return choose_cases(report=report, seen=frozenset(seen), ticked=frozenset(ticked), by=by)


def test_what_is_ticked_is_chosen_and_noted(draft, picks, contributor):
    assert choose(draft, contributor, ticked=picks) == Choice(added=3, removed=0, refused=0)
    assert chosen(draft) == picks
    assert {row.chosen_by for row in draft.cases.all()} == {contributor}
    entry = AuditEntry.objects.get(action="report_cases")
    assert (entry.actor, entry.organization) == (contributor, draft.organization)
    assert (entry.before, entry.after) == ({"cases": []}, {"cases": picks})


def test_a_second_click_changes_and_notes_nothing(draft, picks, contributor):
    choose(draft, contributor, ticked=picks[:2])
    for _ in range(2):
        choose(draft, contributor, seen=picks[:2], ticked=picks[1:])
    assert chosen(draft) == picks[1:]
    assert AuditEntry.objects.filter(action="report_cases").count() == 2


def test_two_people_at_once_both_have_their_choice(draft, picks, contributor, manager):
    choose(draft, contributor, ticked=picks[:1])
    # Both read the page with the first one ticked.
    choose(draft, contributor, seen=picks[:1], ticked=picks[:2])
    choose(draft, manager, seen=picks[:1], ticked=picks[2:])
    assert chosen(draft) == picks[1:]


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_moment_choose_each_case_once(draft, picks, contributor, manager):
    start, told = threading.Barrier(2), []

    def save(by, ticked):
        try:
            start.wait()
            told.append(choose(draft, by, ticked=ticked).added)
        finally:
            connection.close()

    asked = ((contributor, picks[:2]), (manager, picks[1:]))
    threads = [threading.Thread(target=save, args=args) for args in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [1, 2]
    assert sorted(chosen(draft)) == sorted(picks)


def test_what_may_not_be_told_is_refused(draft, organization, contributor):
    kept = record(organization, sharing="private")
    unsaid = record(organization, result_story="")
    other = record()
    silent = story(organization, consent="none", consent_at=None, consent_by=None)
    wanted = [f"mesure-{row.pk}" for row in (kept, unsaid, other)]
    choice = choose(draft, contributor, ticked=[*wanted, f"temoignage-{silent.pk}"])
    assert choice == Choice(added=0, removed=0, refused=4)
    assert chosen(draft) == []
    assert not AuditEntry.objects.filter(action="report_cases").exists()


def test_what_may_no_longer_be_told_is_taken_out(draft, picks, contributor):
    choose(draft, contributor, ticked=picks)
    draft.cases.get(observation=keys_of(picks, "temoignage")[0]).observation.delete()
    row = draft.cases.first().implementation
    row.sharing = "private"
    row.save()
    choice = choose(draft, contributor, seen=picks, ticked=picks[1:2])
    assert (choice.removed, chosen(draft)) == (1, picks[1:2])


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_submitted_report_keeps_its_cases(draft, picks, contributor, state):
    choose(draft, contributor, ticked=picks[:1])
    AnnualReport.objects.filter(pk=draft.pk).update(state=state)
    for ticked in (picks, []):
        with pytest.raises(LockedReportError):
            choose(draft, contributor, seen=picks[:1], ticked=ticked)
    # The same click as before the submission asks for nothing.
    choose(draft, contributor, ticked=picks[:1])
    assert chosen(draft) == picks[:1]


def test_the_chantier_chooses_nothing(contributor):
    with pytest.raises(ValueError, match="organizations"):
        choose(AnnualReportFactory(of_chantier=True), contributor)


def test_only_names_are_read():
    sent = [
        "mesure-1",
        "temoignage-2",
        "mesure-",
        "mesure-1 or 1=1",
        "x-3",
        "mesure-1234567890",
        "",
    ]
    assert read_picks(sent) == {"mesure-1", "temoignage-2"}
    assert read_picks(["mesure-٣"]) == NOTHING
    assert len(read_picks(f"mesure-{number}" for number in range(1000))) == 500
