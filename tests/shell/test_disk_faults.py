"""Disks that are really full, read-only or gone: every note stays old or becomes new, and nothing is left over."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import vaultkit
from vaultkit.edits import Write
from vaultkit.errors import ExternallyChanged, Refused, VaultkitError
from vaultkit.shell import disk, swap
from vaultkit.shell.journal import Journal

REPOSITORY = Path(vaultkit.__file__).parents[1]
linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts and limits of Linux")


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def mounted(tmp_path):
    """Mount small disks in memory, where this user may."""
    places = []

    def mount(name, options, source="tmpfs"):
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        kind = ["--bind"] if source != "tmpfs" else ["-t", "tmpfs", "-o", options]
        done = subprocess.run(["mount", *kind, str(source), place], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this user may not mount a disk")
        places.append(place)
        return place

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", "-l", place], capture_output=True, check=False)


@pytest.fixture(params=["exchange", "rename"])
def way(request, monkeypatch):
    """Run with the system's exchange, and as where there is none."""
    if request.param == "rename":
        monkeypatch.setattr(swap, "_renamer", lambda: None)
    elif swap._renamer() is None:
        pytest.skip("no exchange on this system")


def rewrite(root, path, text, journal):
    return disk.apply(root, Write(path, text, disk.read(root, path).digest), journal)


def left_over(root):
    return [file.name for file in root.rglob("*") if file.name.startswith(".vk-")]


# A full disk


@linux
def test_on_a_full_disk_the_note_stays_and_can_be_written_once_there_is_room(mounted, state, way):
    root = mounted("vault", "size=64k")
    (root / "a.md").write_bytes(b"old\n" * 2000)
    (root / "filler").write_bytes(b"x" * 36_000)
    with Journal.open(root) as journal:
        with pytest.raises(Refused, match="the disk is full"):
            rewrite(root, "a.md", "new\n" * 8000, journal)
        with pytest.raises(Refused, match="the disk is full"):
            disk.apply(root, Write("sub/folder/b.md", "new\n" * 8000, None), journal)
        assert (root / "a.md").read_bytes() == b"old\n" * 2000
        assert sorted(file.name for file in root.iterdir()) == ["a.md", "filler"]
        assert journal.entries() == []
        (root / "filler").unlink()
        assert rewrite(root, "a.md", "new\n" * 8000, journal).written


@linux
def test_a_disk_without_a_single_free_inode_is_a_full_disk(mounted, state, way):
    root = mounted("vault", "size=1m,nr_inodes=3")
    (root / "a.md").write_text("old")
    (root / "b.md").write_text("old")
    with Journal.open(root) as journal:
        with pytest.raises(Refused, match="the disk is full"):
            rewrite(root, "a.md", "new", journal)
        assert journal.entries() == []
    assert (root / "a.md").read_text() == "old"
    assert left_over(root) == []


@linux
def test_where_the_journal_has_no_room_nothing_is_written(mounted, tmp_path, monkeypatch):
    place = mounted("state", "size=128k")
    monkeypatch.setenv("XDG_STATE_HOME", str(place))
    root = tmp_path / "vault"
    root.mkdir()
    (root / "a.md").write_text("old")
    with Journal.open(root) as journal:
        journal.begin("test")
        (place / "filler").write_bytes(b"x" * (shutil.disk_usage(place).free - 1))
        with pytest.raises(VaultkitError, match="could not have been undone"):
            rewrite(root, "a.md", os.urandom(60_000).hex(), journal)
        assert (root / "a.md").read_text() == "old"
        assert left_over(root) == []
        (place / "filler").unlink()
        assert rewrite(root, "a.md", "new", journal).written
        assert [entry.after for entry in journal.entries()] == [b"new"]


LIMITED = """
import resource, signal, sys
from pathlib import Path
from vaultkit.edits import Write
from vaultkit.errors import Refused
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal

root = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Journal.open(root) as journal:
    journal.begin("limit")
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    try:
        disk.apply(root, Write("a.md", "new " * 200_000, disk.read(root, "a.md").digest), journal)
    except Refused as error:
        print(error, journal.entries())
"""


