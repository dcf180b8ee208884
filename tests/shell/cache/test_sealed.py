"""Small files beside a cache: read as they were written, or not at all."""

from __future__ import annotations

import pytest

from vaultkit.shell.cache.sealed import map_sealed, read_sealed, write_sealed

SAID = b"ce qui est su" * 1000


@pytest.fixture
def file(tmp_path):
    write_sealed(tmp_path / "x", SAID, b"about")
    return tmp_path / "x"


def read(file, about=b"about"):
    """Return what both ways of reading give."""
    mapped, said = map_sealed(file, about), read_sealed(file, about)
    assert (mapped is None) == (said is None)
    assert mapped is None or bytes(mapped) == said
    return said


def test_what_was_written_is_read(file):
    assert read(file) == SAID


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_it_can_be_looked_at_without_a_copy_on_every_system(file, monkeypatch, system):
    monkeypatch.setattr("vaultkit.shell.cache.sealed.sys.platform", system)
    mapped = map_sealed(file, b"about")
    assert mapped == SAID
    assert mapped.readonly


def test_nothing_is_read_that_is_damaged_or_about_something_else(file):
    assert read(file, b"else") is None
    whole = file.read_bytes()
    for damaged in (
        whole[:-1],
        whole + b"x",
        b"\0" + whole[1:],
        whole[:4] + b"X" + whole[5:],
        whole[:3],
        b"",
    ):
        file.write_bytes(damaged)
        assert read(file) is None
    file.unlink()
    assert read(file) is None


def test_who_looks_at_it_goes_on_seeing_it_when_another_takes_its_place(file):
    mapped = map_sealed(file, b"about")
    write_sealed(file, b"autre", b"about")
    assert bytes(mapped) == SAID
    assert read(file) == b"autre"
