"""Documents of a meeting: added and taken away by staff, handed to those who see the meeting."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import resume
from chantier.lib.files import as_download
from meetings.acts.documents import add_document, meeting_of_removed, remove_document
from meetings.documents import document_groups
from meetings.forms_documents import DocumentForm
from meetings.models import Meeting, MeetingDocument
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def document_add(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.select_related("cycle"), slug=slug)
    if request.method == "POST":
        return _add(request, meeting)
    return _show(request, meeting, DocumentForm(resume.take(request)))


def _add(request: PortalRequest, meeting: Meeting) -> HttpResponse:
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, meeting, form)
    row = add_document(
        meeting=meeting,
        document=form.document(),
        submission_key=form.cleaned_data["submission_key"],
        by=request.user,
    )
    messages.success(request, f"Document ajouté\u00a0: «\u00a0{row.title}\u00a0».")
    return redirect("meetings:document_add", slug=meeting.slug)


def _show(request: PortalRequest, meeting: Meeting, form: DocumentForm) -> HttpResponse:
    context = {"meeting": meeting, "groups": document_groups(meeting), "form": form}
    return render(request, "meetings/document_add.html", context)


@require_safe
def document_download(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A file as an attachment; a link as a redirection."""
    row = get_object_or_404(MeetingDocument.objects.visible_to(request.user), pk=pk)
    if not row.file:
        return HttpResponseRedirect(row.url)
    try:
        return as_download(row.file, name=row.file_name, content_type=row.content_type)
    except FileNotFoundError as error:
        # Taken away at this very moment.
        raise Http404 from error


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def document_remove(request: PortalRequest, pk: int) -> HttpResponse:
    row = MeetingDocument.objects.select_related("meeting").filter(pk=pk).first()
    slug = row.meeting.slug if row else meeting_of_removed(pk)
    if slug is None:
        raise Http404
    if row is None:
        messages.info(request, "Ce document est déjà retiré.")
    else:
        remove_document(document=row, by=request.user)
        messages.success(request, f"Document retiré\u00a0: «\u00a0{row.title}\u00a0».")
    return redirect("meetings:document_add", slug=slug)
