"""Filters of the evidence library, in the address."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from chantier.lib.filtering import SearchFilter
from measures.models import Evidence
from members.sharing import SharingLevel

_KINDS = {"fichier": Evidence.Kind.FILE, "lien": Evidence.Kind.LINK}
_LEVELS = {
    "organisation": SharingLevel.PRIVATE,
    "coordination": SharingLevel.COORDINATION,
    "chantier": SharingLevel.CHANTIER,
    "public": SharingLevel.PUBLIC,
}


class EvidenceFilter(django_filters.FilterSet):
    q = SearchFilter(label="Rechercher")
    sorte = django_filters.ChoiceFilter(
        label="Sorte",
        method="of_kind",
        choices=[("fichier", "Fichiers"), ("lien", "Liens")],
        empty_label="Fichiers et liens",
    )
    partage = django_filters.ChoiceFilter(
        label="Qui peut la voir",
        method="of_level",
        choices=[
            (slug, str(level.label)[:1].upper() + str(level.label)[1:])
            for slug, level in _LEVELS.items()
        ],
        empty_label="Tous les niveaux",
    )
    validite = django_filters.ChoiceFilter(
        label="Validité",
        method="of_validity",
        choices=[("echue", "Échue"), ("bientot", "Échoit d’ici 60\u00a0jours")],
        empty_label="Toutes les dates",
    )
    mesures = django_filters.ChoiceFilter(
        label="Mesures",
        method="of_records",
        choices=[("aucune", "Jointe à aucune mesure")],
        empty_label="Jointes ou non",
    )

    class Meta:
        model = Evidence
        fields: list[str] = []

    def of_kind(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(kind=_KINDS[value])

    def of_level(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(sharing=_LEVELS[value])

    def of_validity(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        if value == "echue":
            return queryset.expired(today)  # type: ignore[attr-defined]
        return queryset.expiring(today)  # type: ignore[attr-defined]

    def of_records(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.unjoined()  # type: ignore[attr-defined]
