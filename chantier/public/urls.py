"""What visitors read of the chantier, and what they may take away."""

from django.urls import path

from chantier.public.views import machines, open_data, pages

app_name = "public"

urlpatterns = [
    path("chantier/", pages.about, name="about"),
    path("webinaires/", pages.webinar_list, name="webinar_list"),
    path("webinaires/<slug:slug>/calendrier.ics", pages.webinar_calendar, name="webinar_calendar"),
    path("donnees/", open_data.dataset_list, name="dataset_list"),
    path("donnees/<slug:key>.csv", open_data.dataset_csv, name="dataset_csv"),
    path("donnees/<slug:key>.json", open_data.dataset_json, name="dataset_json"),
    path("donnees/<slug:key>.schema.json", open_data.dataset_schema, name="dataset_schema"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
]
