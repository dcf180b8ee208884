"""Obsidian as specs/obsidian.md §9.3 describes it: buffers, autosave, and what it makes of changes from outside.

Nothing here knows vaultkit. An open note is a `View`: what stands in the editor (`buffer`), what was last
loaded or saved (`base`), and when it will be saved. The app notices a change on disk late, and only by time
or size; then it loads the note again, or merges, if something is unsaved.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from diff_match_patch import diff_match_patch

from vaultkit.shell.ports import Clock

AUTOSAVE = 2.0
NEVER = float("inf")

_PIECES = re.compile(r"<!--[^\n]*?-->|\w+|\s|[^\w\s]")
_LINK = re.compile(r"\[\[([^\]|#\n]+)")


class Merge(StrEnum):
    """What becomes of unsaved text when the disk changes: two models of the app's three-way merge."""

    EXACT = "exact"  # both changes, at their own places; the person's where they overlap
    FUZZY = "fuzzy"  # diff-match-patch: what is not found again is dropped without a word


# ------------------------------------------------------------------------------------- merging

Hunk = tuple[int, int, str]


def merged_exactly(base: str, mine: str, theirs: str) -> str:
    """Return `base` with both changes; where they overlap, only mine."""
    kept = [*_hunks(base, mine)]
    for hunk in _hunks(base, theirs):
        if not any(_overlap(hunk, own) for own in _hunks(base, mine)):
            kept.append(hunk)
    kept.sort(key=lambda hunk: (hunk[0], hunk[1] > hunk[0]))
    pieces, at = [], 0
    for start, end, text in kept:
        pieces += [base[at:start], text]
        at = end
    return "".join([*pieces, base[at:]])


def merged_fuzzily(base: str, mine: str, theirs: str) -> tuple[str, int]:
    """Return `theirs` with the patches from base to mine, and how many of them did not fit."""
    tool = diff_match_patch()
    text, fits = tool.patch_apply(tool.patch_make(base, mine), theirs)
    return text, fits.count(False)


def _overlap(one: Hunk, other: Hunk) -> bool:
    if one[0] == one[1] and other[0] == other[1]:
        return False
    if one[0] == one[1]:
        return other[0] < one[0] < other[1]
    if other[0] == other[1]:
        return one[0] < other[0] < one[1]
    return one[0] < other[1] and other[0] < one[1]


def _hunks(base: str, new: str) -> list[Hunk]:
    """Return what changed, in whole words, so that no word is ever cut in two by a merge."""
    codes: dict[str, str] = {}

    def coded(text: str) -> str:
        return "".join(codes.setdefault(piece, chr(0x10000 + len(codes))) for piece in _PIECES.findall(text))

    tool = diff_match_patch()
    tool.Diff_Timeout = 0
    first, second = coded(base), coded(new)
    words = {code: piece for piece, code in codes.items()}
    found: list[Hunk] = []
    at = 0
    for sign, run in tool.diff_main(first, second, False):
        text = "".join(words[code] for code in run)
        if sign == 0:
            at += len(text)
            continue
        end = at + (len(text) if sign < 0 else 0)
        if found and found[-1][1] == at:
            start, _, said = found.pop()
            found.append((start, end, said + (text if sign > 0 else "")))
        else:
            found.append((at, end, text if sign > 0 else ""))
        at = end
    return found


# ----------------------------------------------------------------------------------------- the app


@dataclass(eq=False)
class View:
    """One open note. `save_at` is when it will be saved, None if it is clean; `half` a save under way."""

    path: str
    base: str
    buffer: str
    seen: tuple[int, int]
    cursor: int = 0
    save_at: float | None = None
    typed_at: float = -NEVER
    notice_at: float | None = None
    half: int | None = None

    @property
    def dirty(self) -> bool:
        """Whether something was edited since it was loaded or saved."""
        return self.save_at is not None


@dataclass(frozen=True)
class Seen:
    """What the app made of one change from outside: `ideal` is what an exact merge would have made."""

    view: View
    before: str
    after: str
    merged: bool = False
    dropped: int = 0
    ideal: str = ""

    @property
    def faithful(self) -> bool:
        """Whether the merge did what a perfect one does."""
        return not self.merged or self.after == self.ideal


@dataclass
class Counts:
    """What the app did, for the table of a long run."""

    saves: int = 0
    reloads: int = 0
    merges: int = 0
    unfaithful: int = 0
    dropped: int = 0


