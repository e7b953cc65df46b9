"""The coordination writes the report of the chantier, submits it, and corrects it."""

import datetime
import uuid

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.acts.submitting import submit_report
from chantier.reports.chantier_content import chantier_content
from chantier.reports.completeness import Completeness
from chantier.reports.models import AnnualReport, ReportEvent, ReportText, ReportVersion
from chantier.reports.sections import CHANTIER_SECTIONS
from tests.chantier.reports.conftest import TODAY
from tests.factories import (
    AnnualReportFactory,
    CycleFactory,
    MeetingFactory,
    OrganizationFactory,
    ReportTextFactory,
    ReportVersionFactory,
    SynthesisFactory,
    SynthesisVersionFactory,
    UserFactory,
)

JSON = {"HTTP_ACCEPT": "application/json"}
SUBMISSION = {
    "signatory_name": "Camille Responsable",
    "signatory_function": "Coordination",
    "statement": "on",
}


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch):
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **kwargs: b"%PDF-"
    )


@pytest.fixture
def here(cycle):
    return reverse("reports:chantier_texts", args=[cycle.label])


@pytest.fixture
def page(cycle):
    return reverse("reports:chantier_report", args=[cycle.label])


def sent(text, *, version=0, section="objectifs", **more):
    key = uuid.uuid4().hex
    return {"section": section, "text": text, "version": version, "submission_key": key} | more


def test_each_section_that_asks_for_a_text_has_its_form(here, page, coordinator, log_in_as):
    client = log_in_as(coordinator)
    assertContains(client.get(page), here)
    answer = client.get(here)
    asked = [row for row in CHANTIER_SECTIONS if row.prompt]
    assertContains(answer, "data-text-form", count=len(asked))
    for row in asked:
        assertContains(answer, row.prompt.label)
        assertContains(answer, f'data-draft="texte-chantier-2020-2021-{row.code}"')
    assertContains(answer, "Rapport du chantier. Les chiffres viennent des rapports déposés")


def test_a_text_is_saved_by_its_button_and_read_in_the_draft(
    here, page, cycle, coordinator, log_in_as
):
    client, data = log_in_as(coordinator), sent("Une année de départ.")
    for _ in range(2):
        assert client.post(here, data).url == f"{here}#texte-objectifs"
    row = ReportText.objects.get(report__organization=None, report__cycle=cycle)
    assert (row.text, row.version, row.updated_by) == ("Une année de départ.", 1, coordinator)
    assertContains(client.get(page), "Une année de départ.")
    assert chantier_content(cycle, today=TODAY)["texts"]["objectifs"] == "Une année de départ."


def test_two_coordinators_write_at_once(here, coordinator, log_in_as):
    other = UserFactory(portal_role="coordinator")
    log_in_as(coordinator).post(here, sent("Un.\n\nDeux."))
    log_in_as(other).post(here, sent("Un et demi.\n\nDeux.", version=1))
    united = log_in_as(coordinator).post(here, sent("Un.\n\nTrois.", version=1), **JSON).json()
    assert united["text"] == "Un et demi.\n\nTrois."
    clash = log_in_as(other).post(here, sent("Autre.\n\nDeux.", version=1))
    assertContains(clash, "Deux personnes ont écrit au même endroit", status_code=409)
    assertContains(clash, "Autre.", status_code=409)


def test_an_expired_session_brings_the_text_back(here, coordinator, log_in_as):
    client = log_in_as(coordinator)
    client.cookies.pop("sessionid")
    client.post(here, sent("Écrit pendant ce temps.", author=coordinator.pk))
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertContains(client.get(here), "Écrit pendant ce temps.")
    assert not ReportText.objects.exists()


def test_the_text_of_the_last_cycle_is_offered_and_none_of_an_organization(
    here, coordinator, log_in_as
):
    before = CycleFactory(start_year=2019)
    ReportTextFactory(
        report=AnnualReportFactory(of_chantier=True, cycle=before),
        section="objectifs",
        text="Le mot d’avant.",
    )
    ReportTextFactory(
        report=AnnualReportFactory(cycle=before), section="avancement", text="Pas au chantier."
    )
    answer = log_in_as(coordinator).get(here)
    assertContains(answer, "Reprendre le texte de 2019-2020", count=1)
    assertContains(answer, "Le mot d’avant.")
    assertNotContains(answer, "Pas au chantier.")


def test_a_section_of_organizations_alone_is_not_found(here, coordinator, log_in_as):
    assert log_in_as(coordinator).post(here, sent("x", section="profil")).status_code == 404


