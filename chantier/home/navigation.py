"""The main navigation: what each person may open, and where they are. Rendered twice a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chantier.lib.addresses import address
from members.context import shown_organization


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Add `navigation`, the links of the header."""
    return {"navigation": SimpleLazyObject(lambda: tuple(_links(request)))}


def _links(request: HttpRequest) -> Iterator[Link]:
    user, here = request.user, request.path
    organization = shown_organization(request)

    def link(label: str, url: str, *sections: str) -> Link:
        return Link(label, url, is_current=here.startswith(sections or (url,)))

    if user.is_authenticated:
        yield link("Tableau de bord", address("home:dashboard"))
    else:
        about = ("/chantier/", "/webinaires/", "/donnees/")
        yield link("Le chantier", address("public:about"), *about)
    yield link("Guide", address("measures:stage_list"), "/guide/", "/mesures/")
    if organization:
        register = address("measures:implementation_list", org_slug=organization.slug)
        evidence = address("measures:evidence_list", org_slug=organization.slug)
        yield link("Registre", register, register, evidence)
    if user.is_authenticated:
        tools = ["/clauses/", "/indicateurs/", "/enjeux/", "/cadre-legal/"]
        if organization:
            # What the organization wrote with them.
            names = ("clause_use_list", "indicator_grid", "encounter_list")
            tools += [address(f"measures:{name}", org_slug=organization.slug) for name in names]
        yield link("Outils", address("measures:clause_list"), *tools)
        if user.may_edit_catalogue:
            yield link("Catalogue", address("measures:catalogue_index"))
        yield link("Rencontres", address("meetings:meeting_list"))
    reasons = ["/benefices/", "/entreprises/", "/achats/"]
    if organization:
        # What the organization bought, what it saw of it, and the EÉS that it proposes.
        inside = ("purchase_list", "observation_list", "own_proposal_list")
        reasons += [address(f"benefits:{name}", org_slug=organization.slug) for name in inside]
    yield link("Bénéfices", address("benefits:benefit_list"), *reasons)
    if user.is_authenticated and user.may_oversee_reports:
        yield link("Rapports", address("reports:report_matrix"))
    elif organization:
        yield link("Rapports", address("reports:report_list", org_slug=organization.slug))
