"""The forms of a review: until when it is open, what is proposed, and what is answered."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from chantier.lib import diff, french
from meetings.drafts import text_print
from meetings.forms import LongTextField
from meetings.models import Amendment, PointKind, Synthesis, SynthesisPoint
from members.models import Organization

_LONGEST_REVIEW = datetime.timedelta(days=90)


class ReviewForm(forms.Form):
    """Until when those who attended may propose changes; `version` is what staff have read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)
    until = forms.DateField(
        label="Ouverte jusqu’au",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Ce jour compris.",
        error_messages={
            "required": "Dites jusqu’à quand la révision est ouverte.",
            "invalid": "Écrivez une date, comme 2021-08-05.",
        },
    )

    def clean_until(self) -> datetime.date:
        until, today = self.cleaned_data["until"], timezone.localdate()
        if until < today:
            raise forms.ValidationError("Ce jour est passé.")
        if until > today + _LONGEST_REVIEW:
            raise forms.ValidationError("90 jours au plus.")
        return until


class AmendmentForm(forms.Form):
    """A change to a point, or a point to add when there is no `point`."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    point = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="Au nom de",
        error_messages={
            "required": "Choisissez l’organisation qui propose.",
            "invalid_choice": "Choisissez une organisation de la liste.",
        },
    )
    kind = forms.ChoiceField(
        label="Sorte",
        choices=[(kind.value, kind.label.capitalize()) for kind in PointKind],
        error_messages={
            "required": "Choisissez la sorte de ce point.",
            "invalid_choice": "Choisissez une sorte de la liste.",
        },
    )
    text = LongTextField(
        label="Texte proposé",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": "2\u00a0000 caractères au plus\u00a0: ce texte en a %(show_value)d."
        },
    )
    remove = forms.BooleanField(label="Proposer de retirer ce point", required=False)
    reason = LongTextField(
        label="Pourquoi (facultatif)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="L’animation le lit avant de répondre.",
        error_messages={
            "max_length": "500 caractères au plus\u00a0: ce texte en a %(show_value)d."
        },
    )

    def __init__(
        self,
        *args: Any,
        point: SynthesisPoint | None,
        organizations: Sequence[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.of_point = point
        self.organizations = organizations
        owners: Any = self.fields["organization"]
        owners.queryset = Organization.objects.filter(pk__in=[row.pk for row in organizations])
        if len(organizations) == 1:
            del self.fields["organization"]
        for name in ("remove",) if point is None else ("kind",):
            del self.fields[name]
        if point is not None:
            self.initial["point"] = point.pk
            self.initial["seen"] = text_print(point.kind, point.text)
            self.initial.setdefault("text", point.text)

    def clean_text(self) -> str:
        return french.typeset(self.cleaned_data["text"].replace("\r\n", "\n"))

    def clean_reason(self) -> str:
        return french.typeset(self.cleaned_data["reason"].replace("\r\n", "\n"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "text" not in data or data.get("remove"):
            return data
        point = self.of_point
        if not data["text"]:
            asked = "Écrivez le point à ajouter."
            if point is not None:
                asked = (
                    "Écrivez le texte proposé, ou cochez "
                    "«\u00a0Proposer de retirer ce point\u00a0»."
                )
            self.add_error("text", asked)
        elif point is not None and not diff.differs(point.text, data["text"]):
            self.add_error("text", "Rien ne change dans ce texte.")
        return data

    def amendment(self, synthesis: Synthesis) -> Amendment:
        data = self.cleaned_data
        point = self.of_point
        return Amendment(
            synthesis=synthesis,
            point=point,
            kind=point.kind if point else data["kind"],
            base_text=point.text if point else "",
            text="" if data.get("remove") else data["text"],
            reason=data["reason"],
            organization=data.get("organization") or self.organizations[0],
        )


class AnswerForm(forms.Form):
    """What staff answer: accept, refuse with a reason, or accept a text merged by hand."""

    ACCEPT, REFUSE, MERGE = "accept", "refuse", "merge"

    act = forms.ChoiceField(
        choices=[(name, name) for name in (ACCEPT, REFUSE, MERGE)],
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choisissez d’accepter ou de refuser.",
            "invalid_choice": "Choisissez d’accepter ou de refuser.",
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    merged = LongTextField(
        label="Texte du point",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Laissé vide, le point est retiré.",
        error_messages={
            "max_length": "2\u00a0000 caractères au plus\u00a0: ce texte en a %(show_value)d."
        },
    )
    answer = LongTextField(
        label="Réponse",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": "500 caractères au plus\u00a0: ce texte en a %(show_value)d."
        },
    )

    def clean_merged(self) -> str:
        return french.typeset(self.cleaned_data["merged"].replace("\r\n", "\n"))

    def clean_answer(self) -> str:
        return french.typeset(self.cleaned_data["answer"].replace("\r\n", "\n"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("act") == self.REFUSE and data.get("answer") == "":
            self.add_error("answer", "Dites pourquoi cette modification est refusée.")
        return data
