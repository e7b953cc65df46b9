"""The directory back in from a spreadsheet."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from benefits.exchange import directory_export
from benefits.models import DirectoryImport, SocialEnterprise
from members.models import AuditEntry, User
from tests.benefits.kept import lists
from tests.conftest import LogIn
from tests.factories import RemovalRequestFactory, SocialEnterpriseFactory
from tests.html import StrictClient

IMPORT = "/entreprises/importer/"
HEAD = "Nom;NEQ;Forme juridique;Région;Secteurs;Mission;Courriel"
NEW = (
    "Octet;1143 920 115;Organisme à but non lucratif;Montréal;"
    "Traiteur et services alimentaires, Entretien;Réemploi.;a@exemple.example"
)
ROW = "Octet;1143920115;Organisme à but non lucratif;Montréal;;Réemploi.;a@exemple.example"


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    lists()


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


def table(*rows: str, head: str = HEAD, encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile("repertoire.csv", "\n".join([head, *rows]).encode(encoding))


def send(client: StrictClient, *rows: str, **how: str) -> str:
    """The address of the preview of a table that can be applied."""
    response = client.post(IMPORT, {"table": table(*rows, **how)})
    assert response.status_code == 302, response.context["plan"]
    return str(response["Location"])


def confirm(client: StrictClient, path: str) -> Any:
    stamp = client.get(path).context["plan"].stamp
    return client.post(path, {"stamp": stamp})


def test_rows_are_previewed_then_applied_once(staff: StrictClient, facilitator: User) -> None:
    path = send(staff, ROW)
    assertContains(staff.get(path), "Ajoutée, ligne 2")
    assert not SocialEnterprise.objects.exists()
    assertRedirects(confirm(staff, path), IMPORT)
    row = SocialEnterprise.objects.get()
    assert (row.slug, row.neq, row.state) == ("octet", "1143920115", "listed")
    kept = DirectoryImport.objects.get()
    assert (kept.added_count, kept.applied_by) == (1, facilitator)
    # The second click.
    assertRedirects(staff.post(path, {"stamp": "x"}), IMPORT)
    assert SocialEnterprise.objects.count() == 1
    line = AuditEntry.objects.get(action="enterprise_import_add")
    assert line.after["contact"] == ["contact_email"]
    assert "exemple.example" not in str(line.after)


def test_the_file_goes_once_it_is_applied(
    staff: StrictClient, django_capture_on_commit_callbacks: object
) -> None:
    path = send(staff, ROW)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        confirm(staff, path)
    kept = DirectoryImport.objects.get()
    assert not kept.file
    assert len(kept.sha256) == 64


@pytest.mark.parametrize(
    "known",
    [
        {"neq": "1143920115", "name": "Un autre nom"},
        {"neq": "", "name": "OCTET inc."},
    ],
)
def test_a_row_is_known_by_its_neq_else_by_its_name(
    staff: StrictClient, known: dict[str, str]
) -> None:
    row = SocialEnterpriseFactory(**known)
    confirm(staff, send(staff, ROW))
    row.refresh_from_db()
    assert SocialEnterprise.objects.count() == 1
    assert (row.name, row.neq, row.mission) == ("Octet", "1143920115", "Réemploi.")


def test_a_row_is_known_by_its_code_whatever_its_name(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory(code="EES-77")
    confirm(staff, send(staff, "EES-77;Nouveau nom", head="Code;Nom"))
    row.refresh_from_db()
    assert row.name == "Nouveau nom"
    assert row.mission == "Offrir un service utile."


def test_a_column_that_is_absent_is_left_and_an_empty_cell_empties(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory(name="Octet", offer="Portables", certification="Label")
    confirm(staff, send(staff, "Octet;", head="Nom;Offre"))
    row.refresh_from_db()
    assert (row.offer, row.certification) == ("", "Label")


def test_the_export_read_again_changes_nothing(staff: StrictClient) -> None:
    for number in range(3):
        SocialEnterpriseFactory(
            name=f"Entreprise {number}", neq=f"114392011{number}", contact_phone="514 555-0100"
        )
    rows = directory_export.directory_rows(SocialEnterprise.objects.listed())
    content = b"".join(directory_export.chunks("xlsx", rows))
    upload = SimpleUploadedFile("repertoire.xlsx", content)
    response = staff.post(IMPORT, {"table": upload})
    assertContains(response, "3 lignes inchangées")
    assert not DirectoryImport.objects.exists()


@pytest.mark.parametrize(
    ("row", "reference", "message"),
    [
        (ROW.replace("1143920115", "12345"), "B2", "Un NEQ compte dix chiffres"),
        (ROW.replace("Montréal", "Gotham"), "D2", "n’est pas dans la liste du portail"),
        (ROW.replace("Réemploi.", ""), "F2", "Dites sa mission"),
        (ROW.replace("a@exemple.example", "pas-une-adresse"), "G2", "courriel"),
        (NEW, "E2", "n’est pas dans la liste du portail"),
        ("X" * 201 + ROW[5:], "A2", "200"),
    ],
)
def test_an_error_is_told_by_its_cell_and_nothing_is_kept(
    staff: StrictClient, row: str, reference: str, message: str
) -> None:
    response = staff.post(IMPORT, {"table": table(row)})
    assertContains(response, reference)
    assertContains(response, message)
    assert not DirectoryImport.objects.exists()


def test_one_wrong_row_stops_them_all(staff: StrictClient) -> None:
    wrong = "Autre;99;Organisme à but non lucratif;Montréal;;Aider.;"
    response = staff.post(IMPORT, {"table": table(ROW, wrong)})
    assertContains(response, "1 case à corriger")
    assert not SocialEnterprise.objects.exists()


def test_an_enterprise_stands_on_one_row(staff: StrictClient) -> None:
    response = staff.post(IMPORT, {"table": table(ROW, ROW)})
    assertContains(response, "La ligne 2 porte déjà cette entreprise")


def test_a_name_that_two_have_asks_for_the_neq(staff: StrictClient) -> None:
    SocialEnterpriseFactory(name="Octet")
    SocialEnterpriseFactory(name="Octet inc.")
    response = staff.post(IMPORT, {"table": table("Octet;Portables", head="Nom;Offre")})
    assertContains(response, "2 EÉS du répertoire portent ce nom")


def test_the_code_of_nobody_and_the_neq_of_another_are_refused(staff: StrictClient) -> None:
    SocialEnterpriseFactory(code="EES-1", name="Une")
    SocialEnterpriseFactory(name="Deux", neq="1143920115")
    rows = ("EES-9;Neuf;", "EES-1;Une;1143920115")
    response = staff.post(IMPORT, {"table": table(*rows, head="Code;Nom;NEQ")})
    assertContains(response, "Ce code n’est celui d’aucune EÉS")
    assertContains(response, "Ce NEQ est déjà celui d’une autre EÉS")


def test_what_changed_since_the_preview_is_shown_again(staff: StrictClient) -> None:
    row = SocialEnterpriseFactory(name="Octet")
    path = send(staff, ROW)
    stamp = staff.get(path).context["plan"].stamp
    SocialEnterprise.objects.filter(pk=row.pk).update(mission="Entre-temps.")
    response = staff.post(path, {"stamp": stamp})
    assertContains(response, "Le répertoire a changé pendant l’aperçu", status_code=409)
    row.refresh_from_db()
    assert row.mission == "Entre-temps."
    assert DirectoryImport.objects.get().applied_at is None


def test_what_a_person_had_taken_out_stays_out(staff: StrictClient, facilitator: User) -> None:
    row = SocialEnterpriseFactory(name="Octet")
    RemovalRequestFactory(
        enterprise=row,
        state="done",
        message="",
        answered_by=facilitator,
        answered_at=timezone.now(),
    )
    path = send(staff, ROW)
    assertContains(staff.get(path), "retirées à la demande de la personne")
    confirm(staff, path)
    row.refresh_from_db()
    assert (row.contact_email, row.mission) == ("", "Réemploi.")


def test_a_conclusion_without_its_evidence_is_refused(staff: StrictClient) -> None:
    SocialEnterpriseFactory(name="Octet")
    head = "Nom;Mission;Admissibilité (art. 3)"
    response = staff.post(IMPORT, {"table": table("Octet;Réemploi.;Confirmée", head=head)})
    assertContains(response, "les sept critères de l’article 3 doivent être")
    assertContains(response, "Donnez la date de l’examen")
    assertContains(response, "Dites sur quoi repose l’examen")
    assert SocialEnterprise.objects.get().eligibility == "a-verifier"


def test_a_table_of_excel_in_french_is_read(staff: StrictClient) -> None:
    confirm(staff, send(staff, ROW, encoding="cp1252"))
    assert SocialEnterprise.objects.get().mission == "Réemploi."


def test_the_queries_of_a_preview_do_not_grow(
    staff: StrictClient, django_assert_max_num_queries: object
) -> None:
    rows = [f"Entreprise {n};;Organisme à but non lucratif;Montréal;;Aider.;" for n in range(40)]
    for number in range(0, 40, 2):
        SocialEnterpriseFactory(name=f"Entreprise {number}")
    path = send(staff, *rows)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        staff.get(path)


def test_members_import_nothing(log_in_as: LogIn, manager: User) -> None:
    assert log_in_as(manager).post(IMPORT, {"table": table(ROW)}).status_code == 403
    assert not DirectoryImport.objects.exists()
