"""Forms of the use of a clause: where, in which words, and what came of it."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from chantier.lib import french
from chantier.lib.numbers import NumberField
from measures.actions.clause_uses import USE_FIELDS, State, state_of
from measures.forms import DateInput
from measures.forms_journalled import JournalledForm
from measures.models import Clause, ClauseUse, ClauseVersion, Implementation
from members.models import Term, Vocabulary
from members.sharing import SharingLevel

# Older than any use that is worth noting: most likely a slip in the year.
_FIRST_DAY = datetime.date(2000, 1, 1)
_AHEAD = datetime.timedelta(days=366)
_MAX_VERSION = 2**31 - 1


class Wording(forms.CharField):
    """A text kept as it is typed, spaces included; only the line ends of browsers are ours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        return text if text.strip() else ""


class VersionChoice(forms.ModelChoiceField):
    """A version of one clause, by its number."""

    def label_from_instance(self, obj: Any) -> str:
        day = timezone.localtime(obj.created_at).date()
        return f"Version {obj.number}, du {french.long_date(day)}"


class ClauseUseForm(JournalledForm, forms.ModelForm):
    """One use; recognized when it arrives twice, or after somebody else's."""

    TYPED = USE_FIELDS
    TEXTS = ("wording", "lawyers_changed")
    JOINED = "lawyers_changed"

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_MAX_VERSION
    )
    document_kind = forms.ModelChoiceField(
        Term.objects.filter(vocabulary=Vocabulary.DOCUMENT_KIND),
        label="Document",
        empty_label="Choisir…",
        error_messages={"required": "Choisissez la sorte de document."},
    )
    wording = Wording(
        label="Libellé employé",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Tel qu’il est dans le document\u00a0: il restera ainsi, même si le modèle "
        "change.",
        error_messages={"required": "Copiez ici le libellé, tel qu’il est dans le document."},
    )
    bids = NumberField(
        label="Soumissions reçues d’EÉS",
        required=False,
        min_value=0,
        max_value=9999,
        decimal_places=0,
        help_text="Vide tant qu’on ne le sait pas; 0 s’il n’y en a eu aucune.",
        error_messages={
            "invalid": "Écrivez un nombre entier, par exemple 2.",
            "max_decimal_places": "Écrivez un nombre entier, par exemple 2.",
        },
    )
    amount = NumberField(
        label="Montant du contrat, avant taxes ($)",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
    )

    class Meta:
        model = ClauseUse
        fields: tuple[str, ...] = USE_FIELDS
        widgets = {
            "used_on": DateInput,
            "outcome": forms.RadioSelect,
            "lawyers_changed": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "document_reference": "Son numéro ou son nom chez vous, par exemple AO-2021-12.",
            "sharing": "Partagé avec les membres, le libellé montre aux autres comment l’adapter.",
        }
        error_messages = {
            "document_reference": {"required": "Donnez le numéro ou le nom du document."},
            "used_on": {"required": "Donnez la date du document."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A valid form writes on its instance: what was stored is read first.
        self.before: State | None = state_of(self.instance) if self.instance.pk else None
        if self.before:
            self.initial["version"] = self.instance.version
        # A choice without a value is one all the same: « pas encore connu ».
        for name, choices in (("outcome", ClauseUse.Outcome), ("sharing", SharingLevel)):
            field: Any = self.fields[name]
            field.choices = [
                (code, label[:1].upper() + label[1:]) for code, label in choices.choices
            ]
        self._offer_records()

    def _offer_records(self) -> None:
        """The register of the organization, what the clause is linked to first."""
        records = Implementation.objects.filter(organization=self.instance.organization_id)
        linked = set(self.clause.measures.values_list("pk", flat=True))
        groups: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
        for row in records.select_related("measure", "stage").defer("description", "search_text"):
            groups[row.measure_id in linked].append((row.pk, f"{row.code} – {row.title}"))
        field: Any = forms.ModelChoiceField(
            records,
            required=False,
            label="Mesure du registre",
            help_text="Celle que la clause aide à implanter, s’il y en a une.",
            error_messages={"invalid_choice": "Choisissez une mesure de votre registre."},
        )
        field.choices = [
            ("", "Aucune"),
            *([("Mesures liées à cette clause", groups[True])] if groups[True] else []),
            *([("Autres mesures de votre registre", groups[False])] if groups[False] else []),
        ]
        self.fields["implementation"] = field

    @property
    def clause(self) -> Clause:
        return self.instance.clause_version.clause

    def clean_bids(self) -> int | None:
        bids = self.cleaned_data["bids"]
        return None if bids is None else int(bids)

    def clean_used_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["used_on"]
        if not _FIRST_DAY <= day <= timezone.localdate() + _AHEAD:
            raise ValidationError("Vérifiez l’année\u00a0: ce document date de bien loin.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        outcome = data.get("outcome")
        awarded = (ClauseUse.Outcome.SOCIAL_ENTERPRISE, ClauseUse.Outcome.OTHER)
        if data.get("amount") is not None and outcome not in awarded:
            self.add_error(
                "amount", "Un montant demande un contrat octroyé\u00a0: dites à qui ci-dessus."
            )
        self._refuse_known(data)
        return data

    def _refuse_known(self, data: dict[str, Any]) -> None:
        """One use by version and document: Django leaves this to us, the owner being no field."""
        version = data.get("clause_version", self.instance.clause_version)
        known = ClauseUse.objects.filter(
            organization=self.instance.organization_id,
            clause_version=version,
            document_reference=data.get("document_reference", ""),
        )
        if known.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "document_reference",
                "Cette clause est déjà notée pour ce document\u00a0: ouvrez-la dans la liste des "
                "emplois, ou changez la référence.",
            )

    def differs(self, name: str, state: State) -> bool:
        if name == "wording":
            return bool(self.fields[name].to_python(self.posted(name)) != state[name])
        return super().differs(name, state)


class NewClauseUseForm(ClauseUseForm):
    """A use to note, of the version that its author has read."""

    clause_version = VersionChoice(
        ClauseVersion.objects.none(),
        to_field_name="number",
        empty_label=None,
        label="Version du modèle",
        error_messages={"invalid_choice": "Choisissez une version de cette clause."},
    )
    # The newest version when the form was opened: a newer one is told before anything is written.
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_MAX_VERSION
    )

    class Meta(ClauseUseForm.Meta):
        fields = ("clause_version", *USE_FIELDS)

    def __init__(
        self,
        *args: Any,
        versions: list[ClauseVersion],
        record: Implementation | None = None,
        wording: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions, latest = versions, versions[0]
        field: Any = self.fields["clause_version"]
        field.queryset = self.clause.versions.all()
        field.choices = [(row.number, field.label_from_instance(row)) for row in versions]
        self.initial.update(
            {
                "clause_version": latest.number,
                "seen_version": latest.number,
                "wording": wording or latest.text,
                "implementation": record.pk if record else None,
            }
        )

    @property
    def read_version(self) -> ClauseVersion:
        """The version that the form speaks of: the posted one, else the newest."""
        posted = str(self["clause_version"].value())
        return next((row for row in self.versions if str(row.number) == posted), self.versions[0])

    @property
    def newer(self) -> ClauseVersion | None:
        """A version that its author has not seen, when the form speaks of an older one."""
        try:
            seen = self.fields["seen_version"].clean(self.data.get("seen_version")) or 0
        except ValidationError:
            seen = 0
        latest = self.versions[0]
        is_news = seen < latest.number and self.read_version.number < latest.number
        return latest if is_news else None

    def clean_clause_version(self) -> ClauseVersion:
        version: ClauseVersion = self.cleaned_data["clause_version"]
        if not self.clause.is_active:
            raise ValidationError(
                "Cette clause a été retirée de la bibliothèque\u00a0: rien n’est enregistré. Votre "
                "texte reste ici; gardez-le ailleurs, ou choisissez une autre clause."
            )
        return version
