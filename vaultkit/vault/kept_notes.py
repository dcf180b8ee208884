"""Notes by path of which most are never asked for: each is made when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from zlib import crc32

from vaultkit.markdown.note import Note
from vaultkit.text import fold, note_name

_NUL = b"\0"
_WIDE = 4
#: Of more than one path in so many it takes less to read all.
_FEW = 8
#: So many places are tried for a path: no more than a dozen or two are taken in a row but by names made for that.
_TRIES = 512


class KeptPaths(Mapping[str, int]):
    """The numbers of paths, or of other names, in their order; none is read before someone asks for it.

    `data` is as of `kept_paths`.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        data = memoryview(data)
        self._count = _number(data, 0)
        self._size = _slots(self._count)
        slots_end = _WIDE * (1 + self._size)
        ends_end = slots_end + _WIDE * self._count
        self._slots, self._ends, self._text = data[_WIDE:slots_end], data[slots_end:ends_end], data[ends_end:]

    @property
    def is_whole(self) -> bool:
        """Whether as much is there as has to be."""
        return len(self._ends) == _WIDE * self._count and len(self._text) == self._end(self._count - 1)

    def __getitem__(self, path: str) -> int:
        """Return the number of a path; raises KeyError."""
        said = path.encode("utf-8", "surrogatepass")
        for slot in _places(said, self._size):
            number = _number(self._slots, slot) - 1
            if number < 0:
                break
            if self._text[self._start(number) : self._end(number)] == said:
                return number
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return (said.decode() for said in bytes(self._text).split(_NUL)) if self._count else iter(())

    def __len__(self) -> int:
        """Return how many paths there are."""
        return self._count

    def at(self, number: int) -> str:
        """Return the path of a number."""
        return str(self._text[self._start(number) : self._end(number)], "utf-8")

    def _start(self, number: int) -> int:
        return _number(self._ends, number - 1) + 1 if number else 0

    def _end(self, number: int) -> int:
        return _number(self._ends, number) if number >= 0 else 0


def kept_paths(paths: Iterable[str]) -> bytes | None:
    """Return paths, each there once and without a NUL, as `KeptPaths` takes them; None where too many sums are alike.

    That is how many there are; a table by their sums in which each path leaves its number from 1 in the first place
    that was free; where each ends; and the paths themselves, with a NUL between them. Numbers have four bytes.
    """
    said = [path.encode() for path in paths]
    slots = [0] * _slots(len(said))
    for number, one in enumerate(said, start=1):
        free = next((slot for slot in _places(one, len(slots)) if not slots[slot]), None)
        if free is None:
            return None
        slots[free] = number
    ends = [end + at for at, end in enumerate(accumulate(map(len, said)))]
    return b"".join(n.to_bytes(_WIDE, "little") for n in (len(said), *slots, *ends)) + _NUL.join(said)


def _slots(count: int) -> int:
    """Return how many places a table for so many paths has: at least every other one is free."""
    return 1 << (2 * count).bit_length()


def _places(said: bytes, size: int) -> Iterator[int]:
    """Yield the places in a table where a path can have left its number, in order."""
    first = crc32(said)
    return (slot & size - 1 for slot in range(first, first + min(size, _TRIES)))


def _number(data: memoryview, at: int) -> int:
    return int.from_bytes(data[_WIDE * at : _WIDE * (at + 1)], "little")


class KeptNotes(Mapping[str, Note]):
    """The notes at `paths`; `make` gives the one of a number in there, `marks` are those of each.

    `folded` are their names as `folded_names` gives them.
    """

    def __init__(
        self, paths: KeptPaths, marks: Sequence[int], make: Callable[[int], Note], folded: bytes | memoryview
    ) -> None:
        self._numbers = paths
        self._marks = marks
        self._make = make
        self._folded = folded
        self._made: dict[str, Note] = {}
        self._found: dict[tuple[int, bool], frozenset[str]] = {}

    def __getitem__(self, path: str) -> Note:
        """Return the note at a path, always the same object; raises KeyError."""
        note = self._made.get(path)
        if note is None:
            note = self._made[path] = self._make(self._numbers[path])
        return note

    def __contains__(self, path: object) -> bool:
        """Whether a note stands at a path."""
        return path in self._numbers

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return iter(self._numbers)

    def __len__(self) -> int:
        """Return how many notes there are."""
        return len(self._numbers)

    def marked(self, mark: int, held: bool = True) -> frozenset[str]:
        """Return the paths of the notes that have one of these marks, or none of them; no note is made for that."""
        found = self._found.get((mark, held))
        if found is None:
            wanted = {marks for marks in set(self._marks) if (marks & mark != 0) is held}
            numbers = (
                [number for number, marks in enumerate(self._marks) if marks in wanted] if wanted else []
            )
            known = list(self._numbers) if len(numbers) > len(self) // _FEW else None
            found = frozenset(map(known.__getitem__ if known else self._numbers.at, numbers))
            self._found[mark, held] = found
        return found

    def folded(self) -> dict[str, str]:
        """Return the folded name of each note by its path; no note is made for that."""
        folded = str(self._folded, "utf-8").split("\n")
        return dict(zip(self._numbers, folded, strict=True)) if self._numbers else {}


def folded_names(paths: Iterable[str]) -> bytes:
    """Return the folded names of the notes at these paths, a line each."""
    return "\n".join(fold(note_name(path)) for path in paths).encode()
