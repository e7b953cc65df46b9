"""Forms of the legal frame: the day that one asks about, and the amount of a new year."""

import datetime
import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from chantier.lib.numbers import NumberField
from measures.forms import DateInput
from measures.models import LegalReference, Threshold

FIRST_YEAR, LAST_YEAR = 1990, 2100
_YEAR = f"Écrivez une année de {FIRST_YEAR} à {LAST_YEAR}."


class DayForm(forms.Form):
    """« En vigueur le… »: today unless the address says otherwise."""

    date = forms.DateField(
        label="En vigueur le",
        required=False,
        widget=DateInput,
        input_formats=["%Y-%m-%d"],
        error_messages={
            "invalid": "Écrivez une date comme 2024-05-01. Les seuils d’aujourd’hui sont montrés."
        },
    )

    @classmethod
    def asked(cls, query: QueryDict) -> "DayForm":
        is_asked = bool(query.get("date", "").strip())
        return cls(query if is_asked else None, initial={"date": timezone.localdate()})

    @property
    def day(self) -> datetime.date:
        """The day asked for; today when none is, or when it cannot be read."""
        chosen = self.cleaned_data.get("date") if self.is_valid() else None
        return chosen or timezone.localdate()


class NewThresholdForm(forms.ModelForm):
    """The amount of a year, under the words that the older years bear."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    year = forms.IntegerField(
        label="Année",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="En vigueur dès cette année, jusqu’à ce qu’un autre montant le remplace.",
        error_messages={
            "required": "Donnez l’année.",
            "invalid": _YEAR,
            "min_value": _YEAR,
            "max_value": _YEAR,
        },
    )
    amount = NumberField(
        label="Montant ($)",
        max_digits=12,
        decimal_places=2,
        error_messages={
            "required": "Donnez le montant.",
            "max_digits": "Ce montant est trop grand.",
            "max_whole_digits": "Ce montant est trop grand.",
            "max_decimal_places": "Donnez les cents en deux chiffres au plus.",
        },
    )

    class Meta:
        model = Threshold
        fields = ["regime", "kind", "year", "amount", "basis"]
        widgets = {"regime": forms.TextInput(attrs={"list": "regimes", "autocomplete": "off"})}
        help_texts = {
            "regime": "Les mots des années d’avant\u00a0: c’est par eux qu’un montant remplace "
            "l’autre.",
            "basis": "D’où vient ce montant\u00a0: décret, avis, page consultée.",
        }
        error_messages = {
            "regime": {"required": "Dites pour quel régime."},
            "kind": {
                "required": "Choisissez la sorte de seuil.",
                "invalid_choice": "Choisissez la sorte de seuil dans la liste.",
            },
        }

    def __init__(self, data: Any = None, *, reference: LegalReference) -> None:
        super().__init__(data, instance=Threshold(legal_reference=reference))
        self.regimes = list(
            Threshold.objects.order_by("regime").values_list("regime", flat=True).distinct()
        )
        latest = reference.thresholds.order_by("-year", "pk").first()
        if latest is not None:
            self.initial.update(regime=latest.regime, kind=latest.kind)
        # The row of the same regime, kind and year, once the form is read.
        self.known: Threshold | None = None
        self.initial["year"] = timezone.localdate().year

    def clean_regime(self) -> str:
        """One spelling: « Organisme municipal » is « organisme municipal »."""
        typed = " ".join(self.cleaned_data["regime"].split())
        known = {french.fold(words): words for words in self.regimes}
        return known.get(french.fold(typed), typed)

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is None:
            raise forms.ValidationError("Donnez le montant.", "required")
        if amount <= 0:
            raise forms.ValidationError("Le montant doit être plus grand que zéro.")
        return amount

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.known = self._same_place(data)
        if self.known is not None:
            self.add_error(
                "year",
                f"Ce seuil est déjà noté pour {self.known.year}\u00a0: {self.known.money}. "
                "S’il est faux, corrigez-le au catalogue.",
            )
        return data

    def _same_place(self, data: dict[str, Any]) -> Threshold | None:
        place = {name: data.get(name) for name in ("regime", "kind", "year")}
        return Threshold.objects.filter(**place).first() if all(place.values()) else None
