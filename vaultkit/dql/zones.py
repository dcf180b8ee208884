"""Time zones as Luxon tells them apart: the local one, fixed offsets, and those with a name of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from vaultkit.text import pattern

_MINUTE = 60_000
_DAY = 86_400_000
#: The calendar, with its days of the week, comes again after 400 years.
ERA = 146_097 * _DAY
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- the zone is given where it is used
_YEAR_1 = -62_135_596_800_000
_YEAR_9600 = 240_779_520_000_000
_SPECIFIER = pattern(r"utc(?:([+-])([0-9]{1,2})(?::([0-9]{2}))?)?")


class ZoneKind(StrEnum):
    """What a zone is; zones of different kinds are never equal, whatever their offsets."""

    LOCAL = "local"
    FIXED = "fixed"
    NAMED = "named"


class Zone(Struct, frozen=True):
    """A time zone. The local one has a name too, that of the zone of this place."""

    kind: ZoneKind
    name: str
    _rules: ZoneInfo | None = None
    _fixed: int = 0

    @classmethod
    def local(cls, name: str) -> Zone:
        """Return the zone of this place; `name` is one of the IANA's, `UTC` too."""
        return cls(ZoneKind.LOCAL, name, ZoneInfo(name))

    @classmethod
    def fixed(cls, minutes: int) -> Zone:
        """Return the zone that is always so far from UTC; its name is `UTC`, `UTC+2`, `UTC-3:30`."""
        name = f"UTC{narrow_offset(minutes)}" if minutes else "UTC"
        return cls(ZoneKind.FIXED, name, None, minutes * _MINUTE)

    @property
    def key(self) -> str:
        """The name as the IANA writes it, `UTC` for fixed zones."""
        return self._rules.key if self._rules else "UTC"

    def offset(self, ts: float) -> int:
        """Return how many milliseconds local time is ahead of UTC at a moment.

        As in JavaScript the local zone knows whole minutes only, which tells before 1900; a named one seconds.
        """
        rules = self._rules
        if rules is None:
            return self._fixed
        moment = int(ts)
        if not _YEAR_1 + _DAY <= moment < _YEAR_9600:
            moment = _YEAR_1 + _DAY if moment < 0 else _YEAR_9600 - ERA + (moment - _YEAR_9600) % ERA
        utc = (_EPOCH + timedelta(milliseconds=moment)).replace(tzinfo=rules)
        ahead = rules.fromutc(utc).utcoffset() or timedelta()
        seconds = ahead.days * 86_400 + ahead.seconds
        if self.kind is ZoneKind.LOCAL:
            return int(seconds / 60) * _MINUTE
        return seconds * 1000


UTC = Zone.fixed(0)


def zone_named(text: str, local: Zone) -> Zone | None:
    """Return the zone that a text names, as Luxon's `normalizeZone`; None if there is none of that name.

    `local`, `UTC` and `utc+2` count in any case, as do the names of the IANA, which are kept as written.
    """
    lowered = text.lower()
    if lowered in ("default", "local", "system"):
        return local
    if lowered == "gmt":
        return UTC
    if specifier := _SPECIFIER.fullmatch(lowered):
        sign, hours, minutes = specifier.groups("0")
        ahead = int(hours) * 60 + int(minutes)
        return Zone.fixed(-ahead if sign == "-" else ahead)
    key = _known_names().get(lowered)
    return Zone(ZoneKind.NAMED, text, ZoneInfo(key)) if key else None


@cache
def _known_names() -> Mapping[str, str]:
    return {name.lower(): name for name in sorted(available_timezones())}


def narrow_offset(minutes: float) -> str:
    """Return an offset as `+2` or `-3:30`."""
    sign, hours, rest = _split(minutes)
    return f"{sign}{hours}:{rest}" if rest else f"{sign}{hours}"


def short_offset(minutes: float) -> str:
    """Return an offset as `+02:00`."""
    sign, hours, rest = _split(minutes)
    return f"{sign}{hours:02}:{rest:02}"


def techie_offset(minutes: float) -> str:
    """Return an offset as `+0200`."""
    return short_offset(minutes).replace(":", "")


def _split(minutes: float) -> tuple[str, int, int]:
    whole = int(abs(minutes))
    return ("+" if minutes >= 0 else "-"), whole // 60, whole % 60
