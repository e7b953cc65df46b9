"""What every filtered list shows: its page, its active filters, its address. Knows no app."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 25
# What an address says of one page only.
_OF_ONE_PAGE = ("page", "cocher")


@dataclass(frozen=True)
class Chip:
    """One active filter, and the query string without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Listing:
    """A page of rows; `query` keeps the filters in the addresses of the other pages."""

    page: Page
    chips: tuple[Chip, ...]
    query: str

    @property
    def number_found(self) -> int:
        return self.page.paginator.count


def build(
    request: HttpRequest,
    filterset: Any,
    *,
    per_page: int = PER_PAGE,
    number_found: int | None = None,
) -> Listing:
    """Paginate `filterset` and describe its active filters; a number that is known is not asked."""
    rows: QuerySet = filterset.qs
    paginator = Paginator(rows, per_page)
    if number_found is not None:
        paginator.count = number_found
    page = paginator.get_page(request.GET.get("page"))
    return Listing(
        page, tuple(_chips(request, filterset)), _query_without(request, *_OF_ONE_PAGE, end="&")
    )


def _query_without(request: HttpRequest, *names: str, end: str = "") -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    text = query.urlencode()
    return f"{text}{end}" if text else ""


def _chips(request: HttpRequest, filterset: Any) -> list[Chip]:
    chips = []
    for name, value in filterset.form.cleaned_data.items() if filterset.form.is_valid() else ():
        if value in (None, "", []):
            continue
        field = filterset.form.fields[name]
        # The posted value, not the cleaned one: that is what the choices are keyed by.
        posted = request.GET.get(name, "")
        choices = {str(key): text for key, text in getattr(field, "choices", ())}
        text = choices.get(posted, f"«\u00a0{posted}\u00a0»")
        rest = _query_without(request, name, *_OF_ONE_PAGE)
        chips.append(Chip(f"{field.label}\u00a0: {text}", rest))
    return chips
