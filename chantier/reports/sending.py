"""The texts that a page sends together: each that the person changed is stored on its own.

So one that is refused, or that meets the text of somebody else, costs nothing to the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chantier.reports.acts.texts import LockedReportError, TextClashError, save_text, text_at
from chantier.reports.forms_writing import TextForm, plain
from chantier.reports.models import AnnualReport, ReportText
from members.models import Cycle, Organization, User


@dataclass
class Sending:
    """What became of the texts; a code in `clashing` is of one in `kept`, which is not stored."""

    saved: list[tuple[TextForm, ReportText]] = field(default_factory=list)
    kept: list[TextForm] = field(default_factory=list)
    clashing: set[str] = field(default_factory=set)

    def keep(self, form: TextForm, *, clashes: bool = False) -> None:
        self.kept.append(form)
        if clashes:
            self.clashing.add(form.code)

    @property
    def united(self) -> list[TextForm]:
        """Those that were stored with what others wrote meanwhile."""
        return [form for form, stored in self.saved if stored.text != form.typed]


def changed(
    forms: Iterable[TextForm], organization: Organization | None, cycle: Cycle
) -> list[TextForm]:
    """Those whose text is no longer that of the version that the person read."""
    rows = ReportText.objects.filter(report__organization=organization, report__cycle=cycle)
    stored = {row.section: row for row in rows}
    return [form for form in forms if _is_changed(form, stored.get(form.code))]


def _is_changed(form: TextForm, stored: ReportText | None) -> bool:
    version = form.cleaned_data.get("version") if "version" not in form.errors else None
    if stored is None or version is None:
        return form.typed != ""
    return form.typed != plain(text_at(stored, version))


def send(
    forms: list[TextForm],
    *,
    organization: Organization | None,
    cycle: Cycle,
    met: set[str],
    pressed: str,
    by: User,
) -> Sending:
    """Store each text that changed, one after the other.

    `met` are the codes of texts that stood beside that of somebody else: to replace it, their
    own button is `pressed`.
    """
    sending = Sending()
    report = None
    for form in changed(forms, organization, cycle):
        waits = form.code in met and form.code != pressed
        if waits or not form.is_valid():
            sending.keep(form, clashes=form.code in met)
            continue
        if report is None:
            report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
        try:
            sending.saved.append((form, save_form(form, report=report, by=by)))
        except TextClashError:
            sending.keep(form, clashes=True)
        except LockedReportError:
            sending.keep(form)
    return sending


def save_form(form: TextForm, *, report: AnnualReport, by: User) -> ReportText:
    """Store the text of a valid form; raises what `save_text` does."""
    data = form.cleaned_data
    return save_text(
        report=report,
        section=form.code,
        text=data["text"],
        version=data["version"],
        key=data["submission_key"],
        by=by,
    )
