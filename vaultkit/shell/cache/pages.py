"""What queries ask of notes, kept beside the notes themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from vaultkit.dql.raw_items import RawItems, raw_items
from vaultkit.dql.raw_packed import PackedPage, pack_page, unpack_items, unpack_linkpaths, unpack_page
from vaultkit.dql.raw_pages import RawPage, raw_linkpaths, raw_page
from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import NotPackable, WrongBytes
from vaultkit.shell.cache.shelf import Shelf
from vaultkit.shell.cache.store import Part
from vaultkit.shell.later import later

T = TypeVar("T")

_PARTS: tuple[Part, ...] = ("page", "linkpaths", "items")


class KeptPages:
    """Tells what notes say from where they are kept; what is not there is read, and kept once there is time."""

    def __init__(self) -> None:
        self._fresh: dict[Shelf, dict[str, tuple[Note, PackedPage]]] = {}

    def page(self, note: Note) -> RawPage:
        """Return a note without its list items."""
        return self._told("page", note, unpack_page, raw_page)

    def linkpaths(self, note: Note) -> Sequence[str]:
        """Return what links in properties, links and embeds say, each once."""
        return self._told("linkpaths", note, unpack_linkpaths, raw_linkpaths)

    def items(self, note: Note) -> RawItems:
        """Return the list items of a note."""
        return self._told("items", note, unpack_items, raw_items)

    def _told(self, part: Part, note: Note, unpack: Callable[[bytes], T], read: Callable[[Note], T]) -> T:
        shelf = note.kept_by
        if not isinstance(shelf, Shelf):
            return read(note)
        known = self._fresh.get(shelf, {}).get(note.path)
        data = getattr(known[1], part) if known else shelf.part(part, note)
        if data is not None:
            try:
                return unpack(data)
            except WrongBytes:
                pass
        try:
            packed = pack_page(note.for_once())
        except NotPackable:
            return read(note)
        if not self._fresh:
            later(self._keep)
        self._fresh.setdefault(shelf, {})[note.path] = (note, packed)
        return unpack(getattr(packed, part))

    def _keep(self) -> None:
        for shelf, fresh in self._fresh.items():
            for part in _PARTS:
                shelf.keep(part, ((note, getattr(packed, part)) for note, packed in fresh.values()))
        self._fresh = {}
