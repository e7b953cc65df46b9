"""The process that draws does not grow with what it has drawn."""

from statistics import median

from chantier.lib import pdf
from chantier.lib.pdf_archive import Attachment
from chantier.lib.rendering.order import Order
from chantier.lib.rendering.pool import Pool

WARM_UP, DOCUMENTS = 12, 64
# What libraries may keep of sixty documents after the first dozen, fonts and caches then being
# full. They keep a fifth of a megabyte; to keep what each was asked alone would make eight.
MEGABYTES = 4


def order(number: int) -> Order:
    """Each unlike the others, of one page to four, with its data inside."""
    rows = [[f"Poste {number}-{row}", str(number * row)] for row in range(20 * (number % 4 + 1))]
    context = {
        "title": f"Document {number}",
        "paragraphs": [f"Paragraphe {number}. " + "Un mot, puis un autre. " * 60],
        "head": ["Poste", "Nombre"],
        "rows": rows,
    }
    data = Attachment("donnees.csv", "text/csv", b"a;b\r\n" * 20_000, "Les données")
    return Order(pdf.html_of("demo/document.html", context), (data,), megabytes=400)


def test_sixty_documents_leave_it_as_it_was():
    pool = Pool(size=1)
    held = []
    try:
        for number in range(WARM_UP + DOCUMENTS):
            assert pool.draw(order(number), seconds=600).startswith(b"%PDF-")
            (renderer,) = pool._idle
            held.append(renderer.resident_megabytes())
        assert renderer.documents == WARM_UP + DOCUMENTS
    finally:
        pool.close()
    # Of eight each: all sizes of document are among them.
    before, after = median(held[WARM_UP : WARM_UP + 8]), median(held[-8:])
    assert after - before < MEGABYTES, held
