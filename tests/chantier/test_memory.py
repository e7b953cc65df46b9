"""What a server does once, when it has loaded all."""

import gc

import pytest

from chantier.lib import memory


@pytest.fixture(autouse=True)
def as_before():
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_is_loaded_is_left_out_of_later_searches():
    gc.unfreeze()
    memory.settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] > 700
    kept = []
    kept.append(kept)
    # What is made afterwards is still searched.
    assert any(found is kept for found in gc.get_objects())
