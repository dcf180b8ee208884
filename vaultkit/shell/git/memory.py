"""What a hook keeps of a vault as git had it, so that the next one looks at what has changed since alone.

It is told as of a commit: what git has staged now differs from that in a few files, and git says in which. Kept is it
of a vault alone in which all is ordinary: no links, no conflicts, names as the file system has them. Where anything
is out of the ordinary, and after many changes, the vault is read in full and kept anew.
"""

import time
import types
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path

from msgspec import DecodeError, Struct, msgpack

from vaultkit.audit.gathering import Gathering, Member
from vaultkit.markdown.note import Note
from vaultkit.schema.model import SchemaSet
from vaultkit.settings import NOTE_NAME, TOML_NAME, Settings
from vaultkit.shell.cache.place import cache_file
from vaultkit.shell.cache.shelf import Facts
from vaultkit.shell.cache.store import Store
from vaultkit.shell.configuration import vault_settings
from vaultkit.shell.following import is_canvas
from vaultkit.shell.git.kept_schemas import packed
from vaultkit.shell.git.repository import Delta, GitFault, Repository
from vaultkit.shell.git.staged import StagedFiles
from vaultkit.shell.git.vaults import Marks
from vaultkit.shell.later import later
from vaultkit.shell.loading import Loader
from vaultkit.shell.obsidian import FOLDER, app_settings
from vaultkit.shell.opening import Opened
from vaultkit.shell.walk import LazyEntries, is_unicode
from vaultkit.text import nfc
from vaultkit.vault.copies import ConflictCopies
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.kept_notes import KeptNotes, KeptPaths, folded_names, kept_paths

#: After more changes than this the vault is read in full.
_MOST = 64
#: How many bytes git's name and our digest of a text take. Of a repository with longer names nothing is kept.
_OID, _DIGEST = 20, 32
#: And a whole number.
_INTEGER = 8

#: The paths in a vault that are staged otherwise than they were, with git's names for what is, empty for none.
Changed = dict[str, str]


class Recollection(Struct, frozen=True):
    """What is known of a vault, and what is staged otherwise by now."""

    memory: "Memory"
    changed: Changed
    store: Store


class Memory(Struct, frozen=True, array_like=True, dict=True):
    """What git had staged of a vault when this was made (ns), told as of `commit`; `prefix` is where the vault lies.

    `before` are the files in which the two differed, with git's name for what the commit has, empty for none.
    `vaults` are all vaults that git has. `paths` are those of the notes, and for each of them stand in the same
    order: git's name, its digest (both one behind the other), its number in the store, its category as a number of
    `words`, marks and size; `folded` are their names (see `folded_names`). `readonly` are the numbers in there of
    those that cannot be written. `others` and `hidden` are the other files with git's names, `own` those that only
    vaultkit reads. `names` are the keys of the names of files, `first` the numbers of their only files among `paths`,
    or -1 for those that stand in `several`.
    `members` are the notes that missions are made of, `copies` the conflict copies, `named` what is named like one,
    `schemas` the schemas (see `kept_schemas`).
    """

    commit: str
    prefix: str
    vaults: list[str]
    before: dict[str, str]
    paths: memoryview
    oids: memoryview
    digests: memoryview
    numbers: memoryview
    words: list[str]
    categories: list[int]
    marks: list[int]
    sizes: memoryview
    folded: memoryview
    readonly: list[int]
    others: dict[str, str]
    hidden: dict[str, str]
    own: list[str]
    names: memoryview
    first: memoryview
    several: dict[str, tuple[str, ...]]
    members: list[Member]
    copies: dict[str, str]
    named: list[str]
    schemas: bytes
    made: int

    @cached_property
    def at(self) -> KeptPaths:
        """The numbers of the notes by their paths."""
        return KeptPaths(self.paths)

    @cached_property
    def by_name(self) -> KeptPaths:
        """Where `first` says which file has a name, by the keys of names."""
        return KeptPaths(self.names)


_MEMORY = msgpack.Decoder(Memory)


def remembered(root: Path) -> tuple[Memory, Store] | None:
    """Return what was kept of the vault at `root`, and where; None if nothing was."""
    store = Store(cache_file(root))
    data = store.memory()
    try:
        memory = _MEMORY.decode(data) if data else None
    except DecodeError:
        return None
    return (memory, store) if memory is not None and _is_whole(memory) else None


def _is_whole(memory: Memory) -> bool:
    count = len(memory.marks)
    wide = (
        (memory.oids, _OID),
        (memory.digests, _DIGEST),
        (memory.numbers, _INTEGER),
        (memory.sizes, _INTEGER),
    )
    return (
        len(memory.at) == len(memory.categories) == count
        and all(len(one) == count * width for one, width in wide)
        and len(memory.by_name) * _INTEGER == len(memory.first)
        and memory.at.is_whole
        and memory.by_name.is_whole
    )