@dataclass
class Obsidian:
    """The app on one vault. `told` hears of each reload and merge, `stamped` of each file it wrote."""

    root: Path
    clock: Clock
    chance: random.Random
    merge: Merge = Merge.EXACT
    told: Callable[[Seen], None] = lambda seen: None
    stamped: Callable[[Path], None] = lambda path: None
    views: list[View] = field(default_factory=list)
    active: View | None = None
    running: bool = False
    layout_at: float | None = None
    counts: Counts = field(default_factory=Counts)

    # Time

    def due(self) -> float:
        """Return when there is something to do next."""
        times = [self.layout_at, *(at for view in self.views for at in (view.save_at, view.notice_at))]
        return min((at for at in times if at is not None), default=NEVER)

    def tick(self) -> None:
        """Save, notice and write the layout, as far as it is time."""
        now = self.clock.monotonic()
        for view in list(self.views):
            if view.half is None and view.save_at is not None and view.save_at <= now:
                self.save(view)
            if view.half is None and view.notice_at is not None and view.notice_at <= now:
                view.notice_at = None
                self._notice(view)
        if self.layout_at is not None and self.layout_at <= now:
            self._write_layout()

    def look(self) -> None:
        """Let the file watcher find what others changed; the app hears of it a while later."""
        now = self.clock.monotonic()
        for view in self.views:
            if view.notice_at is None and view.half is None and self._stat(view.path) != view.seen:
                slow = self.chance.random() < 0.03
                lag = self.chance.uniform(2, 60) if slow else self.chance.uniform(0.1, 2)
                view.notice_at = now + lag

    # The windows

    def start(self) -> None:
        """Start with the tabs that were open, as they stand on disk now."""
        self.running = True
        for path in self._layout():
            if self._file(path).exists():
                self.views.append(self._loaded(path))
        self.active = self.views[-1] if self.views else None
        self.layout_at = self.clock.monotonic()

    def quit(self) -> None:
        """Save everything and end."""
        for view in self.views:
            self._flush(view)
        self._write_layout()
        self.running, self.views, self.active, self.layout_at = False, [], None, None

    def open(self, path: str) -> View:
        """Show a note: in the tab that it has, in a new one, or in the place of the one in front."""
        view = self.view_of(path)
        if view is None:
            view = self._loaded(path)
            if self.active and (len(self.views) >= 4 or self.chance.random() < 0.4):
                self._flush(self.active)
                self.views[self.views.index(self.active)] = view
            else:
                self.views.append(view)
        elif self.active and self.active is not view:
            self._flush(self.active)
        self.active = view
        self._layout_changed()
        return view

    def close(self, view: View) -> None:
        """Save and close a tab."""
        self._flush(view)
        self._drop(view)

    def view_of(self, path: str) -> View | None:
        """Return the tab of a note, if it has one."""
        return next((view for view in self.views if view.path == path), None)

    # Editing

    def edit(self, view: View, start: int, end: int, text: str) -> None:
        """Change the buffer; it is saved two seconds after the first such change."""
        view.buffer = view.buffer[:start] + text + view.buffer[end:]
        view.cursor = start + len(text)
        view.typed_at = self.clock.monotonic()
        self.request_save(view)

    def request_save(self, view: View) -> None:
        """Save later; further typing does not move the moment."""
        if view.save_at is None:
            view.save_at = self.clock.monotonic() + AUTOSAVE

    def save(self, view: View) -> None:
        """Write the whole buffer, whatever stands on disk."""
        self.begin_save(view)
        self.end_save(view)

    def begin_save(self, view: View) -> None:
        """Open the file and cut it to nothing, as the first half of a save."""
        if view.half is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            view.half = os.open(self._file(view.path), flags, 0o644)

    def end_save(self, view: View) -> None:
        """Write the text, as the second half of a save."""
        if view.half is None:
            return
        with os.fdopen(view.half, "wb") as file:
            file.write(view.buffer.encode())
        view.half = None
        self.stamped(self._file(view.path))
        view.base, view.save_at, view.seen = view.buffer, None, self._stat(view.path)
        self.counts.saves += 1

    def end_saves(self) -> None:
        """Finish every save that is half done."""
        for view in self.views:
            self.end_save(view)

    def create(self, path: str) -> View:
        """Make an empty note and show it."""
        self._write(path, "")
        return self.open(path)

    def delete(self, path: str) -> None:
        """Move a note to the trash, and close its tab."""
        if view := self.view_of(path):
            self.end_save(view)
            self._drop(view)
        trash = self.root / ".trash"
        trash.mkdir(exist_ok=True)
        self._file(path).replace(trash / Path(path).name)

    def rename(self, old: str, new: str) -> None:
        """Give a note another name, and rewrite the links to it everywhere."""
        if view := self.view_of(old):
            self._flush(view)
        self._file(old).rename(self._file(new))
        if view:
            view.path = new
            self._layout_changed()
        before, after = (Path(path).name.removesuffix(".md") for path in (old, new))

        def follow(found: re.Match[str]) -> str:
            return f"[[{after}" if found[1] == before else found[0]

        for file in sorted(self.root.rglob("*.md")):
            path = file.relative_to(self.root).as_posix()
            if path.startswith("."):
                continue
            if other := self.view_of(path):
                text = _LINK.sub(follow, other.buffer)
                if text != other.buffer:
                    other.buffer = text
                    self.request_save(other)
                continue
            stands = self._read(path)
            text = _LINK.sub(follow, stands)
            if text != stands:
                self._write(path, text)

    # From outside

    def _notice(self, view: View) -> None:
        stat = self._stat(view.path)
        if stat == view.seen:
            return
        if stat == (0, -1):
            self._drop(view)  # the note is gone: its tab is closed
            return
        disk, before = self._read(view.path), view.buffer
        view.seen = stat
        if not view.dirty:
            view.base, view.buffer = disk, disk
            self.counts.reloads += 1
            self._shown(Seen(view, before, disk))
        elif disk in (view.base, view.buffer):
            view.base = disk
        else:
            self._merge(view, disk)

    def _merge(self, view: View, disk: str) -> None:
        before = view.buffer
        ideal, dropped = merged_exactly(view.base, before, disk), 0
        text = ideal
        if self.merge is Merge.FUZZY:
            text, dropped = merged_fuzzily(view.base, before, disk)
        view.base, view.buffer = disk, text
        seen = Seen(view, before, text, True, dropped, ideal)
        self.counts.merges += 1
        self.counts.unfaithful += not seen.faithful
        self.counts.dropped += dropped
        self._shown(seen)
        if self.chance.random() < 0.5:
            self.save(view)

    def _shown(self, seen: Seen) -> None:
        seen.view.cursor = moved(seen.view.cursor, seen.before, seen.after)
        self.told(seen)

    # The disk

    def _file(self, path: str) -> Path:
        return self.root / path

    def _stat(self, path: str) -> tuple[int, int]:
        try:
            found = self._file(path).stat()
        except FileNotFoundError:
            return 0, -1
        return found.st_mtime_ns, found.st_size

    def _read(self, path: str) -> str:
        return self._file(path).read_bytes().decode().replace("\r\n", "\n")

    def _write(self, path: str, text: str) -> None:
        self._file(path).write_bytes(text.encode())
        self.stamped(self._file(path))

    def _loaded(self, path: str) -> View:
        text = self._read(path)
        return View(path, text, text, self._stat(path), len(text))

    def _flush(self, view: View) -> None:
        if view.half is not None:
            self.end_save(view)
        if view.dirty:
            self.save(view)

    def _drop(self, view: View) -> None:
        self.views.remove(view)
        if self.active is view:
            self.active = self.views[-1] if self.views else None
        self._layout_changed()

    # The layout

    def _layout_changed(self) -> None:
        if self.layout_at is None:
            self.layout_at = self.clock.monotonic() + self.chance.uniform(1, 3)

    def _write_layout(self) -> None:
        self.layout_at = None
        leaves = [_leaf(number, view.path) for number, view in enumerate(self.views)]
        at = self.views.index(self.active) if self.active else 0
        tabs = {"id": "b0d1", "type": "tabs", "children": leaves, "currentTab": at}
        layout = {
            "main": {"id": "a0c1", "type": "split", "children": [tabs], "direction": "vertical"},
            "left": {"id": "c0e1", "type": "split", "children": [], "direction": "horizontal", "width": 300},
            "right": {"id": "d0f1", "type": "split", "children": [], "direction": "horizontal", "width": 300},
            "active": leaves[at]["id"] if leaves else "b0d1",
            "lastOpenFiles": [view.path for view in self.views],
        }
        folder = self.root / ".obsidian"
        folder.mkdir(exist_ok=True)
        (folder / "workspace.json").write_text(json.dumps(layout, indent=2), encoding="utf-8")

    def _layout(self) -> Iterator[str]:
        file = self.root / ".obsidian" / "workspace.json"
        if file.exists():
            for tabs in json.loads(file.read_text(encoding="utf-8"))["main"]["children"]:
                yield from (leaf["state"]["state"]["file"] for leaf in tabs["children"])


def _leaf(number: int, path: str) -> dict[str, object]:
    state = {"file": path, "mode": "source", "source": False}
    title = Path(path).name.removesuffix(".md")
    shown = {"type": "markdown", "state": state, "icon": "lucide-file", "title": title}
    return {"id": f"1eaf{number:012x}", "type": "leaf", "state": shown}


def moved(cursor: int, before: str, after: str) -> int:
    """Return where a cursor stands after a text was changed: behind the same word, or where that was."""
    shift = 0
    for start, end, text in _hunks(before, after):
        if start >= cursor:
            break
        if end > cursor:
            return start + shift
        shift += len(text) - (end - start)
    return cursor + shift
