"""Chosen clauses as a document: all that was chosen, in its order, and nothing of who made it."""

import io
import zipfile
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn
from pytest_django.asserts import assertContains, assertRedirects

from chantier.lib.french import long_date
from measures.clauses import documents
from measures.models import Clause
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    ClauseFactory,
    ClauseVersionFactory,
    LegalReferenceFactory,
    TermFactory,
)
from tests.html import StrictClient

EXPORT = "/clauses/exporter/"


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def make(slug: str, text: str = "Au moins [n] lots.", **fields: Any) -> Clause:
    clause: Clause = ClauseFactory(slug=slug, code=slug.upper(), **fields)
    ClauseVersionFactory(clause=clause, text=text)
    return clause


def read(response: Any) -> Any:
    assert response.status_code == 200, response.headers
    return Document(io.BytesIO(response.content))


def lines(document: Any, style: str | None = None) -> list[str]:
    paragraphs = document.paragraphs
    return [row.text for row in paragraphs if style in (None, row.style.name)]


def test_the_document_holds_all_that_was_chosen_in_its_order(member: StrictClient) -> None:
    for slug in ("c-01", "c-02", "c-03"):
        make(slug, text=f"Le texte de {slug} et ses [variables].", title=f"Titre {slug}")
    document = read(member.get(EXPORT, {"clause": ["c-03", "c-01", "c-03"]}))
    titles = ["C-03 – Titre c-03", "C-01 – Titre c-01"]
    assert lines(document, "Title") == ["Clauses à adapter"]
    assert lines(document, "Heading 1") == titles
    assert lines(document, "List Bullet") == titles
    assert lines(document, "Libellé") == [
        "Le texte de c-03 et ses [variables].",
        "Le texte de c-01 et ses [variables].",
    ]
    # The notice stands at the top, and right after each text.
    assert lines(document).count(Clause.NOTICE) == 3
    every = lines(document)
    for text in lines(document, "Libellé"):
        assert every[every.index(text) + 1] == Clause.NOTICE


def test_a_clause_brings_what_is_needed_to_use_it(member: StrictClient) -> None:
    clause = make("c-01", to_verify=True, is_inference=True)
    ClauseVersionFactory(clause=clause, number=2, text="Au moins [n] lots.\n\nPayés [ici\nmême].")
    clause.documents.add(
        TermFactory(code="document_kind:contrat", label="Contrat", order=2),
        TermFactory(code="document_kind:politique", label="Politique", order=1),
    )
    clause.contract_kinds.add(TermFactory(code="contract_kind:ti", label="Technologies"))
    clause.legal_references.add(
        LegalReferenceFactory(name="Loi sûre", order=1),
        LegalReferenceFactory(name="Loi nouvelle", to_verify=True, order=2),
    )
    document = read(member.get(EXPORT, {"clause": "c-01"}))
    every = lines(document)
    for line in (
        "Pour\u00a0: Politique, Contrat",
        "Contrats\u00a0: Technologies",
        "À savoir\u00a0: à vérifier, proposition à valider",
        f"Version 2, du {long_date(timezone.localdate())}.",
    ):
        assert line in every
    assert lines(document, "List Bullet")[1:] == ["Loi sûre", "Loi nouvelle (à vérifier)"]
    # A paragraph for each line; a variable is never cut.
    assert lines(document, "Libellé") == ["Au moins [n] lots.", "Payés [ici même]."]
    assert long_date(timezone.localdate()) in every[1]


def test_variables_have_a_style_of_their_own_that_is_not_only_a_colour(
    member: StrictClient,
) -> None:
    make("c-01", text="De [x] à [y].")
    document = read(member.get(EXPORT, {"clause": "c-01"}))
    (text,) = [row for row in document.paragraphs if row.style.name == "Libellé"]
    marked = [run.text for run in text.runs if run.style.name == "Variable à remplir"]
    assert marked == ["[x]", "[y]"]
    style = document.styles["Variable à remplir"]
    assert style.font.bold
    assert style.element.rPr.find(qn("w:shd")) is not None


