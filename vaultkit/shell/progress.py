"""Progress on long work: one line on a terminal that is drawn over and over, and gone at the end."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from vaultkit.text import Message

READING = Message("Lecture du coffre", "Reading the vault")
#: After how many seconds work counts as long, and how often the line is drawn at most.
_LONG = 1.0
_PAUSE = 0.1
_ERASE = "\r\x1b[K"


def grouped(number: int, language: str) -> str:
    """Return a number with its thousands parted: `4 200` (narrow no-break space) in French, `4,200` in English."""
    return f"{number:,}".replace(",", "\u202f") if language == "fr" else f"{number:,}"


class Progress:
    """Shows how far long work is; nothing where no person looks on.

    ```python
    with Progress(READING, "fr") as progress:
        Session.open(root, progress=progress.told)
    ```
    """

    def __init__(
        self,
        label: Message,
        language: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label.of(language)
        self._language = language
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._next = clock() + _LONG
        self._drawn = False
        self._wanted = _is_terminal(self._stream)

    def __enter__(self) -> Progress:
        """Return the progress itself."""
        return self

    def __exit__(self, *fault: object) -> None:
        """Take the line away, also where the work failed."""
        self.close()

    def told(self, done: int, total: int) -> None:
        """Draw the line if it is time to; cheap enough for each of a hundred thousand notes."""
        if not self._wanted or (now := self._clock()) < self._next:
            return
        self._next = now + _PAUSE
        colon = "\u00a0:" if self._language == "fr" else ":"
        counts = " / ".join(grouped(number, self._language) for number in (done, total))
        columns = shutil.get_terminal_size().columns
        self._draw(f"{_ERASE}{f'{self._label}{colon} {counts}'[: columns - 1]}")
        self._drawn = True

    def close(self) -> None:
        """Take the line away; nothing is drawn any more."""
        if self._drawn:
            self._draw(_ERASE)
        self._wanted = self._drawn = False

    def _draw(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal has gone; the work goes on
            self._wanted = False


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream shows what is drawn over; a program without a console has no stream at all."""
    with suppress(ValueError):
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    return False
