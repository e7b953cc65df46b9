"""What people send as tables: every kind that a spreadsheet saves, and what is refused whole."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from measures.models import Implementation, ImplementationEvent, RegisterImport
from members.sharing import SharingLevel
from tests.factories import ImplementationFactory, MeasureFactory
from tests.measures.sent import PDF, url
from tests.measures.tables import as_csv, as_text_xlsx, as_xlsx, confirm, export, rows_of, send

KINDS = ["csv", "xlsx"]
AWKWARD = [
    '=HYPERLINK("http://exemple.example";"clic")',
    "+1 514 555-1212",
    "-12,5 %",
    "@tous",
    "'entre apostrophes'",
    "\tdécalé\tdeux fois",
    "ligne 1\r\nligne 2\n\nligne 4",
    'dit "oui"; puis "non", enfin',
    "é à ç œ Œ « oui\u00a0» l’été\u202f!",
    "😀 🏳️‍🌈",
    "0042",
    "\x07cloche\x0b",
    "_x0041_ et _x000D_",
    "<b>&amp;</b> ]]>",
    "mot " * 1_249 + "fin.",
    "2021-04-30",
    " entre espaces ",
]


@pytest.fixture
def client(contributor, log_in_as):
    return log_in_as(contributor)


@pytest.mark.parametrize("kind", KINDS)
def test_a_register_of_awkward_texts_comes_back_exactly(client, organization, kind):
    for number, text in enumerate(AWKWARD):
        ImplementationFactory(
            organization=organization,
            own=True,
            own_title=f"{text[:150]} {number}",
            not_applicable=True,
            not_applicable_reason=text[:300],
            lead=text[:150],
            description=text,
            result_story=text,
            planned_for=datetime.date(1899, 12, 31),
            review_on=datetime.date(2099, 12, 31),
            sharing=SharingLevel.values[number % 4],
        )
    before = list(Implementation.objects.values())
    response = send(client, organization, export(client, organization, kind), f"registre.{kind}")
    plan = response.context["plan"]
    assert (plan.errors, plan.notes, plan.unchanged) == ([], [], len(AWKWARD))
    assert "Rien à changer" in response.content.decode()
    assert list(Implementation.objects.values()) == before
    assert not ImplementationEvent.objects.exists()


@pytest.mark.parametrize("text", ["=1+1", "0042", "'déjà"])
def test_a_csv_saved_as_a_workbook_changes_nothing(client, record, organization, text):
    Implementation.objects.update(lead=text)
    rows = rows_of(export(client, organization, "csv"), "csv")
    response = send(client, organization, as_text_xlsx(*rows), "t.xlsx")
    assert response.context["plan"].unchanged == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", AWKWARD)
def test_a_new_text_arrives_as_it_was_written(client, record, organization, kind, text):
    other = ImplementationFactory(organization=organization, description=text, in_progress=True)
    data = export(client, organization, kind)
    # The same text, in a register that does not have it: every cell of it is new.
    Implementation.objects.filter(pk=other.pk).update(description="")
    other.refresh_from_db()
    confirm(client, send(client, organization, data, f"registre.{kind}"))
    other.refresh_from_db()
    written = other.description.replace("\r\n", "\n")
    expected = text.replace("\r\n", "\n").translate({7: None, 11: None})
    # Excel writes the end of a line so, among others.
    assert written == expected.replace("_x000D_", "").strip()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-04-30", datetime.date(2021, 4, 30)),
        ("2021-4-3", datetime.date(2021, 4, 3)),
        ("30/04/2021", datetime.date(2021, 4, 30)),
        ("30-04-2021", datetime.date(2021, 4, 30)),
        ("04/04/2021", datetime.date(2021, 4, 4)),
        ("30 avril 2021", datetime.date(2021, 4, 30)),
        ("1er août 2021", datetime.date(2021, 8, 1)),
        ("44316", datetime.date(2021, 4, 30)),
    ],
)
def test_dates_that_are_read(client, organization, written, day):
    MeasureFactory(code="A1")
    table = as_csv(["Code", "Statut", "Échéance"], ["A1", "Planifiée", written])
    confirm(client, send(client, organization, table))
    assert Implementation.objects.get().planned_for == day


@pytest.mark.parametrize("written", ["03/04/2021", "04/30/2021", "2021", "31/02/2021", "bientôt"])
def test_dates_that_are_refused(client, organization, written):
    MeasureFactory(code="A1")
    table = as_csv(["Code", "Statut", "Échéance"], ["A1", "Planifiée", written])
    [error] = send(client, organization, table).context["errors"]
    assert error.reference == "C2"


def test_dates_of_a_spreadsheet(client, organization):
    MeasureFactory(code="0012")
    MeasureFactory(code="7")
    table = as_xlsx(
        ["Code", "Statut", "Échéance", "Responsable"],
        ["0012", "Planifiée", datetime.datetime(2021, 4, 30), 12],
        [7, "Planifiée", 44_316, datetime.date(2021, 1, 2)],
    )
    confirm(client, send(client, organization, table, "t.xlsx"))
    rows = Implementation.objects.order_by("measure__code").values_list("planned_for", "lead")
    assert list(rows) == [
        (datetime.date(2021, 4, 30), "12"),
        (datetime.date(2021, 4, 30), "2021-01-02"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_csv_as_a_spreadsheet_saves_it(client, organization, encoding):
    MeasureFactory(code="A1")
    table = as_csv(
        ["Code", "Statut", "Responsable"],
        ["A1", "À entreprendre", "Équipe\nd’achat"],
        separator="\t",
        encoding=encoding,
    )
    confirm(client, send(client, organization, table))
    assert Implementation.objects.get().lead.split() == ["Équipe", "d’achat"]


# --- Refused, with nothing left behind ------------------------------------------


def workbook(*rows, **parts):
    """A workbook, and parts put beside."""
    buffer = io.BytesIO(as_xlsx(*rows))
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb():
    """Much in little."""
    buffer = io.BytesIO(as_xlsx(["Code"]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * 250_000_000)
    return buffer.getvalue()


def formula():
    made = Workbook()
    made.worksheets[0].append(["Code", "Statut", "Responsable"])
    made.worksheets[0].append(["A1", "Planifiée", "=1+1"])
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


REFUSED = {
    "macros": ("t.xlsx", lambda: workbook(["Code"], **{"xl/vbaProject.bin": b"x"}), "macros"),
    "macros by name": ("t.xlsm", lambda: as_xlsx(["Code"]), "macros"),
    "another kind": ("t.pdf", lambda: PDF, "ni un XLSX ni un CSV"),
    "a false name": ("t.xlsx", lambda: PDF, "n’est pas un document"),
    "a picture as text": ("t.csv", lambda: b"\x89PNG\x00\x00", "n’est pas un fichier texte"),
    "under a password": ("t.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "mot de passe"),
    "a bomb": ("t.xlsx", bomb, "trop gros"),
    "other files": (
        "t.xlsx",
        lambda: workbook(["Code"], **{"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "d’autres fichiers",
    ),
    "empty": ("t.csv", lambda: b"", "vide"),
    "no row": ("t.csv", lambda: b"\r\n\r\n", "aucune ligne"),
    "a formula": ("t.xlsx", formula, "contient une formule"),
    "a huge cell": (
        "t.csv",
        lambda: as_csv(["Code", "Statut", "Responsable"], ["A1", "Planifiée", "x" * 1_000_000]),
        "trop longue",
    ),
    "a control character": (
        "t.csv",
        lambda: as_csv(["Code", "Statut", "Responsable"], ["A1", "Planifiée", "a\x07b"]),
        "caractère invisible",
    ),
    "a million empty rows": (
        "t.csv",
        lambda: as_csv(["Code", "Statut"], ["A1", "Planifiée"]) + b";\r\n" * 1_000_000,
        "dépasse 2\u00a0000 lignes",
    ),
    "ten thousand columns": (
        "t.csv",
        lambda: as_csv(["Code", "Statut"], ["A1", "Planifiée", *"x" * 10_000]),
        "colonnes",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_leaves_nothing_behind(client, organization, private_files, case):
    name, content, message = REFUSED[case]
    MeasureFactory(code="A1")
    response = send(client, organization, content(), name)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not RegisterImport.objects.exists()
    assert not Implementation.objects.exists()
    assert [path for path in private_files.rglob("*") if path.is_file()] == []


def test_a_name_that_is_markup_is_shown_as_text(client, organization):
    MeasureFactory(code="A1")
    table = as_csv(["Code", "Statut", "<script>alert(1)</script>"], ["A1", "Planifiée", "x"])
    page = client.get(send(client, organization, table, "<b>t.csv")["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_no_file_at_all(client, organization):
    response = client.post(url("import_create", organization))
    assert "Choisissez un fichier." in response.content.decode()
