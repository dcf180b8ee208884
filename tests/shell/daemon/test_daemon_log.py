"""The log: one line a batch, no forged line, no full disk, and never the end of the daemon."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from vaultkit.errors import VaultkitError
from vaultkit.shell.daemon.log import DaemonLog, FileSink, StreamSink
from vaultkit.shell.ports import BatchDone, Because, Wait
from vaultkit.text import Message


@dataclass
class Time:
    now: float = 1_800_000_000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now


@dataclass
class Lines:
    """A sink that keeps what it is given."""

    lines: list[str] = field(default_factory=list)

    def write(self, line: str, severity: str) -> None:
        self.lines.append(line)


@pytest.fixture
def time():
    return Time()


def log_of(time, language="en", form="text"):
    sink = Lines()
    return DaemonLog([sink], time, language, form), sink.lines


def batch(time, read=0, written=(), refused=()):
    return BatchDone(time.now, read, written, refused, 0.1234)


WRITTEN = (("Synthèse.md", ("recap", "liens")),)
FULL = (("Synthèse.md", Message("disque plein", "the disk is full")),)
WAIT = Wait("Accès.md", Because.TYPED, 12.0)


def test_a_batch_is_one_line(time):
    log, lines = log_of(time)
    log.batch(batch(time, 3, WRITTEN, FULL), [WAIT])
    [line] = lines
    assert line[20:] == (
        "⚠ read 3 files; wrote: Synthèse.md (recap, liens); not written: Synthèse.md (the disk is full); "
        "waiting: 1; 0.12 s"
    )


def test_a_batch_in_french(time):
    log, lines = log_of(time, "fr")
    log.batch(batch(time, 4200, WRITTEN), [])
    [line] = lines
    assert line[20:] == "4\u202f200 fichiers lus\u00a0; écrit\u00a0: Synthèse.md (recap, liens)\u00a0; 0,12 s"


def test_a_batch_as_json_is_one_object_with_its_time_and_offset(time):
    log, lines = log_of(time, form="json")
    log.batch(batch(time, 3, WRITTEN, FULL), [WAIT])
    log.tell(Message("prêt", "ready"))
    first, second = map(json.loads, lines)
    stamp = datetime.fromisoformat(first.pop("time"))
    assert (stamp.timestamp(), stamp.tzinfo is not None) == (time.now, True)
    assert first == {
        "severity": "warning",
        "event": "batch",
        "read": 3,
        "written": [{"path": "Synthèse.md", "regions": ["recap", "liens"]}],
        "refused": [{"path": "Synthèse.md", "message": "the disk is full"}],
        "waiting": 1,
        "seconds": 0.123,
    }
    assert (second["event"], second["severity"], second["message"]) == ("message", "info", "ready")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("char", ["\n", "\r", "\x1b[2J", "\x9b2J", "\u2028", "\u202e", "\x7f", "\x00"])
def test_a_name_can_neither_forge_a_line_nor_steer_a_terminal(time, form, char):
    log, lines = log_of(time, form=form)
    path = f"a{char}2027-01-01 forged.md"
    log.batch(batch(time, 1, ((path, ()),), ((path, Message(path, path)),)), [])
    log.tell(Message(path, path), "error")
    assert not any(char[0] in line for line in lines)
    if form == "json":
        assert json.loads(lines[0])["written"][0]["path"] == path


def test_a_name_that_is_not_utf8_is_no_fault(time, tmp_path):
    for form in ("text", "json"):
        sink = FileSink(tmp_path / form)
        DaemonLog([sink], time, "fr", form).batch(batch(time, 1, (("caf\udce9.md", ()),)), [])
        assert "caf\\udce9" in (tmp_path / form).read_text()
        sink.close()


def test_many_notes_do_not_make_an_endless_line(time):
    log, lines = log_of(time)
    log.batch(batch(time, 1, tuple((f"note {i}.md", ()) for i in range(1000))), [])
    assert "… and 995 more" in lines[0]
    assert len(lines[0]) < 200


# ------------------------------------------------------------------------------- again and again


def test_a_write_refused_for_hours_takes_a_few_lines(time):
    log, lines = log_of(time)
    for _ in range(6 * 60 * 6):
        log.batch(batch(time, 0, (), FULL), [])
        time.now += 10
    assert 3 < len(lines) < 14
    assert "(×" in lines[1]
    assert "since" in lines[1]


def test_the_count_adds_up(time):
    log, lines = log_of(time, form="json")
    for _ in range(601):
        log.tell(Message("a", "a"), "warning")
        log.tell(Message("b", "b"), "warning")
        time.now += 1
    told = [json.loads(line) for line in lines]
    assert sum(one.get("repeated", 1) for one in told if one["message"] == "a") > 400
    assert len(told) < 12


def test_what_was_written_is_always_told(time):
    log, lines = log_of(time)
    for _ in range(5):
        log.batch(batch(time, 1, WRITTEN), [])
    assert len(lines) == 5


def test_another_fault_is_told_at_once(time):
    log, lines = log_of(time)
    log.batch(batch(time, 0, (), FULL), [])
    log.batch(batch(time, 0, (), (("Autre.md", FULL[0][1]),)), [])
    assert len(lines) == 2


def test_after_a_quiet_time_a_message_is_new_again(time):
    log, lines = log_of(time)
    log.tell(Message("a", "a"))
    time.now += 3 * 3600
    log.tell(Message("a", "a"))
    assert len(lines) == 2
    assert "×" not in lines[1]


# -------------------------------------------------------------------------------- where it goes


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_the_file_is_for_this_user_alone_and_stays_small(time, tmp_path):
    file = tmp_path / "logs" / "watch.log"
    file.parent.mkdir()
    file.write_text("")
    file.chmod(0o644)
    sink = FileSink(file, size=2000)
    log = DaemonLog([sink], time, "en")
    for i in range(200):
        log.tell(Message("", f"message {i}"))
    sink.close()
    files = sorted(tmp_path.rglob("watch.log*"))
    assert [f.name for f in files] == ["watch.log", "watch.log.1", "watch.log.2"]
    assert all(f.stat().st_size <= 2000 and f.stat().st_mode & 0o777 == 0o600 for f in files)
    assert "message 199" in file.read_text()


def test_a_file_that_cannot_be_written_is_said_at_the_start(time, tmp_path):
    (tmp_path / "here").write_text("")
    with pytest.raises(VaultkitError) as told:
        DaemonLog.open(time, "en", file=tmp_path / "here" / "watch.log")
    assert told.value.exit_code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is there on Linux alone")
def test_a_full_disk_does_not_end_the_daemon(time, capsys):
    sink = FileSink(Path("/dev/full"))
    DaemonLog([sink], time, "en").tell(Message("", "lost"))
    with suppress(OSError):
        sink.close()
    assert capsys.readouterr() == ("", "")


def test_no_stream_at_all_is_no_fault(time):
    DaemonLog([StreamSink(None)], time, "en").tell(Message("", "lost"))


def test_a_stream_of_another_encoding_loses_no_line(time):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "cp1252")
    DaemonLog([StreamSink(stream)], time, "fr").tell(Message("✔ prêt", ""))
    assert "prêt" in raw.getvalue().decode("cp1252")


TALK = """
import sys
from vaultkit.shell.daemon.log import DaemonLog
from vaultkit.shell.ports import SystemClock
from vaultkit.text import Message
log = DaemonLog.open(SystemClock(), "en")
for i in range({count}):
    log.tell(Message("", f"message {{i}} " + "x" * 100))
