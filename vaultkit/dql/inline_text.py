"""What an inline query says in a line of text, as Dataview Serializer spells it (`literal-to-string.fn.ts`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaultkit.dql.dates import DateTime
from vaultkit.dql.render_text import TextSettings, link_to_text, to_text
from vaultkit.dql.values import Link, Value


def inline_text(value: Value, settings: TextSettings) -> str:
    """Return a value in one line: null is `-`, a date ISO, a list joined by commas, a link with its path."""
    match value:
        case None:
            return "-"
        case DateTime():
            iso = value.iso() or ""
            return iso if value.has_time else iso[:10]
        case Link():
            return link_to_text(value)
        case str():
            return value
        case Mapping():
            return "{ " + ", ".join(f"{key}: {inline_text(value[key], settings)}" for key in value) + " }"
        case Sequence():
            return ", ".join(inline_text(one, settings) for one in value)
    return to_text(value, settings)
