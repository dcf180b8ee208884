"""What happens to the files of a vault, as the system tells it. Nothing else imports watchdog.

Four things that watchdog does in silence are seen to here: a queue of the kernel that overflowed, a folder
that could not be watched because the limit is reached, a root that is another one than before, and a thread
that died. Each ends in `overlooked`, so that a look at all files finds what no event told.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from vaultkit.shell.daemon import watcher_words as words
from vaultkit.shell.daemon.filesystems import shared_file_system
from vaultkit.shell.daemon.teller import Teller
from vaultkit.shell.ports import Notices
from vaultkit.shell.walk import is_unicode
from vaultkit.text import Message, nfc

_LINUX = sys.platform == "linux"
#: Reading and half a write are no news. Only Linux says when a file is closed.
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileClosedEvent if _LINUX else FileModifiedEvent,
]
_KINDS = {"FSEventsObserver": "fsevents", "WindowsApiObserver": "windows", "KqueueObserver": "kqueue"}
_LOGGERS = ("watchdog", "fsevents")
_POLL_SHARE = 0.005  # of one core
_RETRY_SECONDS = 600.0  # until native events are tried again where a limit stood in the way
_CONFIG = ".obsidian"

_Identity = tuple[int, int] | None


class Watcher:
    """Tells `notices` of files that come, change or go in the vault at `root`, and behind `links`.

    A link is the vault path of a folder (or file) that is one, and where it leads: the system does not look
    behind links by itself. Start the watcher first and read the vault then, so that nothing falls between.
    The methods are for one thread, that of the daemon; `notices` are called from another.

    Where events cannot be relied on, `overlooked` is called again and again: at least `poll_seconds` apart,
    and so rarely that looking costs at most half a percent of a core (see `polled`).
    """

    def __init__(
        self,
        root: Path,
        notices: Notices,
        *,
        poll_seconds: float = 5.0,
        links: Iterable[tuple[str, Path]] = (),
    ) -> None:
        self._root = root.absolute()
        self._links = tuple(sorted(links))
        self._poll_seconds = poll_seconds
        self._poll_every = poll_seconds
        self._teller = Teller(notices)
        self._ear = _Ear(self._teller)
        self._observer: BaseObserver | None = None
        self._known: tuple[_Identity, ...] | None = None  # None: not started
        self._degraded: Message | None = None
        self._native = "none"
        self._tried = 0.0
        self._lost = threading.Event()  # a watched folder was deleted, though one like it may be there again

    @property
    def kind(self) -> str:
        """What is relied on: `inotify`, `fsevents`, `windows`, `kqueue`, `polling`, or `none` without a root."""
        return "polling" if self.poll_every is not None else self._native

    @property
    def degraded(self) -> Message | None:
        """Why changes are not seen at once, and what can be done about it."""
        return self._degraded

    @property
    def poll_every(self) -> float | None:
        """Seconds between two looks at all files; None where events can be relied on."""
        return self._teller.poll_every

    @property
    def alive(self) -> bool:
        """Whether all threads run that should, on a root that was there."""
        if not self._known or self._known[0] is None or not self._teller.is_alive():
            return False
        return _is_alive(self._observer) if self._observer else self.poll_every is not None

    def start(self) -> None:
        """Begin to tell; a root that is not there and a system that gives no events are no error."""
        # watchdog notes a folder twice where it is made in haste, and warns on standard error of itself
        warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
        self._teller.start()
        self._open()

    def stop(self) -> None:
        """End it all; afterwards nothing is told and no thread is left."""
        self._teller.stop()
        self._close()
        self._known = None

    def check(self) -> None:
        """Look whether all is as it was, and begin anew if not; takes microseconds if so.

        Worth a call every half minute, and whenever `overlooked` was told.
        """
        if self._known is None:
            return
        before, now = self._known, self._identities()
        if before[0] is None and now[0] is None:
            return
        retried = self._observer is None and time.monotonic() - self._tried >= _RETRY_SECONDS
        broken = self._lost.is_set() or not self.alive or self._limit_was_hit()
        if before == now and not broken and not retried:
            return
        said = self._said(before[0], now[0])
        self._close()
        self._open()
        self._teller.look(said)

    def follow(self, links: Iterable[tuple[str, Path]]) -> None:
        """Look behind these links from now on, and no others; costs nothing where they are as before."""
        links = tuple(sorted(links))
        if links == self._links:
            return
        self._links = links
        if self._known is not None:
            self._close()
            self._open()
            self._teller.look()

    def polled(self, seconds: float) -> None:
        """Take note of how much time of a core the last look at all files took."""
        self._poll_every = max(self._poll_seconds, seconds / _POLL_SHARE)
        if self.poll_every is not None:
            self._teller.poll_every = self._poll_every

    def _open(self) -> None:
        self._tried = time.monotonic()
        self._lost.clear()
        self._known = self._identities()
        self._degraded, self._native, polls = None, "none", False
        if self._known[0] is None:
            self._degraded = words.GONE
        else:
            places = self._places()
            self._degraded = _not_told_of(places)
            try:
                self._observer, self._native = self._observed(places)
            except OSError as error:
                self._degraded = words.refused(error)
            polls = self._degraded is not None
        self._teller.poll_every = self._poll_every if polls else None

    def _observed(self, places: list[_Place]) -> tuple[BaseObserver, str]:
        """Return an observer that runs, and its kind. Raises OSError if the system does not let us."""
        self._ear.listen()
        observer, kind = self._made()
        leads = frozenset(place.lead for place in places)

        def schedule(place: _Place) -> None:
            handler = _Handler(place, leads, self._teller, self._lost)
            observer.schedule(handler, place.real, recursive=True, event_filter=_EVENTS)

        try:
            schedule(places[0])
            observer.start()
            for place in places[1:]:
                with suppress(OSError):  # one that may not be read: reading the vault says so
                    schedule(place)
            if (limit := _limit_hit(observer)) is not None:
                raise limit
        except OSError:
            self._end(observer)
            raise
        return observer, kind

    def _made(self) -> tuple[BaseObserver, str]:
        if sys.platform == "linux":
            return _InotifyObserver(self._teller), "inotify"
        observer = Observer()
        return observer, _KINDS.get(type(observer).__name__, "polling")

    def _close(self) -> None:
        if self._observer is not None:
            self._end(self._observer)
            self._observer = None
        self._ear.unlisten()

    def _end(self, observer: BaseObserver) -> None:
        self._ear.deaf = True  # what watchdog complains of while it is stopped is nothing to look for
        observer.stop()
        if observer.ident is not None:
            observer.join()
        self._ear.deaf = False

    def _places(self) -> list[_Place]:
        """Return what is to be watched: the root, and what links lead to if it is there."""
        linked = [_Place(os.path.realpath(real), nfc(path)) for path, real in self._links]
        there = [place for place in linked if _identity(place.real) is not None]
        return [_Place(os.path.realpath(self._root), ""), *there]

    def _identities(self) -> tuple[_Identity, ...]:
        return (_identity(self._root), *(_identity(real) for _, real in self._links))

    def _limit_was_hit(self) -> bool:
        return self._observer is not None and _limit_hit(self._observer) is not None

    def _said(self, before: _Identity, now: _Identity) -> Message | None:
        """Return what to say of a root that was `before` and is `now`."""
        if now is None:
            return words.GONE
        if before is None:
            return words.BACK
        if before != now:
            return words.REPLACED
        return words.STOPPED if self._observer is not None and not self.alive else None


class _Place(Struct, frozen=True):
    """A folder that is watched: where it lies, and its vault path (empty for the root)."""

    real: str
    lead: str

    def vault_path(self, real: str) -> str | None:
        """Return the vault path of `real`, that of the place itself for itself; None for what no path names.

        A path that is not below the place counts as the place: something happened, we do not know to what.
        """
        inside = self.inside(real)
        if os.sep != "/":
            inside = inside.replace(os.sep, "/")
        if not is_unicode(inside):
            return None
        return nfc(f"{self.lead}/{inside}" if self.lead and inside else inside or self.lead)

    def inside(self, real: str) -> str:
        """Return `real` relative to the place."""
        base = self.real.rstrip(os.sep) + os.sep
        if not real.startswith(base):
            real, base = nfc(real), nfc(base)  # macOS may spell a name in another way than we did
        return real[len(base) :] if real.startswith(base) else ""


class _Handler(FileSystemEventHandler):
    """Puts the events of one place into the words of a vault."""

    def __init__(self, place: _Place, leads: frozenset[str], teller: Teller, lost: threading.Event) -> None:
        self._place = place
        self._leads = leads
        self._teller = teller
        self._lost = lost

    def dispatch(self, event: FileSystemEvent) -> None:
        """Pass on what an event says of files that Obsidian sees, and of its own settings."""
        if event.is_synthetic:
            return  # a file of a folder that moved: all files are looked at anyway
        if isinstance(event, DirDeletedEvent) and event.src_path == self._place.real:
            self._lost.set()
        came = (
            "" if isinstance(event, FileDeletedEvent | DirDeletedEvent) else event.dest_path or event.src_path
        )
        for real in {event.src_path, event.dest_path}:
            if real:
                self._seen(os.fsdecode(real), event.is_directory, came=real == came)

    def _seen(self, real: str, is_folder: bool, *, came: bool) -> None:
        path = self._place.vault_path(real)
        if path is None:
            return
        if path in self._leads or (is_folder and _is_folder_seen(path)):
            self._teller.look()
        elif not is_folder and _is_file_seen(path):
            self._teller.saw(path, real if came else "")


class _Ear(logging.Handler):
    """Hears what watchdog complains of, which else nobody does or goes to the terminal as it is."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(logging.WARNING)
        self._teller = teller
        self.deaf = False

    def listen(self) -> None:
        """Begin to hear."""
        for name in _LOGGERS:
            logging.getLogger(name).addHandler(self)

    def unlisten(self) -> None:
        """Leave the loggers as they were."""
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take any complaint as a sign that something was missed."""
        if not self.deaf:
            self._teller.look(words.OVERFLOWED if "overflow" in record.getMessage() else None)


if sys.platform == "linux":
    from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyConstants,
        InotifyEvent,
        InotifyFD,
        Mask,
        WatchCallback,
        WatchDescriptor,
    )

    class _Group(WatchCallback):
        """Stands before a group of watches, which loses count of folders that move and vanish in haste.

        It then raises KeyError where a folder is to be forgotten that it has forgotten already, and that would
        end the reader of the kernel.
        """

        def __init__(self, group: InotifyWatchGroup) -> None:
            self._group = group

        def on_event(self, event: InotifyEvent) -> None:
            """Pass on an event."""
            self._group.on_event(event)

        def on_watch_deleted(self, wd: WatchDescriptor) -> None:
            """Forget a folder."""
            with suppress(KeyError):
                self._group.on_watch_deleted(wd)

        def on_queue_overflow(self) -> None:
            """Set all watches anew."""
            self._patiently(self._group.on_queue_overflow)

        def end(self) -> None:
            """Give all watches back."""
            self._patiently(self._group.deactivate)

        def _patiently(self, forget: Callable[[], None]) -> None:
            """Forget all folders; each time that it fails there is one less."""
            while True:
                with suppress(KeyError):
                    return forget()

    class _Inotify(InotifyFD):
        """The kernel's watches: none on hidden folders, and what goes wrong with them is not swallowed."""

        def __init__(self, teller: Teller) -> None:
            super().__init__()
            self._teller = teller
            self.limit: OSError | None = None
            self.groups: dict[CallbackId, _Group] = {}

        def run(self) -> None:
            """Read events until the end; a fault ends it too, and `Watcher.check` begins anew."""
            try:
                super().run()
            except Exception:
                self._teller.look()

        def add_callback(
            self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
        ) -> WatchDescriptor:
            """Watch a folder, if it is one to watch; raises OSError if not, which means: do without."""
            if isinstance(callback, InotifyWatchGroup):
                inside = path[len(callback.path) :].lstrip(b"/")
                if inside != _CONFIG.encode() and (inside.startswith(b".") or b"/." in inside):
                    raise OSError(errno.ENOENT, "hidden")
                callback = self.groups.setdefault(id_, _Group(callback))
            try:
                watch = super().add_callback(path, mask, callback, id_)
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    self._hit(error)
                raise
            if watch == -1:  # may not be read: watchdog would keep one watch for all of these
                self.remove_callbacks([(watch, id_)])
                raise OSError(errno.EACCES, os.strerror(errno.EACCES))
            return watch

        def handle_event(self, event: InotifyEvent) -> None:
            """Take an event; after an overflow all files are looked at, once the watches are set anew.

            A file that moves is one that went and one that came: pairing the two would hold all events back
            for half a second, and in a flood of renames until the queue of the kernel overflows.
            """
            if not event.is_directory:
                if event.name.startswith(b"."):
                    return
                if event.is_move:
                    became = InotifyConstants.IN_DELETE if event.is_moved_from else InotifyConstants.IN_CREATE
                    event = InotifyEvent(event.wd, became, 0, event.name)
            super().handle_event(event)
            if event.is_queue_overflow:
                self._teller.look(words.OVERFLOWED)

        def _hit(self, limit: OSError) -> None:
            if self.limit is None:
                self.limit = limit
                self._teller.look(words.refused(limit) if self.is_alive() else None)

    class _InotifyObserver(BaseObserver):
        """An observer on the watches above, which end with it."""

        def __init__(self, teller: Teller) -> None:
            self.inotify = _Inotify(teller)
            self.inotify.start()
            super().__init__(InotifyEmitter, inotify_fd=self.inotify)

        def on_thread_stop(self) -> None:
            """End the emitters, then the reader of the kernel."""
            for group in self.inotify.groups.values():
                group.end()
            super().on_thread_stop()
            self.inotify.stop()
            self.inotify.join()


