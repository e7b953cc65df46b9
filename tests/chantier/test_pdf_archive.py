"""A PDF with files inside: both standards at once, the same bytes each time."""

import datetime
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pytest
import time_machine

from chantier.lib import pdf
from chantier.lib.pdf_archive import Attachment
from tests.pdf_structure import problems

CONTEXT = {
    "title": "Un document",
    "paragraphs": ["Un paragraphe. " * 60] * 4,
    "head": ["Poste", "Nombre"],
    "rows": [[f"Ligne {number}", str(number)] for number in range(60)],
}
DAY = datetime.datetime(2021, 3, 31, 16, tzinfo=datetime.UTC)
FILES = (
    Attachment("donnees.json", "application/json", b'{"a": "\xc3\xa9"}', "Les données", dated=DAY),
    Attachment("annexe.csv", "text/csv", b"", "Un tableau sans ligne"),
)


def printed(*files: Attachment) -> bytes:
    return pdf.draw(pdf.html_of("demo/document.html", CONTEXT), files)


@pytest.mark.parametrize("files", [(), FILES], ids=["alone", "with files"])
def test_one_file_holds_to_both_standards(files, tmp_path: Path):
    data = printed(*files)
    assert problems(data) == []
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        assert page.validate_pdf(str(path), profile=profile).failures == [], profile


def test_the_same_content_gives_the_same_bytes_on_another_day():
    before = printed(*FILES)
    with time_machine.travel(datetime.datetime(2031, 1, 1, tzinfo=datetime.UTC)):
        assert printed(*reversed(FILES)) == before
    assert printed(FILES[0]) != before


def test_the_first_print_of_a_process_is_like_the_next():
    pdf._engine.cache_clear()
    assert printed() == printed()


def test_what_is_put_in_comes_out():
    with pikepdf.open(BytesIO(printed(*FILES))) as document:
        assert sorted(document.attachments) == ["annexe.csv", "donnees.json"]
        inside = document.attachments["donnees.json"]
        assert inside.get_file().read_bytes() == FILES[0].content
        assert inside.get_file().mime_type == "application/json"
        assert inside.get_file().mod_date == DAY
        assert inside.description == "Les données"
        assert [str(one.AFRelationship) for one in document.Root.AF] == ["/Data", "/Data"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../secret.json"},
        {"name": "rapport été.json"},
        {"name": ""},
        {"mime_type": "json"},
        {"mime_type": "text/csv>>/JS"},
        {"description": " "},
        {"relationship": "Mine"},
    ],
)
def test_an_attachment_that_no_reader_could_list_is_refused(wrong):
    given = {
        "name": "a.json",
        "mime_type": "application/json",
        "content": b"{}",
        "description": "Les données",
    }
    with pytest.raises(ValueError, match=r"not |described"):
        Attachment(**(given | wrong))


def test_two_files_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two attachments"):
        printed(FILES[0], FILES[0])


def test_each_object_is_written_once(monkeypatch):
    """To compress a long report twice would take a tenth of the time that it takes to draw."""
    from pydyf import Stream

    asked, data = [], Stream.data.fget
    monkeypatch.setattr(Stream, "data", property(lambda one: asked.append(id(one)) or data(one)))
    kept: list[object] = []
    finish = pdf.pdf_archive.finish

    def keep(document, drawn):
        kept.extend(drawn.objects)
        finish(document, drawn)

    monkeypatch.setattr(pdf.pdf_archive, "finish", keep)
    assert printed().startswith(b"%PDF-")
    of_document = [number for number in asked if number in {id(one) for one in kept}]
    assert len(of_document) == len(set(of_document)) > 3


def test_air_between_tags_is_dropped_and_words_stay_apart():
    spaced = "<p><b>un</b>\n\n      <i>deux</i>&gt;   trois</p>"
    assert pdf.drawable(spaced) == "<p><b>un</b> <i>deux</i>&gt;   trois</p>"
