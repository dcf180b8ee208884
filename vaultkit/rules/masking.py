"""Secrets in what other rules say: they quote findings, actions, values and links, and none may tell a password.

A report is rendered, and a baseline written, from what stands here; fixes and differences show the note itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Diagnostic, Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.hidden import Hidden
from vaultkit.rules.kinds import SECRET_AVS, SECRET_CARD, SECRET_IBAN, SECRET_PASSWORD
from vaultkit.rules.rule import Look, Secrets
from vaultkit.rules.secrets import values
from vaultkit.text import Message, nfc, one_line, pattern

HIDDEN = "••••"

_SECRETS = frozenset(kind.code for kind in (SECRET_PASSWORD, SECRET_AVS, SECRET_IBAN, SECRET_CARD))
#: A value is known by its first characters; the shortest value has as many.
_FIRST = 4
#: A password of fewer characters, or of letters or a few digits alone, can stand in a text by chance.
_STRONG, _NUMBER = 6, 13
_MORE = "!#$%*~^"
#: What a text has in it that holds a strong value, if that is no word of letters and digits: a sign inside or behind
#: a word (for emphasis there is none), a number of a card or an insurance, a bank account, or the cut after the
#: beginning of any value.
_MAY_HOLD = pattern(
    r"\w(?:[!@#$%^*?~]+\w|[*~]*[!#$%^])|\d(?:[. \u00a0-]?\d){12}|[a-z]{2}\d{2}[ \u00a0-]?[0-9a-z]{4}|…",
    re.IGNORECASE,
)
#: Digits with what may stand around them in quotes: with it they can be long enough for a strong value.
_WRAPPING = "*_=~\\s\"'«»“”„‘’"
_WRAPPED = pattern(rf"(?<![({_WRAPPING}])[({_WRAPPING}]*+\d{{4,12}}[{_WRAPPING}.,;:)\]}}]*+")


def masked(look: Look, found: Sequence[tuple[Note, Sequence[Diagnostic]]]) -> Iterator[Diagnostic]:
    """Yield what was found in each note, without the secrets of the vault in any message.

    A value that can stand anywhere by chance (`4711`) counts in its own note and mission only. Without a
    secret nothing is looked at twice.
    """
    secrets = _secrets(look, found)
    masks = _Masks(look, secrets) if secrets else None
    for note, diagnostics in found:
        if masks is None or not diagnostics:
            yield from diagnostics
            continue
        mine = masks.of(note)
        lines = _Lines(note, mine)
        for diagnostic in diagnostics:
            plain = not mine or diagnostic.kind.code in _SECRETS
            yield (
                diagnostic if plain else replace(diagnostic, finding=_hushed(diagnostic.finding, mine, lines))
            )


def _secrets(look: Look, found: Sequence[tuple[Note, Sequence[Diagnostic]]]) -> Mapping[str, Sequence[str]]:
    """Return the values by path: of the notes asked about, and of others what could be in what is said of them.

    That is what their missions hold; all others are asked only where what is said could hold a strong value.
    """
    known: dict[str, Sequence[str]] = {}
    told = [(note, one.finding) for note, said in found for one in said if one.kind.code not in _SECRETS]
    if told and len(found) < len(look.index.notes):
        hidden: Secrets = look.hidden() if look.hidden else Hidden(look.index)
        if any(_may_hold(note, finding) for note, finding in told):
            known |= hidden.said
        else:
            near = (path for note, _ in told for each in _missions(look, note) for path in _paths(each))
            known |= hidden.said_in(dict.fromkeys(near))
        for note, _ in found:
            known.pop(note.path, None)
    for note, said in found:
        if any(one.kind.code in _SECRETS for one in said):
            known[note.path] = [place.of(note.text) for place in values(note, look)]
    return known


def _may_hold(note: Note, finding: Finding) -> bool:
    """Whether what is said, or the line that it is said of, could hold a strong value."""
    said = (finding.message, finding.hint) if finding.hint else (finding.message,)
    texts = (_line(note, finding.span.start), *(text for each in said for text in (each.fr, each.en)))
    return any(map(may_hold_strong, texts))


def may_hold_strong(text: str) -> bool:
    """Whether any value could stand in a text, or the beginning of one, that stands nowhere by chance.

    Not one with a tab or another strange blank in it.
    """
    if _MAY_HOLD.search(text) or any(_is_strong(found[0].strip()) for found in _WRAPPED.finditer(text)):
        return True
    return any(any(map(str.isdigit, word)) and any(map(str.isalpha, word)) for word in text.split(" "))


def _line(note: Note, at: int) -> str:
    """Return the line around a place."""
    stop = note.text.find("\n", at)
    return note.text[note.text.rfind("\n", 0, at) + 1 : len(note.text) if stop < 0 else stop]


def _missions(look: Look, note: Note) -> Sequence[Mission]:
    """Return the missions that a note belongs to."""
    own = look.mission(note)
    return (own,) if own else look.missions_of.get(note.path, ())


def _paths(mission: Mission) -> Iterable[str]:
    """Return the paths of the notes of a mission."""
    return dict.fromkeys((mission.path, *(child.path for child in mission.children)))


def _hushed(finding: Finding, masks: Sequence[Mask], lines: _Lines) -> Finding:
    message = _said(finding.message, masks)
    hint = _said(finding.hint, masks) if finding.hint else None
    secret = lines.secret(finding.span.start)
    if message is finding.message and hint is finding.hint and not secret:
        return finding
    return replace(finding, message=message, hint=hint, hushed=secret)


def _said(message: Message, masks: Sequence[Mask]) -> Message:
    fr, en = message.fr, message.en
    for mask in masks:
        fr, en = mask.over(fr), mask.over(en)
    return message if (fr, en) == (message.fr, message.en) else Message(fr, en)


class _Lines:
    """Which lines of a note hold a secret; each is looked at once."""

    def __init__(self, note: Note, masks: Sequence[Mask]) -> None:
        self._note, self._masks = note, masks
        self._known: dict[int, bool] = {}

    def secret(self, at: int) -> bool:
        """Whether the line around a place holds a secret."""
        number = self._note.lines.line(at)
        if number not in self._known:
            line = _line(self._note, at)
            self._known[number] = any(mask.over(line) != line for mask in self._masks)
        return self._known[number]


class _Masks:
    """The masks of each note: what no note may tell, and what its mission or itself must not."""

    def __init__(self, look: Look, secrets: Mapping[str, Sequence[str]]) -> None:
        self._look, self._secrets = look, secrets
        self._of_mission: dict[str, Mask] = {}

    def of(self, note: Note) -> tuple[Mask, ...]:
        """Return the masks to lay over what is said of a note."""
        near = [self._near(mission) for mission in _missions(self._look, note)]
        weak = near or [Mask(self._secrets.get(note.path, ()))]
        return tuple(mask for mask in (self._everywhere, *weak) if mask.values)

    @cached_property
    def _everywhere(self) -> Mask:
        return Mask(value for said in self._secrets.values() for value in said if _is_strong(value))

    def _near(self, mission: Mission) -> Mask:
        known = self._of_mission.get(mission.path)
        if known is None:
            known = Mask(value for path in _paths(mission) for value in self._secrets.get(path, ()))
            self._of_mission[mission.path] = known
        return known


def _is_strong(value: str) -> bool:
    """Whether a value stands nowhere by chance."""
    if value.isalpha() or len(value) < _STRONG:
        return False
    return not value.isdigit() or len(value) >= _NUMBER


class Mask:
    """Values that are covered wherever they stand in a text, also where `…` cuts them; linear in the text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.values = frozenset(form for value in secrets for form in _forms(value) if len(form) >= _FIRST)
        self._sorted = sorted(self.values)
        self._lengths: dict[str, list[int]] = {}
        for value in self._sorted:
            self._lengths.setdefault(value[:_FIRST], []).append(len(value))
        for first, lengths in self._lengths.items():
            self._lengths[first] = sorted(set(lengths), reverse=True)
        self._longest = max(map(len, self._sorted), default=0)

    @cached_property
    def _begins(self) -> re.Pattern[str]:
        """Where a value could begin: one class of characters for each of its first ones."""
        signs = ("".join(sorted({value[at] for value in self.values})) for at in range(_FIRST))
        return re.compile("".join(f"[{re.escape(each)}]" for each in signs), re.DOTALL)

    def over(self, text: str) -> str:
        """Return a text with every value covered."""
        if not self.values:
            return text
        pieces: list[str] = []
        done = at = 0
        while found := self._begins.search(text, at):
            end = self._end(text, found.start())
            if end is None:
                at = found.start() + 1
                continue
            pieces += text[done : found.start()], HIDDEN
            done = at = end
        return "".join((*pieces, text[done:])) if pieces else text

    def _end(self, text: str, start: int) -> int | None:
        """Return where the value that begins at `start` ends, None where none begins there."""
        for length in self._lengths.get(text[start : start + _FIRST], ()):
            end = start + length
            value = text[start:end]
            if value in self.values and (_is_strong(value) or _stands_alone(text, start, end)):
                return _swallowed(text, end)
        cut = text.find("…", start + _FIRST, start + self._longest + 2)
        piece = text[start:cut].rstrip() if cut > 0 else ""
        near = bisect_left(self._sorted, piece) if len(piece) >= _FIRST else len(self._sorted)
        begun = near < len(self._sorted) and self._sorted[near].startswith(piece)
        return start + len(piece) if begun and _stands_alone(text, start, start) else None


def _swallowed(text: str, at: int) -> int:
    """Return where the signs that follow a value end: they may belong to it."""
    while text[at : at + 1] and text[at] in _MORE:
        at += 1
    return at


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a stretch is no piece of a longer word."""
    return not (text[start - 1 : start].isalnum() or (end > start and text[end : end + 1].isalnum()))


def _forms(value: str) -> Iterator[str]:
    """Yield a value as it stands, and as other places write it: composed, in one case, as a number."""
    plain = nfc(one_line(value))
    yield from (value, plain)
    if value.isdigit():
        yield value.lstrip("0")
    elif _is_strong(value):
        yield from (plain.lower(), plain[:1].upper() + plain[1:])
