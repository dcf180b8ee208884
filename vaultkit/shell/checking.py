"""What is wrong in a vault: every rule on every note that is asked about, shared out where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec import Struct, msgpack

from vaultkit.diagnostics import Diagnostic, Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import KINDS
from vaultkit.rules.masking import masked
from vaultkit.rules.registry import Checking, check_canvas, check_vault
from vaultkit.rules.rule import Look
from vaultkit.shell.forks import ForkFailed, forked, forks

#: How many notes a fork checks before it sends what it found.
_SOME = 500
_BY_CODE = {kind.code: kind for kind in KINDS}


class _Said(Struct, frozen=True, array_like=True, gc=False):
    """What a fork found in the note of this number."""

    number: int
    found: list[tuple[str, Finding]]


_SAID = msgpack.Decoder(list[_Said])


def found_in(look: Look, asked: frozenset[str] | None) -> list[Diagnostic]:
    """Return what is wrong in the files at the paths `asked`, and what is said once for the vault if that is None."""
    notes = [note for note in look.index if asked is None or note.path in asked]
    found = list(masked(look, list(zip(notes, _found(look, notes), strict=True))))
    for path, canvas in sorted(look.index.canvases.items()):
        if asked is None or path in asked:
            found += check_canvas(look, canvas)
    if asked is None:
        found += check_vault(look)
    return found


def _found(look: Look, notes: Sequence[Note]) -> list[list[Diagnostic]]:
    """Return what is wrong in each note."""
    if 2 * len(notes) > len(look.index.notes):
        look.prepare()
    checking = Checking(look)
    count = forks(len(notes))
    if count > 1:
        with suppress(ForkFailed):
            return _found_in_forks(checking, notes, count)
    return [checking.found_in(note.for_once()) for note in notes]


def _found_in_forks(checking: Checking, notes: Sequence[Note], count: int) -> list[list[Diagnostic]]:
    hints, checking.look.hints[0] = checking.look.hints[0], 0
    encode = msgpack.Encoder().encode

    def work(fork: int) -> Iterator[bytes]:
        mine = range(fork, len(notes), count)
        for at in range(0, len(mine), _SOME):
            said = ((number, checking.found_in(notes[number].for_once())) for number in mine[at : at + _SOME])
            yield encode(
                [_Said(n, [(one.kind.code, one.finding) for one in found]) for n, found in said if found]
            )

    found: list[list[Diagnostic]] = [[] for _ in notes]
    try:
        with forked(count, work) as at_work:
            for said in (one for message in at_work.messages() for one in _SAID.decode(message)):
                path = notes[said.number].path
                found[said.number] = [Diagnostic(_BY_CODE[code], path, one) for code, one in said.found]
    finally:
        checking.look.hints[0] = hints
    return [said for _, said in checking.hinted(zip(notes, found, strict=True))]
