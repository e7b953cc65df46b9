"""Comments on a record, and settling them."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from measures.actions.comments import settle_comment, write_comment
from measures.forms_discussion import CommentForm
from measures.models import Comment, Implementation
from measures.views.record import record_of, show_record
from members.access import MemberRequest, require_permission
from members.models import Organization, User
from members.roles import Permission


@require_POST
@require_permission(Permission.COMMENT_WRITE)
def comment_create(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    return _publish(request, record_of(request, pk))


@require_POST
@require_permission(Permission.COMMENT_WRITE)
def comment_resolve(
    request: MemberRequest, organization: Organization, pk: int, comment_pk: int
) -> HttpResponse:
    implementation = record_of(request, pk)
    threads = implementation.comments.open_to(request.access).filter(parent=None)
    comment = get_object_or_404(threads, pk=comment_pk)
    reopened = "reopen" in request.POST
    if settle_comment(comment=comment, settled=not reopened, by=request.user):
        messages.success(request, "Discussion rouverte." if reopened else "Discussion réglée.")
    return redirect(f"{implementation.get_absolute_url()}#discussion")


def _publish(
    request: MemberRequest, implementation: Implementation, *, is_retry: bool = False
) -> HttpResponse:
    form = CommentForm(request.POST, access=request.access, implementation=implementation)
    if not form.is_valid():
        return show_record(request, implementation, comment_form=form)
    first = Comment.objects.filter(submission_key=form.cleaned_data["submission_key"]).first()
    if first and _repeats(form, first, implementation, request.user):
        return _to(first, implementation)
    values = form.cleaned_data
    if first:
        # Other words under a key that has served are another message.
        values["submission_key"] = uuid.uuid4()
    try:
        comment = write_comment(implementation=implementation, by=request.user, **values)
    except IntegrityError:
        if is_retry:
            raise
        # The same click has just arrived.
        return _publish(request, implementation, is_retry=True)
    messages.success(request, "Message publié.")
    return _to(comment, implementation)


def _repeats(form: CommentForm, first: Comment, implementation: Implementation, user: User) -> bool:
    """Whether a form says again what has been stored under its key."""
    said = (first.implementation_id, first.author_id, first.parent, first.body)
    return said == (
        implementation.pk,
        user.pk,
        form.cleaned_data["parent"],
        form.cleaned_data["body"],
    )


def _to(comment: Comment, implementation: Implementation) -> HttpResponse:
    return redirect(f"{implementation.get_absolute_url()}#message-{comment.pk}")
