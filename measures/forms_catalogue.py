"""Forms of the catalogue, for ECPAR staff."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms.models import inlineformset_factory
from django.utils.text import slugify

from chantier.lib.numbers import NumberField
from measures.models import (
    Barrier,
    Clause,
    Indicator,
    LegalReference,
    Measure,
    Solution,
    Stage,
    Threshold,
)
from members.models import Term

_MARKS = ["to_verify", "is_inference", "basis"]
# As many as the columns of figures hold.
_MOST_DECIMALS = 4
# « ajouter » is the address of the page that adds.
_RESERVED = {"ajouter"}
_CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
    "Composez le code de lettres sans accent, de chiffres et de tirets.",
)


class Prose(forms.CharField):
    """Text over several lines: browsers send their own line ends, which are no change."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        rows = widget.attrs.get("rows", 4)
        # A text area is ten lines unless told.
        return {"rows": 4 if rows == "10" else rows} | super().widget_attrs(widget)


class _ByCode:
    """Choices that the address, the form and the journal name alike: by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"to_field_name": "code"}))

    def label_from_instance(self, obj: Any) -> str:
        return str(obj) if isinstance(obj, Term | Stage) else f"{obj.code} – {obj}"


class CodedChoice(_ByCode, forms.ModelChoiceField):
    """One row, by its code."""


class CodedChoices(_ByCode, forms.ModelMultipleChoiceField):
    """Several rows, by their codes, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple


_CHOICES = {
    "stage": CodedChoice,
    "groups": CodedChoices,
    "documents": CodedChoices,
    "contract_kinds": CodedChoices,
    "measures": CodedChoices,
    "clauses": CodedChoices,
    "legal_references": CodedChoices,
    "sources": CodedChoices,
    "description": Prose,
    "says": Prose,
    "note": Prose,
}


class CatalogueForm(forms.ModelForm):
    """One row of the catalogue; its code is chosen once, and so is its address."""

    # Recognizes a form that arrives twice, and one that was opened on an older version.
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, version: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = version
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.fields["code"].validators.append(_CODE)
            self.fields[
                "code"
            ].help_text = "Court et définitif\u00a0: il donne aussi l’adresse de la page."
        for name, field in self.fields.items():
            if isinstance(field, CodedChoice) and self.instance.pk:
                self.initial[name] = getattr(self.instance, name).code

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version > self.initial["version"]:
            # From before a backup was restored, or forged.
            raise ValidationError("Ce contenu a été remplacé\u00a0: ouvrez de nouveau sa page.")
        return version

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        model = type(self.instance)
        if code.lower() in _RESERVED or not slugify(code):
            raise ValidationError("Choisissez un autre code\u00a0: celui-ci est réservé.")
        if model._default_manager.filter(code__iexact=code).exists():
            raise ValidationError("Ce code est déjà pris\u00a0: choisissez-en un autre.")
        return str(code)

    def _post_clean(self) -> None:
        if not self.instance.pk and hasattr(self.instance, "slug"):
            self.instance.slug = slugify(self.cleaned_data.get("code", ""))
        super()._post_clean()  # type: ignore[misc]

    @property
    def typed(self) -> list[str]:
        """The fields that people fill in, in the order of the form."""
        return [name for name in self.fields if name not in ("submission_key", "version")]

    def posted_version(self) -> int | None:
        """The version that the form was opened on, before anything else is judged."""
        try:
            return self.fields["version"].clean(self.data.get("version"))
        except ValidationError:
            return None


