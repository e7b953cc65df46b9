"""The timeline, the meetings and their syntheses."""

from django.urls import path

from meetings import views

app_name = "meetings"

urlpatterns = [
    path("rencontres/", views.meeting_list, name="meeting_list"),
    path("rencontres/<slug:slug>/", views.meeting_detail, name="meeting_detail"),
    path("rencontres/<slug:slug>/synthese/", views.synthesis_detail, name="synthesis_detail"),
    path("rencontres/<slug:slug>/synthese/rediger/", views.synthesis_edit, name="synthesis_edit"),
    path(
        "rencontres/<slug:slug>/synthese/publier/",
        views.synthesis_publish,
        name="synthesis_publish",
    ),
]
