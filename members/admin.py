"""People, organizations, cycles, choice lists, and the journal."""

from functools import reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from chantier.lib.administration import (
    GuardedAdmin,
    ReadOnlyAdmin,
    SeededAdmin,
    SeededInline,
)
from members.models import (
    Achievement,
    AuditEntry,
    Cycle,
    CycleObjective,
    Membership,
    Organization,
    Term,
    User,
)

# Roles are code (members/roles.py): groups would be a second truth.
admin.site.unregister(Group)


class _LowerCaseEmail(forms.ModelForm):
    """The e-mail address is the login: written one way only."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class PersonCreationForm(_LowerCaseEmail, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "full_name", "job_title", "portal_role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "usable_password"
        ].help_text = (
            "Sans mot de passe, la personne choisit le sien par «\u00a0Mot de passe oublié\u00a0»."
        )


class PersonChangeForm(_LowerCaseEmail, UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "full_name", "job_title", "portal_role", "is_active"]


class MembershipOfPerson(admin.TabularInline):
    model = Membership
    fields = ["organization", "role"]
    autocomplete_fields = ["organization"]
    extra = 0


class MembershipOfOrganization(admin.TabularInline):
    model = Membership
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(User)
class PersonAdmin(GuardedAdmin, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    fieldsets = (
        (None, {"fields": ["email", "password", "full_name", "job_title"]}),
        ("Accès", {"fields": ["portal_role", "is_active", "last_login", "date_joined"]}),
    )
    add_fieldsets = (
        (None, {"fields": ["email", "full_name", "job_title", "portal_role"]}),
        ("Mot de passe", {"fields": ["usable_password", "password1", "password2"]}),
    )
    readonly_fields = ["last_login", "date_joined"]
    list_display = ["full_name", "email", "portal_role", "is_active", "last_login"]
    list_filter = ["portal_role", "is_active", "memberships__role"]
    search_fields = ["full_name", "email", "memberships__organization__name"]
    ordering = ["full_name", "pk"]
    filter_horizontal = []
    inlines = [MembershipOfPerson]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who may change a superuser could take the account over: only another superuser."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # An address that is no longer theirs must not open the account.
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()


@admin.register(Organization)
class OrganizationAdmin(GuardedAdmin):
    list_display = ["name", "acronym", "type", "region", "kind", "is_active", "is_fictional"]
    list_filter = ["kind", "regime", "is_active", "is_fictional", "region"]
    list_select_related = ["type", "region"]
    search_fields = ["name", "acronym", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipOfOrganization]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        # A new name must not move the pages of an organization that is already there.
        return {} if obj else super().get_prepopulated_fields(request, obj)


class ObjectiveInline(SeededInline):
    model = CycleObjective
    fields = ["order", "text", "is_inference", "to_verify"]


class AchievementInline(SeededInline):
    model = Achievement
    fields = ["order", "text", "is_inference", "to_verify"]


@admin.register(Cycle)
class CycleAdmin(GuardedAdmin):
    list_display = ["label", "starts_on", "ends_on", "report_due_on"]
    search_fields = ["label"]
    inlines = [ObjectiveInline, AchievementInline]


class TermForm(forms.ModelForm):
    """« region:18 »: the code says which list it belongs to."""

    class Meta:
        model = Term
        fields = ["code", "vocabulary"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code, vocabulary = data.get("code", ""), data.get("vocabulary", "")
        if code and vocabulary and not code.startswith(f"{vocabulary}:"):
            self.add_error("code", f"Commencez le code par «\u00a0{vocabulary}:\u00a0».")
        return data


@admin.register(Term)
class TermAdmin(SeededAdmin):
    form = TermForm
    fields = ["code", "vocabulary", "label", "note", "order", "is_inference", "to_verify", "basis"]
    list_display = ["label", "vocabulary", "order", "is_inference", "to_verify"]
    list_filter = ["vocabulary", "is_inference", "to_verify"]
    search_fields = ["label", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Term | None = None) -> list[str]:
        # The code is prefixed by the list: one cannot move without the other.
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "vocabulary"] if obj else fields


# What opens the subjects of lines that say what an organization keeps to itself.
_KEPT = ("clauseuse:", "barrierencounter:", "indicatoraim:")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Without the lines that hold words of an organization: as the journal of its register."""

    list_display = ["at", "action", "subject", "actor", "organization"]
    list_filter = ["action"]
    list_select_related = ["actor", "organization"]
    search_fields = ["subject", "action", "actor__full_name", "organization__name"]
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.exclude(reduce(or_, (Q(subject__startswith=kept) for kept in _KEPT)))
