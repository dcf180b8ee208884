"""What queries ask of notes, kept beside the notes themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from msgspec import msgpack

from vaultkit.dql.raw_items import RawItems, raw_items
from vaultkit.dql.raw_packed import PackedPage, pack_page, unpack_items, unpack_page
from vaultkit.dql.raw_pages import RawPage, raw_page
from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import NotPackable, WrongBytes
from vaultkit.shell.cache.shelf import Shelf, in_store_order, linkpaths_of
from vaultkit.shell.cache.store import Part
from vaultkit.shell.forks import ForkFailed, forked, forks
from vaultkit.shell.later import later

T = TypeVar("T")

#: After so many notes that had to be read the others are read ahead; and how many are a piece of work for a fork.
_MANY, _SOME = 64, 200
_PAGES = msgpack.Decoder(list[tuple[int, PackedPage]])
_PARTS: tuple[Part, ...] = ("page", "items")


class KeptPages:
    """Tells what notes say from where they are kept; what is not there is read, and kept once there is time.

    `notes` are those that may be asked about: where many of them have to be read, forks read them all.
    """

    def __init__(self, notes: Collection[Note] = ()) -> None:
        self._notes = notes
        self._fresh: dict[Shelf, dict[str, tuple[Note, PackedPage]]] = {}
        self._missed = 0

    def page(self, note: Note) -> RawPage:
        """Return a note without its list items."""
        return self._told("page", note, unpack_page, raw_page)

    def linkpaths(self, note: Note) -> Sequence[str]:
        """Return what links in properties, links and embeds say, each once."""
        return linkpaths_of(note)

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
        self._missed += 1
        if self._missed == _MANY:
            self._read_ahead(shelf)
        known = self._fresh.get(shelf, {}).get(note.path)
        try:
            packed = known[1] if known else pack_page(note.for_once())
            self._take(shelf, note, packed)
            return unpack(getattr(packed, part))
        except (NotPackable, WrongBytes):
            return read(note)

    def _take(self, shelf: Shelf, note: Note, packed: PackedPage) -> None:
        if not self._fresh:
            later(self._keep)
        self._fresh.setdefault(shelf, {})[note.path] = (note, packed)

    def _read_ahead(self, shelf: Shelf) -> None:
        """Have forks read the notes of which no page is known, if that pays."""
        known = self._fresh.get(shelf, {})
        notes = [note for note in shelf.lacks("page", self._notes) if note.path not in known]
        if (count := forks(len(notes))) < 2:
            return
        in_order = in_store_order(notes, range(len(notes)))
        with suppress(ForkFailed), forked(count, in_order, _SOME, partial(_read, notes)) as at_work:
            for message in at_work.messages():
                for number, packed in _PAGES.decode(message):
                    self._take(shelf, notes[number], packed)

    def _keep(self) -> None:
        for shelf, fresh in self._fresh.items():
            for part in _PARTS:
                shelf.keep(part, ((note, getattr(packed, part)) for note, packed in fresh.values()))
        self._fresh = {}


def _read(notes: Sequence[Note], numbers: Sequence[int]) -> bytes:
    """Read the notes of these numbers; return their pages, as bytes."""
    pages: list[tuple[int, PackedPage]] = []
    for number in numbers:
        with suppress(NotPackable):
            pages.append((number, pack_page(notes[number].for_once())))
    return msgpack.encode(pages)
