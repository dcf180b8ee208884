"""A cache that is broken, locked, full, away or shared costs time and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shell.cache.cache_desk import (
    NOTES,
    all_of,
    assert_same,
    count,
    ended,
    file_of,
    lines,
    make,
    uncached,
    vaultkit,
    warm,
)
from vaultkit.shell.cache.store import Content, Store
from vaultkit.shell.later import finish
from vaultkit.shell.session import Session

CHECK = ("check", "--format", "json")
#: So many of the notes, by their texts, can be kept.
KEPT = len({data for path, data in NOTES.items() if path.endswith(".md")})


@pytest.fixture
def plain(root: Path) -> tuple[int, str, str]:
    """What a command says that knows of no cache."""
    return ended(vaultkit(root, *CHECK, VAULTKIT_NO_CACHE="1"))


def content(number: int) -> Content:
    digest, oid = number.to_bytes(32, "big"), number.to_bytes(20, "big")
    return Content(digest, oid, b"facts", b"front", b"body", b"linkage")


# What is broken


def test_any_byte_may_be_wrong(root):
    expected, file, chance = lines(uncached(root)), file_of(root), random.Random(11)
    whole, anew, healed = file.read_bytes(), 0, 0
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 1, 4])):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
        session = Session.open(root)
        assert lines(session) == expected
        healed += bool(session.store.lost)
        told = finish()
        anew += bool(told)
        session.store.close()
        again = Session.open(root)
        assert not finish() or not told  # it is told once
        again.store.close()
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
    assert anew
    assert healed


def test_any_byte_of_what_is_not_yet_in_the_file_may_be_wrong(root):
    chance = random.Random(12)
    expected, file = lines(uncached(root)), file_of(root)
    file.unlink()
    warm(root)
    for note in root.rglob("*.md"):
        os.utime(note)
    time.sleep(0.05)
    keeping = Session.open(root)
    finish()
    log = file.with_name(file.name + "-wal")
    whole, written = file.read_bytes(), log.read_bytes()
    keeping.store.close()
    assert len(written) > 1000
    for _ in range(60):
        data = bytearray(written)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(whole)
        log.write_bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        session = Session.open(root)
        assert lines(session) == expected
        finish()
        session.store.close()


def test_the_file_may_end_anywhere(root):
    expected, file, chance = lines(uncached(root)), file_of(root), random.Random(13)
    whole = file.read_bytes()
    for length in (
        0,
        1,
        15,
        16,
        99,
        100,
        1023,
        1024,
        4095,
        4096,
        *(chance.randrange(len(whole)) for _ in range(40)),
    ):
        file.write_bytes(whole[:length])
        session = Session.open(root)
        assert lines(session) == expected
        finish()
        session.store.close()
    warm(root)
    assert count(root) == KEPT
    assert_same(root)


def test_after_it_was_begun_anew_all_is_kept_again(root):
    file = file_of(root)
    file.write_bytes(b"no database at all" * 100)
    session = Session.open(root)
    assert session.store.notice
    finish()
    warm(root).store.close()
    assert count(root) == KEPT
    assert Session.open(root).store.notice is None
    finish()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM front",
        "DELETE FROM body WHERE id % 2",
        "UPDATE front SET data = x'00'",
        "UPDATE front SET data = (SELECT data FROM front WHERE id = 1)",
        "UPDATE body SET data = 'text'",
        "UPDATE note SET facts = (SELECT facts FROM note WHERE id = 1)",
        "UPDATE note SET digest = CAST(digest AS TEXT)",
        "UPDATE note SET oid = id",
        "UPDATE note SET id = id + 1000",
        "UPDATE note SET id = 9223372036854775807 - id",
        "DELETE FROM note",
        "DELETE FROM state",
        "UPDATE state SET data = 7",
        "DROP TABLE front",
        "DROP TABLE note",
        "ALTER TABLE front RENAME COLUMN data TO other",
        "ALTER TABLE note RENAME COLUMN facts TO other",
        "DROP TABLE state; CREATE TABLE state (name TEXT)",
    ],
)
def test_whatever_was_done_to_the_tables_is_mended(root, harm):
    expected = all_of(uncached(root))
    db = sqlite3.connect(file_of(root))
    db.executescript(harm)
    db.close()
    for _ in range(4):
        session = Session.open(root)
        assert all_of(session) == expected
        finish()
        session.store.close()
    assert count(root) == count(root, "body") == KEPT
    assert count(root, "note") in (KEPT, 0)  # it is asked only about what is not in the state
    os.utime(root / "Divers.md")
    for _ in range(3):
        assert_same(root)
    session = Session.open(root)
    assert lines(session) == lines(uncached(root))
    assert not session.store.lost
    assert session.store.notice is None


def test_the_name_in_git_of_one_text_is_not_taken_for_another(tmp_path):
    store = Store(tmp_path / "cache.sqlite")
    store.keep([content(1), content(2)], lambda _: {})
    assert [*store.known("oid", [content(1).oid])] == [content(1).oid]
    db = sqlite3.connect(tmp_path / "cache.sqlite")
    db.execute("UPDATE note SET oid = ? WHERE id = 2", (b"x" * 20,))
    db.commit()
    db.close()
    assert store.known("oid", [b"x" * 20]) == {}
    store.close()


# What cannot be used


def without_rights(*arguments: str) -> list[str]:
    """Return a command that is bound by the rights of files, even where root runs the tests."""
    if os.geteuid():
        return list(arguments)
    if not shutil.which("setpriv"):
        pytest.skip("root is bound by no rights here")
    rights = "--bounding-set=-dac_override,-dac_read_search"
    return ["setpriv", rights, "--inh-caps=-dac_override,-dac_read_search", *arguments]


def check_without_rights(root: Path) -> tuple[int, str, str]:
    command = without_rights(sys.executable, "-m", "vaultkit", "--vault", str(root), *CHECK)
    env = os.environ | {"LC_ALL": "en_US.UTF-8", "NO_COLOR": "1"}
    done = subprocess.run(command, env=env, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such rights")
@pytest.mark.parametrize(("folder", "file"), [(0o000, 0o600), (0o500, 0o600), (0o500, 0o400), (0o700, 0o000)])
def test_rights_that_are_missing_do_not_matter(root, plain, folder, file):
    (root / "Divers.md").write_bytes(b"[[Pare-feu]] et [[Ailleurs]]")
    plain = ended(vaultkit(root, *CHECK, VAULTKIT_NO_CACHE="1"))
    cache = file_of(root)
    cache.chmod(file)
    cache.parent.chmod(folder)
    try:
        assert check_without_rights(root) == plain
    finally:
        cache.parent.chmod(0o700)
        cache.chmod(0o600)


def test_a_folder_in_the_place_of_the_file_does_not_matter(root, plain):
    file = file_of(root)
    file.unlink()
    (file / "inner").mkdir(parents=True)
    assert ended(vaultkit(root, *CHECK)) == plain
    assert (file / "inner").is_dir()


@pytest.mark.parametrize(
    "place", ["/dev/null", "/proc/nowhere", "/" + "x/" * 3000, "/" + "y" * 300, "a file"]
)
def test_a_place_that_cannot_be_made_does_not_matter(root, plain, tmp_path, place):
    if place == "a file":
        (tmp_path / "file").write_bytes(b"")
        place = str(tmp_path / "file")
    assert ended(vaultkit(root, *CHECK, XDG_CACHE_HOME=place)) == plain


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no files")
@pytest.mark.parametrize("limit", [0, 30_000])
def test_a_full_disk_does_not_matter(root, plain, tmp_path, limit):
    script = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    place = str(tmp_path / "elsewhere")
    for _ in range(2):
        assert ended(vaultkit(root, *CHECK, script=script, XDG_CACHE_HOME=place)) == plain
    assert ended(vaultkit(root, *CHECK, XDG_CACHE_HOME=place)) == plain


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root of Linux mounts a small disk"
)
def test_a_small_disk_does_not_matter(root, plain, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    for size in ("16k", "64k"):
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("this root may not mount")
        try:
            for _ in range(2):
                assert ended(vaultkit(root, *CHECK, XDG_CACHE_HOME=str(disk))) == plain
        finally:
            subprocess.run(["umount", disk], check=True)


def test_a_file_that_another_process_has_locked_is_waited_for_once(root, monkeypatch):
    waits: list[int] = []
    connect = sqlite3.connect

    def counted(*arguments: object, **named: object):
        waits.append(1)
        return connect(*arguments, **named)

    expected = all_of(uncached(root))
    lock = sqlite3.connect(file_of(root), isolation_level=None)
    lock.execute("PRAGMA locking_mode = EXCLUSIVE")
    lock.execute("BEGIN EXCLUSIVE")
    lock.execute("INSERT OR REPLACE INTO state VALUES ('x', x'00')")
    monkeypatch.setattr(sqlite3, "connect", counted)
    session = Session.open(root)
    assert all_of(session) == expected
    assert len(waits) <= 2
    finish()
    assert session.store.notice is None
    lock.execute("COMMIT")
    lock.close()
    assert_same(root)


def test_a_question_from_another_thread_harms_nothing(root):
    import threading

    session = Session.open(root)
    note = session.index.notes["Divers.md"]
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(repr(note.body())))
    thread.start()
    thread.join()
    assert found == [repr(uncached(root).index.notes["Divers.md"].body())]
    assert session.store.notice is None
    assert file_of(root).exists()
    finish()


# Several at once


@pytest.mark.parametrize("begun", [True, False])
def test_two_at_once_do_not_get_in_each_others_way(root, plain, begun):
    for round in range(2):
        if not begun:
            for left in file_of(root).parent.glob("*"):
                left.unlink()
        os.utime(root / "Divers.md", (round, round))
        (root / "Vide.md").write_bytes(b"\n" * round)
        for process in [vaultkit(root, *CHECK) for _ in range(2)]:
            assert ended(process) == plain
    assert_same(root)


KILLED_AT = """
import os, signal, vaultkit.shell.cache.store as s
def at(done, which=[0]):
    which[0] += 1
    if which[0] == {0}: os.kill(os.getpid(), signal.SIGKILL)
