"""The public texts that facts rest on."""

from django.db import models

from chantier.lib.seeds import SeededModel


class Source(SeededModel):
    """A public text that a fact rests on; `code` is its key in the dossier, « S75 »."""

    title = models.CharField("titre", max_length=200)
    address = models.URLField("adresse", max_length=400, blank=True)

    class Meta:
        verbose_name = "source"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class SourcedModel(SeededModel):
    """A seeded row that cites public texts."""

    sources = models.ManyToManyField(Source, related_name="+", verbose_name="sources", blank=True)

    class Meta:
        abstract = True
