"""ECPAR asks for an evidence; the organization answers, or the request is taken back."""

import datetime
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Evidence, EvidenceRequest, Implementation
from members.models import User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, EvidenceRequestFactory, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import PDF, pdf, url

DASHBOARD = "/tableau-de-bord/"


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def asked(record: Implementation, facilitator: User) -> EvidenceRequest:
    return EvidenceRequestFactory(
        implementation=record, message="La résolution du conseil", asked_by=facilitator
    )


def ask(record: Implementation) -> str:
    return url("evidence_request_create", record.organization, pk=record.pk)


def address(asked: EvidenceRequest, act: str) -> str:
    record = asked.implementation
    kwargs = {"pk": record.pk, "request_pk": asked.pk}
    return url(f"evidence_request_{act}", record.organization, **kwargs)


def message(text: str = "La résolution, svp", key: str = "") -> dict[str, str]:
    return {"message": text, "submission_key": key or str(uuid.uuid4())}


def age(asked: EvidenceRequest, days: int) -> None:
    moment = timezone.now() - datetime.timedelta(days=days)
    EvidenceRequest.objects.filter(pk=asked.pk).update(asked_at=moment)


# Asking


def test_staff_ask_and_the_organization_sees_it(
    staff: StrictClient,
    log_in_as: LogIn,
    contributor: User,
    reader: User,
    facilitator: User,
    record: Implementation,
) -> None:
    assertRedirects(staff.post(ask(record), message()), record.get_absolute_url())
    asked = EvidenceRequest.objects.get()
    assert (asked.implementation, asked.asked_by) == (record, facilitator)
    page = log_in_as(contributor).get(record.get_absolute_url())
    for text in ("La résolution, svp", str(facilitator), "Répondre"):
        assertContains(page, text)
    for_reader = log_in_as(reader).get(record.get_absolute_url())
    assertContains(for_reader, "La résolution, svp")
    assertNotContains(for_reader, "Envoyer la réponse")
    record.refresh_from_db()
    assert record.version == 1, "nobody’s open form grows stale"
    assertContains(page, "Demande de preuve")
    assert record.events.get().actor == facilitator


def test_a_second_click_asks_once(staff: StrictClient, record: Implementation) -> None:
    data = message()
    for _ in range(2):
        assertRedirects(staff.post(ask(record), data), record.get_absolute_url())
    assert EvidenceRequest.objects.count() == 1
    assert record.events.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_a_request_says_what_it_asks(
    staff: StrictClient, record: Implementation, text: str
) -> None:
    response = staff.post(ask(record), message(text))
    assertContains(response, "La demande n’est pas partie")
    assert not EvidenceRequest.objects.exists()


def test_one_request_at_a_time_and_the_second_text_is_kept(
    log_in_as: LogIn, coordinator: User, asked: EvidenceRequest
) -> None:
    staff = log_in_as(coordinator)
    response = staff.post(ask(asked.implementation), message("Autre chose, tapé longuement"))
    assert response.status_code == 409
    assertContains(response, "Autre chose, tapé longuement", status_code=409)
    assertContains(response, "attend déjà une réponse", status_code=409)
    assert EvidenceRequest.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceRequestFactory(implementation=asked.implementation)


def test_the_key_of_one_request_does_not_hide_another(
    staff: StrictClient, asked: EvidenceRequest
) -> None:
    other = ImplementationFactory(organization=asked.implementation.organization)
    response = staff.post(ask(other), message("Autre", key=str(asked.submission_key)))
    assert response.status_code == 409
    assertContains(response, "Autre", status_code=409)


def test_staff_ask_nothing_on_a_record_that_they_do_not_see(
    staff: StrictClient, record: Implementation
) -> None:
    Implementation.objects.update(sharing=SharingLevel.PRIVATE)
    assert staff.post(ask(record), message()).status_code == 404


def test_members_ask_nothing(log_in_as: LogIn, manager: User, record: Implementation) -> None:
    client = log_in_as(manager)
    assert client.post(ask(record), message()).status_code == 403
    assertNotContains(client.get(record.get_absolute_url()), "Demander une preuve")


# Answering


def test_an_answer_joins_evidence_and_closes_the_request(
    member: StrictClient, staff: StrictClient, contributor: User, asked: EvidenceRequest
) -> None:
    record = asked.implementation
    chosen = EvidenceFactory(organization=record.organization, title="Bilan")
    response = member.post(
        address(asked, "answer"),
        {
            "answer-answer": "La voici.",
            "answer-uploads": [SimpleUploadedFile("resolution.pdf", PDF)],
            "answer-link_url": "https://a.example/",
            "answer-link_title": "Procès-verbal",
            "answer-chosen": [chosen.pk],
        },
    )
    assertRedirects(response, record.get_absolute_url())
    asked.refresh_from_db()
    assert (asked.outcome, asked.answer, asked.closed_by) == ("answered", "La voici.", contributor)
    titles = {"resolution.pdf", "Procès-verbal", "Bilan"}
    assert {piece.title for piece in record.evidence.all()} == titles
    assert set(record.events.get().changes["evidence"][1]) == titles
    for client in (member, staff):
        page = client.get(record.get_absolute_url())
        for text in ("Répondue", "La voici.", str(contributor), "resolution.pdf"):
            assertContains(page, text)
    assertContains(staff.get(record.get_absolute_url()), "Demander une preuve")
    assertNotContains(member.get(record.get_absolute_url()), "Répondre")


