"""What the pages of the administration share. Knows no app."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest


class SeededAdmin(admin.ModelAdmin):
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


class ReadOnlyAdmin(admin.ModelAdmin):
    """A journal: read, never written, whoever asks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
