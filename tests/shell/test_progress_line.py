"""Progress on long work: on a terminal only, and gone at the end."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

import pytest

from vaultkit.shell.progress import READING, Progress, grouped

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="terminals of POSIX")


class Ticking:
    """A clock that goes on by one step each time it is asked."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def shown(work, step, language="fr", **environ):
    """Return what a terminal was sent while `work` went on."""
    read, write = os.openpty()
    with (
        os.fdopen(write, "w", encoding="utf-8") as stream,
        Progress(READING, language, stream, Ticking(step)) as progress,
    ):
        work(progress)
        progress.close()
        stream.write("END")
    data = b""
    while b"END" not in data:
        data += os.read(read, 1 << 16)
    os.close(read)
    return data.decode().removesuffix("END")


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def read_all(progress, total=10420):
    for done in range(1, total + 1):
        progress.told(done, total)


def test_long_work_shows_how_far_it_is_and_leaves_a_clean_line():
    said = shown(lambda progress: progress.told(4200, 10420), 2.0)
    assert said == "\r\x1b[KLecture du coffre\u00a0: 4\u202f200 / 10\u202f420\r\x1b[K"
    assert "Reading the vault: 4,200 / 10,420" in shown(lambda p: p.told(4200, 10420), 2.0, "en")


def test_short_work_shows_nothing():
    assert shown(lambda progress: read_all(progress, 90), 0.01) == ""


def test_at_most_ten_lines_a_second_are_drawn():
    said = shown(lambda progress: read_all(progress), 0.001)
    assert 80 < said.count("Lecture") < 100


def test_a_narrow_terminal_is_not_wrapped(monkeypatch):
    monkeypatch.setenv("COLUMNS", "12")
    said = shown(lambda progress: progress.told(4200, 10420), 2.0)
    assert said == "\r\x1b[KLecture du \r\x1b[K"


def test_the_line_goes_when_the_work_fails():
    def fails(progress):
        with suppress(KeyboardInterrupt), progress:
            progress.told(1, 2)
            raise KeyboardInterrupt

    assert shown(fails, 2.0).endswith("1 / 2\r\x1b[K")


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_nothing_is_drawn_where_no_person_looks_on(stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress(READING, "fr", None, Ticking(2.0))
    progress.told(1, 2)
    progress.close()
    assert stream is None or stream.getvalue() == ""


def test_nothing_is_drawn_on_a_terminal_that_cannot_erase(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert shown(lambda progress: read_all(progress), 2.0) == ""


def test_a_terminal_that_goes_away_does_not_stop_the_work():
    read, write = os.openpty()
    stream = os.fdopen(write, "w", encoding="utf-8")
    progress = Progress(READING, "fr", stream, Ticking(2.0))
    os.close(read)
    read_all(progress, 100)
    progress.close()
    with suppress(OSError):
        stream.close()


def test_numbers_are_grouped_as_people_write_them():
    assert [grouped(n, "fr") for n in (0, 999, 10420, 1234567)] == [
        "0",
        "999",
        "10\u202f420",
        "1\u202f234\u202f567",
    ]
    assert grouped(10420, "en") == "10,420"
