"""Filters of the directory, in the address."""

import re
from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.fields import ChoiceField

from benefits.models import FavouriteEnterprise, SocialEnterprise
from chantier.lib.filtering import SearchFilter
from members.models import Vocabulary

FAVOURITES = "oui"
_KEY = re.compile(r"[\w-]{1,40}", re.ASCII)


class TermKeyField(ChoiceField):
    """A choice whose list comes later, with the rows: any key may be asked for."""

    def valid_value(self, value: Any) -> bool:
        return bool(_KEY.fullmatch(str(value)))


class TermKeyFilter(django_filters.ChoiceFilter):
    """One entry of a choice list; the address holds « 06 » for « region:06 »."""

    field_class = TermKeyField

    def __init__(self, *, vocabulary: Vocabulary, **kwargs: Any) -> None:
        super().__init__(choices=(), **kwargs)
        self.vocabulary = vocabulary

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__code": f"{self.vocabulary}:{value}"})


class ReachFilter(TermKeyFilter):
    """Those of a region: seated there, or serving it."""

    def filter(self, qs: Any, value: str) -> QuerySet:
        return qs.in_region(value) if value else qs


class EnterpriseFilter(django_filters.FilterSet):
    """The lists of terms are read with the numbers: the filter itself costs no query."""

    q = SearchFilter(label="Rechercher")
    secteur = TermKeyFilter(
        label="Secteur", field_name="sectors", vocabulary=Vocabulary.SECTOR, empty_label="Tous"
    )
    region = ReachFilter(label="Région", vocabulary=Vocabulary.REGION, empty_label="Toutes")
    forme = TermKeyFilter(
        label="Forme juridique",
        field_name="legal_form",
        vocabulary=Vocabulary.LEGAL_FORM,
        empty_label="Toutes",
    )
    etiquette = TermKeyFilter(
        label="Étiquette",
        field_name="tags",
        vocabulary=Vocabulary.ENTERPRISE_TAG,
        empty_label="Toutes",
    )
    admissibilite = django_filters.ChoiceFilter(
        label="Admissibilité",
        field_name="eligibility",
        choices=[
            (code, label.capitalize()) for code, label in SocialEnterprise.Eligibility.choices
        ],
        empty_label="Toutes",
    )
    favoris = django_filters.ChoiceFilter(
        label="Favoris",
        method="keep_favourites",
        choices=[(FAVOURITES, "Mes favoris")],
        empty_label="Toutes les EÉS",
    )

    class Meta:
        model = SocialEnterprise
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.is_authenticated:
            # Visitors keep none; a link that they were given shows them everything.
            del self.form.fields["favoris"]

    def keep_favourites(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        mine = FavouriteEnterprise.objects.filter(user=self.request.user)
        return queryset.filter(pk__in=mine.values("enterprise"))

    @property
    def region_value(self) -> str:
        """The region that filters, empty for all."""
        self.form.is_valid()
        return self.form.cleaned_data.get("region", "")

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter that is folded away is at work, or cannot be."""
        folded = ("forme", "etiquette", "admissibilite")
        return any(self.data.get(name) for name in folded)

    @property
    def is_long(self) -> bool:
        """Whether no index tells in its order who is found: seeking them twice would be long."""
        self.form.is_valid()
        named = ("q", "secteur", "etiquette", "favoris")
        return any(self.form.cleaned_data.get(name) for name in named)

    def offer(self, terms: dict[Vocabulary, list[tuple[str, str]]]) -> None:
        """Give their choices to the lists of terms."""
        for name, each in self.filters.items():
            if isinstance(each, TermKeyFilter):
                self.form.fields[name].choices = terms[each.vocabulary]
