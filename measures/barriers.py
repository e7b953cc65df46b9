"""The barriers that can be noted in a record: those of its measure first."""

from dataclasses import dataclass

from measures.models import Barrier, Implementation


@dataclass(frozen=True)
class Group:
    """Barriers under one heading."""

    title: str
    barriers: tuple[Barrier, ...]


def to_note(record: Implementation) -> list[Group]:
    """The barriers that the record has not noted yet, with their solutions."""
    rows = Barrier.objects.exclude(encounters__implementation=record).prefetch_related("solutions")
    # A measure of the organization's own is linked to none.
    of_measure = rows.filter(measures=record.measure_id)
    linked = set(of_measure.values_list("pk", flat=True)) if record.measure_id else set()
    groups = [
        Group("Enjeux liés à cette mesure", tuple(row for row in rows if row.pk in linked)),
        Group(
            "Autres enjeux" if linked else "Tous les enjeux",
            tuple(row for row in rows if row.pk not in linked),
        ),
    ]
    return [group for group in groups if group.barriers]
