"""What the room of a meeting is measured by: the save of a card, as its script sends it."""

import datetime
import itertools
import uuid
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from meetings.acts.cards import open_cards
from meetings.models import Meeting, RoundTableEntry
from members.models import Cycle, User
from members.roles import PortalRole


def facilitator() -> tuple[Client, User]:
    """Somebody who takes notes, and their browser."""
    person = User.objects.create(
        email="animation@mesure.example",
        full_name="Animation",
        portal_role=PortalRole.FACILITATOR,
    )
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, person


def saving_a_card(client: Client, person: User) -> Callable[[], None]:
    """A post of one card of a meeting of all organizations, each time on its newest version."""
    meeting = Meeting.objects.create(
        cycle=Cycle.objects.all()[0],
        code="mesure-salle",
        slug="mesure-salle",
        title="Une grande salle",
        held_on=datetime.date(2021, 2, 10),
        state=Meeting.State.HELD,
    )
    open_cards(meeting=meeting, by=person)
    card = RoundTableEntry.objects.filter(meeting=meeting)[0]
    address = reverse("meetings:entry_save", kwargs={"slug": meeting.slug, "pk": card.pk})
    words = itertools.count()
    state = {"version": card.version}

    def call() -> None:
        answer = client.post(
            address,
            {
                "done": f"Fait {next(words)}",
                "next_action": "Confier deux contrats à des EÉS.",
                "need": "Un modèle de clause.",
                "version": state["version"],
                "submission_key": uuid.uuid4(),
            },
            headers={"accept": "application/json"},
        )
        if answer.status_code != 200:
            raise SystemExit(f"La carte répond {answer.status_code}.")
        state["version"] = answer.json()["card"]["version"]

    return call
