"""The leak check: what must never get out, sought in every text of a composed report.

What is cut out as structure is never here. What a person wrote in prose is, and what a query or a chapter brought
along. The rules, each made so that it neither misses a name nor stops a delivery for a common word:

- **Names** of interviews (file name, `title`, H1, aliases; of other missions the file names) and of other missions
  (scope, client, title). With three words that carry meaning, or a sign inside a word (`Acces_IT`, `Poste2`): wherever
  these words follow one another, whatever their case and accents. With two: written just so. With one of four letters
  and more: written just so, with a capital. Where every word has one (first in its sentence, cell or title) only if the
  report's sources never write that word small; of « Postes et réseau » that is the first.
  What is public anyway is no leak: the client, the domains, the titles of notes that go out, people (they have
  `--noms roles`), and the property `vaultkit_public` of the synthesis (a list of words).
- **Signs of the workshop**: `%%`, `<!--`, `vk:keep`, `[[`, `vaultkit_interne` and the like, outside of code, and in
  code that no note has as code; « à définir » and « sans source », wherever they stand.
- **Text that stays inside** (comments, internal sections and notes, interviews, frontmatter): see `leaks_inside`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from vaultkit.audit.internal import internal_spans, is_internal, outermost
from vaultkit.audit.mission import INTERVIEW, SYNTHESIS, scope_of
from vaultkit.audit.model import Mission
from vaultkit.audit.words import UNDEFINED
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text_links import display_kept
from vaultkit.render.deliverable.client_text_signs import is_internal_key
from vaultkit.render.deliverable.client_text_work import (
    Answered,
    hidden_note,
    names_of,
    other_scopes,
    people_of,
    title_of,
)
from vaultkit.render.deliverable.leaks_inside import DISTINCT, Inside, Sources, closed_spans
from vaultkit.render.deliverable.leaks_said import HINTS, Found, What, message_of
from vaultkit.render.deliverable.leaks_words import STOP, TOKEN, Token, key_of, seen, tokens_of
from vaultkit.render.deliverable.model import Leak, Report
from vaultkit.render.deliverable.texts import texts_of
from vaultkit.text import Span, fold, nfc, pattern, unaccented
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

_SIGNS = pattern(
    r"%%|<!--|\{>>|vk:keep|\[\[|vaultkit[:_](?:begin|end|interne?|internal|frozen)\b", re.IGNORECASE
)
#: An inline field, in brackets or on a line of its own.
_FIELD = pattern(r"(?:[\[(]|^)[ \t>*_+-]*(\w[\w \-]{0,30}?)[*_ ]*::(?!:)", re.MULTILINE)
_SENTENCE_START = pattern(r"(?:^|[.!?…:|\n«“„(–—]|\*\*|#|^[ \t>]*(?:[-*+]|\d+[.)]))[\W_]*$", re.MULTILINE)
#: What vaultkit writes where nobody knows, in any language, and without its accents too.
_BETWEEN = r"[\W_]{1,3}"
#: « sans source d’alimentation », « sans source sûre » are sentences like others.
_OF_WHAT = r"(?!\s(?:d[’']|de\s|des\s|du\s|sûre|fiable|officielle|externe|ouverte))"
_UNKNOWN = pattern(
    "(?:"
    + "|".join(
        rf"(?<!\w){_BETWEEN.join(map(re.escape, words.split()))}(?!\w)"
        for phrase in (*UNDEFINED.values(), "sans source", "ohne Quelle")
        for words in dict.fromkeys((phrase, unaccented(phrase)))
    )
    + ")"
    + _OF_WHAT,
    re.IGNORECASE,
)
_MOST = 20


class Suspect(Struct, frozen=True):
    """A name that must not get out: its words as they compare and as they are written, stop words left out."""

    words: tuple[str, ...]
    written: tuple[str, ...]
    what: What

    @property
    def is_anywhere(self) -> bool:
        """Whether case and accents do not count: it has three words, or one that is no common word."""
        return len(self.words) > 2 or any(DISTINCT.fullmatch(word) for word in self.written)


class Vault(Struct, frozen=True):
    """Where a report comes from.

    `note` is the note itself, `sources` the notes whose text may stand in it, the note first; `answers` what queries
    said in them; `public` the words that may get out, `told` finished texts that were public once. `mission` is None
    for a note that gathers nothing.
    """

    index: VaultIndex
    note: Note
    mission: Mission | None
    sources: tuple[Note, ...]
    answers: tuple[Answered, ...] = ()
    public: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def linked(self) -> Iterator[str]:
        """Yield what notes are called that the sources link to: their titles stand in the text."""
        for source in self.sources:
            for path in _linked(self.index, source):
                note = self.index.notes.get(path)
                if note is not None and not is_internal(note):
                    yield from (note.name, title_of(note))

    def public_words(self) -> list[str]:
        """Return the words that a person lets out: the property `vaultkit_public` of the note."""
        said = self.note.properties.get("vaultkit_public")
        return [word for word in (said if isinstance(said, list) else [said]) if isinstance(word, str)]


def leaks_of(report: Report, vault: Vault) -> tuple[Leak, ...]:
    """Return what must not get out and stands in a report, each with its place in the vault."""
    cover = report.cover
    kept = (cover.consultant, cover.firm, cover.version)  # no role stands for these
    said = [_open_text(text) for text in (*texts_of(report), *filter(None, kept))]
    places = _Places(vault)
    suspects = _Suspects(vault)
    inside = _inside(vault)
    code = _SourceCode(vault)
    found: dict[Found, None] = {}
    for text in said:
        tokens = tokens_of(text.whole)
        for one in (
            *suspects.found(text.whole, tokens),
            *_signs(text.open),
            *code.signs(text.code),
            *_internal(text.open),
            *_unknown(text.whole),
            *inside.found(text.whole, tokens),
        ):
            found.setdefault(one)
    known = {token.word for token in tokens_of(" ".join((cover.title, cover.version, *cover.tags)))}
    public = {key_of(word) for word in vault.public_words()}
    left = [
        one
        for one in found
        if key_of(one.said) not in public
        and (one.what is not What.INSIDE or unaccented(one.said) not in known)
    ]
    return tuple(leak for one in left for leak in places.leaks(one))


# ----------------------------------------------------------------------------------------- texts


class _Text(Struct, frozen=True):
    """A text as it is read, and as it is written: outside of code and formulas, and these."""

    whole: str
    open: str
    code: tuple[str, ...] = ()


def _open_text(text: str) -> _Text:
    if not any(sign in text for sign in "`~$\t") and "    " not in text:
        return _Text(seen(text), text)
    note = parse_note("", text)
    pieces, code, at = [], [], 0
    for span in outermost((*note.code, *note.math)):
        pieces += [text[at : span.start], " " * (span.end - span.start)]
        code.append(span.of(text))
        at = span.end
    return _Text(seen(text), "".join((*pieces, text[at:])), tuple(code))


class _SourceCode:
    """The code and formulas that the notes of a vault hold: signs of the workshop in them are what a person shows."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._lines: list[str] | None = None

    def signs(self, code: Sequence[str]) -> Iterator[Found]:
        """Yield the signs in stretches of code that are not code in a note."""
        for line in (line for one in code for line in one.split("\n")):
            if any(True for _ in _signs(line)):
                rest = _code_line(line)
                for known in self.lines:
                    rest = rest.replace(known, " ")
                yield from _signs(rest)

    @property
    def lines(self) -> list[str]:
        """The lines with a sign of all code of the sources and of what queries said, the longest first."""
        if self._lines is None:
            notes = (*self.vault.sources, *(parse_note("", one.said) for one in self.vault.answers))
            found = {
                _code_line(line)
                for note in notes
                for span in outermost((*note.code, *note.math))
                for line in span.of(note.text).split("\n")
                if any(True for _ in _signs(line))
            }
            self._lines = sorted(found, key=len, reverse=True)
        return self._lines


