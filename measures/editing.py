"""The kinds of rows that ECPAR keeps in the catalogue: one description each serves all pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.forms import BaseInlineFormSet, BoundField
from django.http import QueryDict
from django.urls import reverse

from chantier.lib.seeds import SeededModel
from measures import forms_catalogue as forms
from measures.actions import CatalogueDraft, Wording, version_of
from measures.models import Barrier, Clause, Indicator, LegalReference, Measure, Stage


@dataclass(frozen=True)
class Kind:
    """One kind: how it is called, read, listed and edited."""

    # In the address.
    slug: str
    model: type[SeededModel]
    form: type[forms.CatalogueForm]
    plural: str
    # « Ajouter une mesure »; empty where rows are never added.
    add_label: str
    # The column beside the title, and what it says of a row.
    column: str
    detail: Callable[[Any], str]
    public: Callable[[Any], str]
    formset: "type[BaseInlineFormSet[Any, Any, Any]] | None" = None
    rows_title: str = ""
    rows_help: str = ""

    @property
    def may_retire(self) -> bool:
        return any(field.name == "is_active" for field in self.model._meta.fields)

    def rows(self) -> QuerySet:
        has_stage = self.model in (Measure, Clause)
        rows: QuerySet = self.model._default_manager.all()
        return rows.select_related("stage") if has_stage else rows


@dataclass(frozen=True)
class Choices:
    """A list of boxes, and how many are ticked."""

    field: BoundField
    number: int


@dataclass
class Draft:
    """One row in a form: the form, the formset of what hangs on it, and what they bring."""

    kind: Kind
    form: forms.CatalogueForm
    formset: Any

    @classmethod
    def build(cls, kind: Kind, row: SeededModel | None, data: QueryDict | None = None) -> "Draft":
        """Bound to posted data, or as the row stands."""
        version = version_of(row) if row else 0
        form = kind.form(data, instance=row, version=version)
        formset = kind.formset(data, instance=form.instance) if kind.formset else None
        return cls(kind, form, formset)

    @property
    def posted(self) -> QueryDict:
        """What a browser sent; a form that nobody posted has none."""
        return cast("QueryDict", self.form.data)

    @property
    def parts(self) -> list[Any]:
        """The form, then those of what hangs on its row."""
        return [self.form, *(self.formset.forms if self.formset else [])]

    @property
    def main_fields(self) -> list[BoundField]:
        """What is typed, in the order of the form."""
        return [self.form[name] for name in self.form.typed if not self._is_choices(name)]

    @property
    def choices(self) -> list[Choices]:
        """The long lists of boxes, each behind its name and how many are ticked."""
        return [
            Choices(self.form[name], len(self.form[name].value() or ()))
            for name in self.form.typed
            if self._is_choices(name)
        ]

    def _is_choices(self, name: str) -> bool:
        return isinstance(self.form.fields[name], forms.CodedChoices)

    def is_valid(self) -> bool:
        return self.form.is_valid() and (self.formset is None or self.formset.is_valid())

    def has_changed(self) -> bool:
        """Whether the form says anything that the row does not say already."""
        typed = set(self.form.typed) - {"reason"}
        changed = typed & set(self.form.changed_data)
        return bool(changed) or bool(self.formset and self.formset.has_changed())

    def problems(self) -> list[tuple[str, str]]:
        """What to correct, each with the field that it leads to (empty for the whole)."""
        found = [("", str(error)) for part in self.parts for error in part.non_field_errors()]
        if self.formset:
            found += [("", str(error)) for error in self.formset.non_form_errors()]
        for part in self.parts:
            for name in part.fields:
                field = part[name]
                found += [
                    (field.auto_id, f"{field.label}\u00a0: {error}") for error in field.errors
                ]
        return found

    def written(self) -> CatalogueDraft:
        """What a valid form brings to `measures.actions`."""
        row = self.form.save(commit=False)
        many = {field.name for field in row._meta.many_to_many}
        links = {name: rows for name, rows in self.form.cleaned_data.items() if name in many}
        wording = None
        if isinstance(self.form, forms.ClauseForm) and self.form.changes_text():
            data = self.form.cleaned_data
            wording = Wording(data["text"], data["reason"])
        children = self.formset.save(commit=False) if self.formset else []
        return CatalogueDraft(row=row, links=links, children=children, wording=wording)


def _anchor(page: str) -> Callable[[Any], str]:
    return lambda row: f"{reverse(page)}#{row.code}"


_KINDS = (
    Kind(
        slug="mesures",
        model=Measure,
        form=forms.MeasureForm,
        plural="Mesures",
        add_label="Ajouter une mesure",
        column="Étape",
        detail=lambda row: str(row.stage),
        public=Measure.get_absolute_url,
    ),
    Kind(
        slug="etapes",
        model=Stage,
        form=forms.StageForm,
        plural="Étapes",
        add_label="",
        column="Nom court",
        detail=lambda row: str(row.short_name),
        public=Stage.get_absolute_url,
    ),
    Kind(
        slug="cadre-legal",
        model=LegalReference,
        form=forms.LegalReferenceForm,
        plural="Cadre légal",
        add_label="Ajouter une référence",
        column="Ordre",
        detail=lambda row: str(row.order),
        public=_anchor("measures:legal_reference_list"),
        formset=forms.ThresholdFormSet,
        rows_title="Seuils datés",
        rows_help="Une nouvelle année est une nouvelle ligne\u00a0: les montants d’avant restent.",
    ),
    Kind(
        slug="enjeux",
        model=Barrier,
        form=forms.BarrierForm,
        plural="Enjeux",
        add_label="Ajouter un enjeu",
        column="Qui le vit",
        detail=lambda row: str(row.faced_by),
        public=Barrier.get_absolute_url,
        formset=forms.SolutionFormSet,
        rows_title="Solutions",
        rows_help="Une idée par ligne, en quelques mots.",
    ),
    Kind(
        slug="indicateurs",
        model=Indicator,
        form=forms.IndicatorForm,
        plural="Indicateurs",
        add_label="Ajouter un indicateur",
        column="Unité",
        detail=lambda row: str(row.unit),
        public=_anchor("measures:indicator_list"),
    ),
    Kind(
        slug="clauses",
        model=Clause,
        form=forms.ClauseForm,
        plural="Clauses",
        add_label="Ajouter une clause",
        column="Étape",
        detail=lambda row: str(row.stage),
        public=Clause.get_absolute_url,
    ),
)
KINDS = {kind.slug: kind for kind in _KINDS}
KIND_OF_SUBJECT = {kind.model._meta.model_name: kind for kind in _KINDS}


@dataclass(frozen=True)
class Tally:
    """How many rows of a kind there are, and how many wait for somebody."""

    kind: Kind
    total: int
    to_verify: int
    is_inference: int


def counts() -> list[Tally]:
    """One query a kind."""
    return [
        Tally(
            kind,
            **kind.model._default_manager.aggregate(
                total=Count("pk"),
                to_verify=Count("pk", filter=Q(to_verify=True)),
                is_inference=Count("pk", filter=Q(is_inference=True)),
            ),
        )
        for kind in _KINDS
    ]
