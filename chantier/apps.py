from django.apps import AppConfig


class ChantierConfig(AppConfig):
    name = "chantier"
    verbose_name = "chantier économie sociale"
