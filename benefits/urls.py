"""The inventory of benefits and the directory of social economy enterprises."""

from django.urls import path

from benefits import views

app_name = "benefits"

urlpatterns = [
    path("benefices/", views.benefit_list, name="benefit_list"),
    path("benefices/<slug:slug>/", views.benefit_detail, name="benefit_detail"),
    path("entreprises/", views.enterprise_list, name="enterprise_list"),
]
