"""Who is told of a review, of an answer and of a version; when; and in what words."""

import datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains

from meetings import actions
from meetings.acts import reviewing
from meetings.acts.amending import accept_amendment, refuse_amendment
from meetings.audience import all_members, attending, number_told, who_attended
from meetings.models import Synthesis
from members.models import MailPace, MailTopic, Notification, Organization, User
from members.notifications import Message
from members.notifications.kinds import kind_of
from members.notifications.sending import send_due
from tests.conftest import LogIn
from tests.factories import (
    AmendmentFactory,
    AttendanceFactory,
    CommitmentFactory,
    MailFactory,
    MailPreferenceFactory,
    MembershipFactory,
    OrganizationFactory,
    RoundTableEntryFactory,
    SynthesisPointFactory,
    UserFactory,
)
from tests.meetings.reviewing import LAST_DAY, address, in_review

MONDAY = datetime.datetime(2021, 2, 15, 15, tzinfo=datetime.UTC)
OPENED, ENDING = "review_opened", "review_ending"
ANSWERED, PUBLISHED = "amendment_answered", "synthesis_published"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def draft(organization: Organization) -> Synthesis:
    return in_review(organization, state="draft", review_until=None)


def told(kind: str) -> Any:
    return Notification.objects.filter(kind=kind).order_by("pk")


def waiting(kind: str) -> Any:
    return told(kind).waiting()


def words(row: Notification) -> Message:
    message = kind_of(row.kind).compose(row)
    assert message is not None
    return message


def open_review(synthesis: Synthesis, by: User, until: datetime.date = LAST_DAY) -> None:
    synthesis.refresh_from_db()
    reviewing.open_review(synthesis=synthesis, version=synthesis.version, until=until, by=by)


def publish(synthesis: Synthesis, by: User, number: int = 1, reason: str = "") -> None:
    actions.publish_synthesis(synthesis=synthesis, expected_number=number, reason=reason, by=by)


# Who


def test_those_who_attended_are_those_who_may_amend(
    draft: Synthesis,
    reader: User,
    outsider: User,
    organization: Organization,
    other_organization: Organization,
    facilitator: User,
) -> None:
    meeting = draft.meeting
    AttendanceFactory(meeting=meeting, organization=other_organization, present=False)
    closed = OrganizationFactory(is_active=False)
    AttendanceFactory(meeting=meeting, organization=closed)
    MembershipFactory(organization=closed)
    gone = UserFactory(is_active=False)
    MembershipFactory(organization=organization, user=gone)
    assert set(who_attended(meeting)) == {reader}
    for person in User.objects.filter(is_active=True):
        assert bool(attending(person, meeting)) is (person in who_attended(meeting))


def test_members_are_people_of_active_organizations_each_once(
    reader: User, outsider: User, facilitator: User
) -> None:
    MembershipFactory(user=outsider)
    MembershipFactory(organization=OrganizationFactory(is_active=False))
    assert [person for person in all_members() if person in (reader, outsider)] == [
        *sorted((reader, outsider), key=lambda person: person.pk)
    ]
    assert facilitator not in all_members()
    before = number_told(all_members(), MailTopic.MEETINGS)
    MailPreferenceFactory(user=reader, topic=MailTopic.MEETINGS, pace=MailPace.NEVER)
    MailPreferenceFactory(user=outsider, topic=MailTopic.REGISTER, pace=MailPace.NEVER)
    assert number_told(all_members(), MailTopic.MEETINGS) == before - 1


# Reviewed


def test_a_review_is_told_with_its_last_day_and_again_the_day_before(
    draft: Synthesis, reader: User, outsider: User, facilitator: User
) -> None:
    open_review(draft, facilitator)
    (first,), (second,) = told(OPENED), told(ENDING)
    assert (first.recipient, second.recipient) == (reader, reader)
    assert first.due_at == MONDAY + datetime.timedelta(minutes=10)
    # Friday at nine, in Montréal.
    assert second.due_at == datetime.datetime(2021, 2, 19, 14, tzinfo=datetime.UTC)
    message = words(first)
    assert message.subject == (
        "Synthèse de la rencontre\u00a04\u00a0: à relire jusqu’au 20\u00a0février 2021"
    )
    assert message.path == address("synthesis_review")
    # A link, and never the text.
    assert not message.attachments
    assert "Le guide aide." not in " ".join(message.paragraphs)
    assert "finit le 20\u00a0février 2021" in words(second).subject


