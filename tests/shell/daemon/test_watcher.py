"""What the watcher tells of real files on a real disk."""

from __future__ import annotations

import errno
import logging
import os
import queue
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from vaultkit.shell.daemon import filesystems, watcher
from vaultkit.shell.daemon.watcher import Watcher
from vaultkit.shell.walk import scan
from vaultkit.text import Message

linux = pytest.mark.skipif(sys.platform != "linux", reason="this is about inotify")
MARK = "last word.md"


class Told:
    """Keeps what a watcher tells."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.looks: list[Message | None] = []

    def noticed(self, path: str) -> None:
        self.paths.append(path)

    def overlooked(self, reason: Message | None) -> None:
        self.looks.append(reason)

    def clear(self) -> None:
        self.paths.clear()
        self.looks.clear()

    def said(self) -> str:
        return " ".join(reason.en for reason in self.looks if reason)


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `holds`, as long as a loaded machine may need."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


class Watched:
    """A folder on a real disk, its watcher, and what that told."""

    def __init__(self, root: Path, told: Told, watcher: Watcher) -> None:
        self.root = root
        self.told = told
        self.watcher = watcher
        self.marks = 0

    def seen(self) -> set[str]:
        """Return what was told up to now: the system tells in order, so a last file ends it."""
        self.marks += 1
        mark = f"{self.marks} {MARK}"
        until(lambda: (self.root / mark).write_text("x") and mark in self.told.paths)
        self.told.paths[:] = [path for path in self.told.paths if not path.endswith(MARK)]
        return {path for path in self.told.paths if not path.endswith(MARK)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A vault of one note, one folder and a folder of settings."""
    root = tmp_path / "coffre"
    for folder in ("Notes", ".obsidian/plugins/p", ".git/objects"):
        (root / folder).mkdir(parents=True)
    (root / "Note.md").write_text("one")
    (root / "Notes" / "Inner.md").write_text("one")
    return root


@pytest.fixture
def watch() -> Iterator[Callable[..., Watched]]:
    """Start watchers that are stopped at the end, and leave no thread, handler or file behind."""
    threads, handlers = threading.active_count(), list(logging.getLogger("watchdog").handlers)
    running: list[Watcher] = []

    def start(root: Path, **options: object) -> Watched:
        told = Told()
        made = Watcher(root, told, **options)  # type: ignore[arg-type]  # options as a test wants them
        running.append(made)
        made.start()
        return Watched(root, told, made)

    yield start
    for made in running:
        made.stop()
        assert not made.alive
    assert threading.active_count() == threads
    assert logging.getLogger("watchdog").handlers == handlers


@pytest.fixture
def vault(root: Path, watch: Callable[..., Watched]) -> Watched:
    return watch(root)


def test_a_native_watcher_runs_and_has_nothing_to_complain_of(vault):
    assert vault.watcher.alive
    assert vault.watcher.kind in {"inotify", "fsevents", "windows"}
    assert vault.watcher.degraded is None
    assert vault.watcher.poll_every is None


def test_a_write_in_place_is_told(vault):
    (vault.root / "Note.md").write_text("two")
    assert vault.seen() == {"Note.md"}
    assert vault.told.looks == []


def test_a_save_by_a_hidden_temporary_file_is_told_as_the_note_alone(vault):
    temporary = vault.root / "Notes" / ".t.tmp"
    temporary.write_text("two")
    temporary.replace(vault.root / "Notes" / "Inner.md")
    assert vault.seen() == {"Notes/Inner.md"}


def test_a_note_moved_in_from_outside_is_told(vault, tmp_path):
    (tmp_path / "New.md").write_text("new")
    (tmp_path / "New.md").replace(vault.root / "New.md")
    assert vault.seen() == {"New.md"}


def test_a_note_moved_out_is_told(vault, tmp_path):
    (vault.root / "Note.md").replace(tmp_path / "Gone.md")
    assert vault.seen() == {"Note.md"}


def test_a_save_that_keeps_a_backup_is_told(vault):
    note, backup = vault.root / "Note.md", vault.root / "Note.md~"
    note.replace(backup)
    note.write_text("two")
    backup.unlink()
    assert vault.seen() == {"Note.md", "Note.md~"}


