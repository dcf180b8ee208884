"""What is to run for one vault, the seal that tells our own definitions, and how the system's tools are asked."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import swap
from vaultkit.shell.places import state_path, why
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message, unaccented

#: What decides where the daemon keeps its things and what it speaks; a service does not see the shell's own.
_CARRIED = ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LC_ALL", "LC_MESSAGES", "LANG")
_SEALED = re.compile(r"Written by vaultkit service install \(([0-9a-f]{16})\)")
_BLANK = "0" * 16
#: Stands in a new definition, in a comment or a description, until `sealed` puts the digest in.
SEAL = f"Written by vaultkit service install ({_BLANK})"
_LONGEST = 40
_PATIENCE = 30.0


class Unit(Struct, frozen=True):
    """What is to run: its name, the vault, the program with its arguments, and what it finds in its environment."""

    name: str
    vault: Path
    program: tuple[str, ...]
    environment: Mapping[str, str]
    state: Path

    @property
    def title(self) -> str:
        """The name of the vault, as it may stand in any text."""
        return harmless(self.vault.name).encode("utf-8", "replace").decode()

    @property
    def log(self) -> Path:
        """The log of a service whose system keeps none."""
        return self.state / "watch.log"

    @property
    def logged(self) -> tuple[str, ...]:
        """The program told to keep a log itself."""
        return (*self.program, "--log-file", str(self.log))


class Place(StrEnum):
    """What stands where a definition belongs."""

    EMPTY = "empty"
    SAME = "same"
    OLDER = "older"  # ours, of another time
    EDITED = "edited"  # ours, and changed by hand
    FOREIGN = "foreign"


class Definition(Struct, frozen=True):
    """What would be written, and where."""

    where: str
    text: str
    place: Place


class Services(Protocol):
    """One of the three ways to start a program when a person logs in."""

    def definition(self, unit: Unit) -> Definition:
        """Return what would be written; nothing is."""

    def install(self, unit: Unit) -> Place:
        """Write and start it; return what stood there before. Raises VaultkitError in the tool's own words."""

    def uninstall(self, unit: Unit) -> bool:
        """Stop it and take out what is ours; return whether there was any. Raises Refused for what is not."""


def unit_of(root: Path, environ: Mapping[str, str] = os.environ, python: str = sys.executable) -> Unit:
    """Return what is to run for the vault at `root`, by absolute paths.

    `-P` keeps what lies in the working folder from being imported.
    """
    vault, state = Path(os.path.realpath(root)), state_path(root)
    slug = re.sub(r"[^a-z0-9]+", "-", unaccented(vault.name).encode("ascii", "ignore").decode())
    name = "-".join(filter(None, ("vaultkit", slug[:_LONGEST].strip("-"), state.name)))
    program = (os.path.abspath(python), "-P", "-X", "utf8", "-m", "vaultkit", "watch", str(vault))  # noqa: PTH100 - Path.absolute keeps `..`
    carried = {
        key: os.path.abspath(value) if key.startswith("XDG_") else value  # noqa: PTH100 - as above
        for key in _CARRIED
        if (value := environ.get(key))
    }
    return Unit(name, vault, program, carried, state)


def sealed(text: str) -> str:
    """Return a new definition with its own digest in the place of the blank one."""
    return text.replace(_BLANK, _digest(text), 1)


def place_of(found: str | None, wanted: str) -> Place:
    """Return whose definition it is that was found."""
    if found is None:
        return Place.EMPTY
    seal = _SEALED.search(found)
    if seal is None:
        return Place.FOREIGN
    if found == wanted:
        return Place.SAME
    whole = found[: seal.start(1)] + _BLANK + found[seal.end(1) :]
    return Place.OLDER if _digest(whole) == seal[1] else Place.EDITED


def seal_of(text: str) -> str | None:
    """Return the digest that a definition was sealed with; None for one that is not ours."""
    seal = _SEALED.search(text)
    return seal[1] if seal else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# ------------------------------------------------------------------------------------ the file


