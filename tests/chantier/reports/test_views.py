"""Who sees which report, what submitting does, and what everybody may verify."""

import datetime
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from chantier.reports.models import AnnualReport, ReportVersion
from members.models import Organization
from tests.chantier.reports.conftest import submit
from tests.factories import CycleFactory, OrganizationFactory, ReportVersionFactory

FORM = {
    "number": "1",
    "signatory_name": "Camille Responsable",
    "signatory_function": "Direction",
    "statement": "on",
}


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    """What is submitted prints its code and no more; previews and test_pdf.py print in full."""

    def print_code(template_name, context, **options):
        return f"%PDF- {context['content']['submission']['verification_code']}".encode()

    monkeypatch.setattr("chantier.reports.acts.submitting.render_pdf", print_code)


def address(name: str, **more: object) -> str:
    keys = {"org_slug": "organisation-a", "cycle": "2020-2021"} | more
    if name == "report_list":
        del keys["cycle"]
    return reverse(f"reports:{name}", kwargs=keys)


def of_chantier(name: str, **more: object) -> str:
    return reverse(f"reports:{name}", kwargs={"cycle": "2020-2021"} | more)


def html(response) -> str:
    return response.content.decode()


# Reading


def test_members_see_the_report_as_it_stands(year, reader, log_in_as):
    page = html(log_in_as(reader).get(address("report_detail")))
    assert "Brouillon." in page
    assert "Pendant ce cycle, l’organisation a implanté 3 mesures." in page
    assert "Trois EÉS de plus." in page
    assert "Secret gardé." not in page
    assert address("report_submit") not in page


