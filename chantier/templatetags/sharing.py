"""What a public page says of itself to those who share it, and to search engines."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import RenderContext
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chantier.lib import structured

register = template.Library()
_CARD = """<link rel="canonical" href="{url}">
    <meta property="og:type" content="website">
    <meta property="og:locale" content="fr_CA">
    <meta property="og:site_name" content="Chantier économie sociale">
    <meta property="og:title" content="{title}">
    <meta property="og:description" content="{description}">
    <meta property="og:url" content="{url}">
    <meta property="og:image" content="{picture}">
    <meta property="og:image:width" content="1200">
    <meta property="og:image:height" content="630">
    <meta property="og:image:alt" content="{alt}">
    <meta name="twitter:card" content="summary_large_image">"""
_ALT = {
    "chantier": "Chantier économie sociale\u00a0: acheter autrement, ensemble",
    "guide": "Le guide d’achat en cinq étapes",
    "benefices": "Pourquoi acheter auprès des entreprises d’économie sociale",
    "entreprises": "Le répertoire des entreprises d’économie sociale",
    "donnees": "Les données ouvertes du chantier",
}


@register.simple_tag(takes_context=True)
def share_card(context: template.Context, picture: str) -> SafeString:
    """Its canonical address, and its card: the title and the description of the page itself.

    `picture` is a file of static/img/cards. Filters and page numbers are no part of the address.
    """
    return format_html(
        _CARD,
        url=structured.absolute(context["request"].path),
        title=_block(context, "title"),
        description=_block(context, "description"),
        picture=structured.absolute(static(f"img/cards/{picture}.png")),
        alt=_ALT[picture],
    )


def _block(context: template.Context, name: str) -> SafeString:
    """What the page writes in a block, to say it a second time."""
    render_context: RenderContext = context.render_context
    block = render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.nodelist.render(context)


@register.simple_tag
def structured_data(data: Mapping[str, Any]) -> SafeString:
    """What the page is about, for search engines."""
    return structured.script(data)
