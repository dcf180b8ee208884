"""The journal: what every write displaced, so that it can be undone.

A write is entered before it happens and durable from then on; `done` says that it happened, `failed`
takes it out again. A crash between the two leaves an entry that is pending: it counts only for a note
that says just what the entry meant to write.
"""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from vaultkit.errors import VaultkitError
from vaultkit.shell.places import no_state, state_dir, state_path, why
from vaultkit.text import Message, nfc

if TYPE_CHECKING:
    import sqlite3

#: The command whose batches are undos.
UNDO = "undo"
FORMAT = 2
NAME = "journal.sqlite3"
KEEP_DAYS = 90
KEEP_BYTES = 200_000_000
_DAY = 86_400_000
_BUSY_SECONDS = 15.0

_SCHEMA = """
CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, command TEXT NOT NULL, undone_by INTEGER);
CREATE TABLE body (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, packed BLOB NOT NULL);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL, time INTEGER NOT NULL, path TEXT NOT NULL,
    before TEXT, after TEXT, reason TEXT NOT NULL, regions TEXT NOT NULL,
    pending INTEGER NOT NULL DEFAULT 1, undone_by INTEGER, moved_from TEXT);
CREATE INDEX entry_of_batch ON entry (batch);
CREATE INDEX entry_of_path ON entry (path, id);
"""
#: What brings a journal of an older format up to the next one.
_MIGRATIONS = {1: "ALTER TABLE entry ADD COLUMN moved_from TEXT"}


class Entry(Struct, frozen=True):
    """One write to one note. `before` is None for a note it made, `after` for a note it removed.

    A move has neither: `moved_from` is the path that the file or folder at `path` had.
    """

    id: int
    batch: int
    time: datetime
    command: str
    path: str
    before: bytes | None
    after: bytes | None
    reason: str
    regions: tuple[str, ...]
    undone: bool
    pending: bool
    moved_from: str | None = None


class Batch(Struct, frozen=True):
    """All that one run of a command wrote; `undone` if none of it stands any more, or an undo took it up."""

    id: int
    time: datetime
    command: str
    paths: tuple[str, ...]
    undone: bool


class _Broken(VaultkitError):
    """The file was damaged, and a new one has begun."""


