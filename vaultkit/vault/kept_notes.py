"""Notes by path of which most are never asked for: each is made when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vaultkit.markdown.note import Note
from vaultkit.text import fold, note_name


class KeptNotes(Mapping[str, Note]):
    """The notes at `paths`; `make` gives the one of a number in there, `marks` are those of each.

    `folded` are their names as `folded_names` gives them.
    """

    def __init__(
        self, paths: Sequence[str], marks: Sequence[int], make: Callable[[int], Note], folded: str
    ) -> None:
        self._numbers = dict(zip(paths, range(len(paths)), strict=True))
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
            each = zip(self._numbers, self._marks, strict=True)
            found = frozenset(path for path, marks in each if (marks & mark != 0) is held)
            self._found[mark, held] = found
        return found

    def folded(self) -> dict[str, str]:
        """Return the folded name of each note by its path; no note is made for that."""
        return dict(zip(self._numbers, self._folded.split("\n"), strict=True)) if self._numbers else {}


def folded_names(paths: Iterable[str]) -> str:
    """Return the folded names of the notes at these paths, a line each."""
    return "\n".join(fold(note_name(path)) for path in paths)
