"""The inventory of benefits, the public figures, and the directory of EÉS."""

from django.contrib import admin

from benefits.models import Benefit, PublicFigure, Purchase, SocialEnterprise
from chantier.lib.administration import ReadOnlyAdmin, SeededAdmin

_MARKS = ["is_inference", "to_verify", "basis"]


@admin.register(Benefit)
class BenefitAdmin(SeededAdmin):
    fields = [
        "code",
        "kind",
        "dimension",
        "title",
        "slug",
        "unit",
        "formula",
        "statement",
        "note",
        "figures",
        "terms",
        "sources",
        *_MARKS,
    ]
    list_display = ["code", "title", "kind", "dimension", "is_inference", "to_verify"]
    list_display_links = ["code", "title"]
    list_filter = ["kind", "dimension", "is_inference", "to_verify"]
    search_fields = ["code", "title", "statement", "formula"]
    autocomplete_fields = ["figures", "sources"]
    filter_horizontal = ["terms"]


@admin.register(PublicFigure)
class PublicFigureAdmin(SeededAdmin):
    fields = [
        "code",
        "label",
        "qualifier",
        "value",
        "unit",
        "year",
        "is_current",
        "terms",
        "sources",
        *_MARKS,
    ]
    list_display = ["code", "label", "quantity", "year", "is_current", "to_verify"]
    list_display_links = ["code", "label"]
    list_filter = ["is_current", "year", "is_inference", "to_verify"]
    search_fields = ["code", "label"]
    autocomplete_fields = ["sources"]
    filter_horizontal = ["terms"]


@admin.register(SocialEnterprise)
class SocialEnterpriseAdmin(SeededAdmin):
    fields = [
        "code",
        "name",
        "slug",
        "legal_form",
        "region",
        "sectors",
        "tags",
        "mission",
        "eligibility",
        "is_fictional",
        *_MARKS,
    ]
    list_display = ["name", "legal_form", "region", "eligibility", "is_fictional"]
    list_filter = ["eligibility", "is_fictional", "legal_form", "region"]
    list_select_related = ["legal_form", "region"]
    search_fields = ["code", "name", "mission"]


@admin.register(Purchase)
class PurchaseAdmin(ReadOnlyAdmin):
    """Rows that their organization alone reads: not granted to ECPAR staff."""

    list_display = ["purchased_on", "organization", "supplier_name", "enterprise", "amount"]
    list_filter = ["organization"]
    list_select_related = ["organization", "enterprise"]
    search_fields = ["supplier_name", "reference", "organization__name"]
    date_hierarchy = "purchased_on"
