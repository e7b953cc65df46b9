"""Two reports on one page: the anchors of the second are told apart from those of the first."""

import re

from django import template

register = template.Library()
_NAMED = re.compile(r' (id|aria-labelledby|aria-describedby)="([^"]+)"| (href)="#([^"]+)"')


def _apart(found: re.Match[str]) -> str:
    name, value, href, anchor = found.groups()
    return f' href="#avant-{anchor}"' if href else f' {name}="avant-{value}"'


@register.filter(is_safe=True)
def ids_apart(html: str) -> str:
    """For the `filter` tag around what a template has already escaped: no text holds a quote."""
    return _NAMED.sub(_apart, html)
