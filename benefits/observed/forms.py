"""The forms of an observed benefit: what was seen, where, and whether it may be quoted."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.utils import timezone

from benefits.models import Benefit, ObservedBenefit, Purchase
from benefits.observed.actions import OBSERVATION_FIELDS, State, state_of
from benefits.observed.consent import why_not_quoted
from benefits.observed.quotes import revealing_words
from benefits.observed.units import is_share
from chantier.lib import french
from chantier.lib.numbers import NumberField
from measures.forms import DateInput
from measures.forms_journalled import JournalledForm
from measures.models import Evidence, Implementation
from members.sharing import SharingLevel

# Older than anything that is worth noting: most likely a slip in the year.
_FIRST_DAY = datetime.date(2000, 1, 1)
_MAX_VERSION = 2**31 - 1
# Past these, the page of a purchase leads to the form: no list of thousands.
_PURCHASES = 100
_NO_TIE = "Choisissez un achat ou une mesure du registre."


class ObservationForm(JournalledForm, forms.ModelForm):
    """One observation; recognized when it arrives twice, or after somebody else's."""

    TYPED = OBSERVATION_FIELDS
    TEXTS = ("statement",)
    JOINED = "statement"

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_MAX_VERSION
    )
    value = NumberField(
        label="Valeur",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text="Dans l’unité écrite à côté du bénéfice. Vide si vous ne la connaissez pas.",
        error_messages={"min_value": "Écrivez un nombre de zéro ou plus."},
    )

    class Meta:
        model = ObservedBenefit
        fields: tuple[str, ...] = OBSERVATION_FIELDS
        widgets = {
            "observed_on": DateInput,
            "statement": forms.Textarea(attrs={"rows": 6}),
        }
        labels = {"sharing": "Qui peut voir ce bénéfice observé"}
        help_texts = {
            "statement": "En quelques phrases, ce que cet achat ou cette mesure a changé. Ne "
            "nommez personne\u00a0: parlez d’une fonction ou d’une équipe.",
            "sharing": "Ce que la coordination peut voir compte aussi, sans votre nom, dans les "
            "totaux de l’inventaire. Les membres, ou tous, voient la valeur et la date, jamais le "
            "texte\u00a0: il n’est cité que si vous y consentez, dans une autre page. Ce qui reste "
            "dans votre organisation ne se cite jamais\u00a0: ce choix retire un consentement déjà "
            "donné.",
        }
        error_messages = {"observed_on": {"required": "Donnez la date où vous l’avez observé."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A valid form writes on its instance: what was stored is read first.
        self.before: State | None = state_of(self.instance) if self.instance.pk else None
        if self.before:
            self.initial["version"] = self.instance.version
        sharing: Any = self.fields["sharing"]
        sharing.choices = [
            (code, label[:1].upper() + label[1:]) for code, label in SharingLevel.choices
        ]
        self._offer_benefits()
        self._offer_purchases()
        self._offer_records()
        self._offer_evidence()
        self._say_unit()

    def _say_unit(self) -> None:
        """The unit beside the value, as soon as the benefit is known."""
        benefit, field = self.shown_benefit, self.fields["value"]
        if benefit and benefit.unit:
            field.label = f"Valeur ({benefit.unit})"
            field.help_text = "Vide si vous ne la connaissez pas."
        elif benefit:
            field.help_text = "Ce bénéfice ne se chiffre pas\u00a0: laissez vide."

    def _offer_benefits(self) -> None:
        """The whole inventory, by kind, each with its unit."""
        benefits = list(Benefit.objects.order_by("code"))
        groups: dict[str, list[tuple[int, str]]] = {}
        for kind in Benefit.Kind:
            groups[kind] = [
                (row.pk, f"{row.title} ({row.unit})" if row.unit else row.title)
                for row in benefits
                if row.kind == kind
            ]
        field: Any = forms.ModelChoiceField(
            Benefit.objects.all(),
            label="Bénéfice",
            error_messages={
                "required": "Choisissez un bénéfice.",
                "invalid_choice": "Choisissez un bénéfice de l’inventaire.",
            },
        )
        field.choices = [
            ("", "Choisir…"),
            ("Chiffrés", groups[Benefit.Kind.QUANTITATIVE]),
            ("Non chiffrés", groups[Benefit.Kind.QUALITATIVE]),
        ]
        self.fields["benefit"] = field
        self._by_key = {str(row.pk): row for row in benefits}

    def _offer_purchases(self) -> None:
        """The one that the observation is tied to, then the latest of the organization."""
        mine = Purchase.objects.filter(organization=self.instance.organization_id)
        tied_first = Case(When(pk=self._tied() or 0, then=0), default=1)
        ordered = mine.order_by(tied_first, "-purchased_on", "-pk")
        rows = ordered.defer("search_text")[:_PURCHASES]
        field: Any = forms.ModelChoiceField(
            mine,
            required=False,
            label="Achat",
            help_text="Les plus récents; un achat plus ancien a dans sa page le lien vers ce "
            "formulaire.",
            error_messages={"invalid_choice": "Choisissez un achat de votre organisation."},
        )
        field.choices = [("", "Aucun"), *((row.pk, told_purchase(row)) for row in rows)]
        self.fields["purchase"] = field

    def _tied(self) -> int | None:
        """The purchase that the form speaks of, whatever its age: posted, brought or stored."""
        value = self.data.get("purchase", "") if self.is_bound else self.initial.get("purchase")
        text = str(value or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def _offer_records(self) -> None:
        records = Implementation.objects.filter(organization=self.instance.organization_id)
        rows = records.select_related("measure", "stage").defer("description", "search_text")
        field: Any = forms.ModelChoiceField(
            records,
            required=False,
            label="Mesure du registre",
            error_messages={"invalid_choice": "Choisissez une mesure de votre registre."},
        )
        field.choices = [
            ("", "Aucune"),
            *((row.pk, f"{row.code} – {row.title}") for row in rows),
        ]
        self.fields["implementation"] = field

    def _offer_evidence(self) -> None:
        mine = Evidence.objects.filter(organization=self.instance.organization_id)
        self.fields["evidence"] = forms.ModelChoiceField(
            mine.order_by("title", "pk"),
            required=False,
            label="Preuve",
            empty_label="Aucune",
            help_text="Parmi celles de votre organisation\u00a0: une facture, un bilan… La "
            "coordination l’ouvre si elle prouve aussi une fiche partagée de votre registre.",
            error_messages={"invalid_choice": "Choisissez une preuve de votre organisation."},
        )

    @property
    def shown_benefit(self) -> Benefit | None:
        """The benefit that the form speaks of, as far as it is known."""
        return self._by_key.get(str(self["benefit"].value() or ""))

    def clean_observed_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["observed_on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date est à venir\u00a0: vérifiez-la.")
        if day < _FIRST_DAY:
            raise ValidationError("Vérifiez l’année\u00a0: cette date est bien ancienne.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_tie(data)
        benefit = data.get("benefit")
        if benefit is not None and "value" in data and "statement" in data:
            self._check_said(benefit, data["value"], data["statement"])
        return data

    def _check_tie(self, data: dict[str, Any]) -> None:
        if self.errors.get("purchase") or self.errors.get("implementation"):
            return
        purchase, record = data.get("purchase"), data.get("implementation")
        if purchase and record:
            self.add_error("implementation", "Choisissez l’un ou l’autre, pas les deux.")
        elif not (purchase or record):
            self.add_error("purchase", _NO_TIE)

    def _check_said(self, benefit: Benefit, value: Decimal | None, statement: str) -> None:
        if benefit.kind == Benefit.Kind.QUALITATIVE:
            if value is not None:
                self.add_error(
                    "value",
                    "Ce bénéfice ne se chiffre pas\u00a0: laissez la valeur vide et dites ce que "
                    "vous avez observé.",
                )
            elif not statement:
                self.add_error("statement", "Dites ce que vous avez observé.")
        elif value is None and not statement:
            self.add_error("value", "Donnez une valeur, ou dites ce qui a été observé.")
        elif value is not None and is_share(benefit.unit) and value > 100:
            self.add_error("value", "Une part ne dépasse pas 100\u00a0%.")


def told_purchase(row: Purchase) -> str:
    """« Fournisseur, 15 février 2021, 1 250,50 $ », for those who may read purchases."""
    day, amount = french.long_date(row.purchased_on), french.dollars(row.amount)
    return f"{row.supplier_name}, {day}, {amount}"


class ConsentForm(forms.Form):
    """One purpose, and one choice that nobody made in advance."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_MAX_VERSION
    )
    consent = forms.ChoiceField(
        label="Peut-on citer ce texte?",
        choices=[
            (code, label[:1].upper() + label[1:]) for code, label in ObservedBenefit.Consent.choices
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Faites un choix\u00a0: rien n’est décidé à votre place.",
            "invalid_choice": "Choisissez une des réponses proposées.",
        },
    )

    def __init__(self, *args: Any, row: ObservedBenefit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.initial["version"] = row.version

    def clean_consent(self) -> str:
        consent: str = self.cleaned_data["consent"]
        choices = ObservedBenefit.Consent
        if consent == choices.NONE:
            return consent
        if problem := why_not_quoted(self.row):
            raise ValidationError(problem)
        if consent == choices.NAMED and not self.row.organization.may_be_named:
            raise ValidationError(
                "Votre organisation n’a pas accepté d’être nommée hors de la coordination\u00a0: "
                "choisissez une autre réponse, ou écrivez à la coordination."
            )
        if consent == choices.UNNAMED and (words := revealing_words(self.row)):
            raise ValidationError(
                f"Le texte fait reconnaître votre organisation («\u00a0{words[0]}\u00a0»)\u00a0: "
                "changez-le d’abord."
            )
        return consent
