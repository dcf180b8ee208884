"""All that the doctor looks at: the vault, the settings of tools in and above it, and the machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.shell import swap
from vaultkit.shell.doctor.lenient import read_jsonc, read_toml, read_yaml
from vaultkit.shell.files import DiskFiles
from vaultkit.shell.obsidian import FOLDER, read_json
from vaultkit.shell.places import why
from vaultkit.shell.session import Session
from vaultkit.shell.walk import Scan
from vaultkit.text import Message

#: The largest settings file that is read, in bytes: a vault can come from anywhere.
LARGEST = 2_000_000

Json = Mapping[str, object]


class Config(Struct, frozen=True):
    """A settings file: its path as shown (relative to the vault, `../` above it), and what it says."""

    path: str
    text: str


class Surroundings:
    """A vault at `root` and what stands around it, each thing read once, when it is first asked for.

    `system` is where the machine's own files stand (`/proc`), `environ` its variables.
    """

    def __init__(self, root: Path, system: Path = Path("/"), environ: Mapping[str, str] = os.environ) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 - Path.resolve would follow the last link
        self.real = Path(os.path.realpath(root))
        self.system = system
        self.environ = environ
        self.files = DiskFiles(self.root)
        self.unread: list[tuple[str, Message]] = []
        self.fault: VaultkitError | None = None
        self._read: dict[Path, str | None] = {}

    # ------------------------------------------------------------------------------ the vault

    @cached_property
    def session(self) -> Session | None:
        """The vault opened; None where its settings do not let it be, which `fault` says."""
        try:
            return Session.open(self.root, self.files)
        except VaultkitError as fault:
            self.fault = fault
            return None

    @cached_property
    def scan(self) -> Scan:
        """Every file that Obsidian sees."""
        return self.files.scan()

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The notes; none where the vault cannot be opened."""
        return () if self.session is None else tuple(self.session.index.notes.values())

    # ---------------------------------------------------------------------------- Obsidian's

    @cached_property
    def app(self) -> Json:
        """What `.obsidian/app.json` says: only what differs from a default stands there."""
        return self.obsidian("app.json")

    @cached_property
    def enabled(self) -> frozenset[str]:
        """The ids of the community plugins that are switched on."""
        said = self._obsidian_value("community-plugins.json")
        return (
            frozenset(one for one in said if isinstance(one, str)) if isinstance(said, list) else frozenset()
        )

    def plugin(self, plugin: str) -> Json | None:
        """Return the settings of a community plugin, empty for its defaults; None if it is not switched on."""
        return self.obsidian(f"plugins/{plugin}/data.json") if plugin in self.enabled else None

    def obsidian(self, name: str) -> Json:
        """Return what a file of the configuration folder says; empty if it says no mapping."""
        return mapping(self._obsidian_value(name))

    def _obsidian_value(self, name: str) -> object:
        path = f"{FOLDER}/{name}"
        real = self.root / path
        if _size(real) > LARGEST:
            self._note_unread(path, _TOO_LARGE)
            return None
        problems: list[tuple[str, Message]] = []
        value = read_json(self.files, path, problems)
        for problem in problems:
            self._note_unread(*problem)
        return value

    # ----------------------------------------------------------------------- tools around it

    @cached_property
    def repository(self) -> Path | None:
        """The top of the git work tree that holds the vault, or None; git itself is not asked."""
        for folder in (self.real, *self.real.parents):
            if os.path.lexists(folder / ".git"):
                return folder
        return None

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Where tools look for their settings: the vault, then above it up to the top of the repository."""
        if self.repository is None or self.repository == self.real:
            return (self.root,)
        above = [folder for folder in self.real.parents if folder.is_relative_to(self.repository)]
        return (self.root, *above)

    def configs(self, *names: str) -> Iterator[Config]:
        """Yield the settings files of these names, the nearest folder first."""
        for folder in self.folders:
            for name in names:
                text = self._text(folder / name)
                if text is not None:
                    yield Config(self.shown(folder / name), text)

    def values(self, names: Iterable[str], read: Callable[[str], object]) -> Iterator[tuple[str, Json]]:
        """Yield path and values of the settings files of these names; one that cannot be read is noted."""
        for config in self.configs(*names):
            try:
                yield config.path, mapping(read(config.text))
            except ValueError:
                self._note_unread(config.path, _NOT_UNDERSTOOD)

    def jsonc(self, *names: str) -> Iterator[tuple[str, Json]]:
        """Yield path and values of JSON settings files."""
        return self.values(names, read_jsonc)

    def toml(self, *names: str) -> Iterator[tuple[str, Json]]:
        """Yield path and values of TOML settings files."""
        return self.values(names, read_toml)

    def yaml(self, *names: str) -> Iterator[tuple[str, Json]]:
        """Yield path and values of YAML settings files."""
        return self.values(names, read_yaml)

    def commit_hooks(self) -> Iterator[tuple[str, Json]]:
        """Yield each hook of `.pre-commit-config.yaml` with the file's path, as https://pre-commit.com has them."""
        for path, values in self.yaml(".pre-commit-config.yaml", ".pre-commit-config.yml"):
            for repository in items(values.get("repos")):
                for hook in items(mapping(repository).get("hooks")):
                    yield path, mapping(hook)

    def shown(self, path: Path) -> str:
        """Return a path as it is shown: relative to the vault with `/`, `../` above it."""
        for base in (self.root, self.real):
            try:
                return Path(os.path.relpath(path, base)).as_posix()
            except ValueError:
                continue
        return path.as_posix()

    def system_text(self, path: str) -> str:
        """Return what a file of the system says (`proc/mounts`); empty where there is none."""
        try:
            return (self.system / path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _text(self, path: Path) -> str | None:
        if path not in self._read:
            self._read[path] = self._slurped(path)
        return self._read[path]

    def _slurped(self, path: Path) -> str | None:
        if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises in a folder that cannot be entered
            return None
        target = os.path.realpath(path)
        if not any(Path(target).is_relative_to(top) for top in (self.real, self.repository or self.real)):
            self._note_unread(self.shown(path), _OUTSIDE)
            return None
        if _size(path) > LARGEST:
            self._note_unread(self.shown(path), _TOO_LARGE)
            return None
        try:
            found = swap.slurp(path)
        except OSError as error:
            self._note_unread(self.shown(path), why(error))
            return None
        return None if found is None else found[0].decode(errors="replace")

    def _note_unread(self, path: str, reason: Message) -> None:
        if all(path != known for known, _ in self.unread):
            self.unread.append((path, reason))


def mapping(value: object) -> Json:
    """Return a value that is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> tuple[object, ...]:
    """Return the entries of a list, else none."""
    return tuple(value) if isinstance(value, list | tuple) else ()


def texts(value: object) -> tuple[str, ...]:
    """Return the entries of a list that are texts."""
    return tuple(one for one in items(value) if isinstance(one, str))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


_TOO_LARGE = Message(
    "ce fichier est trop grand, il n’a pas été lu", "this file is too large and was not read"
)
_OUTSIDE = Message(
    "ce lien mène hors du coffre, il n’a pas été suivi",
    "this link leads out of the vault and was not followed",
)
_NOT_UNDERSTOOD = Message("ce fichier ne se laisse pas lire", "this file cannot be understood")
