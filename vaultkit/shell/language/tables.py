"""What the notes of a vault say, gathered in tables that follow it from one keystroke to the next.

Each table is made when something of it is first asked for; then only notes that have changed are read again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property
from typing import Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from msgspec import Struct

from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.markdown.tags import aliases, all_tags
from vaultkit.patched import differing
from vaultkit.shell.language.workspace import Workspace
from vaultkit.text import fold, note_name
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath, without_md

K = TypeVar("K", bound=Hashable)

#: A longer value is no word to choose again.
_LONGEST_VALUE = 80
#: What no such word holds: a link, a line end, signs that nobody sees.
_NO_WORD = re.compile(r"\[\[|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class Entry(Struct, frozen=True, gc=False):
    """A name by which something is found: `key` is its folded form, `shown` how it is written.

    `at` says which alias or heading of the note it is, from 0; -1 stands for the file itself.
    """

    key: str
    shown: str
    path: str
    at: int = -1


class _Table(Protocol):
    """Something that is kept about every note."""

    def put(self, path: str, before: Note | None, after: Note | None) -> None:
        """Take another note in the place of the one that was known at a path."""


class Register:
    """The entries of each note, and of all of them in one list."""

    def __init__(self, read: Callable[[Note], Iterable[Entry]]) -> None:
        self._read = read
        self._by_path: dict[str, tuple[Entry, ...]] = {}
        self._all: tuple[list[Entry], list[str]] | None = None

    def put(self, path: str, before: Note | None, after: Note | None) -> None:
        """Take the entries of `after` in the place of what was known."""
        self.say(path, tuple(self._read(after)) if after else ())

    def say(self, path: str, entries: tuple[Entry, ...]) -> None:
        """Take these entries for a file, none to forget it."""
        if self._by_path.get(path, ()) == entries:
            return
        if entries:
            self._by_path[path] = entries
        else:
            del self._by_path[path]
        self._all = None

    def of(self, path: str) -> tuple[Entry, ...]:
        """Return the entries of one file."""
        return self._by_path.get(path, ())

    @property
    def entries(self) -> list[Entry]:
        """All entries."""
        return self._lists[0]

    @property
    def keys(self) -> list[str]:
        """The folded form of each entry, in the same order."""
        return self._lists[1]

    @property
    def _lists(self) -> tuple[list[Entry], list[str]]:
        if self._all is None:
            entries = [entry for each in self._by_path.values() for entry in each]
            self._all = entries, [entry.key for entry in entries]
        return self._all


class Tally(Generic[K]):
    """How many notes say each thing; `read` gives what a note says."""

    def __init__(self, read: Callable[[Note], Iterable[K]]) -> None:
        self._read = read
        self.counts: Counter[K] = Counter()
        #: Grows whenever something is said for the first time or no more.
        self.version = 0

    def put(self, path: str, before: Note | None, after: Note | None) -> None:
        """Count what `after` says in the place of what `before` said."""
        old = frozenset(self._read(before)) if before else frozenset()
        new = frozenset(self._read(after)) if after else frozenset()
        for one in old - new:
            self.counts[one] -= 1
            if not self.counts[one]:
                del self.counts[one]
                self.version += 1
        for one in new - old:
            self.version += one not in self.counts
            self.counts[one] += 1


class Uses:
    """The notes that say each thing."""

    def __init__(self, read: Callable[[Note], Iterable[str]]) -> None:
        self._read = read
        self.paths: dict[str, set[str]] = {}

    def put(self, path: str, before: Note | None, after: Note | None) -> None:
        """Note what `after` says in the place of what `before` said."""
        old = frozenset(self._read(before)) if before else frozenset()
        new = frozenset(self._read(after)) if after else frozenset()
        for one in old - new:
            self.paths[one].discard(path)
            if not self.paths[one]:
                del self.paths[one]
        for one in new - old:
            self.paths.setdefault(one, set()).add(path)


class Values:
    """How many notes have each value of each property, as texts."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def put(self, path: str, before: Note | None, after: Note | None) -> None:
        """Count what `after` says in the place of what `before` said."""
        old = frozenset(_values(before)) if before else frozenset()
        new = frozenset(_values(after)) if after else frozenset()
        for key, said in old - new:
            self.counts[key][said] -= 1
            if not self.counts[key][said]:
                del self.counts[key][said]
        for key, said in new - old:
            self.counts.setdefault(key, Counter())[said] += 1


