"""What was last told: of the observations of a benefit, of the purchases of a year."""

from django.db import models

from benefits.models.inventory import Benefit


class PublishedStrength(models.Model):
    """What the figures of a benefit were made of when they were last told.

    Only `benefits.observed.publication` writes it, when what changed since is of enough
    organizations; only sums over organizations are ever shown of it.
    """

    benefit = models.OneToOneField(
        Benefit, models.CASCADE, related_name="published_strength", verbose_name="bénéfice"
    )
    at = models.DateTimeField("publié le")
    # One for each organization, openness to members and verification.
    tallies = models.JSONField("décomptes")

    class Meta:
        verbose_name = "force de la preuve publiée"
        verbose_name_plural = "forces de la preuve publiées"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.benefit_id} – {self.at:%Y-%m-%d}"


class PublishedPurchases(models.Model):
    """What the total of the purchases of a year was made of when visitors were last told it.

    Only `chantier.public.purchases` writes it, when what changed since is of enough organizations;
    only the sum over organizations is ever shown of it.
    """

    # Of reporting.
    year = models.PositiveSmallIntegerField("année de reddition", unique=True)
    at = models.DateTimeField("publié le")
    # By the key of the organization, an amount as text.
    amounts = models.JSONField("montants")
    enterprises = models.PositiveIntegerField("EÉS payées")

    class Meta:
        verbose_name = "achats publiés"
        verbose_name_plural = "achats publiés"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.year} – {self.at:%Y-%m-%d}"
