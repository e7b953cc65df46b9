"""The form of an examination of article 3."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from benefits.models import Criterion, EligibilityReview, SocialEnterprise
from measures.forms import DateInput
from measures.forms_catalogue import Prose

_CONFIRMED = SocialEnterprise.Eligibility.CONFIRMED


class ReviewForm(forms.ModelForm):
    """What an examination shows, criterion by criterion, and where it was read."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    state = forms.ChoiceField(
        label="Conclusion",
        choices=[("", "Choisir…")]
        + [(code, label.capitalize()) for code, label in SocialEnterprise.Eligibility.choices],
        error_messages={"required": "Dites ce que conclut l’examen."},
    )
    criteria = forms.MultipleChoiceField(
        label="Critères démontrés",
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = Prose(
        label="Preuve",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que vous avez lu\u00a0: lettres patentes, statuts, règlements, site.",
        error_messages={"required": "Dites sur quoi repose l’examen."},
    )

    source_url = forms.URLField(
        label="Adresse de la preuve", required=False, max_length=400, assume_scheme="https"
    )

    class Meta:
        model = EligibilityReview
        fields = ("state", "examined_on", "criteria", "evidence", "source_url")
        widgets = {"examined_on": DateInput}
        error_messages = {"examined_on": {"required": "Donnez la date de l’examen."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["examined_on"] = self.initial.get("examined_on") or timezone.localdate()
        self.fields["source_url"].widget.attrs["placeholder"] = "https://"

    def clean_examined_on(self) -> Any:
        day = self.cleaned_data["examined_on"]
        if day > timezone.localdate():
            raise ValidationError("Cet examen n’a pas encore eu lieu\u00a0: vérifiez la date.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lacking = len(Criterion.values) - len(data.get("criteria", ()))
        if data.get("state") == _CONFIRMED and lacking:
            text = (
                "Admissibilité confirmée\u00a0: les sept critères de l’article 3 doivent être "
                "démontrés. Sinon, choisissez «\u00a0zone grise\u00a0» ou «\u00a0à vérifier\u00a0»."
            )
            self.add_error("criteria", text)
        return data
