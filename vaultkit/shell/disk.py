"""The vault on the disk: which files it has, what a note says, and putting a new text in its place.

Nothing else opens notes. Paths are Obsidian's: relative to the vault, with `/`, composed (NFC); where the
disk spells a name otherwise, the file is found all the same.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.edits import Write
from vaultkit.errors import ExternallyChanged, Refused, SavedTwice, VaultkitError
from vaultkit.shell import swap
from vaultkit.shell.places import reachable, why
from vaultkit.shell.spelling import named_so
from vaultkit.shell.walk import FileEntry as FileEntry
from vaultkit.shell.walk import Scan as Scan
from vaultkit.shell.walk import cannot_read, entry_at, is_unicode, left_in_icloud, within
from vaultkit.shell.walk import scan as scan
from vaultkit.text import Message, nfc

if TYPE_CHECKING:
    from vaultkit.shell.journal import Journal

#: How old, in seconds, a temporary file is that no write under way has made.
OLD_SECONDS = 600.0
_NOT_ON_WINDOWS = frozenset('<>:"|?*\\')


class Source(Struct, frozen=True):
    """A note as it was read. `readonly`: it is not all text, so it must never be written back."""

    data: bytes
    digest: str
    text: str
    mtime_ns: int
    readonly: bool = False


class Applied(Struct, frozen=True):
    """What became of a write: the digest that the note now has, and the journal's entry if bytes changed."""

    path: str
    digest: str
    entry: int | None = None

    @property
    def written(self) -> bool:
        """Whether anything was written."""
        return self.entry is not None


class Unreadable(VaultkitError):
    """A file of the vault that is there and cannot be read."""


def digest_of(data: bytes) -> str:
    """Return the digest by which a note's content is known: SHA-256, in hex."""
    return hashlib.sha256(data).hexdigest()


def read(root: Path, what: FileEntry | str) -> Source | None:
    """Return what a note says, or None if it is gone. Raises Unreadable for one that cannot be read."""
    real = what.real if isinstance(what, FileEntry) else find(root, what)
    try:
        if isinstance(what, FileEntry) and what.placeholder:
            raise OSError(swap.NOT_HERE, os.strerror(swap.NOT_HERE))
        found = None if real is None else swap.slurp(real)
    except OSError as error:
        raise Unreadable(cannot_read(error)) from error
    if found is None:
        return None
    data, status = found
    return source_of(data, status.st_mtime_ns)


def source_of(data: bytes, mtime_ns: int = 0) -> Source:
    """Return what the bytes of a note say."""
    text, readonly = _decoded(data)
    return Source(data, digest_of(data), text, mtime_ns, readonly)


def read_all(root: Path, entries: Iterable[FileEntry]) -> tuple[dict[str, Source], list[tuple[str, Message]]]:
    """Read many notes: those that are there by path, and why others could not be read."""
    sources: dict[str, Source] = {}
    problems: list[tuple[str, Message]] = []
    for entry in entries:
        try:
            if not entry.placeholder and (source := read(root, entry)):
                sources[entry.path] = source
        except Unreadable as error:
            problems.append((entry.path, error.message))
    return sources, problems


def entry_of(root: Path, path: str) -> FileEntry | None:
    """Return one file as `scan` gives it; None if there is none of just this name, or none that Obsidian sees."""
    if any(part.startswith(".") for part in path.split("/")):
        return None
    try:
        away = left_in_icloud(Path(path)).as_posix()
        real = named_so(root, find(root, path), path) or named_so(root, find(root, away), away)
        status = None if real is None else real.stat()
    except OSError:
        return None
    if real is None or status is None or not stat.S_ISREG(status.st_mode):
        return None
    behind = not within(os.path.realpath(reachable(root)), os.path.realpath(real))
    return entry_at(path, os.fspath(real), status, behind)


def find(root: Path, path: str) -> Path | None:
    """Return where the disk keeps `path`, also when it spells the name decomposed, or None."""
    root = reachable(root)
    real = Path(root, *_parts(path))
    if os.path.lexists(real):
        return real
    if path.isascii():
        return None
    real, missing = _deepest(root, _parts(path))
    return None if missing else real


# Writing


