"""What is kept, sealed with a sum of itself and of what it is about; small files beside a cache that are read whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32

_LENGTH = 4


def sealed(data: bytes, about: bytes) -> bytes:
    """Return bytes as they are to be kept."""
    return _sum(data, about) + data


def unsealed(said: object, about: bytes) -> bytes | None:
    """Return bytes that were kept, None if they, or what they are about, are not the same any more."""
    if not isinstance(said, bytes) or len(said) < _LENGTH:
        return None
    data = said[_LENGTH:]
    return data if _sum(data, about) == said[:_LENGTH] else None


def read_sealed(file: Path, about: bytes) -> bytes | None:
    """Return what a file was given that is `about` this; None if there is none, or it is not as it was written."""
    try:
        with open(file, "rb", buffering=0) as opened:  # noqa: PTH123 - read at each start
            said, data = opened.read(_LENGTH), opened.readall()
    except OSError:
        return None
    return data if _sum(data, about) == said else None


def write_sealed(file: Path, data: bytes, about: bytes) -> None:
    """Give a file other bytes, all or none, for this user alone; that it cannot be written does not matter."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_bytes(sealed(data, about))
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)


def _sum(data: bytes, about: bytes) -> bytes:
    return crc32(data, crc32(about)).to_bytes(_LENGTH, "little")
