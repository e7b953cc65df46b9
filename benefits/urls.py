"""The inventory of benefits, the directory of EÉS, purchases and what they brought."""

from django.urls import path

from benefits.views import (
    cases,
    directory,
    directory_imports,
    duplicates,
    inventory,
    keeping,
    observation_review,
    observations,
    portraits,
    proposals,
    purchase_import_preview,
    purchase_import_suppliers,
    purchase_imports,
    purchases,
    removals,
    suppliers,
)

app_name = "benefits"

_observations = [
    # Before the addresses of benefits, of which « observations » is none.
    path(
        "benefices/observations/",
        observation_review.observation_review_list,
        name="observation_review_list",
    ),
    path(
        "benefices/observations/<int:pk>/verifier/",
        observation_review.observation_verify,
        name="observation_verify",
    ),
    path(
        "organisations/<slug:org_slug>/benefices/",
        observations.observation_list,
        name="observation_list",
    ),
    path(
        "organisations/<slug:org_slug>/benefices/ajouter/",
        observations.observation_create,
        name="observation_create",
    ),
    path(
        "organisations/<slug:org_slug>/benefices/<int:pk>/",
        observations.observation_edit,
        name="observation_edit",
    ),
    path(
        "organisations/<slug:org_slug>/benefices/<int:pk>/retirer/",
        observations.observation_remove,
        name="observation_remove",
    ),
    path(
        "organisations/<slug:org_slug>/benefices/<int:pk>/consentement/",
        observations.observation_consent,
        name="observation_consent",
    ),
]

_cases = [
    # Before the addresses of benefits: « argumentaire » is none.
    path("benefices/argumentaire/", cases.case, name="case"),
    path("benefices/argumentaire.pdf", cases.case_pdf, name="case_pdf"),
]

_inventory = [
    path("benefices/", inventory.benefit_list, name="benefit_list"),
    path("benefices/<slug:slug>/", inventory.benefit_detail, name="benefit_detail"),
]

_directory = [
    path("entreprises/", directory.enterprise_list, name="enterprise_list"),
    path(
        "entreprises/exporter/<slug:kind>/", directory.enterprise_export, name="enterprise_export"
    ),
    path("entreprises/<slug:slug>/", directory.enterprise_detail, name="enterprise_detail"),
    path(
        "entreprises/<slug:slug>/favori/",
        directory.enterprise_favourite,
        name="enterprise_favourite",
    ),
]

_portraits = [
    path("achats/", portraits.chantier_portrait, name="chantier_portrait"),
    path(
        "organisations/<slug:org_slug>/achats/portrait/",
        portraits.purchase_portrait,
        name="purchase_portrait",
    ),
    path(
        "organisations/<slug:org_slug>/achats/portrait/exporter/<slug:kind>/",
        portraits.purchase_portrait_export,
        name="purchase_portrait_export",
    ),
]

_purchases = [
    path("organisations/<slug:org_slug>/achats/", purchases.purchase_list, name="purchase_list"),
    path(
        "organisations/<slug:org_slug>/achats/ajouter/",
        purchases.purchase_create,
        name="purchase_create",
    ),
    path(
        "organisations/<slug:org_slug>/achats/a-rapprocher/",
        suppliers.supplier_list,
        name="supplier_list",
    ),
    path(
        "organisations/<slug:org_slug>/achats/a-rapprocher/<int:pk>/reprendre/",
        suppliers.supplier_reopen,
        name="supplier_reopen",
    ),
    path(
        "organisations/<slug:org_slug>/achats/fournisseurs/",
        purchases.purchase_suggest,
        name="purchase_suggest",
    ),
    path(
        "organisations/<slug:org_slug>/achats/exporter/<slug:kind>/",
        purchases.purchase_export,
        name="purchase_export",
    ),
    path(
        "organisations/<slug:org_slug>/achats/modele/<slug:kind>/",
        purchases.purchase_model,
        name="purchase_model",
    ),
    path(
        "organisations/<slug:org_slug>/achats/<int:pk>/",
        purchases.purchase_edit,
        name="purchase_edit",
    ),
    path(
        "organisations/<slug:org_slug>/achats/<int:pk>/retirer/",
        purchases.purchase_delete,
        name="purchase_delete",
    ),
]

