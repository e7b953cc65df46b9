"""Benefits and EÉS as search engines read them: what a visitor reads, whoever asks for the page.

Never who to contact. An EÉS of a demonstration says that it is one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from benefits.directory.reading import Line
from benefits.models import Benefit, PublicFigure, SocialEnterprise
from chantier.lib import structured
from chantier.lib.addresses import address

_FICTIONAL = "Entreprise fictive, pour une démonstration."
_INVENTORY = "Inventaire des bénéfices de l’achat auprès des EÉS"
_DIRECTORY = "Répertoire des entreprises d’économie sociale du chantier"
Data = dict[str, Any]


def inventory(benefits: Iterable[Benefit]) -> Data:
    return _inventory() | {
        "hasDefinedTerm": [_term(row) for row in benefits if not row.to_verify],
        "publisher": structured.organization(),
    }


def _inventory() -> Data:
    url = structured.absolute(address("benefits:benefit_list"))
    return {"@type": "DefinedTermSet", "name": _INVENTORY, "url": url}


def _term(benefit: Benefit) -> Data:
    return {
        "@type": "DefinedTerm",
        "termCode": benefit.code,
        "name": benefit.title,
        "description": benefit.statement or f"{benefit.formula} ({benefit.unit})",
        "url": structured.absolute(benefit.get_absolute_url()),
    }


def benefit(row: Benefit, figures: Sequence[PublicFigure]) -> Data:
    """Call with the sources of both prefetched."""
    sources = [row, *(figure for figure in figures if not figure.to_verify)]
    cited = {source for each in sources for source in each.sources.all()}
    return {
        "@type": "WebPage",
        "name": row.title,
        "url": structured.absolute(row.get_absolute_url()),
        "inLanguage": "fr-CA",
        "publisher": structured.organization(),
        "mainEntity": _term(row) | {"inDefinedTermSet": _inventory()},
        "citation": [
            {"@type": "CreativeWork", "name": source.title}
            | ({"url": source.address} if source.address else {})
            for source in sorted(cited, key=lambda source: source.code)
        ],
        "breadcrumb": _trail([("Bénéfices", address("benefits:benefit_list"))], row),
    }


def directory(lines: Iterable[Line], number_found: int) -> Data:
    """The page of the directory, with the open data that holds it whole."""
    return {
        "@type": "CollectionPage",
        "name": _DIRECTORY,
        "url": structured.absolute(address("benefits:enterprise_list")),
        "inLanguage": "fr-CA",
        "publisher": structured.organization(),
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": number_found,
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": f"{line.name} (fictive)" if line.is_fictional else line.name,
                    "url": structured.absolute(line.url),
                }
                for position, line in enumerate(lines, start=1)
            ],
        },
    }


def enterprise(row: SocialEnterprise) -> Data:
    """Call with its terms and the served regions prefetched."""
    url = structured.absolute(row.get_absolute_url())
    regions = dict.fromkeys([row.region.label, *(term.label for term in row.served_regions.all())])
    data: Data = {
        "@type": "Organization",
        "@id": f"{url}#ees",
        "name": row.name,
        "url": row.website or url,
        "description": row.mission,
        "areaServed": [{"@type": "AdministrativeArea", "name": name} for name in regions],
        "knowsAbout": [term.label for term in row.sectors.all()],
        "mainEntityOfPage": url,
    }
    if row.neq:
        data["identifier"] = {"@type": "PropertyValue", "propertyID": "NEQ", "value": row.neq}
    if row.is_fictional:
        data["disambiguatingDescription"] = _FICTIONAL
    return data


def _trail(above: Sequence[tuple[str, str]], row: Benefit) -> Data:
    steps = [*above, (row.title, row.get_absolute_url())]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": structured.absolute(path),
            }
            for position, (name, path) in enumerate(steps, start=1)
        ],
    }
