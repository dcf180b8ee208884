"""The notes of a vault as they are kept: unpacked one by one, when someone asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from msgspec import Struct

from vaultkit.errors import Overtaken
from vaultkit.markdown.linkage import Linkage
from vaultkit.markdown.note import Body, Front, Note, linkage_of
from vaultkit.markdown.packed import (
    PackedNote,
    WrongBytes,
    unpack_body,
    unpack_front,
    unpack_linkage,
    unpack_linkpaths,
)
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.cache.sealed import unsealed
from vaultkit.shell.cache.store import Part, Store
from vaultkit.shell.disk import Source, source_of

T = TypeVar("T")

#: How many parts are fetched at once, and how many such blocks are held.
_BLOCK, _BLOCKS = 64, 16
#: A number that no note has.
_NO_END = (1 << 63) - 1


class Facts(Struct, frozen=True, array_like=True, gc=False):
    """What is known of a text without its parts: as the attributes of `Note` of these names."""

    digest: str
    readonly: bool
    category: str
    marks: int
    size: int


class Shelf:
    """Where the text and the parts of each note are: in memory as bytes, else in the store, else to be read anew.

    `read` gives the text of a note as it stands in the files now, None if it is gone.
    """

    def __init__(self, store: Store, read: Callable[[str], Source | None]) -> None:
        self._store = store
        self._read = read
        self._numbers: dict[str, int] = {}
        self._packed: dict[str, PackedNote] = {}
        self._texts: dict[str, bytes] = {}
        self._blocks: dict[Part, _Blocks | _AllBlocks] = {}

    # ----------------------------------------------------------------------------- filling

    def stored(self, path: str, facts: Facts, number: int) -> Note:
        """Return a note whose parts are in the store under a number."""
        self._numbers[path] = number
        return self._note(path, facts)

    def packed(self, path: str, facts: Facts, parts: PackedNote) -> Note:
        """Return a note whose parts are these bytes."""
        self._packed[path] = parts
        return self._note(path, facts)

    def number(self, path: str, number: int) -> None:
        """Say under which number the parts of a note are in the store by now."""
        self._numbers[path] = number

    def place(self, note: Note) -> int:
        """Return the number under which the parts of a note are in the store, 0 if they are not."""
        return self._numbers.get(note.path, 0)

    def hold(self, texts: Mapping[str, bytes]) -> None:
        """Hold the bytes of these notes, which stay what they are known as whatever becomes of their files."""
        self._texts.update(texts)

    def _note(self, path: str, facts: Facts) -> Note:
        return Note.kept(path, facts.digest, facts.readonly, (facts.category, facts.marks, facts.size), self)

    # ------------------------------------------------------------------------------ asking

    def text(self, note: Note) -> str:
        """Return the text of a note. Raises Overtaken if its file says something else by now."""
        held = self._texts.get(note.path)
        if held is not None:
            return source_of(held).text
        source = self._read(note.path)
        if source is None or source.digest != note.digest:
            raise Overtaken(note.path)
        return source.text

    def front(self, note: Note) -> Front:
        """Return the parts that most questions are about."""
        packed = self._packed.get(note.path)
        return self._unpacked(
            packed.front if packed else self.part("front", note), unpack_front, Note.front, note
        )

    def body(self, note: Note) -> Body:
        """Return the other parts."""
        packed = self._packed.get(note.path)
        return self._unpacked(
            packed.body if packed else self.part("body", note), unpack_body, Note.body, note
        )

    def linkage(self, note: Note) -> Linkage:
        """Return the ends of the links of a note."""
        packed = self._packed.get(note.path)
        data = packed.linkage if packed else self.part("linkage", note)
        return self._unpacked(data, unpack_linkage, linkage_of, note)

    def linkpaths(self, note: Note) -> tuple[str, ...]:
        """Return what the links of a note say, each once, as in its linkage."""
        packed = self._packed.get(note.path)
        data = packed.linkage if packed else self.part("linkage", note)
        return self._unpacked(data, unpack_linkpaths, lambda anew: linkage_of(anew).linkpaths, note)

    def fetch(self, part: Part) -> None:
        """Fetch a part of all notes at once, as bytes: who asks about many of them in no order waits less."""
        found = self._store.parts(part, 0, _NO_END)
        self._blocks[part] = _AllBlocks(found)
        if found:
            self._store.lost.update(set(self._numbers.values()).difference(found))

    def keep(self, which: Part, parts: Iterable[tuple[Note, bytes]]) -> None:
        """Keep a part of these notes in the store, as far as they are there."""
        known = ((self._numbers.get(note.path), note.digest, data) for note, data in parts)
        self._store.keep_parts(
            which, ((n, bytes.fromhex(digest), data) for n, digest, data in known if n is not None)
        )

    def lacks(self, part: Part, notes: Iterable[Note]) -> list[Note]:
        """Return those of the notes that are kept here, but a part of them is not in the store."""
        there = self._store.numbers(part)
        return [note for note in notes if note.kept_by is self and self.place(note) not in there]

    def _unpacked(
        self, data: bytes | None, unpack: Callable[[bytes], T], anew: Callable[[Note], T], note: Note
    ) -> T:
        if data is not None:
            try:
                return unpack(data)
            except WrongBytes:
                pass
        if (number := self._numbers.get(note.path)) is not None:
            self._store.lost.add(number)
        return anew(parse_note(note.path, note.text, note.digest, note.readonly))

    def part(self, part: Part, note: Note) -> bytes | None:
        """Return a part from the store, None if it is not there; those likely to be asked for next come with it."""
        number = self._numbers.get(note.path)
        if number is None:
            return None
        if (blocks := self._blocks.get(part)) is None:
            blocks = self._blocks[part] = _Blocks(partial(self._store.parts, part))
        return unsealed(blocks.take(number), bytes.fromhex(note.digest))


def linkpaths_of(note: Note) -> tuple[str, ...]:
    """Return what the links of a note say, each once; of one that is kept nothing else is unpacked."""
    shelf = note.kept_by
    return shelf.linkpaths(note) if isinstance(shelf, Shelf) else note.linkage.linkpaths


def in_store_order(notes: Sequence[Note], numbers: Iterable[int]) -> list[int]:
    """Return the numbers of notes so that who goes through them goes through the store from one end to the other."""
    return sorted(numbers, key=lambda number: _place(notes[number]))


def _place(note: Note) -> int:
    shelf = note.kept_by
    return shelf.place(note) if isinstance(shelf, Shelf) else 0


class _AllBlocks:
    """Parts that were fetched all at once, by their numbers."""

    def __init__(self, held: Mapping[int, bytes]) -> None:
        self._held = held

    def take(self, number: int) -> bytes | None:
        """Return the part of this number, None if it is not there."""
        return self._held.get(number)


class _Blocks:
    """Parts fetched in blocks of neighbouring numbers: the first of a block alone, all of it with the second.

    Notes are numbered as they were read, several at a time, so that neighbours in a folder are near each other in
    the store and yet seldom next to each other. A part is handed out once and a block fetched once: what is asked
    for after that, or was let go since too many blocks were held, is fetched alone.
    """

    def __init__(self, fetch: Callable[[int, int], dict[int, bytes]]) -> None:
        self._fetch = fetch
        self._touched: set[int] = set()
        self._fetched: set[int] = set()
        self._held: dict[int, dict[int, bytes]] = {}

    def take(self, number: int) -> bytes | None:
        """Return the part of this number, None if it is not there."""
        block = number // _BLOCK
        if block in self._touched and block not in self._fetched:
            self._hold(block)
        self._touched.add(block)
        held = self._held.get(block)
        if held and number in held:
            return held.pop(number)
        return self._fetch(number, number).get(number)

    def _hold(self, block: int) -> None:
        if len(self._held) == _BLOCKS:
            del self._held[next(iter(self._held))]
        self._fetched.add(block)
        self._held[block] = self._fetch(block * _BLOCK, (block + 1) * _BLOCK - 1)