@linux
def test_a_file_larger_than_the_limit_of_the_process_is_refused(tmp_path, state):
    root = tmp_path / "vault"
    root.mkdir()
    (root / "a.md").write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, root], cwd=REPOSITORY, capture_output=True, check=True
    )
    assert done.stdout.decode() == "'a.md' was not written: File too large []\n"
    assert (root / "a.md").read_text() == "old"
    assert left_over(root) == []


# What may not be written


@linux
def test_a_disk_that_turned_read_only_is_said_to_be_one(mounted, state, way):
    root = mounted("vault", "size=1m")
    (root / "a.md").write_text("old")
    with Journal.open(root) as journal:
        subprocess.run(["mount", "-o", "remount,ro", root], check=True)
        try:
            for write in (Write("a.md", "new", disk.digest_of(b"old")), Write("b.md", "new", None)):
                with pytest.raises(Refused, match="read-only"):
                    disk.apply(root, write, journal)
        finally:
            subprocess.run(["mount", "-o", "remount,rw", root], check=True)
        assert journal.entries() == []
        assert (root / "a.md").read_text() == "old"
        assert rewrite(root, "a.md", "new", journal).written
    assert [file.name for file in root.iterdir()] == ["a.md"]


AS_NOBODY = """
import os, sys
from pathlib import Path
from vaultkit.edits import Write
from vaultkit.errors import Refused
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal

root = Path(sys.argv[1])
if os.geteuid() == 0:
    warm, own = root.parent / "warm", os.environ["XDG_STATE_HOME"]  # once: later its own code may be out of reach
    warm.mkdir()
    os.environ["XDG_STATE_HOME"] = str(warm)
    with Journal.open(warm) as journal:
        disk.apply(warm, Write("a.md", "one", None), journal)
        disk.apply(warm, Write("a.md", "two", disk.digest_of(b"one")), journal)
    os.environ["XDG_STATE_HOME"] = own
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with Journal.open(root) as journal:
    for path, digest in (("locked.md", disk.digest_of(b"old")), ("closed/a.md", disk.digest_of(b"old")), ("closed/b.md", None)):
        try:
            disk.apply(root, Write(path, "new", digest), journal)
            print("written")
        except Refused as error:
            print(error)
    print(len(journal.entries()))
"""


@linux
def test_a_read_only_file_and_a_read_only_folder_are_refused_as_such(tmp_path_factory):
    place = tmp_path_factory.mktemp("nobody")
    root = place / "vault"
    (root / "closed").mkdir(parents=True)
    (root / "locked.md").write_text("old")
    (root / "closed/a.md").write_text("old")
    (place / "state").mkdir()
    if os.geteuid() == 0:
        for each in (root, root / "closed", root / "locked.md", root / "closed/a.md", place / "state"):
            os.chown(each, 65534, 65534)
        reachable = [
            folder for folder in place.parents if folder != Path("/") and not folder.stat().st_mode & 1
        ]
        if any(folder.name.startswith("pytest") for folder in reachable):
            for folder in reachable:
                folder.chmod(folder.stat().st_mode | 1)
        place.chmod(0o755)
    (root / "locked.md").chmod(0o444)
    (root / "closed").chmod(0o555)
    env = os.environ | {"XDG_STATE_HOME": str(place / "state"), "HOME": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, root], cwd=REPOSITORY, env=env, capture_output=True, check=False
    )
    (root / "closed").chmod(0o755)
    assert done.stdout.decode().splitlines() == [
        "'locked.md' was not written: it is read-only",
        "'closed/a.md' was not written: permission denied",
        "'closed/b.md' was not written: permission denied",
        "0",
    ], done.stderr.decode()
    assert {file.read_text() for file in root.rglob("*.md")} == {"old"}
    assert left_over(root) == []


