"""A meeting to make, with the EÉS to invite where it is about their sector or their region."""

from typing import Any

from django import forms

from benefits.models import SocialEnterprise
from meetings.forms_prepare import AddForm
from meetings.webinars import MOST_MATCHES, matching
from members.models import Term, Vocabulary

MOST_OF_SUBJECT = 80


class InvitingForm(AddForm):
    """Without a subject, the form of any meeting."""

    # The code of the sector or of the region.
    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MOST_OF_SUBJECT)
    guests = forms.ModelMultipleChoiceField(
        SocialEnterprise.objects.none(),
        label="EÉS à inviter",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Du répertoire; aucun courriel ne part. Vous pourrez en ajouter ou en retirer.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = str(self["about"].value() or "").replace("\x00", "")
        words = Term.objects.filter(vocabulary__in=(Vocabulary.SECTOR, Vocabulary.REGION))
        self.themes = list(words.filter(code=code)) if code else []
        fields: Any = self.fields
        if self.themes:
            offered = [row.pk for row in matching(self.themes)[:MOST_MATCHES]]
            fields["guests"].queryset = SocialEnterprise.objects.filter(pk__in=offered)
        else:
            del fields["guests"]

    @classmethod
    def about_term(cls, code: str) -> "InvitingForm | None":
        """A webinar on a sector or a region, its EÉS ticked; None when there is no such word."""
        opened = AddForm.opened(theme=code)
        form = cls(initial={**opened.initial, "about": code})
        if not form.themes:
            return None
        fields: Any = form.fields
        form.initial["title"] = form.themes[0].label
        form.initial["guests"] = list(fields["guests"].queryset)
        return form
