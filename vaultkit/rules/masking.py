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
from vaultkit.rules.rule import Look
from vaultkit.rules.secrets import values
from vaultkit.text import Message, nfc, one_line

HIDDEN = "••••"

_SECRETS = frozenset(kind.code for kind in (SECRET_PASSWORD, SECRET_AVS, SECRET_IBAN, SECRET_CARD))
#: A value is known by its first characters; the shortest value has as many.
_FIRST = 4
#: A password of fewer characters, or of letters or a few digits alone, can stand in a text by chance.
_STRONG, _NUMBER = 6, 13
_MORE = "!#$%*~^"


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
    """Return the values by path: of the notes asked about, and where they have something to say of all others."""
    known: dict[str, Sequence[str]] = {}
    if len(found) < len(look.index.notes) and any(
        one.kind.code not in _SECRETS for _, said in found for one in said
    ):
        known |= look.hidden() if look.hidden else Hidden(look.index).said
        for note, _ in found:
            known.pop(note.path, None)
    for note, said in found:
        if any(one.kind.code in _SECRETS for one in said):
            known[note.path] = [place.of(note.text) for place in values(note, look)]
    return known


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
            start = at - self._note.lines.place(at)[1] + 1
            stop = self._note.text.find("\n", at)
            line = self._note.text[start : len(self._note.text) if stop < 0 else stop]
            self._known[number] = any(mask.over(line) != line for mask in self._masks)
        return self._known[number]


class _Masks:
    """The masks of each note: what no note may tell, and what its mission or itself must not."""

    def __init__(self, look: Look, secrets: Mapping[str, Sequence[str]]) -> None:
        self._look, self._secrets = look, secrets
        self._of_mission: dict[str, Mask] = {}

    def of(self, note: Note) -> tuple[Mask, ...]:
        """Return the masks to lay over what is said of a note."""
        own = self._look.mission(note)
        missions = (own,) if own else tuple(self._look.missions_of.get(note.path, ()))
        near = [self._near(mission) for mission in missions]
        weak = near or [Mask(self._secrets.get(note.path, ()))]
        return tuple(mask for mask in (self._everywhere, *weak) if mask.values)

    @cached_property
    def _everywhere(self) -> Mask:
        return Mask(value for said in self._secrets.values() for value in said if _is_strong(value))

    def _near(self, mission: Mission) -> Mask:
        known = self._of_mission.get(mission.path)
        if known is None:
            paths = dict.fromkeys((mission.path, *(child.path for child in mission.children)))
            known = Mask(value for path in paths for value in self._secrets.get(path, ()))
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