def apply(root: Path, write: Write, journal: Journal) -> Applied:
    """Make a note say `write.text`, or raise and leave it as it is.

    Raises ExternallyChanged if the note no longer has the digest that the write was made from, and
    Refused where writing is not ours to do: out of the vault, through a link out of it, a read-only note.
    """
    _check_ours(write.path)
    try:
        data = write.text.encode()
    except UnicodeEncodeError as error:
        raise _refused(
            write.path, "le nouveau texte n’est pas de l’Unicode", "the text is no Unicode"
        ) from error
    real = find(root, write.path)
    if write.digest is None:
        if real is not None:
            raise _changed(write.path)
        return _applied(write, None, data, journal, lambda: _create(root, write.path, data))
    if real is None:
        raise _changed(write.path)
    target = _own_target(root, write.path, real)
    before, status = _expected(write.path, target, write.digest)
    if before == data:
        return Applied(write.path, write.digest)
    if _decoded(before)[1]:
        raise _refused(write.path, "ce n’est pas du texte UTF-8", "it is not UTF-8 text")
    if not os.access(target, os.W_OK):
        raise _refused(write.path, "ce fichier est en lecture seule", "it is read-only")
    return _applied(write, before, data, journal, lambda: _replace(write, target, data, status, journal))


def remove(root: Path, path: str, digest: str, journal: Journal, reason: str = "") -> Applied:
    """Remove a note that still has `digest`; the journal keeps it. `Applied.digest` is that of nothing."""
    _check_ours(path)
    real = find(root, path)
    if real is None:
        raise _changed(path)
    target = _own_target(root, path, real)
    before, _ = _expected(path, target, digest)
    if real.is_symlink():
        raise _refused(path, "c’est un lien", "it is a link")
    gone = Write(path, "", digest, reason=reason)
    return _applied(gone, before, None, journal, lambda: _take_away(path, target, digest))


def move(root: Path, old: str, new: str, journal: Journal, reason: str = "") -> int:
    """Give a file or folder another path, with the folders it needs; return the journal's entry.

    Nothing is ever overwritten: raises Refused where `new` is taken, `old` is a link or out of the vault.
    """
    _check_ours(old)
    _check_ours(new)
    real = find(root, old)
    if real is None:
        raise _changed(old)
    if real.is_symlink():
        raise _refused(old, "c’est un lien", "it is a link")
    target = _own_target(root, old, real)
    *folders, name = _parts(nfc(new))
    try:
        with swap.alone(journal.lock):
            entry = journal.moving(journal.batch, old, new, reason)
            try:
                _place_anew(root, new, target, folders, name)
            except (OSError, VaultkitError):
                with suppress(VaultkitError):
                    journal.failed(entry)
                raise
            with suppress(VaultkitError):
                journal.done(entry)
    except OSError as error:
        raise _refused_by_disk(new, error) from error
    return entry


def clean(root: Path, journal: Journal, older_than: float = OLD_SECONDS) -> list[tuple[str, Message]]:
    """Remove temporary files that a crash left; return those that stay because their text is nowhere else."""
    root, stay = reachable(root), list[tuple[str, Message]]()
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            if not name.startswith(swap.TEMPORARY):
                continue
            real = Path(folder, name)
            with suppress(OSError):
                found = swap.slurp(real)
                if found is None or time.time() - found[1].st_ctime < older_than:
                    continue
                if journal.knows(found[0]):
                    real.unlink()
                else:
                    stay.append((real.relative_to(root).as_posix(), _LEFT_OVER))
    return sorted(stay)


# Steps of reading


def _decoded(data: bytes) -> tuple[str, bool]:
    """Return the text of a file, and whether it is only a likeness of it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data.decode(errors="replace").replace("\0", "\ufffd"), True
    return (text.replace("\0", "\ufffd"), True) if "\0" in text else (text, False)


def _parts(path: str) -> list[str]:
    """Return the names of a vault path; raise for one that leads out of the vault."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in path or not is_unicode(path):
        raise _refused(path, "ce n’est pas un chemin du coffre", "it is no path of the vault")
    if sys.platform == "win32" and not _NOT_ON_WINDOWS.isdisjoint(path):
        raise _refused(path, "Windows ne permet pas ce nom", "Windows does not allow this name")
    return parts


