"""Which record of the register each row is about: by its number, by its code, or none yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chantier.lib.french import fold
from chantier.lib.spreadsheets import canonical, restore
from measures.actions import snapshot
from measures.exchange.columns import blank, parse_stage
from measures.exchange.rows import Head, ReadRow
from measures.merge import rewound
from measures.models import Implementation, ImplementationEvent, Measure, Stage
from members.models import Organization


@dataclass
class Match:
    """A row and what it is about: a record that exists, or one that it adds."""

    row: ReadRow
    record: Implementation
    # What the person had before them: the row as exported, or nothing yet.
    base: dict[str, Any] = field(default_factory=dict)
    # What the row says beside what can be changed there.
    notes: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.record.pk is None


class Register:
    """What the rows are compared with, read in a few queries whatever their number."""

    def __init__(self, organization: Organization, rows: Iterable[ReadRow]) -> None:
        rows = list(rows)
        self.organization = organization
        self.stages = list(Stage.objects.all())
        self.measures = {
            fold(measure.code): measure for measure in Measure.objects.select_related("stage")
        }
        self.measures_by_title = {fold(m.title): m for m in self.measures.values() if m.is_active}
        ours = Measure.objects.active().for_group(organization.group)
        self.allowed = set(ours.values_list("pk", flat=True))
        self._read_records(rows)
        own = organization.implementations.filter(measure=None)
        self.own_titles = {
            fold(canonical(title)): pk for pk, title in own.values_list("pk", "own_title")
        }
        self.events = self._events(rows)

    def _read_records(self, rows: list[ReadRow]) -> None:
        ours = self.organization.implementations.select_related("measure", "stage", "organization")
        keys = [row.cells["record"] for row in rows if row.cells.get("record")]
        codes = {fold(row.text("code")) for row in rows if row.text("code")}
        wanted = [self.measures[code].pk for code in codes & self.measures.keys()]
        self.by_key = {record.pk: record for record in ours.filter(pk__in=keys)}
        self.by_measure = {
            record.measure_id: self.by_key.setdefault(record.pk, record)
            for record in ours.filter(measure__in=wanted)
        }

    def _events(self, rows: list[ReadRow]) -> dict[int, list[ImplementationEvent]]:
        """What changed since the file was exported, newest first, of each record that moved on."""
        oldest: dict[int, int] = {}
        for row in rows:
            record, version = self.record_of(row), row.cells.get("version")
            if record is not None and version and version < record.version:
                oldest[record.pk] = version
        lines = ImplementationEvent.objects.filter(implementation__in=oldest).order_by("-version")
        found: dict[int, list[ImplementationEvent]] = {}
        for line in lines:
            if line.version > oldest[line.implementation_id]:
                found.setdefault(line.implementation_id, []).append(line)
        return found

    def record_of(self, row: ReadRow) -> Implementation | None:
        """The record that a row names, by its number before its code."""
        if row.cells.get("record"):
            return self.by_key.get(row.cells["record"])
        measure = self.measures.get(fold(row.text("code")))
        return self.by_measure.get(measure.pk) if measure else None


def match(row: ReadRow, register: Register, head: Head) -> Match | None:
    """What a row is about; None when it cannot be told, and then `row.errors` say why."""
    record = register.record_of(row)
    if record is not None:
        return _known(row, record, register, head)
    if row.cells.get("record"):
        # Whether another organization has a record of this number is not told.
        message = f"Il n’y a pas de fiche {row.cells['record']} à votre registre."
        row.errors.append(head.error(row.number, "record", message))
        return None
    return _of_guide(row, register, head) if row.text("code") else _own(row, register, head)


def _known(row: ReadRow, record: Implementation, register: Register, head: Head) -> Match | None:
    code = record.measure.code if record.measure else ""
    if row.text("code") and fold(row.text("code")) != fold(code):
        message = (
            f"La fiche {record.pk} porte un autre code\u00a0: {code or 'hors guide'}. "
            "Une ligne a peut-être été déplacée en partie."
        )
        row.errors.append(head.error(row.number, "code", message))
        return None
    version = row.cells.get("version")
    if version is None:
        found = _from_nothing(row, record)
    elif 1 <= version <= record.version:
        base = rewound(snapshot(record), register.events.get(record.pk, []))
        found = Match(row, record, base)
    else:
        row.errors.append(head.error(row.number, "version", "Cette version n’existe pas."))
        return None
    _note_identity(found, register)
    return found


def _from_nothing(row: ReadRow, record: Implementation) -> Match:
    """A row that nobody exported: what it leaves empty asks for nothing."""
    row.cells = {name: value for name, value in row.cells.items() if value not in (None, "")}
    return Match(row, record, blank())


def _note_identity(found: Match, register: Register) -> None:
    """The title and the stage of a known record are not changed from a table."""
    row, record = found.row, found.record
    stage = parse_stage(row.text("stage"), register.stages) if row.text("stage") else None
    other_title = row.text("title") and not says_the_same(row.text("title"), record.title)
    if other_title or (stage is not None and stage.pk != record.stage_id):
        found.notes.append(
            f"Ligne {row.number}\u00a0: le titre et l’étape d’une fiche se changent dans le "
            f"portail; «\u00a0{record.title}\u00a0» garde les siens."
        )


def _of_guide(row: ReadRow, register: Register, head: Head) -> Match | None:
    measure = register.measures.get(fold(row.text("code")))
    if measure is None or measure.pk not in register.allowed:
        code = row.text("code")[:40]
        message = f"Le guide de votre organisation n’a pas de mesure «\u00a0{code}\u00a0»."
        row.errors.append(head.error(row.number, "code", message))
        return None
    record = Implementation(
        organization=register.organization, measure=measure, stage=measure.stage
    )
    return _from_nothing(row, record)


def _own(row: ReadRow, register: Register, head: Head) -> Match | None:
    """A measure of the organization's own: its title and its stage say enough."""
    title = " ".join(row.text("title").split())
    stage = parse_stage(row.text("stage"), register.stages)
    problem = _title_problem(title, register)
    if problem:
        row.errors.append(head.error(row.number, "title", problem))
    if stage is None:
        names = ", ".join(f"{one.order} – {one.short_name}" for one in register.stages)
        message = f"Choisissez l’étape du guide où ranger cette mesure\u00a0: {names}."
        row.errors.append(head.error(row.number, "stage", message))
    if problem or stage is None:
        return None
    record = Implementation(organization=register.organization, own_title=title, stage=stage)
    return _from_nothing(row, record)


def _title_problem(title: str, register: Register) -> str:
    most = Implementation._meta.get_field("own_title").max_length
    measure = register.measures_by_title.get(fold(title))
    if not title:
        return "Donnez le titre de la mesure, ou son code si elle est au guide."
    if len(title) > (most or 0):
        return f"Ce titre compte {len(title)} caractères\u00a0: {most} au plus."
    if measure is not None and measure.pk in register.allowed:
        return f"Cette mesure est au guide\u00a0: inscrivez son code, {measure.code}."
    if fold(title) in register.own_titles:
        key = register.own_titles[fold(title)]
        return f"Cette mesure est déjà au registre\u00a0: inscrivez le numéro de sa fiche, {key}."
    return ""


def says_the_same(mine: Any, other: Any) -> bool:
    """Whether a cell says what the register says, once through a spreadsheet.

    A CSV opened in a spreadsheet and saved as XLSX keeps the apostrophe that shields a text.
    """
    if isinstance(mine, str) and isinstance(other, str):
        return canonical(other) in (canonical(mine), canonical(restore(mine)))
    return bool(mine == other)
