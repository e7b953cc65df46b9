"""What happens in the room: who is there, the round table, and what each organization promises."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery

from measures.models import Implementation, Measure
from measures.statuses import OPEN, Status
from meetings.models.meetings import Meeting
from meetings.models.preparation import AgendaItem
from members.models import AppendOnlyModel, Organization, User
from members.sharing import SHARED_WITH_STAFF


class Participant(models.Model):
    """A person at a meeting, for an organization."""

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="participants", verbose_name="rencontre"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="organisation"
    )
    # None for somebody who has no account.
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    name = models.CharField("nom", max_length=150)
    present = models.BooleanField("présente", default=True)

    class Meta:
        verbose_name = "personne présente"
        verbose_name_plural = "personnes présentes"
        ordering = ["meeting", "organization__sort_name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "organization", "name"],
                name="participant_unique_meeting_organization_name",
                violation_error_message="Cette personne est déjà notée.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LiveState(models.Model):
    """Where the room stands: the point under way and since when; followed by every screen."""

    meeting = models.OneToOneField(
        Meeting, models.CASCADE, related_name="live", verbose_name="rencontre"
    )
    item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, related_name="+", verbose_name="point en cours"
    )
    item_started_at = models.DateTimeField("commencé à", null=True)
    organization = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="organisation qui parle",
    )
    version = models.PositiveIntegerField("version", default=1)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "état de la salle"
        ordering = ["meeting"]
        verbose_name_plural = "états de la salle"

    def __str__(self) -> str:
        return f"{self.meeting_id}"


class NoteTaker(models.Model):
    """Somebody who writes at this moment, and on which card: shown to the others."""

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="note_takers", verbose_name="rencontre"
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="personne")
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+", verbose_name="carte"
    )
    seen_at = models.DateTimeField("vue à")

    class Meta:
        verbose_name = "preneuse de notes"
        verbose_name_plural = "preneurs de notes"
        ordering = ["meeting", "user__full_name"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="notetaker_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.meeting_id}"


class RoundTableEntry(models.Model):
    """The card of an organization: done since last time, next action, need.

    `version` grows at each save; a save says the version that it started from, and what two
    people wrote in different fields is merged.
    """

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="entries", verbose_name="rencontre"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="entries", verbose_name="organisation"
    )
    # The turn in which organizations speak.
    order = models.PositiveSmallIntegerField("ordre", default=0)
    done = models.TextField("fait depuis la dernière fois", max_length=4000, blank=True)
    next_action = models.TextField("prochaine action", max_length=4000, blank=True)
    need = models.TextField("besoin", max_length=4000, blank=True)
    # The measure of the guide that the next action is about, where there is one.
    measure = models.ForeignKey(
        Measure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="mesure du guide",
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="modifiée par"
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "carte du tour de table"
        verbose_name_plural = "cartes du tour de table"
        ordering = ["meeting", "order", "organization__sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "organization"],
                name="roundtableentry_unique_meeting_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} – {self.meeting_id}"


class RoundTableRevision(AppendOnlyModel):
    """What a card said after a save: what a merge starts from, and what nobody can lose."""

    entry = models.ForeignKey(
        RoundTableEntry, models.PROTECT, related_name="revisions", verbose_name="carte"
    )
    number = models.PositiveIntegerField("version")
    done = models.TextField("fait depuis la dernière fois", blank=True)
    next_action = models.TextField("prochaine action", blank=True)
    need = models.TextField("besoin", blank=True)
    measure_code = models.CharField("mesure du guide", max_length=40, blank=True)
    due_on = models.DateField("pour le", null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    at = models.DateTimeField("moment", auto_now_add=True)
    # One per text that was sent: what arrives twice is done once.
    submission_key = models.UUIDField("clé d’envoi", unique=True, null=True, editable=False)

    class Meta:
        verbose_name = "version d’une carte"
        verbose_name_plural = "versions d’une carte"
        ordering = ["entry", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number"], name="roundtablerevision_unique_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}, version {self.number}"


# A record that its organization keeps to itself is not counted: its status is not told.
_IMPLEMENTED_SINCE = Q(
    state="accepted",
    implementation__status=Status.IMPLEMENTED,
    implementation__sharing__in=SHARED_WITH_STAFF,
    implementation__implemented_on__gte=F("meeting__held_on"),
)


# Nobody answered, or it is not done yet in a record that staff may see: others tell nothing.
_STILL_OPEN = Q(state="proposed") | Q(
    state="accepted",
    implementation__status__in=OPEN,
    implementation__sharing__in=SHARED_WITH_STAFF,
)


class CommitmentQuerySet(models.QuerySet):
    """What promises became: one definition for the table, the room and the registers."""

    def standing(self) -> Self:
        """All but those that staff took back."""
        return self.exclude(state=Commitment.State.WITHDRAWN)

    def received(self) -> Self:
        """What has reached the register of the organization: all that its people ever see."""
        return self.filter(sent_at__isnull=False)

    def to_send(self) -> Self:
        """Noted in the room, and not yet in the register: only staff see it."""
        return self.standing().filter(sent_at__isnull=True)

    def proposed(self) -> Self:
        return self.filter(state=Commitment.State.PROPOSED)

    def unanswered(self) -> Self:
        """In the register, where the organization has not answered."""
        return self.received().proposed()

    def accepted(self) -> Self:
        return self.filter(state=Commitment.State.ACCEPTED)

    def declined(self) -> Self:
        return self.filter(state=Commitment.State.DECLINED)

    def implemented_since(self) -> Self:
        """Accepted and implemented since the meeting, in records that staff may see."""
        return self.filter(_IMPLEMENTED_SINCE)

    def totals(self) -> dict[str, int]:
        """How many promises stand, and what they became; one query."""
        state = Commitment.State
        return self.order_by().aggregate(
            promised=Count("pk", filter=~Q(state=state.WITHDRAWN)),
            proposed=Count("pk", filter=Q(state=state.PROPOSED, sent_at__isnull=False)),
            to_send=Count("pk", filter=Q(state=state.PROPOSED, sent_at__isnull=True)),
            accepted=Count("pk", filter=Q(state=state.ACCEPTED)),
            declined=Count("pk", filter=Q(state=state.DECLINED)),
            implemented=Count("pk", filter=_IMPLEMENTED_SINCE),
        )

    def promised_before(self, meeting: Meeting, organization: Organization | None = None) -> Self:
        """What each organization, or this one, promised at the last meeting where it did.

        Of the meetings that took place before this one; with what it promised earlier, and is
        still open. The latest first.
        """
        rows = self.standing().filter(
            meeting__held_on__lt=meeting.held_on,
            meeting__state__in=(Meeting.State.HELD, Meeting.State.CLOSED),
        )
        if organization is not None:
            rows = rows.filter(organization=organization)
        last = rows.filter(organization=OuterRef("organization")).order_by(
            "-meeting__held_on", "-meeting__pk"
        )
        is_last = Q(meeting=Subquery(last.values("meeting")[:1]))
        return rows.filter(is_last | _STILL_OPEN).order_by("-meeting__held_on", "-meeting_id", "pk")


class Commitment(models.Model):
    """A promise taken from a card: a proposal that the organization answers in its register."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposée"
        ACCEPTED = "accepted", "acceptée"
        DECLINED = "declined", "déclinée"
        WITHDRAWN = "withdrawn", "retirée"

    entry = models.ForeignKey(
        RoundTableEntry, models.PROTECT, related_name="commitments", verbose_name="carte"
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="commitments", verbose_name="rencontre"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="commitments", verbose_name="organisation"
    )
    text = models.TextField("promesse", max_length=2000)
    measure = models.ForeignKey(
        Measure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="mesure du guide",
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    state = models.CharField(
        "état", max_length=10, choices=State.choices, default=State.PROPOSED, editable=False
    )
    answer = models.TextField("réponse", max_length=2000, blank=True, editable=False)
    # The record that the acceptance made or joined.
    implementation = models.ForeignKey(
        Implementation,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="commitments",
        verbose_name="mesure du registre",
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="notée par", editable=False
    )
    created_at = models.DateTimeField("notée le", auto_now_add=True)
    # When it reached the register of the organization: once the synthesis is approved, or before
    # that if staff do not wait for it. Until then, staff may still take it back unseen.
    sent_at = models.DateTimeField("transmise le", null=True, blank=True, editable=False)
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
    version = models.PositiveIntegerField("version", default=1, editable=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = "promesse"
        ordering = ["-meeting__held_on", "organization__sort_name", "pk"]
        constraints = [
            models.CheckConstraint(name="commitment_has_a_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="commitment_accepted_into_the_register",
                condition=Q(state="accepted", implementation__isnull=False)
                | (~Q(state="accepted") & Q(implementation__isnull=True)),
            ),
            models.CheckConstraint(
                name="commitment_answered_by_someone_at_some_time",
                condition=Q(state="proposed", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="proposed") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="commitment_answered_once_received",
                condition=~Q(state__in=["accepted", "declined"]) | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def is_received(self) -> bool:
        return self.sent_at is not None

    @property
    def record_open_to_staff(self) -> Implementation | None:
        """The record of the register, where its organization shows it to staff."""
        record = self.implementation
        return record if record and record.sharing in SHARED_WITH_STAFF else None
