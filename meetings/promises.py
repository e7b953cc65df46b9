"""What pages of promises show: the table of staff, and the proposals of an organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import django_filters
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from chantier.lib import french
from meetings.models import Commitment, Meeting
from members.access import Access
from members.models import Organization

_STATES = {
    "a-transmettre": ("Pas encore transmises", "to_send"),
    "sans-reponse": ("Sans réponse", "unanswered"),
    "acceptees": ("Acceptées", "accepted"),
    "implantees": ("Implantées depuis", "implemented_since"),
    "declinees": ("Déclinées", "declined"),
}


class _MeetingFilter(django_filters.ModelChoiceFilter):
    """Meetings where something was promised, the latest first."""

    def get_queryset(self, request: Any) -> QuerySet:
        with_promises = Commitment.objects.order_by().values("meeting")
        return Meeting.objects.filter(pk__in=with_promises).order_by("-held_on", "-pk")


class _OrganizationFilter(django_filters.ModelChoiceFilter):
    """Organizations that promised something."""

    def get_queryset(self, request: Any) -> QuerySet:
        promised = Commitment.objects.order_by().values("organization")
        return Organization.objects.filter(pk__in=promised).order_by("sort_name", "pk")


class PromiseFilter(django_filters.FilterSet):
    """Of what meeting, organization and state."""

    rencontre = _MeetingFilter(
        label="Rencontre",
        field_name="meeting",
        to_field_name="slug",
        empty_label="Toutes les rencontres",
    )
    organisation = _OrganizationFilter(
        label="Organisation",
        field_name="organization",
        to_field_name="slug",
        empty_label="Toutes les organisations",
    )
    etat = django_filters.ChoiceFilter(
        label="État",
        method="in_state",
        choices=[(code, label) for code, (label, _) in _STATES.items()],
        empty_label="Tous les états",
    )

    class Meta:
        model = Commitment
        fields: list[str] = []

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return getattr(queryset, _STATES[value][1])()


@dataclass(frozen=True)
class ToSend:
    """What was promised in a meeting and has not reached the registers."""

    meeting: Meeting
    promises: int
    organizations: int

    @classmethod
    def of_each_meeting(cls) -> list["ToSend"]:
        """Of the meetings that took place, the latest first: one query."""
        waiting = Q(commitments__state=Commitment.State.PROPOSED, commitments__sent_at__isnull=True)
        rows: Any = (
            Meeting.objects.took_place()
            .annotate(
                promises=Count("commitments", filter=waiting),
                organizations=Count("commitments__organization", filter=waiting, distinct=True),
            )
            .filter(promises__gt=0)
            .order_by("-held_on", "-pk")
        )
        return [cls(row, row.promises, row.organizations) for row in rows]

    @classmethod
    def of(cls, meeting: Meeting) -> "ToSend":
        rows = Commitment.objects.to_send().filter(meeting=meeting).order_by()
        whose = list(rows.values_list("organization", flat=True))
        return cls(meeting, len(whose), len(set(whose)))


def sent_in_words(sent: Sequence[Commitment]) -> str:
    """« 3 propositions transmises à 2 organisations. »."""
    number, whose = len(sent), len({row.organization_id for row in sent})
    s, of = french.plural(number), french.plural(whose)
    return (
        f"{number}{french.NBSP}proposition{s} transmise{s} à {whose}{french.NBSP}organisation{of}. "
        "Celles et ceux qui peuvent répondre en sont avisés dans dix minutes."
    )


def actions_without_promise(meeting: Meeting) -> int:
    """How many cards tell a next action of which no promise was noted."""
    promised = Commitment.objects.standing().filter(entry=OuterRef("pk"))
    return meeting.entries.exclude(next_action="").exclude(Exists(promised)).count()


def promises_for_table() -> QuerySet[Commitment]:
    """Promises that stand, with all that a line of the table tells."""
    return Commitment.objects.standing().select_related(
        "meeting", "organization", "measure__stage", "implementation__organization", "answered_by"
    )


@dataclass(frozen=True)
class Proposals:
    """The proposals of an organization: those that wait, and those that have their answer."""

    waiting: tuple[Commitment, ...]
    answered: QuerySet[Commitment]

    @classmethod
    def of(cls, organization: Organization) -> Self:
        rows = (
            Commitment.objects.standing()
            .received()
            .filter(organization=organization)
            .select_related(
                "meeting", "measure__stage", "implementation__organization", "answered_by"
            )
        )
        waiting = rows.unanswered().order_by("-meeting__held_on", "-meeting__pk", "pk")
        answered = rows.exclude(state=Commitment.State.PROPOSED)
        return cls(tuple(waiting), answered.order_by("-answered_at", "-pk"))


def proposals_of(access: Access) -> QuerySet[Commitment]:
    """All that reached the organization of the door, whatever became of it."""
    rows = Commitment.objects.received().filter(organization=access.organization)
    return rows.select_related(
        "organization",
        "meeting",
        "measure__stage",
        "implementation__measure",
        "implementation__organization",
        "created_by",
        "answered_by",
    )
