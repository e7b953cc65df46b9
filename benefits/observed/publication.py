"""When the figures of a benefit are told anew.

Whoever reads them every day could subtract yesterday's from today's. Hence they stand as they were
last told, until what changed since may be told by itself: of three organizations besides one's own,
none of which makes nearly all of it. What is read row by row hides nobody from who reads it.
"""

from decimal import Decimal

from django.utils import timezone

from benefits.models import Benefit, ObservedBenefit, PublishedStrength
from benefits.observed.secrecy import Hand, may_count, read_hands
from benefits.observed.strength import Strength, figures_of, may_tell_values
from benefits.observed.tallies import Contents, Tally, contents_of, tallies_by_benefit


def publish(*benefits: int) -> None:
    """Tell these benefits anew where it may be done; inside the transaction of what changed."""
    # One at a time: two changes at once would each be told by itself.
    locked = Benefit.objects.select_for_update(no_key=True).filter(pk__in=set(benefits))
    units = dict(locked.order_by("pk").values_list("pk", "unit"))
    live, hands = tallies_by_benefit(list(units)), read_hands()
    kept = {row.benefit_id: row for row in PublishedStrength.objects.filter(benefit__in=units)}
    for key, tallies in live.items():
        held = [Tally.read(value) for value in kept[key].tallies] if key in kept else []
        if may_follow(held, tallies, units[key], hands):
            told = {"at": timezone.now(), "tallies": [tally.written() for tally in tallies]}
            PublishedStrength.objects.update_or_create(benefit_id=key, defaults=told)


def publish_all() -> None:
    """Every benefit that somebody observed; in a transaction."""
    observed = ObservedBenefit.objects.order_by().values_list("benefit", flat=True).distinct()
    if benefits := list(observed):
        publish(*benefits)


def may_follow(held: list[Tally], live: list[Tally], unit: str, hands: list[Hand]) -> bool:
    """Whether `live` may be told after `held`: what changed between them is of enough."""
    old, new = (figures_of(each, unit, hands) for each in (held, live))
    if not new or contents_of(held) == contents_of(live):
        return False
    if (old.verified is not None and new.verified is None) or (old.value and not new.value):
        # The next one that tells it would be compared with this one.
        return False
    before, after = (_told_of(contents_of(each), old) for each in (held, live))
    closed, of_members, public = (_moved(before, after, openness) for openness in range(3))
    moved = closed | of_members | public
    # All of it; then what visitors cannot read by row, and what members cannot: of those who also
    # changed something that is read, part of the change is known.
    differences: list[tuple[frozenset[int], tuple[int, ...]]] = [(moved, (0, 1, 2))]
    if closed | of_members:
        differences.append(((closed | of_members) - public, (0, 1)))
    if closed:
        differences.append((closed - of_members - public, (0,)))
    return not (held and moved) or all(
        may_count(movers, hands) and _may_tell_change(before, after, movers, openness, unit, hands)
        for movers, openness in differences
    )


def _told_of(contents: Contents, figures: Strength) -> Contents:
    """The part of the contents that these figures tell: nobody subtracts from what was not told."""
    has_verified, has_value = figures.verified is not None, figures.value is not None
    return {
        key: (
            number,
            verified if has_verified else 0,
            measured if has_value else 0,
            total if has_value else Decimal(0),
        )
        for key, (number, verified, measured, total) in contents.items()
    }


def _moved(before: Contents, after: Contents, openness: int) -> frozenset[int]:
    """The organizations whose part is another one."""
    keys = {key for key in {*before, *after} if key[1] == openness}
    return frozenset(key[0] for key in keys if before.get(key) != after.get(key))


def _may_tell_change(
    before: Contents,
    after: Contents,
    moved: frozenset[int],
    openness: tuple[int, ...],
    unit: str,
    hands: list[Hand],
) -> bool:
    """The difference of the verified values, as one more sum."""
    changes = []
    for organization in sorted(moved):
        old, new = (_verified_part(each, organization, openness) for each in (before, after))
        measured, total = new[0] - old[0], new[1] - old[1]
        if measured or total:
            changes.append(
                Tally(
                    organization,
                    is_open=False,
                    is_verified=True,
                    number=0,
                    measured=abs(measured),
                    total=abs(total),
                )
            )
    return not changes or may_tell_values(changes, unit, hands)


def _verified_part(
    contents: Contents, organization: int, openness: tuple[int, ...]
) -> tuple[int, Decimal]:
    """How many verified values an organization has at some openness, and their sum."""
    parts = [contents[key] for each in openness if (key := (organization, each)) in contents]
    return sum(part[2] for part in parts), sum((part[3] for part in parts), Decimal(0))
