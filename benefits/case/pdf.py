"""A case on paper: on two sheets at the most, in smaller letters if it has to be."""

import datetime
from io import BytesIO

import pikepdf

from benefits.case.reading import Case
from chantier.lib.rendering import render_pdf

TEMPLATE = "benefits/pdf/case.html"
SHEETS = 2
# A class of the page and how many EÉS are named: from a generous sheet to a full one.
_DENSITIES = [("", 8), ("tight", 8), ("tight tighter", 4)]


def draw(case: Case, *, root: str, today: datetime.date) -> bytes:
    """The PDF/UA-1 of a case that is not empty; drawn three times at the most.

    `root` is the address of the portal, where its links lead.
    """
    pdf = b""
    for density, most in _DENSITIES:
        context = {
            "case": case,
            "confirmed": case.offer.confirmed[:most],
            "density": density,
            "root": root,
            "today": today,
        }
        pdf = render_pdf(TEMPLATE, context)
        with pikepdf.open(BytesIO(pdf)) as document:
            if len(document.pages) <= SHEETS:
                break
    return pdf
