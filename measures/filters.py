"""Filters of the register, in the address."""

from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from chantier.lib.french import fold
from measures.context import stages_of
from measures.models import Comment, Implementation
from measures.quality import BY_SLUG, CHECKS
from measures.statuses import Status

# Beside the checks of quality: nothing is missing, somebody waits for an answer.
DISCUSSED = "discussion-ouverte"


class StableOrderingFilter(django_filters.OrderingFilter):
    """Ends every order with the key, so that no row is on two pages or on none.

    Rows without a value come last, on every database.
    """

    def get_ordering_value(self, param: str) -> Any:
        name = super().get_ordering_value(param)
        field = F(name.removeprefix("-"))
        descending = name.startswith("-")
        return field.desc(nulls_last=True) if descending else field.asc(nulls_last=True)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk") if value else ordered


class ImplementationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Rechercher", method="search")
    etape = django_filters.ChoiceFilter(
        label="Étape",
        field_name="stage__slug",
        choices=[],
        empty_label="Toutes les étapes",
    )
    statut = django_filters.ChoiceFilter(
        label="Statut",
        field_name="status",
        choices=[(code, label.capitalize()) for code, label in Status.choices],
        empty_label="Tous les statuts",
    )
    suivi = django_filters.ChoiceFilter(
        label="Suivi",
        method="follow_up",
        choices=[
            *((check.slug, check.title) for check in CHECKS),
            (DISCUSSED, "Discussion ouverte"),
        ],
        empty_label="Toutes les fiches",
    )
    tri = StableOrderingFilter(
        label="Tri",
        fields={"status": "statut", "planned_for": "echeance", "updated_at": "maj"},
        choices=[
            ("statut", "Statut"),
            ("echeance", "Échéance"),
            ("-maj", "Dernière modification"),
        ],
        empty_label="Étape et code",
    )

    class Meta:
        model = Implementation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stages that the page already has: the filter costs no query of its own.
        self.form.fields["etape"].choices = [
            (stage.slug, f"{stage.order} – {stage.short_name}") for stage in stages_of(self.request)
        ]

        access = getattr(self.request, "access", None)
        if access is not None and not access.is_member:
            internal = {check.slug for check in CHECKS if check.is_internal}
            field = self.form.fields["suivi"]
            field.choices = [choice for choice in field.choices if choice[0] not in internal]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in fold(value).split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset

    def follow_up(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == DISCUSSED:
            waiting = Comment.objects.open_to(self.request.access).waiting()
            return queryset.filter(Exists(waiting.filter(implementation=OuterRef("pk"))))
        return queryset.filter(BY_SLUG[value].failing(timezone.localdate()))
