"""A vault read as it stands: its files, settings, notes and canvases."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from vaultkit.settings import Settings
from vaultkit.shell.cache.place import cache_file
from vaultkit.shell.cache.store import Store
from vaultkit.shell.collector import without_collector
from vaultkit.shell.configuration import vault_settings
from vaultkit.shell.files import Files
from vaultkit.shell.following import Problem, is_canvas
from vaultkit.shell.later import later
from vaultkit.shell.loading import Loader
from vaultkit.shell.obsidian import app_settings
from vaultkit.shell.walk import FileEntry
from vaultkit.text import Message
from vaultkit.vault.app import AppSettings
from vaultkit.vault.index import VaultIndex


class Reading(Struct, frozen=True):
    """How a vault is to be read.

    `settings` are read too if there are none here. `progress` is called now and then with how many notes are read,
    and of how many. `live` is for one that lives on while the files change: its texts stay in memory. Without
    `cached` everything is read anew, and nothing is kept. `then` is called once what was learnt is kept, `meanwhile`
    where there is time while others read the notes.
    """

    settings: Settings | None = None
    progress: Callable[[int, int], None] | None = None
    live: bool = False
    cached: bool = True
    then: Callable[[Loader], None] | None = None
    meanwhile: Callable[[], None] | None = None


class Opened(Struct, frozen=True):
    """What was read; `scanned` are the problems of the look at all files, among `problems`. `seen` is when (ns)."""

    settings: Settings
    app: AppSettings
    index: VaultIndex
    entries: Sequence[FileEntry]
    problems: Sequence[Problem]
    scanned: Sequence[Problem]
    timings: dict[str, float]
    store: Store
    seen: int


def opened(root: Path, files: Files, how: Reading) -> Opened:
    """Read the vault at `root` from these files. Raises WrongSettings for settings that cannot be understood."""
    from vaultkit.markdown.canvas import parse_canvas

    began, seen = time.perf_counter(), time.time_ns()
    found = files.scan()
    settings = how.settings or vault_settings(files, found.files)
    scanned = time.perf_counter()
    with without_collector(len(found.files)):
        store = Store(cache_file(root) if how.cached else None)
        loader = Loader(files, store, seen, how.live, how.progress, how.meanwhile)
        notes = loader.load([f for f in found.files if f.is_note and not settings.is_internal(f.path)])
        boards, unread = files.read_all([f for f in found.files if is_canvas(f.path)])
        canvases = [parse_canvas(path, s.text, s.digest) for path, s in boards.items()]
        others = (f.path for f in found.files if f.path not in notes and f.path not in boards)
        later(partial(_keep, loader, how.then))
        app, misread = app_settings(files)
        index = VaultIndex.of(notes.values(), others, canvases)
    problems = [*found.problems, *loader.problems, *unread, *misread]
    timings = {"read": scanned - began, "parse": time.perf_counter() - scanned}
    return Opened(settings, app, index, found.files, problems, found.problems, timings, store, seen)


def _keep(loader: Loader, then: Callable[[Loader], None] | None) -> Message | None:
    told = loader.keep()
    if then is not None:
        then(loader)
    return told