def test_the_document_is_in_french_and_names_nobody(
    member: StrictClient, contributor: User
) -> None:
    make("c-01")
    response = member.get(EXPORT, {"clause": "c-01"})
    document = read(response)
    languages = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"fr-CA"}
    properties = document.core_properties
    assert (properties.title, properties.language) == ("Clauses à adapter", "fr-CA")
    assert properties.author == "Chantier économie sociale de l’ECPAR"
    assert (properties.last_modified_by, properties.comments) == ("", "")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        every = b"".join(archive.read(name) for name in archive.namelist())
        names = archive.namelist()
    for trace in (b"python-docx", b"Macintosh", b"/work", b"/tmp", contributor.email.encode()):
        assert trace not in every
    assert contributor.full_name.encode() not in every
    assert not [name for name in names if "thumbnail" in name or "app.xml" in name]
    assert response["Content-Disposition"] == (
        f'attachment; filename="clauses-{timezone.localdate().isoformat()}.docx"'
    )
    assert response["Content-Type"] == documents.CONTENT_TYPE


def test_what_xml_forbids_is_dropped_and_the_rest_stays(member: StrictClient) -> None:
    make(
        "c-01",
        title="Un\x0btitre\x1b <b>& l’œil\ufffe 🙂",
        text="Du\x0ctexte\x07\r\n[a\x1fb]\tet <w:p/>.",
    )
    document = read(member.get(EXPORT, {"clause": "c-01"}))
    assert lines(document, "Heading 1") == ["C-01 – Untitre <b>& l’œil 🙂"]
    assert lines(document, "Libellé") == ["Dutexte", "[ab]\tet <w:p/>."]


def test_a_clause_without_a_text_says_so(member: StrictClient) -> None:
    ClauseFactory(slug="c-01")
    document = read(member.get(EXPORT, {"clause": "c-01"}))
    assert "Le libellé reste à écrire." in lines(document)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ([], "Cochez au moins une clause à exporter."),
        (["zzz"], "«\u00a0zzz\u00a0»"),
        (["c-01", "retiree"], "«\u00a0retiree\u00a0»"),
        (["c-01", "<b>"], "«\u00a0&lt;b&gt;\u00a0»"),
        (["c-01", "x" * 300], f"«\u00a0{'x' * 30}\u00a0»"),
        ([""], "«\u00a0\u00a0»"),
    ],
)
def test_a_refused_choice_gives_no_part_of_a_document(
    member: StrictClient, chosen: list[str], words: str
) -> None:
    make("c-01")
    make("retiree", is_active=False)
    response = member.get(EXPORT, {"q": "lots", "clause": chosen}, follow=True)
    (address, status) = response.redirect_chain[0]
    assert status == 302
    assertRedirects(response, address)
    # Back to the list, with its filters and what holds of the choice.
    assert address.startswith("/clauses/?q=lots")
    assertContains(response, words)
    if "c-01" in chosen:
        assertContains(response, 'value="c-01" form="filtres-clauses" checked')
        assertContains(response, "Aucun document n’a été produit")


def test_the_export_costs_a_fixed_number_of_queries(
    member: StrictClient, django_assert_num_queries: Any
) -> None:
    slugs: list[str] = []
    for times in (1, 10):
        for _ in range(times):
            clause = make(f"c-{len(slugs) + 1:02}")
            clause.documents.add(TermFactory(code="document_kind:contrat"))
            clause.contract_kinds.add(TermFactory(code="contract_kind:ti"))
            clause.legal_references.add(LegalReferenceFactory())
            slugs.append(clause.slug)
        # session, person, clauses, versions, documents, kinds of contract, legal references
        with django_assert_num_queries(7):
            member.get(EXPORT, {"clause": slugs})
