"""People who were invited say whether they come; staff see it, and remind the others."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.acts import answering
from meetings.models import Meeting, MeetingAnswer
from members.models import AuditEntry, MailPreference, Notification
from tests.factories import MeetingAnswerFactory, MembershipFactory, RoundTableEntryFactory
from tests.meetings.convening import N, at, coming, convene, queued, sent, to
from tests.meetings.room import page_of as room_page


@pytest.fixture
def convened(db, facilitator, reader, manager):
    meeting = coming()
    convene(meeting, [reader, manager], facilitator)
    sent()
    return meeting


def mine(user):
    return MeetingAnswer.objects.get(user=user)


def answer(client, meeting, **values):
    return client.post(at("meeting_answer", meeting), values)


# --- Answering --------------------------------------------------------------------


def test_the_link_of_the_mail_leads_to_two_buttons(convened, reader, log_in_as):
    page = log_in_as(reader).get(at("meeting_answer", convened)).content.decode()
    assert "Serez-vous là?" in page
    assert re.findall(r'name="answer" value="(\w+)"', page) == ["present", "absent"]


def test_the_link_of_the_mail_survives_the_log_in(client, convened, reader):
    response = client.get(at("meeting_answer", convened))
    assert response.url == f"{reverse('account_login')}?next={at('meeting_answer', convened)}"


@pytest.mark.parametrize(
    ("value", "words"),
    [("present", "C’est noté\u00a0: vous serez là."), ("absent", "vous ne serez pas là.")],
)
def test_an_answer_is_kept_and_said(convened, reader, organization, log_in_as, value, words):
    client = log_in_as(reader)
    response = answer(client, convened, answer=value, note="J’arriverai à 14 h.")
    assert response.url == convened.get_absolute_url()
    assert words in client.get(response.url).content.decode()
    row = mine(reader)
    assert (row.answer, row.note) == (value, "J’arriverai à 14 h.")
    assert timezone.now() - row.answered_at < datetime.timedelta(minutes=1)
    entry = AuditEntry.objects.get(action=answering.ANSWER)
    assert (entry.actor, entry.organization) == (reader, organization)
    assert entry.after == {"answer": value, "note": "J’arriverai à 14 h."}


def test_an_answer_changes_until_the_meeting_and_a_quick_one_keeps_the_word(
    convened, reader, log_in_as
):
    client = log_in_as(reader)
    answer(client, convened, answer="present", note="Avec une collègue.")
    answer(client, convened, answer="absent")
    row = mine(reader)
    assert (row.answer, row.note) == ("absent", "Avec une collègue.")
    answer(client, convened, answer="absent", note="")
    assert mine(reader).note == ""


def test_posting_twice_is_harmless(convened, reader, log_in_as):
    client = log_in_as(reader)
    for _ in range(2):
        assert answer(client, convened, answer="present", note="").status_code == 302
    assert AuditEntry.objects.filter(action=answering.ANSWER).count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Choisissez «"),
        ({"answer": "peut-etre"}, "Choisissez l’une des deux réponses."),
        ({"answer": "present", "note": "x" * 301}, f"300{N}caractères au plus"),
    ],
)
def test_an_answer_that_cannot_be_kept_says_why(convened, reader, log_in_as, values, words):
    response = answer(log_in_as(reader), convened, **values)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Votre réponse n’est pas encore enregistrée" in page
    assert words in page.replace("&nbsp;", N)
    assert values.get("note", "") in page
    assert mine(reader).answer == ""


def test_a_session_that_ends_keeps_the_word(client, convened, reader):
    data = {"answer": "absent", "note": "En voyage.", "author": reader.pk}
    client.post(at("meeting_answer", convened), data)
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "En voyage." in client.get(at("meeting_answer", convened)).content.decode()


def test_a_person_of_several_organizations_answers_once(
    facilitator, reader, other_organization, log_in_as
):
    MembershipFactory(user=reader, organization=other_organization)
    meeting = coming()
    convene(meeting, [reader], facilitator)
    assert len(to(reader, sent())) == 1
    answer(log_in_as(reader), meeting, answer="present")
    assert MeetingAnswer.objects.count() == 1


def test_who_was_not_invited_does_not_answer(convened, outsider, facilitator, log_in_as):
    for user in (outsider, facilitator):
        client = log_in_as(user)
        assert client.get(at("meeting_answer", convened)).status_code == 403
        assert answer(client, convened, answer="present").status_code == 403
    assert not MeetingAnswer.objects.filter(user=outsider).exists()


def test_a_draft_has_no_answers(reader, log_in_as):
    draft = coming()
    MeetingAnswerFactory(meeting=draft, user=reader)
    assert log_in_as(reader).get(at("meeting_answer", draft)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"state": "held"},
        {"state": "cancelled"},
        {"held_on": datetime.date(2021, 3, 9)},
    ],
)
def test_answers_close_with_the_meeting(convened, reader, log_in_as, change):
    Meeting.objects.update(**change)
    client = log_in_as(reader)
    page = client.get(at("meeting_answer", convened)).content.decode()
    assert 'name="answer"' not in page
    assert answer(client, convened, answer="present").status_code == 302
    assert mine(reader).answer == ""
    assert 'name="answer"' not in client.get(convened.get_absolute_url()).content.decode()


def test_answers_close_when_the_meeting_begins(convened):
    now = timezone.localtime()
    Meeting.objects.update(
        held_on=now.date(), starts_at=datetime.time(0), ends_at=datetime.time(23)
    )
    with pytest.raises(answering.AnswersClosedError):
        answering.answer_invitation(
            invitation=MeetingAnswer.objects.first(), answer="present", note="", by=None
        )


# --- On the dashboard -------------------------------------------------------------


def dashboard(client):
    return client.get(reverse("home:dashboard")).content.decode()


def test_the_dashboard_asks_those_who_were_invited(
    convened, reader, contributor, facilitator, log_in_as, five_stages
):
    client = log_in_as(reader)
    assert "Serez-vous là?" in dashboard(client)
    answer(client, convened, answer="present")
    assert "Vous serez là" in dashboard(client)
    for other in (contributor, facilitator):
        page = dashboard(log_in_as(other))
        assert "Clauses et libellés" in page
        assert 'name="answer"' not in page


# --- What staff see ---------------------------------------------------------------


def test_staff_read_the_answers_by_organization(
    staff, facilitator, convened, reader, manager, outsider, log_in_as
):
    convene(convened, [outsider], facilitator)
    answer(log_in_as(reader), convened, answer="present", note="Avec une collègue.")
    answer(log_in_as(outsider), convened, answer="absent")
    page = staff.get(at("meeting_convene", convened)).content.decode()
    answers = staff.get(at("meeting_convene", convened)).context["page"].answers
    assert [group.name for group in answers.groups] == ["Organisation A", "Organisation B"]
    [first, second] = answers.groups
    assert [row.user for row in first.present] == [reader]
    assert [row.user for row in first.waiting] == [manager]
    assert [row.user for row in second.absent] == [outsider]
    assert "Avec une collègue." in page
    counts = (
        "1 personne de 1 organisation sera là; 1 absence, 1 sans réponse, sur 3 personnes invitées"
    )
    assert counts in " ".join(page.split())
    assert counts in " ".join(staff.get(convened.get_absolute_url()).content.decode().split())


def test_before_the_first_answer_staff_read_so(staff, convened):
    page = " ".join(staff.get(convened.get_absolute_url()).content.decode().split())
    assert "Personne n’a encore répondu, sur 2 personnes invitées." in page


def test_members_do_not_read_the_answers_of_others(convened, reader, manager, log_in_as):
    answer(log_in_as(manager), convened, answer="absent", note="Je quitte mon poste.")
    page = log_in_as(reader).get(convened.get_absolute_url()).content.decode()
    assert "Je quitte mon poste." not in page
    assert "personnes invitées" not in page


def test_the_room_expects_those_who_said_they_come_and_ticks_nobody(
    staff, convened, reader, organization, log_in_as
):
    RoundTableEntryFactory(meeting=convened, organization=organization)
    answer(log_in_as(reader), convened, answer="present")
    page = " ".join(room_page(staff, convened).split())
    assert page.count("attendue</span>") == 1
    assert re.search(rf'id="people-[\w-]+-{reader.pk}"><label', page)


# --- Reminding --------------------------------------------------------------------


def remind(client, meeting):
    return client.post(at("meeting_remind", meeting), follow=True).content.decode()


def test_only_those_without_an_answer_are_reminded(
    staff, facilitator, convened, reader, manager, log_in_as
):
    answer(log_in_as(reader), convened, answer="absent")
    assert "1 rappel part" in remind(staff, convened)
    [letter] = sent()
    assert to(manager, [letter])
    assert letter.subject.startswith("Serez-vous là?")
    assert "/rencontres/clauses/repondre/" in letter.body
    assert AuditEntry.objects.get(action=answering.REMIND).after == {"reminded": 1}


def test_nobody_is_reminded_twice_within_five_days(staff, convened):
    remind(staff, convened)
    assert len(sent()) == 2
    page = remind(staff, convened)
    assert "Aucun rappel ne part" in page
    assert "Dernier rappel" in page
    assert "de répondre</button>" not in page
    assert queued("meeting_reminder").count() == 2
    Notification.objects.update(created_at=timezone.now() - datetime.timedelta(days=5, minutes=1))
    assert "de répondre</button>" in staff.get(at("meeting_convene", convened)).content.decode()


def test_an_answer_that_comes_before_the_reminder_leaves_it_unsaid(
    staff, convened, reader, manager, log_in_as
):
    remind(staff, convened)
    answer(log_in_as(reader), convened, answer="present")
    letters = sent()
    assert len(letters) == 1
    assert not to(reader, letters)


def test_a_reminder_respects_who_wants_none(staff, convened, reader):
    MailPreference.objects.create(user=reader, topic="meetings", pace="never")
    remind(staff, convened)
    assert not to(reader, sent())


def test_an_invitation_leaves_whatever_the_pace(facilitator, reader):
    MailPreference.objects.create(user=reader, topic="meetings", pace="never")
    convene(coming(), [reader], facilitator)
    assert len(to(reader, sent())) == 1


@pytest.mark.parametrize("change", [{"state": "held"}, {"held_on": datetime.date(2021, 3, 9)}])
def test_no_reminder_for_what_is_over(staff, convened, change):
    Meeting.objects.update(**change)
    assert "rien n’est envoyé" in remind(staff, convened)
    assert not queued("meeting_reminder").exists()


def test_members_remind_nobody(convened, manager, log_in_as):
    assert log_in_as(manager).post(at("meeting_remind", convened)).status_code == 403
    assert not queued("meeting_reminder").exists()
