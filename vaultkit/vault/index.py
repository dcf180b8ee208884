"""Every note and file of a vault at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from vaultkit.markdown.note import Note
from vaultkit.text import fold, nfc


@lru_cache(maxsize=1 << 16)
def name_key(path: str) -> str:
    """Return the key by which a path or name is looked up: NFC, no case."""
    return nfc(path).casefold()


@dataclass(frozen=True)
class VaultIndex:
    """The notes by path, and all files by the key of their base name (with extension).

    `files` holds the paths of notes and attachments alike, as links can lead to both.
    """

    notes: Mapping[str, Note]
    files: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, notes: Iterable[Note], attachments: Iterable[str] = ()) -> VaultIndex:
        """Index the notes, and the paths of the files that are no notes."""
        by_path = {note.path: note for note in notes}
        files: dict[str, list[str]] = {}
        for path in (*by_path, *attachments):
            files.setdefault(name_key(path.rsplit("/", 1)[-1]), []).append(path)
        return cls(by_path, {key: tuple(paths) for key, paths in files.items()})

    def with_notes(self, changed: Iterable[Note]) -> VaultIndex:
        """Return this index with the notes added or replaced."""
        notes, files = dict(self.notes), dict(self.files)
        for note in changed:
            if note.path not in notes:
                key = name_key(note.path.rsplit("/", 1)[-1])
                files[key] = (*files.get(key, ()), note.path)
            notes[note.path] = note
        return VaultIndex(notes, files)

    def __iter__(self) -> Iterator[Note]:
        """Yield the notes in the order of their paths."""
        return (self.notes[path] for path in sorted(self.notes))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of the notes by their folded form: what a slip of the finger is compared with."""
        return {fold(note.name): note.name for note in self.notes.values()}

    def named(self, basename: str) -> tuple[str, ...]:
        """Return the paths of the files with this base name (extension included), case aside."""
        return self.files.get(name_key(basename), ())
