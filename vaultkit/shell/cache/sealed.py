"""Small files beside a cache that are read as a whole: put there in one step, and sealed with a sum."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32

_LENGTH = 4


def read_sealed(file: Path, about: bytes) -> bytes | None:
    """Return what a file was given that is `about` this; None if there is none, or it is not as it was written."""
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - read at each start
            sealed = opened.read()
    except OSError:
        return None
    data = sealed[_LENGTH:]
    return data if sealed[:_LENGTH] == _sum(data, about) else None


def write_sealed(file: Path, data: bytes, about: bytes) -> None:
    """Give a file other bytes, all or none, for this user alone; that it cannot be written does not matter."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_bytes(_sum(data, about) + data)
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)


def _sum(data: bytes, about: bytes) -> bytes:
    return crc32(data, crc32(about)).to_bytes(_LENGTH, "little")
