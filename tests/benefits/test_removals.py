"""Somebody asks to be taken out of the directory."""

import re
import uuid
from typing import Any

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import RemovalRequest, SocialEnterprise
from chantier.home.staff_tasks import staff_tasks
from members.models import AuditEntry, User
from tests.conftest import LogIn
from tests.factories import RemovalRequestFactory, SocialEnterpriseFactory
from tests.html import StrictClient

LIST = "/entreprises/retraits/"


@pytest.fixture
def enterprise(db: None) -> SocialEnterprise:
    return SocialEnterpriseFactory(
        contact_name="Alex Tremblay",
        contact_role="Direction",
        contact_email="alex@exemple.example",
        contact_phone="514 555-0100",
    )


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


def ask(enterprise: SocialEnterprise) -> str:
    return f"/entreprises/{enterprise.slug}/retrait/"


def form(**changes: str) -> dict[str, str]:
    key = str(uuid.uuid4())
    return {"message": "Je n’y travaille plus.", "submission_key": key, **changes}


def test_anybody_asks_and_a_second_click_is_the_same_request(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    posted = form(reply_to="alex@exemple.example")
    for _ in range(2):
        assertRedirects(client.post(ask(enterprise), posted), enterprise.get_absolute_url())
    removal = RemovalRequest.objects.get()
    assert (removal.enterprise, removal.reply_to) == (enterprise, "alex@exemple.example")


def test_the_page_tells_a_visitor_nothing_of_the_person(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    response = client.get(ask(enterprise))
    for text in ("Tremblay", "alex@", "555"):
        assertNotContains(response, text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"message": ""}, "Dites ce qui doit être retiré."),
        ({"reply_to": "pas-une-adresse"}, "courriel"),
    ],
)
def test_what_is_not_understood_is_told(
    client: StrictClient, enterprise: SocialEnterprise, changes: dict[str, str], message: str
) -> None:
    assertContains(client.post(ask(enterprise), form(**changes)), message)
    assert not RemovalRequest.objects.exists()


