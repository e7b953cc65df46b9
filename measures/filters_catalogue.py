"""Filters of the list of measures, and of the lists that staff edit, in the address."""

from typing import Any

import django_filters
from django.db.models import Case, F, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Length, Substr

from chantier.lib.french import fold
from chantier.lib.small_groups import MINIMUM
from chantier.lib.statements import Statement
from measures.context import stages_of
from measures.models import LegalReference, Measure
from measures.search import search
from measures.statuses import Status
from members.models import Organization, Term, Vocabulary

NOT_IN_REGISTER = "pas-au-registre"
_EFFORTS = [Measure.Effort.LOW, Measure.Effort.MEDIUM, Measure.Effort.HIGH]


class MeasureFilter(django_filters.FilterSet):
    """Needs rows `with_implemented_by`, and `with_record_of` where there is an organization."""

    q = django_filters.CharFilter(label="Rechercher", max_length=100, method="search")
    etape = django_filters.ChoiceFilter(
        label="Étape", field_name="stage__slug", empty_label="Toutes les étapes"
    )
    pour = django_filters.ChoiceFilter(
        label="Pour", method="for_group", empty_label="Toutes les organisations"
    )
    effort = django_filters.ChoiceFilter(
        label="Effort",
        choices=[(effort.value, effort.label.capitalize()) for effort in _EFFORTS],
        empty_label="Peu importe",
    )
    loi = django_filters.ChoiceFilter(
        label="Cadre légal", field_name="legal_references__code", empty_label="Tout"
    )
    statut = django_filters.ChoiceFilter(
        label="Chez nous",
        method="in_our_register",
        choices=[
            (NOT_IN_REGISTER, "Pas au registre"),
            *((code, label.capitalize()) for code, label in Status.choices),
        ],
        empty_label="Tous les statuts",
    )
    tri = django_filters.ChoiceFilter(
        label="Tri",
        method="order",
        choices=[
            ("etape", "Étape et code"),
            ("titre", "Titre"),
            ("effort", "Effort, du plus faible"),
            ("implantees", "Les plus implantées"),
        ],
        empty_label="Pertinence",
    )

    class Meta:
        model = Measure
        fields: list[str] = []

    def __init__(self, *args: Any, organization: Organization | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organization is None:
            # Nobody without a register is asked about theirs, and an address cannot either.
            del self.filters["statut"]
        fields = self.form.fields
        fields["etape"].choices = [
            (stage.slug, f"{stage.order} – {stage.short_name}") for stage in stages_of(self.request)
        ]
        choices = _CHOICES.fetch()
        fields["pour"].choices = [
            (code.partition(":")[2], label) for kind, code, label, _ in choices if kind == "group"
        ]
        fields["loi"].choices = [(code, name) for kind, code, name, _ in choices if kind == "law"]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return search(queryset, value)

    def for_group(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.for_group(f"{Vocabulary.ORGANIZATION_GROUP}:{value}")

    def in_our_register(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        status = None if value == NOT_IN_REGISTER else value
        return queryset.filter(
            **{"our_status__isnull": True} if status is None else {"our_status": status}
        )

    def order(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        first: dict[str, list[Any]] = {
            "titre": [folded_title()],
            "effort": [_rank_of_effort()],
            "implantees": [_implemented_aloud().desc()],
        }
        return queryset.order_by(*first.get(value, []), "stage__order", "code", "pk")


def folded_title() -> Substr:
    """The title as search compares it: it opens `search_text`, after the code."""
    return Substr("search_text", Length("code") + 2)


def _rank_of_effort() -> Case:
    ranks = [When(effort=effort, then=rank) for rank, effort in enumerate(_EFFORTS)]
    return Case(*ranks, default=len(_EFFORTS), output_field=IntegerField())


def _implemented_aloud() -> Case:
    """What may be said of the number of organizations: all under three are one, and last."""
    said = When(implemented_by__gte=MINIMUM, then=F("implemented_by"))
    return Case(said, default=0, output_field=IntegerField())


def _union() -> QuerySet:
    """The groups of organizations and the legal references, in one query."""

    def part(rows: QuerySet, kind: str, label: str) -> QuerySet:
        columns = {
            "part": Cast(Value(kind), TextField()),
            "value": Cast("code", TextField()),
            "text": Cast(label, TextField()),
            "rank": F("order"),
        }
        return rows.order_by().annotate(**columns).values_list(*columns)

    groups = Term.objects.filter(vocabulary=Vocabulary.ORGANIZATION_GROUP)
    laws = part(LegalReference.objects.all(), "law", "name")
    return part(groups, "group", "label").union(laws, all=True).order_by("part", "rank", "value")


_CHOICES = Statement(_union)


class RowFilter(django_filters.FilterSet):
    """What staff see of one kind of the catalogue."""

    q = django_filters.CharFilter(label="Rechercher", max_length=100, method="search")
    etat = django_filters.ChoiceFilter(label="État", method="in_state", empty_label="Tous")

    def __init__(self, *args: Any, may_retire: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [("a-verifier", "À vérifier"), ("proposition", "Proposition à valider")]
        if may_retire:
            states += [("retirees", "Retirées")]
        self.form.fields["etat"].choices = states

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """In memory: a kind has a few hundred rows at most, and no column to search in."""
        words = fold(value).split()
        kept = [row.pk for row in queryset if all(word in _text_of(row) for word in words)]
        return queryset.filter(pk__in=kept)

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        states = {
            "a-verifier": {"to_verify": True},
            "proposition": {"is_inference": True},
            "retirees": {"is_active": False},
        }
        return queryset.filter(**states[value])


def _text_of(row: Any) -> str:
    return fold(f"{row.code} {row} {getattr(row, 'search_text', '')}")
