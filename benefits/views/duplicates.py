"""Enterprises that the directory may have twice, and how two become one."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from benefits.actions.directory import CONTACT, LINKS, TEXTS, StaleEnterprise
from benefits.actions.merging import keep_apart, merge_enterprises
from benefits.keeping.duplicates import MOST_PAIRS, pairs
from benefits.keeping.forms import bare_neq
from benefits.models import SocialEnterprise
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

APART = "apart"
_TOLD = ("eligibility", "eligibility_on")


@require_safe
@require_portal_permission(Permission.DIRECTORY_EDIT)
def duplicate_list(request: PortalRequest) -> HttpResponse:
    found, number = pairs()
    context = {"pairs": found, "number": number, "most": MOST_PAIRS}
    return render(request, "benefits/duplicate_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def enterprise_merge(request: PortalRequest, first: int, second: int) -> HttpResponse:
    if _is_over(first, second):
        if request.method != "POST":
            messages.info(request, "L’une des deux est déjà réunie à une autre EÉS.")
        # The second click, or somebody else’s: nothing is left to unite here.
        return redirect("benefits:duplicate_list")
    if request.method != "POST":
        return _render(request, _pair(first, second))
    pair = _pair(first, second)
    if request.POST.get("act") == APART:
        keep_apart(first=pair[0], second=pair[1], by=request.user)
        messages.success(request, "C’est noté\u00a0: ce sont deux entreprises.")
        return redirect("benefits:duplicate_list")
    return _merge(request, pair)


def _pair(first: int, second: int) -> list[SocialEnterprise]:
    rows = SocialEnterprise.objects.listed().with_terms().prefetch_related("served_regions")
    found = {row.pk: row for row in rows.filter(_one_of(first, second))}
    if len(found) != 2:
        raise Http404
    return [found[first], found[second]]


def _is_over(first: int, second: int) -> bool:
    rows = SocialEnterprise.objects.filter(_one_of(first, second))
    return rows.filter(state=SocialEnterprise.State.MERGED).exists()


def _one_of(first: int, second: int) -> Q:
    """As two comparisons: a number too large for a key is then nobody’s, and no fault."""
    return Q(pk=first) | Q(pk=second)


def _merge(request: PortalRequest, pair: list[SocialEnterprise]) -> HttpResponse:
    choice = request.POST.get("keep", "")
    kept = next((row for row in pair if str(row.pk) == choice), None)
    if kept is None:
        return _render(request, pair, problem="Choisissez celle qui reste.")
    gone = next(row for row in pair if row is not kept)
    try:
        read = [int(bare_neq(request.POST.get(f"version_{row.pk}", ""))) for row in (kept, gone)]
        merge_enterprises(kept=kept, gone=gone, versions=(read[0], read[1]), by=request.user)
    except (StaleEnterprise, ValueError):
        return _render(request, _pair(pair[0].pk, pair[1].pk), is_stale=True)
    messages.success(request, f"Les deux n’en font plus qu’une\u00a0: {kept.name}.")
    return redirect(kept)


def _render(
    request: PortalRequest,
    pair: list[SocialEnterprise],
    *,
    problem: str = "",
    is_stale: bool = False,
) -> HttpResponse:
    context = {
        "pair": pair,
        "rows": _side_by_side(pair),
        "problem": problem,
        "is_stale": is_stale,
    }
    status = 409 if is_stale else 200
    return render(request, "benefits/enterprise_merge.html", context, status=status)


def _side_by_side(pair: list[SocialEnterprise]) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """Each field that one of the two has: its label, both values, whether they are the same."""
    rows = []
    for name in (*TEXTS, *LINKS, *_TOLD, *CONTACT):
        values = [_words(enterprise, name) for enterprise in pair]
        if any(values):
            label = str(SocialEnterprise._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            told = [(row.name, value) for row, value in zip(pair, values, strict=True)]
            rows.append((label[:1].upper() + label[1:], told, values[0] == values[1]))
    return rows


def _words(enterprise: SocialEnterprise, name: str) -> str:
    if name in LINKS:
        return ", ".join(term.label for term in getattr(enterprise, name).all())
    if name == "eligibility":
        return enterprise.get_eligibility_display().capitalize()
    return str(getattr(enterprise, name) or "")
