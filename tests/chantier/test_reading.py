"""Several queries that see one moment of the database."""

import threading

import pytest
from django.db import connection

from chantier.lib.reading import one_moment
from members.models import Cycle
from tests.factories import CycleFactory


@pytest.mark.django_db(transaction=True)
def test_what_others_save_meanwhile_is_not_seen() -> None:
    started = threading.Event()

    def save() -> None:
        started.set()
        try:
            CycleFactory(label="2020-2021")
        finally:
            connection.close()

    writer = threading.Thread(target=save)
    with one_moment():
        before = Cycle.objects.count()
        writer.start()
        started.wait(timeout=10)
        # Time enough for the other to save, where the database lets it.
        writer.join(timeout=1)
        assert Cycle.objects.count() == before
    writer.join(timeout=30)
    assert Cycle.objects.count() == before + 1
