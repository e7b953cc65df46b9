"""Forms of the enterprises that members propose, and of the answers of staff."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from benefits.keeping.forms import EnterpriseForm
from benefits.models import SocialEnterprise
from benefits.names import name_key
from measures.forms_catalogue import Prose
from members.models import Organization

_LONGEST = 500


class ProposalForm(EnterpriseForm):
    """An enterprise to propose: what a member is likely to know of it."""

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        for name in ("tags", "version", "base"):
            self.fields.pop(name)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        waiting = SocialEnterprise.objects.filter(
            state=SocialEnterprise.State.PROPOSED,
            proposed_for=self.organization,
            name_key=name_key(name),
        )
        if waiting.exists():
            raise ValidationError(
                "Votre organisation l’a déjà proposée\u00a0: la réponse de l’ECPAR viendra."
            )
        return name

    @property
    def links(self) -> dict[str, Any]:
        return {name: list(self.cleaned_data[name]) for name in ("sectors", "served_regions")}


class ListForm(EnterpriseForm):
    """A proposal as it enters the directory: the words of the member, which staff may edit."""

    answer = Prose(
        label="Mot à l’organisation",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Facultatif\u00a0: ce que vous avez changé, par exemple.",
    )


class DeclineForm(forms.Form):
    """Why an enterprise does not enter the directory."""

    answer = Prose(
        label="Pourquoi elle n’est pas retenue",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’organisation lira ce texte.",
        error_messages={"required": "Dites pourquoi cette entreprise n’est pas retenue."},
    )

    def __init__(self, data: Any = None) -> None:
        # It stands beside the form that lists, which has an answer too.
        super().__init__(data, auto_id="decline_%s")
