"""What the person who asked for an archive is told: it is ready, or it failed."""

from chantier.lib import french
from chantier.lib.addresses import address
from chantier.reports.models import ReportBatch
from members.models import MailTopic, Notification
from members.notifications import Kind, Message, notify, register


def tell_ended(batch: ReportBatch) -> None:
    """In the transaction that ends it; once, however often it is called."""
    notify(kind=ENDED.code, about=batch, recipients=[batch.asked_by], key=str(batch.pk))


def _ended(notification: Notification) -> Message | None:
    """Nothing once it is erased, nor to somebody who may not open it any more."""
    pk = int(notification.about.rpartition(":")[2])
    batch = ReportBatch.objects.select_related("cycle").filter(pk=pk).first()
    if batch is None or not notification.recipient.may_oversee_reports:
        return None
    label = batch.cycle.label
    path = address("reports:report_batch", cycle=label)
    if batch.state == ReportBatch.State.FAILED:
        return Message(
            subject=f"Archive des rapports {label}\u00a0: la préparation a échoué",
            paragraphs=(
                f"L’archive des rapports annuels {label} n’a pas pu être préparée. {batch.problem}",
                "Vous pouvez la préparer de nouveau.",
            ),
            path=path,
            link="Voir l’archive",
        )
    until = batch.kept_until
    if until is None:
        return None
    size = french.file_size(batch.size)
    return Message(
        subject=f"Archive des rapports {label}\u00a0: prête à télécharger",
        paragraphs=(
            f"L’archive des rapports annuels {label} est prête ({size}).",
            f"Elle contient des preuves\u00a0: elle sera effacée le {french.long_date(until)}.",
        ),
        path=path,
        link="Télécharger l’archive",
    )


ENDED = Kind(
    code="report_batch_ended",
    label="Archive de rapports",
    topic=MailTopic.REPORTS,
    compose=_ended,
    is_open_to_staff=True,
)
register(ENDED)
