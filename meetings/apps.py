from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "rencontres"

    def ready(self) -> None:
        # The kinds of notifications are registered as these modules are read.
        from benefits import movers, showings
        from meetings import notices  # noqa: F401
        from meetings.guests import announced_showings, move_guests

        movers.register(move_guests)
        showings.register(announced_showings)
