"""When we meet: meetings, their objectives, and the organizations that attend."""

import datetime
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, Func, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Greatest

from benefits.models import SocialEnterprise
from chantier.lib.addresses import address
from chantier.lib.seeds import SeededModel
from measures.models import Barrier
from meetings.models.wording import Worded
from members.models import Cycle, CycleObjective, Organization, Term, User, Vocabulary

# What the event of a meeting shows: calendars are told of a change of these.
_IN_CALENDARS = ("kind", "number", "title", "held_on", "starts_at", "ends_at", "place")
# The words of the format for what is not certain, or not any more.
_IN_CALENDAR_WORDS = {"draft": "TENTATIVE", "cancelled": "CANCELLED"}


def _versions() -> Any:
    return apps.get_model("meetings", "SynthesisVersion")._default_manager


def _count(rows: Any) -> Subquery:
    """How many rows, for each row of the outer query; grouping nothing, it is never None."""
    counted = rows.order_by().annotate(counted=Func(F("pk"), function="COUNT")).values("counted")
    return Subquery(counted, output_field=models.IntegerField())


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """Staff see drafts; members see what has been convened."""
        return self if user.may_manage_meetings else self.known_to_members()

    def known_to_members(self) -> Self:
        """What has been convened, be it cancelled since."""
        # Given up before anybody had heard of it.
        unheard = Q(state=Meeting.State.CANCELLED, convened_at=None) & ~Q(cancel_reason="")
        return self.exclude(Q(state=Meeting.State.DRAFT) | unheard)

    def took_place(self) -> Self:
        """Held, whether or not its synthesis has closed it; never cancelled."""
        return self.filter(state__in=(Meeting.State.HELD, Meeting.State.CLOSED))

    def for_timeline(self) -> Self:
        """Add all that a report tells of meetings, in a fixed number of queries."""
        return (
            self.with_present_count()
            .select_related("synthesis")
            .prefetch_related(
                Prefetch("objectives", Objective.objects.select_related("carried_to")),
                Prefetch("synthesis__versions", _versions().order_by("-number")),
            )
        )

    def for_poster(self) -> Self:
        """Add what the poster shows of each meeting, in one query.

        `published_number` and `published_points` are those of the version that members read, None
        before the first; `synthesis_state` and `review_until` are None without a working copy.
        """
        newest = _versions().filter(synthesis__meeting=OuterRef("pk")).order_by("-number")
        return (
            self.with_presence()
            .annotate(
                published_number=Subquery(newest.values("number")[:1]),
                published_points=Subquery(newest.values("content__points")[:1]),
                synthesis_state=F("synthesis__state"),
                review_until=F("synthesis__review_until"),
            )
            .order_by("held_on", "pk")
        )

    def with_presence(self) -> Self:
        """Add `present_count`, and `member_count`: how many organizations were members that day.

        Never fewer than the attendance names: some joined on paper later than they came.
        """
        noted = Attendance.objects.filter(meeting=OuterRef("pk"))
        members = Organization.objects.members_on(OuterRef("held_on"))
        return self.annotate(
            present_count=_count(noted.filter(present=True)),
            member_count=Greatest(_count(members), _count(noted)),
        )

    def with_present_count(self) -> Self:
        """Add `present_count`, the number of organizations that attended."""
        return self.annotate(
            present_count=Count("attendances", filter=Q(attendances__present=True), distinct=True)
        )

    def without_synthesis(self) -> Self:
        """Convened and not called off, and nothing for members to read; a webinar needs none."""
        return self.filter(
            kind__in=(Meeting.Kind.MEETING, Meeting.Kind.WORKSHOP), synthesis__versions=None
        ).exclude(state__in=(Meeting.State.DRAFT, Meeting.State.CANCELLED))

    def announced(self, today: datetime.date) -> Self:
        """Coming webinars and workshops that were presented to the public."""
        kinds = (Meeting.Kind.WEBINAR, Meeting.Kind.WORKSHOP)
        return self.coming(today).filter(kind__in=kinds).exclude(public_text="")

    def coming(self, today: datetime.date) -> Self:
        return self.filter(held_on__gte=today, state=Meeting.State.CONVENED).order_by(
            "held_on", "pk"
        )


