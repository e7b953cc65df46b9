"""Filters of the list of mails, in the address."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from members.models import Mail, Notification
from members.notifications.kinds import all_kinds

_STATES = {
    "envoye": Mail.State.SENT,
    "en-cours": Mail.State.SENDING,
    "echec": Mail.State.FAILED,
    "abandonne": Mail.State.DROPPED,
}


class MailFilter(django_filters.FilterSet):
    etat = django_filters.ChoiceFilter(
        label="État",
        method="in_state",
        choices=[
            (slug, str(state.label)[:1].upper() + str(state.label)[1:])
            for slug, state in _STATES.items()
        ],
        empty_label="Tous les états",
    )
    sorte = django_filters.ChoiceFilter(
        label="Sorte", method="of_kind", choices=(), empty_label="Toutes les sortes"
    )
    personne = django_filters.CharFilter(label="Personne", method="to_person", max_length=100)

    class Meta:
        model = Mail
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Kinds are registered when the portal starts, after this class is read.
        labels = sorted(
            (kind.label[:1].upper() + kind.label[1:], kind.code) for kind in all_kinds()
        )
        self.form.fields["sorte"].choices = [(code, label) for label, code in labels]

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(state=_STATES[value])

    def of_kind(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(pk__in=Notification.objects.filter(kind=value).values("mail"))

    def to_person(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By name or address, every word; the recipient's address now, or the one of the time."""
        for word in value.split():
            queryset = queryset.filter(
                Q(recipient__full_name__icontains=word)
                | Q(recipient__email__icontains=word)
                | Q(address__icontains=word)
            )
        return queryset
