"""Our check of a PDF sees what is wrong: a good file, broken in each of the ways it looks for."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from chantier.lib import pdf, pdf_archive
from chantier.lib.pdf_archive import Attachment
from tests.pdf_structure import RULES, problems

HEAD = '<!doctype html><html lang="fr-CA"><head><title>Essai</title></head><body>'
TABLE = (
    "<table><caption>Légende</caption><thead><tr><th scope='col'>Un</th><th scope='col'>Deux</th>"
    "</tr></thead><tbody><tr><th scope='row'>A</th><td>1</td></tr>"
    "<tr><th scope='row'>B</th><td>2</td></tr></tbody></table>"
)
GOOD = (
    f"{HEAD}<div class='report' data-head='En-tête' data-foot='Bas de page'><h1>Essai</h1>"
    "<h2>Première partie</h2><p>Voir <a href='https://exemple.example/'>le site</a>.</p>"
    "<ul><li>Un point</li><li>Un autre</li></ul><img src='img/favicon.svg' alt='Marque'>"
    f"<h3>Détail</h3>{TABLE}<h2 class='new-page'>Deuxième partie</h2><p>Suite.</p>"
    "<h2 class='new-page'>Troisième partie</h2><p>Fin.</p></div></body></html>"
)
FILES = (
    Attachment("donnees.json", "application/json", b'{"a": 1}', "Les données du rapport"),
    Attachment("autres.csv", "text/csv", b"a;b\r\n", "Les mêmes, en tableau"),
)


def printed(html: str, *, files: tuple[Attachment, ...] = ()) -> bytes:
    return pdf.draw(html, files)


@pytest.fixture(scope="module")
def good() -> bytes:
    return printed(GOOD, files=FILES)


def test_a_good_file_has_no_problem(good):
    assert problems(good) == []


def _elements(document: Any, kind: str) -> Iterator[Any]:
    """The elements of a kind, in reading order."""

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if node.get("/S") == kind:
                yield node
            yield from walk(node.get("/K", []))

    return walk(document.Root.StructTreeRoot.K)


def first(document: Any, kind: str) -> Any:
    return next(_elements(document, kind))


def contents(document: Any, old: bytes, new: bytes, page: int = 0) -> None:
    """Write the first sheet otherwise."""
    stream = document.pages[page].Contents
    before = stream.read_bytes()
    assert old in before
    stream.write(before.replace(old, new, 1))


def metadata(document: Any, old: bytes, new: bytes) -> None:
    before = document.Root.Metadata.read_bytes()
    assert old in before
    document.Root.Metadata = document.make_stream(
        before.replace(old, new), Type=pikepdf.Name.Metadata
    )


def spec(document: Any) -> Any:
    return document.Root.AF[0]


def link(document: Any) -> Any:
    return document.pages[0].Annots[0]


def font(document: Any) -> Any:
    return next(iter(document.pages[0].Resources.Font.values()))


def empty_cell(document: Any) -> None:
    row = list(_elements(document, "/TR"))[1]
    del row.K[1]


def move_first_page_last(document: Any) -> None:
    kids = first(document, "/Document").K
    kids.append(kids[0])
    del kids[0]


def sub(document: Any, kind: str, name: str) -> None:
    first(document, kind).S = pikepdf.Name(name)


def rename_bookmark(document: Any) -> None:
    with document.open_outline() as outline:
        outline.root[0].title = "Autre"


def drop_bookmarks(document: Any) -> None:
    with document.open_outline() as outline:
        outline.root.clear()


def swap_parents(document: Any) -> None:
    nums = document.Root.StructTreeRoot.ParentTree.Nums[1]
    nums[0], nums[1] = nums[1], nums[0]


def write_over(stream: Any) -> None:
    stream.write(b"autre chose")


_SECOND_BLOCK = (
    b'</rdf:RDF><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
)

Damage = Callable[[Any], object]
DAMAGE: list[tuple[str, str, Damage]] = [
    ("marked", "not said", lambda d: d.Root.__delitem__("/MarkInfo")),
    ("marked", "doubted", lambda d: d.Root.MarkInfo.__setitem__("/Suspects", True)),
    ("marked", "no document", lambda d: sub(d, "/Document", "/Sect")),
    ("language", "none", lambda d: d.Root.__delitem__("/Lang")),
    ("title", "none", lambda d: d.docinfo.__delitem__("/Title")),
    ("title", "not shown", lambda d: d.Root.__delitem__("/ViewerPreferences")),
    ("title", "two", lambda d: metadata(d, b">Essai<", b">Autre<")),
    ("claims", "no UA", lambda d: metadata(d, b"<pdfuaid:part>1", b"<pdfuaid:part>2")),
    ("claims", "no A", lambda d: metadata(d, b'conformance="A"', b'conformance="B"')),
    ("claims", "undescribed", lambda d: metadata(d, b"namespaceURI", b"namespace")),
    ("claims", "two blocks", lambda d: metadata(d, b"</rdf:RDF>", _SECOND_BLOCK)),
    ("colours", "none", lambda d: d.Root.__delitem__("/OutputIntents")),
    ("colours", "no profile", lambda d: write_over(d.Root.OutputIntents[0].DestOutputProfile)),
    ("tags", "unknown", lambda d: sub(d, "/Caption", "/Legende")),
    (
        "tags",
        "another parent",
        lambda d: first(d, "/H1").__setitem__("/P", first(d, "/Table")),
    ),
    ("headings", "two first", lambda d: sub(d, "/H2", "/H1")),
    ("headings", "none first", lambda d: sub(d, "/H1", "/P")),
    ("headings", "skips", lambda d: sub(d, "/H2", "/P")),
    ("headings", "empty", lambda d: first(d, "/H2").__setitem__("/K", pikepdf.Array())),
    ("order", "page 1 last", move_first_page_last),
    ("tables", "a cell is missing", empty_cell),
    ("tables", "no scope", lambda d: first(d, "/TH").A.__delitem__("/Scope")),
    ("tables", "no headers", lambda d: first(d, "/TD").A.__delitem__("/Headers")),
    ("tables", "unknown headers", lambda d: list(_elements(d, "/TH"))[1].__delitem__("/ID")),
    ("tables", "a paragraph in a row", lambda d: sub(d, "/TD", "/P")),
    ("figures", "no words", lambda d: first(d, "/Figure").__delitem__("/Alt")),
    ("lists", "no body", lambda d: sub(d, "/LBody", "/Span")),
    ("lists", "an item outside", lambda d: sub(d, "/L", "/Div")),
    ("lists", "no item", lambda d: first(d, "/L").__setitem__("/K", pikepdf.Array())),
    ("links", "no contents", lambda d: link(d).__delitem__("/Contents")),
    ("links", "no address", lambda d: link(d).__delitem__("/A")),
    ("links", "hidden", lambda d: link(d).__setitem__("/F", 2)),
    ("links", "outside the tree", lambda d: first(d, "/Link").K.__delitem__(0)),
    ("links", "no words", lambda d: first(d, "/Link").K.__delitem__(1)),
    ("bookmarks", "renamed", rename_bookmark),
    ("bookmarks", "none", drop_bookmarks),
    ("content", "unmarked", lambda d: contents(d, b"/Artifact", b"/Reste")),
    ("content", "out of the tree", lambda d: first(d, "/P").__setitem__("/K", pikepdf.Array())),
    ("content", "out of the sheet", lambda d: contents(d, b"/MCID 0>>", b"/MCID 900>>")),
    ("content", "two parents", swap_parents),
    (
        "content",
        "artifact within content",
        lambda d: contents(d, b"/MCID 0>>\nBDC", b"/MCID 0>>\nBDC\n/Artifact BMC 0 0 1 1 re f EMC"),
    ),
    ("tab_order", "not said", lambda d: d.pages[0].__delitem__("/Tabs")),
    ("fonts", "no letters", lambda d: font(d).__delitem__("/ToUnicode")),
    (
        "fonts",
        "outside of the file",
        lambda d: font(d).DescendantFonts[0].__delitem__("/FontDescriptor"),
    ),
    (
        "scripts",
        "when it opens",
        lambda d: d.Root.__setitem__(
            "/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        ),
    ),
    ("scripts", "in a link", lambda d: link(d).A.__setitem__("/S", pikepdf.Name.Launch)),
    ("attachments", "unrelated", lambda d: spec(d).__delitem__("/AFRelationship")),
    ("attachments", "undescribed", lambda d: spec(d).__delitem__("/Desc")),
    ("attachments", "not of the document", lambda d: d.Root.AF.__delitem__(0)),
    ("attachments", "renamed", lambda d: spec(d).__setitem__("/UF", "autre.csv")),
    ("attachments", "no type", lambda d: spec(d).EF.F.__delitem__("/Subtype")),
    ("attachments", "changed", lambda d: write_over(spec(d).EF.F)),
    ("attachments", "undated", lambda d: spec(d).EF.F.Params.__delitem__("/ModDate")),
]


def rules_of(data: bytes) -> set[str]:
    return {fault.partition(":")[0] for fault in problems(data)}


@pytest.mark.parametrize(
    ("name", "damage"),
    [pytest.param(name, damage, id=f"{name}: {what}") for name, what, damage in DAMAGE],
)
def test_a_damaged_file_is_seen(good, name, damage):
    output = BytesIO()
    with pikepdf.open(BytesIO(good)) as document:
        damage(document)
        document.save(output)
    assert name in rules_of(output.getvalue())


# What a template can do wrong, and the rule that sees it.
WRONG = [
    ("headings", f"{HEAD}<h2>Sans titre</h2><p>x</p>"),
    ("headings", f"{HEAD}<h1>Un</h1><h3>Trois</h3><p>x</p>"),
    ("figures", f"{HEAD}<h1>t</h1><img src='img/favicon.svg' alt=''>"),
    ("figures", f"{HEAD}<h1>t</h1><svg width='9' height='9'><rect width='9' height='9'/></svg>"),
    ("tables", f"{HEAD}<h1>t</h1><table><tr><td>1</td><td>2</td></tr></table>"),
    ("tables", f"{HEAD}<h1>t</h1>{TABLE.replace('<td>2</td>', '')}"),
    ("lists", f"{HEAD}<h1>t</h1><ul><p>x</p></ul>"),
    ("bookmarks", f"{HEAD}<h1>t</h1><h2 style='bookmark-level:none'>u</h2><p>x</p>"),
    ("language", HEAD.replace("fr-CA", "xx") + "<h1>t</h1>"),
    ("title", HEAD.replace("<title>Essai</title>", "") + "<h1>t</h1>"),
    (
        "running",
        f"{HEAD}<p style='position:fixed'>Au bas</p><h1>t</h1>{'<p class=new-page>x</p>' * 2}",
    ),
]


@pytest.mark.parametrize(("name", "html"), WRONG)
def test_a_wrong_template_is_seen(name, html):
    assert name in rules_of(printed(f"{html}</body></html>"))


def test_what_the_engine_writes_alone_is_not_enough(monkeypatch):
    monkeypatch.setattr(pdf_archive, "finish", lambda *_: None)
    faults = problems(printed(GOOD, files=FILES))
    for words in (
        "claims: metadata that programs cannot search",
        "part is None, not '1'",
        "tables: table 1: a header without a scope",
        "is drawn or tagged, not both",
        "attachments: the files inside and the files of the document differ",
    ):
        assert any(words in fault for fault in faults), words


def test_each_rule_sees_its_damage():
    assert set(RULES) == {name for name, _, _ in DAMAGE} | {name for name, _ in WRONG}
