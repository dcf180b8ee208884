"""Patterns as they were compiled: to compile those of a command takes longer than to start Python.

What `re` makes of an expression, a list of numbers, is heard where it hands it to the matcher, kept beside the cache,
and handed to the matcher as it is the next time. It is kept where the two give equal patterns, under a digest, as the
matcher does not survive every wrong number. Where anything is amiss, and with another Python, `re` compiles.
"""

import re
import sys
from array import array
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, AnyStr

from msgspec import DecodeError, Struct, msgpack

from vaultkit.shell.cache.place import PATTERNS, beside, current_cache
from vaultkit.shell.cache.sealed import read_sealed, write_sealed
from vaultkit.text import compile_with


class Code(Struct, frozen=True, array_like=True, gc=False):
    """What `re` makes of an expression: its own flags, numbers, count of groups, and the groups that have names."""

    flags: int
    numbers: bytes
    groups: int
    names: dict[str, int]


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """An expression as a module gives it, and its code."""

    source: bytes
    is_text: bool
    flags: int
    code: Code


_Key = tuple[bytes, bool, int]
_ENTRIES = msgpack.Decoder(list[Entry])
_DIGEST = 32


class Patterns:
    """Compiles as `re.compile`, but takes what is kept beside the cache, as soon as it is known where that is."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._kept: dict[_Key, Code] = {}
        self._heard: dict[_Key, Code] = {}

    def compile(self, source: AnyStr, flags: int) -> re.Pattern[AnyStr]:
        """Return the expression compiled."""
        if self._file is None:
            self._load()
        key = _key(source, flags)
        code = self._kept.get(key)
        if code is not None:
            try:
                return _pattern(source, code)
            except Exception:  # whatever the matcher has against it, `re` knows better
                del self._kept[key]
        if not _is_known():
            return re.compile(source, flags)
        made, code = _heard(source, int(flags))
        if code is not None:
            self._heard[key] = code
        return made

    def keep(self) -> None:
        """Keep the code of the patterns that had to be compiled, beside that of the others."""
        self._load()
        if self._file is None or not self._heard:
            return
        with suppress(Exception):  # only the next start would be the faster for it
            self._kept |= self._heard
            self._heard = {}
            entries = [Entry(*key, code) for key, code in self._kept.items()]
            packed = msgpack.encode(entries)
            write_sealed(self._file, sha256(packed).digest() + packed, _python())

    def _load(self) -> None:
        cache = current_cache()
        if cache is None or self._file is not None or not _is_known():
            return
        self._file = beside(cache, PATTERNS)
        said = read_sealed(self._file, _python()) or b""
        digest, data = said[:_DIGEST], said[_DIGEST:]
        if sha256(data).digest() == digest:
            with suppress(DecodeError):
                self._kept = {(e.source, e.is_text, e.flags): e.code for e in _ENTRIES.decode(data)}


def kept_patterns() -> Patterns:
    """Have patterns compiled with what is kept, from now on."""
    patterns = Patterns()
    compile_with(patterns.compile)
    return patterns


def _key(source: str | bytes, flags: int) -> _Key:
    if isinstance(source, str):
        return source.encode("utf-8", "surrogatepass"), True, int(flags)
    return source, False, int(flags)


def _is_known() -> bool:
    """Whether this Python compiles as we know it."""
    return sys.implementation.name == "cpython" and memoryview(b"").cast("I").itemsize == _sre().CODESIZE


def _python() -> bytes:
    """Return what code holds good for: this Python, its tables of characters, and its matcher."""
    return repr((sys.version, sys.maxsize, sys.byteorder, _sre().MAGIC)).encode()


def _pattern(source: AnyStr, code: Code) -> re.Pattern[AnyStr]:
    by_number: list[str | None] = [None] * (code.groups + 1)
    for name, number in code.names.items():
        by_number[number] = name
    numbers = memoryview(code.numbers).cast("I").tolist()
    made: re.Pattern[AnyStr] = _sre().compile(
        source, code.flags, numbers, code.groups, code.names, tuple(by_number)
    )
    return made


def _heard(source: AnyStr, flags: int) -> tuple[re.Pattern[AnyStr], Code | None]:
    """Return an expression compiled by `re`, and what it handed to the matcher if that gives it again."""
    compiler: Any = import_module("re._compiler")
    ear = _Ear()
    compiler._sre = ear
    try:
        made: re.Pattern[AnyStr] = compiler.compile(source, flags)
    finally:
        compiler._sre = _sre()
    with suppress(Exception):
        for heard, its_flags, numbers, groups, names, _ in ear.heard:
            if heard is source:
                packed = array("I", numbers).tobytes()
                code = Code(its_flags, packed, groups, dict(names))
                again: re.Pattern[AnyStr] = _pattern(source, code)
                if again == made and dict(again.groupindex) == dict(made.groupindex):
                    return made, code
    return made, None


class _Ear:
    """Stands before the matcher while an expression is compiled."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def compile(self, *said: Any) -> Any:
        """Return what the matcher makes of what is said."""
        self.heard.append(said)
        return _sre().compile(*said)

    def __getattr__(self, name: str) -> Any:
        return getattr(_sre(), name)


def _sre() -> Any:
    return import_module("_sre")
