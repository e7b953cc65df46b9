"""What the coordination asked, once the organization says that it has answered."""

from django.contrib import messages
from django.http import HttpRequest

from chantier.reports.acts import approving
from chantier.reports.models import ReportComment
from members.models import User


def settle(
    request: HttpRequest, comment: ReportComment, *, is_settled: bool = True, by: User
) -> None:
    """Settle a comment, or take that back, and say so; a second click changes nothing."""
    if is_settled != (comment.settled_at is not None):
        approving.settle(comment=comment, is_settled=is_settled, by=by)
    messages.success(request, "Demande réglée." if is_settled else "Demande à régler de nouveau.")
