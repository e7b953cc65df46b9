"""The inventory of benefits, the directory of EÉS, purchases and what they brought."""

from django.urls import path

from benefits.views import directory, inventory

app_name = "benefits"

_inventory = [
    path("benefices/", inventory.benefit_list, name="benefit_list"),
    path("benefices/<slug:slug>/", inventory.benefit_detail, name="benefit_detail"),
]

_directory = [
    path("entreprises/", directory.enterprise_list, name="enterprise_list"),
]

urlpatterns = [*_inventory, *_directory]
