"""The main navigation: what each person may open, and where they are."""

import pytest

from members.models import Organization, User
from tests.conftest import LogIn
from tests.html import StrictClient

REGISTER = "/organisations/organisation-a/mesures/"


def labels(client: StrictClient, path: str) -> tuple[list[str], list[str]]:
    """The links of a page, and those said to be current."""
    links = client.get(path).context["navigation"]
    return [link.label for link in links], [link.label for link in links if link.is_current]


@pytest.mark.django_db
def test_a_visitor_is_offered_the_public_pages(client: StrictClient) -> None:
    assert labels(client, "/guide/") == (["Le chantier", "Guide", "Bénéfices"], ["Guide"])


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/tableau-de-bord/", ["Tableau de bord"]),
        (REGISTER, ["Registre"]),
        ("/enjeux/", ["Outils"]),
        ("/rencontres/", ["Rencontres"]),
        ("/entreprises/", ["Bénéfices"]),
        ("/organisations/organisation-a/entreprises/", ["Bénéfices"]),
        ("/organisations/organisation-a/rapports/", ["Rapports"]),
        ("/aide/", []),
    ],
)
def test_a_member_sees_where_they_are(
    log_in_as: LogIn, reader: User, path: str, current: list[str]
) -> None:
    offered, here = labels(log_in_as(reader), path)
    assert here == current
    assert offered == [
        "Tableau de bord",
        "Guide",
        "Registre",
        "Outils",
        "Rencontres",
        "Bénéfices",
        "Rapports",
    ]


def test_the_coordination_opens_the_reports_of_all(log_in_as: LogIn, coordinator: User) -> None:
    links = log_in_as(coordinator).get("/aide/").context["navigation"]
    assert {link.label: link.url for link in links}["Rapports"] == "/rapports/"
    assert "Registre" not in [link.label for link in links]


def test_staff_in_another_register_keep_their_own_links(
    log_in_as: LogIn, coordinator: User, organization: Organization
) -> None:
    offered, here = labels(log_in_as(coordinator), REGISTER)
    assert "Registre" not in offered
    assert here == []