@pytest.mark.parametrize(
    "data", [{"answer-answer": "Rien à joindre."}, {"answer-link_url": "https://a.example/"}]
)
def test_a_text_or_a_piece_is_enough(
    member: StrictClient, asked: EvidenceRequest, data: dict[str, str]
) -> None:
    member.post(address(asked, "answer"), data)
    asked.refresh_from_db()
    assert asked.outcome == "answered"


def test_an_empty_answer_is_refused(member: StrictClient, asked: EvidenceRequest) -> None:
    assertContains(member.post(address(asked, "answer"), {}), "Écrivez une réponse, ou joignez")
    asked.refresh_from_db()
    assert asked.is_waiting


def test_an_error_keeps_the_text_and_the_files(
    member: StrictClient, asked: EvidenceRequest
) -> None:
    data: dict[str, Any] = {
        "answer-answer": "Texte tapé longuement",
        "answer-link_title": "Sans adresse",
        "answer-uploads": [SimpleUploadedFile("resolution.pdf", PDF)],
    }
    response = member.post(address(asked, "answer"), data)
    assertContains(response, "Texte tapé longuement")
    piece = Evidence.objects.get()
    assertContains(response, f'name="answer-chosen" value="{piece.pk}"')
    data |= {"answer-link_title": "", "answer-uploads": "", "answer-chosen": [piece.pk]}
    member.post(address(asked, "answer"), data)
    assert asked.implementation.evidence.get() == piece


def test_a_second_click_answers_once(
    member: StrictClient, asked: EvidenceRequest, private_files: Path
) -> None:
    upload = SimpleUploadedFile("resolution.pdf", PDF)
    for _ in range(2):
        upload.seek(0)
        data = {"answer-answer": "La voici.", "answer-uploads": [upload]}
        assertRedirects(
            member.post(address(asked, "answer"), data), asked.implementation.get_absolute_url()
        )
    assert asked.implementation.evidence.count() == 1
    assert len([path for path in private_files.rglob("*") if path.is_file()]) == 1


def test_another_file_under_the_same_words_is_no_second_click(
    member: StrictClient, asked: EvidenceRequest
) -> None:
    for name in ("1.pdf", "2.pdf"):
        data = {"answer-uploads": SimpleUploadedFile(name, pdf(name))}
        response = member.post(address(asked, "answer"), data)
    assertContains(response, "2.pdf", status_code=409)
    assert asked.implementation.evidence.get().title == "1.pdf"


def test_two_answers_at_once_are_both_seen_and_none_is_lost(
    member: StrictClient, log_in_as: LogIn, manager: User, asked: EvidenceRequest
) -> None:
    member.post(address(asked, "answer"), {"answer-answer": "La première."})
    response = log_in_as(manager).post(
        address(asked, "answer"),
        {
            "answer-answer": "La seconde.",
            "answer-uploads": [SimpleUploadedFile("resolution.pdf", PDF)],
        },
    )
    assert response.status_code == 409
    for text in ("La première.", "La seconde.", "entre-temps", "resolution.pdf"):
        assertContains(response, text, status_code=409)
    asked.refresh_from_db()
    assert asked.answer == "La première."
    assert Evidence.objects.get().title == "resolution.pdf"
    assert not asked.implementation.evidence.exists()


def test_a_piece_that_staff_will_not_see_is_told(
    member: StrictClient, asked: EvidenceRequest
) -> None:
    piece = EvidenceFactory(
        organization=asked.implementation.organization,
        title="Litige",
        sharing=SharingLevel.PRIVATE,
    )
    data = {"answer-chosen": [piece.pk]}
    response = member.post(address(asked, "answer"), data, follow=True)
    assertContains(response, "ne voit pas «\u00a0Litige\u00a0»")


def test_evidence_of_another_organization_answers_nothing(
    member: StrictClient, asked: EvidenceRequest
) -> None:
    data = {"answer-chosen": [EvidenceFactory().pk]}
    response = member.post(address(asked, "answer"), data)
    assert "chosen" in response.context["requests"].answer_form.errors


def test_readers_and_staff_do_not_answer(
    log_in_as: LogIn, reader: User, coordinator: User, asked: EvidenceRequest
) -> None:
    for person in (reader, coordinator):
        response = log_in_as(person).post(address(asked, "answer"), {"answer-answer": "Non."})
        assert response.status_code == 403


