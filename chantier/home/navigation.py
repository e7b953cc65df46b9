"""The main navigation: what each person may open, and where they are. Rendered twice a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

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
        yield link("Tableau de bord", reverse("home:dashboard"))
    yield link("Guide", reverse("measures:stage_list"), "/guide/", "/mesures/")
    if organization:
        kwargs = {"org_slug": organization.slug}
        register = reverse("measures:implementation_list", kwargs=kwargs)
        evidence = reverse("measures:evidence_list", kwargs=kwargs)
        yield link("Registre", register, register, evidence)
    if user.is_authenticated:
        tools = ("/clauses/", "/indicateurs/", "/enjeux/", "/cadre-legal/")
        yield link("Outils", reverse("measures:clause_list"), *tools)
        if user.may_edit_catalogue:
            yield link("Catalogue", reverse("measures:catalogue_index"))
        yield link("Rencontres", reverse("meetings:meeting_list"))
    yield link("Bénéfices", reverse("benefits:benefit_list"), "/benefices/", "/entreprises/")
    if user.is_authenticated and user.may_oversee_reports:
        yield link("Rapports", reverse("reports:report_matrix"))
    elif organization:
        kwargs = {"org_slug": organization.slug}
        yield link("Rapports", reverse("reports:report_list", kwargs=kwargs))
