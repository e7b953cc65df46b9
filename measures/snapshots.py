"""A row of the catalogue as its journal keeps it: what was there before, what is there after.

A snapshot is flat: {"title": "…", "legal_references": ["LSES"]}. What hangs on a row is in it
under three names, « thresholds.SEUIL-2023.amount »; the text of a clause is under « text ».
Related rows are named by their codes, which outlive a renaming.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from chantier.lib.seeds import SeededModel
from measures.models import Barrier, Clause, LegalReference, Solution, Threshold

# The rows that are edited with another one, by the name of their relation.
CHILDREN: dict[type[SeededModel], tuple[str, type[SeededModel]]] = {
    LegalReference: ("thresholds", Threshold),
    Barrier: ("solutions", Solution),
}
TEXT = "text"
# Opens the codes of rows that people add to another: seed files never give one so.
ADDED = "ajout-"

Snapshot = dict[str, Any]


def fields_of(model: type[models.Model]) -> Iterator["models.Field[Any, Any]"]:
    """What people write in a row: neither its code nor what it hangs on."""
    parents = {child: parent for parent, (_, child) in CHILDREN.items()}
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        if not field.editable or field.primary_key or field.name == "code":
            continue
        if field.related_model is None or field.related_model is not parents.get(cast(Any, model)):
            yield field


def stored(row: SeededModel) -> SeededModel:
    """The row as the database has it, with all that a snapshot reads."""
    related = [field.name for field in row._meta.many_to_many]
    if type(row) in CHILDREN:
        name, child = CHILDREN[type(row)]
        related += [name, *(f"{name}__{field.name}" for field in child._meta.many_to_many)]
    return type(row)._default_manager.prefetch_related(*related).get(pk=row.pk)


def snapshot(row: SeededModel) -> Snapshot:
    """All that people may change in a row, and in what hangs on it."""
    row = stored(row)
    values = _values(row)
    if type(row) in CHILDREN:
        name, _ = CHILDREN[type(row)]
        for child in getattr(row, name).all():
            values |= {f"{name}.{child.code}.{key}": value for key, value in _values(child).items()}
    if isinstance(row, Clause):
        version = row.latest_version
        values[TEXT] = version.text if version else ""
    return values


def changes_between(before: Snapshot, after: Snapshot) -> dict[str, list[Any]]:
    """{field: [before, after]}, without what stayed empty."""
    found = {}
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = before.get(name), after.get(name)
        if old != new and not (_is_empty(old) and _is_empty(new)):
            found[name] = [old, new]
    return found


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], False)


def _values(row: models.Model) -> Snapshot:
    return {field.name: _value(row, field) for field in fields_of(type(row))}


def _value(row: models.Model, field: "models.Field[Any, Any]") -> Any:
    value = getattr(row, field.name)
    if field.many_to_many:
        return sorted(each.code for each in value.all())
    if field.is_relation:
        return value.code if value else None
    # 121200 and 121200.00 are one amount.
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def field_of(model: type[SeededModel], key: str) -> "models.Field[Any, Any] | None":
    """The field that a key of a snapshot names; None for the text of a clause.

    And for a field that no longer exists: the journal outlives it.
    """
    if "." in key:
        model, key = CHILDREN[model][1], key.rpartition(".")[2]
    try:
        return cast("models.Field[Any, Any]", model._meta.get_field(key))
    except FieldDoesNotExist:
        return None


def is_text(model: type[SeededModel], key: str) -> bool:
    """Whether a key holds words of people's own, which may be restored."""
    field = field_of(model, key)
    if field is None:
        return key == TEXT
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def label_of(model: type[SeededModel], key: str) -> str:
    """« Titre »; « Seuil SEUIL-2023, montant ($) » for what hangs on the row."""
    field = field_of(model, key)
    name = str(field.verbose_name) if field else "libellé" if key == TEXT else key
    if "." in key:
        _, code, _ = key.split(".", 2)
        if code.startswith(ADDED):
            code = f"(ajout {code.removeprefix(ADDED)[:4]})"
        name = f"{CHILDREN[model][1]._meta.verbose_name} {code}, {name}"
    return name[:1].upper() + name[1:]


def heading_of(model: type[SeededModel], key: str) -> str:
    """« titre »; « solutions » for all that hangs on the row, however many fields of it moved."""
    if "." in key:
        return str(CHILDREN[model][1]._meta.verbose_name_plural)
    return label_of(model, key).lower()


def in_words(model: type[SeededModel], key: str, value: Any) -> str:
    """A value as people read it; « » for nothing."""
    field = field_of(model, key)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        # « organization_group:municipal » is known to people as « municipal ».
        return ", ".join(str(code).rpartition(":")[2] for code in value)
    choices = dict(field.choices or ()) if field is not None else {}
    return str(choices.get(value, value))
