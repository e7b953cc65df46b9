"""Reference content: rows that a file proposes and that staff may edit afterwards.

A seed file never takes back what people changed. Each seeded row remembers the values that the
seed last wrote (`seeded`); at the next seed a field is refreshed only while it still holds that
value. The comparison is by field, so that correcting a title keeps later seeds of the
description flowing. Rows that have left the file stay: records hang on them. Knows no app.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from chantier.lib.french import typeset

SeededT = TypeVar("SeededT", bound="SeededModel")
Item = dict[str, Any]
# For each relation, the rows that a file may name, by code: {"stage": {"E1": <Stage>}}.
Targets = Mapping[str, Mapping[str, models.Model]]


class SeededModel(models.Model):
    """A row that a seed file proposes: natural key `code`, and where it comes from."""

    code = models.CharField("code", max_length=40, unique=True)
    is_inference = models.BooleanField(
        "proposition à valider",
        default=False,
        help_text="Déduit par l’équipe du portail; ne pas présenter comme les mots de l’ECPAR.",
    )
    to_verify = models.BooleanField(
        "à vérifier", default=False, help_text="À confirmer avant de publier."
    )
    basis = models.CharField("fondement", max_length=300, blank=True)
    seeded = models.JSONField(
        "valeurs d’origine", default=dict, editable=False, encoder=DjangoJSONEncoder
    )

    class Meta:
        abstract = True


def load(path: Path) -> list[Item]:
    """Read the `[[item]]` tables of a TOML file, with French no-break spaces set."""
    with path.open("rb") as file:
        return cast("list[Item]", _typeset(tomllib.load(file)["item"]))


def _typeset(value: Any) -> Any:
    if isinstance(value, str):
        return typeset(value)
    if isinstance(value, list):
        return [_typeset(one) for one in value]
    if isinstance(value, dict):
        return {key: _typeset(one) for key, one in value.items()}
    return value


def by_code(model: type[SeededT]) -> dict[str, SeededT]:
    """All rows of a model by code, to name them in `targets`."""
    return {row.code: row for row in model._default_manager.all()}


def upsert(
    model: type[SeededT], items: Iterable[Item], *, targets: Targets | None = None
) -> dict[str, SeededT]:
    """Create or refresh one row per item, by `code`; return the rows of the file by code.

    A relation is given as the code of its row, or the list of their codes, among `targets`. The
    number of queries depends on the relations and on the rows that change, not on the rows.
    """
    targets = targets or {}
    many = [name for name in targets if model._meta.get_field(name).many_to_many]
    existing = by_code(model)
    new: dict[str, SeededT] = {}
    links: dict[str, dict[str, list[str]]] = {}
    known: list[tuple[SeededT, Item]] = []
    for item in items:
        code = item["code"]
        links[code] = {name: sorted(item.get(name, [])) for name in many}
        values = {name: value for name, value in item.items() if name not in many}
        if code in existing:
            known.append((existing[code], values))
        else:
            new[code] = model(**_resolved(values, targets), seeded=values | links[code])
    stored = {name: _stored_links(model, name) for name in many}
    _insert(model, new.values())
    for row, values in known:
        _refresh(row, values, links[row.code], stored, targets)
    for name in many:
        wanted = {row: links[code][name] for code, row in new.items()}
        _link(model, name, wanted, targets[name])
    rows = existing | new
    return {code: rows[code] for code in links}


def _target(targets: Targets, name: str, code: str) -> models.Model:
    try:
        return targets[name][code]
    except KeyError:
        raise ValueError(f"{name}: unknown code {code!r}") from None


def _resolved(values: Item, targets: Targets) -> Item:
    """The values as the model takes them: rows instead of codes."""
    return {
        name: _target(targets, name, value) if name in targets else value
        for name, value in values.items()
    }


def _insert(model: type[SeededT], rows: Iterable[SeededT]) -> None:
    """All at once, except where `save` computes a column."""
    if model.save is models.Model.save:
        model._default_manager.bulk_create(rows)
    else:
        for row in rows:
            row.save()


def _through(model: type[SeededT], name: str) -> tuple[type[models.Model], str, str]:
    """The table of a many-to-many relation, and its columns toward the row and the target."""
    field = cast("models.ManyToManyField[Any, Any]", model._meta.get_field(name))
    through = cast("type[models.Model]", field.remote_field.through)
    return through, f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"


def _stored_links(model: type[SeededT], name: str) -> dict[int, set[int]]:
    """The keys of the targets of each row, in one query."""
    through, source, target = _through(model, name)
    found: dict[int, set[int]] = {}
    for row, other in through._default_manager.values_list(source, target):
        found.setdefault(row, set()).add(other)
    return found


def _link(
    model: type[SeededT],
    name: str,
    wanted: Mapping[SeededT, list[str]],
    rows: Mapping[str, models.Model],
) -> None:
    through, source, target = _through(model, name)
    through._default_manager.bulk_create(
        through(**{source: row.pk, target: _target({name: rows}, name, code).pk})
        for row, codes in wanted.items()
        for code in codes
    )


def _refresh(
    row: SeededT,
    values: Item,
    links: dict[str, list[str]],
    stored: dict[str, dict[int, set[int]]],
    targets: Targets,
) -> None:
    """Take over what the file changed, unless somebody edited that very field."""
    base, wanted = row.seeded, values | links
    if base.keys() == wanted.keys() and all(
        _same(row, name, base[name], value) for name, value in wanted.items()
    ):
        return
    for name, value in _resolved(values, targets).items():
        if name not in base or _holds(row, name, base[name], targets):
            setattr(row, name, value)
    for name in base.keys() - wanted.keys():
        if _holds(row, name, base[name], targets):
            setattr(row, name, _default(row, name))
    for name, codes in links.items():
        current = stored[name].get(row.pk, set())
        original = {targets[name][code].pk for code in base.get(name, []) if code in targets[name]}
        if current == original:
            getattr(row, name).set([_target(targets, name, code) for code in codes])
    row.seeded = wanted
    row.save()


def _same(row: SeededModel, name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are equal once typed: 12 and "12.00", a date and its text."""
    if one == other:
        return True
    field = cast("models.Field[Any, Any]", row._meta.get_field(name))
    if field.is_relation or isinstance(field, models.JSONField):
        return False
    return bool(field.to_python(one) == field.to_python(other))


def _default(row: SeededModel, name: str) -> Any:
    """What a field that has left the file goes back to."""
    return cast("models.Field[Any, Any]", row._meta.get_field(name)).get_default()


def _holds(row: SeededModel, name: str, base: Any, targets: Targets) -> bool:
    """Whether a field still holds the value that the seed last wrote."""
    if name not in targets:
        return _same(row, name, getattr(row, name), base)
    original = targets[name].get(base)
    field = cast("models.ForeignKey[Any, Any]", row._meta.get_field(name))
    return original is not None and getattr(row, field.attname) == original.pk
