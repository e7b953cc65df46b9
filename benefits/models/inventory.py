"""The inventory of benefits, and the public figures that it rests on."""

from typing import Any, Self

from django.db import models

from chantier.lib import french
from chantier.lib.addresses import address
from measures.models import SourcedModel
from members.models import Term, Vocabulary

# What a benefit or a figure is about, where it is not about all.
_ABOUT = {"vocabulary__in": [Vocabulary.SECTOR, Vocabulary.REGION]}
_ABOUT_HELP = "Vide\u00a0: vaut pour tous les secteurs et pour tout le Québec."


class PublicFigureQuerySet(models.QuerySet["PublicFigure"]):
    def visible_to(self, user: Any) -> Self:
        """What is still to verify is not published to visitors."""
        return self if user.is_authenticated else self.filter(to_verify=False)

    def current(self) -> Self:
        return self.filter(is_current=True)

    def of(self, benefit: "Benefit") -> Self:
        """The figures of a benefit, and the older editions of the same figures."""
        own = PublicFigure.objects.filter(benefits=benefit)
        older = models.Exists(own.filter(label=models.OuterRef("label"), is_current=True))
        return self.filter(
            models.Exists(own.filter(pk=models.OuterRef("pk"))) | models.Q(older, is_current=False)
        )


class PublicFigure(SourcedModel):
    """A published number about the social economy, with its year and its source."""

    label = models.CharField("libellé", max_length=200)
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2)
    unit = models.CharField("unité", max_length=40)
    qualifier = models.CharField("précision", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("année")
    is_current = models.BooleanField("en vigueur", default=True)
    terms = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="secteurs et régions",
        blank=True,
        limit_choices_to=_ABOUT,
        help_text=_ABOUT_HELP,
    )

    objects = PublicFigureQuerySet.as_manager()

    class Meta:
        verbose_name = "donnée publique"
        verbose_name_plural = "données publiques"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.label} ({self.year})"

    @property
    def short_quantity(self) -> str:
        """« 53,6 G$ », « 44,4 % », « 11 360 »: the unit only where it is a sign."""
        is_sign = "$" in self.unit or "%" in self.unit
        return french.quantity(self.value, self.unit) if is_sign else french.number(self.value)

    @property
    def quantity(self) -> str:
        """« plus de 248 000 emplois »."""
        text = french.quantity(self.value, self.unit)
        return f"{self.qualifier} {text}" if self.qualifier else text


class BenefitQuerySet(models.QuerySet["Benefit"]):
    def visible_to(self, user: Any) -> Self:
        """What is still to verify is not published to visitors."""
        return self if user.is_authenticated else self.filter(to_verify=False)

    def with_current_figures(self, user: Any) -> Self:
        """Add `current_figures`, those that this person may see."""
        figures = PublicFigure.objects.current().visible_to(user)
        return self.prefetch_related(models.Prefetch("figures", figures, to_attr="current_figures"))

    def with_a_figure(self, user: Any) -> Self:
        """Those that rest on a current figure which this person may see."""
        figures = PublicFigure.objects.current().visible_to(user)
        return self.filter(models.Exists(figures.filter(benefits=models.OuterRef("pk"))))

    def numbers_by_dimension(self) -> dict[str, int]:
        """Number of benefits by dimension; a dimension without any is absent."""
        rows = self.prefetch_related(None).order_by().values_list("dimension")
        return dict(rows.annotate(number=models.Count("pk")))


class Benefit(SourcedModel):
    """One benefit of buying from social economy enterprises, in figures or in words."""

    class Kind(models.TextChoices):
        QUANTITATIVE = "chiffre", "chiffré"
        QUALITATIVE = "non-chiffre", "non chiffré"

    class Dimension(models.TextChoices):
        SOCIAL = "social", "sociale"
        ECONOMIC = "economique", "économique"
        ENVIRONMENTAL = "environnemental", "environnementale"
        GOVERNANCE = "gouvernance", "gouvernance"

    slug = models.SlugField("adresse", unique=True)
    kind = models.CharField("sorte", max_length=20, choices=Kind.choices)
    dimension = models.CharField("dimension", max_length=20, choices=Dimension.choices)
    title = models.CharField("titre", max_length=200)
    unit = models.CharField("unité", max_length=40, blank=True)
    formula = models.CharField("formule", max_length=300, blank=True)
    statement = models.CharField("énoncé", max_length=300, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True)
    figures = models.ManyToManyField(
        PublicFigure, related_name="benefits", verbose_name="données publiques", blank=True
    )
    terms = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="secteurs et régions",
        blank=True,
        limit_choices_to=_ABOUT,
        help_text=_ABOUT_HELP,
    )
    search_text = models.TextField(editable=False, default="")

    objects = BenefitQuerySet.as_manager()

    class Meta:
        verbose_name = "bénéfice"
        ordering = ["-kind", "code"]
        constraints = [
            models.CheckConstraint(
                name="benefit_quantitative_has_a_formula",
                condition=(
                    models.Q(kind="chiffre", statement="")
                    & ~models.Q(unit="")
                    & ~models.Q(formula="")
                )
                | (models.Q(kind="non-chiffre", unit="", formula="") & ~models.Q(statement="")),
                violation_error_message="Un bénéfice chiffré a une unité et une formule; "
                "un bénéfice non chiffré a un énoncé.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = french.fold(
            f"{self.code} {self.title} {self.statement} {self.formula} {self.unit}"
        )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("benefits:benefit_detail", slug=self.slug)
