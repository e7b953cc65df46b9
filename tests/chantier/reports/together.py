"""The page where a report is written, as a browser without a script sends it: all its texts."""

from django.urls import reverse

from chantier.reports.models import ReportText
from members.models import Cycle, Organization, User
from tests.factories import AnnualReportFactory, ReportTextFactory, ReportTextRevisionFactory


def page_of(organization: Organization, cycle: Cycle) -> str:
    return reverse("reports:report_texts", args=[organization.slug, cycle.label])


def first_version(organization: Organization, cycle: Cycle, by: User, text: str) -> ReportText:
    """`text` as the first version of the commitments."""
    report = AnnualReportFactory(organization=organization, cycle=cycle)
    row: ReportText = ReportTextFactory(report=report, text=text, updated_by=by)
    ReportTextRevisionFactory(report_text=row, author=by)
    return row


def fields(answer):
    """What a browser would send of the page: the fields of each text, in their order."""
    passages = answer.context["writing"].passages
    names = ("section", "version", "submission_key", "text")
    data = {name: [str(row.form[name].value()) for row in passages] for name in names}
    assert data["section"] == [row.section.code for row in passages]
    return data | {"conflit": [row.section.code for row in passages if row.other]}


def typed(answer, pressed="", **texts):
    """The page, where `texts` were typed, sent by the button of `pressed`."""
    data = fields(answer)
    for code, text in texts.items():
        data["text"][data["section"].index(code)] = text
    return data | ({"enregistrer": pressed} if pressed else {})


def texts():
    rows = ReportText.objects.order_by("section")
    return {row.section: (row.text, row.version) for row in rows}


def in_field(answer, code):
    return answer.context["writing"].passage(code).form["text"].value()
