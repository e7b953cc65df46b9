"""What somebody picks for a case; all of it in the address, so that it can be sent to others."""

from collections import defaultdict
from typing import Any

from django import forms
from django.http import QueryDict

from benefits.case.picks import BENEFIT, FIGURE, REGION, SECTOR, Fold, Row, Shelf, folds, label_of
from benefits.models import Benefit, PublicFigure
from members.models import Term, Vocabulary

# What fits on two sheets with its sources.
MOST_BENEFITS, MOST_FIGURES = 8, 8
# The button that picks anew for a sector or a region.
PROPOSE = "proposer"
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
        self.shelf = Shelf.of(benefits, figures, data.get(SECTOR, ""), data.get(REGION, ""))
        # What was picked, and says nothing of the sector or of the region.
        self.left_out = _left_out(data, [*benefits, *figures], self.shelf)
        picks = _picks(data, self.shelf, {row.code for row in self.left_out})
        super().__init__(picks)
        # As it is shown, also when nothing was picked yet.
        self.query = picks.urlencode()
        self.terms = _terms()
        for name, vocabulary, empty in (
            (SECTOR, Vocabulary.SECTOR, "Tous les secteurs"),
            (REGION, Vocabulary.REGION, "Tout le Québec"),
        ):
            found = [(term.key, term.label) for term in self.terms[vocabulary]]
            self._choices(name, [("", empty), *found])
        for name, rows in ((BENEFIT, self.shelf.benefits), (FIGURE, self.shelf.figures)):
            self._choices(name, [(row.code, label_of(row)) for row in rows])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def term(self, name: str, vocabulary: Vocabulary) -> Term | None:
        key = self.cleaned_data.get(name, "")
        return next((term for term in self.terms[vocabulary] if term.key == key), None)

    @property
    def benefit_folds(self) -> list[Fold]:
        return folds(self.shelf.by_dimension, self.shelf, self[BENEFIT].value())

    @property
    def figure_folds(self) -> list[Fold]:
        return folds(self.shelf.figures_by_dimension, self.shelf, self[FIGURE].value())

    @property
    def left_out_words(self) -> str:
        return "; ".join(label_of(row) for row in self.left_out)


def _terms() -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for term in Term.objects.filter(vocabulary__in=(Vocabulary.SECTOR, Vocabulary.REGION)):
        found[term.vocabulary].append(term)
    return found


def _left_out(data: QueryDict, rows: list[Row], shelf: Shelf) -> list[Row]:
    if PROPOSE in data:
        return []
    picked = {*data.getlist(BENEFIT), *data.getlist(FIGURE)}
    return [row for row in rows if row.code in picked and not shelf.holds(row)]


def _picks(data: QueryDict, shelf: Shelf, left_out: set[str]) -> QueryDict:
    """What is picked: as it came, or anew when nothing but a sector or a region was asked for."""
    picks = data.copy()
    is_new = PROPOSE in picks or picks.keys() <= {SECTOR, REGION}
    picks.pop(PROPOSE, None)
    for name in (BENEFIT, FIGURE):
        kept = [code for code in picks.getlist(name) if code not in left_out]
        picks.setlist(name, kept)
    if is_new:
        for name, codes in shelf.first_picks().lists():
            picks.setlist(name, codes)
    return picks
