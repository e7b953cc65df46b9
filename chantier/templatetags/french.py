"""French typography in templates."""

import datetime
import re
from decimal import Decimal

from django import template
from django.utils import timezone

from chantier.lib import french

register = template.Library()
# Words that spaces which do not break hold together are one for the engine.
_LONG_RUN = re.compile(r"[\S\u00a0\u2007\u202f]{40,}")
# Invisible places to break, as a paste from a web page or from Word brings them: a few thousand
# keep the PDF engine for minutes, and ours make them useless.
_INVISIBLE_BREAKS = dict.fromkeys(map(ord, "\u00ad\u200b"))


@register.filter
def pluralize_fr(count: float, suffix: str = "s") -> str:
    """« 0 mesure », « 1 mesure », « 2 mesures »."""
    return french.plural(count, suffix)


@register.filter
def long_date(value: datetime.date | datetime.datetime | None) -> str:
    """« 1er avril 2026 », in local time for a moment."""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date()
    return french.long_date(value)


@register.filter
def moment(value: datetime.datetime) -> str:
    """« 12 juillet 2021, 15 h 40 »."""
    local = timezone.localtime(value)
    return f"{french.long_date(local.date())}, {french.clock_time(local)}"


@register.filter
def clock(value: datetime.time) -> str:
    """« 13 h 30 »."""
    return french.clock_time(value)


@register.filter
def number(value: float | Decimal | None) -> str:
    """« 1 234,5 »; « n. d. » for None."""
    return french.number(value)


@register.filter
def dollars(value: Decimal | int | None, decimals: int | None = None) -> str:
    """« 128 750,50 $ », « 128 750 $ » when round; « n. d. » for None; `dollars:2` in a column."""
    return french.dollars(value, decimals)


@register.filter
def file_size(value: int) -> str:
    """« 3,4 Mo »."""
    return french.file_size(value)


@register.filter
def percent(value: float | None) -> str:
    """« 34 % »; « n. d. » for None."""
    return french.percent(value)


@register.filter
def points(value: int | None) -> str:
    """A difference in points, signed: « +11 », « −3 », « 0 »."""
    if value is None:
        return french.NOT_AVAILABLE
    return f"+{value}" if value > 0 else french.number(value)


@register.filter
def breakable(text: str) -> str:
    """Let a run of 40 characters or more break: without that, one long word hangs the PDF."""
    plain = str(text).translate(_INVISIBLE_BREAKS)
    return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(r".{1,20}", run.group())), plain)
