"""What an archive says of itself: a manifest for programs, sums to check it by, a page to read."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from chantier.lib.archives import Member
from chantier.reports.coverage import Coverage
from chantier.reports.models import KEPT_FOR, ReportBatch, ReportEvent, ReportVersion
from members.models import Organization

SCHEMA = 1
MANIFEST, SUMS, READ_ME = "manifeste.json", "SHA256SUMS", "LISEZ-MOI.txt"


@dataclass(frozen=True)
class Entry:
    """A file of the archive; what does not concern it is empty."""

    path: str
    size: int
    sha256: str
    kind: str
    organization: str = ""
    title: str = ""
    report_version: int | None = None
    report_state: str = ""
    verification_code: str = ""
    joined_on: datetime.date | None = None


@dataclass(frozen=True)
class LeftOut:
    """What the archive should hold and does not, and why, in a sentence."""

    organization: str
    kind: str
    title: str
    reason: str


@dataclass
class Manifest:
    batch: ReportBatch
    coverage: Coverage
    made_at: datetime.datetime = field(default_factory=timezone.now)
    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def add(self, member: Member, kind: str, **about: Any) -> None:
        self.entries.append(Entry(member.path, member.size, member.sha256, kind, **about))

    def leave_out(self, owner: str, kind: str, title: str, reason: str) -> None:
        self.left_out.append(LeftOut(owner, kind, title, reason))

    @property
    def made_by(self) -> str:
        """A function: an archive goes from hand to hand, and names nobody."""
        return self.batch.asked_by.job_title or self.batch.asked_by.get_portal_role_display()

    def as_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "cycle": self.batch.cycle.label,
            "made_at": timezone.localtime(self.made_at).isoformat(timespec="seconds"),
            "made_by": self.made_by,
            "reports_submitted": self.coverage.submitted,
            "reports_expected": self.coverage.expected,
            "files": [_said(entry) for entry in self.entries],
            "left_out": [_said(entry) for entry in self.left_out],
        }

    def write(self, folder: Path) -> Path:
        path = folder / MANIFEST
        with path.open("w", encoding="utf-8") as file:
            json.dump(self.as_json(), file, ensure_ascii=False, indent=1, default=str)
        return path

    def write_sums(self, folder: Path, *more: Member) -> Path:
        """As the program « sha256sum -c » reads it."""
        path = folder / SUMS
        members: list[Entry | Member] = [*self.entries, *more]
        rows = [(each.sha256, each.path) for each in members]
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{sha256}  {name}\n" for sha256, name in sorted(rows, key=_by_name))
        return path

    def write_read_me(self, folder: Path) -> Path:
        path = folder / READ_ME
        context = {
            "batch": self.batch,
            "coverage": self.coverage,
            "manifest": self,
            "kept_days": KEPT_FOR.days,
            "evidence": sum(entry.kind == "evidence" for entry in self.entries),
        }
        text = render_to_string("reports/archive/read_me.txt", context)
        path.write_text(text, encoding="utf-8", newline="\r\n")
        return path


def owner_of(organization: Organization | None) -> str:
    return organization.name if organization else "Ensemble du chantier"


def about_version(version: ReportVersion, *, owner: str, judged: str | None) -> dict[str, Any]:
    """What every file of a report says of it; `judged` is what the coordination said last."""
    return {
        "organization": owner,
        "report_version": version.number,
        "report_state": ReportEvent.Kind(judged or ReportEvent.Kind.SUBMITTED).label,
        "verification_code": version.verification_code,
    }


def _said(entry: Entry | LeftOut) -> dict[str, Any]:
    return {key: value for key, value in asdict(entry).items() if value not in ("", None)}


def _by_name(row: tuple[str, str]) -> str:
    return row[1]
