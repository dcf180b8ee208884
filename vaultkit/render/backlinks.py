"""The `backlinks` of a synthesis follow its children, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultkit.audit.mission import children_in_order, is_link, linkpath_of, listed
from vaultkit.edits import Edit
from vaultkit.markdown.properties import NotEditable, add_entries, remove_entries
from vaultkit.markdown.regions import find_regions
from vaultkit.vault.links import linktext, resolve_linkpath

if TYPE_CHECKING:
    from vaultkit.audit.model import Mission
    from vaultkit.vault.index import VaultIndex


def backlink_edits(index: VaultIndex, mission: Mission) -> list[Edit]:
    """Return the edits that add missing children at the end of `backlinks`, and take out former ones.

    Only where the synthesis has that property and a `liens` region, and no `vaultkit_frozen`. A plain
    string that names a child counts as present; a name of a note that is not there is never taken out.
    """
    note = mission.synthesis
    entry = note.frontmatter.properties.get("backlinks") if note.frontmatter else None
    if entry is None or not any(region.name == "liens" for region in find_regions(note).regions):
        return []
    present = set(listed(index, note))
    children = {child.path for child in mission.children}
    missing = [child for child in children_in_order(mission) if child.path not in present]
    values = entry.value if isinstance(entry.value, list) else []
    former = [
        at
        for at, value in enumerate(values)
        if isinstance(value, str)
        and is_link(value)
        and (path := resolve_linkpath(index, linkpath_of(value), note.path))
        and path not in children
    ]
    try:
        edits = add_entries(note, "backlinks", [f"[[{linktext(index, child.path)}]]" for child in missing])
        return edits + (remove_entries(note, "backlinks", former) if former else [])
    except NotEditable:
        return []