def test_a_renamed_note_is_told_by_both_names(vault):
    (vault.root / "Note.md").replace(vault.root / "Notes" / "Other.md")
    assert vault.seen() == {"Note.md", "Notes/Other.md"}


def test_a_note_moved_to_the_hidden_trash_is_told_as_gone(vault):
    (vault.root / ".trash").mkdir()
    (vault.root / "Note.md").replace(vault.root / ".trash" / "Note.md")
    assert vault.seen() == {"Note.md"}
    assert vault.told.looks == []


def test_a_deleted_note_is_told(vault):
    (vault.root / "Note.md").unlink()
    assert vault.seen() == {"Note.md"}


def test_a_note_that_is_only_read_is_not_told(vault):
    for _ in range(3):
        (vault.root / "Note.md").read_text()
    assert vault.seen() == set()


def test_a_note_written_many_times_in_a_moment_is_told_few_times(vault):
    for text in range(500):
        (vault.root / "Note.md").write_text(str(text))
    assert vault.seen() == {"Note.md"}
    assert len(vault.told.paths) < 100


def test_a_folder_that_comes_or_goes_means_looking_at_all(vault, tmp_path):
    def came() -> None:
        (vault.root / "New").mkdir()

    def moved() -> None:
        (vault.root / "New").rename(vault.root / "Other")

    def went_out() -> None:
        (vault.root / "Other").rename(tmp_path / "Other")

    def came_in() -> None:
        (tmp_path / "Other").rename(vault.root / "Notes" / "Again")

    def was_deleted() -> None:
        (vault.root / "Notes" / "Again").rmdir()

    for change in (came, moved, went_out, came_in, was_deleted):
        vault.told.clear()
        change()
        until(lambda: vault.told.looks)
        assert set(vault.told.looks) == {None}, change


def test_notes_of_a_renamed_folder_are_told_by_their_new_path_from_then_on(vault):
    (vault.root / "Notes").rename(vault.root / "Renamed")
    until(lambda: vault.told.looks)
    (vault.root / "Renamed" / "Inner.md").write_text("two")
    assert vault.seen() == {"Renamed/Inner.md"}


def test_notes_of_a_new_folder_are_told_however_deep(vault):
    deep = vault.root / "A" / "B" / "C"
    deep.mkdir(parents=True)
    until(lambda: vault.told.looks)
    (deep / "Deep.md").write_text("x")
    assert "A/B/C/Deep.md" in vault.seen()


def test_a_thousand_folders_do_not_mean_a_thousand_looks(vault):
    for number in range(1000):
        (vault.root / "Notes" / str(number)).mkdir()
    vault.seen()
    assert vault.told.looks
    assert len(vault.told.looks) < 200


def test_what_is_hidden_is_not_told(vault):
    for path in (
        ".git/index",
        ".git/objects/ab",
        ".hidden.md",
        "Notes/.t.tmp",
        ".obsidian/plugins/p/data.json",
    ):
        (vault.root / path).write_text("x")
    (vault.root / ".git" / "refs").mkdir()
    (vault.root / ".git" / "refs" / "head").write_text("x")
    assert vault.seen() == set()
    assert vault.told.looks == []


def test_settings_of_the_app_are_told_but_not_those_of_its_plugins(vault):
    (vault.root / ".obsidian" / "workspace.json").write_text("{}")
    (vault.root / ".obsidian" / ".workspace.tmp").write_text("{}")
    (vault.root / ".obsidian" / ".workspace.tmp").replace(vault.root / ".obsidian" / "app.json")
    (vault.root / ".obsidian" / "plugins" / "p" / "main.js").write_text("x")
    assert vault.seen() == {".obsidian/workspace.json", ".obsidian/app.json"}


@linux
def test_hidden_folders_take_no_watch_of_the_system(vault):
    watched = Path(f"/proc/self/fdinfo/{_inotify(vault)._inotify_fd}").read_text()
    assert watched.count("inotify wd") == 3  # the root, Notes and .obsidian


def test_a_folder_that_stops_being_hidden_is_watched(vault):
    (vault.root / ".draft").mkdir()
    (vault.root / ".draft" / "Inner.md").write_text("x")
    (vault.root / ".draft").rename(vault.root / "Draft")
    until(lambda: vault.told.looks)
    (vault.root / "Draft" / "Inner.md").write_text("y")
    assert "Draft/Inner.md" in vault.seen()


