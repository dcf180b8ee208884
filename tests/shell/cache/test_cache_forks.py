"""Notes parsed in forks are those parsed here, whatever becomes of the forks; and nothing of them is left."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.shell.cache.cache_desk import (
    NOTES,
    all_of,
    assert_same,
    count,
    ended,
    make,
    uncached,
    vaultkit,
    warm,
)
from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import NotPackable, PackedNote
from vaultkit.shell import forks, loading
from vaultkit.shell.forks import ForkFailed, forked
from vaultkit.shell.later import finish
from vaultkit.shell.opening import Reading
from vaultkit.shell.session import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux works in forks")

MANY = NOTES | {f"Note {n}.md": f"# N {n}\n\n[[Divers]] #t{n} Clé:: {n}\n".encode() for n in range(150)}


def descriptors() -> set[str]:
    """Return which pipes are open."""
    files = (file for file in Path("/proc/self/fd").iterdir() if file.is_symlink())
    return {file.name for file in files if re.search("pipe:", str(file.readlink()))}


def children() -> list[str]:
    me = os.getpid()
    return Path(f"/proc/{me}/task/{me}/children").read_text().split()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "coffre", MANY)


@pytest.fixture
def three(monkeypatch):
    """Work in three forks, few notes at a time; say afterwards that nothing is left of them."""
    monkeypatch.setattr(loading, "forks", lambda items: 3 if items else 1)
    monkeypatch.setattr(loading, "_PIECE", 10)
    before, alive = descriptors(), children()
    yield
    assert children() == alive
    assert descriptors() == before


def test_forks_read_what_is_read_here(root, three, monkeypatch):
    with monkeypatch.context() as serial:
        serial.setattr(loading, "forks", lambda items: 1)
        expected = all_of(uncached(root))
    assert all_of(uncached(root)) == expected
    assert all_of(warm(root)) == expected
    assert count(root) == len({data for path, data in MANY.items() if path.endswith(".md")})
    assert_same(root)


def test_a_note_that_no_bytes_can_hold_does_not_stop_the_forks(root, three, monkeypatch):
    expected = all_of(uncached(root))
    packed = loading.pack

    def pack(note: Note) -> PackedNote:
        if note.category == "domaine":
            raise NotPackable
        return packed(note)

    monkeypatch.setattr(loading, "pack", pack)
    monkeypatch.setattr(loading, "ForkFailed", ())  # which then would be an error
    assert all_of(warm(root)) == expected
    assert_same(root)


def killed(_path: str, *_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def raising(_path: str, *_: object) -> None:
    raise ValueError("no")


@pytest.mark.parametrize("fault", [killed, raising])
@pytest.mark.parametrize("at", ["Note 0.md", "Note 99.md"])
def test_what_a_fork_did_not_say_is_read_here(root, three, monkeypatch, fault, at):
    with monkeypatch.context() as serial:
        serial.setattr(loading, "forks", lambda items: 1)
        expected = all_of(uncached(root))
    parent, parse = os.getpid(), loading.parse_note

    def parsed(path: str, *said: object):
        if path == at and os.getpid() != parent:
            fault(path)
        return parse(path, *said)

    monkeypatch.setattr(loading, "parse_note", parsed)
    assert all_of(uncached(root)) == expected
    assert all_of(warm(root)) == expected
    assert_same(root)


@pytest.mark.parametrize("name", ["fork", "pipe"])
@pytest.mark.parametrize("which", [1, 2])
def test_where_there_can_be_no_more_forks_the_work_is_done_here(root, three, monkeypatch, name, which):
    real, calls = getattr(os, name), []

    def failing():
        calls.append(1)
        if len(calls) == which:
            raise OSError(errno.EAGAIN, "no more")
        return real()

    expected = all_of(uncached(root))
    monkeypatch.setattr(forks.os, name, failing)
    assert all_of(warm(root)) == expected
    assert len(calls) == which


def test_a_failed_fork_leaves_no_descriptor_open(monkeypatch):
    before = descriptors()

    def failing():
        raise OSError(errno.EAGAIN, "no more")

    monkeypatch.setattr(forks.os, "fork", failing)
    for _ in range(5):
        with pytest.raises(ForkFailed), forked(2, range(9), 3, bytes):
            pass
    assert descriptors() == before


def test_forks_do_not_outlive_who_stops_listening(monkeypatch):
    before, alive = descriptors(), children()

    with forked(3, range(1000), 1, lambda some: b"x" * 1_000_000) as at_work:
        next(at_work.messages())
    assert (descriptors(), children()) == (before, alive)


def test_messages_of_any_size_arrive_whole():
    sizes = [0, 1, 3, 4, 65_535, 65_536, 3_000_000, *range(500)]
    with forked(3, sizes, 1, lambda some: b"x" * some[0]) as at_work:
        assert sorted(map(len, at_work.messages())) == sorted(sizes)


@pytest.mark.parametrize(("count", "size"), [(300, 1), (301, 7), (3, 10), (2500, 1)])
def test_each_piece_is_taken_once_by_whoever_is_free(tmp_path, count, size):
    def work(numbers: Sequence[int]) -> bytes:
        if 0 in numbers:  # the other fork does all the rest
            while len(list(tmp_path.iterdir())) < count - len(numbers):
                time.sleep(0.001)
        for number in numbers:
            (tmp_path / str(number)).touch(exist_ok=False)
        return b" ".join(str(number).encode() for number in numbers)

    with forked(2, range(count), size, work) as at_work:
        said = [number for message in at_work.messages() for number in message.split()]
    assert sorted(map(int, said)) == list(range(count))


@pytest.mark.parametrize(("most", "waits"), [(0, True), (2_000_000, True), (9_000_000, False)])
def test_a_fork_goes_on_while_nobody_listens_until_it_holds_enough(tmp_path, most, waits):
    done = tmp_path / "done"
    said = [b"x" * 1_500_000, b"y" * 1_500_000, b"z" * 1_500_000, b"last"]

    def work(words: Sequence[bytes]) -> bytes:
        if words[0] == said[-1]:
            done.touch()
        return words[0]

    started = forks.Forks(1, said, 1, work, most)
    try:
        deadline = time.monotonic() + (0.3 if waits else 60)
        while not done.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert done.exists() != waits
        assert list(started.messages()) == said
        assert done.exists()
    finally:
        started.stop()


def test_a_fork_that_ends_within_a_message_is_noticed(monkeypatch):
    def cut(self, data):
        os.write(self._pipe, data[:-1])
        os._exit(0)

    monkeypatch.setattr(forks._Outgoing, "send", cut)
    with pytest.raises(ForkFailed), forked(1, range(2), 1, bytes) as at_work:
        list(at_work.messages())


def test_who_has_the_system_clear_forks_away_reads_all_the_same(root):
    script = (
        "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "import vaultkit.shell.loading as l; l.forks = lambda items: 2"
    )
    plain = ended(vaultkit(root, "check", "--format", "json", VAULTKIT_NO_CACHE="1"))
    assert ended(vaultkit(root, "check", "--format", "json", script=script)) == plain


def test_a_killed_command_takes_its_forks_along(root):
    script = (
        "import vaultkit.shell.loading as l, os, time\n"
        "l.forks = lambda items: 2; l._SOME = 5\n"
        "parse = l.parse_note\n"
        "def slow(path, *said):\n"
        "    print('.', flush=True); time.sleep(0.02)\n"
        "    return parse(path, *said)\n"
        "l.parse_note = slow"
    )
    process = vaultkit(root, "check", script=script)
    assert process.stdout
    process.stdout.readline()
    process.kill()
    process.stdout.read()  # ends once no fork holds the other end
    process.communicate(timeout=60)


def test_threads_and_few_notes_are_no_case_for_forks(monkeypatch):
    assert forks.forks(forks.WORTH - 1) == 1
    assert 1 <= forks.forks(10**6) <= len(os.sched_getaffinity(0))
    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert forks.forks(10**6) == 1


def test_a_fork_asks_the_store_by_a_connection_of_its_own(root):
    warm(root)
    session = Session.open(root)
    note = session.index.notes["Note 7.md"]
    expected = repr(uncached(root).index.notes["Note 7.md"].body())

    def work(_: Sequence[int]) -> bytes:
        return repr(note.for_once().body()).encode()

    with forked(2, range(2), 1, work) as at_work:
        assert set(at_work.messages()) == {expected.encode()}
    assert repr(note.body()) == expected
    finish()
    assert_same(root)


def test_who_rebuilds_loads_what_comes_next_while_forks_read(root, three, monkeypatch):
    from vaultkit.shell.commands import rebuilding

    called: list[str] = []
    monkeypatch.setattr(rebuilding, "import_module", called.append)
    Session.open(root, how=Reading(meanwhile=rebuilding._load_rooms))
    assert called == list(rebuilding.ROOMS)
    assert all(importlib.util.find_spec(room) for room in called)
