"""Forms of the clauses that members propose, and of the answers of staff."""

import uuid
from typing import Any

from django import forms

from measures.clauses.use_forms import Wording
from measures.forms_catalogue import CatalogueForm, ClauseForm, Prose
from measures.models import Clause, ClauseProposal, Stage


class ProposalForm(forms.ModelForm):
    """A clause to propose to the library."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = Wording(
        label="Libellé",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Mettez entre crochets ce qui change d’un document à l’autre\u00a0: [montant].",
        error_messages={"required": "Écrivez le libellé que vous proposez."},
    )
    stage = forms.ModelChoiceField(
        Stage.objects.all(),
        label="Étape",
        empty_label="Choisir…",
        error_messages={"required": "Choisissez l’étape où elle sert."},
    )

    class Meta:
        model = ClauseProposal
        fields = ("title", "stage", "text", "why")
        widgets = {"why": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"why": "Le problème que vous aviez, et ce qu’elle a changé."}
        error_messages = {"title": {"required": "Donnez-lui un titre, en quelques mots."}}


class AcceptForm(CatalogueForm):
    """The clause as it enters the library: the words of the member, which staff may edit."""

    text = Prose(
        label="Libellé",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        help_text="Ce sera la version 1 du modèle.",
    )
    answer = Prose(
        label="Mot à l’organisation",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Facultatif\u00a0: ce que vous avez changé, par exemple.",
    )

    class Meta:
        model = Clause
        fields = ["code", "stage", "title", "text", "documents", "to_verify", "basis"]
        field_classes = ClauseForm.Meta.field_classes

    def __init__(self, *args: Any, proposal: ClauseProposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(
            {
                "code": next_code(),
                "stage": proposal.stage.code,
                "title": proposal.title,
                "text": proposal.text,
                "basis": "proposition d’un membre du chantier",
            }
        )
        self.order_fields([*self.Meta.fields, "answer"])


class DeclineForm(forms.Form):
    """Why a clause does not enter the library."""

    answer = Prose(
        label="Pourquoi elle n’est pas retenue",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’organisation lira ce texte.",
        error_messages={"required": "Dites pourquoi cette clause n’est pas retenue."},
    )

    def __init__(self, data: Any = None) -> None:
        # It stands beside the form that accepts, which has an answer too.
        super().__init__(data, auto_id="decline_%s")


def next_code() -> str:
    """« C-21 » after « C-20 »; only offered, staff choose."""
    numbers = [
        int(code.removeprefix("C-"))
        for code in Clause.objects.filter(code__startswith="C-").values_list("code", flat=True)
        if code.removeprefix("C-").isdecimal()
    ]
    return f"C-{max(numbers, default=0) + 1:02d}"
