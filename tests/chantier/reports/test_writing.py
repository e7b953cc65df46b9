"""The page where a report is written: saved by a button or as one types, and nothing is lost."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.models import AnnualReport, ReportText, ReportTextRevision
from chantier.reports.sections import ORGANIZATION_SECTIONS
from tests.chantier.reports.together import first_version, page_of
from tests.factories import (
    AnnualReportFactory,
    CycleFactory,
    ReportTextFactory,
    ReportVersionFactory,
)

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def here(organization, cycle):
    return page_of(organization, cycle)


@pytest.fixture
def stored(organization, cycle, manager):
    return first_version(organization, cycle, manager, "Une cible.\n\nUn comité.")


def sent(text, *, version=0, section="engagements", **more):
    key = uuid.uuid4().hex
    return {"section": section, "text": text, "version": version, "submission_key": key} | more


def test_each_section_that_asks_for_a_text_has_its_form(here, contributor, log_in_as):
    page = log_in_as(contributor).get(here)
    asked = [row for row in ORGANIZATION_SECTIONS if row.prompt]
    assertContains(page, "data-text-form", count=len(asked))
    for row in asked:
        assertContains(page, row.prompt.label)
    assertContains(page, "Trois au plus, un par ligne.")
    assertContains(page, "600 caractères au plus")


def test_a_text_is_saved_by_its_button(here, organization, cycle, contributor, log_in_as):
    client = log_in_as(contributor)
    answer = client.post(here, sent("Une politique.\r\n\r\nUn comité."))
    assert answer.url == f"{here}#texte-engagements"
    row = ReportText.objects.get(report__organization=organization, report__cycle=cycle)
    assert (row.text, row.version) == ("Une politique.\n\nUn comité.", 1)
    assert row.updated_by == contributor
    assertContains(client.get(here), "Texte enregistré\u00a0: Engagements.")


def test_a_text_is_saved_as_one_types(here, contributor, log_in_as):
    answer = log_in_as(contributor).post(here, sent("Une politique."), **JSON).json()
    assert (answer["state"], answer["version"], answer["text"]) == ("saved", 1, "Une politique.")
    assert answer["by"] == contributor.full_name
    assert answer["at"]


def test_a_second_click_stores_nothing_more(here, contributor, log_in_as):
    client, data = log_in_as(contributor), sent("Une politique.")
    assert client.post(here, data).status_code == 302
    assert client.post(here, data).status_code == 302
    assert ReportTextRevision.objects.count() == 1
    assert AnnualReport.objects.count() == 1


def test_paragraphs_of_two_people_are_united(here, stored, contributor, manager, log_in_as):
    log_in_as(manager).post(here, sent("Une cible de 5.\n\nUn comité.", version=1))
    client = log_in_as(contributor)
    answer = client.post(here, sent("Une cible.\n\nUn bilan.", version=1), **JSON)
    assert answer.json()["text"] == "Une cible de 5.\n\nUn bilan."
    client.post(here, sent("Une cible de 8.\n\nUn comité.", version=2))
    assertContains(client.get(here), "Ce que d’autres y ont écrit entre-temps y est aussi.")


@pytest.mark.parametrize("headers", [{}, JSON])
def test_one_line_said_otherwise_shows_both(here, stored, contributor, manager, log_in_as, headers):
    log_in_as(manager).post(here, sent("Une cible de 5.", version=1))
    client = log_in_as(contributor)
    answer = client.post(here, sent("Une cible de 8.", version=1), **headers)
    assert answer.status_code == 409
    stored.refresh_from_db()
    assert (stored.text, stored.version) == ("Une cible de 5.", 2)
    if headers:
        told = answer.json()
        assert (told["state"], told["text"], told["version"]) == ("conflict", "Une cible de 5.", 2)
        assert told["by"] == manager.full_name
        return
    assertContains(answer, "Deux personnes ont écrit au même endroit", status_code=409)
    for text in ("Une cible de 5.", "Une cible de 8."):
        assertContains(answer, text, status_code=409)
    # Who read both decides.
    client.post(here, sent("Une cible de 8, puis de 5.", version=2))
    stored.refresh_from_db()
    assert stored.text == "Une cible de 8, puis de 5."


@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_text_that_is_too_long_is_kept_in_the_page(here, contributor, log_in_as, headers):
    answer = log_in_as(contributor).post(here, sent("é" * 601, section="sommaire"), **headers)
    message = "Ce texte a 601 caractères, 600 au plus"
    if headers:
        assert answer.status_code == 422
        assert message in answer.json()["message"]
    else:
        assertContains(answer, message)
        assertContains(answer, "é" * 601)
    assert not AnnualReport.objects.exists()


def test_the_limit_counts_a_line_end_once(here, contributor, log_in_as):
    text = "é" * 299 + "\r\n" + "é" * 300
    assert log_in_as(contributor).post(here, sent(text, section="sommaire")).status_code == 302


def test_a_submitted_report_is_read_and_no_more(here, stored, contributor, log_in_as):
    AnnualReport.objects.update(state=AnnualReport.State.SUBMITTED)
    client = log_in_as(contributor)
    page = client.get(here)
    assertContains(page, "Ce rapport est déposé.")
    assertContains(page, "Un comité.")
    assertNotContains(page, "<textarea")
    late = client.post(here, sent("Écrit trop tard.", version=1))
    assertContains(late, "Écrit trop tard.", status_code=409)
    assert client.post(here, sent("Écrit trop tard."), **JSON).status_code == 422
    stored.refresh_from_db()
    assert stored.version == 1


def test_an_expired_session_brings_the_text_back(here, stored, contributor, log_in_as):
    client = log_in_as(contributor)
    client.cookies.pop("sessionid")
    typed = "Écrit pendant que la session expirait."
    client.post(here, sent(typed, version=1, author=contributor.pk))
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(here)
    assertContains(page, typed)
    assertContains(page, "Votre texte est de retour")
    stored.refresh_from_db()
    assert stored.version == 1


@pytest.mark.parametrize("section", ["", "implantees", "inconnue"])
def test_a_section_without_a_text_is_not_found(here, contributor, log_in_as, section):
    assert log_in_as(contributor).post(here, sent("x", section=section)).status_code == 404


@pytest.mark.parametrize("person", ["facilitator", "coordinator", "outsider"])
def test_nobody_else_reads_the_texts(here, stored, person, request, log_in_as):
    client = log_in_as(request.getfixturevalue(person))
    assert client.get(here).status_code == 404
    assert client.post(here, sent("Autre.", version=1)).status_code in (403, 404)
    stored.refresh_from_db()
    assert stored.version == 1


def test_a_reader_writes_nothing(here, stored, reader, log_in_as):
    client = log_in_as(reader)
    assert client.get(here).status_code == 403
    assert client.post(here, sent("Autre.", version=1)).status_code == 403


def test_the_draft_leads_there_for_who_may_write(here, contributor, reader, log_in_as):
    draft = here.removesuffix("textes/")
    assertContains(log_in_as(contributor).get(draft), here)
    assertNotContains(log_in_as(reader).get(draft), here)


# The text of an earlier cycle


def test_what_was_last_submitted_is_offered_beside_an_empty_field(
    here, organization, contributor, log_in_as, five_stages
):
    before = AnnualReportFactory(
        organization=organization, cycle=CycleFactory(start_year=2019), submitted=True
    )
    text = ReportTextFactory(report=before, text="Texte déposé.")
    ReportVersionFactory(report=before)
    ReportText.objects.filter(pk=text.pk).update(text="Changé depuis.")
    ReportTextFactory(report=before, section="profil", text="Écrit sans être déposé.")
    client = log_in_as(contributor)
    page = client.get(here)
    assertContains(page, "Reprendre le texte de 2019-2020", count=2)
    assertContains(page, "Texte déposé.")
    assertContains(page, "Écrit sans être déposé.")
    assertNotContains(page, "Changé depuis.")
    client.post(here, sent("Texte déposé."))
    assertContains(client.get(here), "Reprendre le texte de 2019-2020", count=1)


def test_it_goes_under_what_is_typed(here, organization, contributor, log_in_as):
    before = AnnualReportFactory(organization=organization, cycle=CycleFactory(start_year=2019))
    ReportTextFactory(report=before, text="Texte d’avant.")
    client = log_in_as(contributor)
    assertContains(client.get(here), 'data-earlier="Texte d’avant."')
    data = sent("Tapé cette année.\r\n", reprendre="engagements")
    for _ in range(2):
        assert client.post(here, data).status_code == 302
    row = ReportText.objects.get(report__cycle__label="2020-2021")
    assert (row.text, row.version) == ("Tapé cette année.\n\nTexte d’avant.", 1)


def test_it_is_all_there_is_in_an_empty_field(here, organization, contributor, log_in_as):
    before = AnnualReportFactory(organization=organization, cycle=CycleFactory(start_year=2019))
    ReportTextFactory(report=before, text="Texte d’avant.")
    log_in_as(contributor).post(here, sent("", reprendre="engagements"))
    assert ReportText.objects.get(report__cycle__label="2020-2021").text == "Texte d’avant."


def test_neither_a_later_cycle_nor_another_organization_lends_its_text(
    here, organization, contributor, log_in_as
):
    later = AnnualReportFactory(organization=organization, cycle=CycleFactory(start_year=2021))
    other = AnnualReportFactory(cycle=CycleFactory(start_year=2019))
    for report in (later, other):
        ReportTextFactory(report=report, text="Pas ici.")
    assertNotContains(log_in_as(contributor).get(here), "Pas ici.")


def test_the_page_costs_the_same_whatever_is_written(
    here, stored, contributor, log_in_as, django_assert_num_queries
):
    client = log_in_as(contributor)
    client.get(here)
    with django_assert_num_queries(10):
        client.get(here)
    for section in ("sommaire", "profil", "achats"):
        ReportTextFactory(report=stored.report, section=section)
    with django_assert_num_queries(10):
        client.get(here)
