"""What is prepared before a meeting: agenda, topics of members, documents, answers."""

import secrets
import uuid
from pathlib import PurePath
from typing import Self

from django.db import models
from django.db.models import Case, Q, Value, When

from chantier.lib.files import content_type_of, private_storage
from meetings.models.meetings import Meeting, Objective
from members.models import Organization, User


def stored_name(instance: models.Model, filename: str) -> str:
    """A random name in the private folder: what people named a file stays a column."""
    return f"meetings/{secrets.token_hex(16)}"


class TopicQuerySet(models.QuerySet["Topic"]):
    def waiting(self) -> Self:
        """Those that staff have still to answer."""
        return self.filter(state=Topic.State.WAITING)

    def waiting_first(self) -> Self:
        """The oldest that waits comes first; of the others, the last one answered."""
        waits = Case(When(state=Topic.State.WAITING, then=Value(0)), default=Value(1))
        waits_since = Case(When(state=Topic.State.WAITING, then="created_at"))
        return self.order_by(waits, waits_since, "-answered_at", "-pk")


class Topic(models.Model):
    """What a member would like to talk about; staff put it on an agenda or say why not."""

    class State(models.TextChoices):
        WAITING = "waiting", "à l’étude"
        TAKEN = "taken", "mis à l’ordre du jour"
        DECLINED = "declined", "non retenu"
        # By its organization, before staff answered.
        WITHDRAWN = "withdrawn", "retiré"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="topics", verbose_name="organisation"
    )
    title = models.CharField("sujet", max_length=200)
    why = models.TextField("pourquoi", max_length=2000, blank=True)
    state = models.CharField(
        "état", max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    # The meeting that took it up.
    meeting = models.ForeignKey(
        Meeting,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="topics",
        verbose_name="rencontre",
    )
    answer = models.TextField("réponse", max_length=2000, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="proposé par", editable=False
    )
    created_at = models.DateTimeField("proposé le", auto_now_add=True)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="réponse de",
    )
    answered_at = models.DateTimeField("réponse le", null=True, blank=True, editable=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = "sujet proposé"
        verbose_name_plural = "sujets proposés"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="topic_answered_by_someone_at_some_time",
                condition=Q(state="waiting", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="topic_a_refusal_says_why",
                condition=~Q(state="declined", answer=""),
                violation_error_message="Dites pourquoi ce sujet n’est pas retenu.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class AgendaItem(models.Model):
    """One point of the agenda, and the minutes that it is given."""

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="agenda", verbose_name="rencontre"
    )
    order = models.PositiveSmallIntegerField("ordre", default=0)
    title = models.CharField("point", max_length=200)
    minutes = models.PositiveSmallIntegerField("minutes", null=True, blank=True)
    lead = models.CharField("qui l’anime", max_length=150, blank=True)
    note = models.TextField("note", max_length=2000, blank=True)
    # The round table has its own screen.
    is_round_table = models.BooleanField("tour de table", default=False)
    objective = models.ForeignKey(
        Objective,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="objectif",
    )
    topic = models.OneToOneField(
        Topic,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_item",
        verbose_name="sujet proposé",
    )

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["meeting", "order", "pk"]
        constraints = [
            models.CheckConstraint(name="agendaitem_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="agendaitem_minutes_within_a_day",
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, 600)),
                violation_error_message="Entre 1 et 600 minutes.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingDocumentQuerySet(models.QuerySet["MeetingDocument"]):
    def visible_to(self, user: User) -> Self:
        """Those of the meetings that this person may see."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class MeetingDocument(models.Model):
    """A file or a link that goes with a meeting: to read before, or what was shown."""

    class Kind(models.TextChoices):
        FILE = "file", "fichier"
        LINK = "link", "lien"

    class Role(models.TextChoices):
        BEFORE = "before", "à lire avant"
        MATERIAL = "material", "présenté sur place"
        RECORDING = "recording", "enregistrement"

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="documents", verbose_name="rencontre"
    )
    kind = models.CharField("sorte", max_length=10, choices=Kind.choices)
    role = models.CharField("usage", max_length=10, choices=Role.choices, default=Role.BEFORE)
    title = models.CharField("titre", max_length=200)
    file = models.FileField(
        "fichier", storage=private_storage, upload_to=stored_name, max_length=120, blank=True
    )
    file_name = models.CharField("nom du fichier", max_length=255, blank=True)
    size = models.PositiveBigIntegerField("taille", default=0)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    url = models.URLField("adresse", max_length=1000, blank=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="ajouté par", editable=False
    )
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = MeetingDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document d’une rencontre"
        verbose_name_plural = "documents des rencontres"
        ordering = ["meeting", "role", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetingdocument_is_a_file_or_a_link",
                condition=(Q(kind="file", url="") & ~Q(file="") & ~Q(sha256=""))
                | (Q(kind="link", file="", sha256="") & ~Q(url="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def content_type(self) -> str:
        return content_type_of(self.file_name)

    @property
    def extension(self) -> str:
        return PurePath(self.file_name).suffix.lstrip(".").upper()


class MeetingAnswer(models.Model):
    """Whether a person who was invited will come; the invitation makes the row."""

    class Answer(models.TextChoices):
        WAITING = "", "sans réponse"
        PRESENT = "present", "sera présente"
        ABSENT = "absent", "sera absente"

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="answers", verbose_name="rencontre"
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="meeting_answers", verbose_name="personne"
    )
    # For whom the person was invited; the organization may change afterwards.
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="organisation"
    )
    answer = models.CharField("réponse", max_length=10, choices=Answer.choices, blank=True)
    note = models.CharField("mot", max_length=300, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    invited_at = models.DateTimeField("invitée le", auto_now_add=True)
    # The day, the hours and the place that the person was last told of, and at which revision of
    # the calendars: nobody is told of the same change twice.
    told = models.JSONField(default=dict, blank=True, editable=False)
    told_sequence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "réponse à une invitation"
        verbose_name_plural = "réponses aux invitations"
        ordering = ["meeting", "user__full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"], name="meetinganswer_unique_meeting_user"
            ),
            models.CheckConstraint(
                name="meetinganswer_answer_known",
                condition=Q(answer__in=["", "present", "absent"]),
            ),
            models.CheckConstraint(
                name="meetinganswer_answered_at_some_time",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.meeting_id}"
