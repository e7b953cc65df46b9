"""The choice of one's mails, and what staff see of those that were sent."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import AuditEntry, MailPreference
from tests.factories import (
    MailFactory,
    MailPreferenceFactory,
    NotificationFactory,
    UserFactory,
)
from tests.members.mails import add_kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_kinds")]
PREFERENCES = reverse("members:mail_preferences")
LIST = reverse("members:mail_list")
ALL = {"meetings": "daily", "register": "weekly", "reports": "never"}


def page(response):
    return response.content.decode().replace("\u00a0", " ")


class TestPreferences:
    def test_what_was_never_chosen_is_at_once(self, manager, log_in_as):
        form = log_in_as(manager).get(PREFERENCES).context["form"]
        assert {field.value() for field in form} == {"at_once"}

    def test_a_choice_is_kept(self, manager, log_in_as):
        client = log_in_as(manager)
        response = client.post(PREFERENCES, ALL, follow=True)
        assert "Vos choix sont enregistrés." in page(response)
        assert {name: field.value() for name, field in fields(response)} == ALL
        client.post(PREFERENCES, ALL | {"reports": "daily"})
        chosen = dict(MailPreference.objects.filter(user=manager).values_list("topic", "pace"))
        assert chosen == ALL | {"reports": "daily"}

    def test_it_is_one_s_own(self, manager, reader, log_in_as):
        log_in_as(manager).post(PREFERENCES, ALL | {"user": reader.pk})
        assert not reader.mail_preferences.exists()

    def test_facilitation_is_for_staff(self, manager, facilitator, log_in_as):
        asked = "Animation du chantier"
        assert asked not in page(log_in_as(manager).get(PREFERENCES))
        log_in_as(manager).post(PREFERENCES, ALL | {"facilitation": "never"})
        assert not MailPreference.objects.filter(topic="facilitation").exists()
        client = log_in_as(facilitator)
        assert asked in page(client.get(PREFERENCES))
        client.post(PREFERENCES, ALL | {"facilitation": "weekly"})
        assert facilitator.mail_preferences.get(topic="facilitation").pace == "weekly"

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"meetings": "demain"}, "Choisissez l’un des rythmes de la liste."),
            ({"meetings": ""}, "Choisissez un rythme."),
        ],
    )
    def test_what_is_no_pace_changes_nothing(self, manager, log_in_as, sent, said):
        MailPreferenceFactory(user=manager, pace="weekly")
        response = log_in_as(manager).post(PREFERENCES, ALL | sent)
        assert said in page(response)
        assert "Vos choix ne sont pas enregistrés" in page(response)
        assert manager.mail_preferences.get().pace == "weekly"

    def test_it_says_what_is_always_sent(self, manager, log_in_as):
        text = page(log_in_as(manager).get(PREFERENCES))
        assert "Toujours envoyés" in text
        assert "les invitations aux rencontres" in text
        assert f'href="{PREFERENCES}"' in page(log_in_as(manager).get(reverse("home:help")))


def fields(response):
    form = response.context["form"]
    return [(field.name, field) for field in form]


class TestList:
    def test_it_says_who_what_and_why_not(self, facilitator, log_in_as):
        add_kind()
        mail = MailFactory(
            subject="Synthèse publiée",
            is_open_to_staff=True,
            state="failed",
            error="Le serveur de courriel a refusé\u00a0: 550",
        )
        NotificationFactory(mail=mail, recipient=mail.recipient, state="failed")
        text = page(log_in_as(facilitator).get(LIST))
        for words in (
            "Synthèse publiée",
            "Sorte essai",
            "Échec",
            mail.address,
            mail.recipient.full_name,
            "550",
        ):
            assert words in text

    def test_a_mail_that_is_not_for_staff_hides_its_subject_and_its_text(
        self, facilitator, log_in_as
    ):
        add_kind()
        mail = MailFactory(
            subject="Objet secret", text="Texte secret", attachments=["pièce secrète.pdf"]
        )
        NotificationFactory(mail=mail, recipient=mail.recipient)
        client = log_in_as(facilitator)
        address = reverse("members:mail_detail", kwargs={"pk": mail.pk})
        for place in (LIST, address):
            text = page(client.get(place))
            assert "secret" not in text
        assert "Sorte essai" in page(client.get(LIST))
        assert "ce qu’une organisation garde pour elle" in page(client.get(address))

    def test_filters(self, facilitator, log_in_as):
        add_kind()
        add_kind("autre")
        person = UserFactory(full_name="Zoé Tremblay", email="zoe@demo.example")
        first = MailFactory(recipient=person, subject="Le premier", is_open_to_staff=True)
        NotificationFactory(mail=first, recipient=person, kind="autre")
        second = MailFactory(subject="Le second", is_open_to_staff=True, state="failed")
        NotificationFactory(mail=second, recipient=second.recipient)
        client = log_in_as(facilitator)
        for query, is_first in {
            "etat=echec": False,
            "etat=en-cours": True,
            "sorte=autre": True,
            "sorte=essai": False,
            "personne=tremblay": True,
            "personne=zoe@demo.example": True,
        }.items():
            text = page(client.get(f"{LIST}?{query}"))
            assert ("Le premier" in text, "Le second" in text) == (is_first, not is_first), query
        assert "Aucun courriel ne correspond" in page(client.get(f"{LIST}?etat=abandonne"))

    def test_what_waits(self, facilitator, log_in_as):
        client = log_in_as(facilitator)
        assert "aucun avis en attente" in page(client.get(LIST))
        NotificationFactory(due_at=timezone.now() + datetime.timedelta(hours=1))
        NotificationFactory(due_at=timezone.now() - datetime.timedelta(minutes=14))
        NotificationFactory(state="dropped", due_at=timezone.now() - datetime.timedelta(days=9))
        text = page(client.get(LIST))
        assert "2 avis en attente" in text
        assert "depuis trop longtemps" not in text

    @pytest.mark.parametrize("state", ["waiting", "sending"])
    def test_what_waits_for_too_long(self, facilitator, log_in_as, state):
        NotificationFactory(state=state, due_at=timezone.now() - datetime.timedelta(minutes=16))
        assert "Des avis attendent depuis trop longtemps" in page(log_in_as(facilitator).get(LIST))

    def test_members_have_no_link_to_it(self, manager, facilitator, log_in_as):
        assert f'href="{LIST}"' not in page(log_in_as(manager).get(reverse("home:help")))
        assert f'href="{LIST}"' in page(log_in_as(facilitator).get(reverse("home:help")))

    def test_it_is_read_in_pages(self, facilitator, log_in_as):
        for number in range(26):
            mail = MailFactory(subject=f"Objet {number}", is_open_to_staff=True)
            NotificationFactory(mail=mail, recipient=mail.recipient)
        text = page(log_in_as(facilitator).get(LIST))
        assert "Page 1 sur 2" in text
        assert "Objet 25" in text
        assert ">Objet 0<" not in text


class TestDetail:
    def test_the_text_as_it_was_written(self, facilitator, log_in_as):
        mail = MailFactory(
            is_open_to_staff=True,
            text="Bonjour,\n\n<b>Voir</b>\u00a0:\nhttp://127.0.0.1:8000/guide/\n",
            state="sent",
            sent_at=timezone.now(),
        )
        response = log_in_as(facilitator).get(
            reverse("members:mail_detail", kwargs={"pk": mail.pk})
        )
        assert "&lt;b&gt;Voir&lt;/b&gt;" in page(response)
        assert 'href="http://127.0.0.1:8000/guide/"' in page(response)
        assert "rencontre-4.ics" in page(response)
        assert "Renvoyer" not in page(response)

    def test_a_failed_one_is_sent_again(self, facilitator, log_in_as):
        mail = MailFactory(state="failed")
        row = NotificationFactory(mail=mail, recipient=mail.recipient, state="failed", attempts=6)
        client = log_in_as(facilitator)
        place = {"kwargs": {"pk": mail.pk}}
        assert "Renvoyer" in page(client.get(reverse("members:mail_detail", **place)))
        response = client.post(reverse("members:mail_retry", **place), follow=True)
        assert "Le courriel repart" in page(response)
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("waiting", 0)
        response = client.post(reverse("members:mail_retry", **place), follow=True)
        assert "rien à renvoyer" in page(response)
        assert AuditEntry.objects.count() == 1
