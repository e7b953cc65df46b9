"""Annual reports: of an organization, of the chantier, and their public verification."""

from django.urls import path

from chantier.reports.views import (
    approving,
    batches,
    cases,
    chantier,
    examining,
    exchange,
    figures,
    organization,
    reminding,
    verification,
    writing,
)

app_name = "reports"

_reports = "organisations/<slug:org_slug>/rapports/"
_report = f"{_reports}<slug:cycle>/"

# From draft to accepted.
_way = [
    path(f"{_report}pret/", approving.report_ready, name="report_ready"),
    path(f"{_report}brouillon/", approving.report_withdraw, name="report_withdraw"),
    path(f"{_report}correction/", approving.report_reopen, name="report_reopen"),
    path(
        f"{_report}commentaires/<int:pk>/regler/", approving.comment_settle, name="comment_settle"
    ),
    path(f"{_report}examen/", examining.report_examine, name="report_examine"),
    path(f"{_report}echeance/", examining.report_postpone, name="report_postpone"),
    path("rapports/<slug:cycle>/correction/", approving.chantier_reopen, name="chantier_reopen"),
    path("rapports/<slug:cycle>/rappels/", reminding.report_reminders, name="report_reminders"),
]

# What the organization writes, and what the coordination does.
_texts = [
    path(f"{_report}textes/", writing.report_texts, name="report_texts"),
    path(f"{_report}cas/", cases.report_cases, name="report_cases"),
    path("rapports/<slug:cycle>/textes/", writing.chantier_texts, name="chantier_texts"),
]

# All the reports of a cycle in one file.
_batches = [
    path("rapports/<slug:cycle>/archive/", batches.report_batch, name="report_batch"),
    path(
        "rapports/<slug:cycle>/archive/<int:pk>/annuler/",
        batches.report_batch_cancel,
        name="report_batch_cancel",
    ),
    path(
        "rapports/<slug:cycle>/archive/<int:pk>/telecharger/",
        batches.report_batch_download,
        name="report_batch_download",
    ),
]

# `kind` is an extension that `exchange.FORMS` knows.
_forms = [
    path(
        f"{_report}version-<int:number>/exporter/<slug:kind>/",
        exchange.report_version_file,
        name="report_version_file",
    ),
    path(
        f"{_report}brouillon/exporter/<slug:kind>/",
        exchange.report_draft_file,
        name="report_draft_file",
    ),
    path(
        "rapports/<slug:cycle>/version-<int:number>/exporter/<slug:kind>/",
        exchange.chantier_version_file,
        name="chantier_version_file",
    ),
    path(
        "rapports/<slug:cycle>/brouillon/exporter/<slug:kind>/",
        exchange.chantier_draft_file,
        name="chantier_draft_file",
    ),
]

urlpatterns = [
    *_way,
    *_texts,
    *_batches,
    path(_reports, organization.report_list, name="report_list"),
    path(_report, organization.report_detail, name="report_detail"),
    path(f"{_report}chiffres/", figures.figure_rows, name="figure_rows"),
    path(f"{_report}apercu.pdf", organization.report_preview_pdf, name="report_preview_pdf"),
    path(f"{_report}deposer/", organization.report_submit, name="report_submit"),
    path(
        f"{_report}version-<int:number>.pdf",
        organization.report_version_pdf,
        name="report_version_pdf",
    ),
    path("rapports/", chantier.report_matrix, name="report_matrix"),
    path("rapports/<slug:cycle>/", chantier.chantier_report, name="chantier_report"),
    path(
        "rapports/<slug:cycle>/apercu.pdf",
        chantier.chantier_preview_pdf,
        name="chantier_preview_pdf",
    ),
    path("rapports/<slug:cycle>/deposer/", chantier.chantier_submit, name="chantier_submit"),
    path(
        "rapports/<slug:cycle>/version-<int:number>.pdf",
        chantier.chantier_version_pdf,
        name="chantier_version_pdf",
    ),
    *_forms,
    path("verifier/", verification.verify, name="verify"),
    path("verifier/<slug:code>/", verification.verification, name="verification"),
]
