"""The rows of the open data, in a fixed number of queries each."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Sum

from benefits.models import Benefit, PublicFigure, SocialEnterprise
from benefits.observed.strength import NOTHING_TOLD, strengths
from chantier.lib import structured
from chantier.public.together import Together
from measures.models import Indicator, Measure, Stage
from members.models import Term

# Between the items of a list, in a CSV.
BETWEEN = ";"
VISITOR = AnonymousUser()
Row = list[Any]
_AT_ONCE = 2000


def _page(row: Any) -> str:
    return structured.absolute(row.get_absolute_url())


def _cited(row: Any) -> list[str]:
    return [source.address or source.title for source in row.sources.all()]


def stages() -> Iterator[Row]:
    for row in Stage.objects.all():
        yield [row.order, row.name, row.short_name, row.question, row.description, _page(row)]


def measures() -> Iterator[Row]:
    found = Measure.objects.visible_to(VISITOR).select_related("stage")
    for row in found.prefetch_related("groups"):
        yield [
            row.code,
            row.title,
            row.stage.order,
            row.description,
            row.get_effort_display(),
            row.expected_evidence,
            [group.label for group in row.groups.all()],
            _page(row),
        ]


def benefits() -> Iterator[Row]:
    found = Benefit.objects.visible_to(VISITOR).with_current_figures(VISITOR)
    evidence = strengths()
    for row in found.prefetch_related("sources"):
        told = evidence.get(row.pk, NOTHING_TOLD)
        yield [
            row.code,
            row.title,
            row.get_kind_display(),
            row.get_dimension_display(),
            row.unit,
            row.formula,
            row.statement,
            [figure.code for figure in getattr(row, "current_figures", ())],
            told.organizations,
            told.observations,
            told.verified,
            told.value,
            _cited(row),
            _page(row),
        ]


def figures() -> Iterator[Row]:
    for row in PublicFigure.objects.visible_to(VISITOR).prefetch_related("sources"):
        yield [
            row.code,
            row.label,
            row.qualifier,
            row.value,
            row.unit,
            row.year,
            row.is_current,
            _cited(row),
        ]


def enterprises() -> Iterator[Row]:
    """Read in pieces, their words once: the memory of a few rows, whatever the directory holds."""
    words = dict(Term.objects.values_list("pk", "label"))
    model = SocialEnterprise
    served = _words_of(model.served_regions.through, words)
    sectors = _words_of(model.sectors.through, words)
    tags = _words_of(model.tags.through, words)
    eligibility = dict(model.Eligibility.choices)
    # No person: neither who to contact, nor who proposed.
    names = (
        "pk slug name neq legal_form region mission offer certification website "
        "eligibility eligibility_on is_fictional"
    )
    found = model.objects.listed().values_list(*names.split())
    for row in found.iterator(chunk_size=_AT_ONCE):
        pk, slug, name, neq, form, region, *texts, state, examined_on, is_fictional = row
        yield [
            slug,
            name,
            neq,
            words[form],
            words[region],
            served[pk],
            sectors[pk],
            tags[pk],
            *texts,
            eligibility[state],
            examined_on,
            is_fictional,
        ]


def _words_of(through: Any, words: dict[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    links = through.objects.filter(socialenterprise__state=SocialEnterprise.State.LISTED)
    for enterprise, term in links.order_by("term__order", "term__code").values_list(
        "socialenterprise_id", "term_id"
    ):
        found[enterprise].append(words[term])
    return found


def enterprises_mark() -> str:
    """Each change of an enterprise moves its date and its version; of a word, the words.

    A long import is dated before a short change that it ends after: its versions tell it.
    """
    rows = SocialEnterprise.objects.listed().order_by()
    told = rows.aggregate(Max("updated_at"), Sum("version"), Count("pk"))
    words = list(Term.objects.order_by("pk").values_list("pk", "label"))
    return f"{list(told.values())}{words}"


def indicators() -> Iterator[Row]:
    for row in Indicator.objects.filter(to_verify=False):
        yield [
            row.code,
            row.name,
            row.unit,
            row.formula,
            row.get_kind_display(),
            row.get_level_display(),
            row.get_direction_display(),
            row.frequency,
            row.exclusions,
        ]


def aggregates() -> Iterator[Row]:
    together = Together.build(list(Stage.objects.all()))
    day = together.on.date().isoformat() if together.on else ""
    for taken in together.measures:
        code, title = taken.measure.code, taken.measure.title
        yield [f"mesure-{code}", "mesure", title, day, taken.organizations, None, ""]
    for piece in together.pieces:
        label = f"De {piece.low}\u00a0% à {piece.high}\u00a0% des mesures applicables implantées"
        yield [f"avancement-{piece.low}", "avancement", label, day, piece.number, None, ""]
    for indicator, years in together.indicators:
        for year in years:
            key = f"indicateur-{indicator.code}-{year.label}"
            told = [year.label, year.organizations, year.value, indicator.unit]
            yield [key, "indicateur", indicator.name, *told]
    for bought in together.purchases:
        label = "Achats auprès d’EÉS d’organisations qui les ouvrent à tout le monde"
        told = [bought.label, bought.organizations, bought.amount, "$"]
        yield [f"achats-{bought.label}", "achats", label, *told]
