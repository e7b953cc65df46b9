"""Dates of the demonstration: working days, at office hours, the same on every run of a day."""

import datetime
import random

from django.utils import timezone

# The chantier's first year.
FIRST_CYCLE = "2020-2021"
FIRST_DAY = datetime.date(2020, 9, 8)
LAST_DAY = datetime.date(2021, 8, 20)
# New Year, Saint-Jean-Baptiste, Canada Day, Christmas: nobody writes on those days.
_HOLIDAYS = {(1, 1), (1, 2), (6, 24), (7, 1), (12, 25), (12, 26)}


def days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def workday(day: datetime.date) -> datetime.date:
    """The day itself, or the last day at work before it."""
    while day.weekday() > 4 or (day.month, day.day) in _HOLIDAYS:
        day -= days(1)
    return day


def between(rng: random.Random, start: datetime.date, end: datetime.date) -> datetime.date:
    """A working day of the period; `start` when the period is empty."""
    span = max(0, (end - start).days)
    return workday(start + days(rng.randint(0, span)))


def at_office(rng: random.Random, day: datetime.date) -> datetime.datetime:
    """A moment of that day, between 8:30 and 16:30, local time."""
    minutes = rng.randint(8 * 60 + 30, 16 * 60 + 30)
    moment = datetime.time(minutes // 60, minutes % 60)
    return timezone.make_aware(datetime.datetime.combine(day, moment))


def chantier_year(day: datetime.date) -> int:
    """The calendar year in which the chantier year of `day` begins, in September."""
    return day.year if day.month >= 9 else day.year - 1