def test_the_page_and_the_pdf_have_the_same_figures(year, reader, log_in_as):
    from tests.chantier.reports.test_pdf import text_of

    client = log_in_as(reader)
    page = html(client.get(address("report_detail")))
    response = client.get(address("report_preview_pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert (
        'filename="rapport-organisation-a-2020-2021-brouillon.pdf"'
        in response["Content-Disposition"]
    )
    text = text_of(response.content)
    for words in ("40\u00a0%", "2 implantées, 1 en cours", "Titre 3b", "n’est pas décrite"):
        assert words in page, words
        assert words.replace("\u00a0", " ") in text.replace("\u00a0", " "), words


@pytest.mark.parametrize("person", ["facilitator", "coordinator"])
def test_staff_see_no_draft(year, cycle, person, request, log_in_as):
    client = log_in_as(request.getfixturevalue(person))
    page = html(client.get(address("report_detail")))
    assert "Rien n’est encore déposé" in page
    assert "Trois EÉS de plus." not in page
    assert client.get(address("report_preview_pdf")).status_code == 404
    assert client.get(address("report_submit")).status_code == 403
    assert client.post(address("report_submit"), FORM).status_code == 403


@pytest.mark.parametrize("person", ["facilitator", "coordinator"])
def test_staff_see_what_was_submitted_even_after_the_register_changed(
    year, version, person, request, log_in_as
):
    year.implementations.update(result_story="Changé depuis.")
    page = html(log_in_as(request.getfixturevalue(person)).get(address("report_detail")))
    assert "Trois EÉS de plus." in page
    assert "Changé depuis." not in page
    assert "Brouillon." not in page
    assert version.sha256 in page


def test_an_outsider_finds_nothing(year, version, outsider, log_in_as):
    client = log_in_as(outsider)
    for name in ("report_list", "report_detail", "report_preview_pdf", "report_submit"):
        assert client.get(address(name)).status_code == 404
    assert client.get(address("report_version_pdf", number=1)).status_code == 404


def test_the_list_says_where_each_report_stands(year, version, reader, log_in_as):
    CycleFactory(start_year=2021)
    CycleFactory(start_year=2098)
    recent = timezone.localdate() - datetime.timedelta(days=30)
    CycleFactory(start_year=2022, ends_on=recent, report_due_on=recent)
    page = html(log_in_as(reader).get(address("report_list")))
    assert "version 1, le 15\u00a0juin 2021" in page
    assert "Non déposé" in page
    assert "En retard" in page
    assert "2098" not in page


def test_a_cycle_that_has_not_begun_has_no_report(year, manager, log_in_as):
    CycleFactory(start_year=2098)
    assert log_in_as(manager).get(address("report_detail", cycle="2098-2099")).status_code == 404


def test_a_download_is_the_very_bytes(year, version, reader, log_in_as):
    client = log_in_as(reader)
    response = client.get(address("report_version_pdf", number=1))
    assert response.content == bytes(version.pdf)
    assert response["ETag"] == f'"{version.sha256}"'
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"
    again = client.get(
        address("report_version_pdf", number=1), headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(address("report_version_pdf", number=2)).status_code == 404


# Submitting


def test_a_manager_submits(year, cycle, manager, log_in_as):
    client = log_in_as(manager)
    page = html(client.get(address("report_submit")))
    assert 'value="Camille Responsable"' in page
    assert "Raison de la correction" not in page
    response = client.post(address("report_submit"), FORM, follow=True)
    version = ReportVersion.objects.get()
    assert version.submitted_by == manager
    assert version.report.organization == year
    assert version.verification_code in html(response)


@pytest.mark.parametrize("person", ["reader", "contributor"])
def test_only_a_manager_submits(year, cycle, person, request, log_in_as):
    client = log_in_as(request.getfixturevalue(person))
    assert client.get(address("report_submit")).status_code == 403
    assert client.post(address("report_submit"), FORM).status_code == 403
    assert not ReportVersion.objects.exists()


def test_a_second_click_creates_nothing_twice(year, cycle, manager, log_in_as):
    client = log_in_as(manager)
    client.post(address("report_submit"), FORM)
    response = client.post(address("report_submit"), FORM, follow=True)
    assert "rien n’a été créé en double" in html(response)
    assert ReportVersion.objects.count() == 1


@pytest.mark.parametrize("missing", ["signatory_name", "signatory_function", "statement"])
def test_what_is_missing_is_asked_and_what_was_typed_stays(
    year, cycle, manager, log_in_as, missing
):
    form = {name: value for name, value in FORM.items() if name != missing}
    page = html(log_in_as(manager).post(address("report_submit"), form))
    assert "Le rapport n’est pas encore déposé" in page
    assert "Camille Responsable" in page or missing == "signatory_name"
    assert not AnnualReport.objects.exists()


@pytest.mark.parametrize("number", ["", "0", "x", "99999"])
def test_a_number_that_is_none_submits_nothing(year, cycle, manager, log_in_as, number):
    response = log_in_as(manager).post(address("report_submit"), FORM | {"number": number})
    assert response.status_code == 200
    assert not ReportVersion.objects.exists()


def test_a_correction_needs_a_reason_and_supersedes(version, manager, log_in_as):
    client = log_in_as(manager)
    assert "Raison de la correction" in html(client.get(address("report_submit")))
    second = FORM | {"number": "2"}
    page = html(client.post(address("report_submit"), second))
    assert "Dites pourquoi le rapport change." in page
    assert ReportVersion.objects.count() == 1
    client.post(address("report_submit"), second | {"reason": "Une date était fausse."})
    page = html(client.get(address("report_detail")))
    assert "En vigueur" in page
    assert "Remplacée" in page
    assert "Une date était fausse." in page


def test_an_expired_session_keeps_the_form(year, cycle, manager, client, log_in_as):
    """The text typed before is back in the form after the log-in."""
    typed = FORM | {"signatory_function": "Une fonction tapée", "author": str(manager.pk)}
    client.post(
        address("report_submit"),
        typed,
        headers={"Referer": f"http://testserver{address('report_submit')}"},
    )
    client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Une fonction tapée" in html(client.get(address("report_submit")))


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_create_one_version(year, cycle, manager, log_in_as):
    clients = [log_in_as(manager), log_in_as(manager)]
    answers: list[int] = []

    def post(client):
        try:
            answers.append(client.post(address("report_submit"), FORM).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert ReportVersion.objects.count() == 1


# The coordination


def test_the_matrix_is_for_the_coordination(version, manager, facilitator, coordinator, log_in_as):
    for person in (manager, facilitator):
        client = log_in_as(person)
        assert client.get(reverse("reports:report_matrix")).status_code == 403
        for name in ("chantier_report", "chantier_preview_pdf", "chantier_submit"):
            assert client.get(of_chantier(name)).status_code == 403
        assert client.post(of_chantier("chantier_submit"), FORM).status_code == 403
    assert log_in_as(coordinator).get(reverse("reports:report_matrix")).status_code == 200


def test_the_matrix_counts_and_shows_states(version, coordinator, log_in_as):
    OrganizationFactory(name="En retard")
    OrganizationFactory(name="Arrivée plus tard", joined_on=datetime.date(2024, 1, 1))
    page = html(log_in_as(coordinator).get(reverse("reports:report_matrix")))
    assert "1 organisation sur 2 a déposé son rapport." in page
    for words in (
        "version 1, 15\u00a0juin 2021",
        "En retard",
        "Pas encore membre",
        "Ensemble du chantier",
    ):
        assert words in page, words


def test_before_any_cycle_the_matrix_says_so(coordinator, log_in_as):
    page = html(log_in_as(coordinator).get(reverse("reports:report_matrix")))
    assert "Aucun cycle n’a commencé" in page


def test_the_matrix_costs_the_same_for_ten_times_the_organizations(
    version, coordinator, log_in_as, django_assert_num_queries
):
    client = log_in_as(coordinator)
    for start in (2021, 2022):
        CycleFactory(start_year=start)
    with django_assert_num_queries(10):
        client.get(reverse("reports:report_matrix"))
    for index in range(40):
        ReportVersionFactory(report__organization__name=f"Autre {index:02}")
    with django_assert_num_queries(10):
        response = client.get(reverse("reports:report_matrix"))
    assert "Autre 39" in html(response)


def test_the_detail_costs_a_fixed_number_of_queries(
    version, reader, log_in_as, django_assert_num_queries
):
    client = log_in_as(reader)
    with django_assert_num_queries(21):
        client.get(address("report_detail"))


def test_the_coordination_submits_the_report_of_the_chantier(version, coordinator, log_in_as):
    client = log_in_as(coordinator)
    page = html(client.get(of_chantier("chantier_report")))
    assert "1 organisation sur 1" in page
    assert "Rien ne paraît ici sous trois rapports déposés" in page
    draft = client.get(of_chantier("chantier_preview_pdf"))
    assert draft.content.startswith(b"%PDF-")
    client.post(of_chantier("chantier_submit"), FORM)
    client.post(of_chantier("chantier_submit"), FORM)
    made = ReportVersion.objects.get(report__organization=None)
    response = client.get(of_chantier("chantier_version_pdf", number=1))
    assert response.content == bytes(made.pdf)
    assert made.sha256 in html(client.get(of_chantier("chantier_report")))


# Everybody


def test_everybody_may_verify_a_report(version, client):
    response = client.get(reverse("reports:verification", args=[version.verification_code]))
    page = html(response)
    assert "Ce rapport est authentique" in page
    for words in ("Organisation A", "2020-2021", "15\u00a0juin 2021", version.sha256):
        assert words in page, words
    assert "Trois EÉS de plus." not in page
    typed = version.verification_code.lower().replace("-", " ")
    response = client.get(reverse("reports:verify"), {"code": typed})
    assert response.url == reverse("reports:verification", args=[version.verification_code])


def test_verification_keeps_the_name_of_the_day(year, version, client):
    Organization.objects.update(name="Autre nom")
    page = html(client.get(reverse("reports:verification", args=[version.verification_code])))
    assert "Organisation A" in page


def test_a_replaced_report_says_by_which_version(report, version, manager, client):
    later = submit(report, manager, reason="Une date était fausse.")
    page = html(client.get(reverse("reports:verification", args=[version.verification_code])))
    assert "authentique, mais remplacé" in page
    assert "La version 2" in page
    page = html(client.get(reverse("reports:verification", args=[later.verification_code])))
    assert "la version en vigueur" in page


def test_an_unknown_code_gets_help(db, client):
    response = client.get(reverse("reports:verification", args=["ZZZZ-ZZZZ-ZZZZ"]))
    assert response.status_code == 404
    assert "Aucun rapport ne porte ce code" in html(response)
    page = html(client.get(reverse("reports:verify"), {"code": "<b>court"}))
    assert "n’est pas un code complet" in page
    assert "&lt;b&gt;court" in page