def test_names_are_told_composed(vault):
    (vault.root / "E\u0301te\u0301.md").write_text("x")
    assert vault.seen() == {"\u00c9t\u00e9.md"}


@linux
def test_names_that_are_not_utf8_are_not_told(vault):
    Path(os.fsdecode(os.fsencode(vault.root) + b"/caf\xe9.md")).write_text("x")
    assert vault.seen() == set()


def test_a_root_behind_a_link_is_watched(root, watch, tmp_path):
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    vault = watch(tmp_path / "link")
    (root / "Note.md").write_text("two")
    assert vault.seen() == {"Note.md"}


@pytest.fixture
def outside(root: Path, tmp_path: Path) -> Path:
    """A folder beside the vault, linked as `Lié`."""
    outside = tmp_path / ".cache" / "dehors"
    (outside / "Sous").mkdir(parents=True)
    (outside / "Far.md").write_text("x")
    (root / "Lié").symlink_to(outside, target_is_directory=True)
    return outside


def test_notes_behind_a_link_are_told_by_the_path_through_the_link(root, watch, outside):
    vault = watch(root, links=[("Lié", outside)])
    (outside / "Far.md").write_text("y")
    (outside / "Sous" / "Farther.md").write_text("y")
    (outside / ".hidden.md").write_text("y")
    until(lambda: set(vault.told.paths) >= {"Lié/Far.md", "Lié/Sous/Farther.md"})
    assert vault.seen() == {"Lié/Far.md", "Lié/Sous/Farther.md"}


def test_links_can_come_and_go_later(vault, outside):
    vault.seen()
    vault.watcher.follow([("Lié", outside)])
    until(lambda: vault.told.looks == [None])
    vault.watcher.follow([("Lié", outside)])  # nothing new
    (outside / "Far.md").write_text("y")
    until(lambda: "Lié/Far.md" in vault.told.paths)
    vault.told.clear()
    vault.watcher.follow([])
    until(lambda: vault.told.looks == [None])
    (outside / "Far.md").write_text("z")
    assert vault.seen() == set()


def test_a_new_link_to_a_folder_and_a_lost_one_mean_looking_at_all(vault, tmp_path):
    (tmp_path / "dehors").mkdir()
    (vault.root / "Lié").symlink_to(tmp_path / "dehors", target_is_directory=True)
    until(lambda: vault.told.looks)
    vault.watcher.follow([("Lié", tmp_path / "dehors")])
    vault.seen()
    vault.told.clear()
    (vault.root / "Lié").unlink()
    until(lambda: vault.told.looks)


def test_a_link_that_leads_nowhere_is_watched_once_it_leads_somewhere(root, watch, tmp_path):
    vault = watch(root, links=[("Lié", tmp_path / "later")])
    vault.watcher.check()
    assert vault.told.looks == []
    (tmp_path / "later").mkdir()
    vault.watcher.check()
    until(lambda: vault.told.looks == [None])
    (tmp_path / "later" / "Far.md").write_text("x")
    until(lambda: "Lié/Far.md" in vault.told.paths)


@linux
def test_a_linked_folder_that_may_not_be_read_does_not_stop_the_vault(root, watch, tmp_path, monkeypatch):
    import ctypes

    from watchdog.observers import inotify_c

    real = inotify_c.inotify_add_watch

    def refusing(handle: int, path: bytes, mask: int) -> int:
        ctypes.set_errno(errno.EACCES)
        return -1 if b"locked" in path else real(handle, path, mask)

    monkeypatch.setattr(inotify_c, "inotify_add_watch", refusing)
    (tmp_path / "locked").mkdir()
    vault = watch(root, links=[("Lié", tmp_path / "locked")])
    assert (vault.watcher.kind, vault.watcher.alive) == ("inotify", True)
    (root / "Note.md").write_text("two")
    assert vault.seen() == {"Note.md"}


def test_a_linked_file_is_followed_too(root, watch, tmp_path):
    far = tmp_path / "Far.md"
    far.write_text("x")
    (root / "Near.md").symlink_to(far)
    vault = watch(root, links=[("Near.md", far)])
    far.write_text("y")
    until(lambda: vault.told.looks)


