from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "chantier.reports"
    label = "reports"
    verbose_name = "rapports annuels"
