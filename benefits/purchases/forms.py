"""The form of a purchase: what was bought, from whom, and which EÉS that is."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from benefits.actions.purchases import CLAUSES, PURCHASE_FIELDS, State, state_of
from benefits.models import Purchase, SocialEnterprise
from benefits.models.directory import NEQ_FORMAT
from benefits.names import supplier_key
from benefits.purchases.matches import Offer, answer_for, exactly, offers_for
from benefits.purchasing import FIRST_DAY, use_label
from chantier.lib.numbers import AmountField
from measures.forms import DateInput
from measures.forms_journalled import JournalledForm
from measures.models import ClauseUse
from members.models import Term, Vocabulary

# What a person answers who leaves the supplier without EÉS, for now or for good.
WITHOUT = "aucune"
_MAX_VERSION = 2**31 - 1
# Digits of a key that no row has.
_TOO_LONG = 19


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _TOO_LONG


class NeqField(forms.CharField):
    """Ten digits, with any spaces between them."""

    def to_python(self, value: Any) -> str:
        return "".join(str(super().to_python(value) or "").split())


class EnterpriseAnswer(forms.IntegerField):
    """The key of an EÉS; nothing typed and « aucune » are none."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python("" if value == WITHOUT else value)


class UsesField(forms.ModelMultipleChoiceField):
    """Uses of clauses, told by their clause and their document."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{use_label(obj)}, {obj.clause_version.clause.title}"

    def clean(self, value: Any) -> Any:
        # A key longer than any is none: the database could not even look for it.
        return super().clean([each for each in value or () if len(str(each)) < _TOO_LONG])

    def to_python(self, value: Any) -> Any:
        return sorted(int(each) for each in value or () if _is_key(str(each)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(initial or []) != self.to_python(data)


@dataclass(frozen=True)
class Choice:
    """An answer to « which EÉS is it? »."""

    value: str
    label: str
    detail: str
    is_checked: bool


class PurchaseForm(JournalledForm, forms.ModelForm):
    """One purchase; recognized when it arrives twice, or after somebody else's."""

    TYPED = (*PURCHASE_FIELDS, CLAUSES)

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_MAX_VERSION
    )
    # The supplier that the answer below was given about: another name is asked again.
    asked_for = forms.CharField(widget=forms.HiddenInput, required=False)
    supplier_neq = NeqField(
        label="NEQ du fournisseur",
        required=False,
        validators=[NEQ_FORMAT],
        help_text="Dix chiffres. S’il est connu, il dit l’EÉS mieux que le nom.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    enterprise = EnterpriseAnswer(
        label="EÉS du répertoire",
        required=False,
        error_messages={"invalid": "Choisissez une EÉS du répertoire."},
    )
    other_enterprise = forms.CharField(
        label="Chercher une autre EÉS",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "noms-ees", "autocomplete": "off"}),
        help_text="Son nom au répertoire, s’il diffère de celui de vos livres.",
    )
    amount = AmountField(
        label="Montant avant taxes ($)",
        help_text="En dollars canadiens. Une note de crédit s’écrit avec le signe moins.",
        error_messages={
            "required": "Donnez le montant, avant taxes.",
            "invalid": "Écrivez le montant seul, par exemple 1\u00a0234,50.",
            "max_decimal_places": "Écrivez deux chiffres au plus après la virgule.",
        },
    )
    clause_uses = UsesField(
        ClauseUse.objects.none(),
        label="Clauses employées",
        required=False,
        error_messages={"invalid_choice": "Choisissez des clauses notées par votre organisation."},
    )

    class Meta:
        model = Purchase
        fields = (*PURCHASE_FIELDS, CLAUSES)
        widgets = {
            "purchased_on": DateInput,
            "supplier_name": forms.TextInput(
                attrs={"list": "noms-fournisseurs", "autocomplete": "off"}
            ),
        }
        help_texts = {
            "supplier_name": "Comme vos livres l’écrivent; le répertoire propose à mesure.",
            "sector": "Vide, il sera celui de l’EÉS quand elle n’en a qu’un.",
            "description": "Ce qui a été acheté, en quelques mots.",
        }
        error_messages = {
            "supplier_name": {"required": "Donnez le nom du fournisseur."},
            "purchased_on": {"required": "Donnez la date de l’achat."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A valid form writes on its instance: what was stored is read first.
        self.before: State | None = state_of(self.instance) if self.instance.pk else None
        self.offers: tuple[Offer, ...] = ()
        # What the person chose that the next purchases of this supplier may start from.
        self.is_confirmed = False
        if self.before:
            self.initial["version"] = self.instance.version
            self.initial["asked_for"] = supplier_key(
                self.instance.supplier_name, self.instance.supplier_neq
            )
            uses = self.before[CLAUSES]
            self.initial[CLAUSES] = uses["key"] if uses else []
        self._offer_terms()
        self._offer_uses()

    def _offer_terms(self) -> None:
        """The three lists, in one query."""
        lists = {
            "sector": (Vocabulary.SECTOR, "À préciser"),
            "mode": (Vocabulary.PROCUREMENT_MODE, "À préciser"),
            "contract_kind": (Vocabulary.CONTRACT_KIND, "À préciser"),
        }
        terms = list(Term.objects.filter(vocabulary__in=[kind for kind, _ in lists.values()]))
        for name, (kind, empty) in lists.items():
            field: Any = self.fields[name]
            field.choices = [
                ("", empty),
                *((term.pk, term.label) for term in terms if term.vocabulary == kind),
            ]

    def _offer_uses(self) -> None:
        """The clauses that this organization noted it used, the latest first."""
        field: Any = self.fields[CLAUSES]
        rows = ClauseUse.objects.filter(organization=self.instance.organization_id)
        rows = rows.select_related("clause_version__clause").defer(
            "wording", "search_text", "lawyers_changed", "clause_version__text"
        )
        field.queryset = rows
        field.choices = [(use.pk, field.label_from_instance(use)) for use in rows]

    # --- Which EÉS ---------------------------------------------------------------

    @property
    def choices(self) -> list[Choice]:
        """The answers to offer: what stands, what is proposed, and none."""
        value = self["enterprise"].value()
        chosen = "" if value in (None, "") else str(value)
        if not chosen and self.before and not self.offers:
            chosen = WITHOUT
        offered = {str(offer.enterprise.pk): offer for offer in self.offers}
        keys = {chosen, *([str(self._stored())] if self._stored() else [])} - {"", WITHOUT}
        # A posted key may be any: what is only proposed is shown to nobody.
        shown = Q(state=SocialEnterprise.State.LISTED) | Q(pk=self._stored())
        more = SocialEnterprise.objects.filter(
            shown, pk__in=[key for key in keys if _is_key(key) and key not in offered]
        ).select_related("region")
        rows = [Offer(row, "choix actuel") for row in more]
        if not rows and not offered and not self.before:
            return []
        return [
            *(_choice(offer, chosen) for offer in (*rows, *offered.values())),
            Choice(WITHOUT, "Aucune EÉS pour l’instant", "", chosen == WITHOUT),
        ]

    def _stored(self) -> int | None:
        told = self.before["enterprise"] if self.before else None
        return told["key"] if told else None

    def _find_enterprise(self, data: dict[str, Any]) -> SocialEnterprise | None:
        """The EÉS that is meant; what is doubtful is asked."""
        name, neq = data["supplier_name"], data["supplier_neq"]
        if search := data.get("other_enterprise"):
            return self._search(search, supplier_key(name, neq))
        answer = self.posted("enterprise") or ""
        if answer and data.get("asked_for") == supplier_key(name, neq):
            return self._chosen(data.get("enterprise"))
        found = answer_for(self.instance.organization, name, neq)
        if not found.is_settled:
            self._ask(found.offers, supplier_key(name, neq))
            self.add_error(
                "enterprise",
                "Ce fournisseur ressemble à une EÉS du répertoire\u00a0: dites si c’est elle.",
            )
        return found.enterprise

    def _ask(self, offers: tuple[Offer, ...], key: str) -> None:
        """Show what may be answered; what was answered about another supplier is let go."""
        self.offers = offers
        self.data = self.data.copy()
        self.data["asked_for"], self.data["enterprise"] = key, ""
        self.data["other_enterprise"] = ""

    def _chosen(self, key: int | None) -> SocialEnterprise | None:
        if key is None:
            return None
        self.is_confirmed = key != self._stored()
        rows = SocialEnterprise.objects.filter(pk=key)
        # One that left the directory since stays where it was chosen.
        found = (rows if key == self._stored() else rows.listed()).first()
        if found is None:
            self.add_error("enterprise", "Choisissez une EÉS du répertoire.")
        return found

    def _search(self, name: str, key: str) -> SocialEnterprise | None:
        """The EÉS of that very name; else those whose name comes near are asked."""
        if found := exactly(name, ""):
            self.is_confirmed = True
            return found
        if offers := offers_for(name, ""):
            self._ask(offers, key)
            text = "Aucune EÉS ne porte ce nom exact\u00a0: choisissez parmi ses voisines."
        else:
            text = "Aucune EÉS du répertoire ne porte ce nom, ni un nom semblable."
        self.add_error("other_enterprise", text)
        return None

    # --- Cleaning ----------------------------------------------------------------

    def clean_purchased_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["purchased_on"]
        if day < FIRST_DAY:
            raise ValidationError("Vérifiez l’année\u00a0: cet achat date de bien loin.")
        if day > timezone.localdate():
            raise ValidationError("Cette date n’est pas encore passée\u00a0: vérifiez-la.")
        return day

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise ValidationError("Un achat de zéro dollar n’en est pas un.")
        # « 150 » is 150.00: the journal compares what it keeps.
        return amount.quantize(Decimal("0.01"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("supplier_name") and "supplier_neq" in data and "enterprise" in data:
            data["enterprise"] = self._find_enterprise(data)
        else:
            # Nothing to judge by yet: the field holds a key, not a row.
            data.pop("enterprise", None)
        return data

    def value_in(self, name: str, state: State) -> Any:
        value = super().value_in(name, state)
        return [] if name == CLAUSES and value is None else value


def _choice(offer: Offer, chosen: str) -> Choice:
    row, value = offer.enterprise, str(offer.enterprise.pk)
    return Choice(value, row.name, f"{row.region.label}, {offer.why}", value == chosen)