class MeasureForm(CatalogueForm):
    class Meta:
        model = Measure
        fields = [
            "code",
            "stage",
            "title",
            "description",
            "expected_evidence",
            "effort",
            "groups",
            "legal_references",
            "is_active",
            *_MARKS,
            "sources",
        ]
        field_classes = _CHOICES
        help_texts = {
            "is_active": "Décochée, la mesure quitte le guide; les registres la gardent.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # The records of the registers stand under its stage, and so do frozen reports.
            del self.fields["stage"]


class StageForm(CatalogueForm):
    class Meta:
        model = Stage
        fields = ["code", "name", "short_name", "description", "question", "iso_20400", *_MARKS]
        field_classes = _CHOICES


class LegalReferenceForm(CatalogueForm):
    class Meta:
        model = LegalReference
        fields = ["code", "name", "says", "note", "order", *_MARKS, "sources"]
        field_classes = _CHOICES


class BarrierForm(CatalogueForm):
    class Meta:
        model = Barrier
        fields = ["code", "title", "faced_by", "measures", "clauses", *_MARKS, "sources"]
        field_classes = _CHOICES


class IndicatorForm(CatalogueForm):
    class Meta:
        model = Indicator
        fields = [
            "code",
            "name",
            "unit",
            "formula",
            "kind",
            "level",
            "direction",
            "frequency",
            "data_source",
            "decimals",
            "minimum",
            "maximum",
            "numerator_label",
            "denominator_label",
            "exclusions",
            "measures",
            *_MARKS,
            "sources",
        ]
        field_classes = _CHOICES | {
            "minimum": NumberField,
            "maximum": NumberField,
            "exclusions": Prose,
        }
        help_texts = {
            "decimals": "De 0 à 4\u00a0: combien de chiffres après la virgule.",
            "denominator_label": "Seulement pour un rapport\u00a0: la valeur se calcule alors des "
            "deux termes.",
        }

    def clean_decimals(self) -> int:
        decimals: int = self.cleaned_data["decimals"]
        if decimals > _MOST_DECIMALS:
            raise ValidationError("Au plus quatre chiffres après la virgule.")
        return decimals

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        least, most = data.get("minimum"), data.get("maximum")
        if least is not None and most is not None and least >= most:
            self.add_error("maximum", "Le maximum dépasse le minimum.")
        if bool(data.get("numerator_label")) != bool(data.get("denominator_label")):
            self.add_error("denominator_label", "Un rapport a deux termes\u00a0: nommez-les.")
        return data


class ClauseForm(CatalogueForm):
    """A clause, and its text: a new one becomes a new version, with its reason."""

    text = Prose(
        label="Libellé",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        help_text="Mettez les variables entre crochets\u00a0: [montant]. Un texte changé devient "
        "une nouvelle version; les précédentes restent.",
    )
    reason = forms.CharField(
        label="Raison du nouveau texte",
        required=False,
        max_length=300,
        help_text="Exigée quand le libellé change.",
    )

    class Meta:
        model = Clause
        fields = [
            "code",
            "stage",
            "title",
            "text",
            "reason",
            "documents",
            "contract_kinds",
            "legal_references",
            "measures",
            "is_active",
            *_MARKS,
            "sources",
        ]
        field_classes = _CHOICES
        help_texts = {
            "is_active": "Décochée, la clause quitte la bibliothèque; ses versions restent.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.instance.latest_version if self.instance.pk else None
        self.initial["text"] = version.text if version else ""
        self.order_fields(self.Meta.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.initial["text"] and self.changes_text() and not data.get("reason"):
            self.add_error("reason", "Dites pourquoi le libellé change.")
        return data

    def changes_text(self) -> bool:
        """Whether the posted text is a new one."""
        return self.cleaned_data.get("text", self.initial["text"]) != self.initial["text"]


class ThresholdForm(forms.ModelForm):
    """An amount of one year. Its year never changes: a new year is a new row."""

    class Meta:
        model = Threshold
        fields = ["kind", "regime", "year", "amount", "to_verify", "basis"]
        field_classes = {"amount": NumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("kind", "regime", "year"):
                self.fields[name].disabled = True


class SolutionForm(forms.ModelForm):
    class Meta:
        model = Solution
        fields = ["text", "order", "to_verify"]


ThresholdFormSet = inlineformset_factory(
    LegalReference, Threshold, form=ThresholdForm, extra=1, can_delete=False, max_num=200
)
SolutionFormSet = inlineformset_factory(
    Barrier, Solution, form=SolutionForm, extra=2, can_delete=False, max_num=200
)
