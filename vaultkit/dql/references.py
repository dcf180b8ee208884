"""The links of a note's text as Dataview takes them from Obsidian's cache."""

from __future__ import annotations

from vaultkit.dql.values import Link
from vaultkit.markdown.note import Reference


def link_of(reference: Reference) -> Link:
    """Return the link that stands in the text, its path as written."""
    return Link.infer(reference.link, display_text(reference), reference.embed)


def display_text(reference: Reference) -> str:
    """Return what the link shows, as Obsidian's `displayText`: never absent, `A > B` for `[[A#B]]`."""
    if reference.display is not None:
        return reference.display
    if not reference.wiki:
        return ""
    return reference.link.replace("#", " > ").removeprefix(" > ").strip()
