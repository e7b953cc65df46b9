"""What is looked for on the page of cases."""

from django import forms

from chantier.reports.choosing import Search

_EVERYWHERE = "toutes"


class SearchForm(forms.Form):
    """In the address; what is not valid looks for nothing."""

    q = forms.CharField(
        label="Mot du titre ou du texte",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    periode = forms.ChoiceField(
        label="Période",
        required=False,
        choices=[("", "Du rapport"), (_EVERYWHERE, "Toutes")],
    )

    @property
    def search(self) -> Search:
        if not self.is_valid():
            return Search()
        data = self.cleaned_data
        return Search(data["q"], is_everywhere=data["periode"] == _EVERYWHERE)
