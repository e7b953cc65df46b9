"""Two plans of one meeting united: field by field, row by row, and in their order.

What only one of the two changed is kept without a question; where both did, the author's own text
stays in the form and both are told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from meetings.drafts import Difference
from meetings.plan import Plan, Row, text_print

# The words of a field: its label, and how one of its values reads.
Words = Callable[[str, Any], tuple[str, str]]


@dataclass
class PlanMerge:
    """The plan to go on with, what clashes in it, and what was taken over from the other."""

    plan: Plan
    clashes: list[Difference] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class _Kind:
    """How the rows of one list are called, in what is told."""

    noun: str
    order: str
    name: str
    words: Words


def merge_plans(mine: Plan, stored: Plan, words: Words) -> PlanMerge:
    merged = PlanMerge(mine)
    objectives = _Kind("Objectif", "Ordre des objectifs", "text", words)
    points = _Kind("Point", "Ordre des points", "title", words)
    merged.plan = replace(
        mine,
        particulars=_merge_fields(mine.particulars, stored.particulars, "", words, merged),
        objectives=_merge_rows(mine.objectives, stored.objectives, objectives, merged),
        points=_merge_rows(mine.points, stored.points, points, merged),
        guests=mine.guests.united_with(stored.guests),
        themes=mine.themes.united_with(stored.themes),
    )
    return merged


def _merge_fields(mine: Row, theirs: Row, title: str, words: Words, merged: PlanMerge) -> Row:
    """Of each field, the one that changed; of both, mine."""
    values = dict(mine.values)
    for name, value in mine.values.items():
        here, there = text_print(value), text_print(theirs.values[name])
        if there in (here, mine.seen.get(name)):
            continue
        label, own = words(name, value)
        _, stored = words(name, theirs.values[name])
        heading = f"{title}, {label.lower()}" if title else label
        if here == mine.seen.get(name):
            values[name] = theirs.values[name]
            merged.taken.append(Difference.of(heading, own, stored))
        else:
            merged.clashes.append(Difference.of(heading, stored, own))
    return replace(mine, values=values, seen=theirs.seen, place=theirs.place)


def _merge_rows(mine: list[Row], stored: list[Row], kind: _Kind, merged: PlanMerge) -> list[Row]:
    theirs = {row.pk: row for row in stored}
    united = []
    for row in mine:
        one = _merge_row(row, theirs.pop(row.pk, None), kind, merged)
        united += [one] if one else []
    for added in theirs.values():
        merged.taken.append(Difference.of(f"{kind.noun} ajouté", "", _title(added, kind)))
    united = _ordered(mine, united, stored, kind, merged)
    return _inserted(united, stored)


def _merge_row(mine: Row, theirs: Row | None, kind: _Kind, merged: PlanMerge) -> Row | None:
    if mine.pk is None:
        return mine
    if theirs is None:
        return _merge_removed(mine, kind, merged)
    if mine.remove:
        if theirs.prints != mine.seen:
            told = f"{kind.noun} que vous retirez, modifié par l’autre personne"
            merged.clashes.append(Difference.of(told, _title(theirs, kind), ""))
        return replace(mine, seen=theirs.seen)
    title = f"{kind.noun} «\u00a0{_title(theirs, kind)}\u00a0»"
    return _merge_fields(mine, theirs, title, kind.words, merged)


def _merge_removed(mine: Row, kind: _Kind, merged: PlanMerge) -> Row | None:
    """Somebody else has removed the row: gone, unless I have written in it."""
    if mine.remove:
        return None
    if not mine.is_touched:
        merged.taken.append(Difference.of(f"{kind.noun} retiré", _title(mine, kind), ""))
        return None
    told = f"{kind.noun} retiré par l’autre personne"
    merged.clashes.append(Difference.of(told, "", _title(mine, kind)))
    return replace(mine, pk=None, seen={})


def _ordered(
    mine: list[Row], united: list[Row], stored: list[Row], kind: _Kind, merged: PlanMerge
) -> list[Row]:
    """The order that somebody changed; where both did, mine, and both are told."""
    opened = {row.pk: row.place for row in mine if row.pk}
    kept = [row.pk for row in united if row.pk]
    theirs = [row.pk for row in stored if row.pk in kept]
    before = sorted(kept, key=lambda pk: opened[pk])
    if theirs in (kept, before):
        return united
    if kept == before:
        rank: dict[int | None, int] = {pk: place for place, pk in enumerate(theirs)}
        rows = sorted((row for row in united if row.pk), key=lambda row: rank[row.pk])
        return _around_new(united, rows)
    titles = {row.pk: _title(row, kind) for row in (*stored, *united)}
    lists = ["\n".join(titles[pk] for pk in keys) for keys in (theirs, kept)]
    merged.clashes.append(Difference.of(kind.order, *lists))
    return united


def _around_new(united: list[Row], rows: list[Row]) -> list[Row]:
    """The stored rows in another order; those that I add stay where they stand."""
    left = iter(rows)
    return [row if row.pk is None else next(left) for row in united]


def _inserted(united: list[Row], stored: list[Row]) -> list[Row]:
    """Rows that the form never showed, each after the one that it follows for the other."""
    found = list(united)
    known = {row.pk for row in united}
    for place, row in enumerate(stored):
        if row.pk in known:
            continue
        before = {each.pk for each in stored[:place]}
        spots = [index for index, each in enumerate(found) if each.pk in before]
        found.insert(spots[-1] + 1 if spots else 0, row)
    return found


def _title(row: Row, kind: _Kind) -> str:
    return str(row.values[kind.name])
