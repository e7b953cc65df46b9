"""What somebody picks for a case; all of it in the address, so that it can be sent to others."""

from collections import defaultdict
from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict

from benefits.models import Benefit, PublicFigure
from members.models import Term, Vocabulary

# What fits on two sheets with its sources.
MOST_BENEFITS, MOST_FIGURES = 8, 8
# Of each dimension, when nobody has picked yet.
PICKED_AT_FIRST = 2
_TOO_MANY = "Choisissez-en {} au plus\u00a0: l’argumentaire tient sur deux pages."


class _Picks(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.most = most

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(_TOO_MANY.format(self.most))


class CaseForm(forms.Form):
    secteur = forms.ChoiceField(label="Secteur", required=False)
    region = forms.ChoiceField(label="Région", required=False)
    titre = forms.CharField(label="Titre (facultatif)", required=False, max_length=120)
    pour = forms.CharField(label="À l’intention de (facultatif)", required=False, max_length=120)
    benefice = _Picks(label="Bénéfices", most=MOST_BENEFITS)
    donnee = _Picks(label="Données publiques", most=MOST_FIGURES)

    def __init__(
        self, data: QueryDict, *, benefits: list[Benefit], figures: list[PublicFigure]
    ) -> None:
        picks = data if data else first_picks(benefits)
        super().__init__(picks)
        # As it is shown, also when nothing was picked yet.
        self.query = picks.urlencode()
        self.terms = _terms()
        for name, vocabulary, empty in (
            ("secteur", Vocabulary.SECTOR, "Tous les secteurs"),
            ("region", Vocabulary.REGION, "Tout le Québec"),
        ):
            found = [(term.key, term.label) for term in self.terms[vocabulary]]
            self._choices(name, [("", empty), *found])
        labels = dict(Benefit.Dimension.choices)
        by_dimension = sorted(benefits, key=lambda row: list(labels).index(row.dimension))
        grouped = groupby(by_dimension, key=lambda row: row.dimension)
        self._choices(
            "benefice",
            [
                (f"Dimension {labels[key]}", [(row.code, row.title) for row in rows])
                for key, rows in grouped
            ],
        )
        self._choices("donnee", [(row.code, f"{row}\u00a0: {row.quantity}") for row in figures])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def term(self, name: str, vocabulary: Vocabulary) -> Term | None:
        key = self.cleaned_data.get(name, "")
        return next((term for term in self.terms[vocabulary] if term.key == key), None)


def _terms() -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for term in Term.objects.filter(vocabulary__in=(Vocabulary.SECTOR, Vocabulary.REGION)):
        found[term.vocabulary].append(term)
    return found


def first_picks(benefits: list[Benefit]) -> QueryDict:
    """Two benefits of each dimension, those that figures support first, with a figure of each."""
    picks = QueryDict(mutable=True)
    for dimension in Benefit.Dimension.values:
        rows = [row for row in benefits if row.dimension == dimension]
        rows.sort(key=lambda row: not figures_of(row))
        for row in rows[:PICKED_AT_FIRST]:
            picks.appendlist("benefice", row.code)
            for figure in figures_of(row)[:1]:
                if figure.code not in picks.getlist("donnee"):
                    picks.appendlist("donnee", figure.code)
    return picks


def figures_of(benefit: Benefit) -> list[PublicFigure]:
    """After `with_current_figures`."""
    return list(getattr(benefit, "current_figures", ()))
