from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "membres"

    def ready(self) -> None:
        # Registers the checks; importing is the effect.
        from members import checks  # noqa: F401
