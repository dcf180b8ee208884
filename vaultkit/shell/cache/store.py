"""The file of a cache: notes by their digest, and what was seen last, in SQLite.

Several processes may use it at once. Whatever goes wrong with it is no fault of the command that asked: then the
cache knows nothing, and where the file is broken it is begun anew.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar
from zlib import crc32

from msgspec import Struct

from vaultkit.shell.cache.place import tidy
from vaultkit.text import Message

T = TypeVar("T")
Part = Literal["front", "body"]

#: How long to wait, in seconds, for another process that is writing.
_PATIENCE = 0.25
#: A file of more bytes than this, and more than that many times what it is used for, is thinned out.
_LARGE, _WASTE = 32 << 20, 3
#: How many questions SQLite takes in one statement.
_AT_ONCE = 500

_TABLES = """
CREATE TABLE IF NOT EXISTS note (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, oid BLOB NOT NULL, facts BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS note_oid ON note (oid);
CREATE TABLE IF NOT EXISTS front (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""


class Content(Struct, frozen=True):
    """What one text says, packed: `digest` its SHA-256, `oid` git's name for it (SHA-1), `facts` as `Facts`."""

    digest: bytes
    oid: bytes
    facts: bytes
    front: bytes
    body: bytes


class Store:
    """The cache in one file; `notice` is what a person is to be told once. Not for several threads."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.notice: Message | None = None
        self._owner = os.getpid()
        self._inherited: sqlite3.Connection | None = None
        self._db: sqlite3.Connection | None = None
        if file is not None and file.exists():
            self._tried(self._opened, None)

    # ------------------------------------------------------------------------------ asking

    def state(self, name: str) -> bytes | None:
        """Return what was put under a name, None if nothing was, or not all of it is there."""
        found = self._asked("SELECT data FROM state WHERE name = ?", (name,))
        return unsealed(found[0][0], name.encode()) if found else None

    def parts(self, which: Part, first: int, last: int) -> dict[int, bytes]:
        """Return the fronts or bodies of the notes with these numbers, as they were sealed with their digests."""
        rows = self._asked(f"SELECT id, data FROM {which} WHERE id BETWEEN ? AND ?", (first, last))
        return dict(rows)

    def known(self, column: str, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        """Return the number and the facts of the texts with these digests (`digest`) or names in git (`oid`)."""
        found: dict[bytes, tuple[int, bytes]] = {}
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT {column}, id, digest, facts FROM note WHERE {column} IN ({marks})"
            rows = self._asked(query, some)
            for key, number, digest, sealed in rows:
                facts = unsealed(sealed, digest)
                if facts is not None:
                    found[key] = (number, facts)
        return found

    # ----------------------------------------------------------------------------- keeping

    def keep(
        self, contents: Iterable[Content], states: Callable[[dict[bytes, int]], dict[str, bytes]]
    ) -> None:
        """Keep what was read; `states` gives what is to be kept under names, from the numbers of the notes kept."""
        if self._owner == os.getpid():  # what a fork has learnt is its parent's to keep
            self._tried(lambda: self._kept(contents, states), None)

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
        db = self._opened()
        if db is None:
            return
        numbers: dict[bytes, int] = {}
        db.execute("BEGIN IMMEDIATE")
        try:
            for one in contents:
                row = (one.digest, one.oid, _sealed(one.facts, one.digest))
                done = db.execute("INSERT OR IGNORE INTO note (digest, oid, facts) VALUES (?, ?, ?)", row)
                if done.rowcount > 0:
                    number = done.lastrowid or 0
                    parts = (
                        (number, _sealed(one.front, one.digest)),
                        (number, _sealed(one.body, one.digest)),
                    )
                    db.execute("INSERT OR REPLACE INTO front VALUES (?, ?)", parts[0])
                    db.execute("INSERT OR REPLACE INTO body VALUES (?, ?)", parts[1])
                else:
                    number = db.execute("SELECT id FROM note WHERE digest = ?", (one.digest,)).fetchone()[0]
                numbers[one.digest] = number
            for name, data in states(numbers).items():
                db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, _sealed(data, name.encode())))
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise

    def thin_out(self, used: Iterable[int]) -> None:
        """Drop the notes that are not used any more, where they take up most of a large file."""
        wanted = set(used)

        def thinned() -> None:
            db = self._opened()
            if db is None or self.file is None or self.file.stat().st_size < _LARGE:
                return
            if db.execute("SELECT count(*) FROM front").fetchone()[0] < _WASTE * len(wanted):
                return
            db.execute("CREATE TEMP TABLE used (id INTEGER PRIMARY KEY)")
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO used VALUES (?)", ((number,) for number in wanted))
            for table in ("note", "front", "body"):
                db.execute(f"DELETE FROM {table} WHERE id NOT IN (SELECT id FROM used)")
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
        except sqlite3.OperationalError:  # locked, full, read-only, not to be opened: not now
            return otherwise
        except sqlite3.DatabaseError:
            self._begin_anew()
            return otherwise
        except OSError:
            return otherwise

    def _opened(self) -> sqlite3.Connection | None:
        if self._db is None and self.file is not None:
            fresh = not self.file.exists()
            if fresh:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                tidy(self.file)
            db = sqlite3.connect(self.file, timeout=_PATIENCE, isolation_level=None)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = NORMAL")
                db.execute("PRAGMA mmap_size = 268435456")
                db.executescript(_TABLES)
            except BaseException:
                db.close()
                raise
            self._db = db
            os.utime(self.file)
        return self._db

    def _begin_anew(self) -> None:
        self.close()
        if self.file is None:
            return
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.file.with_name(self.file.name + ending).unlink()
        self.notice = Message(
            "la mémoire de lecture (cache) de ce coffre était abîmée\u00a0: elle est refaite, rien n’est perdu",
            "the cache of this vault was damaged: it is made anew, nothing is lost",
        )


def unsealed(sealed: object, about: bytes) -> bytes | None:
    """Return bytes that were kept, None if they, or what they are about, are not the same any more."""
    if not isinstance(sealed, bytes) or len(sealed) < 4:
        return None
    data = sealed[4:]
    return data if _sum(data, about) == sealed[:4] else None


def _sealed(data: bytes, about: bytes) -> bytes:
    return _sum(data, about) + data


def _sum(data: bytes, about: bytes) -> bytes:
    return crc32(data, crc32(about)).to_bytes(4, "little")
