"""What Obsidian shows of a vault right now: does it run, which notes are open, which one has the focus.

Nothing here ever raises. Where something cannot be told, the answer is the careful one: that the app runs
and shows what it showed last. To be wrong the other way costs a person the words just typed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from vaultkit.shell import swap
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.ports import AppState, Clock
from vaultkit.text import nfc

if TYPE_CHECKING:
    import psutil

#: How long, in seconds, it is taken for granted that the app still runs, or still does not.
PROCESSES_AGE = 10.0
#: How old, in seconds, a workspace may be that is believed where no process can be seen.
WORKSPACE_AGE = 24 * 3600.0
#: The largest file that is read: Obsidian's own have a few thousand bytes.
MOST_BYTES = 8_000_000

_NAME = re.compile(r"obsidian(?:\.exe| helper.*|-\d.*|\.appimage)?|md\.obsidian\.obsidian", re.IGNORECASE)
_HOST = re.compile(r"electron", re.IGNORECASE)
_OWN_CODE = re.compile(r"obsidian.*\.asar(?:\.unpacked)?$", re.IGNORECASE)
_PROFILE = "--user-data-dir="
_PLATFORM: str = sys.platform

_Stamp = tuple[int, int, int]


class Running(Struct, frozen=True):
    """One process of Obsidian: what it was started with, as far as it lets us see."""

    arguments: tuple[str, ...] = ()


class Shown(Struct, frozen=True):
    """The files that a workspace shows: those in focus, and all that are open. Both as it names them."""

    active: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()


class ObsidianApp:
    """Obsidian on this machine, as it shows the vault at `root`.

    `processes` lists those of the app, None where that cannot be told; `registries` are the files in which
    it keeps its list of vaults.
    """

    def __init__(
        self,
        root: Path,
        clock: Clock,
        processes: Callable[[], Iterable[Running] | None] | None = None,
        registries: Iterable[Path] | None = None,
    ) -> None:
        self.root = root
        self._clock = clock
        self._processes = processes or obsidian_processes
        self._registries = tuple(_registries() if registries is None else registries)
        self._workspace = root / FOLDER / "workspace.json"
        self._asked: float | None = None
        self._running: tuple[Running, ...] | None = None
        self._read: dict[Path, tuple[_Stamp, Any]] = {}
        self._seen: dict[Path, _Stamp | None] = {}
        self._last = AppState()

    def state(self) -> AppState:
        """Return what is known now; never raises. While no file changes, that takes a few looks at times."""
        changed = [file for file, stamp in self._seen.items() if _stamp(file) != stamp]
        now = self._clock.monotonic()
        asked = self._asked is None or not 0 <= now - self._asked < PROCESSES_AGE
        if asked or (changed and self._running == ()):  # it writes: it may have just been started
            self._asked, self._running = now, self._ask()
        elif not changed:
            return self._last
        self._seen = {}
        self._last = self._looked()
        return self._last

    def _ask(self) -> tuple[Running, ...] | None:
        """Return the processes of the app, None if that cannot be told."""
        try:
            found = self._processes()
            return None if found is None else tuple(found)
        except Exception:  # whatever the system complains of, it cannot be told
            return None

    def _looked(self) -> AppState:
        """Look at everything anew."""
        self._seen[self._workspace] = _stamp(self._workspace)
        if self._running == ():
            return AppState()
        vaults = self._open_vaults()
        if vaults is None and self._running is None:
            return self._by_age()
        if vaults is None:
            return _state([(self._shown(self._workspace), _same)])
        lenses = [(vault, lens) for vault in vaults if (lens := _lens(vault, self.root)) is not None]
        return _state([(self._shown(vault / FOLDER / "workspace.json"), lens) for vault, lens in lenses])

    def _by_age(self) -> AppState:
        """Return what is most likely where no process can be seen: the app writes a workspace soon and often.

        Where there is none it never opened the vault; an old one tells nothing of what is open now.
        """
        stamp = self._seen[self._workspace]
        if stamp is None and self._workspace not in self._read:
            return AppState()
        behind = stamp is not None and self._clock.wall() - stamp[0] / 1e9 > WORKSPACE_AGE
        return AppState(True) if behind else _state([(self._shown(self._workspace), _same)])

    def _shown(self, workspace: Path) -> Shown:
        """Return what a workspace shows; one that cannot be read now shows what it showed."""
        found = self._value(workspace, read_workspace)
        if found is None and workspace in self._read:
            found = self._read[workspace][1]
        return found if isinstance(found, Shown) else Shown()

    def _open_vaults(self) -> list[Path] | None:
        """Return the vaults that the app says it has open, our own under our own name; None if not known."""
        listed: dict[str, bool] = {}
        for file in dict.fromkeys((*self._registries, *_profiles(self._running or ()))):
            if _stamp(file) is None and not os.path.lexists(file):
                self._seen[file] = None
                continue
            vaults = self._value(file, read_registry)
            if vaults is None:
                return None
            for path, is_open in vaults.items():
                listed[path] = is_open or listed.get(path, False)
        opened = [Path(path) for path, is_open in listed.items() if is_open]
        if not opened and not any(_may_be(Path(path), self.root) for path in listed):
            return None
        return [self.root if _may_be(vault, self.root) else vault for vault in opened]

    def _value(self, file: Path, what: Callable[[bytes], Any]) -> Any:
        """Return what a file says, read again only when it changed; None if it cannot be read."""
        stamp = self._seen[file] = _stamp(file)
        known = self._read.get(file)
        if known is not None and known[0] == stamp:
            return known[1]
        if stamp is None or stamp[1] > MOST_BYTES:
            return None
        try:
            found = swap.slurp(file)
            if found is None:
                return None
            value = what(found[0])
        except (OSError, ValueError, RecursionError):
            return None
        self._read[file] = (stamp, value)
        return value


# Reading what the app writes


def read_workspace(data: bytes) -> Shown:
    """Return what a `workspace.json` shows; raises ValueError or RecursionError if it is none.

    The note of the active leaf is active. A leaf that shows no file, or stands in a sidebar, leaves open
    where the cursor is: then all in front in the main window and the floating ones are active.
    """
    said = json.loads(data.decode("utf-8-sig", "surrogatepass"))
    if not isinstance(said, dict):
        raise ValueError("no workspace")
    focus = said.get("active")
    leaves = [
        (leaf, side not in ("left", "right"), front)
        for side, part in said.items()
        if isinstance(part, dict)
        for leaf, front in _leaves(part)
    ]
    opened = frozenset(path for leaf, _, _ in leaves if (path := _file(leaf)))
    focused = [
        (_file(leaf), main) for leaf, main, _ in leaves if focus is not None and leaf.get("id") == focus
    ]
    active = {path for path, _ in focused if path}
    if not any(path and main for path, main in focused):
        active |= {path for leaf, main, front in leaves if main and front and (path := _file(leaf))}
    return Shown(frozenset(active), opened)


def _leaves(top: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the leaves below a part of the window, and whether they can be seen without a click."""
    stack = [(top, True)]
    while stack:
        item, front = stack.pop()
        if item.get("type") == "leaf":
            yield item, front
        children = item.get("children")
        if not isinstance(children, list):
            continue
        current = item.get("currentTab", 0)
        all_seen = item.get("type") != "tabs" or item.get("stacked") is True
        if not isinstance(current, int) or not 0 <= current < len(children):
            all_seen = True  # it cannot be told which
        for number, child in enumerate(children):
            if isinstance(child, dict):
                stack.append((child, front and (all_seen or number == current)))


