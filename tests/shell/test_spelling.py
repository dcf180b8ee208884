"""A file has the name that the disk spells, also where the disk finds it under others."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path

import pytest

from vaultkit.shell import disk, spelling


def fold(name):
    return unicodedata.normalize("NFC", name).casefold()


@pytest.fixture
def folded(monkeypatch, tmp_path):
    """Make a disk that ignores case and the encoding of accents, by a double; count the looks at folders."""
    real_lexists, real_lstat, real_stat, real_list = os.path.lexists, Path.lstat, Path.stat, os.listdir
    looks = []

    def spelt(path):
        path = Path(path)
        if not path.is_relative_to(tmp_path):
            return path
        found = tmp_path
        for name in path.relative_to(tmp_path).parts:
            names = real_list(found) if stat.S_ISDIR(real_stat(found).st_mode) else []
            found /= next((n for n in names if fold(n) == fold(name)), name)
        return found

    def listdir(folder):
        looks.append(folder)
        return real_list(spelt(folder))

    monkeypatch.setattr(os.path, "lexists", lambda path: real_lexists(spelt(path)))
    monkeypatch.setattr(Path, "lstat", lambda self: real_lstat(spelt(self)))
    monkeypatch.setattr(Path, "stat", lambda self, **named: real_stat(spelt(self), **named))
    monkeypatch.setattr(spelling.os, "listdir", listdir)
    return looks


def put(root, path):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    return file


def test_a_name_in_another_case_is_no_name_of_a_file(tmp_path, folded):
    put(tmp_path, "Mission/a.md")
    assert disk.find(tmp_path, "mission/A.md")
    assert disk.entry_of(tmp_path, "Mission/a.md").path == "Mission/a.md"
    assert disk.entry_of(tmp_path, "Mission/A.md") is None
    assert disk.entry_of(tmp_path, "mission/a.md") is None


def test_a_rename_to_another_case_is_seen_at_once(tmp_path, folded):
    old = put(tmp_path, "a.md")
    assert disk.entry_of(tmp_path, "a.md")
    old.rename(tmp_path / "A.md")
    assert disk.entry_of(tmp_path, "a.md") is None
    assert disk.entry_of(tmp_path, "A.md").path == "A.md"


def test_a_folder_that_has_not_changed_is_read_once(tmp_path, folded):
    for name in ("a.md", "b.md", "c.md"):
        put(tmp_path, name)
    os.utime(tmp_path, (1_000_000_000, 1_000_000_000))
    for name in ("a.md", "b.md", "c.md"):
        assert disk.entry_of(tmp_path, name)
    assert len(folded) == 1
    old = tmp_path.stat()
    put(tmp_path, "d.md")
    os.utime(tmp_path, ns=(old.st_atime_ns, old.st_mtime_ns))  # as FAT, which keeps no such time
    assert disk.entry_of(tmp_path, "d.md")


def test_a_decomposed_name_is_found_as_the_scan_finds_it(tmp_path, folded):
    put(tmp_path, unicodedata.normalize("NFD", "Été/Noël.md"))
    [entry] = disk.scan(tmp_path).files
    assert disk.entry_of(tmp_path, "Été/Noël.md") == entry
    assert disk.entry_of(tmp_path, "été/Noël.md") is None


def test_a_file_left_in_icloud_is_found_under_its_own_name_alone(tmp_path, folded):
    put(tmp_path, ".Note.md.icloud")
    assert disk.entry_of(tmp_path, "Note.md").placeholder
    assert disk.entry_of(tmp_path, "note.md") is None


@pytest.mark.skipif(os.name == "nt", reason="two names in two cases are two files")
def test_where_case_counts_no_folder_is_read(tmp_path, monkeypatch):
    put(tmp_path, "Mission/a.md")
    if (tmp_path / "mission").exists():
        pytest.skip("this disk ignores case")
    put(tmp_path, "Mission/A.md")
    monkeypatch.setattr(spelling.os, "listdir", None)
    assert disk.entry_of(tmp_path, "Mission/a.md")
    assert disk.entry_of(tmp_path, "Mission/A.md")
    assert disk.entry_of(tmp_path, "mission/a.md") is None


def test_a_hard_link_in_another_case_is_another_file(tmp_path):
    file = put(tmp_path, "a.md")
    try:
        (tmp_path / "A.MD").hardlink_to(file)
    except OSError:
        pytest.skip("this disk ignores case, or has no such links")
    assert disk.entry_of(tmp_path, "a.md").path == "a.md"
    assert disk.entry_of(tmp_path, "A.MD").path == "A.MD"
