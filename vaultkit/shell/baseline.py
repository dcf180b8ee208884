"""The vault's baseline file: read before findings are said, and written when a person accepts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Changes, Write
from vaultkit.errors import VaultkitError
from vaultkit.shell.disk import digest_of
from vaultkit.shell.planning import Done
from vaultkit.shell.session import Session
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.rules.baseline import Baseline, Fingerprint


class Spoken(Struct, frozen=True):
    """What is to be said of a vault; `silent` were accepted before, `gone` are entries that fit nothing."""

    found: tuple[Diagnostic, ...]
    silent: int = 0
    gone: int = 0


def spoken(session: Session, found: Sequence[Diagnostic], whole: bool = True) -> Spoken:
    """Return which findings are new to the vault's baseline, all where it has none.

    The baseline is read in the state of the files that the session was opened on. `whole` says that
    `found` is all there is to say of the vault: only then can an entry be found to fit nothing.
    Raises WrongBaseline for a file that cannot be understood.
    """
    data = _slurp(session)
    if data is None:
        return Spoken(tuple(found))
    from vaultkit.rules.baseline import judged

    baseline = _read(session, data)
    there = {entry.path for entry in session.entries}.union(session.index.notes, session.index.canvases)
    result = judged(found, baseline, there)
    return Spoken(result.new, result.silent, result.gone if whole else 0)


def accept(
    session: Session, found: Sequence[Diagnostic], judges: Callable[[Fingerprint], bool], whole: bool = False
) -> Done:
    """Write the baseline that accepts `found`; entries that `judges` leaves out stay as they are.

    It goes through the journal as every write does, so `undo` takes it back. `whole` says that `found` is all
    there is to say of the vault: then a baseline that cannot be understood is written anew.
    """
    from vaultkit.rules.baseline import Baseline, WrongBaseline, written

    data = _slurp(session)
    try:
        old = Baseline() if data is None or whole else _read(session, data)
    except WrongBaseline as fault:
        said = fault.message
        raise WrongBaseline(
            Message(
                f"{said.fr}\u00a0; vaultkit check --write-baseline, pour tout le coffre, l’écrit à nouveau",
                f"{said.en}; vaultkit check --write-baseline, for the whole vault, writes it anew",
            )
        ) from fault
    text = written(old.without(judges).plus(found))
    digest = None if data is None else digest_of(data)
    write = Write(session.settings.check_baseline, text, digest, (), "check --write-baseline")
    return session.apply(Changes((write,)), "check --write-baseline")


def _slurp(session: Session) -> bytes | None:
    path = session.settings.check_baseline
    try:
        return session.files.slurp(path) if path else None
    except OSError as fault:
        raise VaultkitError(
            Message(f"{path} ne peut pas être lu\u00a0: {fault}", f"{path} cannot be read: {fault}")
        ) from fault


def _read(session: Session, data: bytes) -> Baseline:
    from vaultkit.rules.baseline import WrongBaseline, read_baseline

    name = session.settings.check_baseline
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise WrongBaseline(
            Message(
                f"{name}, ligne {line}\u00a0: ce n’est pas de l’UTF-8",
                f"{name}, line {line}: this is no UTF-8",
            )
        ) from fault
    return read_baseline(text, name)
