"""A year counted from raw rows, in plain Python: no query set, no rule of the portal.

Written from the words of the report (« Méthode et définitions »), to be compared with it.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from benefits.models import ObservedBenefit, Purchase, SocialEnterprise
from measures.models import (
    BarrierEncounter,
    ClauseUse,
    Evidence,
    Implementation,
    Indicator,
    IndicatorAim,
    IndicatorValue,
    Measure,
    Stage,
)
from meetings.models import Attendance, Meeting
from members.models import Cycle, Organization, Term

Rows = list[dict[str, Any]]
_GUIDE = {"lcop": "public", "municipal": "municipal", "propre": "etat", "prive": "prive"}
NAMES = {
    "implantee": "implemented",
    "en-cours": "in_progress",
    "planifiee": "planned",
    "a-entreprendre": "to_undertake",
    "abandonnee": "abandoned",
    "non-evaluee": "not_assessed",
    "sans-objet": "not_applicable",
}


def rows_of(model: Any) -> Rows:
    return list(model._base_manager.order_by("pk").values())


def status_on(row: dict[str, Any], day: datetime.date) -> str:
    """What has a date after that day had not happened."""
    status, started = row["status"], row["started_on"]
    if status == "implantee" and row["implemented_on"] > day:
        return "en-cours" if started and started <= day else "planifiee"
    if status == "en-cours" and started and started > day:
        return "planifiee"
    return status


class Year:
    """The rows of one organization, and what they give from `start` to `end`."""

    def __init__(self, organization: Organization, cycle: Cycle, today: datetime.date) -> None:
        self.organization, self.cycle = organization, cycle
        self.start, self.end = cycle.starts_on, min(today, cycle.ends_on)
        self.before = self.start - datetime.timedelta(days=1)
        month = organization.fiscal_year_start_month
        starts = [datetime.date(cycle.ends_on.year - back, month, 1) for back in range(3)]
        ends = [(day.replace(year=day.year + 1) - datetime.timedelta(days=1)) for day in starts]
        self.fiscal = next(
            pair for pair in zip(starts, ends, strict=True) if pair[1] <= cycle.ends_on
        )
        self.register = self.own(Implementation)
        self.stages = {row["id"]: row for row in rows_of(Stage)}

    def own(self, model: Any) -> Rows:
        return [row for row in rows_of(model) if row["organization_id"] == self.organization.pk]

    def guide(self) -> Rows:
        """Measures of the guide for such an organization that its register lacks."""
        kind, regime = self.organization.kind, self.organization.regime
        group = "reseau" if kind == "partie_prenante" else _GUIDE[regime]
        codes = {row["id"]: row["code"] for row in rows_of(Term)}
        aimed: dict[int, set[str]] = {}
        for link in rows_of(Measure.groups.through):
            aimed.setdefault(link["measure_id"], set()).add(codes[link["term_id"]])
        known = {row["measure_id"] for row in self.register}
        return [
            row
            for row in rows_of(Measure)
            if row["is_active"]
            and row["id"] not in known
            and (row["id"] not in aimed or f"organization_group:{group}" in aimed[row["id"]])
        ]

    def counts(self, day: datetime.date, stage: int | None = None) -> Counter[str]:
        found = Counter(
            NAMES[status_on(row, day)]
            for row in self.register
            if stage is None or row["stage_id"] == stage
        )
        found["not_assessed"] += sum(
            stage is None or row["stage_id"] == stage for row in self.guide()
        )
        return found

    def implemented(self) -> Rows:
        return [
            row
            for row in self.register
            if row["status"] == "implantee" and self.start <= row["implemented_on"] <= self.end
        ]

    def evidence(self) -> set[int]:
        of_period = {row["id"] for row in self.implemented()}
        links = rows_of(Implementation.evidence.through)
        found = {row["evidence_id"] for row in links if row["implementation_id"] in of_period}
        return found & {row["id"] for row in self.own(Evidence)}

    def attendance(self) -> tuple[int, int]:
        """Present, and expected: meetings held with a presence noted, since it is a member."""
        noted: dict[int, dict[int, bool]] = {}
        for row in rows_of(Attendance):
            noted.setdefault(row["meeting_id"], {})[row["organization_id"]] = row["present"]
        present = expected = 0
        for row in rows_of(Meeting):
            if row["cycle_id"] != self.cycle.pk or row["kind"] != "meeting":
                continue
            if row["state"] not in ("held", "closed") or row["id"] not in noted:
                continue
            own = noted[row["id"]].get(self.organization.pk)
            is_member = (
                self.organization.is_active and self.organization.joined_on <= row["held_on"]
            )
            if own is not None or is_member:
                expected += 1
                present += bool(own)
        return present, expected

    def purchases(self, back: int = 0) -> Rows:
        """From EÉS, in the fiscal year of the report or so many years before."""
        start, end = (day.replace(year=day.year - back) for day in self.fiscal)
        return [
            row
            for row in self.own(Purchase)
            if row["enterprise_id"] and start <= row["purchased_on"] <= end
        ]

    def parts(self, of: str) -> dict[str, tuple[Decimal, int]]:
        """Amount and payments by the label of a sector, or of the region of the EÉS."""
        labels = {row["id"]: row["label"] for row in rows_of(Term)}
        regions = {row["id"]: row["region_id"] for row in rows_of(SocialEnterprise)}
        found: dict[str, tuple[Decimal, int]] = {}
        for row in self.purchases():
            key = row["sector_id"] if of == "sectors" else regions[row["enterprise_id"]]
            label = labels[key] if key else "non précisé"
            amount, payments = found.get(label, (Decimal(0), 0))
            found[label] = amount + row["amount"], payments + (row["amount"] > 0)
        return found

    def indicators(self) -> dict[str, Decimal]:
        """Of the fiscal year: what was typed, else what purchases give."""
        codes = {row["id"]: row["code"] for row in rows_of(Indicator)}
        paid = [row for row in self.purchases() if row["amount"] > 0]
        regions = {row["id"]: row["region_id"] for row in rows_of(SocialEnterprise)}
        found: dict[str, Any] = {}
        if self.purchases():
            named = {row["reference"] for row in paid if row["reference"]}
            found = {
                "I-01": sum((row["amount"] for row in self.purchases()), Decimal(0)),
                "I-03": len(named) + sum(not row["reference"] for row in paid),
                "I-04": len({row["enterprise_id"] for row in paid}),
                "I-10": len({row["sector_id"] for row in paid if row["sector_id"]}),
                "I-11": len({regions[row["enterprise_id"]] for row in paid}),
            }
        for row in self.own(IndicatorValue):
            if row["period_start"] == self.fiscal[0] and row["value"] is not None:
                found[codes[row["indicator_id"]]] = row["value"]
        own = {row["code"] for row in rows_of(Indicator) if row["level"] == "organisation"}
        return {code: Decimal(value) for code, value in found.items() if code in own}

    def kept_indicators(self) -> set[str]:
        codes = {row["id"]: row["code"] for row in rows_of(Indicator)}
        aims = self.own(IndicatorAim)
        return {codes[row["indicator_id"]] for row in aims if row["sharing"] == "private"}

    def observations(self) -> Rows:
        return [
            row for row in self.own(ObservedBenefit) if self.start <= row["observed_on"] <= self.end
        ]

    def uses(self) -> Rows:
        return [row for row in self.own(ClauseUse) if self.start <= row["used_on"] <= self.end]

    def barriers(self) -> Rows:
        return [
            row
            for row in self.own(BarrierEncounter)
            if row["cycle_id"] == self.cycle.pk
            or (
                row["cycle_id"] is None
                and self.start <= _day_in_quebec(row["created_at"]) <= self.cycle.ends_on
            )
        ]


def _day_in_quebec(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(ZoneInfo("America/Toronto")).date()


def rounded(part: int, whole: int) -> int | None:
    """In whole points, halves going up."""
    return int(Decimal(100 * part) / whole + Decimal("0.5")) if whole else None


def private(rows: Iterable[dict[str, Any]]) -> int:
    return sum(row["sharing"] == "private" for row in rows)
