"""A vault followed from change to change: which files are read anew, and what the index says after that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.settings import Settings
from vaultkit.shell.collector import without_collector
from vaultkit.shell.files import Files
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.walk import HARMLESS, FileEntry
from vaultkit.text import Message
from vaultkit.vault.index import VaultIndex

#: A file that could not be read or taken in, with the reason.
Problem = tuple[str, Message]


def is_canvas(path: str) -> bool:
    """Whether a file is a canvas."""
    return path.lower().endswith(".canvas")


def read_anew(
    files: Files,
    settings: Settings,
    index: VaultIndex,
    changed: Mapping[str, FileEntry | None],
    notes: Iterable[Note],
) -> tuple[VaultIndex, list[Problem]]:
    """Return the index after these files came, changed or went (None), and what could not be read.

    `notes` are those of which it is known what they say. A note that cannot be read, or whose text only a
    cloud has now, stays as it was last known.
    """
    from vaultkit.markdown.canvas import parse_canvas

    said = {note.path: note for note in notes}
    there = [entry for entry in changed.values() if entry is not None]
    texts = [entry for entry in there if entry.path not in said and _is_read(entry, settings)]
    with without_collector():
        sources, problems = files.read_all(texts)
        boards = {p: parse_canvas(p, s.text, s.digest) for p, s in sources.items() if is_canvas(p)}
        for path, source in sources.items():
            if path not in boards:
                said[path] = parse_note(path, source.text, source.digest, source.readonly)
    vanished = {entry.path for entry in texts} - sources.keys() - {path for path, _ in problems}
    gone = vanished | {path for path, entry in changed.items() if entry is None}
    others = [entry.path for entry in there if entry.path not in said and entry.path not in gone]
    index = index.without(gone) if gone else index
    index = index.with_files(others).with_notes(said.values())
    away = {entry.path for entry in there if entry.placeholder} & index.canvases.keys()
    if boards or away:
        known = {path: canvas for path, canvas in index.canvases.items() if path not in away}
        index = index.with_canvases({**known, **boards})
    return index, problems


def problems_now(
    before: Sequence[Problem],
    scanned: Sequence[Problem],
    now: Sequence[Problem] | None,
    changed: Collection[str],
) -> list[Problem]:
    """Return the problems that are left after files changed.

    `scanned` are those of the last look at all files, `now` those of a newer one, None if there was none.
    """
    left = [each for each in before if each[0] not in changed or each in scanned]
    if now is None:
        return left
    return [*now, *(each for each in left if each not in scanned)]


def unknown(entries: Iterable[FileEntry], problems: Iterable[Problem]) -> list[str]:
    """Return the notes, and folders, of which nobody knows what they say: not downloaded, or not readable."""
    away = (entry.path for entry in entries if entry.placeholder and entry.path.lower().endswith(".md"))
    unread = (path for path, said in problems if said not in HARMLESS and not path.startswith(f"{FOLDER}/"))
    return [*away, *unread]


def _is_read(entry: FileEntry, settings: Settings) -> bool:
    if entry.placeholder:
        return False
    return (entry.is_note and not settings.is_internal(entry.path)) or is_canvas(entry.path)


def made_and_changed(entries: Iterable[FileEntry]) -> dict[str, tuple[int, int]]:
    """Return when each file was made and last changed, in milliseconds since 1970."""
    return {e.path: (e.ctime_ns // 1_000_000, e.mtime_ns // 1_000_000) for e in entries}
