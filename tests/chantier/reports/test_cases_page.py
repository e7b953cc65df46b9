"""The page of cases: how each would read, who may tell it, and why others may not be told."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.choosing import MOST_OFFERED
from chantier.reports.models import AnnualReport, ReportCase
from tests.chantier.reports.told import record, story
from tests.factories import AnnualReportFactory, PurchaseFactory, ReportCaseFactory


@pytest.fixture
def here(organization, cycle, five_stages):
    return reverse("reports:report_cases", args=[organization.slug, cycle.label])


@pytest.fixture
def client(contributor, log_in_as):
    return log_in_as(contributor)


@pytest.fixture
def draft(organization, cycle):
    return AnnualReportFactory(organization=organization, cycle=cycle)


def test_what_may_be_told_is_offered_as_it_would_read(here, organization, client):
    row, told = record(organization), story(organization)
    record(result_story="D’une autre organisation.")
    page = client.get(here)
    for text in (row.title, "Trois fournisseurs de plus.", "Des plats chauds", "Témoignage,"):
        assertContains(page, text)
    for pick in (f"mesure-{row.pk}", f"temoignage-{told.pk}"):
        assertContains(page, f'value="{pick}"')
    assertNotContains(page, "D’une autre organisation.")
    assertContains(page, "0 cas coché")


def test_a_choice_is_saved_and_read_in_the_draft(here, organization, cycle, client):
    rows = [record(organization), record(organization, result_story="Un délai plus court.")]
    draft = reverse("reports:report_detail", args=[organization.slug, cycle.label])
    answer = client.post(here, {"cas": [f"mesure-{row.pk}" for row in rows]})
    assert answer.url == f"{draft}#benefices"
    page = client.get(draft)
    assertContains(page, "Cas et témoignages enregistrés\u00a0: 2\u00a0ajoutés.")
    assertContains(page, "Un délai plus court.")
    page = client.get(here)
    assertContains(page, "Déjà choisis")
    assertContains(page, 'name="vu"', count=2)
    assertContains(page, "2 cas cochés")
    client.post(here, {"vu": [f"mesure-{row.pk}" for row in rows], "cas": f"mesure-{rows[0].pk}"})
    assert ReportCase.objects.get().implementation == rows[0]
    assertContains(client.get(draft), "1\u00a0retiré.")


def test_it_says_what_the_chantier_may_do_with_each(here, organization, client):
    organization.may_be_named = True
    organization.save()
    record(organization)
    story(organization)
    record(organization, sharing="coordination")
    revealing = PurchaseFactory(organization=organization, supplier_name="Les Marmites")
    story(organization, purchase=revealing, statement="Les Marmites nous ont livrés.")
    page = client.get(here)
    for words in (
        "en nommant votre organisation</span>",
        "sans nommer votre organisation</span>",
        "il n’est pas partagé avec les membres du chantier",
        "le texte laisse deviner votre organisation",
    ):
        assertContains(page, words, count=1)


def test_why_the_others_may_not_be_told_is_said_with_the_way_to_mend_it(here, organization, client):
    record(organization, result_story="")
    for _ in range(2):
        record(organization, sharing="private")
        story(organization, consent="none", consent_at=None, consent_by=None)
    page = client.get(here)
    register = reverse("measures:implementation_list", args=[organization.slug])
    observed = reverse("benefits:observation_list", args=[organization.slug])
    assertContains(page, f'href="{register}?suivi=sans-effet">1\u00a0mesure implantée ne dit pas')
    assertContains(page, "2\u00a0mesures implantées restent dans votre organisation")
    assertContains(page, f'href="{observed}?citation=none">2\u00a0bénéfices observés n’ont pas')
    assertContains(page, "Rien n’est encore à raconter")


def test_what_was_chosen_and_may_not_be_told_since_can_be_taken_out(
    here, organization, draft, client
):
    case = ReportCaseFactory(report=draft, implementation=record(organization, sharing="private"))
    page = client.get(here)
    assertContains(page, "Ne peut plus être raconté")
    assertContains(page, f'value="mesure-{case.implementation_id}"', count=2)
    client.post(here, {"vu": f"mesure-{case.implementation_id}"})
    assert not ReportCase.objects.exists()


def test_a_case_that_was_closed_meanwhile_is_said(here, organization, client):
    row = record(organization, sharing="private")
    page = client.post(here, {"cas": f"mesure-{row.pk}"}, follow=True)
    assertContains(page, "Un des cas cochés ne peut plus être raconté")


def test_other_periods_are_a_search_away_and_stay_once_chosen(here, organization, draft, client):
    day = draft.cycle.starts_on.replace(year=2019)
    old = record(organization, started_on=day, implemented_on=day, result_story="Avant tout cela.")
    record(organization)
    assertNotContains(client.get(here), "Avant tout cela.")
    assertContains(client.get(here, {"periode": "toutes"}), "Avant tout cela.")
    assertNotContains(client.get(here, {"periode": "toutes", "q": "delai"}), "Avant tout cela.")
    ReportCaseFactory(report=draft, implementation=old)
    assertContains(client.get(here), "Avant tout cela.")


def test_a_search_finds_words_of_titles_and_texts(here, organization, client):
    record(organization, result_story="Un délai plus court.")
    story(organization, statement="Un délai tenu.")
    story(organization)
    page = client.get(here, {"q": "délai"})
    assertContains(page, "Un délai plus court.")
    assertContains(page, "Un délai tenu.")
    assertNotContains(page, "Des plats chauds")


def test_a_search_loses_nothing_that_is_ticked(here, organization, draft, client):
    case = ReportCaseFactory(report=draft, implementation=record(organization))
    told, ticked = record(organization, result_story="Un délai."), story(organization)
    data = {
        "vu": f"mesure-{case.implementation_id}",
        "cas": f"temoignage-{ticked.pk}",
        "q": "délai",
        "chercher": "oui",
    }
    page = client.post(here, data)
    assertContains(page, f'value="mesure-{told.pk}"')
    assertContains(page, f'id="id_temoignage-{ticked.pk}" aria-describedby')
    assertContains(page, "1 cas coché")
    assertContains(page, 'value="délai"')
    assert list(draft.cases.all()) == [case]


def test_a_long_list_is_cut_and_says_so(here, organization, client):
    for _ in range(MOST_OFFERED + 2):
        record(organization)
    page = client.get(here)
    assertContains(page, 'name="cas"', count=MOST_OFFERED)
    assertContains(page, "2 de plus ne paraissent pas ici")


def test_a_submitted_report_shows_its_cases_and_keeps_what_came_too_late(
    here, organization, draft, client
):
    case = ReportCaseFactory(report=draft, implementation=record(organization))
    late = record(organization, result_story="Arrivé trop tard.")
    AnnualReport.objects.filter(pk=draft.pk).update(state="submitted")
    page = client.get(here)
    assertContains(page, case.implementation.title)
    assertNotContains(page, 'type="checkbox"')
    picks = [f"mesure-{row.pk}" for row in (case.implementation, late)]
    page = client.post(here, {"vu": picks[0], "cas": picks})
    assertContains(page, "Votre choix n’est pas enregistré", status_code=409)
    assertContains(page, f"<li>{late.title}</li>", status_code=409)
    assert draft.cases.count() == 1


def test_an_expired_session_keeps_what_was_ticked(
    here, organization, contributor, client, draft, log_in_as
):
    case = ReportCaseFactory(report=draft, implementation=record(organization))
    wanted = record(organization)
    client.logout()
    seen = f"mesure-{case.implementation_id}"
    client.post(here, {"vu": seen, "cas": f"mesure-{wanted.pk}", "author": contributor.pk})
    client.force_login(contributor)
    page = client.get(here)
    assertContains(page, "Votre session avait pris fin")
    assertContains(page, "1 cas coché")
    name = f"mesure-{wanted.pk}"
    assertContains(page, f'id="id_{name}" aria-describedby="{name}-sort" checked')


def test_the_page_costs_the_same_however_many_there_are(
    here, organization, draft, client, django_assert_num_queries
):
    for rounds in (1, 5):
        for _ in range(rounds):
            for report in (None, draft):
                rows = {"implementation": record(organization), "observation": story(organization)}
                for name, row in rows.items() if report else ():
                    ReportCaseFactory(report=report, **{"implementation": None, name: row})
        with django_assert_num_queries(14):
            client.get(here)
