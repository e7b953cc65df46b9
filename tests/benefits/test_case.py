"""The argumentaire: what is picked, what it says with which sources, and on how many sheets."""

import io
from decimal import Decimal
from urllib.parse import urlencode

import pikepdf
import pypdf
import pytest
from pytest_django.asserts import assertContains, assertNotContains

from benefits.case.form import MOST_BENEFITS
from tests.chantier.reports.test_pdf import failures, text_of
from tests.factories import (
    BenefitFactory,
    ObservedBenefitFactory,
    PublicFigureFactory,
    SocialEnterpriseFactory,
    SourceFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/benefices/argumentaire/"


def figure(**changes):
    fields = {"label": "Emplois", "value": Decimal(248_000), "unit": "emplois", "year": 2022}
    row = PublicFigureFactory(**fields | changes)
    row.sources.add(SourceFactory(title=f"Source de {row.label}"))
    return row


@pytest.fixture
def member(log_in_as, reader):
    return log_in_as(reader)


def picked(benefits=(), figures=(), **others):
    rows = [("benefice", row.code) for row in benefits] + [("donnee", row.code) for row in figures]
    return urlencode([*rows, *others.items()])


def test_each_statement_and_figure_has_its_numbered_sources(member):
    qualitative = BenefitFactory(qualitative=True, title="Services", statement="Ils restent.")
    qualitative.sources.add(
        shared := SourceFactory(title="Une étude", address="https://x.example/")
    )
    own, other = figure(), figure(label="Revenus", unit="G$", value=Decimal("53.6"))
    other.sources.set([shared])
    counted = BenefitFactory(title="Emplois soutenus")
    counted.figures.add(own)
    response = member.get(f"{PAGE}?{picked([qualitative, counted], [own, other])}")
    case = response.context["case"]
    assert [source.title for source in case.sources] == ["Une étude", "Source de Emplois"]
    first, second = case.reasons
    assert (first.statement.text, first.statement.marks) == ("Ils restent.", "[1]")
    assert (second.title, [one.marks for one in second.figures]) == ("Emplois soutenus", ["[2]"])
    # It belongs to no benefit that was picked.
    assert [one.text for one in case.figures] == ["Revenus\u00a0: 53,6\u00a0G$ (2022)"]
    for line in ("Services. Ils restent. [1]", "[1] Une étude, https://x.example/"):
        assert line in case.plain.splitlines()
    assertContains(response, "Emplois\u00a0: 248\u00a0000\u00a0emplois (2022)")


def test_two_benefits_of_each_dimension_are_picked_at_first_with_a_figure(member):
    for dimension in ("social", "economique"):
        for _ in range(3):
            BenefitFactory(dimension=dimension)
    supported = BenefitFactory(dimension="social")
    supported.figures.add(figure())
    case = member.get(PAGE).context["case"]
    assert len(case.reasons) == 4
    assert [reason.title for reason in case.reasons if reason.figures] == [supported.title]


def test_the_offer_is_that_of_the_sector_and_of_the_region(member):
    sector = TermFactory(code="sector:a", vocabulary="sector", label="Alimentation")
    region = TermFactory(code="region:06", vocabulary="region", label="Montréal")
    near = {"region": region, "eligibility": "confirmee"}
    for index in range(9):
        SocialEnterpriseFactory(name=f"Traiteur {index}", **near).sectors.add(sector)
    SocialEnterpriseFactory(name="À vérifier", region=region).sectors.add(sector)
    SocialEnterpriseFactory(name="Autre secteur", **near)
    SocialEnterpriseFactory(name="Proposée", state="proposed", **near).sectors.add(sector)
    benefit = BenefitFactory()
    response = member.get(f"{PAGE}?{picked([benefit], secteur='a', region='06')}")
    offer = response.context["case"].offer
    assert offer.number == 10
    assert len(offer.confirmed) == 8
    assertContains(response, "10\u00a0entreprises d’économie sociale (EÉS) dans le secteur")
    assert offer.where == f" dans le secteur «\u00a0Alimentation\u00a0», région {region.label}"
    assertNotContains(response, "Proposée")


def test_what_is_to_verify_or_private_never_goes_out(member):
    hidden = BenefitFactory(to_verify=True, title="Secret")
    response = member.get(f"{PAGE}?{picked([hidden])}")
    assert response.context["case"] is None
    assertNotContains(response, "Secret")
    benefit = BenefitFactory()
    benefit.figures.add(figure(to_verify=True, label="Secret"))
    ObservedBenefitFactory(benefit=benefit, statement="Secret", consent="none")
    SocialEnterpriseFactory(contact_name="Secret", contact_email="secret@x.example")
    response = member.get(f"{PAGE}?{picked([benefit])}")
    assertNotContains(response, "Secret")
    assertNotContains(response, "secret@")
    assert response.context["case"].reasons[0].observed == ""


def test_too_many_picks_are_refused_in_words(member):
    rows = [BenefitFactory() for _ in range(MOST_BENEFITS + 1)]
    response = member.get(f"{PAGE}?{picked(rows)}")
    assertContains(response, f"Choisissez-en {MOST_BENEFITS} au plus")
    assertContains(response, "Corrigez vos choix")
    query = picked(rows)
    assert member.get(f"/benefices/argumentaire.pdf?{query}").url == f"{PAGE}?{query}"


def test_a_visitor_reads_what_a_member_composed_and_prints_it(client, member, organization):
    """The address that is shared; nothing of it depends on who reads."""
    benefit = BenefitFactory(title="Emplois soutenus")
    benefit.figures.add(figure(), figure(to_verify=True, label="Secret"))
    SocialEnterpriseFactory(eligibility="confirmee", contact_email="secret@x.example")
    query = picked([benefit])
    response = client.get(f"{PAGE}?{query}")
    assertContains(response, "Emplois soutenus")
    assertContains(response, f"/benefices/argumentaire.pdf?{query}")
    assertNotContains(response, "ecret")
    assertNotContains(response, "Achats du chantier")
    assert response.context["case"].plain == member.get(f"{PAGE}?{query}").context["case"].plain
    printed = client.get(f"/benefices/argumentaire.pdf?{query}")
    assert printed.content.startswith(b"%PDF")
    assert "secret" not in text_of(printed.content).lower()


def test_the_paper_is_of_whoever_composed_it_and_not_signed_by_the_chantier(client):
    said = picked([BenefitFactory()], titre="Votez pour moi", pour="À qui veut")
    content = client.get(f"/benefices/argumentaire.pdf?{said}").content
    text = " ".join(text_of(content).split())
    assert "Composé par la personne qui l’a téléchargé, qui en a choisi le titre" in text
    assert "composé le" in text
    # The chantier is where the contents come from: named once, as such.
    assert text.count("Chantier économie sociale") == 1
    with pikepdf.open(io.BytesIO(content)) as document:
        assert "Chantier" not in f"{document.docinfo.get('/Author')}{document.docinfo['/Title']}"


@pytest.mark.parametrize("name", ["titre", "pour"])
def test_what_a_reader_writes_on_the_paper_is_short(client, name):
    benefit = BenefitFactory()
    long = picked([benefit], **{name: "x" * 121})
    assert client.get(f"/benefices/argumentaire.pdf?{long}").status_code == 302
    assert client.get(f"{PAGE}?{long}").context["case"] is None
    short = picked([benefit], **{name: "x" * 120})
    assert client.get(f"/benefices/argumentaire.pdf?{short}").status_code == 200


def test_a_visitor_who_draws_too_many_pdfs_is_asked_to_wait(client, member, settings):
    settings.ACCOUNT_RATE_LIMITS = {"case_pdf": "1/h/ip"}
    address = f"/benefices/argumentaire.pdf?{picked([BenefitFactory()])}"
    assert client.get(address).status_code == 200
    refused = client.get(address)
    assert refused.status_code == 429
    assert "réessayez plus tard" in refused.content.decode()
    # Members do, as before.
    assert member.get(address).status_code == 200


def test_what_is_fictional_says_so_in_the_text_to_copy_too(client):
    SocialEnterpriseFactory(name="La vraie", eligibility="confirmee", is_fictional=False)
    SocialEnterpriseFactory(name="La fausse", eligibility="confirmee", is_fictional=True)
    case = client.get(f"{PAGE}?{picked([BenefitFactory()])}").context["case"]
    lines = case.plain.splitlines()
    assert "- La fausse (fictive)\u00a0: Offrir un service utile." in lines
    assert "- La vraie\u00a0: Offrir un service utile." in lines
    assert case.offer.words.endswith("De ce nombre, 1\u00a0fictive, pour la démonstration.")


def about(row, *codes):
    for code in codes:
        row.terms.add(TermFactory(code=code, vocabulary=code.split(":")[0], label=code))
    return row


def values(folds):
    return [[box.value for box in fold.boxes] for fold in folds]


def test_a_sector_or_a_region_leaves_out_what_does_not_hold_for_it(client):
    everywhere = BenefitFactory()
    of_food = about(BenefitFactory(), "sector:food")
    of_tic = about(BenefitFactory(), "sector:tic")
    montreal = about(figure(label="À Montréal"), "region:06")
    quebec = figure(label="Au Québec")
    everywhere.figures.add(montreal, quebec)
    TermFactory(code="region:05", vocabulary="region", label="Estrie")
    form = client.get(f"{PAGE}?secteur=food").context["form"]
    # The nearest first.
    assert values(form.benefit_folds) == [[of_food.code, everywhere.code]]
    assert form.benefit_folds[0].boxes[0].is_near
    form = client.get(f"{PAGE}?region=05").context["form"]
    assert values(form.benefit_folds) == [[everywhere.code, of_food.code, of_tic.code]]
    assert values(form.figure_folds) == [[quebec.code]]
    form = client.get(f"{PAGE}?region=06").context["form"]
    assert values(form.figure_folds) == [[montreal.code, quebec.code]]


def test_a_sector_alone_picks_its_own_benefits_and_figures(client):
    for _ in range(3):
        BenefitFactory().figures.add(figure())
    near = about(BenefitFactory(title="Au plus près"), "sector:food")
    near.figures.add(figure(label="Générale"), about(figure(label="Propre"), "sector:food"))
    case = client.get(f"{PAGE}?secteur=food").context["case"]
    assert len(case.reasons) == 2
    (reason,) = (row for row in case.reasons if row.title == "Au plus près")
    assert [one.text.partition("\u00a0")[0] for one in reason.figures] == ["Propre"]


def test_what_was_picked_and_no_longer_holds_is_left_out_in_words(client):
    kept = BenefitFactory(title="Gardé")
    gone = about(BenefitFactory(title="Propre au numérique"), "sector:tic")
    TermFactory(code="sector:food", vocabulary="sector", label="Traiteur")
    response = client.get(f"{PAGE}?{picked([kept, gone], secteur='food')}")
    assert [reason.title for reason in response.context["case"].reasons] == ["Gardé"]
    assertContains(response, "ne vaut pas pour ce secteur ou cette région")
    assertContains(response, "Propre au numérique", count=1)
    assert gone.code not in response.context["query"]


def test_proposing_picks_anew_and_keeps_the_rest_in_the_address(client):
    other = BenefitFactory()
    near = about(BenefitFactory(), "sector:food")
    asked = picked([other], secteur="food", titre="Mon titre", proposer="oui")
    response = client.get(f"{PAGE}?{asked}")
    assert response.status_code == 302
    assert "proposer" not in response.url
    form = client.get(response.url).context["form"]
    assert form["benefice"].value() == [near.code, other.code]
    assert form["titre"].value() == "Mon titre"


def test_the_picks_are_folded_by_dimension_with_their_number(client):
    social = BenefitFactory(dimension="social")
    BenefitFactory(dimension="social"), BenefitFactory(dimension="economique")
    social.figures.add(own := figure())
    alone = figure(label="Seule")
    response = client.get(f"{PAGE}?{picked([social], [own])}")
    form = response.context["form"]
    told = [(fold.label, fold.number_picked, len(fold.boxes)) for fold in form.benefit_folds]
    assert told == [("Sociale", 1, 2), ("Économique", 0, 1)]
    assert values(form.figure_folds) == [[own.code], [alone.code]]
    assertContains(response, '<details class="fold">', count=4)


def test_a_benefit_leads_to_an_argumentaire_that_says_it_with_its_figures(client, member):
    benefit = BenefitFactory(title="Emplois soutenus")
    benefit.figures.add(own := figure(), figure(to_verify=True, label="À vérifier"))
    response = client.get(benefit.get_absolute_url())
    address = f"{PAGE}?{picked([benefit], [own])}"
    assertContains(response, f'href="{address.replace("&", "&amp;")}"')
    (reason,) = client.get(address).context["case"].reasons
    assert (reason.title, len(reason.figures)) == ("Emplois soutenus", 1)
    # A visitor would find nothing of it there.
    hidden = BenefitFactory(to_verify=True)
    assertNotContains(member.get(hidden.get_absolute_url()), "Ajouter à un argumentaire")


def test_nothing_picked_says_so(member):
    assertContains(member.get(f"{PAGE}?titre=Rien"), "Rien n’est encore choisi")


def test_the_address_of_the_pdf_is_that_of_what_is_shown(member):
    benefit = BenefitFactory()
    query = picked([benefit], titre="À & B")
    assertContains(member.get(f"{PAGE}?{query}"), "/benefices/argumentaire.pdf?benefice=")
    response = member.get(f"/benefices/argumentaire.pdf?{query}")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def largest():
    """The most that can be picked, in long words."""
    rows, figures = [], []
    for index in range(MOST_BENEFITS):
        row = BenefitFactory(qualitative=True, title=f"{index} " + "Bénéfice " * 9)
        row.statement = "Un énoncé qui prend de la place sur la page. " * 3
        row.save()
        row.sources.add(SourceFactory(title="Une étude dont le titre est long, " * 3))
        figures.append(figure(label=f"Donnée {index} " + "libellé " * 8))
        row.figures.add(figures[-1])
        SocialEnterpriseFactory(eligibility="confirmee", mission="Offrir un service utile. " * 4)
        rows.append(row)
    return picked(rows, figures, titre="Titre " * 19, pour="Direction " * 11)


def test_the_pdf_is_accessible_and_holds_on_two_sheets(member, tmp_path):
    response = member.get(f"/benefices/argumentaire.pdf?{largest()}")
    assert failures(response.content, tmp_path) == []
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    assert len(pages) <= 2
    text = text_of(response.content)
    for part in ("Un énoncé qui prend de la place", "Sources", "248 000"):
        assert part in text.replace("\u00a0", " ")


def test_the_page_costs_the_same_whatever_is_offered(member, django_assert_num_queries):
    def fill(number):
        for _ in range(number):
            BenefitFactory().figures.add(figure())
            SocialEnterpriseFactory(eligibility="confirmee")

    fill(2)
    query = picked([BenefitFactory()], [figure()])
    member.get(f"{PAGE}?{query}")
    with django_assert_num_queries(16):
        member.get(f"{PAGE}?{query}")
    fill(8)
    with django_assert_num_queries(16):
        member.get(f"{PAGE}?{query}")
