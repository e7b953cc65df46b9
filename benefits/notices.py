"""What the person who proposed an enterprise is told."""

from benefits.actions.proposals import TOLD
from benefits.models import SocialEnterprise
from chantier.lib import french
from chantier.lib.addresses import address
from members.models import MailTopic, Notification
from members.notifications import Kind, Message, register

_STATE = SocialEnterprise.State


def _answered(notification: Notification) -> Message | None:
    rows = SocialEnterprise.objects.select_related("proposed_for", "merged_into")
    row = rows.filter(pk=int(notification.about.rpartition(":")[2])).first()
    if row is None or row.proposed_for is None or row.state == _STATE.PROPOSED:
        return None
    name = f"«{french.NBSP}{row.name}{french.NBSP}»"
    # No article stands before a name that may be any: « la Ville de… », « le CISSS… ».
    by = f"proposée pour l’organisation «{french.NBSP}{row.proposed_for.name}{french.NBSP}»"
    answer = (row.answer,) if row.answer else ()
    if row.state == _STATE.DECLINED:
        path = address("benefits:own_proposal_list", org_slug=row.proposed_for.slug)
        told = f"L’entreprise {name}, {by}, n’est pas retenue pour le répertoire des EÉS."
        return Message("Votre proposition n’est pas retenue", (told, *answer), path, "Voir")
    shown = row.merged_into or row
    path, link = shown.get_absolute_url(), "Voir sa page"
    if shown is row:
        told = f"L’entreprise {name}, {by}, est maintenant au répertoire des EÉS."
        return Message("Votre proposition est au répertoire", (told, *answer), path, link)
    told = f"L’entreprise {name}, {by}, est déjà au répertoire des EÉS"
    told += f"{french.NBSP}: {shown.name}."
    return Message("Votre proposition est déjà au répertoire", (told, *answer), path, link)


register(
    Kind(
        code=TOLD,
        label="réponse à une EÉS proposée",
        topic=MailTopic.REGISTER,
        compose=_answered,
        is_open_to_staff=True,
    )
)
