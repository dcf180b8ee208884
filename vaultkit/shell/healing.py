"""Notes that a crash left half-written: only where Windows made us write into a file in use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from vaultkit.errors import ExternallyChanged
from vaultkit.shell import disk, swap
from vaultkit.shell.disk import OLD_SECONDS
from vaultkit.shell.journal import Entry, Journal
from vaultkit.shell.places import why
from vaultkit.text import Message

#: How many of the last writes are looked at: what was under way when a process ended is among them.
RECENT = 50


def heal(root: Path, journal: Journal) -> list[tuple[str, Message]]:
    """Give each note that is written only in part its old text back; return what is to be told, by note.

    Such a note is made of what the journal's pending write says and of what it said before, and the file
    that should have replaced it still stands beside it. No edit by hand leaves all that.
    """
    found: list[tuple[str, Message]] = []
    for entry in journal.entries(limit=RECENT):
        if not entry.pending or entry.before is None or entry.after is None:
            continue
        try:
            with swap.alone(journal.lock):
                if _healed(root, entry):
                    journal.failed(entry.id)
                    found.append((entry.path, _HEALED))
        except OSError as error:
            reason = why(error)
            found.append(
                (
                    entry.path,
                    Message(
                        f"écrite qu’à moitié, et pas encore réparée\u00a0: {reason.fr}",
                        f"written only in part, and not mended yet: {reason.en}",
                    ),
                )
            )
    return found


def cleaned(root: Path, journal: Journal, older_than: float = OLD_SECONDS) -> list[Message]:
    """Mend and tidy up after interrupted writes; return what is to be told."""
    return [*told(heal(root, journal)), *told(disk.clean(root, journal, older_than))]


def mended(root: Path) -> list[Message]:
    """Mend what interrupted writes left in the vault at `root`, if vaultkit ever wrote there; return what to tell."""
    if not Journal.is_begun(root):
        return []
    with Journal.open(root) as journal:
        return told(heal(root, journal))


def told(problems: Iterable[tuple[str, Message]]) -> list[Message]:
    """Return what is to be told of notes, with their paths."""
    return [Message(f"{path}\u00a0: {said.fr}", f"{path}: {said.en}") for path, said in problems]


def is_torn(data: bytes, before: bytes, after: bytes) -> bool:
    """Whether a file says what one may say whose bytes were being changed from `before` to `after`, or back.

    Then each byte is the old or the new one of its place.
    """
    shorter, longer = sorted((before, after), key=len)
    if data in (before, after) or not len(shorter) <= len(data) <= len(longer):
        return False
    pairs = zip(data, longer, shorter + longer[len(shorter) :], strict=False)
    return all(byte in (one, other) for byte, one, other in pairs)


def _healed(root: Path, entry: Entry) -> bool:
    """Give a note its old text back if it is torn; say whether it was."""
    before, after = entry.before or b"", entry.after or b""
    real = disk.find(root, entry.path)
    target = None if real is None else Path(os.path.realpath(real))
    found = None if target is None else swap.slurp(target)
    if target is None or found is None:
        return False
    signs = [sign for sign in _temporaries(target.parent) if _says(sign, after)]
    if not signs or not is_torn(found[0], before, after):
        return False

    def look() -> None:
        if not _says(target, found[0]):
            raise ExternallyChanged(_HEALED)

    fresh = swap.temporary(target.parent, before, (target, found[1]))
    try:
        swap.overwrite(fresh, target, look)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if isinstance(error, ExternallyChanged):
            return False
        raise
    for sign in signs:
        sign.unlink(missing_ok=True)
    return True


def _temporaries(folder: Path) -> Iterator[Path]:
    for name in os.listdir(folder):  # noqa: PTH208 - names are enough
        if name.startswith(swap.TEMPORARY):
            yield folder / name


def _says(file: Path, data: bytes) -> bool:
    found = swap.slurp(file)
    return found is not None and found[0] == data


_HEALED = Message(
    "une écriture interrompue l’avait laissée à moitié écrite\u00a0: son ancien texte est revenu",
    "an interrupted write had left it written only in part: its old text is back",
)
