"""How a disk spells names: one that ignores case finds a file under names that are not its own."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from vaultkit.shell.places import reachable
from vaultkit.text import nfc

#: When a folder has rested for so long, its time tells of each further change.
_SETTLED_NS = 2_000_000_000


def named_so(root: Path, found: Path | None, path: str) -> Path | None:
    """Return a file that was found for `path`, as the disk spells it; None if that is in another case."""
    if found is None:
        return None
    root = reachable(root)
    real = root
    for name in found.relative_to(root).parts:
        spelt = _spelling(real, name) if _ignores_case(real, name) else name
        if spelt is None:
            return None
        real /= spelt
    return real if nfc(real.relative_to(root).as_posix()) == nfc(path) else None


def _ignores_case(folder: Path, name: str) -> bool:
    """Whether a name of `folder` is found in another case too: mostly a question of one look at nothing."""
    other = "".join(char.swapcase() if char.isascii() else char for char in name)
    other = other if other != name else name.swapcase()
    try:
        return other != name and os.path.samestat((folder / other).lstat(), (folder / name).lstat())
    except OSError:
        return False


def _spelling(folder: Path, name: str) -> str | None:
    """Return how a folder spells a name, Unicode forms aside; None if it has none in this case."""
    changed_ns = folder.stat().st_mtime_ns
    settled = time.time_ns() - changed_ns > _SETTLED_NS
    known = _listing(folder, changed_ns) if settled else {}
    return known.get(nfc(name)) or _names(folder).get(nfc(name))


@lru_cache(maxsize=64)
def _listing(folder: Path, changed_ns: int) -> Mapping[str, str]:
    """Return the names in a folder as they were when it last changed."""
    return _names(folder)


def _names(folder: Path) -> Mapping[str, str]:
    """Return the names in a folder by composed name; of two that agree in it that which is composed."""
    with suppress(OSError):
        names = sorted(os.listdir(folder), key=lambda name: (name != nfc(name), name), reverse=True)  # noqa: PTH208 - names are enough
        return {nfc(name): name for name in names}
    return {}
