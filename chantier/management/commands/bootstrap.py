"""From an empty database to a portal that can be opened; a second run changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from chantier.demo.loading import load_demo
from chantier.demo.people import ACCOUNTS, PASSWORD
from chantier.lib.french import NBSP


class Command(BaseCommand):
    help = "Prépare la base de données, charge le contenu et, en développement, la démonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("seed", stdout=self.stdout)
        if settings.DEBUG:
            self._load_demo()
        else:
            self.stdout.write(
                "Pas de comptes de démonstration ici\u00a0: leur mot de passe est public, "
                "ils ne sont créés qu’en développement."
            )

    def _load_demo(self) -> None:
        demo = load_demo(today=timezone.localdate())
        self.stdout.write(
            f"Démonstration{NBSP}: {len(demo.names)} organisations fictives, "
            f"{demo.records} mesures aux registres, {demo.reports} rapports déposés."
        )
        self.stdout.write(f"\nComptes, tous avec le mot de passe {PASSWORD}{NBSP}:")
        width = max(len(account.email) for account in ACCOUNTS)
        for account in ACCOUNTS:
            name = demo.names.get(account.organization, "tout le portail")
            self.stdout.write(f"  {account.email:<{width}}  {account.role_label}, {name}")
