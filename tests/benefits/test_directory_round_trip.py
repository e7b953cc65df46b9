"""The directory out to a spreadsheet and back: nothing is lost, nothing is half done."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains, assertRedirects

from benefits.actions import directory_imports as imports
from benefits.exchange import directory_export
from benefits.exchange.columns import CRITERIA
from benefits.models import (
    Criterion,
    DirectoryImport,
    DirectoryImportRow,
    EligibilityReview,
    SocialEnterprise,
)
from members.models import AuditEntry, Term, User
from tests.benefits.kept import lists
from tests.conftest import LogIn
from tests.factories import EligibilityReviewFactory, SocialEnterpriseFactory
from tests.html import StrictClient

IMPORT = "/entreprises/importer/"
REVIEWED = (
    "Nom;Admissibilité (art. 3);Examinée le;Critères démontrés;Preuve de l’admissibilité;"
    "Adresse de la preuve"
)
ALL_SEVEN = "; ".join(CRITERIA.values())
KINDS = pytest.mark.parametrize("kind", ["xlsx", "csv"])


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    lists()


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "STEP", 2)


def exported(kind: str) -> bytes:
    rows = directory_export.directory_rows(SocialEnterprise.objects.listed().order_by("sort_name"))
    return b"".join(directory_export.chunks(kind, rows))


def cells(content: bytes) -> list[list[str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=";"))


def sent(content: bytes | str, kind: str = "csv") -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    return {"table": SimpleUploadedFile(f"repertoire.{kind}", data)}


def preview(client: StrictClient, content: bytes | str) -> str:
    response = client.post(IMPORT, sent(content))
    assert response.status_code == 302, response.context["plan"] or response.context["form"].errors
    return str(response["Location"])


def confirm(client: StrictClient, path: str) -> Any:
    return client.post(path, {"stamp": client.get(path).context["plan"].stamp})


def full_directory() -> SocialEnterprise:
    row = SocialEnterpriseFactory(
        name="=Octet",
        neq="1143920115",
        legal_form=Term.objects.get(code="legal_form:obnl"),
        region=Term.objects.get(code="region:06"),
        offer="Portables\nÉcrans; claviers",
        website="https://octet.example/",
        contact_email="a@octet.example",
        contact_phone="+1 514 555-0100",
        eligibility="confirmee",
        eligibility_on="2016-03-01",
    )
    row.sectors.set(Term.objects.filter(vocabulary="sector"))
    row.served_regions.set(Term.objects.filter(code="region:04"))
    row.note_reach()
    EligibilityReviewFactory(
        enterprise=row,
        state="confirmee",
        examined_on="2016-03-01",
        criteria=Criterion.values,
        evidence="Lettres patentes; statuts",
        source_url="https://octet.example/statuts",
    )
    SocialEnterpriseFactory(name="Jamais examinée", legal_form=row.legal_form, region=row.region)
    return row


@KINDS
def test_an_export_read_again_changes_nothing(staff: StrictClient, kind: str) -> None:
    full_directory()
    response = staff.post(IMPORT, sent(exported(kind), kind))
    assertContains(response, "2 lignes inchangées")
    assert not DirectoryImport.objects.exists()
    assert EligibilityReview.objects.count() == 1


def test_an_export_fills_an_empty_directory_with_all_that_it_says(staff: StrictClient) -> None:
    row = full_directory()
    before = cells(exported("csv"))
    EligibilityReview.objects.filter(enterprise=row)._raw_delete("default")
    SocialEnterprise.objects.all().delete()
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([before[0], *(["", *one[1:]] for one in before[1:])])
    assertRedirects(confirm(staff, preview(staff, text.getvalue())), IMPORT)
    after = cells(exported("csv"))
    assert [one[1:] for one in after] == [one[1:] for one in before]
    assert SocialEnterprise.objects.get(neq="1143920115").reach == " 04 06 "
    assert list(staff.get("/entreprises/?q=claviers").context["lines"])


@KINDS
def test_the_model_has_the_heads_of_the_export_and_a_row_that_is_left_out(
    staff: StrictClient, kind: str
) -> None:
    model = staff.get(f"/entreprises/importer/modele/{kind}/")
    content = model.getvalue()
    response = staff.post(IMPORT, sent(content, kind))
    assertContains(response, "Aucune ligne ne suit les titres")
    if kind == "csv":
        rows = cells(content)
        assert rows[0] == cells(exported("csv"))[0]
        assert len(rows) == 2
        # Typed over, and its code left there: told, never dropped without a word.
        rows[1][1] = "Octet"
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        assertContains(staff.post(IMPORT, sent(text.getvalue())), "Ce code n’est celui d’aucune")


def test_the_example_row_stands_under_no_rule_but_its_own(staff: StrictClient) -> None:
    content = staff.get("/entreprises/importer/modele/csv/").getvalue()
    rows = cells(content)
    rows[1][0], rows[1][1] = "", "Octet"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    # What the example shows can be imported as it is written.
    confirm(staff, preview(staff, text.getvalue()))
    assert SocialEnterprise.objects.get().eligibility == "zone-grise"


def test_no_other_model(staff: StrictClient) -> None:
    assert staff.get("/entreprises/importer/modele/ods/").status_code == 404


def test_a_new_examination_is_noted_beside_the_old_ones(
    staff: StrictClient, facilitator: User
) -> None:
    row = full_directory()
    said = f'=Octet;Zone grise;2020-05-01;"{ALL_SEVEN}";Nouveaux statuts;'
    confirm(staff, preview(staff, f"{REVIEWED}\n{said}"))
    row.refresh_from_db()
    assert (row.eligibility, str(row.eligibility_on)) == ("zone-grise", "2020-05-01")
    newest = row.reviews.order_by("-examined_on")[0]
    assert (newest.evidence, newest.source_url, newest.by) == ("Nouveaux statuts", "", facilitator)
    assert sorted(newest.criteria) == sorted(Criterion.values)
    assert row.reviews.count() == 2
    line = AuditEntry.objects.get(action="enterprise_examine")
    assert line.before == {"eligibility": "confirmee", "eligibility_on": "2016-03-01"}
    assert not AuditEntry.objects.filter(action="enterprise_import_change").exists()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("Zone grise;2015-01-01;But;Lu;", "un examen plus récent"),
        ("Zone grise;2999-01-01;But;Lu;", "pas encore eu lieu"),
        ("Zone grise;mars;But;Lu;", "Écrivez-la ainsi"),
        ("Peut-être;2020-01-01;But;Lu;", "n’est pas un choix"),
        ("Zone grise;2020-01-01;Charme;Lu;", "n’est pas un choix"),
        ("Zone grise;2020-01-01;But;;", "Dites sur quoi repose"),
        ("Confirmée;2020-01-01;But;Lu;", "les sept critères"),
    ],
)
def test_an_examination_that_says_too_little_stops_its_row(
    staff: StrictClient, said: str, message: str
) -> None:
    full_directory()
    assertContains(staff.post(IMPORT, sent(f"{REVIEWED}\n=Octet;{said}")), message)
    assert EligibilityReview.objects.count() == 1


def test_emptied_columns_of_an_examination_leave_it(staff: StrictClient) -> None:
    full_directory()
    assertContains(staff.post(IMPORT, sent(f"{REVIEWED}\n=Octet;;;;;")), "1 ligne inchangée")


HEAD = "Nom;NEQ;Forme juridique;Région;Mission"


def rows_of(*names: str) -> str:
    lines = [f"{name};;Organisme à but non lucratif;Montréal;Aider." for name in names]
    return "\n".join([HEAD, *lines])


@pytest.mark.usefixtures("two_at_a_time")
def test_a_long_table_is_compared_step_by_step(staff: StrictClient) -> None:
    path = preview(staff, rows_of("Un", "Deux", "Trois", "Quatre", "Cinq"))
    assertContains(staff.get(path), "2 lignes sur 5")
    # Nothing can be confirmed before its end.
    assertContains(staff.post(path, {"stamp": "x"}), "2 lignes sur 5")
    progress = staff.post(f"{path}lire/", headers={"HX-Request": "true"})
    assertContains(progress, "4 lignes sur 5")
    last = staff.post(f"{path}lire/", headers={"HX-Request": "true"})
    assert last["HX-Redirect"] == path
    # A step too many changes nothing.
    assertRedirects(staff.post(f"{path}lire/"), path)
    confirm(staff, path)
    assert SocialEnterprise.objects.count() == 5
    assert not DirectoryImportRow.objects.exists()


@pytest.mark.usefixtures("two_at_a_time")
def test_two_rows_of_two_steps_are_told_when_they_are_one(staff: StrictClient) -> None:
    path = preview(staff, rows_of("Un", "Deux", "Trois", "Un inc."))
    staff.post(f"{path}lire/")
    response = staff.get(path)
    assertContains(response, "La ligne 2 porte déjà cette entreprise")
    stamp = response.context["plan"].stamp
    # Refused, and compared anew from its first row.
    assertRedirects(staff.post(path, {"stamp": stamp}), path)
    assert not SocialEnterprise.objects.exists()


def test_two_rows_that_bring_one_neq_are_told(staff: StrictClient) -> None:
    SocialEnterpriseFactory(code="EES-1", name="Une")
    table = f"Code;{HEAD}\nEES-1;Une;1143920115;Organisme à but non lucratif;Montréal;Aider."
    table += "\n;Autre;1143920115;Organisme à but non lucratif;Montréal;Aider."
    assertContains(staff.post(IMPORT, sent(table)), "La ligne 2 porte déjà cette entreprise")


def test_what_fails_at_the_end_leaves_nothing_of_the_beginning(
    staff: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = SocialEnterpriseFactory(name="Octet", mission="Avant.")
    path = preview(staff, rows_of("Un", "Deux", "Octet"))
    stamp = staff.get(path).context["plan"].stamp
    SocialEnterprise.objects.filter(pk=changed.pk).update(offer="Entre-temps")
    assert staff.post(path, {"stamp": stamp}).status_code == 409
    assert SocialEnterprise.objects.count() == 1
    assert not AuditEntry.objects.filter(action__startswith="enterprise_import").exists()
    assert DirectoryImport.objects.get().applied_at is None
    # Compared anew, it is confirmed anew: what was read before is no longer taken.
    assert staff.post(path, {"stamp": stamp}).status_code == 409
    assertRedirects(confirm(staff, path), IMPORT)
    assert SocialEnterprise.objects.count() == 3


def test_what_somebody_adds_meanwhile_is_not_added_twice(staff: StrictClient) -> None:
    path = preview(staff, rows_of("Octet"))
    stamp = staff.get(path).context["plan"].stamp
    SocialEnterpriseFactory(name="OCTET inc.")
    assert staff.post(path, {"stamp": stamp}).status_code == 409
    assert SocialEnterprise.objects.count() == 1


def test_names_alike_have_addresses_of_their_own(staff: StrictClient) -> None:
    SocialEnterpriseFactory(name="Un jour", slug="un")
    lines = [
        f"Un;{neq};Organisme à but non lucratif;Montréal;Aider."
        for neq in ("1143920115", "1143920116", "1143920117")
    ]
    confirm(staff, preview(staff, "\n".join([HEAD, *lines])))
    assert set(SocialEnterprise.objects.values_list("slug", flat=True)) == {
        *("un", "un-2", "un-3", "un-4")
    }


def test_too_many_rows_are_refused(staff: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_ROWS", 2)
    response = staff.post(IMPORT, sent(rows_of("Un", "Deux", "Trois")))
    assertContains(response, "dépasse 2 lignes")
    assert not DirectoryImport.objects.exists()


def test_an_old_table_goes_with_its_rows(staff: StrictClient) -> None:
    preview(staff, rows_of("Un"))
    DirectoryImport.objects.update(created_at="2020-01-01T00:00Z")
    imports.forget_old_tables()
    assert not DirectoryImportRow.objects.exists()


def test_queries_of_an_application_follow_no_number_of_new_rows(
    staff: StrictClient, django_assert_max_num_queries: Any
) -> None:
    path = preview(staff, rows_of(*(f"Entreprise {n}" for n in range(60))))
    stamp = staff.get(path).context["plan"].stamp
    with django_assert_max_num_queries(34):
        staff.post(path, {"stamp": stamp})
