"""A document put in its place: whole or not at all, beside one that another program holds, never over a note."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import swap
from vaultkit.text import Message

_MOST_NUMBER = 99


class Written(Struct, frozen=True):
    """Where a document was put; `wanted` is another place where that was held by a program."""

    path: Path
    wanted: Path

    @property
    def remark(self) -> Message | None:
        """What to say of it: that it is not where it was to be."""
        if self.path == self.wanted:
            return None
        return Message(
            f"«\u00a0{self.wanted.name}\u00a0» est ouvert dans un autre programme (ou protégé)\u00a0: "
            f"écrit dans «\u00a0{self.path.name}\u00a0»",
            f"'{self.wanted.name}' is open in another program (or protected): written to '{self.path.name}'",
        )


def put(target: Path, data: bytes) -> Written:
    """Write a document; where the file cannot be replaced it is written as « name (2) ».

    Raises VaultkitError (2) where nothing can be written in the folder.
    """
    try:
        with swap.new_file(target.parent, data) as made:
            for place in _places(target):
                if _moved(made, place):
                    return Written(place, target)
    except OSError as fault:
        raise _unwritten(target, fault) from fault
    raise Refused(Message(f"{target}\u00a0: tous les noms sont pris", f"{target}: all the names are taken"))


def refuse_note(target: Path) -> Refused:
    """Return the refusal to write over a note of the vault."""
    return Refused(
        Message(
            f"{target} est une note du coffre\u00a0: un rapport ne l’écrase pas (--output AUTRE.md)",
            f"{target} is a note of the vault: a report does not overwrite it (--output OTHER.md)",
        )
    )


def free_name(target: Path) -> Path:
    """Return the first of `name`, `name (2)`, `name (3)` … that does not exist."""
    return next((place for place in _places(target) if not os.path.lexists(place)), target)


def _places(target: Path) -> Iterator[Path]:
    """Yield the place that is wanted if it is not held, then free ones beside it."""
    if not is_held(target):
        yield target
    for number in range(2, _MOST_NUMBER):
        place = target.with_name(f"{target.stem} ({number}){target.suffix}")
        if not os.path.lexists(place):
            yield place


def is_held(target: Path) -> bool:
    """Whether an office program has the file open, or it is protected against writing."""
    name = target.name
    locks = (f"~${name}", f"~${name[1:]}", f"~${name[2:]}", f".~lock.{name}#")
    if any(os.path.lexists(target.with_name(lock)) for lock in locks):
        return True
    try:
        return not target.stat().st_mode & stat.S_IWUSR
    except OSError:
        return False


def _moved(made: Path, place: Path) -> bool:
    """Give a new file its place; False where a program holds what is there."""
    for pause in (*swap.PAUSES[:5], None):
        try:
            os.replace(made, place)  # noqa: PTH105 - in one step, over what is there
            return True
        except PermissionError:
            if not os.path.lexists(place):
                raise
            if pause is None:
                return False
            time.sleep(pause)
        except OSError as fault:
            if getattr(fault, "winerror", None) not in swap.IN_USE:
                raise
            if pause is None:
                return False
            time.sleep(pause)
    return False


def put_beside(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the pictures of a Markdown document into a folder of theirs; raises VaultkitError (2)."""
    if not files:
        return
    try:
        folder.mkdir(exist_ok=True)
        for name, data in files.items():
            with swap.new_file(folder, data) as made:
                os.replace(made, folder / name)  # noqa: PTH105 - in one step
    except OSError as fault:
        raise _unwritten(folder, fault) from fault


def _unwritten(target: Path, fault: OSError) -> VaultkitError:
    said = fault.strerror or str(fault)
    return VaultkitError(
        Message(f"{target} ne peut pas être écrit\u00a0: {said}", f"{target} cannot be written: {said}")
    )
