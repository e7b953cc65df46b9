"""The front page, the dashboard, help and health."""

from django.urls import path

from chantier.home import calendars, views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("tableau-de-bord/", views.dashboard, name="dashboard"),
    path("mon-calendrier/", calendars.calendar, name="calendar"),
    path("calendrier/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("aide/", views.help_page, name="help"),
    path("sante/", views.health, name="health"),
]
