"""The log of the daemon: one line a batch, on stderr or in a file, as text or JSON, and never a word of a note."""

from __future__ import annotations

import json
import os
import re
import select
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from io import TextIOWrapper
from logging import LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol, TextIO

from vaultkit.errors import VaultkitError
from vaultkit.shell.daemon.folding import Folding, Repeated
from vaultkit.shell.places import why
from vaultkit.shell.ports import BatchDone, Clock, Wait
from vaultkit.shell.progress import grouped
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

FORMATS = ("text", "json")
_SIZE, _KEPT = 1_000_000, 2
#: How many notes a line of text names.
_NAMED = 5
_SIGNS = {"warning": "⚠ ", "error": "✖ "}
#: The levels of syslog(3), as the journal of systemd reads them before a line (sd-daemon(3)).
_LEVELS = {"error": 3, "warning": 4, "info": 6}
#: What would break a line, or be obeyed by a terminal, and halves of characters; JSON can escape each.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Sink(Protocol):
    """Where lines go."""

    def write(self, line: str, severity: str) -> None:
        """Write one line; never raises."""


class DaemonLog:
    """The log in one language and one format (`text` or `json`); a message told again and again is folded."""

    def __init__(self, sinks: Iterable[Sink], clock: Clock, language: str, form: str = "text") -> None:
        self._sinks = tuple(sinks)
        self._clock = clock
        self._language = language
        self._form = form
        self._folding = Folding(clock)
        self._alone = threading.RLock()  # the control socket's thread tells things too

    @classmethod
    def open(cls, clock: Clock, language: str, form: str = "text", file: Path | None = None) -> DaemonLog:
        """Return the log on stderr; with `file` there, and on stderr only where a person looks on.

        Raises VaultkitError (2) for a file that cannot be written.
        """
        screen = StreamSink(sys.stderr)
        if file is None:
            return cls([screen], clock, language, form)
        return cls([FileSink(file), *([screen] if screen.watched else [])], clock, language, form)

    def batch(self, done: BatchDone, waits: Iterable[Wait]) -> None:
        """Tell of a round of work; one that only failed as before is folded."""
        waiting = len(tuple(waits))
        severity = "warning" if done.refused else "info"
        same = None if done.written or not done.refused else done.refused
        with self._alone:
            repeated = self._folding.seen(same)
        if repeated is None:
            return
        said: dict[str, object] = {
            "read": done.read,
            "written": [{"path": path, "regions": list(regions)} for path, regions in done.written],
            "refused": [
                {"path": path, "message": reason.of(self._language)} for path, reason in done.refused
            ],
            "waiting": waiting,
            "seconds": round(done.seconds, 3),
        }
        with self._alone:
            self._write(done.time, severity, "batch", said, _batch(done, waiting, self._language), repeated)

    def tell(self, message: Message, severity: str = "info") -> None:
        """Tell of anything else; what is told again and again is folded."""
        with self._alone:
            repeated = self._folding.seen((severity, message))
            if repeated is not None:
                text = message.of(self._language)
                self._write(self._clock.wall(), severity, "message", {"message": text}, text, repeated)

    def _write(
        self, wall: float, severity: str, event: str, said: dict[str, object], text: str, repeated: Repeated
    ) -> None:
        time = _local(wall)
        if self._form == "json":
            facts: dict[str, object] = {
                "time": time.isoformat(timespec="milliseconds"),
                "severity": severity,
                "event": event,
                **said,
            }
            if repeated.times > 1:
                facts |= {"repeated": repeated.times}
            line = as_line(facts)
        else:
            since = self._since(repeated) if repeated.times > 1 else ""
            line = f"{time:%Y-%m-%d %H:%M:%S} {_SIGNS.get(severity, '')}{harmless(text)}{since}"
        for sink in self._sinks:
            sink.write(line, severity)

    def _since(self, repeated: Repeated) -> str:
        word = "depuis" if self._language == "fr" else "since"
        return f" (×{repeated.times} {word} {_local(repeated.since):%H:%M})"


def as_line(facts: dict[str, object]) -> str:
    """Return facts as one line of JSON that no terminal obeys."""
    return _ESCAPED.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(facts, ensure_ascii=False))


def _local(wall: float) -> datetime:
    return datetime.fromtimestamp(wall).astimezone()