@pytest.mark.parametrize("person", ["facilitator", "manager", "outsider"])
def test_nobody_else_reads_nor_writes(here, person, request, log_in_as):
    client = log_in_as(request.getfixturevalue(person))
    assert client.get(here).status_code == 403
    assert client.post(here, sent("Autre.")).status_code == 403
    assert not ReportText.objects.exists()


# Submitted, then corrected


def test_a_submitted_report_waits_for_a_correction(here, page, cycle, coordinator, log_in_as):
    client = log_in_as(coordinator)
    client.post(here, sent("Premier mot."))
    deposit = reverse("reports:chantier_submit", args=[cycle.label])
    client.post(deposit, SUBMISSION | {"number": 1})
    assertContains(client.get(here), "Ce rapport est déposé.")
    late = client.post(here, sent("Écrit trop tard.", version=1))
    assertContains(late, "Écrit trop tard.", status_code=409)

    reopen = reverse("reports:chantier_reopen", args=[cycle.label])
    assertContains(client.get(page), reopen)
    answer = client.post(reopen, {"note": "Un mot à revoir."})
    assert answer.url == f"{page}#cheminement"
    again = client.post(reopen, follow=True)
    assertContains(again, "Rien n’a changé")
    event = ReportEvent.objects.get(kind="reopened")
    assert (event.note, event.by) == ("Un mot à revoir.", coordinator)
    assertNotContains(client.get(page), reopen)
    matrix = client.get(reverse("reports:report_matrix"))
    assertContains(matrix, "correction en cours")

    client.post(here, sent("Second mot.", version=1))
    assertContains(client.post(deposit, SUBMISSION | {"number": 2}), "Dites pourquoi")
    client.post(deposit, SUBMISSION | {"number": 2, "reason": "Un mot était faux."})
    first, second = ReportVersion.objects.filter(report__organization=None).order_by("number")
    assert first.content["texts"]["objectifs"] == "Premier mot."
    assert second.content["texts"]["objectifs"] == "Second mot."
    assert second.reason == "Un mot était faux."
    assert AnnualReport.objects.get(organization=None).state == "submitted"
    assertNotContains(client.get(reverse("reports:report_matrix")), "correction en cours")


def test_its_way_has_two_steps(page, cycle, coordinator, log_in_as):
    report = AnnualReportFactory(of_chantier=True, cycle=cycle)
    client = log_in_as(coordinator)
    answer = client.get(page)
    assertContains(answer, 'aria-current="step"')
    for words in ("À approuver", "Accepté", "Prêt à approuver"):
        assertNotContains(answer, words)
    submit_report(
        report=report, signatory_name="Camille", signatory_function="Coordination", by=coordinator
    )
    assertContains(client.get(page), "Commencer une correction")


# What it lacks


def lacks(cycle, texts=()):
    found = Completeness.of_chantier(cycle, dict.fromkeys(texts, "Écrit."))
    return {row.words: row.address for row in found.lacks}


def test_what_is_missing_leads_to_where_it_is_given(cycle, here):
    owing = OrganizationFactory(joined_on=datetime.date(2020, 1, 1))
    meeting = MeetingFactory(cycle=cycle, held=True)
    found = lacks(cycle)
    assert found == {
        "Texte à écrire\u00a0: Mot de la coordination": f"{here}#texte-objectifs",
        "Texte à écrire\u00a0: Travaux à venir": f"{here}#texte-enjeux",
        "1\u00a0rapport d’organisation pas encore déposé": reverse("reports:report_matrix"),
        f"Synthèse pas encore publiée\u00a0: {meeting.heading}": meeting.get_absolute_url(),
    }
    ReportVersionFactory(report__organization=owing, report__cycle=cycle)
    SynthesisVersionFactory(synthesis=SynthesisFactory(meeting=meeting))
    assert lacks(cycle, ["objectifs", "enjeux"]) == {}


def test_the_list_is_read_before_submitting_too(page, cycle, coordinator, log_in_as):
    client = log_in_as(coordinator)
    for address in (page, reverse("reports:chantier_submit", args=[cycle.label])):
        assertContains(client.get(address), "Texte à écrire\u00a0: Travaux à venir")


def test_the_list_costs_two_queries(cycle, django_assert_num_queries):
    for count in (1, 4):
        for _ in range(count):
            MeetingFactory(cycle=cycle, held=True)
            OrganizationFactory()
        with django_assert_num_queries(2):
            lacks(cycle)
