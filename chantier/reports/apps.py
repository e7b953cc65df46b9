from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "chantier.reports"
    label = "reports"
    verbose_name = "rapports annuels"

    def ready(self) -> None:
        # Kinds of notifications, rounds and tasks are registered as these modules are read.
        from chantier.reports import notices, tasks  # noqa: F401
