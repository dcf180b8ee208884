"""The `backlinks` of a synthesis follow its children, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from vaultkit.audit.mission import (
    CHILD_CATEGORIES,
    category_of,
    children_in_order,
    is_link,
    linkpath_of,
    listed,
)
from vaultkit.edits import Edit
from vaultkit.markdown.regions import find_regions
from vaultkit.text import note_name
from vaultkit.vault.links import linktext, resolve_linkpath

if TYPE_CHECKING:
    from vaultkit.audit.model import Mission
    from vaultkit.markdown.note import Note, PropertyValue
    from vaultkit.vault.index import VaultIndex


def backlink_edits(index: VaultIndex, mission: Mission) -> list[Edit]:
    """Return the edits that add missing children at the end of `backlinks`, and take out former ones.

    Only where the synthesis has that property and a `liens` region. A plain string that names a child
    counts as present. Taken out is only a link to a note that could be a child (its category says so) and
    is none: it went to another scope or synthesis. Any other link there is the person's own, and a name of
    a note that is not there is never taken out.
    """
    from vaultkit.markdown.properties import NotEditable, change_entries

    note = mission.synthesis
    entry = note.frontmatter.properties.get("backlinks") if note.frontmatter else None
    if entry is None or not any(region.name == "liens" for region in find_regions(note).regions):
        return []
    present = set(listed(index, note))
    children = {child.path for child in mission.children}
    missing = [child for child in children_in_order(mission) if child.path not in present]
    values = entry.value if isinstance(entry.value, list) else []
    former = [at for at, value in enumerate(values) if _is_former(index, note, value, children)]
    try:
        return change_entries(
            note, "backlinks", [f"[[{linktext(index, child.path)}]]" for child in missing], former
        )
    except NotEditable:
        return []


def _is_former(index: VaultIndex, synthesis: Note, value: PropertyValue, children: set[str]) -> bool:
    """Whether an entry links to a note that may be a child, but is none of this synthesis."""
    if not isinstance(value, str) or not is_link(value):
        return False
    path = resolve_linkpath(index, linkpath_of(value), synthesis.path)
    linked = index.notes.get(path) if path and path not in children else None
    return linked is not None and category_of(linked) in CHILD_CATEGORIES


def renamed_entries(index: VaultIndex, synthesis: Note, moves: Mapping[str, str]) -> list[Edit]:
    """Return the edits that give plain names in `backlinks` the new names of the notes that they mean.

    A plain name is no link for Obsidian, and yet it says that a note is a child.
    """
    from vaultkit.markdown.properties import NotEditable, set_entry

    entry = synthesis.frontmatter.properties.get("backlinks") if synthesis.frontmatter else None
    values = entry.value if entry and isinstance(entry.value, list) else []
    edits: list[Edit] = []
    for at, value in enumerate(values):
        if not isinstance(value, str) or is_link(value):
            continue
        new = moves.get(resolve_linkpath(index, value, synthesis.path) or "")
        if new is not None and note_name(new) != value:
            with suppress(NotEditable):
                edits += set_entry(synthesis, "backlinks", at, note_name(new))
    return edits
