"""What pages of promises show: the table of staff, and the proposals of an organization."""

from dataclasses import dataclass
from typing import Any, Self

import django_filters
from django.db.models import QuerySet

from meetings.models import Commitment, Meeting
from members.access import Access
from members.models import Organization

_STATES = {
    "sans-reponse": ("Sans réponse", "proposed"),
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
            .filter(organization=organization)
            .select_related(
                "meeting", "measure__stage", "implementation__organization", "answered_by"
            )
        )
        waiting = rows.proposed().order_by("-meeting__held_on", "-meeting__pk", "pk")
        answered = rows.exclude(state=Commitment.State.PROPOSED)
        return cls(tuple(waiting), answered.order_by("-answered_at", "-pk"))


def proposals_of(access: Access) -> QuerySet[Commitment]:
    """All proposals of the organization of the door, whatever became of them."""
    return Commitment.objects.filter(organization=access.organization).select_related(
        "organization",
        "meeting",
        "measure__stage",
        "implementation__measure",
        "implementation__organization",
        "created_by",
        "answered_by",
    )
