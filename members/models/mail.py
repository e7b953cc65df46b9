"""What people are told by mail: what waits to be told, and the mails that left.

An act writes `Notification` rows in its own transaction; a separate process makes their content
and sends it. A mail that fails therefore never fails the act that caused it.
"""

import uuid
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models.organizations import Organization
from members.models.people import User


class MailTopic(models.TextChoices):
    """What a person chooses a pace for."""

    MEETINGS = "meetings", "rencontres et synthèses"
    REGISTER = "register", "registre de mes organisations"
    REPORTS = "reports", "rapports annuels"
    FACILITATION = "facilitation", "animation du chantier"


class MailPace(models.TextChoices):
    AT_ONCE = "at_once", "au fur et à mesure"
    DAILY = "daily", "une fois par jour"
    WEEKLY = "weekly", "une fois par semaine"
    NEVER = "never", "jamais"


class MailPreference(models.Model):
    """How often a person wants to hear of a topic; without a row, at once."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="mail_preferences", verbose_name="personne"
    )
    topic = models.CharField("sujet", max_length=20, choices=MailTopic.choices)
    pace = models.CharField(
        "rythme", max_length=10, choices=MailPace.choices, default=MailPace.AT_ONCE
    )

    class Meta:
        verbose_name = "préférence de courriel"
        verbose_name_plural = "préférences de courriel"
        ordering = ["user", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="mailpreference_unique_topic"),
            models.CheckConstraint(
                name="mailpreference_topic_known", condition=Q(topic__in=MailTopic.values)
            ),
            models.CheckConstraint(
                name="mailpreference_pace_known", condition=Q(pace__in=MailPace.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_topic_display()} : {self.get_pace_display()}"


class Mail(models.Model):
    """A mail to one person, as it was written; it may tell several notifications (a digest)."""

    class State(models.TextChoices):
        SENDING = "sending", "en cours d’envoi"
        SENT = "sent", "envoyé"
        FAILED = "failed", "échec"
        # What it told was no longer true when its turn to be tried again came.
        DROPPED = "dropped", "abandonné"

    recipient = models.ForeignKey(
        User, models.PROTECT, related_name="mails", verbose_name="destinataire"
    )
    # The address at the time; the person may change theirs.
    address = models.EmailField("adresse")
    subject = models.CharField("objet", max_length=300)
    text = models.TextField("texte")
    # Names of the attached files: their bytes are made again when they are needed.
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    # Whether staff may read the text: not what an organization keeps for itself.
    is_open_to_staff = models.BooleanField("lisible par l’animation", default=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.SENDING)
    error = models.CharField("erreur", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    # Stays the same from one try to the next, so that a mail sent twice is recognized.
    message_id = models.CharField(max_length=200, unique=True, editable=False)
    created_at = models.DateTimeField("écrit le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "courriel"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "-created_at"], name="mail_state_created")]
        constraints = [
            models.CheckConstraint(
                name="mail_sent_at_some_time",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} – {self.address}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def waiting(self) -> Self:
        return self.filter(state=Notification.State.WAITING)

    def about(self, subject: models.Model) -> Self:
        return self.filter(about=about(subject))


def about(subject: models.Model) -> str:
    """« meetings.meeting:12 »: what a notification is about, in one column."""
    return f"{subject._meta.label_lower}:{subject.pk}"


class Notification(models.Model):
    """Something to tell one person; its words are made when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        SENDING = "sending", "en cours d’envoi"
        SENT = "sent", "envoyée"
        # No longer worth telling, or not wanted: `reason` says which.
        DROPPED = "dropped", "abandonnée"
        FAILED = "failed", "échec"

    recipient = models.ForeignKey(
        User, models.PROTECT, related_name="notifications", verbose_name="destinataire"
    )
    kind = models.CharField("sorte", max_length=40)
    about = models.CharField("au sujet de", max_length=80)
    data = models.JSONField("données", default=dict, blank=True, encoder=DjangoJSONEncoder)
    # For whom the person is told: who has left it hears nothing more of it.
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="organisation",
    )
    # The same key is told once: a second click, or two passes of the clock.
    key = models.CharField(max_length=150, unique=True, default=uuid.uuid4, editable=False)
    caused_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="causée par"
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    due_at = models.DateTimeField("à envoyer le", default=timezone.now)
    # When it was due before it was put off to the person's next grouped mail.
    postponed_from = models.DateTimeField(null=True, editable=False)
    # The pass that holds it while it is sent, and when that pass last gave a sign of life.
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("essais", default=0, editable=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField("raison", max_length=200, blank=True)
    mail = models.ForeignKey(
        Mail,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name="courriel",
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="notification_state_due"),
            models.Index(fields=["about", "kind"], name="notification_about_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notification_sent_in_a_mail",
                condition=~Q(state="sent") | Q(mail__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} – {self.recipient}"
