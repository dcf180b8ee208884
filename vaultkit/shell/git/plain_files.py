"""What git keeps in plain files of a repository in which nothing is unusual, read without starting git.

What was staged or committed lately lies in files of its own, and so does the name of the last commit. Whatever is
kept otherwise is for git to tell.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress

_NAME = re.compile(rb"[0-9a-f]{40}")
#: What has git read other objects than those that are asked for, or from elsewhere.
_ELSEWHERE = ("GIT_OBJECT_DIRECTORY", "GIT_REPLACE_REF_BASE", "GIT_NAMESPACE", "GIT_COMMON_DIR")


class PlainFiles:
    """The files of the folder `.git` of the work tree at `top`."""

    def __init__(self, top: str, environ: Mapping[str, str]) -> None:
        self.top = top
        self._folder = os.path.join(top, ".git")  # noqa: PTH118 - a text: hundreds of them
        self._is_usual = not any(name in environ for name in _ELSEWHERE) and not self._replaces()

    def head(self) -> str | None:
        """Return the name of the last commit of the branch that is checked out; None where git has to be asked."""
        said = self._read("HEAD") if self._is_usual else b""
        ref = said.removeprefix(b"ref: ").strip()
        if not said.startswith(b"ref: refs/heads/") or b".." in ref:
            return None
        name = self._read(os.fsdecode(ref)).strip()
        if not name:
            packed = self._read("packed-refs").splitlines()
            name = next((line[:40] for line in packed if line[41:] == ref and line[40:41] == b" "), b"")
        return name.decode() if _NAME.fullmatch(name) else None

    def blob(self, oid: str) -> bytes | None:
        """Return what a file says; None where git has to be asked."""
        if not self._is_usual:
            return None
        try:
            data = zlib.decompress(self._read(f"objects/{oid[:2]}/{oid[2:]}"))
        except zlib.error:
            return None
        head, _, said = data.partition(b"\0")
        return said if head == b"blob %d" % len(said) else None

    def _replaces(self) -> bool:
        """Whether one object may be read in the place of another (`git replace`)."""
        there = os.path.lexists(os.path.join(self._folder, "refs", "replace"))  # noqa: PTH118 - as above
        return there or b" refs/replace/" in self._read("packed-refs")

    def _read(self, name: str) -> bytes:
        with suppress(OSError), open(os.path.join(self._folder, name), "rb") as file:  # noqa: PTH118, PTH123 - as above
            return file.read()
        return b""
