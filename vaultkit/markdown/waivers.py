"""What a note says that nobody is to say of it."""

from __future__ import annotations

from vaultkit.markdown.note import Note

#: The property of a note that names what is not to be said about it.
WAIVERS = "vaultkit_ignore"


def waivers(note: Note) -> tuple[str, ...]:
    """Return what `vaultkit_ignore` of a note says, a single value or a list."""
    value = note.properties.get(WAIVERS)
    entries = value if isinstance(value, list) else [value]
    return tuple(entry for entry in entries if isinstance(entry, str) and entry.strip())
