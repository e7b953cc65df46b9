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
    CatalogueEvent,
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
from measures.snapshots import snapshot

_MARKS = ["is_inference", "to_verify", "basis"]


class JournaledAdmin(SeededAdmin):
    """A row of the catalogue: what is changed here is in the same journal as in the portal.

    Django saves a row, its links and its lines in one transaction: the journal's line is the last.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.snapshot_before = {}
        if change:
            # The row is the lock: a save in the portal at the same time waits, then sees this one.
            rows = type(obj)._default_manager.select_for_update()
            form.snapshot_before = snapshot(rows.get(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actions.write_catalogue_event(
            row=form.instance,
            before=form.snapshot_before,
            kind=CatalogueEvent.Kind.CHANGED if change else CatalogueEvent.Kind.CREATED,
            by=request.user,  # type: ignore[arg-type]
        )


@admin.register(Source)
class SourceAdmin(JournaledAdmin):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = ["code", "title", "address", *_MARKS]
    list_display = ["code", "title", "address"]
    list_display_links = ["code", "title"]
    search_fields = ["code", "title", "address"]


@admin.register(Stage)
class StageAdmin(JournaledAdmin):
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
class MeasureAdmin(JournaledAdmin):
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The records of the registers stand under the stage of their measure."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "stage"]


class ThresholdInline(SeededStackedInline):
    model = Threshold
    fields = [("kind", "amount", "year"), "regime", "sources", ("to_verify", "basis")]
    autocomplete_fields = ["sources"]


@admin.register(LegalReference)
class LegalReferenceAdmin(JournaledAdmin):
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
class ClauseAdmin(JournaledAdmin):
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
class IndicatorAdmin(JournaledAdmin):
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
class BarrierAdmin(JournaledAdmin):
    fields = ["code", "title", "faced_by", "measures", "clauses", "sources", *_MARKS]
    list_display = ["code", "title", "faced_by", "is_inference", "to_verify"]
    list_display_links = ["code", "title"]
    list_filter = ["faced_by", "is_inference", "to_verify"]
    search_fields = ["code", "title", "solutions__text"]
    autocomplete_fields = ["measures", "clauses", "sources"]
    inlines = [SolutionInline]


@admin.register(ImplementationEvent)
class ImplementationEventAdmin(ReadOnlyAdmin):
    """Holds what organizations keep to themselves: not granted to ECPAR staff."""

    list_display = ["at", "kind", "implementation", "actor"]
    list_filter = ["kind"]
    list_select_related = ["implementation__measure", "implementation__organization", "actor"]
    search_fields = ["implementation__organization__name", "actor__full_name"]
    date_hierarchy = "at"
