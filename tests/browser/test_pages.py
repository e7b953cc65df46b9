"""Every main page, as each account, on a phone and on a desk, light and dark."""

import pytest

from tests.browser.conftest import DESK, PHONE, NewVisitor

PUBLIC = [
    "/",
    "/connexion/",
    "/mot-de-passe-oublie/",
    "/guide/",
    "/guide/engagement/",
    "/mesures/",
    "/mesures/?q=rien+de+tel",
    "/mesures/m2-04/",
    "/benefices/",
    "/benefices/bq-01/",
    "/entreprises/?region=03",
    "/entreprises/octet-reconditionne/",
    "/aide/",
    "/verifier/",
]
OURS = "/organisations/val-clement"
MEMBER = [
    "/tableau-de-bord/",
    "/mon-calendrier/",
    "/compte/courriels/",
    "/guide/sollicitation-octroi/",
    f"{OURS}/",
    f"{OURS}/mesures/",
    f"{OURS}/mesures/?q=rien+de+tel",
    f"{OURS}/comparaison/",
    f"{OURS}/comparaison/?parmi=groupe",
    f"{OURS}/rapports/",
    f"{OURS}/rapports/2020-2021/",
    "/clauses/",
    "/clauses/c-05/",
    "/clauses/?q=lots&clause=c-01",
    "/clauses/c-05/rediger/?x=10&inconnue=1",
    "/clauses/c-08/versions/1/",
    "/indicateurs/",
    "/enjeux/",
    "/cadre-legal/",
    "/entreprises/",
    "/rencontres/?cycle=2020-2021",
    "/rencontres/2021-04-20/",
    "/rencontres/2021-04-20/synthese/",
]
EDITOR = [
    "/mesures/?q=l%27achat&statut=pas-au-registre",
    "/mesures/m5-07/",
    f"{OURS}/mesures/ajouter/?mesure=m2-04",
    f"{OURS}/mesures/importer/",
    f"{OURS}/rapports/2020-2021/deposer/",
]
FACILITATOR = [
    "/mesures/m4-05/",
    "/cadre-legal/",
    "/catalogue/",
    "/catalogue/mesures/?etat=a-verifier",
    "/catalogue/mesures/M2-02/",
    "/catalogue/cadre-legal/LCV_573/",
    "/catalogue/enjeux/EN-05/",
    "/catalogue/clauses/C-08/",
    "/catalogue/indicateurs/ajouter/",
    "/tableau-de-bord/",
    "/courriels/",
    "/courriels/?etat=echec",
    "/rencontres/2021-07-22/synthese/rediger/",
    "/rencontres/2021-07-22/synthese/publier/",
    f"{OURS}/mesures/",
]
COORDINATOR = ["/tableau-de-bord/", "/rapports/", "/rapports/2020-2021/"]

ACCOUNTS = [
    ("", PUBLIC),
    ("lecture@demo.example", MEMBER),
    ("responsable@demo.example", EDITOR),
    ("animation@demo.example", FACILITATOR),
    ("coordination@demo.example", COORDINATOR),
]


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)
def test_every_main_page_is_sound(
    new_visitor: NewVisitor, viewport: dict[str, int], scheme: str
) -> None:
    for email, paths in ACCOUNTS:
        visitor = new_visitor(viewport=viewport, color_scheme=scheme)
        if email:
            visitor.log_in(email)
        for path in paths:
            visitor.open(path)
