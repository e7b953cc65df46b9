"""The meetings are prepared here; syntheses are written and read on their own pages.

Published versions are not registered: nothing here could change them, and all may read them there.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from chantier.lib.administration import SeededAdmin, SeededInline
from meetings.models import AgendaItem, Attendance, Meeting, Objective


class ObjectiveInline(SeededInline):
    """The outcome is noted with the synthesis, under its lock: one way to write it."""

    model = Objective
    fk_name = "meeting"
    fields = ["order", "text", "cycle_objective", "outcome"]
    readonly_fields = ["outcome"]


class AgendaItemInline(admin.TabularInline):
    model = AgendaItem
    fields = ["order", "title", "minutes", "lead", "is_round_table"]
    extra = 0


class AttendanceInline(admin.TabularInline):
    model = Attendance
    fields = ["organization", "present"]
    autocomplete_fields = ["organization"]
    extra = 0


@admin.register(Meeting)
class MeetingAdmin(SeededAdmin):
    fieldsets = (
        (None, {"fields": ["code", "cycle", "kind", "number", "title", "slug", "state"]}),
        ("Quand et où", {"fields": ["held_on", "starts_at", "ends_at", "place"]}),
        ("Participation à distance", {"fields": ["link"]}),
        ("EÉS invitées", {"fields": ["guests"]}),
        ("Annonce publique", {"fields": ["public_text"]}),
        ("Origine", {"fields": ["is_inference", "to_verify", "basis"], "classes": ["collapse"]}),
    )
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [ObjectiveInline, AgendaItemInline, AttendanceInline]
    autocomplete_fields = ["guests"]
    prepopulated_fields = {"slug": ["title"]}
    list_display = ["heading", "title", "held_on", "state", "cycle"]
    list_display_links = ["heading", "title"]
    list_filter = ["state", "kind", "cycle"]
    search_fields = ["title", "code", "place"]
    date_hierarchy = "held_on"
    ordering = ["-held_on", "-pk"]

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        # Those who prepare the meeting on its own page meet what is changed here.
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        # The address of a meeting that exists has been shared: it does not follow the title.
        return {} if obj else super().get_prepopulated_fields(request, obj)
