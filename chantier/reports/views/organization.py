"""The annual reports of one organization.

Its members see the report as it stands; ECPAR staff see what was submitted, and nothing before.
"""

import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from chantier.reports import schemas
from chantier.reports.completeness import Completeness
from chantier.reports.content import organization_content
from chantier.reports.frame import Period
from chantier.reports.margins import Margin, margins_of_draft
from chantier.reports.models import AnnualReport, ReportVersion
from chantier.reports.standing import Standing, open_by_cycle
from chantier.reports.states import ReportState, state_of
from chantier.reports.views import delivery
from chantier.reports.written import texts_of
from measures.indicators.lines import year_of_cycle
from members.access import MemberRequest, require_permission
from members.models import Cycle, Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def report_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    today = timezone.localdate()
    asked = open_by_cycle(organization) if request.access.is_member else {}
    states = _states(organization, today)
    context = {
        "organization": organization,
        "rows": [(state, asked.get(state.cycle.pk, 0)) for state in states],
        "today": today,
    }
    return render(request, "reports/report_list.html", context)


def _states(organization: Organization, today: datetime.date) -> list[ReportState]:
    """Of each cycle that began, the newest first; three queries."""
    latest = (
        ReportVersion.objects.latest_of_each()
        .without_files()
        .filter(report__organization=organization)
        .select_related("report")
    )
    versions = {version.report.cycle_id: version for version in latest}
    reports = {row.cycle_id: row for row in AnnualReport.objects.filter(organization=organization)}
    return [
        state_of(
            organization,
            cycle,
            versions.get(cycle.pk),
            report=reports.get(cycle.pk),
            today=today,
        )
        for cycle in Cycle.objects.filter(starts_on__lte=today)
    ]


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def report_detail(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    versions = delivery.versions_of(organization, period)
    is_draft = request.access.is_member
    content = _content(organization, period, versions, is_draft=is_draft)
    lacking = None
    if content and request.access.may_write_report:
        lacking = _lacking(organization, period, content["texts"])
    standing = Standing.build(
        organization,
        period,
        inside=is_draft,
        with_comments=is_draft or request.user.may_oversee_reports,
    )
    context = {
        "organization": organization,
        "cycle": period,
        "versions": versions,
        "content": content,
        "completeness": lacking,
        "is_draft": is_draft,
        "may_submit": request.access.may_submit,
        "coming": len(versions) + 1,
        "standing": standing,
        "margins": _margins(request, organization, period, standing),
        "year": year_of_cycle(organization, period),
    }
    return render(request, "reports/report_detail.html", context)


def _content(
    organization: Organization, cycle: Cycle, versions: list[ReportVersion], *, is_draft: bool
) -> dict[str, Any] | None:
    """The draft for members; for the others what is in force, None before anything is."""
    if is_draft:
        return organization_content(organization, cycle, today=timezone.localdate())
    return schemas.read(versions[0].content) if versions else None


def _margins(
    request: MemberRequest, organization: Organization, cycle: Cycle, standing: Standing
) -> dict[str, Margin] | str:
    """Of what may still change; a template takes an empty text for none."""
    if not request.access.is_member or not standing.is_written:
        return ""
    may_write = request.access.may_write_report
    return margins_of_draft(organization, cycle, standing.asked, may_write=may_write)


def _lacking(organization: Organization, cycle: Cycle, texts: dict[str, str]) -> Completeness:
    period = Period.of(cycle, timezone.localdate())
    return Completeness.build(organization, cycle, period, texts)


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def report_preview_pdf(
    request: MemberRequest, organization: Organization, cycle: str
) -> HttpResponse:
    if not request.access.is_member:
        raise Http404
    period = delivery.get_cycle(cycle)
    return delivery.draft_response(
        "reports/pdf/organization.html",
        organization_content(organization, period, today=timezone.localdate()),
        f"rapport-{organization.slug}-{period.label}-brouillon.pdf",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.REPORT_SUBMIT)
def report_submit(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    coming = len(delivery.versions_of(organization, period)) + 1
    form = delivery.submission_form(request, coming)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and delivery.submit(request, form, organization=organization, cycle=period):
        return redirect("reports:report_detail", org_slug=organization.slug, cycle=period.label)
    context = {
        "organization": organization,
        "cycle": period,
        "form": form,
        "coming": coming,
        "is_under_way": period.ends_on >= timezone.localdate(),
        "completeness": _lacking(organization, period, texts_of(organization, period)),
    }
    return render(request, "reports/report_submit.html", context)


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def report_version_pdf(
    request: MemberRequest, organization: Organization, cycle: str, number: int
) -> HttpResponse | None:
    version = delivery.get_version(organization, cycle, number)
    filename = f"rapport-{organization.slug}-{cycle}-version-{number}.pdf"
    return delivery.version_response(request, version, filename)