def _file(leaf: Mapping[str, Any]) -> str | None:
    """Return the path of the file that a leaf shows, composed, or None."""
    state = leaf.get("state")
    inner = state.get("state") if isinstance(state, dict) else None
    path = inner.get("file") if isinstance(inner, dict) else None
    return nfc(path) if isinstance(path, str) and path else None


def read_registry(data: bytes) -> dict[str, bool]:
    """Return the vaults that an `obsidian.json` lists, by path, and whether each is open."""
    said = json.loads(data.decode("utf-8-sig"))
    vaults = said.get("vaults", {}) if isinstance(said, dict) else None
    if not isinstance(vaults, dict):
        raise ValueError("no list of vaults")
    found: dict[str, bool] = {}
    for vault in vaults.values():
        path = vault.get("path") if isinstance(vault, dict) else None
        if not isinstance(path, str) or not path or "\0" in path:
            raise ValueError("a vault without a path")
        found[path] = vault.get("open", False) is not False or found.get(path, False)
    return found


def _registries() -> Iterator[Path]:
    """Yield where Obsidian keeps its list of vaults, however it was installed."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - where there is none it stays as it is, and never raises
    if _PLATFORM == "win32":
        folders = [Path(os.environ.get("APPDATA") or home / "AppData/Roaming") / "obsidian"]
    elif _PLATFORM == "darwin":
        folders = [home / "Library/Application Support/obsidian"]
    else:
        folders = [
            Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "obsidian",
            home / ".config/obsidian",
            home / ".var/app/md.obsidian.Obsidian/config/obsidian",
            home / "snap/obsidian/current/.config/obsidian",
            home / "snap/obsidian/common/.config/obsidian",
        ]
    for folder in dict.fromkeys(folders):
        yield folder / "obsidian.json"


# Whose vault is whose


def _state(shown: Iterable[tuple[Shown, Callable[[str], str | None]]]) -> AppState:
    """Return the state of a running app, with the paths of each workspace seen through its lens."""
    active: set[str] = set()
    opened: set[str] = set()
    for each, lens in shown:
        active.update(path for name in each.active if (path := lens(name)) is not None)
        opened.update(path for name in each.opened if (path := lens(name)) is not None)
    return AppState(True, frozenset(active), frozenset(active | opened))


def _same(path: str) -> str | None:
    return path


def _lens(vault: Path, root: Path) -> Callable[[str], str | None] | None:
    """Return what turns the paths of an open vault into those of ours; None if they share no file.

    Obsidian may have a folder above ours open as a vault, or one below it.
    """
    if vault == root:
        return _same
    theirs, ours = os.path.realpath(vault), os.path.realpath(root)
    with suppress(ValueError):
        shared = os.path.commonpath([os.path.normcase(theirs), os.path.normcase(ours)])
        if shared == os.path.normcase(theirs):
            lead = nfc(Path(ours[len(theirs) :].strip("/\\")).as_posix()) + "/"
            return lambda path: path.removeprefix(lead) if path.startswith(lead) else None
        if shared == os.path.normcase(ours):
            lead = nfc(Path(theirs[len(ours) :].strip("/\\")).as_posix()) + "/"
            return lambda path: lead + path
    return None


def _may_be(listed: Path, root: Path) -> bool:
    """Whether a listed vault may be ours: the same folder, or one that only looks to be another.

    A sandbox, a mount or a mapped drive gives a folder other names, but none changes the last of them.
    """
    with suppress(OSError, ValueError):
        if listed.samefile(root):
            return True
    ours = {nfc(path.name).casefold() for path in (root.absolute(), Path(os.path.realpath(root)))}
    if nfc(listed.name).casefold() not in ours:
        return False
    foreign = "/doc/" in listed.as_posix()  # the document portal of a sandbox
    return foreign or not os.path.isdir(listed) or os.path.ismount(listed)  # noqa: PTH112 - never raises


def _stamp(file: Path) -> _Stamp | None:
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _profiles(running: Iterable[Running]) -> Iterator[Path]:
    """Yield the lists of vaults of the very processes that run: they may keep them elsewhere."""
    for process in running:
        for argument in process.arguments:
            if argument.startswith(_PROFILE):
                yield Path(argument.removeprefix(_PROFILE)) / "obsidian.json"


# Processes


def obsidian_processes() -> list[Running] | None:
    """Return the processes of Obsidian that are this user's; None where not all that matter can be seen."""
    if elsewhere():
        return None
    import psutil

    found = [process for process in psutil.process_iter(["name"]) if _is_obsidian(process)]
    return [Running(tuple(_arguments(process) or ())) for process in found]


