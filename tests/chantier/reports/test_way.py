"""The way of a report on the pages: ready, back to draft, examined, corrected."""

import pytest
from django.urls import reverse

from chantier.reports.models import AnnualReport, ReportComment, ReportEvent
from members.models import Notification
from tests.factories import (
    CycleFactory,
    ReportCommentFactory,
    ReportVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
KEYS = {"org_slug": "organisation-a", "cycle": "2020-2021"}


def address(name, **more):
    return reverse(f"reports:{name}", kwargs=KEYS | more)


def html(response):
    return response.content.decode()


def state(report):
    return AnnualReport.objects.get(pk=report.pk).state


def put(report, value):
    AnnualReport.objects.filter(pk=report.pk).update(state=value)


@pytest.fixture
def submitted(report):
    put(report, "submitted")
    return ReportVersionFactory(report=report)


# The organization


def test_a_contributor_says_ready_and_a_manager_reads_the_word(
    year, cycle, contributor, manager, log_in_as
):
    client = log_in_as(contributor)
    page = html(client.get(address("report_detail")))
    assert "Prêt à approuver" in page
    response = client.post(address("report_ready"), {"note": "Il manque un montant."}, follow=True)
    report = AnnualReport.objects.get()
    assert report.state == "to_approve"
    assert "une personne responsable peut le déposer" in html(response)
    page = html(log_in_as(manager).get(address("report_detail")))
    assert "Il manque un montant." in page
    assert "Remettre en brouillon" in page


def test_a_second_click_changes_nothing_and_says_so(report, contributor, log_in_as):
    client = log_in_as(contributor)
    client.post(address("report_ready"))
    response = client.post(address("report_ready"), follow=True)
    assert "Rien n’a changé" in html(response)
    assert "à approuver" in html(response)
    assert ReportEvent.objects.count() == 1


def test_it_goes_back_to_draft(report, contributor, log_in_as):
    put(report, "to_approve")
    log_in_as(contributor).post(address("report_withdraw"))
    assert state(report) == "draft"


def test_a_word_that_is_too_long_changes_nothing(report, contributor, log_in_as):
    response = log_in_as(contributor).post(
        address("report_ready"), {"note": "x" * 1001}, follow=True
    )
    assert "rien n’a changé" in html(response)
    assert state(report) == "draft"


def test_readers_are_shown_where_it_stands_and_change_nothing(report, reader, log_in_as):
    client = log_in_as(reader)
    page = html(client.get(address("report_detail")))
    assert "Où en est le rapport" in page
    assert address("report_ready") not in page
    for name in ("report_ready", "report_withdraw", "report_reopen"):
        assert client.post(address(name)).status_code == 403


@pytest.mark.parametrize("start", ["submitted", "accepted"])
def test_a_manager_begins_a_correction(submitted, manager, contributor, log_in_as, start):
    put(submitted.report, start)
    assert log_in_as(contributor).post(address("report_reopen")).status_code == 403
    client = log_in_as(manager)
    assert "Commencer une correction" in html(client.get(address("report_detail")))
    response = client.post(address("report_reopen"), {"note": "Un montant."}, follow=True)
    assert "La correction est commencée" in html(response)
    assert state(submitted.report) == "draft"


def test_comments_are_settled_and_taken_back_once(submitted, contributor, log_in_as):
    comment = ReportCommentFactory(version=submitted, section="achats", text="Quelle source?")
    put(submitted.report, "sent_back")
    client = log_in_as(contributor)
    page = html(client.get(address("report_detail")))
    assert "Ce que la coordination demande (1 à régler)" in page
    assert 'href="#achats"' in page
    settle = address("comment_settle", pk=comment.pk)
    client.post(settle, {"regle": "oui"})
    first = ReportComment.objects.get()
    assert first.settled_by == contributor
    page = html(client.post(settle, {"regle": "oui"}, follow=True))
    assert "tout est réglé" in page
    assert ReportComment.objects.get().settled_at == first.settled_at
    client.post(settle, {"regle": "non"})
    assert ReportComment.objects.get().settled_at is None


def test_a_comment_of_somebody_else_does_not_exist(report, contributor, log_in_as):
    foreign = ReportCommentFactory()
    response = log_in_as(contributor).post(
        address("comment_settle", pk=foreign.pk), {"regle": "oui"}
    )
    assert response.status_code == 404


@pytest.mark.parametrize("person", ["facilitator", "coordinator"])
def test_staff_read_nothing_of_what_was_said_inside(submitted, request, person, log_in_as):
    user = request.getfixturevalue(person)
    ReportEvent.objects.create(
        report=submitted.report, kind="ready", note="Entre nous.", by=UserFactory()
    )
    ReportEvent.objects.create(
        report=submitted.report, kind="submitted", version=submitted, by=UserFactory()
    )
    ReportCommentFactory(version=submitted, text="Quelle source?")
    page = html(log_in_as(user).get(address("report_detail")))
    assert "Entre nous." not in page
    assert "Journal du rapport (1)" in page
    assert ("Quelle source?" in page) == (person == "coordinator")


def test_before_anything_is_submitted_staff_see_no_steps(report, coordinator, log_in_as):
    put(report, "to_approve")
    page = html(log_in_as(coordinator).get(address("report_detail")))
    assert "Où en est le rapport" not in page


def test_the_page_says_which_fiscal_year_the_figures_are_of(year, cycle, reader, log_in_as):
    year.fiscal_year_start_month = 1
    year.save()
    page = html(log_in_as(reader).get(address("report_detail")))
    assert "année financière 2020, du 1er\u00a0janvier 2020 au 31\u00a0décembre 2020" in page


# The coordination


def answer(decision, **more):
    return {"number": "1", "decision": decision} | more


def test_the_coordination_accepts(submitted, manager, coordinator, log_in_as):
    client = log_in_as(coordinator)
    page = html(client.get(address("report_examine")))
    assert "Votre réponse" in page
    assert "Trois EÉS de plus." in page
    response = client.post(
        address("report_examine"), answer("accepter", note="Merci."), follow=True
    )
    assert "accepté" in html(response)
    assert state(submitted.report) == "accepted"
    row = Notification.objects.get()
    assert (row.kind, row.recipient, row.organization) == (
        "report_accepted",
        manager,
        submitted.report.organization,
    )


def test_the_coordination_sends_back_with_comments_by_section(submitted, coordinator, log_in_as):
    client = log_in_as(coordinator)
    client.post(address("report_examine"), answer("retourner", section_achats="Quelle source?"))
    comment = ReportComment.objects.get()
    assert (comment.section, comment.text, comment.version) == (
        "achats",
        "Quelle source?",
        submitted,
    )
    assert state(submitted.report) == "sent_back"


@pytest.mark.parametrize(
    ("posted", "told"),
    [
        (answer("retourner"), "Dites ce qui est à corriger"),
        (answer("retourner", note="  "), "Dites ce qui est à corriger"),
        (answer("accepter", section_achats="Mais…"), "effacez ces commentaires"),
        (answer("retourner", section_achats="x" * 1001), "1000 caractères"),
        (answer(""), "Choisissez d’accepter"),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(submitted, coordinator, log_in_as, posted, told):
    response = log_in_as(coordinator).post(address("report_examine"), posted)
    page = html(response)
    assert told in page
    assert posted.get("section_achats", "") in page
    assert state(submitted.report) == "submitted"
    assert not ReportEvent.objects.exists()


@pytest.mark.parametrize("decision", ["accepter", "retourner"])
def test_a_second_click_on_the_answer_does_nothing_twice(
    submitted, manager, coordinator, log_in_as, decision
):
    client = log_in_as(coordinator)
    posted = answer(decision, note="Un mot.")
    client.post(address("report_examine"), posted)
    response = client.post(address("report_examine"), posted, follow=True)
    assert "rien n’a été fait en double" in html(response)
    assert ReportEvent.objects.count() == 1
    assert Notification.objects.count() == 1


def test_of_two_coordinators_the_second_is_told_and_loses_nothing(
    submitted, coordinator, log_in_as
):
    other = UserFactory(portal_role="coordinator", full_name="Lou Première")
    log_in_as(other).post(address("report_examine"), answer("accepter"))
    response = log_in_as(coordinator).post(
        address("report_examine"), answer("retourner", section_achats="Texte long à garder")
    )
    page = html(response)
    assert response.status_code == 409
    assert "Lou Première" in page
    assert "Texte long à garder" in page
    assert 'value="retourner"' not in page
    assert state(submitted.report) == "accepted"
    assert not ReportComment.objects.exists()


def test_a_version_that_was_replaced_meanwhile_is_not_judged(submitted, coordinator, log_in_as):
    ReportVersionFactory(report=submitted.report, number=2)
    response = log_in_as(coordinator).post(address("report_examine"), answer("accepter"))
    assert response.status_code == 409
    assert state(submitted.report) == "submitted"


def test_last_year_opens_beside_with_its_own_anchors(submitted, coordinator, log_in_as):
    client = log_in_as(coordinator)
    assert "le premier rapport que cette organisation dépose" in html(
        client.get(address("report_examine"))
    )
    earlier = CycleFactory(start_year=2019)
    ReportVersionFactory(report__organization=submitted.report.organization, report__cycle=earlier)
    page = html(client.get(address("report_examine")))
    assert "Mettre 2019-2020 à côté" in page
    assert 'id="avant-profil"' not in page
    page = html(client.get(address("report_examine"), {"a-cote": "oui"}))
    for anchor in ('id="profil"', 'id="avant-profil"', 'aria-labelledby="avant-profil-titre"'):
        assert page.count(anchor) == 1, anchor


def test_what_is_typed_stays_while_another_cycle_is_put_beside(submitted, coordinator, log_in_as):
    earlier = CycleFactory(start_year=2019)
    ReportVersionFactory(report__organization=submitted.report.organization, report__cycle=earlier)
    client, here = log_in_as(coordinator), address("report_examine")
    typed = {"number": submitted.number, "note": "Un mot.", "section_achats": "Quelle source?"}
    for query, words in (("?a-cote=oui", "Fermer 2019-2020"), ("", "Mettre 2019-2020 à côté")):
        page = html(client.post(here + query, typed | {"lire": "oui"}))
        for text in (words, "Un mot.</textarea>", "Quelle source?</textarea>", "<details open>"):
            assert text in page
        assert "Rien n’est encore décidé" not in page
    assert state(submitted.report) == "submitted"
    assert not ReportComment.objects.exists()


def test_an_expired_session_gives_the_examination_back(submitted, coordinator, log_in_as):
    client, here = log_in_as(coordinator), f"{address('report_examine')}?a-cote=oui"
    client.cookies.pop("sessionid")
    client.post(here, answer("retourner", note="Un long mot.", author=coordinator.pk))
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = html(client.get(here))
    assert "Un long mot.</textarea>" in page
    assert "Votre texte est de retour" in page
    assert state(submitted.report) == "submitted"


def test_nothing_to_examine_is_not_found(report, coordinator, log_in_as):
    assert log_in_as(coordinator).get(address("report_examine")).status_code == 404


@pytest.mark.parametrize("name", ["report_examine", "report_postpone"])
@pytest.mark.parametrize("person", ["manager", "facilitator"])
def test_only_the_coordination_examines_and_postpones(submitted, request, name, person, log_in_as):
    client = log_in_as(request.getfixturevalue(person))
    assert client.get(address(name)).status_code == 403
    assert client.post(address(name), answer("accepter")).status_code == 403


def test_pages_cost_a_fixed_number_of_queries(
    submitted, coordinator, log_in_as, django_assert_num_queries
):
    client = log_in_as(coordinator)
    for _ in range(3):
        ReportCommentFactory(version=submitted)
    with django_assert_num_queries(12):
        client.get(address("report_examine"))
