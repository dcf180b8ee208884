"""Changed files that are not read yet: each waits until nobody has saved it for a while (DESIGN §6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from vaultkit.settings import Settings
from vaultkit.shell.ports import Because, Wait

#: So many files at once no typist changes: it is a checkout, a sync, a script.
BATCH = 20
#: How many quiet periods of a source such a batch may go on before what is quiet in it is read.
CEILING = 4


class Pending(Struct):
    """One file that came, changed or went; times are monotonic seconds.

    `soon` says that the short quiet period is enough: it is a target, or holds nothing that is typed.
    `coming` says that the file is new, or gone; `is_text` that it is a note, and so may be typed in;
    `is_retry` that it could not be read before.
    """

    first: float
    last: float
    soon: bool = False
    coming: bool = False
    is_text: bool = True
    is_retry: bool = False


class Pendings:
    """The changed files by path, and when the turn of each comes."""

    def __init__(self) -> None:
        self._files: dict[str, Pending] = {}

    def __len__(self) -> int:
        """Return how many files wait."""
        return len(self._files)

    def __contains__(self, path: str) -> bool:
        """Whether this file waits."""
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return iter(self._files)

    def __getitem__(self, path: str) -> Pending:
        """Return what waits at this path."""
        return self._files[path]

    def noticed(self, path: str, time: float, soon: bool, coming: bool, is_text: bool = True) -> None:
        """Note that a file changed at `time`, once more or for the first time."""
        known = self._files.get(path)
        if known is None:
            self._files[path] = Pending(time, time, soon, coming, is_text)
        else:
            known.last = time if known.is_retry else max(known.last, time)
            known.soon, known.coming, known.is_text, known.is_retry = soon, coming, is_text, False

    def retry(self, path: str, time: float) -> None:
        """Let a file that could not be read have its turn a quiet period after `time`, or once it changes."""
        self._files[path] = Pending(time, time, is_retry=True)

    def drop(self, paths: Iterable[str]) -> None:
        """Forget these files: they are read, or are as they were."""
        for path in paths:
            self._files.pop(path, None)

    @property
    def coming(self) -> list[str]:
        """The files that are new or gone."""
        return [path for path, pending in self._files.items() if pending.coming]

    def is_batch(self, now: float, settings: Settings) -> bool:
        """Whether so many notes wait that no typist changed them; those that never rest are none of them."""
        return len(self._files) >= BATCH and len(self._members(now, settings)) >= BATCH

    def _members(self, now: float, settings: Settings) -> list[Pending]:
        oldest = now - (CEILING + 1) * settings.watch_source_quiet
        return [
            each
            for each in self._files.values()
            if each.is_text and not each.is_retry and each.first >= oldest
        ]

    def turn(self, path: str, now: float, settings: Settings) -> float:
        """Return when the turn of a file comes, all else staying as it is."""
        return dict(self._turns(now, settings))[path]

    def due(self, now: float, settings: Settings) -> list[str]:
        """Return the files whose turn it is."""
        return [path for path, turn in self._turns(now, settings) if turn <= now]

    def next(self, now: float, settings: Settings) -> float | None:
        """Return when the next turn comes."""
        return min((turn for _, turn in self._turns(now, settings)), default=None)

    def waits(self, now: float, settings: Settings) -> Iterator[Wait]:
        """Yield the notes that wait, and until when; what else waits is nobody's text."""
        batch = self.is_batch(now, settings)
        because = Because.BATCH if batch else Because.TYPED
        for path, turn in self._turns(now, settings):
            if not self._files[path].is_text:
                continue
            if self._files[path].is_retry:
                yield Wait(path, Because.UNREADABLE, turn)
                continue
            soon = self._files[path].soon and not batch
            yield Wait(path, Because.JUST_SAVED if soon else because, turn)

    def _turns(self, now: float, settings: Settings) -> Iterator[tuple[str, float]]:
        end = self._end_of_batch(now, settings)
        for path, pending in self._files.items():
            quiet = settings.watch_target_quiet if pending.soon else settings.watch_source_quiet
            yield path, self._turn(pending, quiet, settings, end)

    def _end_of_batch(self, now: float, settings: Settings) -> tuple[float, float] | None:
        """Return when a batch is quiet as a whole, and when it need not be any more."""
        if not self.is_batch(now, settings):
            return None
        members = self._members(now, settings)
        last = max(pending.last for pending in members)
        first = min(pending.first for pending in members)
        quiet = settings.watch_source_quiet
        return last + quiet, first + CEILING * quiet

    @staticmethod
    def _turn(pending: Pending, quiet: float, settings: Settings, batch: tuple[float, float] | None) -> float:
        if batch is None:
            return pending.last + quiet
        whole, ceiling = batch
        return min(whole, max(ceiling, pending.last + settings.watch_target_quiet))
