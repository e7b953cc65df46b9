import datetime

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "benefits"
    verbose_name = "bénéfices"

    def ready(self) -> None:
        # Models are there only now.
        from benefits import (
            feeds,
            notices,  # noqa: F401 - the kinds of notifications are registered as it is read
        )
        from benefits.actions.purchase_imports import forget_old_tables
        from measures.indicators.feeds import register
        from members.notifications.rounds import every_pass

        register(feeds.CODES, feeds.values_of, feeds.presence_of)
        # Each time the queue is looked at: what nobody finishes waits for nobody’s next visit.
        every_pass(forget_old_tables, forget_directory_tables)


def forget_directory_tables(now: datetime.datetime) -> None:
    """They name people: gone after a day, whether somebody imports again or not."""
    from benefits.actions.directory_imports import forget_old_tables

    forget_old_tables()