def test_a_request_is_reached_through_its_own_record_only(
    member: StrictClient, staff: StrictClient, asked: EvidenceRequest
) -> None:
    record = asked.implementation
    other = ImplementationFactory(organization=record.organization)
    for client, act in ((member, "answer"), (staff, "withdraw")):
        kwargs = {"pk": other.pk, "request_pk": asked.pk}
        wrong = url(f"evidence_request_{act}", record.organization, **kwargs)
        assert client.post(wrong, {"answer-answer": "Texte"}).status_code == 404


# Taking back


def test_staff_take_a_request_back(
    member: StrictClient, staff: StrictClient, facilitator: User, asked: EvidenceRequest
) -> None:
    record = asked.implementation
    for _ in range(2):
        assertRedirects(staff.post(address(asked, "withdraw")), record.get_absolute_url())
    asked.refresh_from_db()
    assert (asked.outcome, asked.closed_by) == ("withdrawn", facilitator)
    assert record.events.count() == 1
    assertContains(member.get(record.get_absolute_url()), "Retirée")
    assertNotContains(member.get(DASHBOARD), "La résolution du conseil")


def test_what_was_answered_is_no_longer_taken_back(
    member: StrictClient, staff: StrictClient, asked: EvidenceRequest
) -> None:
    member.post(address(asked, "answer"), {"answer-answer": "La voici."})
    response = staff.post(address(asked, "withdraw"), follow=True)
    assertContains(response, "a répondu entre-temps")
    asked.refresh_from_db()
    assert asked.outcome == "answered"


def test_an_answer_to_what_was_taken_back_is_shown_again(
    member: StrictClient, staff: StrictClient, asked: EvidenceRequest
) -> None:
    staff.post(address(asked, "withdraw"))
    response = member.post(address(asked, "answer"), {"answer-answer": "Trop tard?"})
    assert response.status_code == 409
    assertContains(response, "a retiré cette demande", status_code=409)
    assertContains(response, "Trop tard?", status_code=409)


# The dashboards


def test_a_request_comes_first_in_what_there_is_to_do(
    member: StrictClient, asked: EvidenceRequest
) -> None:
    ImplementationFactory(
        organization=asked.implementation.organization,
        planned=True,
        planned_for=datetime.date(2020, 1, 1),
    )
    tasks = member.get(DASHBOARD).context["member"].tasks
    assert "La résolution du conseil" in tasks[0].why
    assert tasks[0].url.startswith(asked.implementation.get_absolute_url())
    assert not tasks[0].late
    assert len(tasks) == 2
    member.post(address(asked, "answer"), {"answer-answer": "La voici."})
    assert len(member.get(DASHBOARD).context["member"].tasks) == 1


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
def test_a_request_is_late_after_two_weeks(
    member: StrictClient, staff: StrictClient, asked: EvidenceRequest, days: int, late: bool
) -> None:
    with time_machine.travel(timezone.now().replace(hour=17), tick=False):
        age(asked, days)
        assert member.get(DASHBOARD).context["member"].tasks[0].late is late
        (waiting,) = staff.get(DASHBOARD).context["staff"].asked.requests
        assert waiting.is_late is late


def test_staff_see_what_waits_across_organizations(
    staff: StrictClient, asked: EvidenceRequest
) -> None:
    other = EvidenceRequestFactory(message="Le bilan")
    closed = EvidenceRequestFactory(
        message="Close depuis", implementation__sharing=SharingLevel.PRIVATE
    )
    for row, days in ((asked, 3), (other, 9), (closed, 12)):
        age(row, days)
    page = staff.get(DASHBOARD)
    assertContains(page, "2 sans réponse")
    assertNotContains(page, "Close depuis")
    assert [row.pk for row in page.context["staff"].asked.requests] == [other.pk, asked.pk]


def test_the_staff_dashboard_lists_the_oldest_ten(staff: StrictClient) -> None:
    for _ in range(11):
        EvidenceRequestFactory()
    page = staff.get(DASHBOARD)
    assertContains(page, "11 sans réponse")
    assertContains(page, "Les 10 plus anciennes.")


def test_a_text_that_an_expired_session_interrupted_returns_to_its_own_form(
    member: StrictClient, contributor: User, asked: EvidenceRequest
) -> None:
    """The record page has several forms: each takes back its own text only."""
    session = member.session
    session["resumed_form"] = {
        "path": asked.implementation.get_absolute_url(),
        "data": f"author={contributor.pk}&answer-answer=Texte+interrompu",
        "had_files": False,
    }
    session.save()
    page = member.get(asked.implementation.get_absolute_url())
    assertContains(page, "Texte interrompu")
    assertContains(page, "Début.")
    assert not page.context["form"].is_bound


def test_the_addresses_answer_only_to_forms(staff: StrictClient, asked: EvidenceRequest) -> None:
    assert staff.get(ask(asked.implementation)).status_code == 405
    assert reverse("home:dashboard") == DASHBOARD
