"""The page where a report is written: each section that asks for a text, with its form."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from chantier.reports.forms_writing import TextForm
from chantier.reports.models import AnnualReport, ReportText
from chantier.reports.previous import Earlier, earlier_texts
from chantier.reports.sections import Section, written_sections
from members.models import Cycle, Organization


@dataclass
class Passage:
    """`earlier` is offered beside an empty field; `other` is what somebody else wrote there."""

    section: Section
    form: TextForm
    stored: ReportText | None
    earlier: Earlier | None
    other: ReportText | None = None

    @property
    def text(self) -> str:
        return self.stored.text if self.stored else ""


@dataclass
class Writing:
    report: AnnualReport | None
    passages: list[Passage] = field(default_factory=list)

    @classmethod
    def build(cls, organization: Organization | None, cycle: Cycle) -> Writing:
        """Four queries, whatever is written; the report of the chantier without organization."""
        report = AnnualReport.objects.filter(organization=organization, cycle=cycle).first()
        rows = ReportText.objects.filter(report__organization=organization, report__cycle=cycle)
        stored = {row.section: row for row in rows.select_related("updated_by")}
        earlier = earlier_texts(organization, cycle)
        passages = []
        for section in written_sections(of_chantier=organization is None):
            row = stored.get(section.code)
            form = _form(section, row)
            offered = None if row and row.text else earlier.get(section.code)
            passages.append(Passage(section, form, row, offered))
        return cls(report, passages)

    @property
    def is_open(self) -> bool:
        """Whether its texts may change."""
        return self.report is None or self.report.is_written

    @property
    def refused(self) -> TextForm | None:
        """The form that was sent and not stored for what it holds."""
        return next((p.form for p in self.passages if p.form.is_bound and p.form.errors), None)

    def passage(self, code: str) -> Passage | None:
        return next((each for each in self.passages if each.section.code == code), None)

    def give_back(self, data: QueryDict) -> None:
        """Put what an expired session interrupted back in its field, not stored yet."""
        passage = self.passage(data.get("section", ""))
        if passage is None:
            return
        version = data.get("version", "")
        passage.form = TextForm(
            None,
            section=passage.section,
            text=data.get("text", ""),
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        )


def _form(section: Section, row: ReportText | None) -> TextForm:
    return TextForm(
        None, section=section, text=row.text if row else "", version=row.version if row else 0
    )
