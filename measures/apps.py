from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    verbose_name = "mesures"

    def ready(self) -> None:
        # The kinds of notifications are registered as this module is read.
        from measures import notices  # noqa: F401
