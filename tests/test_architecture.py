"""Guards of the house: each holds a rule of STYLE that no library checks.

A guard that finds nothing to look at proves nothing: each counts what it checked, and those that
could pass by mistake are shown something broken (the canaries, at the end of each section).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.template import engines
from django.template.loader import get_template

from tests.routes import routes

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("benefits", "chantier", "measures", "meetings", "members")
# From top to bottom: a foreign key points down, or stays.
LAYERS = ["reports", "meetings", "benefits", "measures", "members", "background"]


def our_models() -> list[type[models.Model]]:
    return [model for label in LAYERS for model in apps.get_app_config(label).get_models()]


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


# --- Models -----------------------------------------------------------------------


def points_down(source: str, target: str) -> bool:
    return target not in LAYERS or LAYERS.index(source) <= LAYERS.index(target)


def test_foreign_keys_point_down():
    checked = 0
    for model in our_models():
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            if field.related_model:
                target = field.related_model._meta.app_label
                assert points_down(model._meta.app_label, target), field
                checked += 1
    assert checked > 30
    assert not points_down("members", "measures")


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_verbose_names_start_in_lower_case():
    """They are used in the middle of sentences; an acronym keeps its capitals."""
    checked = 0
    for model in our_models():
        names = [model._meta.verbose_name, model._meta.verbose_name_plural]
        names += [field.verbose_name for field in model._meta.get_fields() if is_own(field)]
        for name in map(str, names):
            assert name[:1].islower() or name[:2].isupper(), f"{model.__name__}: {name}"
            checked += 1
    assert checked > 150


def is_own(field: object) -> bool:
    return isinstance(field, models.Field) and not field.auto_created


def test_every_model_is_ordered():
    """An unordered list repeats rows from one page to the next, and loses others."""
    for model in our_models():
        assert model._meta.ordering, model


def test_every_model_and_field_is_named():
    """Without a name, Django shows the English one of the attribute."""
    checked = 0
    for model in our_models():
        assert "verbose_name" in model._meta.original_attrs, model
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            if field.editable and is_own(field):
                assert field._verbose_name, field
                checked += 1
    assert checked > 100


# --- Views ------------------------------------------------------------------------


def test_every_address_of_an_organization_asks_for_a_permission():
    checked = 0
    for route in routes():
        if "org_slug" in route.pattern:
            assert getattr(route.view, "required_permission", None), route.pattern
            checked += 1
    assert checked > 8


def test_addresses_end_like_a_page_or_a_file():
    for route in routes():
        if route.is_ours:
            assert re.search(r"(/|\.pdf|\.ics|\.csv|\.json|\.txt|\.xml|^)\$?$", route.pattern), (
                route.pattern
            )


# --- Templates --------------------------------------------------------------------

TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(
    (ROOT / "templates").rglob("*.txt")
)
NAMED = re.compile(r"""["']([\w./-]+\.(?:html|txt))["']""")
# Looked up by Django, allauth or crispy under these names.
BY_CONVENTION = ("account/", "chantier/", "403", "404", "400", "500", "django/", "admin/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


NAMES = [name_of(path) for path in TEMPLATES]


def names_in(text: str) -> set[str]:
    return set(NAMED.findall(text))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name):
    get_template(name)


def test_every_template_is_used():
    used: set[str] = set()
    for path in [*TEMPLATES, *sources(*PACKAGES)]:
        used |= names_in(path.read_text())
    unused = {name for name in NAMES if name not in used and not name.startswith(BY_CONVENTION)}
    assert TEMPLATES
    assert unused == set()
    assert names_in("""{% include 'a/_b.html' %} render(request, "c/d.html")""") == {
        "a/_b.html",
        "c/d.html",
    }


def test_every_template_that_is_named_exists():
    existing = set(NAMES)
    for path in [*TEMPLATES, *sources(*PACKAGES)]:
        for name in names_in(path.read_text()):
            if "/" in name and not name.startswith("seed/"):
                known = name in existing or engines["django"].get_template(name)
                assert known, f"{path.name}: {name}"


def unsafe_in_template(text: str) -> list[str]:
    return re.findall(r"\|\s*safe\b|\bautoescape off\b|\bstyle=\"|<script>|\son[a-z]+=\"", text)


def test_templates_trust_nothing_and_hold_no_script_or_style():
    for path in TEMPLATES:
        if path.suffix == ".html":
            assert unsafe_in_template(path.read_text()) == [], path.name
    broken = '<p style="x" onclick="y">{{ z|safe }}</p>'
    assert len(unsafe_in_template(broken)) == 3


def test_fragments_say_what_they_need():
    checked = 0
    for path in TEMPLATES:
        text = re.sub(r"\{% load .*?%\}", "", path.read_text()).lstrip()
        if path.name.startswith("_") and "{{" in text:
            assert text.startswith(("{#", "{% comment")), path.name
            checked += 1
    assert checked


# --- Python -----------------------------------------------------------------------


def test_no_file_is_over_400_lines():
    """A file that long holds two things: give each its name."""
    lengths = {
        str(path.relative_to(ROOT)): path.read_text().count("\n")
        for path in sources(*PACKAGES, "tests")
    }
    assert len(lengths) > 50
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def lengths_of_functions(text: str) -> dict[str, int]:
    """Lines of each function, its signature and docstring left out."""
    lengths = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lengths[node.name] = node.end_lineno - body[0].lineno + 1 if body else 0
    return lengths


def test_functions_are_short():
    """25 lines, and 40 where a long call with named arguments is the reason."""
    lengths = {
        f"{path.relative_to(ROOT)}:{name}": length
        for path in sources(*PACKAGES)
        for name, length in lengths_of_functions(path.read_text()).items()
    }
    over = {name: length for name, length in lengths.items() if length > 25}
    assert {name: length for name, length in over.items() if length > 40} == {}
    assert len(over) <= len(lengths) * 0.02, over
    assert lengths_of_functions('def f():\n    """Doc."""\n    x = 1\n    return x') == {"f": 2}


def marked_safe(text: str) -> bool:
    return "mark_safe" in text or "SafeString(" in text


def test_python_never_declares_a_text_safe():
    for path in sources(*PACKAGES):
        assert not marked_safe(path.read_text()), path
    assert marked_safe("return mark_safe(text)")


def test_every_module_has_a_first_sentence():
    for path in sources(*PACKAGES):
        tree = ast.parse(path.read_text())
        trivial = len(tree.body) <= 1 or path.name in ("apps.py", "__init__.py", "admin.py")
        if not trivial:
            docstring = ast.get_docstring(tree) or ""
            assert docstring.rstrip().split("\n")[0].endswith((".", ":", "?")), path


# --- What users read --------------------------------------------------------------

# Ordinary spaces inside « » or before « : » let the line break there; ' is not an apostrophe.
TYPOGRAPHY = re.compile(r"« | »|\w :(?=\s|$)|[A-Za-zÀ-ÿ]'[a-zà-ÿ]|\d %|\d \$| [;!?](?=\s|$)")


def french_faults(text: str) -> list[str]:
    return TYPOGRAPHY.findall(text)


def strings_of(path: Path) -> Iterator[tuple[int, str]]:
    """Text constants of a module that hold French, docstrings aside."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str) and re.search(r"[À-ÿ’«»]", node.value):
            yield node.lineno, node.value


def test_what_python_tells_users_follows_french_typography():
    # The demonstration sets its texts when it loads them (`french.typeset`).
    texts = [
        (f"{path.relative_to(ROOT)}:{line}", text)
        for path in sources(*PACKAGES)
        if "demo" not in path.parts
        for line, text in strings_of(path)
    ]
    assert len(texts) > 100
    assert {place: text for place, text in texts if french_faults(text)} == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_templates_tell_users_follows_french_typography(name):
    text = (ROOT / "templates" / name).read_text()
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|<[^>]*>", "", re.sub(r"\{\{.*?\}\}", "X", text))
    text = text.replace("&nbsp;", "\u00a0")
    assert french_faults(text) == []


@pytest.mark.parametrize(
    "text", ["« oui »", "Statut : prêt", "l'organisation", "34 %", "Vraiment ?", "12 $"]
)
def test_the_guard_of_typography_sees_a_fault(text):
    assert french_faults(text)


@pytest.mark.parametrize(
    "text",
    ["«\u00a0oui\u00a0»", "Statut\u00a0: prêt", "l’organisation", "34\u00a0%", "Vraiment?", "a:b"],
)
def test_the_guard_of_typography_lets_good_french_pass(text):
    assert french_faults(text) == []