print("alive", flush=True)
sys.stdin.readline()
for i in range(3):
    log.tell(Message("", f"later {{i}}"))
print("alive", flush=True)
sys.stderr.flush()
"""


def talker(stderr, count):
    return subprocess.Popen(
        [sys.executable, "-c", TALK.format(count=count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_stopped_reading_does_not_stop_the_daemon():
    read, write = os.pipe()
    with talker(write, 5000) as daemon:
        os.close(write)
        assert daemon.stdout.readline() == "alive\n"
        while len(os.read(read, 1 << 20)) == 1 << 16:
            pass
        daemon.stdin.write("\n")
        daemon.stdin.flush()
        assert daemon.stdout.readline() == "alive\n"
        assert daemon.wait(30) == 0
    rest = os.read(read, 1 << 20).decode()
    os.close(read)
    assert "(… " in rest
    assert "later 2" in rest


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("kind", ["pipe", "terminal"])
def test_a_stream_that_goes_away_does_not_end_the_daemon(kind):
    read, write = os.pipe() if kind == "pipe" else os.openpty()
    with talker(write, 2) as daemon:
        os.close(write)
        assert daemon.stdout.readline() == "alive\n"
        os.close(read)
        daemon.stdin.write("\n")
        daemon.stdin.flush()
        assert daemon.stdout.readline() == "alive\n"
        assert daemon.wait(30) == 0


@pytest.mark.skipif(os.name == "nt", reason="systemd is there on Linux alone")
def test_the_journal_is_told_how_bad_it_is(time, tmp_path, monkeypatch):
    with (tmp_path / "journal").open("w") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        DaemonLog([StreamSink(stream)], time, "en").tell(Message("", "bad"), "error")
    assert (tmp_path / "journal").read_text().startswith("<3>")
