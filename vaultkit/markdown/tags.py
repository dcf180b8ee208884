"""The tags and aliases of a note as Obsidian counts them: from the properties and from the body."""

from __future__ import annotations

from vaultkit.markdown.leaves import TAG_NAME
from vaultkit.markdown.note import Note, PropertyValue


def frontmatter_tags(note: Note) -> tuple[str, ...] | None:
    """Return the tags of the property `tags`, `#` included; None where there is no such property.

    As the app's `parseFrontMatterTags` since 1.9.3: a list, or one text that is one tag; its `#` may be
    left out, and what is no tag (a blank or comma in it, digits alone) gives none.
    """
    value = _property(note, "tags")
    if value is None:
        return None
    entries = value if isinstance(value, list) else [value]
    found = (entry.strip().removeprefix("#").rstrip("/") for entry in entries if isinstance(entry, str))
    return tuple(f"#{tag}" for tag in found if TAG_NAME.fullmatch(tag) and not tag.isdecimal())


def all_tags(note: Note) -> tuple[str, ...]:
    """Return every tag with its `#`, those of the properties first, as the app's `getAllTags`."""
    return (*(frontmatter_tags(note) or ()), *(tag.tag for tag in note.tags))


def aliases(note: Note) -> tuple[str, ...]:
    """Return the other names of a note: the property `aliases`, a list or one text."""
    value = _property(note, "aliases")
    entries = [one for one in (value if isinstance(value, list) else [value]) if not isinstance(one, bool)]
    found = (str(one).strip() for one in entries if isinstance(one, str | int | float))
    return tuple(name for name in found if name)


def _property(note: Note, name: str) -> PropertyValue:
    """Return a property whose name does not count its case; of several the one spelled just so."""
    properties = note.properties
    if name in properties:
        return properties[name]
    return next((value for key, value in properties.items() if key.lower() == name), None)