def test_of_a_flood_nothing_is_lost_while_python_is_busy(vault):
    """3,000 notes are written by another process while this thread does not rest."""
    code = "import pathlib, sys\nfor n in range(3000): pathlib.Path(sys.argv[1], f'{n}.md').write_text('x')"
    writing = subprocess.Popen([sys.executable, "-c", code, vault.root / "Notes"])
    end = time.monotonic() + 60
    while len(set(vault.told.paths)) < 3000 and not vault.told.looks and time.monotonic() < end:
        sum(range(10_000))
    assert writing.wait() == 0
    assert vault.told.looks or set(vault.told.paths) == {f"Notes/{number}.md" for number in range(3000)}


TURMOIL = """
import pathlib, random, shutil, sys, time
root, dice, names = pathlib.Path(sys.argv[1]), random.Random(int(sys.argv[2])), ["a", "b", "c", ".h"]
def folder():
    return root.joinpath(*(dice.choice(names) for _ in range(dice.randrange(1, 4))))
def note():
    return dice.choice((root, folder())) / f"{dice.choice('xyz')}.md"
def write():
    path = note()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(dice.random()))
def replace():
    path = note()
    path.with_name(".t").write_text(str(dice.random()))
    path.with_name(".t").replace(path)
acts = [write] * 6 + [replace] * 3 + [
    lambda: note().rename(note()), lambda: note().unlink(), lambda: folder().rename(folder()),
    lambda: shutil.rmtree(folder()), lambda: folder().rename(root.parent / "away"),
    lambda: (root.parent / "away").rename(folder()), lambda: time.sleep(dice.random() / 200),
]
for _ in range(1500):
    try:
        dice.choice(acts)()
    except (OSError, shutil.Error):
        pass
"""


