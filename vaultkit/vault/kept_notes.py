"""Notes by path of which most are never asked for: each is made when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vaultkit.markdown.note import Note
from vaultkit.text import fold, note_name

_END = b"\0"


class KeptPaths(Mapping[str, int]):
    """The numbers of paths, or of other names, in their order; kept as one run of bytes, and each read when asked for.

    `joined` is as of `joined_paths`.
    """

    def __init__(self, joined: bytes) -> None:
        self._paths = joined.split(_END) if joined else []
        self._numbers = dict(zip(self._paths, range(len(self._paths)), strict=True))

    def __getitem__(self, path: str) -> int:
        """Return the number of a path; raises KeyError."""
        return self._numbers[path.encode("utf-8", "surrogatepass")]

    def __contains__(self, path: object) -> bool:
        """Whether a path has a number."""
        return isinstance(path, str) and path.encode("utf-8", "surrogatepass") in self._numbers

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return (path.decode() for path in self._paths)

    def __len__(self) -> int:
        """Return how many paths there are."""
        return len(self._paths)

    def at(self, number: int) -> str:
        """Return the path of a number."""
        return self._paths[number].decode()


def joined_paths(paths: Iterable[str]) -> bytes:
    """Return paths as `KeptPaths` takes them: none is empty, and none has a NUL in it."""
    return _END.join(path.encode() for path in paths)


class KeptNotes(Mapping[str, Note]):
    """The notes at `paths`; `make` gives the one of a number in there, `marks` are those of each.

    `folded` are their names as `folded_names` gives them.
    """

    def __init__(
        self, paths: KeptPaths, marks: Sequence[int], make: Callable[[int], Note], folded: str
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
            at = self._numbers.at
            found = frozenset(
                at(number) for number, marks in enumerate(self._marks) if (marks & mark != 0) is held
            )
            self._found[mark, held] = found
        return found

    def folded(self) -> dict[str, str]:
        """Return the folded name of each note by its path; no note is made for that."""
        return dict(zip(self._numbers, self._folded.split("\n"), strict=True)) if self._numbers else {}


def folded_names(paths: Iterable[str]) -> str:
    """Return the folded names of the notes at these paths, a line each."""
    return "\n".join(fold(note_name(path)) for path in paths)
