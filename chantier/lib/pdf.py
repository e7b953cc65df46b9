"""Accessible PDF (PDF/UA-1) that lasts (PDF/A-3a), from a template. Knows no app.

Two steps: a template makes a page, from anything; the engine draws it. It may be text that people
typed: the engine reads our own static files and nothing else, draws with the fonts of the
repository, and gives the same bytes for the same page.
"""

import atexit
import os
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template.loader import render_to_string

from chantier.lib import pdf_archive
from chantier.lib.pdf_archive import Attachment

STATIC_DIR = Path(settings.STATICFILES_DIRS[0]).resolve()
STYLE_SHEET = STATIC_DIR / "css" / "pdf.css"
FONTS = STATIC_DIR / "fonts"

# Pango's font map is shared; threads gain nothing here anyway.
_lock = threading.Lock()


class PdfError(RuntimeError):
    """A document asked for something that a PDF may not read, or that is missing."""


def static_path(url: str) -> Path:
    """The static file that `url` names; raises PdfError for anything else."""
    parts = urlsplit(url)
    try:
        path = Path(url2pathname(parts.path)).resolve()
    except ValueError as error:
        raise PdfError(f"not a path: {url!r}") from error
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(STATIC_DIR):
        raise PdfError(f"not a static file: {url}")
    if not path.is_file():
        raise PdfError(f"missing static file: {url}")
    return path


# Some systems paste « ç » as two characters. Letters alone: a mark may follow the « > » of a tag,
# and would make another sign of it.
_MARKED_LETTER = re.compile(r"[^\W\d_][\u0300-\u036f]+")
_SUBSTITUTES = {
    "\u202f": "\u00a0",
    "‐": "-",
    "‑": "-",
    "→": "->",
    "←": "<-",
    "≥": ">=",
    "≤": "<=",
    "✓": "x",
}


def _substitute(char: str) -> str:
    """What stands for a character that our fonts lack, ready to stand in HTML."""
    if unicodedata.category(char) in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f":
        return ""
    plain = _SUBSTITUTES.get(char) or unicodedata.normalize("NFKD", char)
    return escape("".join(c for c in plain if c in _drawable()) or "?")


@cache
def _drawable() -> frozenset[str]:
    """The characters of our text font; those of titles fall back on it."""
    from fontTools.ttLib import TTFont

    codes = {ord(char) for char in "\t\n\r\u00ad\u200b"}
    for path in sorted(FONTS.glob("atkinson-*.woff2")):
        with TTFont(path) as font:
            codes |= set(font.getBestCmap())
    return frozenset(map(chr, codes))


# Between two tags, where templates break their lines: each would be read, made a box, and dropped.
_AIR = re.compile(r">\s{2,}<")


def drawable(html: str) -> str:
    """Replace what our fonts cannot draw: an empty box says nothing and breaks PDF/UA."""
    html = _AIR.sub("> <", html)
    if not unicodedata.is_normalized("NFC", html):
        html = _MARKED_LETTER.sub(lambda found: unicodedata.normalize("NFC", found[0]), html)
    return html.translate({ord(char): _substitute(char) for char in set(html) - _drawable()})


@dataclass(frozen=True)
class _Engine:
    """WeasyPrint, our fetcher, and what is parsed once per process."""

    html: Any
    fatal: type[BaseException]
    fetcher: Any
    fonts: Any
    style_sheet: Any
    colours: dict[str, Any]


@cache
def _engine() -> _Engine:
    # Read by fontconfig when it starts; without any font it would end the process.
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    # The fonts embedded in a PDF bear a date: without this one, two identical reports differ.
    os.environ["SOURCE_DATE_EPOCH"] = "1609459200"
    # It costs a second and 50 MB to import: only those who print pay for it.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class StaticOnlyFetcher(URLFetcher):
        """Anything but a static file is fatal: a leak or a missing logo must not pass unseen."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=["file"], allow_redirects=False)
            # What was refused: WeasyPrint draws an SVG without letting an error through.
            self.refused: list[str] = []

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            try:
                path = static_path(url)
            except PdfError as error:
                self.refused.append(str(error))
                raise FatalURLFetchingError(str(error)) from error
            return super().fetch(path.as_uri(), headers)

    fetcher, fonts = StaticOnlyFetcher(), FontConfiguration()
    style_sheet = CSS(filename=str(STYLE_SHEET), font_config=fonts, url_fetcher=fetcher)
    # The font map frees its memory while Python still stands.
    atexit.register(_engine.cache_clear)
    return _Engine(HTML, FatalURLFetchingError, fetcher, fonts, style_sheet, pdf_archive.colours())


def html_of(template_name: str, context: Mapping[str, Any]) -> str:
    """The page that a template makes; its paths are relative to `static/`.

    The template says the language (`html lang`), the title and the headings; user text in it goes
    through the filter `breakable`, without which one endless word would keep the engine for hours.
    """
    return render_to_string(template_name, dict(context))


def draw(html: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """The PDF of a page, with files inside, drawn here and now: nothing ends it before its time.

    The portal draws in a process that it may kill: `chantier.lib.rendering.render_pdf`.
    """
    with _lock:
        engine = _engine()
        engine.fetcher.refused.clear()
        document = engine.html(
            string=drawable(html), base_url=f"{STATIC_DIR.as_uri()}/", url_fetcher=engine.fetcher
        )
        try:
            # For every document: it costs 2 % of the time at the most, and 4 kB.
            pdf: bytes = document.write_pdf(
                stylesheets=[engine.style_sheet],
                font_config=engine.fonts,
                attachments=pdf_archive.for_engine(attachments),
                pdf_variant=pdf_archive.VARIANT,
                color_profiles=dict(engine.colours),
                output_intent=pdf_archive.COLOURS,
                finisher=pdf_archive.finish,
            )
        except engine.fatal as error:
            raise PdfError(str(error)) from error
        if engine.fetcher.refused:
            raise PdfError(engine.fetcher.refused[0])
    return pdf
