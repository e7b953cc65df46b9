"""What is drawn once a process, and is the same on every page."""

import pytest

from chantier.templatetags import components


@pytest.fixture
def drawings(monkeypatch):
    """The names of the templates that are drawn; the cache starts empty, and ends so."""
    names = []

    def draw(name):
        names.append(name)
        return f"<p>{name}</p>"

    monkeypatch.setattr(components, "render_to_string", draw)
    monkeypatch.setattr(components, "_drawn", components.drawn_once(draw))
    return names


def test_a_fixed_template_is_drawn_once_for_all_visitors(drawings, settings):
    settings.DEBUG = False
    assert {components.fixed("a.html") for _ in range(3)} == {"<p>a.html</p>"}
    assert drawings == ["a.html"]


def test_whoever_writes_it_sees_each_change(drawings, settings):
    settings.DEBUG = True
    for _ in range(3):
        components.fixed("a.html")
    assert drawings == ["a.html"] * 3