# For those who keep the directory; before the addresses of enterprises.
_keeping = [
    path("entreprises/ajouter/", keeping.enterprise_create, name="enterprise_create"),
    path("entreprises/doublons/", duplicates.duplicate_list, name="duplicate_list"),
    path(
        "entreprises/doublons/<int:first>/<int:second>/",
        duplicates.enterprise_merge,
        name="enterprise_merge",
    ),
    path("entreprises/importer/", directory_imports.directory_import, name="directory_import"),
    path(
        "entreprises/importer/<int:pk>/",
        directory_imports.directory_import_detail,
        name="directory_import_detail",
    ),
    path(
        "entreprises/importer/<int:pk>/lire/",
        directory_imports.directory_import_check,
        name="directory_import_check",
    ),
    path(
        "entreprises/importer/modele/<slug:kind>/",
        directory_imports.directory_import_model,
        name="directory_import_model",
    ),
    path("entreprises/propositions/", proposals.proposal_list, name="proposal_list"),
    path("entreprises/propositions/<int:pk>/", proposals.proposal_answer, name="proposal_answer"),
    path("entreprises/retraits/", removals.removal_list, name="removal_list"),
    path("entreprises/retraits/<int:pk>/", removals.removal_answer, name="removal_answer"),
    path("entreprises/<slug:slug>/modifier/", keeping.enterprise_edit, name="enterprise_edit"),
    path("entreprises/<slug:slug>/examens/", keeping.enterprise_review, name="enterprise_review"),
    path("entreprises/<slug:slug>/retrait/", removals.removal_ask, name="removal_ask"),
    path(
        "organisations/<slug:org_slug>/entreprises/",
        proposals.own_proposal_list,
        name="own_proposal_list",
    ),
    path(
        "organisations/<slug:org_slug>/entreprises/proposer/",
        proposals.enterprise_propose,
        name="enterprise_propose",
    ),
]

_import = "organisations/<slug:org_slug>/achats/importer/"
_purchase_imports = [
    path(_import, purchase_imports.purchase_import_create, name="purchase_import_create"),
    path(
        f"{_import}<int:pk>/",
        purchase_imports.purchase_import_detail,
        name="purchase_import_detail",
    ),
    path(
        f"{_import}<int:pk>/lire/",
        purchase_imports.purchase_import_check,
        name="purchase_import_check",
    ),
    path(
        f"{_import}<int:pk>/colonnes/",
        purchase_imports.purchase_import_columns,
        name="purchase_import_columns",
    ),
    path(
        f"{_import}<int:pk>/oublier/",
        purchase_imports.purchase_import_forget,
        name="purchase_import_forget",
    ),
    path(
        f"{_import}<int:pk>/fournisseurs/",
        purchase_import_suppliers.purchase_import_suppliers,
        name="purchase_import_suppliers",
    ),
    path(
        f"{_import}<int:pk>/a-corriger.csv",
        purchase_import_preview.purchase_import_errors,
        name="purchase_import_errors",
    ),
    path(
        f"{_import}<int:pk>/tout-importer/",
        purchase_import_preview.purchase_import_apply,
        name="purchase_import_apply",
    ),
    path(
        f"{_import}<int:pk>/annuler/",
        purchase_import_preview.purchase_import_undo,
        name="purchase_import_undo",
    ),
]

urlpatterns = [
    *_keeping,
    *_observations,
    *_cases,
    *_inventory,
    *_directory,
    *_portraits,
    *_purchase_imports,
    *_purchases,
]
