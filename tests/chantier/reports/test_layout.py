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
            # Twelve for each of the five stages.
            "stage": number // 12 + 1,
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
    content["toolbox"]["barriers"] = [
        {
            "title": f"{_text(number, 4, 14)} B-{number}",
            "stage": 1,
            "stage_name": "Engagement",
            "solutions": [],
            "what_worked": _text(number + 700, 3, 60),
        }
        for number in range(MEASURES)
    ]
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


def _rows(reading: Reading) -> Iterator[list[str]]:
    """Each piece of the table of barriers: the codes of its rows, empty where a row goes on."""
    for table in reading.tree.below("/Table"):
        heads = [reading.text(cell) for cell in table.below("/TH")]
        if heads[:1] == ["Enjeu vécu"]:
            rows = [row for body in table.below("/TBody") for row in body.below("/TR")]
            yield [_code("".join(map(reading.text, row.below("/TH")))) for row in rows]


def _entries(reading: Reading) -> Iterator[list[str]]:
    """Each piece of a list of measures: their codes, empty where one goes on overleaf."""
    lists = [
        [_code(reading.text(entry)) for entry in each.below("/LI")]
        for each in reading.tree.below("/L")
    ]
    return (codes for codes in lists if any(codes))


def _code(text: str) -> str:
    found = re.search(r"\b[IUSB]-\d+\b", text)
    return found.group() if found else ""


def _numbered(letters: str) -> list[str]:
    return [f"{letter}-{number}" for letter in letters for number in range(MEASURES)]


def test_a_long_report_keeps_titles_with_what_they_announce_and_rows_whole(long):
    data = render_pdf(TEMPLATE, {"content": long})
    assert problems(data) == []
    with Reading(data) as reading:
        # The cover, the sections and, among them, the five stages.
        assert len(reading.headings()) > 20
        assert _orphans(reading) == []
        # One piece a page, under heads said again; no row in two pieces, none alone.
        rows = list(_rows(reading))
        assert len(rows) > 2
        assert [code for piece in rows for code in piece] == _numbered("B")
        entries = list(_entries(reading))
        assert len(entries) > 10
        assert [code for piece in entries for code in piece] == _numbered("IUS")
        assert min(map(len, rows + entries)) >= 2


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


@pytest.mark.parametrize(
    ("section", "rows", "key", "kind"),
    [
        ("toolbox", "barriers", "what_worked", "/TD"),
        ("not_applicable", "measures", "reason", "/LI"),
    ],
)
def test_what_is_taller_than_a_page_goes_on_overleaf(long, section, rows, key, kind):
    words = " ".join(f"mot{number}" for number in range(2_000))
    long[section][rows] = long[section][rows][:2]
    long[section][rows][0][key] = words
    with Reading(render_pdf(TEMPLATE, {"content": long})) as reading:
        said = " ".join(reading.text(part) for part in reading.tree.below(kind))
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
            cut.add(any("" in piece for piece in (*_rows(reading), *_entries(reading))))
            if _orphans(reading):
                break
        long["implemented"]["measures"].pop()
    else:
        pytest.fail("no title was left alone")
    assert True in cut