def read_definition(path: Path) -> str | None:
    """Return what stands at `path`: None for nothing, the empty text for what is no file of text or a link."""
    if not os.path.lexists(path):
        return None
    try:
        found = None if path.is_symlink() else swap.slurp(path)
        return found[0].decode() if found else ""
    except (OSError, UnicodeDecodeError):
        return ""


def check_ours(place: Place, where: str) -> None:
    """Raise Refused where a definition is not ours to replace or to take out."""
    if place is Place.FOREIGN:
        raise Refused(
            Message(
                f"{where} n’a pas été écrit par vaultkit\u00a0: rien n’a été changé",
                f"{where} was not written by vaultkit: nothing was changed",
            )
        )
    if place is Place.EDITED:
        raise Refused(
            Message(
                f"{where} a été modifié à la main\u00a0: rien n’a été changé\u00a0; l’enlever d’abord",
                f"{where} was edited by hand: nothing was changed; take it away first",
            )
        )


def write_definition(path: Path, text: str) -> None:
    """Make the file hold `text`, whole or not at all; raises VaultkitError (2)."""
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with swap.new_file(path.parent, text.encode()) as new:
            new.replace(path)


def remove_definition(path: Path) -> None:
    """Take the file away; raises VaultkitError (2)."""
    with told(path):
        path.unlink(missing_ok=True)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the disk complains of into one sentence with the path that it is about."""
    try:
        yield
    except OSError as error:
        reason = why(error)
        raise VaultkitError(
            Message(
                f"{path}\u00a0: {reason.fr}\u00a0; rien n’a été changé",
                f"{path}: {reason.en}; nothing was changed",
            )
        ) from error


# ------------------------------------------------------------------------------------ the tool


class Answer(Struct, frozen=True):
    """What a tool of the system answered: its exit code, and its own words."""

    code: int
    out: str
    words: str


class Tool(Struct, frozen=True):
    """A program of the system; `missing` says what to do where it is not there."""

    program: str
    encoding: str = "utf-8"

    @classmethod
    def find(cls, name: str, system: str, encoding: str = "utf-8") -> Tool:
        """Return the tool; raises VaultkitError (2) with what to do instead."""
        program = shutil.which(name)
        if program is None:
            raise VaultkitError(
                Message(
                    f"{name} est introuvable ({system} ne tourne pas ici)\u00a0; rien n’a été changé. "
                    "Lancer soi-même «\u00a0vaultkit watch\u00a0», par exemple à l’ouverture de la session",
                    f"{name} was not found ({system} does not run here); nothing was changed. "
                    "Start 'vaultkit watch' yourself, when you log in for example",
                )
            )
        return cls(program, encoding)

    def ask(self, *words: str, patience: float = _PATIENCE) -> Answer:
        """Run the tool and return its answer; one that never comes is a failure too."""
        try:
            done = subprocess.run(
                [self.program, *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Answer(-1, "", f"pas de réponse en {patience:g} s / no answer within {patience:g} s")
        except OSError as error:
            return Answer(-1, "", error.strerror or str(error))
        out, err = (data.decode(self.encoding, "replace") for data in (done.stdout, done.stderr))
        return Answer(
            done.returncode, out, harmless((err.strip() or out.strip() or f"code {done.returncode}"), "\n")
        )

    def tell(self, *words: str, patience: float = _PATIENCE) -> None:
        """Run the tool; raises NotStarted with its own words where it fails."""
        answer = self.ask(*words, patience=patience)
        if answer.code:
            raise NotStarted(words, Path(self.program).name, answer.words)


class NotStarted(VaultkitError):
    """The system did not do what it was asked to."""

    def __init__(self, words: Sequence[str], tool: str, said: str) -> None:
        asked = harmless(" ".join((tool, *words)))
        super().__init__(
            Message(f"«\u00a0{asked}\u00a0» a échoué\u00a0:\n{said}", f"'{asked}' failed:\n{said}")
        )