class Mirror:
    """Knows of a vault only what it read where it was told to look."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts: dict[str, str] = {}
        self.todo: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def noticed(self, path: str) -> None:
        self.todo.put(path)

    def overlooked(self, reason: Message | None) -> None:
        self.todo.put(None)

    def look(self) -> None:
        """Read what was told of since the last look."""
        with suppress(queue.Empty):
            while True:
                path = self.todo.get_nowait()
                if path is None:
                    self.texts = texts_of(self.root)
                else:
                    self.texts.pop(path, None)
                    with suppress(OSError):
                        self.texts[path] = (self.root / path).read_text()


def texts_of(root: Path) -> dict[str, str]:
    found = {}
    for entry in scan(root).files:
        with suppress(OSError):
            found[entry.path] = Path(entry.real).read_text()
    return found


@pytest.mark.parametrize("seed", range(3))
def test_who_looks_only_where_told_knows_the_vault_after_any_turmoil(root, seed):
    """Another process writes, renames and deletes notes and whole folders, hidden and not, at random."""
    mirror = Mirror(root)
    made = Watcher(root, mirror)
    made.start()
    try:
        mirror.texts = texts_of(root)
        stirring = subprocess.Popen([sys.executable, "-c", TURMOIL, root, str(seed)])
        while stirring.poll() is None:
            mirror.look()
            time.sleep(0.001)
        assert stirring.returncode == 0
        (root / MARK).write_text("x")
        until(lambda: mirror.look() or MARK in mirror.texts)
        until(lambda: mirror.look() or mirror.texts == texts_of(root), 10)
    finally:
        made.stop()


def _inotify(vault: Watched):
    return vault.watcher._observer.inotify


@linux
def test_an_overflow_of_the_kernel_is_told(vault, monkeypatch, capfd):
    """The reader of the kernel's queue is held until more happened than the queue holds."""
    held, full = threading.Event(), threading.Event()
    read = _inotify(vault).read_events

    def slowly(**options):
        events = read(**options)
        held.set()
        full.wait(60)
        return events

    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip("the queue of this kernel is too long to be filled in a test")
    monkeypatch.setattr(_inotify(vault), "read_events", slowly)
    (vault.root / "Note.md").write_text("wakes the reader out of the old method")
    (vault.root / "Note.md").write_text("two")
    until(lambda: (vault.root / "Note.md").write_text("more") and held.is_set())
    one, other = vault.root / "one.md", vault.root / "other.md"
    one.write_text("x")
    for _ in range(limit // 4 + 100):  # equal events that follow each other would be one
        one.rename(other)
        other.rename(one)
    (vault.root / "Notes" / "New").mkdir()  # and this is lost
    full.set()
    until(lambda: "too many changes" in vault.told.said())
    assert vault.watcher.alive
    vault.seen()
    (vault.root / "Notes" / "New" / "Late.md").write_text("x")
    assert "Notes/New/Late.md" in vault.seen()
    assert capfd.readouterr().err == ""


@linux
def test_what_watchdog_complains_of_is_heard_and_not_printed(vault, capfd):
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; events were lost")
    until(lambda: "too many changes" in vault.told.said())
    vault.told.clear()
    logging.getLogger("watchdog.observers.inotify").error("anything else")
    until(lambda: vault.told.looks == [None])
    assert capfd.readouterr().err == ""


@linux
@pytest.mark.parametrize(
    ("code", "where", "limit"),
    [(errno.ENOSPC, "inotify_add_watch", "max_user_watches"), (errno.EMFILE, "inotify_init", "max_user_instances")],
)  # fmt: skip
def test_a_system_that_watches_no_more_is_polled_and_says_what_helps(
    root, watch, monkeypatch, code, where, limit
):
    import ctypes

    from watchdog.observers import inotify_c

    real, calls = getattr(inotify_c, where), []

    def full(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) < 2 and where == "inotify_add_watch":
            return real(*arguments)
        ctypes.set_errno(code)
        return -1

    monkeypatch.setattr(inotify_c, where, full)
    vault = watch(root, poll_seconds=0.1)
    assert vault.watcher.kind == "polling"
    assert vault.watcher.alive
    assert f"sudo sysctl fs.inotify.{limit}=" in vault.watcher.degraded.en
    assert f"sudo sysctl fs.inotify.{limit}=" in vault.watcher.degraded.fr
    until(lambda: len(vault.told.looks) > 2)
    vault.watcher.check()
    assert vault.watcher.kind == "polling"
    monkeypatch.setattr(inotify_c, where, real)
    monkeypatch.setattr(watcher, "_RETRY_SECONDS", 0.0)
    vault.watcher.check()
    assert (vault.watcher.kind, vault.watcher.degraded) == ("inotify", None)
    (root / "Note.md").write_text("two")
    assert vault.seen() == {"Note.md"}


@linux
def test_a_limit_that_is_reached_later_is_told_at_once(vault, monkeypatch):
    import ctypes

    from watchdog.observers import inotify_c

    def full(*_: object) -> int:
        ctypes.set_errno(errno.ENOSPC)
        return -1

    monkeypatch.setattr(inotify_c, "inotify_add_watch", full)
    (vault.root / "One folder more").mkdir()
    until(lambda: "max_user_watches" in vault.told.said())
    vault.watcher.check()
    assert vault.watcher.kind == "polling"


@linux
def test_a_folder_that_may_not_be_read_does_not_stop_the_others(root, watch, monkeypatch):
    import ctypes

    from watchdog.observers import inotify_c

    real = inotify_c.inotify_add_watch

    def refusing(handle: int, path: bytes, mask: int) -> int:
        if b"locked" in path:
            ctypes.set_errno(errno.EACCES)
            return -1
        return real(handle, path, mask)

    monkeypatch.setattr(inotify_c, "inotify_add_watch", refusing)
    for name in ("locked 1", "locked 2"):
        (root / name).mkdir()
    vault = watch(root)
    assert vault.watcher.kind == "inotify"
    (root / "Notes" / "Inner.md").write_text("two")
    assert vault.seen() == {"Notes/Inner.md"}


def test_a_shared_disk_is_polled_too_and_says_why(root, watch, monkeypatch):
    monkeypatch.setattr(watcher, "shared_file_system", lambda real: "nfs4")
    vault = watch(root, poll_seconds=0.1)
    assert vault.watcher.kind == "polling"
    assert "shared disk (nfs4)" in vault.watcher.degraded.en
    until(lambda: len(vault.told.looks) > 2)
    (root / "Note.md").write_text("what this machine changes is still seen at once")
    assert vault.seen() == {"Note.md"}


def test_polling_costs_at_most_half_a_percent(root, watch, monkeypatch):
    monkeypatch.setattr(watcher, "shared_file_system", lambda real: "cifs")
    vault = watch(root, poll_seconds=5.0)
    assert vault.watcher.poll_every == 5.0
    vault.watcher.polled(0.075)
    assert vault.watcher.poll_every == pytest.approx(15.0)
    vault.watcher.polled(0.001)
    assert vault.watcher.poll_every == 5.0


def test_a_native_watcher_does_not_poll_whatever_a_look_cost(vault):
    vault.watcher.polled(3.0)
    assert vault.watcher.poll_every is None


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ([("/", "ext4")], "ext4"),
        ([("/", "ext4"), ("/home", "btrfs"), ("/home/a/vault", "nfs4")], "nfs4"),
        ([("/", "ext4"), ("/home/a/va", "nfs4")], "ext4"),
        ([("/", "ext4"), ("/home/a/vault", "autofs"), ("/home/a/vault", "cifs")], "cifs"),
        ([], ""),
    ],
)
@linux
def test_the_deepest_mount_tells_the_file_system(mounts, kind):
    assert filesystems.file_system_of("/home/a/vault", mounts) == kind