class Meeting(Worded, SeededModel):
    """A meeting, a webinar or a workshop of the chantier.

    The day and the hours are local (America/Toronto) and stored as such, so that a change of
    clocks never moves a meeting; the hours of older meetings are not known.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", "rencontre"
        WEBINAR = "webinar", "webinaire"
        WORKSHOP = "workshop", "atelier"

    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        CONVENED = "convened", "convoquée"
        HELD = "held", "tenue"
        CLOSED = "closed", "close"
        CANCELLED = "cancelled", "annulée"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="meetings", verbose_name="cycle")
    kind = models.CharField("sorte", max_length=20, choices=Kind.choices, default=Kind.MEETING)
    number = models.PositiveSmallIntegerField("numéro", null=True, blank=True)
    slug = models.SlugField("adresse", unique=True)
    title = models.CharField("titre", max_length=200)
    held_on = models.DateField("date")
    starts_at = models.TimeField("début", null=True, blank=True)
    ends_at = models.TimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    # To take part from afar, and where a recording is watched afterwards.
    link = models.URLField("lien pour y assister", max_length=500, blank=True)
    # What the invitation says beside the day, the place and the agenda.
    message = models.TextField("mot d’invitation", max_length=4000, blank=True)
    # Writing it is what announces a webinar or a workshop to those who visit the portal.
    public_text = models.TextField(
        "présentation au public",
        max_length=1000,
        blank=True,
        help_text="Écrite, elle annonce le webinaire ou l’atelier convoqué aux visiteurs du "
        "portail\u00a0: titre, jour, heures, ce texte et les EÉS invitées qui sont au répertoire; "
        "jamais le lien.",
    )
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True, editable=False)
    # What people are told when it will not take place.
    cancel_reason = models.TextField("raison de l’annulation", max_length=1000, blank=True)
    # Grows at each save of what is prepared: two people who prepare meet here.
    version = models.PositiveIntegerField("version", default=1, editable=False)
    state = models.CharField("état", max_length=20, choices=State.choices, default=State.DRAFT)
    guests = models.ManyToManyField(
        SocialEnterprise, related_name="meetings", verbose_name="EÉS invitées", blank=True
    )
    # What a webinar or a workshop shows: sectors, missions and regions of the offer.
    themes = models.ManyToManyField(
        Term,
        related_name="+",
        verbose_name="secteurs, missions et régions",
        blank=True,
        limit_choices_to={
            "vocabulary__in": [Vocabulary.SECTOR, Vocabulary.SOCIAL_PURPOSE, Vocabulary.REGION]
        },
    )
    # Calendar programs take a change for one only when this has grown.
    calendar_sequence = models.PositiveIntegerField(
        "révision dans les calendriers", default=0, editable=False
    )

    # Addresses of pages that stand beside those of meetings.
    RESERVED_SLUGS = frozenset({"ajouter", "affiche", "participation"})

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "rencontre"
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="meeting_unique_kind_number",
                violation_error_message="Une autre rencontre porte ce numéro.",
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at")),
                violation_error_message="La fin doit suivre le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heading} – {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            if not self._state.adding:
                self._revise()
                if kwargs.get("update_fields") is not None:
                    kwargs["update_fields"] = {*kwargs["update_fields"], "calendar_sequence"}
            super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.slug in self.RESERVED_SLUGS:
            taken = "Ce mot est une page du portail\u00a0: ajoutez-y un mot."
            raise ValidationError({"slug": taken})

    def get_absolute_url(self) -> str:
        return address("meetings:meeting_detail", slug=self.slug)

    @property
    def calendar_status(self) -> str:
        return _IN_CALENDAR_WORDS.get(self.state, "CONFIRMED")

    @property
    def is_known_to_members(self) -> bool:
        """`known_to_members`, of this row."""
        is_cancelled = self.state == self.State.CANCELLED
        unheard = is_cancelled and self.convened_at is None and self.cancel_reason != ""
        return self.state != self.State.DRAFT and not unheard

    @property
    def is_past(self) -> bool:
        return self.state in (self.State.HELD, self.State.CLOSED)

    def _revise(self) -> None:
        """Count a revision when what calendars show differs from what is stored."""
        rows = Meeting.objects.select_for_update().filter(pk=self.pk).order_by()
        stored = rows.values("calendar_sequence", "state", *_IN_CALENDARS).first()
        if stored is not None:
            changed = any(getattr(self, name) != stored[name] for name in _IN_CALENDARS)
            moved = self.calendar_status != _IN_CALENDAR_WORDS.get(stored["state"], "CONFIRMED")
            self.calendar_sequence = stored["calendar_sequence"] + (changed or moved)


class Objective(SeededModel):
    """What a meeting sets out to do, and whether it was reached or carried over."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "à venir"
        REACHED = "reached", "atteint"
        CARRIED_OVER = "carried_over", "reporté"

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="objectives", verbose_name="rencontre"
    )
    text = models.CharField("objectif", max_length=300)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    cycle_objective = models.ForeignKey(
        CycleObjective,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="meeting_objectives",
        verbose_name="objectif du cycle",
    )
    # What members met, and the meeting takes up.
    barrier = models.ForeignKey(
        Barrier,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="objectives",
        verbose_name="enjeu",
    )
    outcome = models.CharField(
        "résultat", max_length=20, choices=Outcome.choices, default=Outcome.PENDING
    )
    carried_to = models.ForeignKey(
        Meeting,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="reporté à",
    )
    # The objective of an earlier meeting that this one takes up again.
    carried_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="carried_as",
        verbose_name="repris de",
    )

    class Meta:
        verbose_name = "objectif"
        ordering = ["meeting", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="objective_only_a_carried_over_one_has_a_target",
                condition=Q(carried_to__isnull=True) | Q(outcome="carried_over"),
                violation_error_message="Seul un objectif reporté désigne une autre rencontre.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Attendance(models.Model):
    """Whether an organization took part in a meeting."""

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendances", verbose_name="rencontre"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="attendances", verbose_name="organisation"
    )
    present = models.BooleanField("présente", default=True)

    class Meta:
        verbose_name = "présence"
        ordering = ["meeting", "organization__sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "organization"],
                name="attendance_unique_meeting_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} – {self.meeting}"
