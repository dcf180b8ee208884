"""Holding the garbage collector back where many objects are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: With so many files a vault is worth the trouble: what is read of it is never walked again.
MANY = 1000


@contextmanager
def without_collector(files: int = 0) -> Iterator[None]:
    """Hold the collector back; where a vault of many `files` is read, let it forget what was made.

    A full collection walks every object: with ten thousand notes it costs more than parsing them, or than
    answering a query. What it was told to forget before is walked once more first, or garbage would pile up.
    """
    was = gc.isenabled()
    if files >= MANY and gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if files >= MANY:
            gc.freeze()
        if was:
            gc.enable()
