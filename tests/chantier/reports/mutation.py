"""Change every field of every row of a model, and delete what can be deleted."""

import datetime
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.test.utils import CaptureQueriesContext

from members.models.journal import AppendOnlyError

_FROM = re.compile(r'(?:FROM|JOIN)\s+"(\w+)"')
_MOMENT = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
_SHIFT = datetime.timedelta(days=40)


def models_read(act: Callable[[], Any]) -> set[type[models.Model]]:
    """The models whose tables `act` reads, tables between two models included."""
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    tables = {name for query in captured for name in _FROM.findall(query["sql"])}
    return {by_table[name] for name in tables if name in by_table}


def mutate(model: type[models.Model], *, spare: Iterable[str] = ()) -> set[str]:
    """Change each field of each row, where the database lets it be; returns those left as is.

    A field is left as is when no row of the model could take another value of it.
    """
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in spare
    ]
    untouched = {field.name for field in fields}
    # What one field could not take at first, it may take beside the new values of the others.
    for _ in range(2):
        for row in model._base_manager.order_by("pk"):
            for field in fields:
                if any(_put(row, {field: value}) for value in _others(row, field)):
                    untouched.discard(field.name)
        fields = [field for field in fields if field.name in untouched]
    for row in model._base_manager.order_by("pk"):
        untouched -= _take_on(row)
    return untouched


def _take_on(row: models.Model) -> set[str]:
    """Let a row say all that another one says, where fields change together or not at all."""
    fields = [each for each in row._meta.concrete_fields if not (each.primary_key or each.unique)]
    for other in type(row)._base_manager.exclude(pk=row.pk).order_by("pk"):
        values = {field: getattr(other, field.attname) for field in fields}
        changed = {field.name for field in fields if values[field] != getattr(row, field.attname)}
        if changed and _put(row, values):
            return changed
    return set()


def _put(row: models.Model, values: dict[Any, Any]) -> bool:
    try:
        with transaction.atomic():
            named = {field.attname: value for field, value in values.items()}
            type(row)._base_manager.filter(pk=row.pk).update(**named)
    except IntegrityError:
        return False
    return True


def _others(row: models.Model, field: Any) -> Iterator[Any]:
    """Other values that the field may take, the likeliest first."""
    now = getattr(row, field.attname)
    for value in _tried(row, field, now):
        if value != now:
            yield value
    if field.null and now is not None:
        yield None


def _tried(row: models.Model, field: Any, now: Any) -> Iterable[Any]:
    if field.is_relation:
        others = field.related_model._base_manager.exclude(pk=now).order_by("-pk")
        return list(others.values_list(field.target_field.attname, flat=True)[:5])
    if field.choices:
        return [value for value, _ in field.flatchoices]
    for kinds, values in _VALUES:
        if isinstance(field, kinds):
            return values(row, field, now)
    raise NotImplementedError(f"{field} is of a kind that nobody changes yet")


def _text(row: models.Model, field: Any, now: Any) -> list[str]:
    word = f"change-{row.pk}" if isinstance(field, models.SlugField) else f"Changé {row.pk}"
    return [word[: field.max_length], word[-(field.max_length or 99) :]]


_VALUES: list[tuple[Any, Callable[[models.Model, Any, Any], list[Any]]]] = [
    (models.BooleanField, lambda row, field, now: [not now]),
    (models.DecimalField, lambda row, field, now: [(now or Decimal(0)) + 1]),
    (models.IntegerField, lambda row, field, now: [(now or 0) + 1, (now or 0) + 2, 9, 90 + row.pk]),
    (
        models.DateTimeField,
        lambda row, field, now: [
            (now or datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)) - _SHIFT
        ],
    ),
    (models.DateField, lambda row, field, now: _days(now)),
    (models.TimeField, lambda row, field, now: [datetime.time(1, 2), datetime.time(23, 4)]),
    (models.UUIDField, lambda row, field, now: [uuid.uuid4()]),
    (models.JSONField, lambda row, field, now: [{"change": True}]),
    (models.BinaryField, lambda row, field, now: [b"change"]),
    ((models.CharField, models.TextField, models.FileField), _text),
]


def _days(now: datetime.date | None) -> list[datetime.date]:
    day = now or datetime.date(2020, 6, 1)
    return [day + _SHIFT, day - _SHIFT, day + datetime.timedelta(days=1)]


def delete_all(kinds: Iterable[type[models.Model]]) -> set[type[models.Model]]:
    """Delete, as the portal would, all that nothing protects; returns what lost rows."""
    found, kinds = set(), list(kinds)
    again = True
    while again:
        again = False
        for model in kinds:
            for row in model._base_manager.order_by("-pk"):
                try:
                    with transaction.atomic():
                        row.delete()
                except (ProtectedError, RestrictedError, AppendOnlyError, IntegrityError):
                    continue
                found.add(model)
                again = True
    return found