# ----------------------------------------------------------------------------------------- recalling


def changes_since(
    memory: Memory, repository: Repository, root: Path, head: Iterable[Delta]
) -> Changed | None:
    """Return what is staged otherwise than it was; None where that cannot be said in short.

    `head` is how the index differs from HEAD.
    """
    if memory.prefix != repository.prefix(root):
        return None
    try:
        same = memory.commit == repository.head
        deltas = list(head) if same else repository.deltas(memory.commit)
    except GitFault:  # the commit is gone
        return None
    now = dict(memory.before)
    for delta in deltas:
        if not is_ordinary(delta):
            return None
        now[delta.path.decode()] = delta.after.oid if delta.after else ""
    changed: Changed = {}
    known = KeptOids(memory)
    for raw, oid in now.items():
        path = raw.removeprefix(memory.prefix)
        if _tells(raw) or path == NOTE_NAME:
            return None
        if raw.startswith(memory.prefix) and (known.get(path) or memory.hidden.get(path) or "") != oid:
            changed[path] = oid
    return changed if len(changed) <= _MOST else None


def recall(known: Recollection, files: StagedFiles) -> tuple[Opened, Gathering] | None:
    """Return the vault as it is staged, and its missions, from what is known; None where it is to be read in full."""
    memory, changed, store = known.memory, known.changed, known.store
    began, seen = time.perf_counter(), time.time_ns()
    hidden = memory.hidden | {path: oid for path, oid in changed.items() if _is_hidden(path)}
    seen_now = {path: oid for path, oid in changed.items() if not _is_hidden(path)}
    files.recall(KeptOids(memory, seen_now), {path: oid for path, oid in hidden.items() if oid})
    own = [files.entry(path) for path in memory.own]
    settings = vault_settings(files, own)
    if any(settings.is_internal(path) for path in changed):
        return None
    loader = Loader(files, store, seen)
    notes = KeptNotes(memory.at, memory.marks, partial(_note, memory, loader), memory.folded)
    before = VaultIndex(notes, KeptFiles(memory))
    index = _followed(memory, before, changed, loader, files)
    if loader.problems or index is None:
        return None
    later(loader.keep)
    app, misread = app_settings(files)
    copies = ConflictCopies.kept(memory.copies, memory.named)
    gathering = Gathering.kept(before, settings.vault_language or None, memory.members, copies)
    timings = {"read": 0.0, "parse": time.perf_counter() - began}
    entries = LazyEntries(own, files.all_entries)
    opened = Opened(settings, app, index, entries, misread, (), timings, store, seen)
    return opened, gathering.follow(index, [path for path in changed if not _is_hidden(path)])


def _followed(
    memory: Memory, before: VaultIndex, changed: Changed, loader: Loader, files: StagedFiles
) -> VaultIndex | None:
    """Return the index after these files changed, None where one cannot be read."""
    seen = {path: oid for path, oid in changed.items() if not _is_hidden(path)}
    notes = [files.entry(path) for path, oid in seen.items() if oid and _is_note(path)]
    fresh = loader.load_some(notes, files.entry)
    index = before.without([path for path, oid in seen.items() if not oid]) if "" in seen.values() else before
    index = index.with_notes(fresh.values())
    index = index.with_files([path for path, oid in seen.items() if oid and not _is_note(path)])
    there = [path for path in {**memory.others, **seen} if is_canvas(path) and path in index]
    boards, unread = files.read_all(map(files.entry, there))
    if unread or not boards:
        return None if unread else index
    from vaultkit.markdown.canvas import parse_canvas

    return index.with_canvases(
        {path: parse_canvas(path, one.text, one.digest) for path, one in boards.items()}
    )


def _note(memory: Memory, loader: Loader, at: int) -> Note:
    digest = memory.digests[at * _DIGEST : (at + 1) * _DIGEST].hex()
    category = memory.words[memory.categories[at]]
    facts = Facts(digest, at in memory.readonly, category, memory.marks[at], _integer(memory.sizes, at))
    return loader.kept(memory.at.at(at), facts, _integer(memory.numbers, at))


def _integers(numbers: Iterable[int]) -> memoryview:
    """Return whole numbers as `_integer` reads them."""
    return memoryview(b"".join(one.to_bytes(_INTEGER, "little", signed=True) for one in numbers))


def _integer(data: memoryview, at: int) -> int:
    return int.from_bytes(data[_INTEGER * at : _INTEGER * (at + 1)], "little", signed=True)


