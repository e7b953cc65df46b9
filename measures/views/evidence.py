"""Evidence files: served to those who may see the record, always as a download."""

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from chantier.lib.files import as_download
from measures.models import Evidence, EvidenceVersion
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def evidence_download(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponseBase:
    """A file as an attachment, never rendered under our address; a link as a redirect."""
    return answer_with(get_object_or_404(Evidence.objects.open_to(request.access), pk=pk))


def answer_with(content: Evidence | EvidenceVersion) -> HttpResponseBase:
    """The file or the address of a piece, or of an old version of it."""
    if not content.file:
        return HttpResponseRedirect(content.url)
    return as_download(content.file, name=content.file_name, content_type=content.content_type)
