"""Those who may answer are told of an evidence that is asked for, unless it is settled first."""

import datetime
import uuid

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from measures.actions.requests import answer_request, ask_evidence, withdraw_request
from members.models import Mail, Membership, Notification
from members.notifications.sending import send_due
from members.roles import Role
from tests.factories import ImplementationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(organization):
    return ImplementationFactory(organization=organization, sharing="coordination")


def ask(record, by, key=None):
    return ask_evidence(
        implementation=record,
        message="Le procès-verbal du conseil, s’il vous plaît.",
        submission_key=key or uuid.uuid4(),
        by=by,
    )


def after(minutes):
    outbox.outbox.clear()
    moment = timezone.now() + datetime.timedelta(minutes=minutes)
    with time_machine.travel(moment):
        send_due(moment)
    return sorted(address for message in outbox.outbox for address in message.to)


def test_contributors_and_managers_are_told_after_ten_minutes(
    record, reader, contributor, manager, outsider, facilitator
):
    ask(record, facilitator)
    assert after(9) == []
    assert after(11) == [
        f"{contributor.full_name} <{contributor.email}>",
        f"{manager.full_name} <{manager.email}>",
    ]
    body = outbox.outbox[0].body
    assert f"{facilitator}, de l’ECPAR, demande une preuve" in body
    assert "«\u00a0Le procès-verbal du conseil, s’il vous plaît.\u00a0»" in body
    assert f"http://127.0.0.1:8000{record.get_absolute_url()}#demandes" in body
    assert record.title in outbox.outbox[0].subject


def test_staff_do_not_read_the_mail(record, manager, facilitator):
    ask(record, facilitator)
    after(11)
    assert not Mail.objects.get().is_open_to_staff


def test_a_second_click_tells_once(record, manager, facilitator):
    key = uuid.uuid4()
    ask(record, facilitator, key)
    ask(record, facilitator, key)
    assert Notification.objects.count() == 1


def test_answered_meanwhile(record, manager, facilitator):
    request = ask(record, facilitator)
    answer_request(request=request, answer="Voici.", pieces=[], by=manager)
    assert after(11) == []
    row = Notification.objects.get()
    assert (row.state, row.reason) == ("dropped", "L’organisation a répondu entre-temps.")


def test_taken_back_meanwhile(record, manager, facilitator):
    withdraw_request(request=ask(record, facilitator), by=facilitator)
    assert after(11) == []
    assert Notification.objects.get().reason == "La demande a été retirée."


def test_who_may_no_longer_answer_is_not_told(record, manager, facilitator):
    ask(record, facilitator)
    Membership.objects.filter(user=manager).update(role=Role.READER)
    assert after(11) == []


def test_the_request_and_its_notification_are_written_together(
    record, manager, facilitator, monkeypatch
):
    """The notification is part of the act: both are written, or none."""
    monkeypatch.setattr("measures.actions.requests.tell_asked", fail)
    with pytest.raises(ZeroDivisionError):
        ask(record, facilitator)
    assert not Notification.objects.exists()
    assert not record.evidence_requests.exists()


def fail(*args, **kwargs):
    raise ZeroDivisionError
