"""What is due leaves, once, in the words of the time of sending."""


import pytest
from django.core import mail as outbox

from members.models import Mail, MailTopic
from members.notifications import Kind, Message, kinds, notify
from members.notifications.sending import send_due

pytestmark = pytest.mark.django_db


def test_a_notification_becomes_a_mail(organization, manager, monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(
        Kind(
            code="essai",
            label="essai",
            topic=MailTopic.MEETINGS,
            compose=lambda row: Message("Objet é", ("Un.", "Deux."), "/guide/", "Ouvrir"),
        )
    )
    notify(kind="essai", about=organization, recipients=[manager], organization=organization)
    assert send_due().sent == 1
    (sent,) = outbox.outbox
    assert sent.subject == "Objet é"
    assert Mail.objects.get().state == "sent"
    assert send_due().sent == 0
