"""Fields drawn at once look as Django and crispy-forms would draw them."""

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from chantier.lib.widgets import DirectRenderer, is_drawn

AWKWARD = 'a "b" <c> & d’e'


class AsDjangoDoes(DjangoTemplates):
    pass


class Everything(forms.Form):
    text = forms.CharField(help_text="Une aide.", max_length=20)
    quoted = forms.CharField(initial=AWKWARD, label=AWKWARD, help_text="Aide.", required=False)
    area = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), initial=AWKWARD)
    number = forms.IntegerField(min_value=1, initial=0)
    mail = forms.EmailField(required=False)
    address = forms.URLField(required=False, assume_scheme="https")
    secret = forms.CharField(widget=forms.PasswordInput)
    day = forms.DateField(initial="2021-04-30", widget=forms.DateInput(attrs={"class": "court"}))
    choice = forms.ChoiceField(choices=[("", "Tous"), (1, AWKWARD), (2, "deux")], initial=2)
    groups = forms.ChoiceField(choices=[("Un groupe", [("a", "A"), ("b", "B")]), ("c", "C")])
    several = forms.MultipleChoiceField(choices=[(1000, "mille"), (2, "deux")], initial=[1000])
    tick = forms.BooleanField(required=False, initial=True)
    radio = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(
        choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False
    )
    file = forms.FileField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, initial=AWKWARD)


DRAWN = ["text", "quoted", "area", "number", "mail", "address", "secret", "day", "choice"]
DRAWN += ["groups", "several"]
POSTED = {"text": "x" * 30, "quoted": AWKWARD, "choice": "9", "several": ["2", "9"], "day": "hier"}


@pytest.mark.parametrize("data", [None, {}, POSTED], ids=["new", "empty", "refused"])
@pytest.mark.parametrize("name", Everything.base_fields)
def test_a_widget_is_what_django_draws(name, data):
    ours = Everything(data, renderer=DirectRenderer())[name]
    theirs = Everything(data, renderer=AsDjangoDoes())[name]
    assert parse_html(str(ours)) == parse_html(str(theirs))


@pytest.mark.parametrize("data", [None, {}, POSTED], ids=["new", "empty", "refused"])
@pytest.mark.parametrize("name", Everything.base_fields)
def test_a_field_is_what_the_bootstrap_pack_draws(name, data):
    """But for the class that names the widget, which no style sheet here reads."""
    ours = parse_html(as_crispy_field(Everything(data)[name], "chantier"))
    theirs = as_crispy_field(Everything(data)[name], "bootstrap5")
    for kind in ("textinput", "textarea", "numberinput", "emailinput", "urlinput", "passwordinput"):
        theirs = theirs.replace(f'class="{kind} ', 'class="')
    for kind in ("dateinput", "selectmultiple", "select"):
        theirs = theirs.replace(f" {kind} form-", " form-").replace(f'"{kind} form-', '"form-')
    assert ours == parse_html(theirs)


def test_what_most_forms_hold_is_drawn_at_once():
    assert [name for name in Everything.base_fields if is_drawn(Everything()[name])] == DRAWN
