"""What is submitted is frozen; a later version says why; nothing is created twice."""

import datetime
import hashlib
import re

import pytest
from django.core.exceptions import ValidationError

from chantier.reports import codes
from chantier.reports.acts.submitting import AlreadySubmittedError
from chantier.reports.models import AnnualReport, ReportVersion
from measures.models import Measure, Stage
from members.models import AppendOnlyError, AuditEntry
from tests.chantier.reports.conftest import AFTER, submit


def test_submitting_freezes_content_bytes_and_hash(report, version, manager):
    report.refresh_from_db()
    assert report.state == AnnualReport.State.SUBMITTED
    assert bytes(version.pdf).startswith(b"%PDF-")
    assert version.sha256 == hashlib.sha256(bytes(version.pdf)).hexdigest()
    assert (version.number, version.schema_version) == (1, 4)
    assert version.submitted_at == AFTER
    assert version.submitted_by == manager
    assert version.content["submission"] == {
        "version": 1,
        "submitted_at": "2021-06-15T16:00:00Z",
        "signatory_name": "Camille Responsable",
        "signatory_function": "Direction de l’approvisionnement",
        "statement": "",
        "reason": "",
        "verification_code": version.verification_code,
        "submitted_by": manager.full_name,
    }
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.organization) == (manager, report.organization)
    assert entry.action == "report_submit"
    assert entry.after["sha256"] == version.sha256


def test_nothing_that_happens_later_changes_a_version(year, version):
    before = ReportVersion.objects.values().get()
    year.name = "Autre nom"
    year.save()
    Stage.objects.update(name="Autre étape", short_name="Autre étape")
    Measure.objects.update(title="Autre mesure")
    year.implementations.update(result_story="Autre effet", lead="Autre personne")
    row = year.implementations.get(measure__code="M1-b")
    row.evidence.clear()
    row.delete()
    year.evidence.all().delete()
    after = ReportVersion.objects.values().get()
    assert bytes(after.pop("pdf")) == bytes(before.pop("pdf"))
    assert after == before
    assert "Autre" not in str(after["content"])
    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        version.delete()


def test_a_later_version_says_why_and_replaces_the_first(report, version, manager):
    with pytest.raises(ValidationError):
        submit(report, manager)
    with pytest.raises(ValidationError):
        submit(report, manager, reason="  ")
    later = submit(report, manager, reason="Une date était fausse.")
    assert later.number == 2
    assert later.content["submission"]["reason"] == "Une date était fausse."
    assert list(ReportVersion.objects.latest_of_each()) == [later]
    assert later.verification_code != version.verification_code


def test_the_version_that_one_saw_coming_is_created_once(report, version, manager):
    with pytest.raises(AlreadySubmittedError):
        submit(report, manager, number=1)
    with pytest.raises(AlreadySubmittedError):
        submit(report, manager, number=3, reason="Trop loin.")
    assert ReportVersion.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_a_failure_leaves_nothing_behind(report, manager, monkeypatch):
    def fail(*args: object, **options: object) -> bytes:
        raise RuntimeError("no PDF")

    monkeypatch.setattr("chantier.reports.acts.submitting.render_pdf", fail)
    with pytest.raises(RuntimeError):
        submit(report, manager)
    report.refresh_from_db()
    assert report.state == AnnualReport.State.DRAFT
    assert not ReportVersion.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_figures_are_those_of_the_day_of_submission(report, manager):
    early = datetime.datetime(2020, 12, 31, 17, tzinfo=datetime.UTC)
    version = submit(report, manager, submitted_at=early)
    assert version.content["period"]["as_of"] == "2020-12-31"
    assert version.content["summary"]["implemented_in_period"] == 1


def test_codes_are_random_and_readable():
    made = {codes.new() for _ in range(500)}
    assert len(made) == 500
    assert all(
        re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code) for code in made
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7k4m-92qx-0htv", "7K4M-92QX-0HTV"),
        (" 7K4M 92QX OHTV ", "7K4M-92QX-0HTV"),
        ("7k4m92qxohtv", "7K4M-92QX-0HTV"),
        ("iLoL-0000-0000", "1101-0000-0000"),
        ("trop court", "trop court"),
        ("UUUU-UUUU-UUUU", "UUUU-UUUU-UUUU"),
    ],
)
def test_what_people_type_is_understood(typed, code):
    assert codes.normalize(typed) == code
    assert codes.is_code(typed) == bool(re.fullmatch(r"[0-9A-TV-Z-]{14}", code))
