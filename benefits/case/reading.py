"""A case, ready to be shown, printed or copied: everything is queried in `build`.

It goes out of the portal: only what a visitor may read is in it, whoever draws it up.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from benefits.case.form import CaseForm
from benefits.case.picks import Shelf
from benefits.models import Benefit, PublicFigure, SocialEnterprise
from benefits.observed.strength import Strength, strengths
from chantier.lib import french
from measures.models import Source
from members.models import Term, Vocabulary

MOST_ENTERPRISES = 8
VISITOR = AnonymousUser()
TITLE = "Pourquoi acheter auprès de l’économie sociale"


def offered_benefits() -> list[Benefit]:
    rows = Benefit.objects.visible_to(VISITOR).with_current_figures(VISITOR)
    return list(rows.prefetch_related("sources", "terms"))


def offered_figures() -> list[PublicFigure]:
    rows = PublicFigure.objects.current().visible_to(VISITOR)
    return list(rows.prefetch_related("sources", "terms"))


@dataclass(frozen=True)
class Cited:
    """A figure or a statement, and the numbers of its sources."""

    text: str
    sources: tuple[int, ...]

    @property
    def marks(self) -> str:
        """« [1] [3] », empty without a source."""
        return " ".join(f"[{number}]" for number in self.sources)


@dataclass(frozen=True)
class Reason:
    """A benefit that was picked, with the picked figures that belong to it."""

    title: str
    statement: Cited
    figures: tuple[Cited, ...]
    observed: str

    @property
    def head(self) -> str:
        """The title, with the sources where no statement bears them."""
        return self.title if self.statement.text else f"{self.title} {self.statement.marks}".strip()


@dataclass(frozen=True)
class Offer:
    """The EÉS of the directory that answer to the sector and the region."""

    number: int
    # Of them, those of a demonstration.
    fictional: int
    confirmed: tuple[SocialEnterprise, ...]
    # « en alimentation », « dans la région Montréal », both, or nothing.
    where: str

    @property
    def words(self) -> str:
        if not self.number:
            return f"Le répertoire du chantier ne compte encore aucune EÉS{self.where}."
        plural = french.plural(self.number)
        text = (
            f"Le répertoire du chantier compte {french.number(self.number)}\u00a0"
            f"entreprise{plural} d’économie sociale (EÉS){self.where}."
        )
        return f"{text} {_fictional(self.number, self.fictional)}".rstrip()


@dataclass(frozen=True)
class Case:
    title: str
    addressee: str
    reasons: tuple[Reason, ...]
    # Figures that were picked and belong to no benefit that was.
    figures: tuple[Cited, ...]
    offer: Offer
    sources: tuple[Source, ...]

    @classmethod
    def build(cls, form: CaseForm, benefits: list[Benefit], figures: list[PublicFigure]) -> "Case":
        """Of a valid form; four queries."""
        given = form.cleaned_data
        picked = [row for row in benefits if row.code in given["benefice"]]
        left = {row.code: row for row in figures if row.code in given["donnee"]}
        told = strengths([row.pk for row in picked])
        sources = _Sources()
        reasons = tuple(_reason(row, left, told.get(row.pk), sources, form.shelf) for row in picked)
        others = tuple(_figure(row, sources) for row in left.values())
        return cls(
            title=given["titre"] or TITLE,
            addressee=given["pour"],
            reasons=reasons,
            figures=others,
            offer=_offer(
                form.term("secteur", Vocabulary.SECTOR), form.term("region", Vocabulary.REGION)
            ),
            sources=tuple(sources.found),
        )

    @property
    def is_empty(self) -> bool:
        return not (self.reasons or self.figures)

    @property
    def plain(self) -> str:
        """The whole as a text to paste in a mail or in a document."""
        lines = [self.title]
        lines += [f"À l’intention de\u00a0: {self.addressee}"] if self.addressee else []
        for reason in self.reasons:
            said = reason.statement
            lines += ["", f"{reason.title}. {said.text} {said.marks}" if said.text else reason.head]
            lines += [f"- {one.text} {one.marks}".rstrip() for one in reason.figures]
            lines += [f"- {reason.observed}"] if reason.observed else []
        if self.figures:
            lines += ["", "En chiffres"]
            lines += [f"- {one.text} {one.marks}".rstrip() for one in self.figures]
        lines += ["", self.offer.words]
        lines += [
            f"- {row.name}{' (fictive)' if row.is_fictional else ''}\u00a0: {row.mission}"
            for row in self.offer.confirmed
        ]
        if self.sources:
            lines += ["", "Sources"]
            lines += [
                f"[{number}] {source.title}" + (f", {source.address}" if source.address else "")
                for number, source in enumerate(self.sources, start=1)
            ]
        return "\n".join(lines)


class _Sources:
    """Numbered in the order in which the text cites them."""

    def __init__(self) -> None:
        self.found: list[Source] = []

    def numbers(self, rows: "QuerySet[Source]") -> tuple[int, ...]:
        for row in rows:
            if row not in self.found:
                self.found.append(row)
        return tuple(sorted(self.found.index(row) + 1 for row in rows))


def _reason(
    benefit: Benefit,
    left: dict[str, PublicFigure],
    strength: Strength | None,
    sources: _Sources,
    shelf: Shelf,
) -> Reason:
    """Take out of `left` the figures that belong to the benefit."""
    statement = Cited(benefit.statement, sources.numbers(benefit.sources.all()))
    own = [left.pop(row.code) for row in shelf.figures_of(benefit) if row.code in left]
    return Reason(
        title=benefit.title,
        statement=statement,
        figures=tuple(_figure(row, sources) for row in own),
        observed=_observed(strength),
    )


def _observed(strength: Strength | None) -> str:
    if not strength:
        return ""
    text = str(strength)
    text = f"Au chantier, {text}"
    return f"{text}\u00a0: {strength.quantity}." if strength.quantity else f"{text}."


def _figure(figure: PublicFigure, sources: _Sources) -> Cited:
    text = f"{figure.label}\u00a0: {figure.quantity} ({figure.year})"
    return Cited(text, sources.numbers(figure.sources.all()))


def _offer(sector: Term | None, region: Term | None) -> Offer:
    rows = SocialEnterprise.objects.listed()
    where = ""
    if sector:
        rows = rows.filter(sectors=sector)
        where += f" dans le secteur «\u00a0{sector.label}\u00a0»"
    if region:
        rows = rows.in_region(region.key)
        where += f", région {region.label}" if sector else f" dans la région {region.label}"
    confirmed = rows.filter(eligibility=SocialEnterprise.Eligibility.CONFIRMED)
    told = rows.order_by().aggregate(
        number=Count("pk"), fictional=Count("pk", filter=Q(is_fictional=True))
    )
    return Offer(**told, confirmed=tuple(confirmed[:MOST_ENTERPRISES]), where=where)


def _fictional(number: int, fictional: int) -> str:
    """What must be said of a demonstration wherever its numbers go."""
    if not fictional:
        return ""
    if fictional == number:
        each = "Toutes sont fictives" if number > 1 else "Elle est fictive"
    else:
        plural = french.plural(fictional)
        each = f"De ce nombre, {french.number(fictional)}\u00a0fictive{plural}"
    return f"{each}, pour la démonstration."
