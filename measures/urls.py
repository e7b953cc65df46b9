"""The guide, the catalogue kept by ECPAR, the tool box, and the register of each organization."""

from django.urls import path

from measures.views import (
    benchmark,
    bulk,
    catalogue,
    changes,
    discussion,
    editing,
    evidence,
    exchange,
    library,
    quality,
    record,
    register,
    requests,
    results,
    toolbox,
)

app_name = "measures"

_organization = "organisations/<slug:org_slug>/"
_register = f"{_organization}mesures/"
_record = f"{_register}<int:pk>/"
_evidence = f"{_organization}preuves/"

_guide = [
    path("guide/", catalogue.stage_list, name="stage_list"),
    path("guide/<slug:slug>/", catalogue.stage_detail, name="stage_detail"),
    path("mesures/", catalogue.measure_list, name="measure_list"),
    path("mesures/<slug:slug>/", catalogue.measure_detail, name="measure_detail"),
    path("catalogue/", editing.catalogue_index, name="catalogue_index"),
    path("catalogue/<slug:kind>/", editing.catalogue_list, name="catalogue_list"),
    path("catalogue/<slug:kind>/ajouter/", editing.catalogue_create, name="catalogue_create"),
    path("catalogue/<slug:kind>/<str:code>/", editing.catalogue_edit, name="catalogue_edit"),
]

_toolbox = [
    path("clauses/", toolbox.clause_list, name="clause_list"),
    path("clauses/<slug:slug>/", toolbox.clause_detail, name="clause_detail"),
    path("indicateurs/", toolbox.indicator_list, name="indicator_list"),
    path("enjeux/", toolbox.barrier_list, name="barrier_list"),
    path("cadre-legal/", toolbox.legal_reference_list, name="legal_reference_list"),
]

_register_pages = [
    path(_register, register.implementation_list, name="implementation_list"),
    path(f"{_register}ajouter/", register.implementation_create, name="implementation_create"),
    path(f"{_register}adopter/", register.implementation_adopt, name="implementation_adopt"),
    path(f"{_register}modifier/", bulk.implementation_bulk, name="implementation_bulk"),
    path(f"{_register}annuler/", changes.change_undo, name="change_undo"),
    path(f"{_register}a-completer/", quality.quality_list, name="quality_list"),
    path(
        f"{_register}exporter/<slug:kind>/",
        exchange.implementation_export,
        name="implementation_export",
    ),
    path(f"{_register}importer/", exchange.import_create, name="import_create"),
    path(f"{_register}importer/<int:pk>/", exchange.import_detail, name="import_detail"),
    path(
        f"{_register}importer/modele/<slug:kind>/",
        exchange.import_template,
        name="import_template",
    ),
    path(f"{_organization}comparaison/", benchmark.benchmark, name="benchmark"),
]

_record_pages = [
    path(_record, record.implementation_detail, name="implementation_detail"),
    path(f"{_record}retablir/", changes.text_restore, name="text_restore"),
    path(f"{_record}rattacher/", changes.implementation_link, name="implementation_link"),
    path(f"{_record}resultats/ajouter/", results.result_create, name="result_create"),
    path(f"{_record}resultats/<int:result_pk>/", results.result_edit, name="result_edit"),
    path(
        f"{_record}resultats/<int:result_pk>/supprimer/",
        results.result_delete,
        name="result_delete",
    ),
    path(f"{_record}enjeux/ajouter/", results.encounter_create, name="encounter_create"),
    path(f"{_record}enjeux/<int:encounter_pk>/", results.encounter_edit, name="encounter_edit"),
    path(
        f"{_record}enjeux/<int:encounter_pk>/supprimer/",
        results.encounter_delete,
        name="encounter_delete",
    ),
    path(f"{_record}discussion/", discussion.comment_create, name="comment_create"),
    path(
        f"{_record}discussion/<int:comment_pk>/",
        discussion.comment_resolve,
        name="comment_resolve",
    ),
    path(
        f"{_record}demandes/",
        requests.evidence_request_create,
        name="evidence_request_create",
    ),
    path(
        f"{_record}demandes/<int:request_pk>/repondre/",
        requests.evidence_request_answer,
        name="evidence_request_answer",
    ),
    path(
        f"{_record}demandes/<int:request_pk>/retirer/",
        requests.evidence_request_withdraw,
        name="evidence_request_withdraw",
    ),
]

_evidence_pages = [
    path(_evidence, library.evidence_list, name="evidence_list"),
    path(f"{_evidence}ajouter/", library.evidence_create, name="evidence_create"),
    path(f"{_evidence}<int:pk>/", library.evidence_detail, name="evidence_detail"),
    path(f"{_evidence}<int:pk>/telecharger/", evidence.evidence_download, name="evidence_download"),
    path(
        f"{_evidence}<int:pk>/versions/<int:number>/",
        library.evidence_version_download,
        name="evidence_version_download",
    ),
]

urlpatterns = [*_guide, *_toolbox, *_register_pages, *_record_pages, *_evidence_pages]