@linux
@pytest.mark.parametrize(
    ("kind", "shared"),
    [
        *((kind, True) for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "vboxsf", "drvfs", "virtiofs", "fuse.sshfs", "fuse.rclone", "fuse")),
        *((kind, False) for kind in ("ext4", "btrfs", "xfs", "tmpfs", "overlay", "zfs", "fuseblk", "fuse.gocryptfs", "ntfs3", "")),
    ],
)  # fmt: skip
def test_disks_that_others_change_unseen_are_known(monkeypatch, kind, shared):
    import psutil

    mount = type("Mount", (), {"mountpoint": "/", "fstype": kind})
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [mount])
    assert filesystems.shared_file_system("/home/a/vault") == (kind if shared else None)


@linux
def test_a_shared_disk_in_a_folder_of_the_vault_counts_as_well(monkeypatch):
    import psutil

    mounts = [("/", "ext4"), ("/home/a/vault/Team", "nfs4"), ("/mnt", "cifs")]
    found = [type("Mount", (), {"mountpoint": point, "fstype": kind}) for point, kind in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: found)
    assert filesystems.shared_file_system("/home/a/vault") == "nfs4"
    assert filesystems.shared_file_system("/home/a/vault/Notes") is None


def test_a_root_that_went_and_came_back_is_watched_again(vault, tmp_path):
    vault.root.rename(tmp_path / "away")
    vault.watcher.check()
    until(lambda: "is gone" in vault.told.said())
    assert (vault.watcher.kind, vault.watcher.alive) == ("none", False)
    assert "is gone" in vault.watcher.degraded.en
    vault.told.clear()
    vault.watcher.check()
    (tmp_path / "away").rename(vault.root)
    vault.watcher.check()
    until(lambda: "is back" in vault.told.said())
    assert vault.watcher.alive
    assert vault.watcher.degraded is None
    (vault.root / "Note.md").write_text("two")
    assert vault.seen() == {"Note.md"}


def test_a_root_that_was_deleted_and_made_anew_is_watched_again(vault):
    shutil.rmtree(vault.root)
    vault.root.mkdir()

    def told() -> bool:
        vault.watcher.check()
        (vault.root / "Note.md").write_text("two")
        return "Note.md" in vault.told.paths

    vault.told.clear()
    until(told)


def test_another_folder_in_the_place_of_the_root_is_watched(vault, tmp_path):
    (tmp_path / "other").mkdir()
    vault.root.rename(tmp_path / "away")
    (tmp_path / "other").rename(vault.root)
    vault.watcher.check()
    until(lambda: "another folder" in vault.told.said())
    (tmp_path / "away" / "Note.md").write_text("two")
    assert vault.seen() == set()


def test_a_root_that_is_not_there_yet_is_waited_for(root, watch):
    vault = watch(root / "later")
    assert vault.watcher.kind == "none"
    (root / "later").mkdir()
    vault.watcher.check()
    until(lambda: "is back" in vault.told.said())
    (root / "later" / "Note.md").write_text("x")
    assert vault.seen() == {"Note.md"}


@linux
def test_a_thread_that_died_is_replaced(vault, monkeypatch):
    def broken(event: object) -> None:
        raise RuntimeError("any fault")

    monkeypatch.setattr(_inotify(vault), "handle_event", broken)
    (vault.root / "Note.md").write_text("two")
    until(lambda: not vault.watcher.alive)
    vault.watcher.check()
    until(lambda: "had stopped" in vault.told.said())
    assert vault.watcher.alive
    (vault.root / "Note.md").write_text("three")
    assert "Note.md" in vault.seen()


