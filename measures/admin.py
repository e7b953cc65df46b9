"""The catalogue that ECPAR keeps: the guide, the tool box, and the journal of the registers."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from chantier.lib.administration import (
    ReadOnlyAdmin,
    SeededAdmin,
    SeededInline,
    SeededStackedInline,
)
from measures import actions
from measures.models import (
    Barrier,
    Clause,
    ClauseVersion,
    ImplementationEvent,
    Indicator,
    LegalReference,
    Measure,
    Solution,
    Source,
    Stage,
    Threshold,
)

_MARKS = ["is_inference", "to_verify", "basis"]


@admin.register(Source)
class SourceAdmin(SeededAdmin):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = ["code", "title", "address", *_MARKS]
    list_display = ["code", "title", "address"]
    list_display_links = ["code", "title"]
    search_fields = ["code", "title", "address"]


@admin.register(Stage)
class StageAdmin(SeededAdmin):
    fields = [
        "code",
        "order",
        "name",
        "short_name",
        "slug",
        "description",
        "question",
        "iso_20400",
        *_MARKS,
    ]
    list_display = ["order", "name", "short_name"]
    list_display_links = ["order", "name"]
    search_fields = ["name", "short_name"]


@admin.register(Measure)
class MeasureAdmin(SeededAdmin):
    fields = [
        "code",
        "stage",
        "title",
        "slug",
        "description",
        "expected_evidence",
        "effort",
        "groups",
        "legal_references",
        "is_active",
        "sources",
        *_MARKS,
    ]
    list_display = ["code", "title", "stage", "effort", "is_active", "is_inference", "to_verify"]
    list_display_links = ["code", "title"]
    list_filter = ["stage", "effort", "is_active", "is_inference", "to_verify"]
    list_select_related = ["stage"]
    search_fields = ["code", "title", "description"]
    autocomplete_fields = ["legal_references", "sources"]


class ThresholdInline(SeededStackedInline):
    model = Threshold
    fields = [("kind", "amount", "year"), "regime", "sources", ("to_verify", "basis")]
    autocomplete_fields = ["sources"]


@admin.register(LegalReference)
class LegalReferenceAdmin(SeededAdmin):
    fields = ["code", "name", "says", "note", "order", "sources", *_MARKS]
    list_display = ["code", "name", "order", "is_inference", "to_verify"]
    list_display_links = ["code", "name"]
    list_filter = ["is_inference", "to_verify"]
    search_fields = ["code", "name", "says"]
    autocomplete_fields = ["sources"]
    inlines = [ThresholdInline]


class ClauseVersionInline(admin.StackedInline):
    """The versions that stand are read; a new text is a new version."""

    model = ClauseVersion
    fields = ["number", "text", "reason", "author", "created_at"]
    readonly_fields = ["number", "author", "created_at"]
    extra = 1
    verbose_name = "version"
    verbose_name_plural = "versions (un nouveau texte devient une nouvelle version)"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Clause)
class ClauseAdmin(SeededAdmin):
    fields = [
        "code",
        "stage",
        "title",
        "slug",
        "documents",
        "legal_references",
        "is_active",
        "sources",
        *_MARKS,
    ]
    list_display = ["code", "title", "stage", "is_active", "is_inference", "to_verify"]
    list_display_links = ["code", "title"]
    list_filter = ["stage", "documents", "is_active", "is_inference", "to_verify"]
    list_select_related = ["stage"]
    search_fields = ["code", "title", "versions__text"]
    autocomplete_fields = ["legal_references", "sources"]
    inlines = [ClauseVersionInline]

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        if formset.model is not ClauseVersion:
            super().save_formset(request, form, formset, change)
            return
        for version in formset.save(commit=False):
            actions.add_clause_version(version=version, by=request.user)  # type: ignore[arg-type]


@admin.register(Indicator)
class IndicatorAdmin(SeededAdmin):
    fields = [
        "code",
        "name",
        "unit",
        "formula",
        "kind",
        "level",
        "direction",
        "frequency",
        "data_source",
        "sources",
        *_MARKS,
    ]
    list_display = ["code", "name", "kind", "level", "is_inference", "to_verify"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", "level", "direction", "is_inference", "to_verify"]
    search_fields = ["code", "name", "formula"]
    autocomplete_fields = ["sources"]


class SolutionInline(SeededInline):
    model = Solution
    fields = ["order", "text", "is_inference", "to_verify"]


@admin.register(Barrier)
class BarrierAdmin(SeededAdmin):
    fields = ["code", "title", "faced_by", "measures", "sources", *_MARKS]
    list_display = ["code", "title", "faced_by", "is_inference", "to_verify"]
    list_display_links = ["code", "title"]
    list_filter = ["faced_by", "is_inference", "to_verify"]
    search_fields = ["code", "title", "solutions__text"]
    autocomplete_fields = ["measures", "sources"]
    inlines = [SolutionInline]


@admin.register(ImplementationEvent)
class ImplementationEventAdmin(ReadOnlyAdmin):
    """Holds what organizations keep to themselves: not granted to ECPAR staff."""

    list_display = ["at", "kind", "implementation", "actor"]
    list_filter = ["kind"]
    list_select_related = ["implementation__measure", "implementation__organization", "actor"]
    search_fields = ["implementation__organization__name", "actor__full_name"]
    date_hierarchy = "at"
