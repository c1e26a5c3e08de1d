"""Work that makes a great many objects and keeps them all: the cyclic garbage collector only gets in its way."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the collector, which would look through all of them again and again: half the time of a large import.

    For work of seconds. It pauses for all threads; what they leave meanwhile is found afterwards. Where two pause at
    once it goes on with the first that ends.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()
