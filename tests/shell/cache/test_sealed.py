"""Small files beside a cache: read as they were written, or not at all."""

from __future__ import annotations

import pytest

from vaultkit.shell.cache.sealed import read_sealed, write_sealed

SAID = b"ce qui est su" * 1000


@pytest.fixture
def file(tmp_path):
    write_sealed(tmp_path / "x", SAID, b"about")
    return tmp_path / "x"


def test_what_was_written_is_read(file):
    assert read_sealed(file, b"about") == SAID
    write_sealed(file, b"", b"about")
    assert read_sealed(file, b"about") == b""


def test_nothing_is_read_that_is_damaged_or_about_something_else(file):
    assert read_sealed(file, b"else") is None
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
        assert read_sealed(file, b"about") is None
    file.unlink()
    assert read_sealed(file, b"about") is None
