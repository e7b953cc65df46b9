"""The timeline, the meetings and their syntheses."""

from django.urls import path

from meetings.views import barriers, calendars, pages

app_name = "meetings"

urlpatterns = [
    path("rencontres/", pages.meeting_list, name="meeting_list"),
    path("rencontres/<slug:slug>/", pages.meeting_detail, name="meeting_detail"),
    path(
        "rencontres/<slug:slug>/calendrier.ics",
        calendars.meeting_calendar,
        name="meeting_calendar",
    ),
    path("rencontres/<slug:slug>/enjeux/", barriers.meeting_barriers, name="meeting_barriers"),
    path("rencontres/<slug:slug>/synthese/", pages.synthesis_detail, name="synthesis_detail"),
    path("rencontres/<slug:slug>/synthese/rediger/", pages.synthesis_edit, name="synthesis_edit"),
    path(
        "rencontres/<slug:slug>/synthese/publier/",
        pages.synthesis_publish,
        name="synthesis_publish",
    ),
]
