"""What the pages of the administration share. Knows no app."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest


class GuardedAdmin(admin.ModelAdmin):
    """A list that its address cannot filter by the rows that point to it.

    Django lets « ?implementations=12 » through: it would tell staff whose private record 12 is,
    and on which measure.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        reverse = {field.name for field in self.opts.related_objects}
        if lookup.partition("__")[0] in reverse:
            offered = [name for name in self.get_list_filter(request) if isinstance(name, str)]
            if not any(lookup == name or lookup.startswith(f"{name}__") for name in offered):
                return False
        return super().lookup_allowed(lookup, value, request)


class SeededAdmin(GuardedAdmin):
    """A row that a seed file proposes: its code is how the file finds it, so it never changes."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "code"] if obj else [*fields]


class SeededInlineFormSet(BaseInlineFormSet):
    """Gives new rows a code of their own: nobody types one for a line of a list."""

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Any:
        form.instance.code = f"ajout-{uuid.uuid4().hex[:16]}"
        return super().save_new(form, commit)


class SeededInline(admin.TabularInline):
    """Short rows that hang on a seeded row."""

    formset = SeededInlineFormSet
    extra = 0


class SeededStackedInline(admin.StackedInline):
    """Rows too wide for a line."""

    formset = SeededInlineFormSet
    extra = 0


class ReadOnlyAdmin(GuardedAdmin):
    """A journal: read, never written, whoever asks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
