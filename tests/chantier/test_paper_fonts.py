"""The fonts of the PDF are those of the repository, each cut at one weight."""

from io import BytesIO

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from chantier.lib.pdf import FONTS

_TEXT = FONTS / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
_TITLES = FONTS / "bricolage-grotesque-latin-opsz-normal.woff2"
# How each was cut: its variable font, and a place on each of its axes.
CUTS = {
    "atkinson-hyperlegible-next-400": (_TEXT, {"wght": 400}),
    "atkinson-hyperlegible-next-500": (_TEXT, {"wght": 500}),
    "atkinson-hyperlegible-next-600": (_TEXT, {"wght": 600}),
    "atkinson-hyperlegible-next-700": (_TEXT, {"wght": 700}),
    "bricolage-grotesque-500": (_TITLES, {"wght": 500, "opsz": 24}),
    "bricolage-grotesque-700": (_TITLES, {"wght": 700, "opsz": 24}),
    "bricolage-grotesque-700-display": (_TITLES, {"wght": 700, "opsz": 60}),
}


def drawn(font: TTFont) -> dict[str, list]:
    """The outline and the width of each character."""
    glyphs = font.getGlyphSet()
    found = {}
    for char, name in font.getBestCmap().items():
        pen = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(pen)
        found[char] = [*pen.value, glyphs[name].width]
    return found


@pytest.mark.parametrize("name", CUTS)
def test_a_cut_draws_what_its_variable_font_draws(name: str) -> None:
    source, places = CUTS[name]
    written = BytesIO()
    with TTFont(source) as whole:
        instantiateVariableFont(whole, places).save(written)
    with TTFont(written) as expected, TTFont(FONTS / "paper" / f"{name}.woff2") as cut:
        assert "fvar" not in cut
        assert drawn(cut) == drawn(expected)


def test_no_other_font_is_cut() -> None:
    assert {path.stem for path in (FONTS / "paper").iterdir()} == CUTS.keys()
