"""What reports of organizations and of the chantier share: cycles, forms, PDF answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from chantier.lib import resume
from chantier.lib.french import NBSP
from chantier.lib.rendering import PdfLimitError, render_pdf
from chantier.reports.acts.submitting import (
    AlreadySubmittedError,
    ChangedMeanwhileError,
    submit_report,
)
from chantier.reports.exchange.plain import attachments
from chantier.reports.forms import SubmissionForm
from chantier.reports.models import AnnualReport, ReportVersion
from members.access import PortalRequest
from members.models import Cycle, Organization

_CHANGED = (
    "Pendant le dépôt, quelqu’un a enregistré un texte, un cas ou un rapport qui en fait partie. "
    "Rien n’est déposé. Relisez le rapport, puis déposez-le."
)


def get_cycle(label: str) -> Cycle:
    """A cycle that has begun: nothing is reported on a coming one."""
    return get_object_or_404(Cycle, label=label, starts_on__lte=timezone.localdate())


def versions_of(organization: Organization | None, cycle: Cycle) -> list[ReportVersion]:
    """The submitted versions, newest first, without their files."""
    rows = ReportVersion.objects.without_files().filter(report__cycle=cycle)
    rows = (
        rows.filter(report__organization=organization)
        if organization
        else rows.filter(report__organization__isnull=True)
    )
    return list(rows.select_related("submitted_by").order_by("-number"))


def get_version(organization: Organization | None, cycle: str, number: int) -> ReportVersion:
    """One submitted version with its bytes; 404 without it."""
    rows = ReportVersion.objects.defer("content").filter(
        report__organization=organization, report__cycle__label=cycle
    )
    return get_object_or_404(rows, number=number)


def submission_form(request: PortalRequest, coming: int) -> SubmissionForm:
    data = request.POST if request.method == "POST" else resume.take(request)
    return SubmissionForm(data, coming=coming, person=request.user)


def submit(
    request: PortalRequest,
    form: SubmissionForm,
    *,
    organization: Organization | None,
    cycle: Cycle,
) -> bool:
    """Submit, and say what happened; a second click finds its work already done.

    False where nothing is submitted, and the form says why: no PDF came of it, or the report is no
    longer what the person read.
    """
    report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
    data = form.cleaned_data
    try:
        version = submit_report(
            report=report,
            signatory_name=data["signatory_name"],
            signatory_function=data["signatory_function"],
            statement=str(form.fields["statement"].label),
            reason=data.get("reason", ""),
            number=data["number"],
            by=request.user,
        )
    except PdfLimitError as error:
        form.add_error(None, str(error))
        return False
    except ChangedMeanwhileError:
        form.add_error(None, _CHANGED)
        return False
    except AlreadySubmittedError:
        messages.info(
            request,
            f"La version {data['number']} était déjà déposée{NBSP}: rien n’a été créé en double.",
        )
    else:
        messages.success(
            request,
            f"Rapport déposé{NBSP}: la version {version.number} est figée. "
            f"Code de vérification{NBSP}: {version.verification_code}.",
        )
    return True


def draft_response(template_name: str, content: dict[str, Any], filename: str) -> HttpResponse:
    """The PDF of what would be submitted now, shown in the browser."""
    return HttpResponse(
        render_pdf(template_name, {"content": content}, attachments=attachments(content)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=False, filename=filename
            )
        },
    )


def version_response(
    request: PortalRequest, version: ReportVersion, filename: str
) -> HttpResponse | None:
    """The very bytes that were submitted."""
    etag = f'"{version.sha256}"'
    response = HttpResponse(
        bytes(version.pdf),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=filename
            ),
            "ETag": etag,
        },
    )
    return get_conditional_response(request, etag=etag, response=response)