def test_past_five_in_an_hour_the_text_stays_in_the_form(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    for _ in range(5):
        client.post(ask(enterprise), form())
    response = client.post(ask(enterprise), form(message="Un mot de plus."))
    assertContains(response, "Un mot de plus.", status_code=429)
    assert RemovalRequest.objects.count() == 5


@pytest.mark.django_db
def test_what_is_not_listed_has_no_such_page(client: StrictClient) -> None:
    row = SocialEnterpriseFactory(state="proposed")
    assert client.get(ask(row)).status_code == 404


def test_staff_take_it_out_and_nothing_of_the_person_is_left(
    staff: StrictClient, enterprise: SocialEnterprise, facilitator: User
) -> None:
    removal = RemovalRequestFactory(
        enterprise=enterprise, message="Retirez Alex.", reply_to="alex@exemple.example"
    )
    assertContains(staff.get(LIST), "Retirez Alex.")
    assertRedirects(staff.post(f"{LIST}{removal.pk}/", {"act": "remove"}), LIST)
    enterprise.refresh_from_db()
    contact = ("contact_name", "contact_role", "contact_email", "contact_phone")
    assert {getattr(enterprise, name) for name in contact} == {""}
    removal.refresh_from_db()
    assert (removal.state, removal.message, removal.reply_to) == ("done", "", "")
    line = AuditEntry.objects.get()
    assert (line.action, line.actor) == ("enterprise_contact_remove", facilitator)
    assert line.after == {"contact": list(contact), "version": 2}
    page = staff.get(LIST)
    assertContains(page, "Coordonnées retirées")
    assertNotContains(page, "alex@")


def test_a_second_act_changes_nothing(staff: StrictClient, enterprise: SocialEnterprise) -> None:
    removal = RemovalRequestFactory(enterprise=enterprise)
    for act in ("decline", "remove", "decline"):
        assertRedirects(staff.post(f"{LIST}{removal.pk}/", {"act": act}), LIST)
    enterprise.refresh_from_db()
    removal.refresh_from_db()
    assert (removal.state, enterprise.contact_name) == ("declined", "Alex Tremblay")
    assert AuditEntry.objects.count() == 1


def test_an_act_that_says_nothing_does_nothing(
    staff: StrictClient, enterprise: SocialEnterprise
) -> None:
    removal = RemovalRequestFactory(enterprise=enterprise)
    staff.post(f"{LIST}{removal.pk}/")
    removal.refresh_from_db()
    assert removal.state == "waiting"


def test_a_form_opened_before_does_not_bring_it_back_unseen(
    staff: StrictClient, enterprise: SocialEnterprise
) -> None:
    """Who edits meanwhile meets the save: what was taken out is taken out of their form."""
    from tests.benefits.kept import lists, opened

    lists()
    posted = opened(enterprise, mission="Autre chose.")
    removal = RemovalRequestFactory(enterprise=enterprise)
    staff.post(f"{LIST}{removal.pk}/", {"act": "remove"})
    response = staff.post(f"/entreprises/{enterprise.slug}/modifier/", posted)
    assert response.status_code == 409
    assert response.context["form"].data["contact_name"] == ""


def test_staff_have_it_to_do(enterprise: SocialEnterprise, facilitator: User) -> None:
    removal = RemovalRequestFactory(enterprise=enterprise)
    titles = [task.title for task in staff_tasks(facilitator, today=removal.created_at.date())]
    assert "1\u00a0demande de retrait du répertoire" in titles


def test_members_deal_with_none(
    log_in_as: LogIn, manager: User, enterprise: SocialEnterprise
) -> None:
    removal = RemovalRequestFactory(enterprise=enterprise)
    client = log_in_as(manager)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{removal.pk}/", {"act": "remove"}).status_code == 403


def test_a_page_that_was_gone_back_to_sends_other_words(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    posted = form()
    client.post(ask(enterprise), posted)
    client.post(ask(enterprise), posted | {"message": "Mon numéro aussi."})
    assert list(RemovalRequest.objects.values_list("message", flat=True)) == [
        "Je n’y travaille plus.",
        "Mon numéro aussi.",
    ]


def test_a_flood_from_many_connections_keeps_nobody_else_from_asking(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    for number in range(45):
        client.post(ask(enterprise), form(), REMOTE_ADDR=f"203.0.113.{number}")
    asked = client.post(ask(enterprise), form(), REMOTE_ADDR="203.0.113.99")
    assert asked.status_code == 302
    assert RemovalRequest.objects.filter(enterprise=enterprise).count() == 46


def test_a_connection_has_so_many_requests_a_day_then_is_told_where_to_write(
    client: StrictClient, enterprise: SocialEnterprise, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Portail <coordination@exemple.example>"
    with time_machine.travel("2021-06-15 12:00", tick=False) as clock:
        for number in range(24):
            clock.shift(1 if number % 5 else 3601)
            client.post(ask(enterprise), form(message=f"Demande numéro {number}."))
        assert RemovalRequest.objects.count() == 20
        refused = client.post(ask(enterprise), form(message="Un mot."))
    assertContains(refused, "Un mot.", status_code=429)
    assertContains(refused, "mailto:coordination@exemple.example", status_code=429)


def test_the_answer_is_the_same_whether_the_directory_knows_a_person_or_not(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    """Neither the page nor the answer tells whom an enterprise has, or had taken out."""
    silent = SocialEnterpriseFactory(name="Sans personne")
    told = []
    for row in (enterprise, silent):
        page = client.get(ask(row)).content.decode()
        answer = client.post(ask(row), form(), follow=True)
        said = [str(message) for message in answer.context["messages"]]
        page = page.replace(row.name, "").replace(row.slug, "")
        told.append((re.sub(r'value="[^"]*"', "", page), said))
    assert told[0] == told[1]


def test_a_request_without_suite_leaves_no_words_behind(
    staff: StrictClient, enterprise: SocialEnterprise
) -> None:
    removal = RemovalRequestFactory(enterprise=enterprise, message="Sacha Roy, 555-0199")
    staff.post(f"{LIST}{removal.pk}/", {"act": "decline"})
    removal.refresh_from_db()
    assert (removal.message, removal.reply_to) == ("", "")
    line = AuditEntry.objects.get()
    assert "Roy" not in f"{line.before}{line.after}"


def test_a_flood_is_read_a_page_at_a_time(
    staff: StrictClient, enterprise: SocialEnterprise
) -> None:
    for number in range(27):
        RemovalRequestFactory(enterprise=enterprise, message=f"Demande numéro {number}.")
    assertNotContains(staff.get(LIST), "numéro 26.")
    assertContains(staff.get(LIST, {"page": "2"}), "numéro 26.")
