"""Which notes name a file in a link: looked up, once it was worked out for what git is known to have staged.

It is kept in the cache and told as of the memory of the vault (see `memory`); what is staged otherwise by now is asked
itself.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import DecodeError, Struct, msgpack

from vaultkit.markdown.note import Note
from vaultkit.shell.cache.shelf import Shelf, linkpaths_of
from vaultkit.shell.cache.store import Store
from vaultkit.shell.git.memory import Memory, Recollection
from vaultkit.shell.later import later
from vaultkit.vault.index import VaultIndex, file_key
from vaultkit.vault.kept_notes import KeptPaths, kept_paths

_NAME = "named index"
_WIDE = 4


class Named(Struct, frozen=True, array_like=True, gc=False):
    """What the links say of the notes that the memory made at `made` tells of, but for those `left_out`.

    `keys` are the names of files as they compare (see `KeptPaths`). For each of them `ends` says where in `numbers`
    the numbers of the notes end that say it; all of four bytes.
    """

    made: int
    keys: memoryview
    ends: memoryview
    numbers: memoryview
    left_out: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether as much is there as has to be."""
        keys = KeptPaths(self.keys)
        ends = self.ends.cast("I") if len(self.ends) == _WIDE * len(keys) else ()
        return keys.is_whole and len(self.numbers) == _WIDE * (ends[-1] if ends else 0)

    def of(self, keys: Iterable[str]) -> Iterator[int]:
        """Yield the numbers of the notes that name any of these files."""
        known, ends, numbers = KeptPaths(self.keys), self.ends.cast("I"), self.numbers.cast("I")
        for key in keys:
            if (at := known.get(key)) is not None:
                yield from numbers[ends[at - 1] if at else 0 : ends[at]]


_NAMED = msgpack.Decoder(Named)


def leads(note: Note, keys: Collection[str]) -> bool:
    """Whether a note names one of these files in a link; `keys` are as of `file_key`, bare ones too."""
    return any(file_key(linkpath) in keys for linkpath in note.linkage.linkpaths)


def naming(known: Recollection | None, index: VaultIndex, keys: Collection[str]) -> set[str]:
    """Return the paths of the notes that name one of these files in a link."""
    if not keys:
        return set()
    named = (_kept(known.store, known.memory.made) or _made(known, index)) if known else None
    if known is None or named is None:
        return {note.path for note in index if leads(note.for_once(), keys)}
    itself = {*known.changed, *named.left_out}
    said = {known.memory.at.at(number) for number in named.of(keys)} - itself
    return said | {path for path in itself if path in index.notes and leads(index.notes[path], keys)}


def _kept(store: Store, made: int) -> Named | None:
    data = store.state(_NAME)
    try:
        named = _NAMED.decode(data) if data else None
    except DecodeError:
        return None
    return named if named is not None and named.made == made and named.is_whole else None


def _made(known: Recollection, index: VaultIndex) -> Named | None:
    """Work it out, and keep it once there is time; None where the names cannot be kept."""
    said = _said(known.memory, known.changed, index)
    keys = kept_paths(said)
    if keys is None:
        return None
    ends, numbers = array("I"), array("I")
    for some in said.values():
        numbers.extend(some)
        ends.append(len(numbers))
    raw = (memoryview(keys), memoryview(ends.tobytes()), memoryview(numbers.tobytes()))
    named = Named(known.memory.made, *raw, list(known.changed))
    store = known.store
    later(lambda: store.keep((), lambda _: {_NAME: msgpack.encode(named)}))
    return named


def _said(memory: Memory, changed: Mapping[str, str], index: VaultIndex) -> dict[str, list[int]]:
    """Return the numbers of the notes by the names that their links say, without those that have changed."""
    said: dict[str, list[int]] = {}
    shelves = set[Shelf]()
    for number, path in enumerate(memory.at):
        if path in changed:
            continue
        note = index.notes[path].for_once()
        shelf = note.kept_by
        if isinstance(shelf, Shelf) and shelf not in shelves:
            shelf.fetch("linkage")
            shelves.add(shelf)
        for key in set(map(file_key, linkpaths_of(note))):
            said.setdefault(key, []).append(number)
    return said
