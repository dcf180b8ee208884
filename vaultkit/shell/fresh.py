"""Which syntheses are known to say already what a rebuild would make of them, and whether all of a vault do."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, msgpack

from vaultkit.audit.gathering import Gathered, Gathering
from vaultkit.markdown.marks import HOLDS_QUERY
from vaultkit.settings import TOML_NAME, Settings
from vaultkit.shell.cache.store import Store
from vaultkit.shell.files import DiskFiles, Files
from vaultkit.shell.later import later
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.walk import FileEntry, entry_at
from vaultkit.vault.app import FILES

if TYPE_CHECKING:
    from vaultkit.shell.planning import Planned


class Fresh(Struct, frozen=True, array_like=True, gc=False):
    """A synthesis that was up to date, and all that this rests on: paths of notes, keys of file names.

    `key` is a digest of what these were then, `regions` how many regions it has.
    """

    path: str
    key: bytes
    notes: tuple[str, ...]
    names: tuple[str, ...]
    regions: int


_FRESH = msgpack.Decoder(list[Fresh])
#: What is read of a vault by its name, whether Obsidian sees it or not.
_BESIDES = (TOML_NAME, *(f"{FOLDER}/{name}" for name in FILES))


class FreshPlans:
    """What is known of the syntheses of a vault from the last time that they were looked at.

    `regions` are those that a rebuild would leave as they are, each with the number of its regions.
    """

    def __init__(
        self,
        store: Store,
        files: Files,
        entries: Iterable[FileEntry],
        seen: int,
        settings: Settings,
        gathering: Gathering,
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._name = f"fresh {files.name}" if files.name else ""
        self._base = _based_on(files, entries, seen, settings) if self._name and store.file else None
        data = store.state(self._name) if self._base else None
        try:
            stored = _FRESH.decode(data) if data else []
        except DecodeError:
            stored = []
        self._stored = {one.path: one for one in stored}
        gathered = gathering.gathered
        self.regions = {
            path: one.regions
            for path, one in self._stored.items()
            if path in gathered and one.key == self._key(gathered[path], one.notes, one.names)
        }

    def learn(self, planned: "Iterable[Planned]") -> None:
        """Keep, once there is time, which of the syntheses that were looked at are up to date."""
        if self._base is None:
            return
        made = {one.path: one for each in planned if (one := self._of(each))}
        gathered = self._gathering.gathered
        fresh = {path: self._stored[path] for path in self.regions} | made
        if fresh != self._stored:
            data = msgpack.encode([fresh[path] for path in gathered if path in fresh])
            store, name = self._store, self._name
            later(lambda: store.keep((), lambda _: {name: data}))

    def _of(self, planned: "Planned") -> Fresh | None:
        """Return what is to be kept of a plan, None if it would write, or the answer of a query stands in it."""
        mission = planned.mission
        gathered = self._gathering.gathered.get(mission.path)
        if gathered is None or planned.asked or mission.synthesis.marks & HOLDS_QUERY:
            return None
        if planned.refreshed.refused or planned.refreshed.faults or planned.write() is not None:
            return None
        notes, names = tuple(sorted(gathered.notes)), tuple(sorted(gathered.names))
        regions = len(planned.refreshed.outcomes)
        return Fresh(mission.path, self._key(gathered, notes, names), notes, names, regions)

    def _key(self, gathered: Gathered, notes: Iterable[str], names: Iterable[str]) -> bytes:
        index, declared = self._gathering.index, self._gathering.declared
        said = (
            self._base,
            gathered.active,
            gathered.language,
            gathered.children,
            gathered.deliveries,
            [
                (note.digest, declared.get(path)) if (note := index.notes.get(path)) else None
                for path in notes
            ],
            [index.files.get(name) for name in names],
        )
        return sha256(msgpack.encode(said)).digest()


def keep_verdict(
    cache: Path, root: Path, files: DiskFiles, entries: Sequence[FileEntry], seen: int, language: str
) -> None:
    """Keep that all of a vault is up to date, as it was seen, unless a file may have changed and kept its time."""
    from vaultkit.shell import verdict

    besides = verdict.look_besides(root, _BESIDES)
    if besides is None:
        return
    around = (*_folders(root), *filter(None, besides.values()))
    if files.settled(around, seen) and files.settled(entries, seen):
        verdict.keep(cache, root, language, entries, besides)


def _folders(root: Path) -> Iterator[FileEntry]:
    """Yield the folders of the files of `_BESIDES`: one that has not changed held the same files before."""
    for folder in (root, root / FOLDER):
        with suppress(OSError):
            yield entry_at(folder.name, str(folder), folder.stat(), behind=False)


def _based_on(files: Files, entries: Iterable[FileEntry], seen: int, settings: Settings) -> bytes | None:
    """Return a digest of the settings and templates, None if nothing tells whether these have changed."""
    folder = settings.templates_folder.rstrip("/") + "/"
    stamps = [(entry.path, files.stamp(entry, seen)) for entry in entries if entry.path.startswith(folder)]
    if not all(stamp for _, stamp in stamps):
        return None
    return sha256(msgpack.encode((msgpack.encode(settings), stamps))).digest()
