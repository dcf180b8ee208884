"""Every note and file of a vault at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from vaultkit.markdown.note import Note
from vaultkit.patched import patched, unpatched
from vaultkit.text import fold, nfc
from vaultkit.vault.kept_notes import KeptNotes

if TYPE_CHECKING:
    from vaultkit.markdown.canvas import Canvas


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
            name = path[path.rfind("/") + 1 :]
            key = name.lower() if name.isascii() else name_key(name)
            if key in files:
                files[key].append(path)
            else:
                files[key] = [path]
        return cls(by_path, {key: tuple(paths) for key, paths in files.items()}, boards)

    def with_notes(self, changed: Iterable[Note]) -> VaultIndex:
        """Return this index with the notes added or replaced."""
        notes = {note.path: note for note in changed}
        if not notes:
            return self
        files = self._files_with(path for path in notes if path not in self.notes)
        return VaultIndex(patched(self.notes, notes), files, self.canvases)

    def with_files(self, paths: Iterable[str]) -> VaultIndex:
        """Return this index with files added that are neither notes nor canvases."""
        return VaultIndex(self.notes, self._files_with(paths), self.canvases)

    def with_canvases(self, canvases: Mapping[str, Canvas]) -> VaultIndex:
        """Return this index with other canvases, all of whose files are known."""
        return VaultIndex(self.notes, self.files, canvases)

    def without(self, gone: Iterable[str]) -> VaultIndex:
        """Return this index without the files at these paths."""
        gone = list(gone)
        files: dict[str, tuple[str, ...]] = {}
        for path in gone:
            key = file_key(path)
            files[key] = tuple(other for other in files.get(key, self.files.get(key, ())) if other != path)
        left = {key: paths for key, paths in files.items() if paths}
        return VaultIndex(
            patched(self.notes, {}, gone),
            patched(self.files, left, [key for key, paths in files.items() if not paths]),
            patched(self.canvases, {}, gone),
        )

    def _files_with(self, paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        files: dict[str, tuple[str, ...]] = {}
        for path in paths:
            key = file_key(path)
            known = files.get(key, self.files.get(key, ()))
            if path not in known:
                files[key] = (*known, path)
        return patched(self.files, files)

    def __iter__(self) -> Iterator[Note]:
        """Yield the notes in the order of their paths."""
        return (self.notes[path] for path in sorted(self.notes))

    def marked(self, mark: int, held: bool = True) -> frozenset[str]:
        """Return the paths of the notes that have one of these marks, or where it is not `held` none of them."""
        base, changes = unpatched(self.notes)
        if not isinstance(base, KeptNotes):
            return frozenset(p for p, note in self.notes.items() if (note.marks & mark != 0) is held)
        changed = [p for p, note in changes.items() if note and (note.marks & mark != 0) is held]
        return base.marked(mark, held).difference(changes).union(changed)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The paths of the notes by their folded names: what a slip of the finger is compared with.

        In the order of the paths; of several notes of one name the last one.
        """
        base, changes = unpatched(self.notes)
        if not isinstance(base, KeptNotes):
            return {fold(note.name): note.path for note in self}
        folded = base.folded()
        for path, note in changes.items():
            if note is not None:
                folded[path] = fold(note.name)
            else:
                folded.pop(path, None)
        return {folded[path]: path for path in sorted(folded)}

    def named(self, basename: str) -> tuple[str, ...]:
        """Return the paths of the files with this base name (extension included), case aside."""
        return self.files.get(name_key(basename), ())

    def __contains__(self, path: str) -> bool:
        """Whether a file stands at this very path."""
        return path in self.notes or path in self.files.get(file_key(path), ())