class Tables:
    """The tables of one vault, at the state `index`."""

    def __init__(self, index: VaultIndex) -> None:
        self.index = index
        self._made: list[_Table] = []
        self._files_version = 0
        self._unresolved: tuple[tuple[int, int], list[Entry]] | None = None
        self._folders: tuple[int, list[str]] | None = None
        self._paths: tuple[int, list[Entry], list[str]] | None = None

    def follow(self, index: VaultIndex) -> None:
        """Take over what has changed in the vault since."""
        before, self.index = self.index, index
        if before is index:
            return
        for path in differing(before.notes, index.notes):
            for table in self._made:
                table.put(path, before.notes.get(path), index.notes.get(path))
        changed = differing(before.files, index.files) if before.files is not index.files else ()
        self._files_version += bool(changed)
        if "names" in self.__dict__:
            for key in changed:
                paths = {*before.files.get(key, ()), *index.files.get(key, ())}
                for path in paths - index.notes.keys():
                    self.names.say(path, _names_of_file(path) if path in index else ())

    @cached_property
    def names(self) -> Register:
        """The names of the files, and the aliases of the notes."""
        made = self._filled(Register(_names))
        for paths in self.index.files.values():
            for path in paths:
                if path not in self.index.notes:
                    made.say(path, _names_of_file(path))
        return made

    @cached_property
    def headings(self) -> Register:
        """The headings of the notes."""
        return self._filled(Register(_headings))

    @cached_property
    def tags(self) -> Uses:
        """The notes that have each tag, which is without its `#` and as written."""
        return self._filled(Uses(lambda note: (tag.removeprefix("#") for tag in all_tags(note))))

    @cached_property
    def keys(self) -> Tally[str]:
        """How many notes have each property."""
        return self._filled(Tally(lambda note: note.properties))

    @cached_property
    def linking_keys(self) -> Tally[str]:
        """How many notes have a link in each property."""
        return self._filled(Tally(lambda note: (link.key.partition(".")[0] for link in note.property_links)))

    @cached_property
    def fields(self) -> Tally[str]:
        """How many notes have each inline field."""
        return self._filled(Tally(lambda note: (each.key for each in note.fields)))

    @cached_property
    def values(self) -> Values:
        """How many notes have each value of each property."""
        return self._filled(Values())

    @property
    def unresolved(self) -> list[Entry]:
        """What links say that lead to no file, the most frequent first."""
        version = self._linkpaths.version, self._files_version
        if self._unresolved is None or self._unresolved[0] != version:
            counts = self._linkpaths.counts
            gone = [said for said in counts if resolve_linkpath(self.index, said, "") is None]
            gone.sort(key=lambda said: (-counts[said], said))
            self._unresolved = version, [Entry(fold(note_name(said)), said, "") for said in gone]
        return self._unresolved[1]

    @property
    def paths(self) -> tuple[list[Entry], list[str]]:
        """The files, and their folded paths in the same order."""
        if self._paths is None or self._paths[0] != self._files_version:
            entries = [entry for entry in self.names.entries if entry.at < 0]
            keys = [fold(without_md(entry.path)) for entry in entries]
            self._paths = self._files_version, entries, keys
        return self._paths[1:]

    @property
    def folders(self) -> list[str]:
        """The folders that hold notes, and those above them, by name."""
        if self._folders is None or self._folders[0] != self._files_version:
            found: set[str] = set()
            for path in self.index.notes:
                folder = path.rpartition("/")[0]
                while folder and folder not in found:
                    found.add(folder)
                    folder = folder.rpartition("/")[0]
            self._folders = self._files_version, sorted(found)
        return self._folders[1]

    @cached_property
    def _linkpaths(self) -> Tally[str]:
        return self._filled(Tally(_linkpaths))

    def _filled(self, table: _AnyTable) -> _AnyTable:
        for path, note in self.index.notes.items():
            table.put(path, None, note.for_once())
        self._made.append(table)
        return table


_AnyTable = TypeVar("_AnyTable", bound=_Table)
_TABLES: WeakKeyDictionary[Workspace, Tables] = WeakKeyDictionary()


def tables_of(workspace: Workspace) -> Tables:
    """Return the tables of a workspace as it stands now."""
    index = workspace.session.index
    tables = _TABLES.get(workspace)
    if tables is None:
        tables = _TABLES[workspace] = Tables(index)
    tables.follow(index)
    return tables


def _names(note: Note) -> Iterator[Entry]:
    yield Entry(fold(note.name), note.name, note.path)
    for at, alias in enumerate(aliases(note)):
        yield Entry(fold(alias), alias, note.path, at)


def _names_of_file(path: str) -> tuple[Entry, ...]:
    name = path.rsplit("/", 1)[-1]
    return (Entry(fold(name), name, path),)


def _headings(note: Note) -> Iterator[Entry]:
    return (Entry(fold(each.text), each.text, note.path, at) for at, each in enumerate(note.headings))


def _linkpaths(note: Note) -> Iterator[str]:
    for reference in (*note.links, *note.embeds, *(link.reference for link in note.property_links)):
        if reference.linkpath and not reference.linkpath.startswith(("./", "../")):
            yield reference.linkpath


def _values(note: Note) -> Iterator[tuple[str, str]]:
    for key, value in note.properties.items():
        for one in value if isinstance(value, list) else (value,):
            if said := value_text(one):
                yield key, said


def value_text(value: PropertyValue) -> str:
    """Return a value as a word to choose again, empty if it is none: a list, a link, a long text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE or _NO_WORD.search(value):
        return ""
    return value.strip()
