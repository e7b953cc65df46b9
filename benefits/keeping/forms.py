"""The form of an enterprise, for staff and for those who propose one."""

import re
import uuid
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from benefits.actions.directory import CONTACT, LINKS, TEXTS, State, state_of
from benefits.models import SocialEnterprise
from benefits.models.directory import NEQ_FORMAT
from measures.forms_catalogue import CodedChoice, CodedChoices, Prose
from members.models import Term, Vocabulary

_MAX_VERSION = 2**31 - 1
_SPACING = re.compile(r"[\s\u00a0\u202f.-]+")
_SALT = "benefits.enterprise"
_VOCABULARIES = {
    "legal_form": Vocabulary.LEGAL_FORM,
    "region": Vocabulary.REGION,
    "sectors": Vocabulary.SECTOR,
    "served_regions": Vocabulary.REGION,
    "tags": Vocabulary.ENTERPRISE_TAG,
}


def bare_neq(text: str) -> str:
    """« 1143 920 115 » as the directory keeps it."""
    return _SPACING.sub("", text)


class NeqField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return bare_neq(super().to_python(value) or "")


class EnterpriseForm(forms.ModelForm):
    """One enterprise; recognized when it arrives twice, or after somebody else’s."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=_MAX_VERSION
    )
    # What the form was opened on, signed: the journal does not keep how to reach a person.
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    neq = NeqField(
        label="NEQ",
        required=False,
        max_length=20,
        validators=[NEQ_FORMAT],
        help_text="Les dix chiffres du Registraire des entreprises.",
    )
    offer = Prose(
        label="Offre",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qu’elle vend, et ce qu’elle a déjà livré.",
    )

    website = forms.URLField(
        label="Site Web", required=False, max_length=300, assume_scheme="https"
    )

    class Meta:
        model = SocialEnterprise
        fields = (*TEXTS, *LINKS, *CONTACT)
        field_classes = {
            "legal_form": CodedChoice,
            "region": CodedChoice,
            "sectors": CodedChoices,
            "served_regions": CodedChoices,
            "tags": CodedChoices,
        }
        labels = {"region": "Région du siège", "contact_role": "Fonction"}
        help_texts = {
            "mission": "En une phrase.",
            "certification": "Un programme, une accréditation, un label.",
            "served_regions": "Là où elle livre, en plus de sa région.",
            "contact_name": "Au travail seulement; montrée à qui est connecté.",
        }
        error_messages = {
            "name": {"required": "Donnez le nom de l’entreprise."},
            "mission": {"required": "Dites sa mission, en une phrase."},
            "legal_form": {"required": "Choisissez sa forme juridique."},
            "region": {"required": "Choisissez la région de son siège."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_terms()
        self.fields["website"].widget.attrs["placeholder"] = "https://"
        # A valid form writes on its instance: what was stored is read first.
        self.before: State | None = state_of(self.instance) if self.instance.pk else None
        if self.before:
            self.initial["version"] = self.instance.version
            self.initial["base"] = signing.dumps(self.before, salt=_SALT, compress=True)
            self.initial.update({name: self.before[name] for name in _VOCABULARIES})

    def _offer_terms(self) -> None:
        """The words of the five lists, in one query."""
        wanted = set(_VOCABULARIES.values())
        terms = list(Term.objects.filter(vocabulary__in=wanted))
        for name, vocabulary in _VOCABULARIES.items():
            field: Any = self.fields[name]
            field.queryset = Term.objects.filter(vocabulary=vocabulary)
            choices = [(row.code, row.label) for row in terms if row.vocabulary == vocabulary]
            is_one = name in ("legal_form", "region")
            field.choices = [("", "Choisir…"), *choices] if is_one else choices

    def clean_neq(self) -> str:
        neq: str = self.cleaned_data["neq"]
        known = SocialEnterprise.objects.listed().filter(neq=neq).exclude(pk=self.instance.pk)
        if neq and (other := known.first()):
            raise ValidationError(f"Ce NEQ est déjà celui de «\u00a0{other.name}\u00a0».")
        return neq

    @property
    def links(self) -> dict[str, list[Term]]:
        """The terms that were ticked, of a valid form."""
        return {name: list(self.cleaned_data[name]) for name in LINKS}

    @property
    def opened_on(self) -> State | None:
        """What the enterprise said when the form was opened; None when nobody can tell."""
        try:
            return dict(signing.loads(self.data.get("base", ""), salt=_SALT))
        except signing.BadSignature:
            return None

    def posted(self, name: str) -> Any:
        return self.fields[name].widget.value_from_datadict(self.data, self.files, name)

    def differs(self, name: str, state: State) -> bool:
        """Whether a field holds something else than a state."""
        return self.fields[name].has_changed(state[name], self.posted(name))

    def says(self, state: State) -> bool:
        typed = [name for name in self.Meta.fields if name in self.fields]
        return not any(self.differs(name, state) for name in typed)

    def first_arrival(self) -> SocialEnterprise | None:
        """The enterprise that this very form has already made, if any.

        Other words under the same key are another form, and get a key of their own.
        """
        try:
            key = self.fields["submission_key"].clean(self.data.get("submission_key"))
        except ValidationError:
            return None
        first = SocialEnterprise.objects.filter(submission_key=key).first()
        if first is not None and not self.says(state_of(first)):
            data = self.data.copy()  # type: ignore[attr-defined]
            data["submission_key"] = str(uuid.uuid4())
            self.data, first = data, None
        return first

    def posted_version(self) -> int:
        """The version that the form was opened on; 0 when it was opened on none."""
        try:
            return self.fields["version"].clean(self.data.get("version")) or 0
        except ValidationError:
            return 0
