"""What is wrong in a vault: every rule on every note that is asked about, shared out where there are many."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Self

from msgspec import Struct, msgpack

from vaultkit.audit.gathering import is_ours
from vaultkit.diagnostics import Diagnostic, Finding
from vaultkit.markdown.marks import HOLDS_QUERY, MAY_HAVE_REGIONS
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import KINDS, UNREADABLE
from vaultkit.rules.masking import masked
from vaultkit.rules.registry import Checking, check_canvas, check_vault
from vaultkit.rules.rule import Look
from vaultkit.shell.cache.shelf import Shelf, in_store_order
from vaultkit.shell.forks import ForkFailed, Forks, forked, forks
from vaultkit.shell.later import catch_up
from vaultkit.text import Message, Span

#: How many notes are a piece of work for a fork.
_SOME = 250
#: How many bytes a fork holds that is ahead, before it waits.
_MOST = 32 << 20
_BY_CODE = {kind.code: kind for kind in KINDS}


class _Said(Struct, frozen=True, array_like=True, gc=False):
    """What a fork found in the note of this number."""

    number: int
    found: list[tuple[str, Finding]]


class Ahead:
    """Forks that already check the notes of which no mission and no region has a say, while the rest is planned.

    `look` knows of no mission. They end with the block.
    """

    def __init__(self, look: Look) -> None:
        self._numbers = [number for number, note in enumerate(look.index) if not _is_entangled(note)]
        self._forks: Forks[int] | None = None
        if (count := forks(len(self._numbers))) > 1:
            notes = list(look.index)
            look.prepare()
            _fetch_linkage(notes)
            said = partial(_said, Checking(look), notes)
            with suppress(ForkFailed):
                self._forks = Forks(count, in_store_order(notes, self._numbers), _SOME, said, _MOST)

    def __enter__(self) -> Self:
        """Return it as it has begun."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what nobody waits for any more."""
        self.stop()

    def stop(self) -> None:
        """End the forks that are still at work."""
        if self._forks is not None:
            self._forks.stop()
            self._forks = None

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the notes that forks are at."""
        return self._numbers if self._forks else ()

    def collect(self, notes: Sequence[Note]) -> dict[int, list[Diagnostic]]:
        """Return what is wrong in the notes, by their numbers, as far as the forks were able to say it."""
        try:
            return _nothing(self._numbers) | dict(_received(self._forks, notes)) if self._forks else {}
        except ForkFailed:
            return {}
        finally:
            self.stop()


def _is_entangled(note: Note) -> bool:
    """Whether what rules say of a note may rest on a mission, or on what became of its regions."""
    return is_ours(note) or bool(note.marks & (MAY_HAVE_REGIONS | HOLDS_QUERY))


def found_in(look: Look, asked: frozenset[str] | None, ahead: Ahead | None = None) -> list[Diagnostic]:
    """Return what is wrong in the files at the paths `asked`, and what is said once for the vault if that is None.

    `ahead` has begun with this vault, if anyone has.
    """
    known = look.index.notes
    notes = list(look.index) if asked is None else [known[path] for path in sorted(asked) if path in known]
    found = list(masked(look, list(zip(notes, _found(look, notes, ahead), strict=True))))
    for path, canvas in sorted(look.index.canvases.items()):
        if asked is None or path in asked:
            found += check_canvas(look, canvas)
    if asked is None:
        found += check_vault(look)
    return found


def unreadable(problems: Iterable[tuple[str, Message]], asked: frozenset[str] | None) -> list[Diagnostic]:
    """Return a diagnostic for each of the files at the paths `asked` that could not be read, or worked out."""
    return [
        Diagnostic(UNREADABLE, path, Finding(Span(0, 0), message))
        for path, message in problems
        if asked is None or path in asked
    ]


def _found(look: Look, notes: Sequence[Note], ahead: Ahead | None) -> list[list[Diagnostic]]:
    """Return what is wrong in each note."""
    hints, look.hints[0] = look.hints[0], 0  # a budget for all, which forks must not spend
    found: dict[int, list[Diagnostic]] = {}
    checking = Checking(look)
    if ahead is not None and len(notes) == len(look.index.notes) and (begun := ahead.numbers):
        for number in set(range(len(notes))).difference(begun):
            found[number] = checking.found_in(notes[number])
        catch_up()
        found |= ahead.collect(notes)
    left = [number for number in range(len(notes)) if number not in found]
    if 2 * len(left) > len(look.index.notes):
        look.prepare()
    if (count := forks(len(left))) > 1:
        _fetch_linkage(notes)
        left, said = in_store_order(notes, left), partial(_said, checking, notes)
        with suppress(ForkFailed), forked(count, left, _SOME, said) as at_work:
            found |= _nothing(left) | dict(_received(at_work, notes))
    for number in left:
        if number not in found:
            found[number] = checking.found_in(notes[number].for_once())
    look.hints[0] = hints
    return [said for _, said in checking.hinted((note, found[at]) for at, note in enumerate(notes))]


def _fetch_linkage(notes: Iterable[Note]) -> None:
    """Have the ends of all links at hand in every fork: each may be asked for by any."""
    for shelf in {note.kept_by for note in notes}:
        if isinstance(shelf, Shelf):
            shelf.fetch("linkage")


def _said(checking: Checking, notes: Sequence[Note], numbers: Sequence[int]) -> bytes:
    """Check the notes of these numbers; return what is found, as bytes."""
    said = ((number, checking.found_in(notes[number].for_once())) for number in numbers)
    return msgpack.encode(
        [_Said(n, [(one.kind.code, one.finding) for one in found]) for n, found in said if found]
    )


def _nothing(numbers: Iterable[int]) -> dict[int, list[Diagnostic]]:
    return {number: [] for number in numbers}


def _received(at_work: Forks[int], notes: Sequence[Note]) -> Iterator[tuple[int, list[Diagnostic]]]:
    for message in at_work.messages():
        for said in msgpack.decode(message, type=list[_Said]):
            path = notes[said.number].path
            yield said.number, [Diagnostic(_BY_CODE[code], path, finding) for code, finding in said.found]