def test_who_opens_a_review_reads_how_many_people_will_be_told(
    draft: Synthesis, reader: User, outsider: User, facilitator: User, log_in_as: LogIn
) -> None:
    page = log_in_as(facilitator).get(address("synthesis_review"))
    assertContains(page, "1 personne en sera avisée par courriel")
    MailPreferenceFactory(user=reader, topic=MailTopic.MEETINGS, pace=MailPace.NEVER)
    page = log_in_as(facilitator).get(address("synthesis_review"))
    assertContains(page, "Aucun courriel ne part")


def test_a_review_that_ends_tomorrow_needs_no_reminder(
    draft: Synthesis, reader: User, facilitator: User
) -> None:
    open_review(draft, facilitator, datetime.date(2021, 2, 16))
    assert told(OPENED).exists()
    assert not told(ENDING).exists()


def test_another_last_day_replaces_what_waits(
    draft: Synthesis, reader: User, facilitator: User
) -> None:
    open_review(draft, facilitator)
    open_review(draft, facilitator, datetime.date(2021, 3, 1))
    (row,), (reminder,) = waiting(OPENED), waiting(ENDING)
    assert "1er\u00a0mars 2021" in words(row).subject
    assert reminder.due_at == datetime.datetime(2021, 2, 28, 14, tzinfo=datetime.UTC)
    assert told(OPENED).count() == told(ENDING).count() == 2


def test_a_review_closed_early_is_told_no_more(
    draft: Synthesis, reader: User, facilitator: User
) -> None:
    open_review(draft, facilitator)
    row = told(OPENED).get()
    draft.refresh_from_db()
    reviewing.close_review(synthesis=draft, version=draft.version, by=facilitator)
    assert not waiting(OPENED).exists()
    assert not waiting(ENDING).exists()
    assert kind_of(OPENED).compose(row) is None


def test_nothing_is_said_after_the_last_day_nor_to_who_has_left(
    draft: Synthesis, reader: User, facilitator: User, clock: Any
) -> None:
    open_review(draft, facilitator)
    row = told(OPENED).get()
    reader.memberships.all().delete()
    assert kind_of(OPENED).compose(row) is None
    MembershipFactory(user=reader, organization=Organization.objects.get(slug="organisation-a"))
    assert kind_of(OPENED).compose(row) is not None
    clock.move_to(datetime.datetime(2021, 2, 21, 12, tzinfo=datetime.UTC))
    assert kind_of(OPENED).compose(row) is None


# Answered


def test_the_author_hears_the_answer_and_its_reason(
    organization: Organization, contributor: User, reader: User, facilitator: User
) -> None:
    synthesis = in_review(organization)
    mine = {"synthesis": synthesis, "organization": organization, "author": contributor}
    point = synthesis.points.get()
    refused = AmendmentFactory(point=point, text="Le guide aide un peu.", **mine)
    accepted = AmendmentFactory(point=point, text="Le guide aide beaucoup.", **mine)
    refuse_amendment(amendment=refused, answer="Trop tiède.", by=facilitator)
    accept_amendment(amendment=accepted, by=facilitator)
    no, yes = told(ANSWERED)
    assert {no.recipient, yes.recipient} == {contributor}
    assert no.organization == organization
    message = words(no)
    assert message.subject == "Synthèse de la rencontre\u00a04\u00a0: modification refusée"
    assert message.paragraphs == (
        "Votre modification, «\u00a0Le guide aide un peu.\u00a0», est refusée.",
        "Raison\u00a0: Trop tiède.",
    )
    assert message.path.endswith(f"#modification-{refused.pk}")
    assert words(yes).paragraphs == (
        "Votre modification, «\u00a0Le guide aide beaucoup.\u00a0», est acceptée.",
    )


def test_a_withdrawal_of_a_point_is_told_as_one(
    organization: Organization, contributor: User, facilitator: User
) -> None:
    synthesis = in_review(organization)
    row = AmendmentFactory(
        synthesis=synthesis, point=synthesis.points.get(), text="", author=contributor
    )
    refuse_amendment(amendment=row, answer="Il reste.", by=facilitator)
    first, _ = words(told(ANSWERED).get()).paragraphs
    assert first == "Le retrait que vous proposiez, «\u00a0Le guide aide.\u00a0», est refusé."


# Published


def test_members_hear_of_the_approval_by_a_link(
    draft: Synthesis, reader: User, outsider: User, facilitator: User
) -> None:
    publish(draft, facilitator)
    assert {row.recipient for row in told(PUBLISHED)} == {reader, outsider}
    row = told(PUBLISHED).first()
    assert row.due_at == MONDAY + datetime.timedelta(minutes=10)
    message = words(row)
    assert message.subject == "Synthèse de la rencontre\u00a04 publiée"
    assert message.path == address("synthesis_detail")
    assert not message.attachments
    assert "Le guide aide." not in " ".join(message.paragraphs)


