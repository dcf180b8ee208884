"""Messages that come again and again: told at once, then ever more rarely, with how often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from msgspec import Struct

from vaultkit.shell.ports import Clock

#: After how many seconds a message is told again: at first, and at most.
FIRST, LAST = 60.0, 3600.0
_REMEMBERED = 64


class Repeated(Struct, frozen=True):
    """How often a message came since it was last told, and when that was (seconds since 1970)."""

    times: int
    since: float


class _Known(Struct):
    since: float
    told: float
    pause: float = FIRST
    times: int = 0


class Folding:
    """Remembers the last messages; one that did not come for an hour is new again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()

    def seen(self, message: Hashable | None) -> Repeated | None:
        """Return how often `message` came if it is to be told now, None if not; None is told each time."""
        now = self._clock.monotonic()
        if message is None:
            return Repeated(1, self._clock.wall())
        known = self._known.get(message)
        if known is None or now - known.told > 2 * LAST:
            self._known[message] = _Known(self._clock.wall(), now)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            return Repeated(1, self._clock.wall())
        self._known.move_to_end(message)
        known.times += 1
        if now - known.told < known.pause:
            return None
        told = Repeated(known.times, known.since)
        known.told, known.since, known.times = now, self._clock.wall(), 0
        known.pause = min(LAST, 2 * known.pause)
        return told