def _child(folder: Path, name: str) -> str | None:
    """Return how the disk spells `name` in `folder`, or None."""
    if os.path.lexists(folder / name):
        return name
    if not name.isascii():
        with suppress(OSError):
            return min((each.name for each in folder.iterdir() if nfc(each.name) == nfc(name)), default=None)
    return None


def _deepest(root: Path, parts: list[str]) -> tuple[Path, list[str]]:
    """Return how far down the disk has `parts`, and which of them are missing."""
    real, missing = root, list(parts)
    while missing and (name := _child(real, missing[0])) is not None:
        real /= name
        del missing[0]
    return real, missing


# Steps of writing


def _check_ours(path: str) -> None:
    if any(part.startswith(".") for part in _parts(path)):
        raise _refused(path, "il ne fait pas partie du coffre", "it is not part of the vault")


def _own_target(root: Path, path: str, real: Path) -> Path:
    """Return the file or folder that `real` leads to; raise if that is not in the vault."""
    vault, target = os.path.realpath(reachable(root)), os.path.realpath(real)
    if not within(vault, target):
        raise _refused(path, "un lien mène hors du coffre", "a link leads out of the vault")
    if any(part.startswith(".") for part in Path(target).relative_to(vault).parts):
        raise _refused(path, "un lien mène dans un dossier caché", "a link leads into a hidden folder")
    return Path(target)


def _expected(path: str, target: Path, digest: str) -> tuple[bytes, os.stat_result]:
    """Return what a file holds; raise if that is not what the plan was made from."""
    try:
        found = swap.slurp(target)
    except OSError as error:
        raise _refused_by_disk(path, error) from error
    if found is None or digest_of(found[0]) != digest:
        raise _changed(path)
    return found


def _applied(
    write: Write, before: bytes | None, after: bytes | None, journal: Journal, act: Callable[[], None]
) -> Applied:
    """Do `act`, one process at a time, between the journal's two notes; else its entry stays pending."""
    try:
        with swap.alone(journal.lock):
            entry = journal.displaced(journal.batch, write.path, before, after, write.reason, write.regions)
            try:
                act()
            except swap.Torn:
                raise  # the journal has the only whole copy of the old text
            except (OSError, VaultkitError):
                with suppress(VaultkitError):
                    journal.failed(entry)
                raise
            with suppress(VaultkitError):
                journal.done(entry)
    except OSError as error:
        raise _refused_by_disk(write.path, error) from error
    return Applied(write.path, digest_of(after or b""), entry)


def _replace(write: Write, target: Path, data: bytes, status: os.stat_result, journal: Journal) -> None:
    """Put `data` in the place of a file that holds what the plan was made from."""
    path = write.path
    temporary = swap.temporary(target.parent, data, (target, status))

    def look() -> None:
        _expected(path, target, write.digest or "")

    try:
        look()
        swapped = swap.exchange(temporary, target)
        if not swapped:
            swap.overwrite(temporary, target, look)
    except swap.Torn:
        raise  # the temporary file stays as a sign of it
    except BaseException as error:
        _discard(temporary, digest_of(data))
        if isinstance(error, FileNotFoundError):
            raise _changed(path) from error
        raise
    if swapped:
        _settle(write, temporary, target, data, journal)
    swap.sync(target.parent)


def _settle(write: Write, displaced: Path, target: Path, data: bytes, journal: Journal) -> None:
    """Look at what an exchange displaced: if someone saved just before it, that goes back in place."""
    swap.await_writers(displaced)
    if _discard(displaced, write.digest or ""):
        return
    with suppress(OSError):
        swap.exchange(displaced, target)
    if not _discard(displaced, digest_of(data)):
        # Saved once more since the exchange: the newest stays. The journal keeps the other,
        # in an entry that stays pending, so that undo leaves it alone.
        with suppress(OSError):
            swap.exchange(displaced, target)
        older = swap.slurp(displaced)
        if older is not None:
            entry = journal.displaced(journal.batch, write.path, older[0], None, "two saves at once")
            _discard(displaced, digest_of(older[0]))
            raise _saved_twice(write.path, entry)
    raise _changed(write.path)


def _discard(temporary: Path, digest: str) -> bool:
    """Remove a temporary file if it is known to hold nothing else than `digest`."""
    with suppress(OSError):
        found = swap.slurp(temporary)
        if found is not None and digest_of(found[0]) != digest:
            return False
        temporary.unlink()
    return True


