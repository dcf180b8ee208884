"""The file of a cache: notes by their digest, and what was seen last, in SQLite.

Several processes may use it at once. Whatever goes wrong with it is no fault of the command that asked: then the
cache knows nothing, and where the file is broken it is begun anew.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from msgspec import Struct

from vaultkit.shell.cache.place import beside, remove, tidy
from vaultkit.shell.cache.sealed import read_sealed, sealed, unsealed, write_sealed
from vaultkit.text import Message

T = TypeVar("T")
Part = Literal["front", "body", "linkage", "page", "items"]
Key = Literal["digest", "oid"]

#: How long to wait, in seconds, for another process that is writing.
_PATIENCE = 0.25
#: A file of more bytes than this, and more than that many times what it is used for, is thinned out.
_LARGE, _WASTE = 32 << 20, 3
#: How many pages may wait in the log: who opens the file next reads all of them, as we do not close it at the end.
_LOGGED = 125
#: How many questions SQLite takes in one statement.
_AT_ONCE = 500
#: What SQLite says of a file that is not what it was made as. Others are for now: locked, full, read-only, no memory.
_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_ERROR,  # no such column
        sqlite3.SQLITE_INTERNAL,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_NOTADB,
    }
)

#: What the file beside the cache is sealed with.
_MEMORY = b"memory"

_PARTS: tuple[Part, ...] = get_args(Part)
#: Those that are kept with the note itself, as `Content` has them.
_FIRST_PARTS: tuple[Part, ...] = ("front", "body", "linkage")
_OF_NOTES = ("note", *_PARTS)
#: How many bytes SQLite reads and writes at once.
_PAGE = 8192
#: `state` keeps its rows apart from its names: of a row that stands with its name SQLite reads all to compare that.
_TABLES = """
CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, digest BLOB NOT NULL, oid BLOB NOT NULL, facts BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, data BLOB NOT NULL);
"""
_TABLES += "".join(
    f"CREATE TABLE IF NOT EXISTS {part} (id INTEGER PRIMARY KEY, data BLOB NOT NULL);\n" for part in _PARTS
)
_INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS note_digest ON note (digest);
CREATE INDEX IF NOT EXISTS note_oid ON note (oid);
"""


class Content(Struct, frozen=True):
    """What one text says, packed: `digest` its SHA-256, `oid` git's name for it (SHA-1), `facts` as `Facts`."""

    digest: bytes
    oid: bytes
    facts: bytes
    front: bytes
    body: bytes
    linkage: bytes


