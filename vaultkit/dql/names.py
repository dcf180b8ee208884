"""Names of fields and headings, as Dataview brings them to one spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto
from functools import lru_cache

from vaultkit.dql.emoji import bmp_emoji_end, emoji_end
from vaultkit.dql.javascript import BLANK_SET, is_word

_MARKS_AFTER_KEY = "_*~`"


class _Kind(Enum):
    """What a piece of a name or heading is."""

    EMOJI = auto()
    WORD = auto()
    BLANKS = auto()
    OTHER = auto()


@lru_cache(maxsize=1 << 14)
def header_subpath(heading: str) -> str:
    """Return a heading as a header link holds it, as Dataview's `normalizeHeaderForLink`.

    Emoji, letters, digits, `_` and `-` stay, all else parts words: `Titre : un` gives `Titre un`. Combining
    marks are no letters, so a decomposed `é` loses its accent.
    """
    kept = (piece if kind in (_Kind.EMOJI, _Kind.WORD) else " " for kind, piece in _pieces(heading))
    return " ".join("".join(kept).split())


@lru_cache(maxsize=1 << 14)
def canonical_name(name: str) -> str:
    """Return the name under which a field is found too, as Dataview's `canonicalizeVarName`.

    `Budget total` gives `budget-total`, `été/hiver` gives `étéhiver`.
    """
    return "".join(map(_canonical, _pieces(name)))


def _canonical(piece: tuple[_Kind, str]) -> str:
    match piece:
        case (_Kind.EMOJI, emoji):
            return emoji
        case (_Kind.WORD, word):
            return word.lower()
        case (_Kind.BLANKS, _):
            return "-"
    return ""


def _pieces(text: str) -> Iterator[tuple[_Kind, str]]:
    """Yield emoji, words and runs of blanks, and each other sign; a keycap right after a word is none."""
    at = 0
    while at < len(text):
        if (end := emoji_end(text, at)) > at:
            kind = _Kind.EMOJI
        elif (end := _run_end(text, at, _in_word)) > at:
            kind = _Kind.WORD
        elif (end := _run_end(text, at, BLANK_SET.__contains__)) > at:
            kind = _Kind.BLANKS
        else:
            kind, end = _Kind.OTHER, at + 1
        yield kind, text[at:end]
        at = end


def _run_end(text: str, at: int, belongs: Callable[[str], bool]) -> int:
    """Return where the run of signs ends that begins at `at`."""
    while at < len(text) and belongs(text[at]):
        at += 1
    return at


def _in_word(char: str) -> bool:
    return is_word(char) or char == "-"


def full_line_key(text: str) -> str | None:
    """Return the key that stands before the `::` of a whole line, None if it is none.

    Signs before the first letter or digit are passed over (`> `, `**`, emoji), as are `_ * ~` and backticks
    after the key. Between, only letters, digits, blanks, `_ / -` and some emoji may stand.
    """
    start = 0
    while start < len(text) and not is_word(text[start]):
        start += 1
    at = start
    while at < len(text):
        if (end := bmp_emoji_end(text, at)) > at or (end := _run_end(text, at, _in_key)) > at:
            at = end
        else:
            break
    return text[start:at] if not text[at:].strip(_MARKS_AFTER_KEY) else None


def _in_key(char: str) -> bool:
    return is_word(char) or char in "/-" or char in BLANK_SET
