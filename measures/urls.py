"""The guide, the catalogue kept by ECPAR, the tool box, and the register of each organization."""

from django.urls import path

from measures.views import (
    barriers,
    benchmark,
    bulk,
    catalogue,
    changes,
    clause_proposals,
    clause_uses,
    clauses,
    discussion,
    editing,
    evidence,
    exchange,
    indicator_exchange,
    indicator_grid,
    indicators,
    legal,
    library,
    quality,
    record,
    register,
    requests,
    results,
)

app_name = "measures"

_organization = "organisations/<slug:org_slug>/"
_register = f"{_organization}mesures/"
_record = f"{_register}<int:pk>/"
_clauses = f"{_organization}clauses/"
_indicators = f"{_organization}indicateurs/"
_barriers = f"{_organization}enjeux/"
_evidence = f"{_organization}preuves/"

_guide = [
    path("guide/", catalogue.stage_list, name="stage_list"),
    path("guide/<slug:slug>/", catalogue.stage_detail, name="stage_detail"),
    path("mesures/", catalogue.measure_list, name="measure_list"),
    path("mesures/<slug:slug>/", catalogue.measure_detail, name="measure_detail"),
    path("catalogue/", editing.catalogue_index, name="catalogue_index"),
    path(
        "catalogue/propositions/",
        clause_proposals.clause_proposal_list,
        name="clause_proposal_list",
    ),
    path(
        "catalogue/propositions/<int:pk>/",
        clause_proposals.clause_proposal_answer,
        name="clause_proposal_answer",
    ),
    path("catalogue/<slug:kind>/", editing.catalogue_list, name="catalogue_list"),
    path("catalogue/<slug:kind>/ajouter/", editing.catalogue_create, name="catalogue_create"),
    path("catalogue/<slug:kind>/<str:code>/", editing.catalogue_edit, name="catalogue_edit"),
]

_toolbox = [
    path("clauses/", clauses.clause_list, name="clause_list"),
    path("clauses/exporter/", clauses.clause_export, name="clause_export"),
    path("clauses/<slug:slug>/", clauses.clause_detail, name="clause_detail"),
    path("clauses/<slug:slug>/rediger/", clauses.clause_fill, name="clause_fill"),
    path(
        "clauses/<slug:slug>/versions/<int:number>/", clauses.clause_version, name="clause_version"
    ),
    path("indicateurs/", indicators.indicator_list, name="indicator_list"),
    path("indicateurs/<str:code>/", indicators.indicator_detail, name="indicator_detail"),
    path("enjeux/", barriers.barrier_list, name="barrier_list"),
    path("enjeux/<str:code>/", barriers.barrier_detail, name="barrier_detail"),
    path("cadre-legal/", legal.legal_reference_list, name="legal_reference_list"),
    path("cadre-legal/confirmer/", legal.legal_confirm, name="legal_confirm"),
    path("cadre-legal/<str:code>/seuils/ajouter/", legal.threshold_create, name="threshold_create"),
]

_clause_pages = [
    path(_clauses, clause_uses.clause_use_list, name="clause_use_list"),
    path(f"{_clauses}ajouter/", clause_uses.clause_use_create, name="clause_use_create"),
    path(f"{_clauses}proposer/", clause_proposals.clause_propose, name="clause_propose"),
    path(
        f"{_clauses}exporter/<slug:kind>/", clause_uses.clause_use_export, name="clause_use_export"
    ),
    path(f"{_clauses}<int:pk>/", clause_uses.clause_use_detail, name="clause_use_detail"),
    path(f"{_clauses}<int:pk>/supprimer/", clause_uses.clause_use_delete, name="clause_use_delete"),
]

_indicator_pages = [
    path(_indicators, indicator_grid.indicator_grid, name="indicator_grid"),
    path(f"{_indicators}cellule/", indicator_grid.indicator_cell, name="indicator_cell"),
    path(
        f"{_indicators}exporter/<slug:kind>/",
        indicator_exchange.indicator_export,
        name="indicator_export",
    ),
    path(f"{_indicators}importer/", indicator_exchange.indicator_import, name="indicator_import"),
    path(f"{_indicators}<str:code>/", indicators.indicator_trend, name="indicator_trend"),
    path(f"{_indicators}<str:code>/viser/", indicators.indicator_aim, name="indicator_aim"),
    path(
        f"{_indicators}<str:code>/<int:year>/", indicators.indicator_value, name="indicator_value"
    ),
    path(
        f"{_indicators}<str:code>/<int:year>/reprendre/",
        indicators.indicator_take_over,
        name="indicator_take_over",
    ),
]

_barrier_pages = [
    path(_barriers, barriers.encounter_list, name="encounter_list"),
    path(f"{_barriers}ajouter/", barriers.barrier_mark, name="barrier_mark"),
    path(f"{_barriers}<int:pk>/", barriers.barrier_mark_edit, name="barrier_mark_edit"),
    path(
        f"{_barriers}<int:pk>/supprimer/", barriers.barrier_mark_delete, name="barrier_mark_delete"
    ),
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

urlpatterns = [
    *_guide,
    *_toolbox,
    *_register_pages,
    *_record_pages,
    *_evidence_pages,
    *_clause_pages,
    *_indicator_pages,
    *_barrier_pages,
]
