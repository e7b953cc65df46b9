"""Reference content: rows that a file proposes and that staff may edit afterwards.

A seed file never takes back what people changed. Each seeded row remembers the values that the
seed last wrote (`seeded`); at the next seed a field is refreshed only while it still holds that
value. The comparison is by field, so that correcting a title keeps later seeds of the
description flowing. Knows no app.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

SeededT = TypeVar("SeededT", bound="SeededModel")


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


def load(path: Path) -> list[dict[str, Any]]:
    """Read the `[[item]]` tables of a TOML file."""
    with path.open("rb") as file:
        return tomllib.load(file)["item"]


def upsert(
    model: type[SeededT],
    items: Iterable[dict[str, Any]],
    *,
    many: dict[str, type[models.Model]] | None = None,
) -> dict[str, SeededT]:
    """Create or refresh one row per item, by `code`; return the rows by code.

    `many` names the many-to-many fields and the model of their rows, given in the items as lists
    of codes. Rows that have left the file stay: records hang on them.
    """
    many = many or {}
    existing = {row.code: row for row in model._default_manager.all()}
    rows: dict[str, SeededT] = {}
    for item in items:
        values = {name: value for name, value in item.items() if name not in many}
        links = {name: sorted(item[name]) for name in many if name in item}
        row = existing.get(item["code"])
        rows[item["code"]] = (
            _create(model, values, links, many)
            if row is None
            else _refresh(row, values, links, many)
        )
    return rows


def _remembered(values: dict[str, Any], links: dict[str, list[str]]) -> dict[str, Any]:
    plain = {
        name: value.pk if isinstance(value, models.Model) else value
        for name, value in values.items()
    }
    return plain | links


def _comparable(value: Any) -> str:
    """A value as JSON would give it back, so that 12 and Decimal("12.00") compare equal."""
    if isinstance(value, models.Model):
        value = value.pk
    try:
        return f"{float(value):.6f}"
    except (TypeError, ValueError):
        return str(value)


def _create(
    model: type[SeededT],
    values: dict[str, Any],
    links: dict[str, list[str]],
    many: dict[str, type[models.Model]],
) -> SeededT:
    row = model(**values, seeded=_remembered(values, links))
    row.save()
    for name, codes in links.items():
        getattr(row, name).set(_targets(many[name], codes))
    return row


def _refresh(
    row: SeededT,
    values: dict[str, Any],
    links: dict[str, list[str]],
    many: dict[str, type[models.Model]],
) -> SeededT:
    wanted = _remembered(values, links)
    if row.seeded == wanted or _same(row.seeded, wanted):
        return row
    for name, value in values.items():
        current = getattr(row, name)
        if name not in row.seeded or _comparable(current) == _comparable(row.seeded[name]):
            setattr(row, name, value)
    for name, codes in links.items():
        manager = getattr(row, name)
        current_codes = sorted(manager.values_list("code", flat=True))
        if current_codes == row.seeded.get(name, []):
            manager.set(_targets(many[name], codes))
    row.seeded = wanted
    row.save()
    return row


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(
        _comparable(one[key]) == _comparable(other[key]) for key in one
    )


def _targets(model: type[models.Model], codes: list[str]) -> list[models.Model]:
    found = list(model._default_manager.filter(code__in=codes))
    missing = set(codes) - {row.code for row in found}  # type: ignore[attr-defined]
    if missing:
        raise ValueError(f"{model._meta.label}: unknown codes {sorted(missing)}")
    return found
