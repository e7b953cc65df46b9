"""A long report on paper: nothing is cut where a reader would lose the thread."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chantier.lib import pdf as engine
from chantier.lib.rendering import render_pdf
from chantier.reports.content import organization_content
from tests.chantier.reports.conftest import TODAY
from tests.pdf_reading import Element, Reading, plain
from tests.pdf_structure import problems
from tests.test_pdf_structure import HEAD, printed

TEMPLATE = "reports/pdf/organization.html"
MEASURES = 60
WORDS = re.findall(
    r"\S+",
    "les acheteuses et les acheteurs ont invité des entreprises d’économie sociale de leur région, "
    "avec une clause d’approvisionnement responsable; l’accompagnement continue",
)


def _text(number: int, least: int, most: int) -> str:
    chance = random.Random(number)  # noqa: S311 - only the same each time
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most))).capitalize() + "."


def _many(line: dict[str, Any], letter: str, key: str, most: int) -> list[dict[str, Any]]:
    return [
        line
        | {
            "code": f"{letter}-{number}",
            "title": _text(number, 4, 14),
            key: _text(number + 500, 3, most),
        }
        for number in range(MEASURES)
    ]


@pytest.fixture
def long(year, cycle) -> dict[str, Any]:
    content = organization_content(year, cycle, today=TODAY)
    for section, letter, key, most in (
        ("implemented", "I", "result", 90),
        ("upcoming", "U", "lead", 12),
        ("not_applicable", "S", "reason", 120),
    ):
        rows = content[section]["measures"]
        content[section]["measures"] = _many(rows[0], letter, key, most)
    content["commitments"]["measures"] = []
    return content


def _blocks(reading: Reading) -> Iterator[tuple[Element | None, int, int]]:
    """Each line in reading order: its heading, if it is of one, its page and its height."""
    of_heading = {
        place: element
        for _, _, element in reading.headings()
        for one in element.walk()
        for place in one.content
    }
    for element in reading.tree.walk():
        for place in element.content:
            run = reading.by_mcid[place]
            for _, y in run.places[:1]:
                yield of_heading.get(place), run.page, round(y)


def _orphans(reading: Reading) -> list[str]:
    """The headings that fewer than two lines of what they announce follow on their page."""
    lines = list(_blocks(reading))
    alone = []
    for _, text, heading in reading.headings():
        last = max(index for index, line in enumerate(lines) if line[0] is heading)
        following: list[tuple[int, int]] = []
        for of_heading, page, y in lines[last + 1 :]:
            if of_heading:
                break
            if (page, y) not in following:
                following.append((page, y))
        enough = following[:2]
        if any(page != lines[last][1] for page, _ in enough):
            alone.append(f"page {lines[last][1] + 1}: {text}")
    return alone


def _pieces(reading: Reading) -> Iterator[list[str]]:
    """Each piece of a table of measures: the codes of its rows, empty where a row goes on."""
    for table in reading.tree.below("/Table"):
        heads = [reading.text(cell) for cell in table.below("/TH")]
        if heads[:1] != ["Mesure"]:
            continue
        codes = []
        for body in table.below("/TBody"):
            for row in body.below("/TR"):
                heads = [reading.text(cell) for cell in row.below("/TH")]
                found = re.search(r"\b[US]-\d+$", "".join(heads))
                codes.append(found.group() if found else "")
        yield codes


def test_a_long_report_keeps_titles_with_what_they_announce_and_rows_whole(long):
    data = render_pdf(TEMPLATE, {"content": long})
    assert problems(data) == []
    with Reading(data) as reading:
        assert len(reading.headings()) > MEASURES
        assert _orphans(reading) == []
        pieces = list(_pieces(reading))
        # One piece a page, under heads said again; no row in two pieces, none alone.
        assert len(pieces) > 6
        codes = [code for piece in pieces for code in piece]
        assert codes == [f"{letter}-{number}" for letter in "US" for number in range(MEASURES)]
        assert min(map(len, pieces)) >= 2


def test_each_page_says_whose_it_is_and_which_one(long):
    with Reading(render_pdf(TEMPLATE, {"content": long})) as reading:
        last = len(reading.pages)
        for number in range(2, last + 1):
            margins = [
                plain(run.text)
                for run in reading.runs
                if run.page == number - 1 and run.mcid is None and run.text
            ]
            assert f"page {number} de {last}" in margins
            assert "Organisation A – Rapport annuel 2020-2021" in margins
            assert "BROUILLON" in margins
        contents = next(reading.tree.below("/L"))
        assert re.search(rf"Annexe : méthode et définitions ?page {last}$", reading.text(contents))


def test_a_row_taller_than_a_page_goes_on_overleaf(long):
    words = " ".join(f"mot{number}" for number in range(2_000))
    long["not_applicable"]["measures"] = long["not_applicable"]["measures"][:2]
    long["not_applicable"]["measures"][0]["reason"] = words
    with Reading(render_pdf(TEMPLATE, {"content": long})) as reading:
        said = " ".join(reading.text(cell) for cell in reading.tree.below("/TD"))
        assert re.findall(r"mot\d+", said) == words.split()


def test_words_are_cut_in_the_text_and_never_in_titles():
    word = "l’approvisionnement anticonstitutionnellement "
    cell = f"<td>{word * 6}</td>"
    html = (
        f"{HEAD}<h1>{word * 6}</h1><h2>{word * 6}</h2><table><caption>t</caption><thead><tr>"
        + "".join(f"<th scope='col'>{word}</th>" for _ in range(4))
        + f"</tr></thead><tbody><tr>{cell * 4}</tr></tbody></table></body></html>"
    )
    with Reading(printed(html)) as reading:
        assert any("-" in reading.text(cell) for cell in reading.tree.below("/TD"))
        for element in reading.tree.below("/H1", "/H2", "/TH"):
            assert "-" not in reading.text(element)


def test_without_its_rules_the_sheet_would_leave_titles_alone(long, monkeypatch):
    """What the first test sees: the same report, laid out by a sheet without those rules."""
    from dataclasses import replace

    from weasyprint import CSS

    ours = engine._engine()
    text = re.sub(r"break-(after|inside|before): avoid", "", engine.STYLE_SHEET.read_text())
    sheet = CSS(
        string=re.sub(r"(orphans|widows): \d", "", text),
        base_url=engine.STYLE_SHEET.as_uri(),
        font_config=ours.fonts,
        url_fetcher=ours.fetcher,
    )
    monkeypatch.setattr(engine, "_engine", lambda: replace(ours, style_sheet=sheet))
    cut = set()
    # Where a page ends is chance: of reports each a measure shorter, one leaves a title alone.
    for _ in range(8):
        # Here: the other process has its own style sheet.
        with Reading(engine.draw(engine.html_of(TEMPLATE, {"content": long}))) as reading:
            cut.add(len([code for piece in _pieces(reading) for code in piece]) > 2 * MEASURES)
            if _orphans(reading):
                break
        long["implemented"]["measures"].pop()
    else:
        pytest.fail("no title was left alone")
    assert True in cut
