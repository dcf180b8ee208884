"""The files that vaultkit keeps in a repository's own folders: written whole, and never through a link out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vaultkit.errors import Refused
from vaultkit.shell import swap
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.places import why
from vaultkit.text import Message


def real_of(path: Path) -> Path:
    """Return where a path leads; a link that leads in a circle is its own place."""
    return Path(os.path.realpath(path))


def is_own(repository: Repository, path: Path) -> bool:
    """Whether a path leads, all links followed, to a place of this repository."""
    real = real_of(path)
    return real.is_relative_to(repository.top) or real.is_relative_to(repository.common)


def read_own(repository: Repository, path: Path) -> bytes | None:
    """Return what a file of the repository says, None if there is none that can be read.

    Raises Refused where a link leads out of the repository.
    """
    _check_own(repository, path)
    with told(path):
        found = swap.slurp(path)
    return None if found is None else found[0]


def write_own(repository: Repository, path: Path, data: bytes) -> None:
    """Make a file of the repository hold `data`, whole or not at all; with nothing in it, it goes.

    Raises Refused where a link leads out of the repository, and where the disk does not let us.
    """
    _check_own(repository, path)
    real = real_of(path)
    with told(path):
        if not data:
            real.unlink(missing_ok=True)
            return
        real.parent.mkdir(parents=True, exist_ok=True)
        like = (real, real.stat()) if real.exists() else None
        with swap.new_file(real.parent, data, like) as temporary:
            temporary.replace(real)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the disk complains of into Refused (3), with the path that it is about."""
    try:
        yield
    except OSError as error:
        reason = why(error)
        raise Refused(
            Message(
                f"{path}\u00a0: rien n’a été écrit\u00a0: {reason.fr}",
                f"{path}: nothing was written: {reason.en}",
            )
        ) from error


def _check_own(repository: Repository, path: Path) -> None:
    if not is_own(repository, path):
        raise Refused(
            Message(
                f"{path} mène hors de ce dépôt ({real_of(path)})\u00a0: rien n’y a été écrit",
                f"{path} leads out of this repository ({real_of(path)}): nothing was written there",
            )
        )