class KeptOids(Mapping[str, str]):
    """Git's names for what the files say, as far as Obsidian sees them; `changed` say something else by now."""

    def __init__(self, memory: Memory, changed: Mapping[str, str] = types.MappingProxyType({})) -> None:
        self._memory = memory
        self._changed = changed
        self._numbers = memory.at

    def __getitem__(self, path: str) -> str:
        """Return git's name for a file; raises KeyError."""
        oid = self._changed.get(path)
        if oid is None:
            at = self._numbers.get(path)
            oid = self._memory.others[path] if at is None else self._memory.oids[at * _OID :][:_OID].hex()
        if not oid:
            raise KeyError(path)
        return oid

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        gone = {path for path, oid in self._changed.items() if not oid}
        there = {**self._numbers, **self._memory.others, **self._changed}
        return (path for path in there if path not in gone)

    def __len__(self) -> int:
        """Return how many files there are."""
        return sum(1 for _ in self)


class KeptFiles(Mapping[str, tuple[str, ...]]):
    """The files of a vault by the keys of their names."""

    def __init__(self, memory: Memory) -> None:
        self._paths, self._several = memory.at, memory.several
        self._names, self._first = memory.by_name, memory.first

    def __getitem__(self, key: str) -> tuple[str, ...]:
        """Return the paths of the files with a name; raises KeyError."""
        at = _integer(self._first, self._names[key])
        return (self._paths.at(at),) if at >= 0 else self._several[key]

    def __iter__(self) -> Iterator[str]:
        """Yield the keys."""
        return iter(self._names)

    def __contains__(self, key: object) -> bool:
        """Whether a file has a name."""
        return key in self._names

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._names)


# ----------------------------------------------------------------------------------------- keeping


def remember(
    repository: Repository,
    files: StagedFiles,
    settings: Settings,
    gathering: Gathering,
    schemas: SchemaSet,
    loader: Loader,
) -> int | None:
    """Keep what a vault is made of that was read in full, where all in it is ordinary; return when that was made."""
    head, known, index = repository.head, loader.known, gathering.index
    oids, hidden = files.oids(), files.hidden()
    notes = [one for one in known if one.path in index.notes and one.stamp == oids.get(one.path)]
    if head is None or not files.is_ordinary or loader.problems or len(notes) != len(index.notes):
        return None
    deltas = repository.deltas(head)
    if not all(map(is_ordinary, deltas)) or any(_tells(delta.path.decode()) for delta in deltas):
        return None
    paths, names = kept_paths(one.path for one in notes), kept_paths(index.files)
    if paths is None or names is None:
        return None
    numbers = {one.path: at for at, one in enumerate(notes)}
    words = {word: at for at, word in enumerate(dict.fromkeys(one.facts.category for one in notes))}
    memory = Memory(
        head,
        repository.prefix(files.root),
        sorted(Marks(repository).staged),
        {delta.path.decode(): delta.before.oid if delta.before else "" for delta in deltas},
        memoryview(paths),
        memoryview(b"".join(bytes.fromhex(one.stamp) for one in notes)),
        memoryview(b"".join(bytes.fromhex(one.facts.digest) for one in notes)),
        _integers(one.number for one in notes),
        list(words),
        [words[one.facts.category] for one in notes],
        [one.facts.marks for one in notes],
        _integers(one.facts.size for one in notes),
        memoryview(folded_names(one.path for one in notes)),
        [number for number, one in enumerate(notes) if one.facts.readonly],
        {path: oid for path, oid in oids.items() if path not in numbers},
        dict(hidden),
        [path for path in oids if settings.is_internal(path)],
        memoryview(names),
        _integers(numbers.get(paths[0], -1) if len(paths) == 1 else -1 for paths in index.files.values()),
        {key: paths for key, paths in index.files.items() if len(paths) > 1 or paths[0] not in numbers},
        list(gathering.members),
        dict(gathering.kept_copies.found),
        list(gathering.kept_copies.named),
        packed(schemas),
        time.time_ns(),
    )
    if not _is_whole(memory):
        return None
    loader.store.keep_memory(msgpack.encode(memory))
    return memory.made


def is_ordinary(delta: Delta) -> bool:
    """Whether a change is one of a plain file with a plain name."""
    sides = [side for side in (delta.before, delta.after) if side is not None]
    try:
        path = delta.path.decode()
    except UnicodeDecodeError:
        return False
    return nfc(path) == path and is_unicode(path) and all(side.mode.startswith("100") for side in sides)


def _tells(raw: str) -> bool:
    """Whether a file tells where a vault is, or how it is set."""
    return raw.rpartition("/")[2] == TOML_NAME or f"/{FOLDER}/" in f"/{raw}"


def _is_hidden(path: str) -> bool:
    return path.startswith(".") or "/." in path


def _is_note(path: str) -> bool:
    return path[-3:].lower() == ".md"