def elsewhere() -> bool:
    """Whether the app may run where we cannot see it: on the Windows around us, or outside our container."""
    return "microsoft" in platform.release().lower() or any(
        os.path.exists(mark)  # noqa: PTH110 - never raises
        for mark in ("/.dockerenv", "/run/.containerenv", "/.flatpak-info")
    )


def _is_obsidian(process: psutil.Process) -> bool:
    """Whether a process is Obsidian, of this user; one that hides what it is may be."""
    import psutil

    name = process.info["name"] or ""
    try:
        is_it = _NAME.fullmatch(name) or (_HOST.search(name) and _runs_its_code(_arguments(process)))
        return bool(is_it) and process.status() != psutil.STATUS_ZOMBIE and _is_ours(process)
    except psutil.NoSuchProcess:
        return False


def _runs_its_code(arguments: list[str] | None) -> bool:
    return arguments is None or any(_OWN_CODE.search(argument) for argument in arguments)


def _arguments(process: psutil.Process) -> list[str] | None:
    """Return what a process was started with, None if it does not let us see."""
    import psutil

    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
    except (psutil.Error, OSError):
        return None


def _is_ours(process: psutil.Process) -> bool:
    """Whether a process is this user's, or may be: who is root may be asked to work for another."""
    import psutil

    if sys.platform == "win32":
        try:
            return process.username() == psutil.Process().username()
        except psutil.AccessDenied:
            return True
    return os.geteuid() == 0 or process.uids().real in (os.getuid(), os.geteuid())
