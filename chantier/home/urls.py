"""The front page, the dashboard, help and health."""

from django.urls import path

from chantier.home import views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("tableau-de-bord/", views.dashboard, name="dashboard"),
    path("aide/", views.help_page, name="help"),
    path("sante/", views.health, name="health"),
]