def test_an_immediate_correction_makes_one_mail(
    draft: Synthesis, reader: User, facilitator: User
) -> None:
    publish(draft, facilitator)
    SynthesisPointFactory(synthesis=draft, text="Oublié")
    publish(draft, facilitator, 2, "Un point oublié.")
    (row,) = waiting(PUBLISHED)
    # Nobody has heard of the first version: it is approved, no more.
    assert words(row).subject == "Synthèse de la rencontre\u00a04 publiée"


def test_a_later_version_is_told_with_its_reason(
    draft: Synthesis, reader: User, facilitator: User
) -> None:
    publish(draft, facilitator)
    _send(told(PUBLISHED).get())
    SynthesisPointFactory(synthesis=draft, text="Oublié")
    publish(draft, facilitator, 2, "Un point oublié.")
    message = words(waiting(PUBLISHED).get())
    assert message.subject == "Synthèse de la rencontre\u00a04\u00a0: version\u00a02"
    assert "Ce qui change\u00a0: Un point oublié." in message.paragraphs


def _send(row: Notification) -> None:

    row.mail = MailFactory(recipient=row.recipient)
    row.state = Notification.State.SENT
    row.save()


def test_publishing_ends_what_was_said_of_the_review(
    organization: Organization, reader: User, facilitator: User
) -> None:
    draft = in_review(organization, state="draft", review_until=None)
    open_review(draft, facilitator)
    draft.refresh_from_db()
    publish(draft, facilitator)
    assert not waiting(OPENED).exists()
    assert not waiting(ENDING).exists()


def test_a_second_click_tells_nobody_again(
    draft: Synthesis, reader: User, facilitator: User
) -> None:
    publish(draft, facilitator)
    with pytest.raises(actions.AlreadyPublishedError):
        publish(draft, facilitator)
    assert told(PUBLISHED).count() == 1


def test_who_confirms_reads_how_many_people_will_be_told(
    draft: Synthesis, reader: User, outsider: User, facilitator: User, log_in_as: LogIn
) -> None:
    page = log_in_as(facilitator).get(
        reverse("meetings:synthesis_publish", kwargs={"slug": draft.meeting.slug})
    )
    assertContains(page, "2 personnes, membres du chantier, recevront un courriel")
    MailPreferenceFactory(user=reader, topic=MailTopic.MEETINGS, pace=MailPace.NEVER)
    page = log_in_as(facilitator).get(
        reverse("meetings:synthesis_publish", kwargs={"slug": draft.meeting.slug})
    )
    assertContains(page, "1 personne, membre du chantier, recevra un courriel")


# Sent


def test_the_mails_that_leave_hold_a_link_and_leave_once(
    draft: Synthesis, reader: User, facilitator: User, clock: Any, mailoutbox: Any
) -> None:
    open_review(draft, facilitator)
    draft.refresh_from_db()
    publish(draft, facilitator)
    send_due(MONDAY)
    assert mailoutbox == []
    later = MONDAY + datetime.timedelta(minutes=11)
    clock.move_to(later)
    for _ in range(2):
        send_due(later)
    (mail,) = mailoutbox
    assert reader.email in mail.to[0]
    assert "publiée" in mail.subject
    assert address("synthesis_detail") in mail.body
    assert "Le guide aide." not in mail.body


def test_the_answers_and_the_proposals_of_one_act_are_mailed(
    organization: Organization, contributor: User, facilitator: User, clock: Any, mailoutbox: Any
) -> None:
    synthesis = in_review(organization)
    row = AmendmentFactory(
        synthesis=synthesis,
        point=synthesis.points.get(),
        organization=organization,
        author=contributor,
    )
    card = RoundTableEntryFactory(meeting=synthesis.meeting, organization=organization)
    CommitmentFactory(entry=card, noted=True, text="Former l’équipe")
    refuse_amendment(amendment=row, answer="Trop tiède.", by=facilitator)
    publish(synthesis, facilitator)
    later = MONDAY + datetime.timedelta(minutes=11)
    clock.move_to(later)
    send_due(later)
    assert all(contributor.email in mail.to[0] for mail in mailoutbox)
    told = "\n".join(mail.body for mail in mailoutbox)
    assert "Trop tiède." in told
    assert "Former l’équipe" in told
    assert not Notification.objects.waiting().exists()
