"""Where purchases go: the portrait of an organization, and that of the chantier."""

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from benefits.chantier_portrait import ChantierPortrait
from benefits.portrait import Part, Portrait
from chantier.lib.spreadsheets import CONTENT_TYPES, Column, Value, csv_chunks, xlsx_chunks
from members.access import MemberRequest, PortalRequest, allows, own_access, require_permission
from members.models import Organization
from members.roles import Permission

_COLUMNS = (
    Column("Par", width=12),
    Column("Ligne", width=44),
    Column("Montant avant taxes ($)", "amount", 20),
    Column("Part (%)", "amount", 10),
    Column("Achats", "number", 10),
    Column("EÉS", "number", 10),
    Column("Montant de l’année financière d’avant, mêmes mois ($)", "amount", 24),
)
_INSTRUCTIONS = (
    "Portrait des achats",
    "Les achats rapprochés d’une EÉS du répertoire, avant taxes, en dollars canadiens.",
    "Les secteurs font le total, les régions aussi\u00a0: ne les additionnez pas ensemble.",
    "Une EÉS compte dans la région de son siège, et un achat dans un seul secteur.",
    "Une année financière en cours est comparée aux mêmes mois de celle d’avant.",
)


@require_safe
@require_permission(Permission.PURCHASE_VIEW)
def purchase_portrait(request: MemberRequest, organization: Organization) -> HttpResponse:
    portrait = _portrait(request, organization)
    context = {
        "organization": organization,
        "portrait": portrait,
        "may_edit": request.access.allows(Permission.PURCHASE_EDIT),
    }
    return render(request, "benefits/purchase_portrait.html", context)


def _portrait(request: MemberRequest, organization: Organization) -> Portrait:
    asked = request.GET.get("annee", "")
    return Portrait.build(organization, today=timezone.localdate(), asked=asked)


@require_safe
@require_permission(Permission.PURCHASE_VIEW)
def purchase_portrait_export(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    if kind not in CONTENT_TYPES:
        raise Http404
    portrait = _portrait(request, organization)
    rows = _rows(portrait)
    if kind == "csv":
        chunks: Iterable[bytes] = csv_chunks(_COLUMNS, rows)
    else:
        chunks = xlsx_chunks(_COLUMNS, rows, title="Portrait", instructions=_INSTRUCTIONS)
    name = f"portrait-des-achats-{organization.slug}-{portrait.year.label}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(b"".join(chunks), content_type=CONTENT_TYPES[kind], headers=headers)


def _rows(portrait: Portrait) -> Iterator[list[Value]]:
    for word, parts in (
        ("Secteur", portrait.sectors),
        ("Région", portrait.regions),
        ("EÉS", portrait.suppliers),
    ):
        for part in parts:
            yield _row(word, part, has_before=portrait.compared.is_known)


def _row(word: str, part: Part, *, has_before: bool) -> list[Value]:
    return [
        word,
        part.label,
        part.amount,
        part.share,
        part.count,
        part.enterprises,
        part.before if has_before else None,
    ]


@require_safe
def chantier_portrait(request: PortalRequest) -> HttpResponse:
    own = own_access(request)
    for_staff = allows(request.user, Permission.ORGANIZATION_VIEW)
    portrait = ChantierPortrait.build(
        user=request.user,
        for_staff=for_staff,
        today=timezone.localdate(),
        asked=request.GET.get("annee", ""),
    )
    context = {
        "portrait": portrait,
        "own": own.organization if own else None,
        "for_staff": for_staff,
        "may_prepare": allows(request.user, Permission.MEETING_MANAGE),
    }
    return render(request, "benefits/chantier_portrait.html", context)
