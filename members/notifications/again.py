"""Staff send again what could not leave: the same mail, with its tries counted anew."""

from django.db import transaction
from django.utils import timezone

from members.models import AuditEntry, Mail, Notification, User


@transaction.atomic
def send_again(*, mail: Mail, by: User) -> bool:
    """Put the mail back in the queue; a second click, or a colleague's, changes nothing."""
    locked = Mail.objects.select_for_update().get(pk=mail.pk)
    if locked.state != Mail.State.FAILED:
        return False
    failed = Notification.objects.filter(mail=locked, state=Notification.State.FAILED)
    if not failed.exists():
        return False
    failed.update(state=Notification.State.WAITING, attempts=0, due_at=timezone.now(), reason="")
    locked.state = Mail.State.SENDING
    locked.save(update_fields=["state"])
    AuditEntry.objects.create(
        actor=by,
        action="courriel renvoyé",
        # No word of the mail: staff read this journal, and may not read every mail.
        subject=f"mail:{locked.pk}",
        before={"state": Mail.State.FAILED},
        after={"state": Mail.State.SENDING},
    )
    return True
