"""What is known of a file by its times, and when these say nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from vaultkit.shell.files import DiskFiles
from vaultkit.shell.walk import FileEntry, Scan

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND + 123_456_789


def stamp(tmp_path, changed: int, mtime: int, seen: int = NOW) -> str:
    return DiskFiles(tmp_path).stamp(
        FileEntry("a.md", "a.md", 3, mtime, mtime, True, False, False, changed, 7), seen
    )


@pytest.mark.parametrize(
    ("changed", "mtime", "tells"),
    [
        (NOW - 1, NOW - 1, False),
        (NOW - 20_000_000 + 1, NOW - SECOND, False),
        (NOW - 20_000_001, NOW - 20_000_001, True),
        (NOW - 20_000_001, 0, True),  # put back, as rsync -t does
        (NOW - SECOND - 5, NOW + 1, False),  # the clock was ahead, or somebody says so
        (NOW + 5, NOW - SECOND, False),
    ],
)
def test_a_file_that_changed_just_before_is_not_known_by_its_times(tmp_path, changed, mtime, tells):
    assert bool(stamp(tmp_path, changed, mtime)) == tells


@pytest.mark.parametrize(("age", "tells"), [(0, False), (1, False), (2, True)])
def test_where_times_are_whole_seconds_two_of_them_are_waited_for(tmp_path, age, tells):
    whole = NOW // SECOND * SECOND - age * SECOND
    assert bool(stamp(tmp_path, whole, whole)) == tells
    assert bool(stamp(tmp_path, 0, whole)) == tells  # where nothing says when anything of the file changed


def test_any_of_what_is_known_tells_two_files_apart(tmp_path):
    old = NOW - SECOND - 3
    entry = FileEntry("a.md", "a.md", 3, old, old, True, False, False, old, 7)
    others = [replace(entry, **{name: 5}) for name in ("size", "mtime_ns", "changed_ns", "inode")]
    assert len({DiskFiles(tmp_path).stamp(one, NOW) for one in (entry, *others)}) == 5


def test_an_old_look_at_the_files_knows_nothing_of_what_came_after(tmp_path):
    looked = DiskFiles(tmp_path, (Scan((), ()), NOW - 10 * SECOND))
    assert looked.scan() == Scan((), ())
    later, before = NOW - 9 * SECOND, NOW - 13 * SECOND
    entry = FileEntry("a.md", "a.md", 3, later, later, True, False, False, later, 7)
    assert not looked.stamp(entry, NOW)
    assert not looked.settled([entry], NOW)
    assert looked.settled([replace(entry, mtime_ns=before, changed_ns=before)], NOW)
    looked.scan()  # this one is of now
    assert looked.stamp(entry, NOW)
    assert looked.settled([entry], NOW)
    assert not looked.settled([entry, replace(entry, changed_ns=NOW)], NOW)