def _create(root: Path, path: str, data: bytes) -> None:
    """Write a new note, with the folders it needs, and never over another."""
    *folders, name = _parts(nfc(path))
    with _folder(root, path, folders) as folder:
        temporary = swap.temporary(folder, data)
        try:
            _check_not_away(folder / name)
            swap.place(temporary, folder / name)
        except BaseException as error:
            _discard(temporary, digest_of(data))
            if isinstance(error, FileExistsError):
                raise _changed(path) from error
            raise


def _place_anew(root: Path, path: str, source: Path, folders: list[str], name: str) -> None:
    """Rename a file or folder to a name that must be free; another case of its own name is."""
    with _folder(root, path, folders) as folder:
        target = folder / name
        try:
            _check_not_away(target)
            if os.path.lexists(target) and target.samefile(source) and target.parent == source.parent:
                source.rename(target)
            else:
                swap.place(source, target)
        except FileExistsError as error:
            raise _refused(path, "ce nom est déjà pris", "this name is taken") from error
    swap.sync(source.parent)


def _check_not_away(target: Path) -> None:
    """Raise FileExistsError if the file of this name is one that iCloud has taken away for now."""
    if os.path.lexists(left_in_icloud(target)):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


@contextmanager
def _folder(root: Path, path: str, folders: list[str]) -> Iterator[Path]:
    """Give a folder of the vault to put something into, made if need be and taken away again on failure."""
    above, missing = _deepest(reachable(root), folders)
    folder = _own_target(root, path, above)
    made: list[Path] = []
    try:
        for each in missing:
            folder /= each
            with suppress(FileExistsError):
                folder.mkdir()
                made.append(folder)
        yield folder
    except BaseException:
        for new in reversed(made):
            with suppress(OSError):
                new.rmdir()
        raise
    for above in {folder, *(new.parent for new in made)}:
        swap.sync(above)


def _take_away(path: str, target: Path, digest: str) -> None:
    """Remove a file that holds `digest`, and nothing that was saved meanwhile."""
    aside = swap.hidden(target.parent)
    try:
        swap.place(target, aside)
    except FileNotFoundError as error:
        raise _changed(path) from error
    swap.await_writers(aside)
    if not _discard(aside, digest):
        swap.place(aside, target)
        raise _changed(path)
    swap.sync(target.parent)


# What is said


def _refused(path: str, fr: str, en: str) -> Refused:
    return Refused(
        Message(f"«\u00a0{path}\u00a0» n’a pas été modifié\u00a0: {fr}", f"'{path}' was not written: {en}")
    )


def _refused_by_disk(path: str, error: OSError) -> Refused:
    reason = why(error)
    if isinstance(error, swap.Torn):
        return Refused(
            Message(
                f"«\u00a0{path}\u00a0» n’est écrite qu’à moitié ({reason.fr})\u00a0: "
                "vaultkit lui rend son ancien texte dès qu’il le peut",
                f"'{path}' is written only in part ({reason.en}): vaultkit gives it its old text back "
                "as soon as it can",
            )
        )
    return _refused(path, reason.fr, reason.en)


def _changed(path: str) -> ExternallyChanged:
    return ExternallyChanged(
        Message(
            f"«\u00a0{path}\u00a0» a changé sur le disque entre-temps\u00a0: rien n’y a été écrit",
            f"'{path}' changed on disk meanwhile: nothing was written to it",
        )
    )


def _saved_twice(path: str, entry: int) -> SavedTwice:
    return SavedTwice(
        Message(
            f"«\u00a0{path}\u00a0» a été enregistrée deux fois en un instant\u00a0: le dernier texte y est, "
            f"l’autre est dans le journal de vaultkit (n° {entry})",
            f"'{path}' was saved twice in an instant: the newest text stands there, the other is in the journal "
            f"of vaultkit (no. {entry})",
        )
    )


_LEFT_OVER = Message(
    "fichier laissé par une écriture interrompue, dont le texte n’est nulle part ailleurs\u00a0: "
    "le comparer à la note avant de le supprimer",
    "left by an interrupted write, and its text is nowhere else: compare it with the note before deleting it",
)
