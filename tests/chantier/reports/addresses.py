"""The addresses of annual reports, in the world of `tests.addresses`."""

from typing import Any

from chantier.reports.models import ReportVersion
from tests.factories import ReportBatchFactory


def report_addresses(
    mine: Any, chantier_version: ReportVersion, label: str
) -> dict[str, dict[str, Any]]:
    """`mine` is what an organization owns; `label` names a cycle."""
    org, cycle = {"org_slug": mine.organization.slug}, {"cycle": label}
    ours, number = org | cycle, {"number": mine.version.number}
    of_chantier = cycle | {"number": chantier_version.number}
    ready, under_way = ReportBatchFactory(ready=True), ReportBatchFactory()
    return {
        "reports:report_list": org,
        "reports:report_detail": ours,
        "reports:figure_rows": ours,
        "reports:report_texts": ours,
        "reports:report_cases": ours,
        "reports:report_preview_pdf": ours,
        "reports:report_submit": ours,
        "reports:report_version_pdf": ours | number,
        "reports:report_version_file": ours | number | {"kind": "json"},
        "reports:report_draft_file": ours | {"kind": "json"},
        "reports:report_ready": ours,
        "reports:report_withdraw": ours,
        "reports:report_reopen": ours,
        "reports:comment_settle": ours | {"pk": mine.report_comment.pk},
        "reports:report_examine": ours,
        "reports:report_postpone": ours,
        "reports:report_reminders": cycle,
        "reports:chantier_report": cycle,
        "reports:report_batch": cycle,
        "reports:chantier_preview_pdf": cycle,
        "reports:chantier_submit": cycle,
        "reports:chantier_texts": cycle,
        "reports:chantier_reopen": cycle,
        "reports:chantier_version_pdf": of_chantier,
        "reports:chantier_version_file": of_chantier | {"kind": "json"},
        "reports:chantier_draft_file": cycle | {"kind": "json"},
        "reports:verification": {"code": mine.version.verification_code},
        "reports:report_batch_cancel": {"cycle": under_way.cycle.label, "pk": under_way.pk},
        "reports:report_batch_download": {"cycle": ready.cycle.label, "pk": ready.pk},
    }