class Journal:
    """The journal of one vault. `notice`, if any, is what a person should be told once; not for threads."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.file = folder / NAME
        self.notice: Message | None = None
        self._clock = clock
        self._batch: int | None = None
        self._command = ""
        self._db = self._opened()

    @classmethod
    def open(cls, root: Path, clock: Callable[[], float] = time.time) -> Self:
        """Return the journal of the vault at `root`, begun if there is none yet."""
        return cls(state_dir(root), clock)

    @staticmethod
    def is_begun(root: Path) -> bool:
        """Whether the vault at `root` has a journal: asking begins none."""
        return (state_path(root) / NAME).exists()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the journal itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    # Writing

    @property
    def lock(self) -> Path:
        """The file that is locked while a note of this vault is written."""
        return self.file.with_name("lock")

    @property
    def batch(self) -> int:
        """The batch that writes belong to: the one last begun."""
        return self.begin("") if self._batch is None else self._batch

    def begin(self, command: str) -> int:
        """Begin the batch of one run of `command`, once it is known to write, and drop what is too old."""
        with suppress(_Broken):  # then a new one has begun
            self.purge()
        with self._writing() as db:
            row = "INSERT INTO batch (time, command) VALUES (?, ?)"
            self._batch = db.execute(row, (self._now(), command)).lastrowid or 0
        self._command = command
        return self._batch

    def displaced(
        self,
        batch: int,
        path: str,
        before: bytes | None,
        after: bytes | None,
        reason: str = "",
        regions: Sequence[str] = (),
    ) -> int:
        """Enter a write that is about to happen; it is on the disk when this returns."""
        old, new = (None if data is None else _key(data) for data in (before, after))
        with self._writing() as db:
            for key, data in ((old, before), (new, after)):
                known = "SELECT 1 FROM body WHERE digest = ?"
                if data is not None and not db.execute(known, (key,)).fetchone():
                    packed = zlib.compress(data)
                    db.execute("INSERT INTO body VALUES (?, ?, ?)", (key, len(packed), packed))
            return self._entered(db, batch, path, old, new, reason, regions)

    def moving(self, batch: int, old: str, new: str, reason: str = "") -> int:
        """Enter a move that is about to happen; it is on the disk when this returns."""
        with self._writing() as db:
            return self._entered(db, batch, new, None, None, reason, (), nfc(old))

    def _entered(
        self,
        db: sqlite3.Connection,
        batch: int,
        path: str,
        before: str | None,
        after: str | None,
        reason: str,
        regions: Sequence[str],
        moved_from: str | None = None,
    ) -> int:
        now, named = self._now(), "\n".join(regions)
        row = "INSERT OR IGNORE INTO batch VALUES (?, ?, ?, NULL)"
        db.execute(row, (batch, now, self._command))
        row = (
            "INSERT INTO entry (batch, time, path, before, after, reason, regions, moved_from)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        values = (batch, now, nfc(path), before, after, reason, named, moved_from)
        return db.execute(row, values).lastrowid or 0

    def done(self, entry_id: int) -> None:
        """Note that a write happened. Losing this in a power cut costs nothing: see `pending`."""
        with self._writing(durable=False) as db:
            db.execute("UPDATE entry SET pending = 0 WHERE id = ?", (entry_id,))

    def failed(self, entry_id: int) -> None:
        """Take out a write that did not happen."""
        with self._writing(durable=False) as db:
            db.execute("DELETE FROM entry WHERE id = ?", (entry_id,))

    def mark_undone(self, entries: Sequence[Entry], by: int) -> None:
        """Note that entry `by` (0: none was needed) undid `entries`; what they had undone stands again."""
        with self._writing() as db:
            for entry in entries:
                db.execute("UPDATE entry SET undone_by = ? WHERE id = ?", (by, entry.id))
                db.execute("UPDATE entry SET undone_by = NULL WHERE undone_by = ?", (entry.id,))
                db.execute("UPDATE batch SET undone_by = NULL WHERE undone_by = ?", (entry.batch,))

    def close_batch(self, batch: int, by: int) -> None:
        """Note that the undo batch `by` took up `batch` as a whole: the next undo goes further back."""
        with self._writing() as db:
            db.execute("UPDATE batch SET undone_by = ? WHERE id = ?", (by, batch))

    def purge(self, older_than_days: float = KEEP_DAYS, max_bytes: int = KEEP_BYTES) -> int:
        """Drop batches that are too old, then the oldest (never the last) while all are too big."""
        limit = self._now() - int(older_than_days * _DAY)
        gone = 0
        if self._value("SELECT 1 FROM batch WHERE time <= ?", limit):
            with self._writing() as db:
                gone += db.execute("DELETE FROM batch WHERE time <= ?", (limit,)).rowcount
                _sweep(db)
        while self._value("SELECT total(size) FROM body") > max_bytes:
            with self._writing() as db:
                oldest = "SELECT min(id) FROM batch HAVING count(*) > 1"
                went = db.execute(f"DELETE FROM batch WHERE id = ({oldest})").rowcount
                _sweep(db)
            gone += went
            if not went:
                break
        if gone:
            with self._guarded():
                self._db.execute("PRAGMA incremental_vacuum").fetchall()
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    # Reading

    def entries(
        self,
        limit: int | None = 50,
        path: str | None = None,
        since: datetime | None = None,
        batch: int | None = None,
        standing: bool = False,
    ) -> list[Entry]:
        """Return entries, the newest first; `standing`: not what is undone, nor what undo itself wrote."""
        tests, values = ["1"], list[Any]()
        if path is not None:
            tests, values = [*tests, "entry.path = ?"], [*values, nfc(path)]
        if since is not None:
            tests, values = [*tests, "entry.time >= ?"], [*values, int(since.timestamp() * 1000)]
        if batch is not None:
            tests, values = [*tests, "entry.batch = ?"], [*values, batch]
        if standing:
            tests.append(f"entry.undone_by IS NULL AND batch.command <> '{UNDO}'")
        rows = self._rows(
            "SELECT entry.id, entry.batch, entry.time, batch.command, path, b.packed, a.packed, reason,"
            " regions, entry.undone_by IS NOT NULL, pending, moved_from FROM entry JOIN batch ON batch.id = entry.batch"
            " LEFT JOIN body b ON b.digest = before LEFT JOIN body a ON a.digest = after"
            f" WHERE {' AND '.join(tests)} ORDER BY entry.id DESC LIMIT ?",
            *values,
            -1 if limit is None else limit,
        )
        return [_entry(row) for row in rows]

    def batches(self, limit: int | None = 20) -> list[Batch]:
        """Return the batches that wrote something, the newest first."""
        rows = self._rows(
            "SELECT batch.id, batch.time, command,"
            " batch.undone_by IS NOT NULL OR min(entry.undone_by IS NOT NULL)"
            " FROM batch JOIN entry ON entry.batch = batch.id"
            " GROUP BY batch.id ORDER BY batch.id DESC LIMIT ?",
            -1 if limit is None else limit,
        )
        paths: dict[int, dict[str, None]] = {row[0]: {} for row in rows}
        first = min(paths, default=0)
        for batch, path in self._rows("SELECT batch, path FROM entry WHERE batch >= ? ORDER BY id", first):
            paths.setdefault(batch, {})[path] = None
        return [Batch(id, _time(ms), name, tuple(paths[id]), bool(undone)) for id, ms, name, undone in rows]

    def knows(self, data: bytes) -> bool:
        """Whether the journal holds `data`, or a pending write that begins with it."""
        if self._value("SELECT 1 FROM body WHERE digest = ?", _key(data)):
            return True
        pending = self._rows("SELECT packed FROM entry JOIN body ON digest = after WHERE pending")
        return any(zlib.decompress(packed).startswith(data) for (packed,) in pending)

    # The file

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._guarded():
            return self._db.execute(query, values).fetchall()

    def _value(self, query: str, *values: object) -> Any:
        rows = self._rows(query, *values)
        return rows[0][0] if rows else 0

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn the database's complaints into ours; a broken file is set aside at once, for the next try."""
        import sqlite3

        try:
            yield
        except sqlite3.DatabaseError as error:
            if not _is_broken(error):
                raise self._unusable(error) from error
            self._db.close()
            self.notice = self._set_aside()
            self._db = self._opened()
            raise _again(self.notice) from error

    @contextmanager
    def _writing(self, durable: bool = True) -> Iterator[sqlite3.Connection]:
        with self._guarded():
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                with suppress(Exception):
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _unusable(self, error: Exception) -> VaultkitError:
        return no_state(self.file.parent, Message(str(error), str(error)))

    def _opened(self) -> sqlite3.Connection:
        import sqlite3

        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if not _is_broken(error) and "no such" not in str(error):
                raise self._unusable(error) from error
        self.notice = self._set_aside()
        return self._connected()

    def _connected(self) -> sqlite3.Connection:
        """Return a connection to a journal of our format, and never touch one of a newer format."""
        import sqlite3

        try:
            os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise no_state(self.file.parent, why(error)) from error
        db = sqlite3.connect(self.file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > FORMAT:
                raise _too_new(self.file)
            if version < FORMAT:
                db.execute("PRAGMA auto_vacuum = INCREMENTAL")
                _patiently(db, "PRAGMA journal_mode = WAL")
                db.execute("BEGIN IMMEDIATE")
                version = db.execute("PRAGMA user_version").fetchone()[0]
                for statement in _statements(version):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {FORMAT}")
                db.execute("COMMIT")
            db.execute("SELECT max(id) FROM entry").fetchone()
        except BaseException:
            db.close()
            raise
        return db

    def _set_aside(self) -> Message:
        """Give a broken journal another name, so that a new one can begin."""
        number = 1
        while (broken := self.file.with_name(f"journal.broken-{number}.sqlite3")).exists():
            number += 1
        try:
            self.file.replace(broken)
            for end in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{self.file}{end}").replace(f"{broken}{end}")
        except OSError as error:
            raise no_state(self.file.parent, why(error)) from error
        return Message(
            f"le journal était abîmé\u00a0: il a été mis de côté ({broken}) et un nouveau commence",
            f"the journal was broken: it was set aside ({broken}) and a new one begins",
        )


def _statements(version: int) -> list[str]:
    """Return what makes a journal of our format out of one of this version; 0 is an empty file."""
    if version == 0:
        return _SCHEMA.split(";")
    return [_MIGRATIONS[step] for step in range(version, FORMAT)]


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is damaged or no database (SQLITE_CORRUPT, SQLITE_NOTADB)."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (11, 26)


def _key(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _entry(row: Sequence[Any]) -> Entry:
    id, batch, ms, command, path, before, after, reason, regions, undone, pending, moved_from = row
    old, new = (None if packed is None else zlib.decompress(packed) for packed in (before, after))
    names, at = tuple(regions.split("\n")) if regions else (), _time(ms)
    return Entry(
        id, batch, at, command, path, old, new, reason, names, bool(undone), bool(pending), moved_from
    )


def _sweep(db: sqlite3.Connection) -> None:
    """Drop what belongs to no batch any more."""
    db.execute("DELETE FROM entry WHERE batch NOT IN (SELECT id FROM batch)")
    db.execute(
        "DELETE FROM body WHERE digest NOT IN (SELECT before FROM entry WHERE before IS NOT NULL"
        " UNION SELECT after FROM entry WHERE after IS NOT NULL)"
    )


def _patiently(db: sqlite3.Connection, statement: str) -> None:
    """Run a statement that does not wait for another process by itself."""
    import sqlite3

    for pause in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        try:
            db.execute(statement).fetchall()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(pause)
    db.execute(statement).fetchall()


def _again(notice: Message) -> _Broken:
    return _Broken(Message(f"{notice.fr}\u00a0; relancer la commande", f"{notice.en}; run the command again"))


def _too_new(file: Path) -> VaultkitError:
    return VaultkitError(
        Message(
            f"le journal {file} a été écrit par une version plus récente de vaultkit\u00a0: "
            "rien n’a été écrit\u00a0; mettre vaultkit à jour",
            f"the journal {file} was written by a newer vaultkit: nothing was written; update vaultkit",
        )
    )
