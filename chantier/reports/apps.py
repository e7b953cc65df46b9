from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "chantier.reports"
    label = "reports"
    verbose_name = "rapports annuels"

    def ready(self) -> None:
        # The kinds of notifications are registered as this module is read.
        from chantier.reports import notices  # noqa: F401
