"""The links of a note's text as Dataview takes them from Obsidian's cache."""

from __future__ import annotations

from vaultkit.dql.values import Link
from vaultkit.markdown.note import Reference


def link_of(reference: Reference) -> Link:
    """Return the link that stands in the text, its path as written."""
    return Link.infer(reference.link, reference.display_text, reference.embed)
