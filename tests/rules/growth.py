"""Whether a piece of work takes time in proportion to its size: two measures of one run against each other."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

#: The larger size as a multiple of the smaller, and how much more than that its time may grow.
TIMES, SLACK = 8, 3


def assert_linear(work: Callable[[int], None], size: int = 2000) -> None:
    """Assert that work eight times as large takes about eight times as long, not sixty-four times."""
    small, large = _best(work, size), _best(work, size * TIMES)
    assert large < max(small, 0.004) * TIMES * SLACK, (small, large)


def _best(work: Callable[[int], None], size: int) -> float:
    took = []
    for _ in range(3):
        gc.collect()
        began = time.process_time()
        work(size)
        took.append(time.process_time() - began)
    return min(took)
