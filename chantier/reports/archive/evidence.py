"""The evidence that goes with a report: what the coordination may open on the day, nothing else."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Q

from measures.models import Evidence, Implementation
from members.access import Access
from members.models import Organization

_SECTIONS = ("commitments", "implemented", "upcoming", "not_applicable")


def shared_evidence(organization: Organization, content: Mapping[str, Any]) -> Iterator[Evidence]:
    """The pieces of the measures that the report describes, through the door of ECPAR staff.

    Records and pieces are looked at as they are shared now: what an organization closed since it
    submitted stays with it. One query; none for an organization that left.
    """
    if not organization.is_active:
        return
    # Nobody's own: a coordinator who works there has no more in this archive than a colleague.
    staff = Access(organization, is_member=False, permissions=frozenset())
    records = Implementation.objects.open_to(staff).filter(_is_described(content))
    links = Implementation.evidence.through.objects.filter(implementation__in=records)
    yield from (
        Evidence.objects.open_to(staff)
        .filter(pk__in=links.values("evidence"))
        .order_by("created_at", "pk")
    )


def is_still_shared(keys: Collection[int]) -> bool:
    """Whether the coordination may open each of these pieces now; one query.

    A piece that was removed is open to nobody.
    """
    wanted = set(keys)
    return Evidence.objects.open_to_staff().filter(pk__in=wanted).count() == len(wanted)


def _is_described(content: Mapping[str, Any]) -> Q:
    """A measure of the guide is known by its code, one of the organization's own by its title."""
    told = [row for section in _SECTIONS for row in content[section]["measures"]]
    return Q(measure__code__in={row["code"] for row in told}) | Q(
        measure=None, own_title__in={row["title"] for row in told}
    )