def _batch(done: BatchDone, waiting: int, language: str) -> str:
    french = language == "fr"
    colon, semicolon = ("\u00a0: ", "\u00a0; ") if french else (": ", "; ")
    parts = [_read(done.read, french)] if done.read else []
    if done.written:
        named = [f"{path} ({', '.join(regions)})" if regions else path for path, regions in done.written]
        parts.append(f"{'écrit' if french else 'wrote'}{colon}{_named(named, french)}")
    if done.refused:
        named = [f"{path} ({reason.of(language)})" for path, reason in done.refused]
        parts.append(f"{'non écrit' if french else 'not written'}{colon}{_named(named, french)}")
    if waiting:
        parts.append(f"{'en attente' if french else 'waiting'}{colon}{grouped(waiting, language)}")
    seconds = f"{done.seconds:.2f}"
    parts.append(f"{seconds.replace('.', ',') if french else seconds} s")
    return semicolon.join(parts)


def _read(count: int, french: bool) -> str:
    if french:
        return f"{grouped(count, 'fr')} fichier{'s lus' if count > 1 else ' lu'}"
    return f"read {grouped(count, 'en')} file{'s' if count > 1 else ''}"


def _named(names: list[str], french: bool) -> str:
    more = len(names) - _NAMED
    tail = [f"… {'et' if french else 'and'} {more} {'de plus' if french else 'more'}"] if more > 0 else []
    return ", ".join([*names[:_NAMED], *tail])


# ------------------------------------------------------------------------------------ the sinks


class StreamSink:
    """A stream that may go away or stand still (a closed terminal, a pipe nobody reads): then lines are dropped."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._journal = stream is not None and _is_journal(stream)
        self._dropped = 0

    @property
    def watched(self) -> bool:
        """Whether a person may look on."""
        with suppress(ValueError):
            return self._stream is not None and self._stream.isatty()
        return False

    def write(self, line: str, severity: str) -> None:
        """Write one line if that can be done at once."""
        if self._stream is None:
            return
        try:
            if not _takes(self._stream):
                self._dropped += 1
                return
            lost, self._dropped = f"(… {self._dropped})\n" if self._dropped else "", 0
            mark = f"<{_LEVELS.get(severity, 6)}>" if self._journal else ""
            encoding = self._stream.encoding or "utf-8"
            safe = f"{lost}{mark}{line}\n".encode(encoding, "backslashreplace").decode(encoding)
            self._stream.write(safe)
            self._stream.flush()
        except (OSError, ValueError):
            self._give_up()

    def _give_up(self) -> None:
        """Let the rest go nowhere, also what is still in the stream's own buffer."""
        stream, self._stream = self._stream, None
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno() if stream else nowhere)
            os.close(nowhere)


def _takes(stream: TextIO) -> bool:
    """Whether a line can be written without waiting; a pipe that is full, or a stopped terminal, cannot."""
    if sys.platform == "win32":
        return True
    try:
        return bool(select.select([], [stream.fileno()], [], 0)[1])
    except (OSError, ValueError):  # a stream of memory, or a closed one: the write itself will tell
        return True


def _is_journal(stream: TextIO) -> bool:
    """Whether a stream leads to the journal of systemd (`$JOURNAL_STREAM`, systemd.exec(5))."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


class FileSink(RotatingFileHandler):
    """A file for this user alone, moved aside when it is full: three files of a megabyte at most."""

    def __init__(self, path: Path, size: int = _SIZE) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            super().__init__(
                path, maxBytes=size, backupCount=_KEPT, encoding="utf-8", errors="backslashreplace"
            )
        except OSError as error:
            reason = why(error)
            raise VaultkitError(
                Message(
                    f"le journal {path} ne peut pas être écrit\u00a0: {reason.fr}",
                    f"the log {path} cannot be written: {reason.en}",
                )
            ) from error

    def write(self, line: str, severity: str) -> None:
        """Write one line; a disk that is full loses it."""
        self.handle(LogRecord("vaultkit", 0, "", 0, line, None, None))

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="backslashreplace", opener=_private)

    def handleError(self, record: LogRecord) -> None:
        """Say nothing: the daemon goes on without its log."""


def _private(path: str, flags: int) -> int:
    """Open a file for this user alone, also one that others could read."""
    descriptor = os.open(path, flags, 0o600)
    with suppress(OSError, AttributeError):
        os.fchmod(descriptor, 0o600)
    return descriptor
