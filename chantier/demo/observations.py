"""What the fictional members observed of their purchases and of their measures."""

import datetime
import random
import tomllib
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from benefits.models import Benefit, ObservedBenefit, Purchase
from benefits.observed.actions import add_observation, choose_consent, verify_observation
from chantier.demo.dates import at_office, days, workday
from chantier.lib.french import typeset
from measures.actions.audit import subject_of
from measures.models import Implementation
from members.models import AuditEntry, Organization, User

_OBSERVATIONS = Path(__file__).parent / "observations.toml"


@dataclass(frozen=True)
class _Scene:
    """Who writes, and when: at the office, some days before today."""

    organizations: dict[str, Organization]
    teams: dict[int, list[User]]
    benefits: dict[str, Benefit]
    staff: User
    today: datetime.date
    rng: random.Random

    def moment(self, day: datetime.date) -> datetime.datetime:
        return at_office(self.rng, workday(min(day, self.today - days(1))))


def ensure_observations(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    *,
    today: datetime.date,
    staff: User,
) -> None:
    """Once: what people note in the demonstration afterwards stays."""
    if ObservedBenefit.objects.filter(organization__in=organizations).exists():
        return
    scene = _Scene(
        organizations={row.slug: row for row in organizations},
        teams=teams,
        benefits={row.code: row for row in Benefit.objects.all()},
        staff=staff,
        today=today,
        rng=random.Random(202_107),  # noqa: S311 - a fixed draw, not a secret
    )
    for item in tomllib.loads(_OBSERVATIONS.read_text(encoding="utf-8"))["item"]:
        _note(scene, item)


def _note(scene: _Scene, item: dict[str, Any]) -> None:
    organization = scene.organizations[item["organization"]]
    author = scene.teams[organization.pk][0]
    day = item["on"] if "on" in item else workday(scene.today - days(item["ago"]))
    purchase = _purchase_of(organization, item.get("enterprise", ""), day)
    row = ObservedBenefit(
        organization=organization,
        benefit=scene.benefits[item["benefit"]],
        value=Decimal(item["value"]) if "value" in item else None,
        statement=typeset(item.get("story", "")),
        observed_on=day,
        purchase=purchase,
        implementation=None if purchase else _record_of(organization, item["measure"]),
        sharing=item["sharing"],
    )
    add_observation(row=row, submission_key=uuid.uuid4(), by=author)
    if "consent" in item:
        choose_consent(row=row, consent=item["consent"], version=1, by=author)
    if item.get("verified"):
        verify_observation(row=row, version=1, by=scene.staff)
    _date(scene, row, day)


def _purchase_of(organization: Organization, code: str, day: datetime.date) -> Purchase | None:
    """The last purchase before that day from an enterprise, if there is one."""
    bought = Purchase.objects.filter(organization=organization, enterprise__code=code, amount__gt=0)
    return bought.filter(purchased_on__lte=day).order_by("-purchased_on", "pk").first()


def _record_of(organization: Organization, code: str) -> Implementation:
    """The record of a measure of the guide, or the first of the register."""
    records = Implementation.objects.filter(organization=organization)
    return records.filter(measure__code=code).first() or records.order_by("pk")[0]


def _date(scene: _Scene, row: ObservedBenefit, day: datetime.date) -> None:
    """Noted some days after, chosen that day, verified the month after."""
    noted, verified = scene.moment(day + days(6)), scene.moment(day + days(35))
    rows = ObservedBenefit.objects.filter(pk=row.pk)
    rows.update(created_at=noted, updated_at=noted)
    rows.exclude(consent_at=None).update(consent_at=noted)
    rows.exclude(verified_at=None).update(verified_at=verified)
    lines = AuditEntry.objects.filter(subject=subject_of(row))
    lines.exclude(actor=scene.staff).update(at=noted)
    lines.filter(actor=scene.staff).update(at=verified)
