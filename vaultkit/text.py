"""Places in a text, and how two spellings compare.

Offsets count characters (code points) of the text as it was read. Obsidian counts
UTF-16 units; `LineIndex.loc` gives those where the outside asks for them.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import AnyStr, ClassVar, Generic, Protocol, cast

from msgspec import Struct


class Compiler(Protocol):
    """What compiles a regular expression: `re.compile`, or what gives the same."""

    def __call__(self, source: AnyStr, flags: int, /) -> re.Pattern[AnyStr]:
        """Return the expression compiled."""


class _Pattern(Generic[AnyStr]):
    """A regular expression that is compiled when it is first used: of some three hundred a run needs a few."""

    compiler: ClassVar[list[Compiler]] = [re.compile]

    def __init__(self, source: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return self.compiler[0](self.pattern, self._flags)

    def __getattr__(self, name: str) -> object:
        found: object = getattr(self._compiled, name)
        self.__dict__[name] = found  # so that it is not asked for again
        return found


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a regular expression for a module to keep, as `re.compile` does, but compiled when it is first used.

    Only for what stands in the code: what is made from the words of a vault is for `re.compile`.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))


def compile_with(compiler: Compiler) -> None:
    """Have the patterns that are used from now on compiled by this."""
    _Pattern.compiler[:] = [compiler]


class Span(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A half-open range of characters: `start` is in it, `end` is not."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the piece of `text` that this span covers."""
        return text[self.start : self.end]

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end


class Loc(Struct, frozen=True, gc=False):
    """A place as Obsidian names it: `line` and `col` from 0; `col` and `offset` in UTF-16 units."""

    line: int
    col: int
    offset: int


class LineIndex:
    """Turns offsets into lines and columns of `text`; a line ends at a line feed."""

    __slots__ = ("_astral", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        find, at = text.find, text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        self._starts = starts
        self._astral: list[int] | None = None

    def line(self, offset: int) -> int:
        """Return the line of `offset`, from 0."""
        return bisect_right(self._starts, offset) - 1

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of `offset`, both from 1, the column in characters."""
        line = self.line(offset)
        return line + 1, offset - self._starts[line] + 1

    def loc(self, offset: int) -> Loc:
        """Return the place of `offset` as Obsidian's cache gives it."""
        line = self.line(offset)
        start = self._starts[line]
        return Loc(line, offset - start + self._wide(start, offset), offset + self._wide(0, offset))

    def offset(self, line: int, col: int) -> int:
        """Return the offset of a place as `loc` gives it; beyond the end of a line is that end, without its newline."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start = self._starts[line]
        end = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self.text)
        end -= self.text.startswith("\r\n", end - 1)
        return min(self.after(start, col), end)

    def after(self, start: int, units: int) -> int:
        """Return the offset so many UTF-16 units after `start`; within a character it is that of the character."""
        wide = self._wides
        low = first = bisect_left(wide, start)
        high = len(wide)
        while low < high:
            at = (low + high) // 2
            if wide[at] - start + at - first < units:
                low = at + 1
            else:
                high = at
        return start + max(units, 0) - (low - first)

    @property
    def _wides(self) -> list[int]:
        """Where the characters stand that take two UTF-16 units."""
        if self._astral is None:
            text = self.text
            self._astral = [] if text.isascii() else [i for i, c in enumerate(text) if c > "\uffff"]
        return self._astral

    def _wide(self, start: int, end: int) -> int:
        """Return how many characters of the stretch take two UTF-16 units."""
        return bisect_right(self._wides, end - 1) - bisect_right(self._wides, start - 1)


class Message(Struct, frozen=True, array_like=True, gc=False):
    """A sentence for a person, in French and in English."""

    fr: str
    en: str

    def of(self, language: str) -> str:
        """Return the sentence in `language`: French for `fr`, else English."""
        return self.fr if language == "fr" else self.en


def note_name(path: str) -> str:
    """Return what `[[name]]` says of the note at `path`: its base name without `.md`."""
    return path.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(".MD")


def newline_of(text: str) -> str:
    """Return the newline that new lines of this text should have: that of its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def nfc(text: str) -> str:
    """Return `text` composed (Unicode NFC), as names and sources are compared and written."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


#: Emoji and what belongs to them: pictographs, variation selectors, joiners, skin tones, flags, keycaps.
EMOJI = (
    "\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
)
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_EMOJI_RUN = pattern(f"(?:{_KEYCAP}|[{EMOJI}])+")
_LEADING_EMOJI = pattern(f"\\s*([{EMOJI}]+)\\s*")
_NUMBERING = pattern(
    rf"^\s*(?:(?:{_KEYCAP})+\s*|(?:\d+|[ivxIVX]+|[a-zA-Z])[.)](?:\s+|(?=[{EMOJI}]))"
    r"|(?:\d+\.)+\d*\s+|\d+\s+[-–—:]\s+)"
)
#: White space of all kinds but the no-break blanks of French typography.
_BLANKS = pattern(r"[^\S\u00a0\u2007\u202f]+")
_NOT_WORD = pattern(r"[^\w&]+|_+")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CODE = pattern(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_AND = {"&": "et", "and": "et", "und": "et"}
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def without_emoji(text: str) -> str:
    """Return `text` with its emoji taken out and single blanks left."""
    return one_line(_EMOJI_RUN.sub(" ", text))


def one_line(text: str) -> str:
    """Return `text` on one line with single blanks; the no-break blanks of French typography stay."""
    return _BLANKS.sub(" ", text).strip()


def leading_emoji(text: str) -> str:
    """Return the emoji that opens `text` (after a number such as `1.`), or the empty text."""
    found = _LEADING_EMOJI.match(_NUMBERING.sub("", text))
    return found[1] if found else ""


def parting_commas(text: str) -> Iterator[int]:
    """Yield where the items of a roadmap line part: at a comma before a blank, outside brackets and code.

    A bracket that is never closed does not count as one.
    """
    closing: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "`" and (code := _CODE.match(text, at)):
            at = code.end()
            continue
        if char in _PAIRS and text.count(_PAIRS[char], at) > closing.count(_PAIRS[char]):
            closing.append(_PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif char == "," and not closing and text[at + 1 : at + 2].isspace():
            yield at
        at += 1


def without_numbering(text: str) -> str:
    """Return a heading's words without the number before them: `1. 🔐 Accès` gives `🔐 Accès`."""
    return _NUMBERING.sub("", text).strip()


def unaccented(text: str) -> str:
    """Return `text` in lower case and without diacritics."""
    return text.lower() if text.isascii() else text.translate(_PLAIN)


class _Plain(dict[int, str]):
    """What each character is without its diacritics, in lower case; no character's neighbours matter for that."""

    def __missing__(self, code: int) -> str:
        """Work it out for a character that is met for the first time."""
        folded = unicodedata.normalize("NFKD", chr(code)).casefold().translate(_LIGATURES)
        parts = unicodedata.normalize("NFKD", folded)
        plain = self[code] = "".join(part for part in parts if not unicodedata.combining(part))
        return plain


_PLAIN = _Plain()


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Return the key by which names, headings and labels compare.

    Emoji, numbering, case, accents and punctuation do not count; `&`, `and`, `und` are `et`.
    `1. 🔐 Sécurité & Accès` gives `securite et acces`.
    """
    bare = without_numbering(without_emoji(without_numbering(text)))
    words = _NOT_WORD.sub(" ", unaccented(bare)).replace("&", " & ").split()
    return " ".join(_AND.get(word, word) for word in words)
