from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "chantier.background"
    label = "background"
    verbose_name = "travail en arrière-plan"