def _code_line(line: str) -> str:
    return line.strip("> \t\r")


def _signs(text: str) -> Iterator[Found]:
    for found in _SIGNS.finditer(text):
        yield Found(found[0], What.SIGN)
    for found in _FIELD.finditer(text) if "::" in text else ():
        if is_internal_key(found[1]):
            yield Found(f"{found[1]}::", What.SIGN)


def _internal(text: str) -> Iterator[Found]:
    """Yield the first line of each stretch that a text itself says to be internal."""
    if "intern" not in text.lower():
        return
    for span in internal_spans(parse_note("", text)):
        yield Found(span.of(text).strip().split("\n", 1)[0], What.SIGN)


def _unknown(text: str) -> Iterator[Found]:
    for found in _UNKNOWN.finditer(text):
        yield Found(found[0], What.UNKNOWN)


# -------------------------------------------------------------------------------------- suspects


class _Suspects:
    """The names that must not get out, by their first word."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.by_first: dict[str, list[Suspect]] = {}
        # one text to search in: a large vault has thousands of names on either side
        public = "\n".join(f" {' '.join(key_of(word))} " for word in _public_words(vault))
        for suspect in (*_interviews(vault), *_other_missions(vault)):
            if f" {' '.join(suspect.words)} " not in public:
                self.by_first.setdefault(suspect.words[0], []).append(suspect)
        self._small: frozenset[str] | None = None

    def found(self, text: str, tokens: Sequence[Token]) -> Iterator[Found]:
        for at, token in enumerate(tokens):
            for suspect in self.by_first.get(token.word, ()):
                here = tokens[at : at + len(suspect.words)]
                if tuple(one.word for one in here) == suspect.words and self._counts(suspect, text, here):
                    yield Found(text[here[0].start : here[-1].end], suspect.what)

    def _counts(self, suspect: Suspect, text: str, here: Sequence[Token]) -> bool:
        """Whether words that are alike are this name: see the rules at the top."""
        if any("\n\n" in text[one.end : other.start] for one, other in pairwise(here)):
            return False
        if suspect.is_anywhere:
            return True
        if tuple(nfc(one.written) for one in here) != suspect.written:
            return False
        if any(not one.written.islower() for one in here[1:]):
            return True
        return not _SENTENCE_START.search(text[max(0, here[0].start - 40) : here[0].start]) or (
            here[0].written.lower() not in self.small
        )

    @property
    def small(self) -> frozenset[str]:
        """The words that the sources write small somewhere."""
        if self._small is None:
            self._small = frozenset(
                found for note in self.vault.sources for found in TOKEN.findall(note.text) if found.islower()
            )
        return self._small


def _suspect(name: str, what: What) -> Iterator[Suspect]:
    """Yield a name as a suspect, if it has a word that can be known again."""
    written = tuple(word for word in TOKEN.findall(nfc(name)) if unaccented(word) not in STOP)
    words = tuple(map(unaccented, written))
    letters = [word for word in words if not word.isdecimal()]
    if not letters:
        return
    alone = len(words) == 1 and len(words[0]) < 4 and not (written[0].isupper() and len(words[0]) == 3)
    small = len(words) == 1 and written[0].islower() and not DISTINCT.fullmatch(written[0])
    if not alone and not small:
        yield Suspect(words, written, what)


def _interviews(vault: Vault) -> Iterator[Suspect]:
    own = {child.path for child in vault.mission.children} if vault.mission else set()
    own |= {path for source in vault.sources for path in _linked(vault.index, source)}
    for note in vault.index.notes.values():
        if fold(note.category) != INTERVIEW:
            continue
        mine = note.path in own
        for name in names_of(note) if mine else (note.name,):
            yield from _suspect(name, What.INTERVIEW if mine else What.MISSION)


def _linked(index: VaultIndex, note: Note) -> Iterator[str]:
    for link in (*note.links, *note.embeds, *(one.reference for one in note.property_links)):
        if link.linkpath and (path := resolve_linkpath(index, link.linkpath, note.path)):
            yield path


def _other_missions(vault: Vault) -> Iterator[Suspect]:
    scope = scope_of(vault.note)
    for note in vault.index.notes.values():
        if fold(note.category) != SYNTHESIS or note == vault.note or scope_of(note) == scope:
            continue
        said = [note.properties.get(key) for key in ("scope", "client", "title", "aliases")]
        flat = [one for value in said for one in (value if isinstance(value, list) else [value])]
        for name in (*flat, note.name):
            if isinstance(name, str):
                found = _suspect(name, What.MISSION)
                yield from (one for one in found if len(one.words) > 1 or name in said[:2])


def _public_words(vault: Vault) -> Iterator[str]:
    """Yield the names that may get out, though a note that stays inside has one of them too."""
    note = vault.note
    for key in ("scope", "client", "title", "consultant", "firm", "societe"):
        value = note.properties.get(key)
        if isinstance(value, str):
            yield value
    yield from vault.public
    yield from (note.name, title_of(note), *vault.public_words())
    for source in vault.sources:
        if not is_internal(source):
            yield from (source.name, title_of(source))
    if vault.mission:
        for domain in vault.mission.domains:
            yield from (domain.label, domain.short)
            yield from (item.owner for one in domain.notes for item in one.items if item.owner)
        for child in vault.mission.children:
            for person in people_of(child):
                yield from (person, person.split()[0])


# ---------------------------------------------------------------------------------------- inside


def _inside(vault: Vault) -> Inside:
    notes = tuple(_notes(vault))
    whole = frozenset(note.path for note in notes if is_internal(note) and note is not vault.note)
    public = (*_public_words(vault), *vault.linked())
    return Inside(Sources(notes, whole, tuple(one.said for one in vault.answers), public, vault.told))


def _notes(vault: Vault) -> Iterable[Note]:
    """Return the notes that a report could have words from, each once."""
    found = {note.path: note for note in vault.sources}
    for child in vault.mission.children if vault.mission else ():
        found.setdefault(child.path, child)
    for answer in vault.answers:
        if answer.path in vault.index.notes:
            found.setdefault(answer.path, vault.index.notes[answer.path])
    return found.values()


# ---------------------------------------------------------------------------------------- places


class _Places:
    """Where in the vault stands what got out."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._closed: dict[str, tuple[Span, ...]] = {}
        self._others = other_scopes(vault.index, scope_of(vault.note))

    def leaks(self, found: Found) -> list[Leak]:
        """Return a leak for each place in public text that says it; else for the query or note that it came from."""
        message, hint = message_of(found), HINTS[found.what]
        leaks = [Leak(note.path, Finding(span, message, hint)) for note, span in self._public(found.said)]
        leaks = leaks or [
            Leak(note.path, Finding(span, message, hint)) for note, span in self._read(found.said)
        ]
        if leaks:
            return leaks[:_MOST]
        path, span = self._origin(found.said)
        return [Leak(path, Finding(span, message, hint))]

    def _public(self, said: str) -> Iterator[tuple[Note, Span]]:
        for note in _notes(self.vault):
            if is_internal(note) and note is not self.vault.note:
                continue
            for found in re.finditer(_loosely(said), note.text):
                span = Span(*found.span())
                if not any(one.start < span.end and span.start < one.end for one in self._hidden(note)):
                    yield note, span

    def _read(self, said: str) -> Iterator[tuple[Note, Span]]:
        """Yield the lines of public notes that say it once entities, percent codes and the like are read."""
        sought = re.compile(_loosely(said))
        for note in _notes(self.vault):
            if is_internal(note) and note is not self.vault.note:
                continue
            at = 0
            for line in note.text.split("\n"):
                whole = Span(at, at + len(line))
                if sought.search(seen(line)) and not any(one.holds(whole) for one in self._hidden(note)):
                    yield note, whole
                at += len(line) + 1

    def _hidden(self, note: Note) -> tuple[Span, ...]:
        if note.path not in self._closed:
            links = [
                link.span
                for link in (*note.links, *note.embeds)
                if (target := self._hidden_note(note, link.linkpath)) is not None
                and (link.embed or display_kept(link.display, target) is None)
            ]
            self._closed[note.path] = outermost((*closed_spans(note), *links, *note.code))
        return self._closed[note.path]

    def _hidden_note(self, note: Note, linkpath: str) -> Note | None:
        path = resolve_linkpath(self.vault.index, linkpath, note.path) if linkpath else None
        return hidden_note(self.vault.index, path, self._others)

    def _origin(self, said: str) -> tuple[str, Span]:
        for answer in self.vault.answers:
            note = self.vault.index.notes.get(answer.path)
            if note is not None and re.search(_loosely(said), answer.said):
                at = note.text.find(answer.code.split("\n")[0])
                return note.path, Span(max(at, 0), max(at, 0) + len(answer.code.split("\n")[0]))
        for note in _notes(self.vault):
            if inner := re.search(_loosely(said), note.text):
                return note.path, Span(*inner.span())
        return self.vault.note.path, Span(0, 0)


def _loosely(said: str) -> str:
    """Return the expression that finds the same words with other signs between them."""
    words = re.findall(r"\w+", said)
    if not words:
        return re.escape(said)
    return r"(?<!\w)" + r"[\W_]{1,12}".join(map(re.escape, words)) + r"(?!\w)"