# A folder that goes


def test_a_folder_removed_before_the_write_is_not_made_again(tmp_path, state, way):
    root = tmp_path / "vault"
    (root / "sub").mkdir(parents=True)
    (root / "sub/a.md").write_text("old")
    digest = disk.read(root, "sub/a.md").digest
    with Journal.open(root) as journal:
        shutil.rmtree(root / "sub")
        with pytest.raises(ExternallyChanged):
            disk.apply(root, Write("sub/a.md", "new", digest), journal)
        assert list(root.iterdir()) == []
        shutil.rmtree(root)
        with pytest.raises(ExternallyChanged):
            disk.apply(root, Write("sub/a.md", "new", digest), journal)
        assert not root.exists()
        assert journal.entries() == []


@pytest.mark.parametrize("step", ["temporary", "exchange", "overwrite"])
def test_a_folder_removed_in_the_middle_of_a_write_leaves_nothing(tmp_path, state, way, step, monkeypatch):
    root = tmp_path / "vault"
    (root / "sub").mkdir(parents=True)
    (root / "sub/a.md").write_text("old")
    real, taken = getattr(swap, step), []

    def goes(*arguments):
        if not taken:
            taken.append((root / "sub").rename(tmp_path / "away"))
        return real(*arguments)

    monkeypatch.setattr(swap, step, goes)
    with Journal.open(root) as journal:
        if step == "overwrite" and swap._renamer() is not None:
            pytest.skip("an exchange needs no such step")
        with pytest.raises(Refused):
            rewrite(root, "sub/a.md", "new", journal)
        assert journal.entries() == []
        assert list(root.iterdir()) == []
        assert (tmp_path / "away/a.md").read_text() == "old"
        (tmp_path / "away").rename(
            root / "sub"
        )  # and back: what is left over goes, and the note can be written
        assert disk.clean(root, journal, older_than=-1) in (
            [],
            [("sub/" + name, disk._LEFT_OVER) for name in left_over(root)],
        )
        assert rewrite(root, "sub/a.md", "new", journal).written


@linux
def test_a_disk_taken_out_and_put_back_loses_nothing(mounted, state):
    root = mounted("vault", "size=1m")
    (root / "a.md").write_text("old")
    digest = disk.digest_of(b"old")
    with Journal.open(root) as journal:
        subprocess.run(["umount", root], check=True)
        assert disk.scan(root).files == ()
        with pytest.raises(ExternallyChanged):
            disk.apply(root, Write("a.md", "new", digest), journal)
        assert list(root.iterdir()) == []
        assert journal.entries() == []


FILLER = """
import sys
from pathlib import Path
from vaultkit.edits import Write
from vaultkit.errors import Refused
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal

root, turn = Path(sys.argv[1]), 0
with Journal.open(root) as journal:
    journal.begin("fill")
    print("ready", flush=True)
    while True:
        turn += 1
        source = disk.read(root, "a.md")
        try:
            disk.apply(root, Write("a.md", f"{turn % 10}" * (8000 if turn % 2 else 40000), source.digest), journal)
        except Refused:
            disk.apply(root, Write("a.md", "s" * 8000, source.digest), journal)
"""


@linux
def test_killed_on_a_disk_that_keeps_filling_up_the_note_is_whole(mounted, state):
    root = mounted("vault", "size=64k")
    (root / "a.md").write_bytes(b"s" * 8000)
    for turn in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", FILLER, root], cwd=REPOSITORY, stdout=subprocess.PIPE
        ) as filler:
            filler.stdout.readline()
            try:
                filler.wait(0.05 + turn * 0.03)
            except subprocess.TimeoutExpired:
                filler.send_signal(signal.SIGKILL)
        text = (root / "a.md").read_text()
        assert len(text) in (8000, 40000)
        assert len(set(text)) == 1
        with Journal.open(root) as journal:
            assert disk.clean(root, journal, older_than=-1) == []
        assert left_over(root) == []
