"""Forms of topics: proposed by members, taken up or declined by staff."""

import uuid
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from chantier.lib import french
from meetings.acts.topics import TAKES_TOPICS
from meetings.forms import LongTextField
from meetings.models import Meeting, Topic
from members.models import Organization

_STATES = {
    "a-l-etude": ("À l’étude", Topic.State.WAITING),
    "a-l-ordre-du-jour": ("Mis à l’ordre du jour", Topic.State.TAKEN),
    "non-retenus": ("Non retenus", Topic.State.DECLINED),
    "retires": ("Retirés par l’organisation", Topic.State.WITHDRAWN),
}
_TOO_LONG = "2\u00a0000 caractères au plus\u00a0: ce texte en a %(show_value)d."


class TopicForm(forms.Form):
    """What an organization would like to talk about."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(
        label="Sujet",
        max_length=200,
        help_text="Les membres le liront à l’ordre du jour s’il est retenu.",
        error_messages={
            "required": "Écrivez le sujet en quelques mots.",
            "max_length": "200 caractères au plus\u00a0: ce sujet en a %(show_value)d. "
            "Le reste va sous «\u00a0Pourquoi\u00a0».",
        },
    )
    why = LongTextField(
        label="Pourquoi",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Facultatif. L’animation le lit pour choisir; les autres membres ne le voient "
        "pas.",
        error_messages={"max_length": _TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Too long a paste is told, never cut.
        self.fields["title"].widget.attrs.pop("maxlength", None)

    def clean_title(self) -> str:
        return french.typeset(" ".join(self.cleaned_data["title"].split()))

    def clean_why(self) -> str:
        return french.typeset(self.cleaned_data["why"].replace("\r\n", "\n"))


class _MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        state = obj.get_state_display()
        return f"{obj.heading}, {french.long_date(obj.held_on)} – {obj.title} ({state})"


class TakeForm(forms.Form):
    """The meeting that takes a topic up, and the time that it gives it."""

    meeting = _MeetingField(
        Meeting.objects.none(),
        label="Rencontre",
        empty_label="Choisir…",
        error_messages={
            "required": "Choisissez la rencontre qui en parlera.",
            "invalid_choice": "Cette rencontre n’est plus à préparer\u00a0: choisissez-en une "
            "autre.",
        },
    )
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=1,
        max_value=600,
        help_text="Facultatif. Le point se place à la fin de l’ordre du jour.",
        error_messages={
            "invalid": "Écrivez un nombre de minutes, comme 20.",
            "min_value": "Une minute au moins.",
            "max_value": "600 minutes au plus.",
        },
    )
    answer = LongTextField(
        label="Un mot à la personne qui l’a proposé",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Facultatif.",
        error_messages={"max_length": _TOO_LONG},
    )

    prefix = "retenir"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meetings: Any = self.fields["meeting"]
        meetings.queryset = Meeting.objects.filter(state__in=TAKES_TOPICS).order_by("held_on", "pk")

    def clean_answer(self) -> str:
        return french.typeset(self.cleaned_data["answer"].replace("\r\n", "\n"))


class DeclineForm(forms.Form):
    """Why a topic is not taken up."""

    answer = LongTextField(
        label="Raison",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’organisation la lit.",
        error_messages={
            "required": "Dites pourquoi ce sujet n’est pas retenu.",
            "max_length": _TOO_LONG,
        },
    )

    prefix = "decliner"

    def clean_answer(self) -> str:
        return french.typeset(self.cleaned_data["answer"].replace("\r\n", "\n"))


class _OrganizationFilter(django_filters.ModelChoiceFilter):
    """Organizations that proposed something."""

    def get_queryset(self, request: Any) -> QuerySet:
        proposed = Topic.objects.order_by().values("organization")
        return Organization.objects.filter(pk__in=proposed).order_by("sort_name", "pk")


class TopicFilter(django_filters.FilterSet):
    """Of what state and organization."""

    etat = django_filters.ChoiceFilter(
        label="État",
        method="in_state",
        choices=[(code, label) for code, (label, _) in _STATES.items()],
        empty_label="Tous les états",
    )
    organisation = _OrganizationFilter(
        label="Organisation",
        field_name="organization",
        to_field_name="slug",
        empty_label="Toutes les organisations",
    )

    class Meta:
        model = Topic
        fields: list[str] = []

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(state=_STATES[value][1])
