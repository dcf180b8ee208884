"""The last line of defence: what stays inside is known again by its words, however it came into a report.

Three measures, each against what no public text says:

- seven words in a row, or a word with a sign or a digit in it (`acces_it`), of any text that stays inside;
- any word of four letters and more that stands in comments, internal sections, interviews and the like *only*: the
  words of a report come from public text, from properties, from what queries said and from vaultkit itself;
- a cell or an item of a query's answer, of two words and more, that stands so in a text that stays inside, or that is
  a property of an interview (but for whom it was made with, and what vaultkit itself reads).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct

from vaultkit.audit import coverage_words, wording, words
from vaultkit.audit.internal import internal_spans, outermost
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.render import evolution_view, tracking_words
from vaultkit.render.deliverable import chart_calendar, client_text_work
from vaultkit.render.deliverable import wording as report_wording
from vaultkit.render.deliverable.client_text_cut import without_comments
from vaultkit.render.deliverable.client_text_signs import is_secret_key
from vaultkit.render.deliverable.leaks_said import Found, What
from vaultkit.render.deliverable.leaks_words import Token, key_of, seen, tokens_of
from vaultkit.text import Span, pattern, unaccented

#: A word with a sign or a digit inside, and what looks like one and is common (`3e`, `10min`, `v2`).
DISTINCT = pattern(
    r"(?=\w*[^\W\d])(?:\w*[^\W_]_[^\W_]\w*|\w*[^\W\d_]\d\w*|\w*\d[^\W\d_]\w*|\w*[a-z][A-Z]\w*)"
)
_ORDINAL = pattern(
    r"\d+(?:er|re|e|eme|st|nd|rd|th|h|min|ms|s|km|m|cm|mm|go|mo|ko|gb|mb|kb|w|v|a|g|p|j|d|x)\d*|[a-z]\d|v\d+|\d[a-z]"
)
_ANCHOR = pattern(r"\{#[^\s{}]*\}|\]\(#[^()\s]*\)")
_CELL = pattern(r"(?<!\\)\||\n")
_LEAD = pattern(r"^[\s>]*(?:[-*+]|\d+[.)])?\s*(?:\[.\]\s)?")
#: Properties of an interview that a report may say: whom, when, and what all notes of a mission have.
_COMMON_KEYS = frozenset(
    (
        *(
            "category",
            "scope",
            "client",
            "personne",
            "personnes",
            "person",
            "interlocuteur",
            "interlocutrice",
        ),
        *(
            "role",
            "roles",
            "fonction",
            "fonctions",
            "function",
            "funktion",
            "rolle",
            "poste",
            "date",
            "langue",
        ),
        *("language", "lang", "statut", "status", "domaine", "priorite", "created", "modified", "cssclasses"),
    )
)
#: Where the words stand that vaultkit itself writes into a report.
_TABLES = (
    *(words, wording, coverage_words, evolution_view, tracking_words),
    *(report_wording, chart_calendar, client_text_work),
)
_RUN, _SHORTEST_DISTINCT, _SHORTEST, _CELL_WORDS = 7, 5, 4, 2


class Sources(Struct, frozen=True):
    """What the words of a report can come from.

    `notes` are those it is made from and those that stay inside beside them; `whole` the paths of those that stay
    inside altogether; `answers` what queries said; `public` words that may get out; `told` finished texts that were
    public once (what a progress report says of an earlier one).
    """

    notes: tuple[Note, ...]
    whole: frozenset[str]
    answers: tuple[str, ...]
    public: tuple[str, ...]
    told: tuple[str, ...] = ()


class Inside:
    """What stays inside and no public text says: runs of words, single words, cells of answers."""

    def __init__(self, sources: Sources) -> None:
        self.runs: set[tuple[str, ...]] = set()
        self.words: set[str] = set()
        closed_words: set[str] = set()
        closed_lines: list[str] = []
        public_runs: set[tuple[str, ...]] = set()
        public_words: set[str] = set(_our_words())
        public_lines: list[str] = []
        front_words: set[str] = set()
        for note in sources.notes:
            whole = note.path in sources.whole
            for is_closed, text in _stretches(note, whole):
                _add(text, *((self.runs, self.words) if is_closed else (public_runs, public_words)))
                if not is_closed:
                    public_lines.append(_line(text))
            front = note.frontmatter.span.of(note.text) if note.frontmatter else ""
            front_words.update(key_of(front))
            for text in _strict(note, whole):
                closed_words.update(key_of(text))
                closed_lines.append(_line(text))
        for word in sources.public:
            _add(word, public_runs, public_words)
            public_lines.append(_line(word))
        self.runs -= public_runs
        self.distinct = {word for word in self.words - public_words if _is_distinct(word)}
        answered = [without_comments(parse_note("", text)).text for text in sources.answers]
        known = public_words | front_words
        for text in (*answered, *sources.told):
            known.update(key_of(text))
        self.only = {word for word in closed_words - known if len(word) >= _SHORTEST and word.isalpha()}
        self._values = frozenset(
            key_of(text) for note in sources.notes if note.path in sources.whole for text in _properties(note)
        )
        self._front = frozenset(
            key_of(text)
            for note in sources.notes
            if note.path not in sources.whole
            for text in _strings(dict(note.properties))
        )
        self._closed, self._public = "".join(closed_lines), "".join(public_lines)
        self.cells = {key for text in answered for key in self._cells(text)}

    def found(self, text: str, tokens: Sequence[Token]) -> Iterator[Found]:
        """Yield what of a text (with its words) stays inside."""
        said = [token.word for token in tokens]
        anchors = [found.span() for found in _ANCHOR.finditer(text)]
        for at, token in enumerate(tokens):
            if token.word in self.distinct:
                yield Found(token.written, What.INSIDE)
            run = tuple(said[at : at + _RUN])
            if run in self.runs:
                yield Found(text[token.start : tokens[at + _RUN - 1].end], What.INSIDE)
            elif token.word in self.only and not any(low <= token.start < high for low, high in anchors):
                yield Found(token.written, What.INSIDE)
        if self.cells:
            yield from _cells_in(text, self.cells)

    def _cells(self, answer: str) -> Iterator[tuple[str, ...]]:
        """Yield the cells and items of an answer that stand so in what stays inside, and in no public text."""
        for cell in _CELL.split(answer):
            key = tuple(key_of(_LEAD.sub("", cell)))
            line = _joined(key)
            said_inside = len(key) >= _CELL_WORDS and line in self._closed
            if (said_inside or key in self._values) and key not in self._front and line not in self._public:
                yield key


def _properties(note: Note) -> Iterator[str]:
    """Yield the words that the properties of a note that stays inside say, which are its own."""
    for key, value in note.properties.items():
        if unaccented(key).replace("-", "_") not in _COMMON_KEYS:
            yield from (text for text in _strings(value) if any(char.isalpha() for char in text))


def _cells_in(text: str, cells: Iterable[tuple[str, ...]]) -> Iterator[Found]:
    for cell in _CELL.split(text):
        said = _LEAD.sub("", cell).strip()
        if tuple(key_of(said)) in cells:
            yield Found(said, What.INSIDE)


def _joined(key: Iterable[str]) -> str:
    return f" {' '.join(key)} "


def _line(text: str) -> str:
    return f"\n{_joined(key_of(text))}\n"


def closed_spans(note: Note) -> tuple[Span, ...]:
    """Return the stretches of a note that stay inside: frontmatter, comments, internal sections."""
    front = [note.frontmatter.span] if note.frontmatter else []
    return outermost((*front, *note.comments, *internal_spans(note)))


def _stretches(note: Note, whole: bool) -> Iterator[tuple[bool, str]]:
    """Yield the text of a note piece by piece, each with whether it stays inside."""
    closed = (Span(0, len(note.text)),) if whole else closed_spans(note)
    at = 0
    for span in (*closed, Span(len(note.text), len(note.text))):
        yield False, note.text[at : span.start]
        yield True, span.of(note.text)
        at = span.end


def _strict(note: Note, whole: bool) -> Iterator[str]:
    """Yield what of a note stays inside for sure: not its properties, of which chapters and queries say some."""
    if whole:
        yield note.text[note.body_start :]
        return
    for span in outermost((*note.comments, *internal_spans(note))):
        yield span.of(note.text)
    for field in note.fields:
        if is_secret_key(field.key):
            yield field.value_span.of(note.text)


@cache
def _our_words() -> frozenset[str]:
    """Return the words that vaultkit itself writes: those of the tables of its modules, in all languages."""
    found = [text for module in _TABLES for value in vars(module).values() for text in _strings(value)]
    return frozenset(word for text in found for word in key_of(text))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from _strings(one)
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            yield from _strings(one)


def _is_distinct(word: str) -> bool:
    return (
        len(word) >= _SHORTEST_DISTINCT
        and DISTINCT.fullmatch(word) is not None
        and _ORDINAL.fullmatch(word) is None
    )


def _add(text: str, runs: set[tuple[str, ...]], words: set[str]) -> None:
    said = [token.word for token in tokens_of(seen(text))]
    words.update(said)
    runs.update(tuple(said[at : at + _RUN]) for at in range(len(said) - _RUN + 1))
