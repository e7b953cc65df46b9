"""A browser forgets the files of a form that is refused: the portal keeps them instead.

Files that are accepted, in a form that has something else to correct, go to the library at once
and come back ticked. When one of the files is refused, nothing of the sending is kept, and the form
says which ones to choose again.
"""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from chantier.lib.french import plural
from measures.actions.evidence import add_to_library
from measures.forms import FilesField
from measures.models import Evidence
from members.access import MemberRequest
from members.models import Organization
from members.sharing import SharingLevel


def keep_files(
    request: MemberRequest,
    organization: Organization,
    data: QueryDict,
    *,
    uploads: str = "uploads",
    ticked: str = "chosen",
    sharing: str | None = None,
) -> QueryDict:
    """Put the files of a refused form in the library; return its data, with them ticked."""
    kept = _keep(request, organization, uploads, sharing or _level(request))
    if not kept:
        return data
    renewed = data.copy()
    already = renewed.getlist(ticked)
    renewed.setlist(ticked, [*already, *(str(row.pk) for row in kept)])
    names = ", ".join(f"«\u00a0{row.title}\u00a0»" for row in kept)
    one = len(kept) == 1
    messages.info(
        request,
        f"{'Ce fichier est déjà reçu' if one else 'Ces fichiers sont déjà reçus'} "
        f"et gardé{plural(len(kept))} dans la bibliothèque de preuves\u00a0: {names}. "
        f"{'Il est coché' if one else 'Ils sont cochés'} dans le formulaire, "
        "inutile de choisir de nouveau.",
    )
    return renewed


def _keep(
    request: MemberRequest, organization: Organization, uploads: str, sharing: str
) -> Sequence[Evidence]:
    files = request.FILES.getlist(uploads)
    if not files:
        return []
    try:
        pieces = FilesField().clean(files)
    except ValidationError:
        # The form itself says which file is refused, and which ones to choose again.
        return []
    return add_to_library(
        organization=organization,
        pieces=pieces,
        sharing=sharing,
        submission_key=_key(request),
        by=request.user,
    )


def _level(request: HttpRequest) -> str:
    posted = request.POST.get("sharing", "")
    return posted if posted in SharingLevel.values else SharingLevel.COORDINATION


def _key(request: HttpRequest) -> uuid.UUID:
    """The key of the form: sent again as it was, it adds nothing more."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return uuid.uuid4()
