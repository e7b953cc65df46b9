"""Where the address of an enterprise leads, once it was united with another."""

from django.contrib import messages
from django.http import Http404, HttpRequest

from benefits.models import SocialEnterprise


def listed_or_heir(slug: str) -> tuple[SocialEnterprise, SocialEnterprise | None]:
    """The enterprise at this address, and the one that it was merged from, if it was.

    Raises Http404 for what the directory has never shown.
    """
    rows = SocialEnterprise.objects.listed().with_terms()
    # PostgreSQL refuses it; no address holds it.
    slug = slug.replace("\x00", "")
    if found := rows.filter(slug=slug).first():
        return found, None
    # One proposal may lead to an enterprise that the directory had already: it had no page.
    gone = SocialEnterprise.objects.filter(slug=slug, state=SocialEnterprise.State.MERGED).first()
    heir = rows.filter(pk=gone.merged_into_id or 0).first() if gone else None
    if gone is None or heir is None:
        raise Http404
    return heir, gone


def tell_united(
    request: HttpRequest, gone: SocialEnterprise, heir: SocialEnterprise, more: str
) -> None:
    """Say why another enterprise than the one that was asked for stands here."""
    text = f"«\u00a0{gone.name}\u00a0» est réunie à «\u00a0{heir.name}\u00a0». {more}"
    messages.info(request, text)