connect = s.sqlite3.connect
class Slow(s.sqlite3.Connection):
    def execute(self, *a):
        at(0); return super().execute(*a)
    def executemany(self, statement, rows):
        done = None
        for row in rows:
            at(0); done = super().executemany(statement, [row])
        return done
s.sqlite3.connect = lambda *a, **k: connect(*a, factory=Slow, **k)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signal")
def test_who_is_killed_while_keeping_leaves_nothing_wrong(root, plain):
    file, killed = file_of(root), 0
    for number, step in enumerate((1, 9, 20, 12, 40)):
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        if number % 2:
            warm(root).store.close()
            for path in NOTES:
                os.utime(root / path, (number, number))
            (root / "Divers.md").write_bytes(b"[[Pare-feu]] %d" % number)
        process = vaultkit(root, *CHECK, script=KILLED_AT.format(step))
        code, _, _ = ended(process)
        killed += code < 0
        assert_same(root)
    assert killed == 5


def test_who_begins_anew_does_not_disturb_who_reads(root):
    reading = Session.open(root)
    finish()
    file_of(root).write_bytes(b"broken" * 1000)
    other = Session.open(root)
    finish()
    assert lines(reading) == lines(other) == lines(uncached(root))
    reading.store.close()
    other.store.close()
    assert_same(root)


def test_thinning_out_leaves_what_is_used_and_no_more(tmp_path, monkeypatch):
    from vaultkit.shell.cache import store as module

    monkeypatch.setattr(module, "_LARGE", 0)
    root = make(tmp_path)
    for number in range(60):
        (root / "Divers.md").write_bytes(b"# %d" % number)
        warm(root)
    assert count(root) <= 3 * KEPT + 1
    assert_same(root)
    assert not warm(root).store.lost


def test_a_fork_keeps_nothing(tmp_path):
    store = Store(tmp_path / "cache.sqlite")
    store.keep([content(1)], lambda numbers: {"x": bytes([len(numbers)])})
    store._owner += 1
    store.keep([content(2)], lambda _: {"x": b"other"})
    store._owner -= 1
    assert store.state("x") == b"\x01"
    store.close()
