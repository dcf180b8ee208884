"""Citations of controls that lead to none: what one rule says of them, another leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.audit.cleaning import inside
from vaultkit.audit.controls import is_control
from vaultkit.audit.model import Item
from vaultkit.markdown.note import Note
from vaultkit.rules.rule import Look
from vaultkit.text import Span
from vaultkit.vault.links import resolve_linkpath


def cited_in_vain(note: Note, look: Look) -> Iterator[tuple[Item, str]]:
    """Yield the items of a note in an active mission that cite a control which is not there, with its linkpath."""
    for said in look.said.get(note.path, ()):
        if said.note.path != note.path:
            continue
        for item in said.note.items:
            for linkpath in item.tracking.controls:
                path = resolve_linkpath(look.index, linkpath, note.path)
                if path is None or path not in look.index.notes or not is_control(look.index.notes[path]):
                    yield item, linkpath


def field_of(note: Note, item: Item, linkpath: str) -> Span:
    """Return where an item says this linkpath: the link, else its field, else the item."""
    for link in inside(note.links, item.span):
        if link.linkpath == linkpath:
            return link.span
    for field in inside(note.fields, item.span):
        if linkpath in field.value:
            return field.value_span
    return item.span
