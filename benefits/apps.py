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
        from measures.indicators.feeds import register

        register(feeds.CODES, feeds.values_of, feeds.presence_of)