def _limit_hit(observer: BaseObserver) -> OSError | None:
    """Return the complaint of a system that gives no more watches, if it came."""
    if sys.platform == "linux" and isinstance(observer, _InotifyObserver):
        return observer.inotify.limit
    return None


def _is_alive(observer: BaseObserver) -> bool:
    if sys.platform == "linux" and isinstance(observer, _InotifyObserver) and not observer.inotify.is_alive():
        return False
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)


def _not_told_of(places: Iterable[_Place]) -> Message | None:
    """Return the sentence for the first place whose disk keeps the changes of others to itself."""
    for place in places:
        if (kind := shared_file_system(place.real)) is not None:
            return words.shared(place.lead, kind)
    return None


def _identity(path: str | os.PathLike[str]) -> _Identity:
    """Return what tells a folder (or file) from another one of its name; None if there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - asked often, of str and Path alike
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _is_hidden(path: str) -> bool:
    return path.startswith(".") or "/." in path


def _is_folder_seen(path: str) -> bool:
    return path == _CONFIG or not _is_hidden(path)


def _is_file_seen(path: str) -> bool:
    """Whether Obsidian shows this file, or keeps its settings in it; those of its plugins are none of ours."""
    if not _is_hidden(path):
        return True
    folder, _, name = path.rpartition("/")
    return folder == _CONFIG and not name.startswith(".")
