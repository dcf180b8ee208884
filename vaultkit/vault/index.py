"""Every note and file of a vault at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from msgspec import Struct, field

from vaultkit.markdown.canvas import Canvas
from vaultkit.markdown.note import Note
from vaultkit.text import fold, nfc


@lru_cache(maxsize=1 << 16)
def name_key(path: str) -> str:
    """Return the key by which a path or name is looked up: NFC, no case."""
    return nfc(path).casefold()


def file_key(path: str) -> str:
    """Return the key of a file's base name, extension included."""
    return name_key(path.rsplit("/", 1)[-1])


class VaultIndex(Struct, frozen=True, dict=True):
    """The notes and canvases by path, and all files by the key of their base name (with extension).

    `files` holds the paths of notes, canvases and attachments alike, as links can lead to all of them.
    """

    notes: Mapping[str, Note]
    files: Mapping[str, tuple[str, ...]]
    canvases: Mapping[str, Canvas] = field(default_factory=dict)

    @classmethod
    def of(
        cls, notes: Iterable[Note], attachments: Iterable[str] = (), canvases: Iterable[Canvas] = ()
    ) -> VaultIndex:
        """Index the notes, the canvases, and the paths of all other files."""
        by_path = {note.path: note for note in notes}
        boards = {canvas.path: canvas for canvas in canvases}
        files: dict[str, list[str]] = {}
        for path in (*by_path, *boards, *attachments):
            files.setdefault(file_key(path), []).append(path)
        return cls(by_path, {key: tuple(paths) for key, paths in files.items()}, boards)

    def with_notes(self, changed: Iterable[Note]) -> VaultIndex:
        """Return this index with the notes added or replaced."""
        notes, files = dict(self.notes), dict(self.files)
        for note in changed:
            key = file_key(note.path)
            if note.path not in files.get(key, ()):
                files[key] = (*files.get(key, ()), note.path)
            notes[note.path] = note
        return VaultIndex(notes, files, self.canvases)

    def with_files(self, paths: Iterable[str]) -> VaultIndex:
        """Return this index with files added that are neither notes nor canvases."""
        files = dict(self.files)
        for path in paths:
            key = file_key(path)
            if path not in files.get(key, ()):
                files[key] = (*files.get(key, ()), path)
        return VaultIndex(self.notes, files, self.canvases)

    def with_canvases(self, canvases: Mapping[str, Canvas]) -> VaultIndex:
        """Return this index with other canvases, all of whose files are known."""
        return VaultIndex(self.notes, self.files, canvases)

    def without(self, gone: Iterable[str]) -> VaultIndex:
        """Return this index without the files at these paths."""
        notes, files, canvases = dict(self.notes), dict(self.files), dict(self.canvases)
        for path in gone:
            notes.pop(path, None)
            canvases.pop(path, None)
            key = file_key(path)
            files[key] = tuple(other for other in files.get(key, ()) if other != path)
            if not files[key]:
                del files[key]
        return VaultIndex(notes, files, canvases)

    def __iter__(self) -> Iterator[Note]:
        """Yield the notes in the order of their paths."""
        return (self.notes[path] for path in sorted(self.notes))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of the notes by their folded form: what a slip of the finger is compared with."""
        return {fold(note.name): note.name for note in self}

    def named(self, basename: str) -> tuple[str, ...]:
        """Return the paths of the files with this base name (extension included), case aside."""
        return self.files.get(name_key(basename), ())

    def __contains__(self, path: str) -> bool:
        """Whether a file stands at this very path."""
        return path in self.notes or path in self.files.get(file_key(path), ())
