"""How Dataview notes in the text of a task when it was completed."""

from __future__ import annotations

import re

from msgspec import Struct

from vaultkit.dql.date_format import format_date
from vaultkit.dql.dates import DateTime
from vaultkit.dql.inline_fields import Found, found_fields
from vaultkit.dql.javascript import trim_end, trim_start
from vaultkit.text import pattern

_BLOCK_ID = pattern(r"\^[a-z0-9\-]+", re.IGNORECASE | re.ASCII)
_LINE_END = pattern(r"\r?\n")
_SHORTHAND = "completion"


class CompletionSettings(Struct, frozen=True):
    """Dataview's settings for this: the name of the field, the format of its date, or `✅` in place of both."""

    text: str = "completion"
    date_format: str = "yyyy-MM-dd"
    emoji_shorthand: bool = False


def set_completion(text: str, completed: DateTime | None, settings: CompletionSettings) -> str:
    """Return the text of a task that was checked at `completed`, or unchecked if that is None.

    The note goes to the end of the last line, before a block id, as upstream's `setTaskCompletion` has it.
    """
    if completed is None and not settings.emoji_shorthand:
        without = _with_field(trim_end(text), settings.text, "")
        return trim_end("\n".join(_LINE_END.split(without)))
    lines = _LINE_END.split(text)
    block_id = _BLOCK_ID.search(lines[-1])
    last = _BLOCK_ID.sub("", lines[-1])
    if completed is None:
        last = _with_shorthand(last, "")
    elif settings.emoji_shorthand:
        last = _with_shorthand(last, format_date(completed, "yyyy-MM-dd"))
    else:
        last = _with_field(last, settings.text, format_date(completed, settings.date_format))
    lines[-1] = trim_end(f"{trim_end(last)} {block_id[0]}" if block_id else trim_end(last))
    return "\n".join(lines)


def _with_field(text: str, name: str, value: str) -> str:
    """Return the text with the first field of a name set, or taken out; of three fields of it none is."""
    existing = [found for found in found_fields(text) if found.field.key == name]
    if len(existing) > 2:
        return text
    annotation = f"[{name}:: {value}]" if value else ""
    if not existing:
        return f"{trim_end(text)} {annotation}" if annotation else text
    before, after = _around(text, existing[0])
    return before + (annotation + after if annotation else trim_start(after))


def _with_shorthand(text: str, date: str) -> str:
    """Return the text with the date after `✅` set, or taken out."""
    found = found_fields(text, shorthands=True)
    existing = [one for one in found if one.shorthand and one.field.key == _SHORTHAND]
    annotation = f" ✅ {date}" if date else ""
    if not existing:
        return trim_end(text) + annotation if annotation else text
    before, after = _around(text, existing[0])
    return trim_end(before) + annotation + after


def _around(text: str, found: Found) -> tuple[str, str]:
    return text[: found.start], text[found.end :]