class Store:
    """The cache in one file; `notice` is what a person is to be told once. Not for several threads.

    `lost` are the numbers of notes of which parts were not there as they were kept: they are dropped with the next
    that is kept. After the file was begun anew (`is_new`), no number that was given before means anything.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.notice: Message | None = None
        self.lost: set[int] = set()
        self.is_new = False
        self._owner = os.getpid()
        self._inherited: sqlite3.Connection | None = None
        self._db: sqlite3.Connection | None = None
        self._tried(lambda: self._opened() if file is not None and file.exists() else None, None)

    # ------------------------------------------------------------------------------ asking

    def state(self, name: str) -> bytes | None:
        """Return what was put under a name, None if nothing was, or not all of it is there."""
        found = self._asked("SELECT data FROM state WHERE name = ?", (name,))
        return unsealed(found[0][0], name.encode()) if found else None

    def parts(self, which: Part, first: int, last: int) -> dict[int, bytes]:
        """Return a part of each of the notes with these numbers, as it was sealed with the note's digest."""
        rows = self._asked(f"SELECT id, data FROM {which} WHERE id BETWEEN ? AND ?", (first, last))
        return dict(rows)

    def numbers(self, which: Part) -> frozenset[int]:
        """Return the numbers of the notes of which a part is kept."""
        return frozenset(number for (number,) in self._asked(f"SELECT id FROM {which}", ()))

    def known(self, column: Key, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        """Return the number and the facts of the texts with these digests (`digest`) or names in git (`oid`)."""
        found: dict[bytes, tuple[int, bytes]] = {}
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._asked(f"SELECT id, digest, oid, facts FROM note WHERE {column} IN ({marks})", some)
            for number, digest, oid, said in rows:
                if not isinstance(digest, bytes) or not isinstance(oid, bytes):
                    continue
                facts = unsealed(said, digest + oid)
                if facts is not None:
                    found[digest if column == "digest" else oid] = (number, facts)
        return found

    # ----------------------------------------------------------------------------- keeping

    def keep(
        self, contents: Iterable[Content], states: Callable[[dict[bytes, int]], dict[str, bytes]]
    ) -> None:
        """Keep what was read; `states` gives what is to be kept under names, from the numbers of the notes kept."""
        if self._owner == os.getpid():  # what a fork has learnt is its parent's to keep
            self._tried(lambda: self._kept(contents, states), None)

    def keep_parts(self, which: Part, parts: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Keep a part of notes that are kept: the number of each, its digest, and the part."""
        rows = [(number, sealed(data, digest)) for number, digest, data in parts]

        def kept() -> None:
            db = self._opened()
            if db is not None:
                db.execute("BEGIN IMMEDIATE")
                db.executemany(f"INSERT OR REPLACE INTO {which} VALUES (?, ?)", rows)
                db.execute("COMMIT")

        if rows and self._owner == os.getpid():
            self._tried(kept, None)

    def memory(self) -> bytes | None:
        """Return what was put into the file beside the cache, None if nothing was, or not all of it is there."""
        return None if self.file is None else read_sealed(beside(self.file), _MEMORY)

    def keep_memory(self, data: bytes) -> None:
        """Put something into a file beside the cache, as it is read faster from there; it goes with the cache."""
        if self.file is not None and self._db is not None and self._owner == os.getpid():
            write_sealed(beside(self.file), data, _MEMORY)

    def begun(self) -> None:
        """Open the file that has just been filled."""
        self.lost.clear()
        self._tried(self._opened, None)

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    # ------------------------------------------------------------------------------ inside

    def _kept(
        self, contents: Iterable[Content], states: Callable[[dict[bytes, int]], dict[str, bytes]]
    ) -> None:
        if self._db is None and self.file is not None and not self.file.exists():
            filling = Filling(self)
            filling.put(contents)
            filling.done(states)
            return
        db = self._opened()
        if db is None:
            return
        db.execute("BEGIN IMMEDIATE")
        try:
            for table in _OF_NOTES:
                db.executemany(f"DELETE FROM {table} WHERE id = ?", [(number,) for number in self.lost])
            _put_all(db, contents, states)
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        self.lost.clear()

    def thin_out(self, used: Iterable[int]) -> None:
        """Drop the notes that are not used any more, where they take up most of a large file.

        `used` is not asked for a smaller one.
        """

        def thinned() -> None:
            db = self._opened()
            if db is None or self.file is None or self.file.stat().st_size < _LARGE:
                return
            wanted = set(used)
            if db.execute("SELECT count(*) FROM note").fetchone()[0] < _WASTE * len(wanted):
                return
            there = (number for (number,) in db.execute("SELECT id FROM note").fetchall())
            unused = [(number,) for number in there if number not in wanted]
            db.execute("BEGIN IMMEDIATE")
            for table in _OF_NOTES:
                db.executemany(f"DELETE FROM {table} WHERE id = ?", unused)
            db.execute("COMMIT")
            db.execute("VACUUM")

        if self._owner == os.getpid():
            self._tried(thinned, None)

    def _asked(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self._db is None:
            return []
        if self._owner != os.getpid():  # SQLite must not be carried over a fork
            self._inherited, self._db, self._owner = self._db, None, os.getpid()
            self._tried(self._opened, None)

        def asked() -> list[tuple[Any, ...]]:
            return [] if self._db is None else self._db.execute(statement, values).fetchall()

        return self._tried(asked, [])

    def _tried(self, work: Callable[[], T], otherwise: T) -> T:
        """Do it; where the file fails us go on without, and where it is broken begin another."""
        try:
            return work()
        except (sqlite3.Error, UnicodeDecodeError, OverflowError) as fault:
            self.close()  # once is enough: each further question might have to wait as long
            if _is_damage(fault):
                self._begin_anew()
        except OSError:
            pass
        return otherwise

    def _opened(self) -> sqlite3.Connection | None:
        if self._db is None and self.file is not None:
            fresh = not self.file.exists()
            if fresh:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                tidy(self.file)
                self.file.touch(mode=0o600)
            db = sqlite3.connect(self.file, timeout=_PATIENCE, isolation_level=None)
            try:
                db.execute("PRAGMA synchronous = NORMAL")
                db.execute("PRAGMA journal_mode = WAL")
                db.execute(f"PRAGMA wal_autocheckpoint = {_LOGGED}")
                db.execute("PRAGMA cache_size = -512")  # KiB: what is read is read once
                db.executescript(_TABLES + _INDEXES)
            except BaseException:
                db.close()
                raise
            self._db = db
            with suppress(OSError):
                os.utime(self.file)
        return self._db

    def _begin_anew(self) -> None:
        if self.file is None:
            return
        remove(self.file)
        self.is_new = True
        self.notice = Message(
            "la mémoire de lecture (cache) de ce coffre était abîmée\u00a0: elle est refaite, rien n’est perdu",
            "the cache of this vault was damaged: it is made anew, nothing is lost",
        )


class Filling:
    """The first of what a cache keeps, on its way into a file beside, which then takes its place.

    So each byte is written once, many rows at a time, and the indexes are made of all of them. Where the file fails us
    nothing comes of it: then `put` knows no number.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._beside: Path | None = None
        self._db: sqlite3.Connection | None = None
        self._numbers: dict[bytes, int] = {}
        if store.file is not None and not store.file.exists():
            self._tried(lambda: self._begin(store.file))

    def put(self, contents: Iterable[Content]) -> dict[bytes, int]:
        """Put in what was read; return the numbers of these notes by their digests."""
        known, fresh, there = self._numbers, list[Content](), dict[bytes, int]()
        for one in contents:
            if one.digest not in known:
                known[one.digest] = len(known) + 1
                fresh.append(one)
            there[one.digest] = known[one.digest]
        self._tried(lambda: self._put(fresh))
        return there if self._db is not None else {}

    def _put(self, fresh: Sequence[Content]) -> None:
        if self._db is None:
            return
        rows = [_rows(self._numbers[one.digest], one) for one in fresh]
        for table, some in zip(("note", *_FIRST_PARTS), zip(*rows, strict=True), strict=False):
            marks = ", ".join("?" * len(some[0]))
            self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", some)

    def done(self, states: Callable[[dict[bytes, int]], dict[str, bytes]]) -> None:
        """Have the file take its place, with what `states` gives, from the numbers of all notes, under names."""
        self._tried(lambda: self._end(states))
        self.abandon()

    def abandon(self) -> None:
        """Let nothing come of it, if it is not done."""
        if self._db is not None:
            self._db.close()
            self._db = None
        if self._beside is not None:
            with suppress(OSError):
                self._beside.unlink(missing_ok=True)

    def _tried(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (sqlite3.Error, OSError):
            if self._db is not None:
                self._db.close()
            self._db = None

    def _begin(self, file: Path | None) -> None:
        assert file is not None
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        tidy(file)
        self._beside = file.with_name(f"{file.name}.{os.getpid()}")
        self._beside.touch(mode=0o600)
        self._db = sqlite3.connect(self._beside, isolation_level=None)
        self._db.execute(f"PRAGMA page_size = {_PAGE}")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def _end(self, states: Callable[[dict[bytes, int]], dict[str, bytes]]) -> None:
        db, file = self._db, self._store.file
        if db is not None and file is not None and self._beside is not None:
            _put_states(db, states(self._numbers))
            db.execute("COMMIT")
            db.executescript(_INDEXES)
            db.execute("PRAGMA journal_mode = WAL")  # while nothing waits for the disk
            db.close()
            self._db = None
            self._beside.replace(file)
            self._store.begun()


def _put_all(
    db: sqlite3.Connection,
    contents: Iterable[Content],
    states: Callable[[dict[bytes, int]], dict[str, bytes]],
) -> None:
    _put_states(db, states(_put(db, contents)))


def _put_states(db: sqlite3.Connection, states: Mapping[str, bytes]) -> None:
    for name, data in states.items():
        db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, sealed(data, name.encode())))


def _put(db: sqlite3.Connection, contents: Iterable[Content]) -> dict[bytes, int]:
    """Put in what is not there yet; return the numbers of all by their digests."""
    last = max(db.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0 for table in _OF_NOTES)
    numbers: dict[bytes, int] = {}
    for one in contents:
        row, *parts = _rows(last + 1, one)
        if db.execute("INSERT OR IGNORE INTO note VALUES (?, ?, ?, ?)", row).rowcount > 0:
            last += 1
            for table, part in zip(_FIRST_PARTS, parts, strict=True):
                db.execute(f"INSERT INTO {table} VALUES (?, ?)", part)
            numbers[one.digest] = last
        elif found := db.execute("SELECT id FROM note WHERE digest = ?", (one.digest,)).fetchone():
            numbers[one.digest] = found[0]
    return numbers


def _rows(number: int, one: Content) -> tuple[tuple[int | bytes, ...], ...]:
    """Return what is put into the table of notes for a content, and into that of each of its first parts."""
    parts = ((number, sealed(getattr(one, part), one.digest)) for part in _FIRST_PARTS)
    return (number, one.digest, one.oid, sealed(one.facts, one.digest + one.oid)), *parts


def _is_damage(fault: Exception) -> bool:
    code: int | None = getattr(fault, "sqlite_errorcode", None)
    if code is None:  # Python says so: of bytes that are no text, of numbers out of all bounds
        return isinstance(fault, sqlite3.OperationalError | UnicodeDecodeError | OverflowError)
    return code & 0xFF in _DAMAGE
