"""The page where a report is written: each section that asks for a text, with its form."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """`kept` were sent and are not stored: in their fields, or to be copied once it is closed."""

    report: AnnualReport | None
    passages: list[Passage] = field(default_factory=list)
    kept: list[TextForm] = field(default_factory=list)

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
    def refused(self) -> list[TextForm]:
        """Those that are not stored for what they hold."""
        return [form for form in self.kept if form.errors]

    @property
    def waiting(self) -> list[TextForm]:
        """Those that may be stored as they are."""
        return [form for form in self.kept if not form.errors]

    def passage(self, code: str) -> Passage | None:
        return next((each for each in self.passages if each.section.code == code), None)

    def give_back(self, form: TextForm, *, clashes: bool) -> None:
        """Put a text that was sent and is not stored back in its field.

        Where it `clashes`, it is over the text of somebody else from now on: the next save by its
        button is the choice of who read both.
        """
        self.kept.append(form)
        passage = self.passage(form.code)
        if passage is None:
            return
        if clashes:
            passage.other = passage.stored
        if form.errors:
            passage.form = form
            return
        is_over = passage.stored if clashes else None
        version = is_over.version if is_over else form.cleaned_data["version"]
        text = str(form["text"].value())
        passage.form = TextForm(None, section=passage.section, text=text, version=version)


def _form(section: Section, row: ReportText | None) -> TextForm:
    return TextForm(
        None, section=section, text=row.text if row else "", version=row.version if row else 0
    )
