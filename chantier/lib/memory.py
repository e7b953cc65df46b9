"""What a server keeps for as long as it runs. Knows no app."""

import gc

# Of objects made and not yet given back, before the collector looks for cycles. A page makes
# some thousands: with Python's 700, several searches would fall into each.
_YOUNG, _MIDDLE, _OLD = 10_000, 20, 50


def settle() -> None:
    """Once all is loaded: leave it out of every later search, which would find nothing there.

    Hundreds of thousands of objects of libraries outlive every page; a full search among them
    takes longer than to answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
