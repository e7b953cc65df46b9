"""What the archive of a cycle holds: the frozen reports, and the evidence that may be shared."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from django.utils import timezone

from chantier.reports.acts.batch_steps import erase_old
from chantier.reports.archive import together
from chantier.reports.archive.evidence import shared_evidence
from chantier.reports.exchange.plain import csv_bytes, json_bytes
from measures.models import Evidence, Implementation
from members.models import Organization
from tests.chantier.reports.batch import asked, manifest, opened, states
from tests.factories import (
    AnnualReportFactory,
    EvidenceFactory,
    MembershipFactory,
    OrganizationFactory,
    ReportEventFactory,
    ReportTextFactory,
    ReportVersionFactory,
)

pytestmark = pytest.mark.django_db
OURS = "organisations/organisation-a"
REPORT = f"{OURS}/rapport-organisation-a-2020-2021-version-1"


@pytest.fixture
def version(report):
    """What the organization submitted; how its PDF looks is tested elsewhere."""
    report.state = "submitted"
    report.save()
    return ReportVersionFactory(report=report)


def submit(organization, cycle):
    report = AnnualReportFactory(organization=organization, cycle=cycle, submitted=True)
    return ReportVersionFactory(report=report)


@pytest.fixture
def files(year):
    """The pieces of the year as files: shared, of two records, private, betraying, of before."""
    for number, piece in enumerate(Evidence.objects.order_by("pk")):
        content = f"contenu {piece.title}".encode()
        made = EvidenceFactory(organization=year, is_file=True, content=content)
        fields = ("kind", "file", "sha256", "size", "content_type")
        values = {name: getattr(made, name) for name in fields}
        made.delete()
        name = f"{piece.title} {number}.txt"
        Evidence.objects.filter(pk=piece.pk).update(url="", file_name=name, **values)
    return year


def names(batch):
    with opened(batch) as archive:
        return archive.namelist()


def pieces(batch):
    return sorted(name.rpartition("/")[2] for name in names(batch) if "/preuves/" in name)


def left_out(batch):
    return [(row["title"], row["reason"]) for row in manifest(batch)["left_out"]]


def test_each_report_is_there_in_all_its_forms_with_its_frozen_pdf(version, cycle, coordinator):
    batch = asked(cycle, coordinator)
    assert batch.state == "done"
    assert batch.packed == 1
    with opened(batch) as archive:
        made = [name for name in archive.namelist() if name.startswith(REPORT)]
        assert sorted(made) == [f"{REPORT}.{end}" for end in ("csv", "docx", "json", "pdf", "xlsx")]
        assert archive.read(f"{REPORT}.pdf") == bytes(version.pdf)
        assert archive.read(f"{REPORT}.json") == json_bytes(version.content)
        assert archive.read(f"{REPORT}.csv") == csv_bytes(version.content)
        sheets = openpyxl.load_workbook(io.BytesIO(archive.read(f"{REPORT}.xlsx"))).sheetnames
        assert sheets[0] == "Rapport"


def test_only_the_version_in_force_is_there(version, report, cycle, coordinator):
    ReportVersionFactory(report=report, number=2)
    made = names(asked(cycle, coordinator))
    assert any("version-2.pdf" in name for name in made)
    assert not any("version-1" in name for name in made)


def test_a_draft_is_not_there_nor_what_it_says(version, cycle, other_organization, coordinator):
    draft = AnnualReportFactory(organization=other_organization, cycle=cycle)
    ReportTextFactory(report=draft, text="Rien de public encore.")
    ReportTextFactory(report=version.report, text="Écrit depuis le dépôt.")
    batch = asked(cycle, coordinator)
    with opened(batch) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
    assert not any("organisation-b" in name for name in data)
    for text in ("Rien de public encore.", "Écrit depuis le dépôt."):
        assert not any(text.encode() in each for each in data.values())


def test_the_report_of_the_chantier_is_there_too(version, cycle, coordinator):
    submit(None, cycle)
    made = names(asked(cycle, coordinator))
    assert "chantier/rapport-chantier-2020-2021-version-1.pdf" in made
    assert f"{REPORT}.pdf" in made


def test_an_organization_named_like_a_folder_of_ours_or_of_windows(cycle, coordinator):
    for slug in ("chantier", "con"):
        submit(OrganizationFactory(slug=slug), cycle)
    made = {name.rpartition("/")[0] for name in names(asked(cycle, coordinator))}
    assert {"organisations/chantier", "organisations/_con"} <= made


class TestEvidence:
    def test_what_the_organization_shares_of_what_it_describes(
        self, files, version, cycle, coordinator
    ):
        batch = asked(cycle, coordinator)
        # Not the private one, nor the one of a private record.
        assert pieces(batch) == [
            "Déclaration signée 0.txt",
            "Tableau des dépenses 1.txt",
            "Vieille preuve 4.txt",
        ]
        with opened(batch) as archive:
            path = f"{OURS}/preuves/Déclaration signée 0.txt"
            assert archive.read(path) == "contenu Déclaration signée".encode()
        assert "Note interne" not in json.dumps(manifest(batch), ensure_ascii=False)
        assert "trahit" not in json.dumps(manifest(batch), ensure_ascii=False)

    @pytest.mark.parametrize("what", ["piece", "record"])
    def test_what_was_closed_since_the_submission_stays_there(
        self, what, files, version, cycle, coordinator
    ):
        if what == "piece":
            Evidence.objects.filter(title="Déclaration signée").update(sharing="private")
        else:
            Implementation.objects.filter(evidence__title="Déclaration signée").update(
                sharing="private"
            )
        batch = asked(cycle, coordinator)
        assert pieces(batch) == ["Tableau des dépenses 1.txt", "Vieille preuve 4.txt"]
        assert "Déclaration" not in json.dumps(manifest(batch), ensure_ascii=False)

    def test_its_queries_do_not_grow_with_the_pieces(
        self, files, version, cycle, coordinator, django_assert_num_queries
    ):
        content = version.content
        record = Implementation.objects.get(evidence__title="Déclaration signée")
        for number in range(5):
            piece = EvidenceFactory(organization=files, is_file=True, content=b"%d" % number)
            record.evidence.add(piece)
        with django_assert_num_queries(1):
            assert len([piece.file.name for piece in shared_evidence(files, content)]) == 8

    def test_an_organization_that_left_keeps_all_of_it(self, files, version, cycle, coordinator):
        files.is_active = False
        files.save()
        batch = asked(cycle, coordinator)
        assert pieces(batch) == []
        assert f"{REPORT}.pdf" in names(batch)

    def test_a_coordinator_who_works_there_gets_no_more(self, files, version, cycle, coordinator):
        MembershipFactory(user=coordinator, organization=files, role="manager")
        assert "Note interne 2.txt" not in pieces(asked(cycle, coordinator))

    def test_a_missing_file_and_a_damaged_one_are_told_and_stop_nothing(
        self, files, version, cycle, coordinator, private_files
    ):
        gone = Evidence.objects.get(title="Déclaration signée")
        (private_files / gone.file.name).unlink()
        spoiled = Evidence.objects.get(title="Tableau des dépenses")
        (private_files / spoiled.file.name).write_bytes(b"autre chose")
        batch = asked(cycle, coordinator)
        assert (batch.state, pieces(batch)) == ("done", ["Vieille preuve 4.txt"])
        assert left_out(batch) == [
            ("Déclaration signée", "Le fichier manque sur le serveur."),
            ("Tableau des dépenses", "Le fichier gardé ne correspond plus à son empreinte."),
        ]

    @pytest.mark.parametrize("close", ["the piece", "its record", "the organization", "for good"])
    def test_what_is_closed_afterwards_takes_the_archive_with_it(
        self, close, files, version, cycle, coordinator, private_files
    ):
        batch = asked(cycle, coordinator)
        now = timezone.now()
        erase_old(now)
        assert (private_files / batch.archive).exists()
        piece = Evidence.objects.filter(pk__in=batch.evidence_keys).order_by("pk").first()
        match close:
            case "the piece":
                Evidence.objects.filter(pk=piece.pk).update(sharing="private")
            case "its record":
                piece.implementations.update(sharing="private")
            case "the organization":
                Organization.objects.filter(pk=files.pk).update(is_active=False)
            case "for good":
                Evidence.objects.filter(pk=piece.pk).delete()
        erase_old(now)
        assert not (private_files / batch.archive).exists()
        batch.refresh_from_db()
        assert batch.erased_at == now
        assert "n’est plus partagée" in batch.problem

    def test_links_are_listed_not_followed(self, version, cycle, coordinator):
        batch = asked(cycle, coordinator)
        assert pieces(batch) == ["liens.txt"]
        with opened(batch) as archive:
            text = archive.read(f"{OURS}/preuves/liens.txt").decode()
        address = Evidence.objects.get(title="Déclaration signée").url
        assert f"Déclaration signée\n{address}\n" in text
        assert "Note interne" not in text
        assert "trahit" not in text

    def test_two_files_of_one_name_and_a_hostile_one(self, files, version, cycle, coordinator):
        Evidence.objects.filter(title="Déclaration signée").update(file_name="a.txt")
        Evidence.objects.filter(title="Tableau des dépenses").update(file_name="A.txt")
        Evidence.objects.filter(title="Vieille preuve").update(sharing="private")
        assert pieces(asked(cycle, coordinator)) == ["A (2).txt", "a.txt"]
        Evidence.objects.filter(title="Tableau des dépenses").update(file_name="..\\..\\a:b?.txt")
        assert pieces(asked(cycle, coordinator)) == ["-..-a-b-.txt", "a.txt"]


class TestManifest:
    def test_the_sums_are_right_for_the_program_that_checks_them(
        self, files, version, cycle, coordinator, tmp_path
    ):
        batch = asked(cycle, coordinator)
        with opened(batch) as archive:
            archive.extractall(tmp_path / "sortie")
            listed = len(archive.namelist())
        checked = subprocess.run(
            [shutil.which("sha256sum"), "-c", "--strict", "SHA256SUMS"],
            cwd=tmp_path / "sortie",
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stderr
        assert checked.stdout.count(": OK") + checked.stdout.count(": Réussi") == listed - 1
        assert "preuves/Déclaration signée 0.txt" in checked.stdout

    def test_it_says_what_is_there_by_whom_and_of_which_version(
        self, files, version, cycle, coordinator
    ):
        coordinator.job_title = ""
        coordinator.save()
        batch = asked(cycle, coordinator)
        told = manifest(batch)
        assert (told["schema"], told["cycle"], told["made_by"]) == (1, "2020-2021", "coordination")
        assert (told["reports_submitted"], told["reports_expected"]) == (1, 1)
        assert coordinator.email not in json.dumps(told)
        assert coordinator.full_name not in json.dumps(told, ensure_ascii=False)
        by_path = {row["path"]: row for row in told["files"]}
        pdf = by_path[f"{REPORT}.pdf"]
        assert pdf == {
            "path": f"{REPORT}.pdf",
            "size": len(version.pdf),
            "sha256": version.sha256,
            "kind": "pdf",
            "organization": "Organisation A",
            "report_version": 1,
            "report_state": "déposé",
            "verification_code": version.verification_code,
        }
        piece = by_path[f"{OURS}/preuves/Déclaration signée 0.txt"]
        assert (piece["kind"], piece["title"]) == ("evidence", "Déclaration signée")
        with opened(batch) as archive:
            others = set(archive.namelist()) - set(by_path)
            assert others == {"manifeste.json", "SHA256SUMS"}
            for path, row in by_path.items():
                data = archive.read(path)
                assert (len(data), hashlib.sha256(data).hexdigest()) == (row["size"], row["sha256"])

    @pytest.mark.parametrize(
        ("kinds", "told"),
        [
            (["accepted", "reopened"], "accepté"),
            (["accepted", "sent_back"], "retourné pour correction"),
        ],
    )
    def test_the_state_is_what_was_said_of_this_version_not_of_the_next_draft(
        self, kinds, told, version, report, cycle, coordinator
    ):
        for kind in kinds:
            ReportEventFactory(report=report, version=version, kind=kind)
        type(report).objects.update(state="draft")
        rows = [row for row in manifest(asked(cycle, coordinator))["files"] if row["kind"] == "pdf"]
        assert [row["report_state"] for row in rows] == [told]

    def test_an_organization_is_called_as_in_its_report(self, version, cycle, coordinator):
        owner = version.content["owner"]
        type(version.report.organization).objects.update(name="Nom tout neuf")
        batch = asked(cycle, coordinator)
        told = {row.get("organization", owner) for row in manifest(batch)["files"]}
        assert told == {owner}
        with opened(batch) as archive:
            table = archive.read("ensemble/chiffres-2020-2021.csv").decode()
        assert owner in table
        assert "Nom tout neuf" not in table

    def test_no_path_is_too_long_for_windows(self, files, version, cycle, coordinator):
        long = "o" * 80
        type(files).objects.filter(pk=files.pk).update(slug=long)
        Evidence.objects.update(file_name="É" * 190 + ".txt")
        made = names(asked(cycle, coordinator))
        assert max(map(len, made)) <= 180
        assert any("/preuves/" in name and name.endswith("(2).txt") for name in made)

    def test_the_page_to_read_tells_what_is_missing(
        self, files, version, cycle, coordinator, private_files
    ):
        gone = Evidence.objects.get(title="Déclaration signée")
        (private_files / gone.file.name).unlink()
        with opened(asked(cycle, coordinator)) as archive:
            text = archive.read("LISEZ-MOI.txt").decode()
        assert "Rapports annuels 2020-2021" in text
        assert "1 organisation sur 1" in text
        assert "2 fichiers" in text
        assert "- Organisation A, Déclaration signée\u00a0: Le fichier manque" in text
        assert "{" not in text
        assert " :" not in text

    def test_the_hash_of_the_archive_is_that_of_its_bytes(
        self, version, cycle, coordinator, private_files
    ):
        batch = asked(cycle, coordinator)
        data = (private_files / batch.archive).read_bytes()
        assert (batch.size, batch.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


class TestTogether:
    def rows(self, batch):
        with opened(batch) as archive:
            text = archive.read("ensemble/chiffres-2020-2021.csv").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    def test_a_row_for_each_organization_and_figure(
        self, version, cycle, other_organization, coordinator
    ):
        submit(other_organization, cycle)
        batch = asked(cycle, coordinator)
        rows = self.rows(batch)
        totals = {
            row["Organisation"]: row["Valeur"]
            for row in rows
            if (row["Section"], row["Ligne"], row["Chiffre"])
            == ("Avancement par étape", "Total", "Applicables")
        }
        assert totals == {"Organisation A": "10", "Organisation B": "10"}
        with opened(batch) as archive:
            data = archive.read("ensemble/chiffres-2020-2021.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(data))["Chiffres"]
        assert sheet.max_row == len(rows) + 1
        assert {type(row[5]) for row in sheet.iter_rows(2, values_only=True)} <= {
            int,
            float,
            type(None),
        }

    def test_more_rows_than_a_sheet_holds_go_on_in_another_workbook(
        self, version, cycle, coordinator, monkeypatch
    ):
        monkeypatch.setattr(together, "MOST_ROWS", 20)
        batch = asked(cycle, coordinator)
        made = [name for name in names(batch) if name.endswith(".xlsx") and "ensemble" in name]
        rows = 0
        with opened(batch) as archive:
            for name in made:
                book = openpyxl.load_workbook(io.BytesIO(archive.read(name)))
                rows += book["Chiffres"].max_row - 1
        assert len(made) > 2
        assert rows == len(self.rows(batch))


def test_a_report_whose_bytes_changed_is_told_and_the_others_are_there(
    report, cycle, other_organization, coordinator
):
    ReportVersionFactory(report=report, sha256="0" * 64)
    submit(other_organization, cycle)
    batch = asked(cycle, coordinator)
    assert (batch.state, states(batch)) == ("done", ["failed", "done"])
    told = [row for row in manifest(batch)["left_out"] if row["kind"] == "report"]
    assert [(row["organization"], row["reason"]) for row in told] == [
        ("Organisation A", "Le PDF gardé ne correspond plus à son empreinte.")
    ]
    assert not any(name.startswith(OURS + "/") for name in names(batch))
