from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "rencontres"

    def ready(self) -> None:
        # The kinds of notifications are registered as these modules are read.
        from meetings import notices  # noqa: F401