def test_a_check_of_a_sound_watcher_does_nothing(vault):
    observer = vault.watcher._observer
    for _ in range(3):
        vault.watcher.check()
    assert vault.watcher._observer is observer
    assert vault.seen() == set()
    assert vault.told.looks == []


def test_stopping_twice_or_before_the_start_is_no_error(root):
    never = Watcher(root, Told())
    never.stop()
    never.check()
    once = Watcher(root, Told())
    once.start()
    once.stop()
    once.stop()
    once.check()
    assert not once.alive


def test_after_stop_nothing_is_told_even_in_the_middle_of_a_flood(root):
    told = Told()
    made = Watcher(root, told)
    made.start()
    for number in range(500):
        (root / f"{number}.md").write_text("x")
    made.stop()
    before = len(told.paths)
    (root / "Note.md").write_text("two")
    assert len(told.paths) == before


@linux
def test_open_files_do_not_grow_with_restarts(vault, tmp_path):
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = handles()
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        vault.watcher.follow([("Lié", tmp_path / str(number))])
    assert handles() <= before + 1


def test_the_command_line_starts_without_watchdog():
    code = "import sys, vaultkit.shell.cli; sys.exit('watchdog' in sys.modules or 'psutil' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@linux
def test_a_vault_on_a_disk_in_memory_is_watched(watch):
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        pytest.skip("no disk in memory that may be written")
    root = memory / f"vaultkit-{os.getpid()}"
    root.mkdir()
    try:
        vault = watch(root)
        assert vault.watcher.kind == "inotify"
        (root / "Note.md").write_text("x")
        assert vault.seen() == {"Note.md"}
        vault.watcher.stop()
    finally:
        shutil.rmtree(root)


IN_A_MOUNT = """
    import pathlib, sys, time
    from vaultkit.shell.daemon.watcher import Watcher
    class Told:
        paths, looks = set(), []
        def noticed(self, path): self.paths.add(path)
        def overlooked(self, reason): self.looks.append(reason)
    root, told = pathlib.Path(sys.argv[1]), Told()
    watcher = Watcher(root, told)
    watcher.start()
    assert (watcher.kind, watcher.degraded) == ("inotify", None)
    def expect(*wanted):
        end = time.monotonic() + 30
        while not told.paths.issuperset(wanted) and time.monotonic() < end: time.sleep(0.01)
        assert told.paths == set(wanted), told.paths
    (root / "Note.md").write_text("two")
    (root / "Notes" / ".t").write_text("two")
    (root / "Notes" / ".t").rename(root / "Notes" / "Inner.md")
    expect("Note.md", "Notes/Inner.md")
    if len(sys.argv) > 2:
        import subprocess
        subprocess.run(["umount", "-l", root], check=True)
        watcher.check()
        assert "another folder" in watcher._teller._looks[0].en or told.looks, told.looks
        told.paths.clear()
        (root / "Below.md").write_text("x")
        expect("Below.md")
    watcher.stop()
"""


@linux
@pytest.mark.parametrize("how", ["bind", "overlay", "tmpfs"])
def test_a_mounted_vault_is_watched_and_so_is_what_lies_below_when_it_goes(root, tmp_path, how):
    point, upper, work = tmp_path / "point", tmp_path / "upper", tmp_path / "work"
    for folder in (point, upper, work):
        folder.mkdir()
    mount = {
        "bind": f"mount --bind '{root}' '{point}'",
        "overlay": f"mount -t overlay overlay -o 'lowerdir={root},upperdir={upper},workdir={work}' '{point}'",
        "tmpfs": f"mount -t tmpfs tmpfs '{point}' && mkdir '{point}/Notes'",
    }[how]
    unshare = shutil.which("unshare")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    inside = [unshare or "unshare", *user, "--mount", "sh", "-c"]
    if unshare is None or subprocess.run([*inside, mount], capture_output=True, check=False).returncode:
        pytest.skip(f"this machine lets nobody mount ({how})")
    run = f"{mount} && exec '{sys.executable}' -c \"$CODE\" '{point}' umount"
    done = subprocess.run(
        [*inside, run], env=os.environ | {"CODE": textwrap.dedent(IN_A_MOUNT)}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
