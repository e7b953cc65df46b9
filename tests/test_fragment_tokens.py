"""A fragment that is included with `only` sees no token of its own: a form in it must be given one.

Clients of tests do not check tokens, so that nothing else would notice.
"""

import re
from pathlib import Path

from django.conf import settings

_TEMPLATES = Path(settings.BASE_DIR) / "templates"
_INCLUDE = re.compile(r'{% include "(?P<name>[^"]+)"(?P<rest>[^%]*) only %}')


def _texts() -> dict[str, str]:
    return {
        str(path.relative_to(_TEMPLATES)): path.read_text() for path in _TEMPLATES.rglob("*.html")
    }


def test_fragments_with_a_form_are_given_the_token() -> None:
    texts = _texts()
    fragments = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    includes = [
        (name, found)
        for name, text in texts.items()
        for found in _INCLUDE.finditer(text)
        if found["name"] in fragments
    ]

    assert includes
    assert [
        f"{name}: {found['name']}"
        for name, found in includes
        if "csrf_token=csrf_token" not in found["rest"]
    ] == []
