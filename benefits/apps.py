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
        every_pass(forget_old_tables)
