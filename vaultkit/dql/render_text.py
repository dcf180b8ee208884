"""Values as text: what `string(…)`, `+` with a string, `join` and the Markdown export make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from msgspec import Struct

from vaultkit.dql.date_format import ENGLISH, format_date
from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration, InvalidUnitValueError
from vaultkit.dql.intl import narrow_list, unit_text
from vaultkit.dql.javascript import number_text
from vaultkit.dql.values import ExternalLink, Link, LinkType, ListPair, Value


class TextSettings(Protocol):
    """What of Dataview's settings changes how values read, and the app's locale."""

    @property
    def render_null_as(self) -> str:
        """What stands for null."""

    @property
    def default_date_format(self) -> str:
        """How dates without time are written, in Luxon's tokens."""

    @property
    def default_date_time_format(self) -> str:
        """How dates with time are written."""

    @property
    def locale(self) -> str:
        """The app's language."""


class DefaultText(Struct, frozen=True):
    """Dataview's own settings."""

    render_null_as: str = "\\-"
    default_date_format: str = "MMMM dd, yyyy"
    default_date_time_format: str = "h:mm a - MMMM dd, yyyy"
    locale: str = ENGLISH


#: What holds no other values, and reads the same wherever it stands.
_PLAIN = frozenset((str, type(None), bool, int, float, DateTime, Duration, Link))


def is_plain(value: Value) -> bool:
    """Whether a value is certainly no list and no object."""
    return type(value) in _PLAIN


def to_text(value: Value, settings: TextSettings, nested: bool = False) -> str:
    """Return a value as text, as Dataview's `Values.toString`; a list is in brackets where it is `nested`.

    Month names are English whatever the locale, units of durations are not; widgets go by the default settings.
    Raises `InvalidUnitValueError` for a duration that holds NaN.
    """
    if value is None:
        return settings.render_null_as
    match value:
        case str():
            return value
        case bool() | int() | float():
            return _plain_to_text(value)
        case DateTime():
            return date_to_text(value, settings)
        case Duration():
            return duration_to_text(value, settings.locale)
        case Link():
            return link_to_text(value)
        case ListPair() | ExternalLink():
            return _widget_to_text(value, settings.locale)
        case Mapping():
            return f"{{ {', '.join(f'{key}: {to_text(value[key], settings, True)}' for key in value)} }}"
        case Sequence():
            text = ", ".join(to_text(entry, settings, True) for entry in value)
            return f"[{text}]" if nested else text
    return _plain_to_text(value)


def _plain_to_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int | float) else "<function>"


def _widget_to_text(widget: ListPair | ExternalLink, locale: str) -> str:
    if isinstance(widget, ExternalLink):
        return f"[{widget.url if widget.display is None else widget.display}]({widget.url})"
    defaults = DefaultText(locale=locale)
    return f"{to_text(widget.key, defaults)}: {to_text(widget.value, defaults)}"


def date_to_text(date: DateTime, settings: TextSettings) -> str:
    """Return a date in its own zone and in English, with its time if it has one."""
    pattern = settings.default_date_time_format if date.has_time else settings.default_date_format
    return _date_text(date, pattern, settings.locale)


@lru_cache(maxsize=1 << 12)
def _date_text(date: DateTime, pattern: str, locale: str) -> str:
    return format_date(date, pattern, app_locale=locale)


def duration_to_text(duration: Duration, locale: str) -> str:
    """Return a duration normalised, without the units that are zero: `3 days, 2 hours`; empty for none."""
    normalized = dict(duration.normalized().units())
    if any(value != value for value in normalized.values()):
        raise InvalidUnitValueError
    parts = [unit_text(value, unit[:-1], locale) for unit, value in normalized.items() if value]
    return narrow_list(parts, locale)


def link_to_text(link: Link) -> str:
    r"""Return a link as Markdown; without a display it shows the file's name, and the subpath after ` > `."""
    target = link.path.replace("|", "\\|")
    display = link.display or link.title
    if link.type is not LinkType.FILE:
        mark = "#" if link.type is LinkType.HEADER else "#^"
        target += mark + (link.subpath or "").replace("|", "\\|")
        if not link.display:
            display += f" > {link.subpath or ''}"
    return f"{'!' if link.embed else ''}[[{target}|{display}]]"
