"""The guide, the tool box, and the register of each organization."""

from django.urls import path

from measures.views import catalogue, evidence, register, toolbox

app_name = "measures"

_register = "organisations/<slug:org_slug>/mesures/"

urlpatterns = [
    path("guide/", catalogue.stage_list, name="stage_list"),
    path("guide/<slug:slug>/", catalogue.stage_detail, name="stage_detail"),
    path("mesures/<slug:slug>/", catalogue.measure_detail, name="measure_detail"),
    path("clauses/", toolbox.clause_list, name="clause_list"),
    path("clauses/<slug:slug>/", toolbox.clause_detail, name="clause_detail"),
    path("indicateurs/", toolbox.indicator_list, name="indicator_list"),
    path("enjeux/", toolbox.barrier_list, name="barrier_list"),
    path("cadre-legal/", toolbox.legal_reference_list, name="legal_reference_list"),
    path(_register, register.implementation_list, name="implementation_list"),
    path(f"{_register}ajouter/", register.implementation_create, name="implementation_create"),
    path(f"{_register}adopter/", register.implementation_adopt, name="implementation_adopt"),
    path(f"{_register}<int:pk>/", register.implementation_detail, name="implementation_detail"),
    path(
        "organisations/<slug:org_slug>/preuves/<int:pk>/",
        evidence.evidence_download,
        name="evidence_download",
    ),
]
