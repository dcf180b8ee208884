"""What a vault accepted once: findings that were there before, so that only new ones are said.

A finding is known again by its file, its code and its message in English, never by its line: text that
moves inside a note, and another language of messages, change nothing. A note that was moved or renamed
takes its entries along where no other note could be meant.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from vaultkit.diagnostics import Diagnostic
from vaultkit.errors import VaultkitError
from vaultkit.text import Message, note_name, pattern

FORMAT = 1
#: Of how many notes that could be a renamed one the entries are compared.
MOST_ALIKE = 8

#: What a message says of places and of days gone by, which change while the fault stays.
_MOVING = pattern(r"\b(line|column|day|days) \d+|\b\d+ (days?|weeks?|months?)\b")
_ENTRIES = pattern(r'"accepted"\s*:\s*\[\s*')
_GAP = pattern(r"[\s,]*")


class Fingerprint(NamedTuple):
    """By what a finding is known again."""

    path: str
    code: str
    message: str


class Baseline(Struct, frozen=True):
    """How often each finding is accepted."""

    counts: Mapping[Fingerprint, int] = field(default_factory=dict)

    def without(self, gone: Callable[[Fingerprint], bool]) -> Baseline:
        """Return the baseline without the entries that `gone` picks."""
        return Baseline({one: count for one, count in self.counts.items() if not gone(one)})

    def plus(self, found: Iterable[Diagnostic]) -> Baseline:
        """Return the baseline that accepts these findings too."""
        return Baseline(Counter(self.counts) + Counter(map(fingerprint, found)))


class Judged(Struct, frozen=True):
    """Findings held against a baseline: those that are new, how many it accepts, and what it has too many."""

    new: tuple[Diagnostic, ...]
    silent: int
    gone: int


class WrongBaseline(VaultkitError):
    """The baseline cannot be understood."""


def fingerprint(diagnostic: Diagnostic) -> Fingerprint:
    """Return by what a finding is known again; numbers of lines and days in its message do not count."""
    message = _MOVING.sub(_still, diagnostic.finding.message.en)
    return Fingerprint(diagnostic.path, diagnostic.kind.code, message)


def _still(found: re.Match[str]) -> str:
    return f"{found[1]} N" if found[1] else f"N {found[2]}"


def judged(found: Sequence[Diagnostic], baseline: Baseline, there: Container[str]) -> Judged:
    """Hold findings against a baseline; `there` are the paths of the files that the vault has."""
    left = Counter(_followed(found, baseline, there).counts)
    accepted = left.total()
    new: list[Diagnostic] = []
    for diagnostic in found:
        key = fingerprint(diagnostic)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(diagnostic)
    gone = left.total()
    return Judged(tuple(new), accepted - gone, gone)


def _followed(found: Iterable[Diagnostic], baseline: Baseline, there: Container[str]) -> Baseline:
    """Return the baseline with the entries of files that are gone at the paths that these have now."""
    lost = _by_path(one for one in baseline.counts.items() if one[0].path not in there)
    if not lost:
        return baseline
    known = {one.path for one in baseline.counts}
    fresh = Counter(fingerprint(diagnostic) for diagnostic in found if diagnostic.path not in known)
    homeless, moved = _Homeless(_by_path(fresh.items())), dict[str, str]()
    for path, entries in sorted(lost.items()):
        if (now := homeless.take(path, entries)) is not None:
            moved[path] = now
    return Baseline(
        {key._replace(path=moved.get(key.path, key.path)): n for key, n in baseline.counts.items()}
    )


def _by_path(entries: Iterable[tuple[Fingerprint, int]]) -> dict[str, dict[tuple[str, str], int]]:
    found: dict[str, dict[tuple[str, str], int]] = {}
    for (path, code, message), count in entries:
        found.setdefault(path, {})[code, message] = count
    return found


class _Homeless:
    """The files that have findings and no entries: each may be one that had another path."""

    def __init__(self, files: dict[str, dict[tuple[str, str], int]]) -> None:
        self._files = files
        self._named: dict[str, list[str]] = {}
        self._saying: dict[tuple[str, str], list[str]] = {}
        for path, said in files.items():
            self._named.setdefault(note_name(path), []).append(path)
            for one in said:
                self._saying.setdefault(one, []).append(path)

    def take(self, path: str, entries: Mapping[tuple[str, str], int]) -> str | None:
        """Return the one file that has all these entries: of the same name, else of any; it is taken then."""
        rarest = min((self._saying.get(one, []) for one in entries), key=len)
        for paths in (self._named.get(note_name(path), []), rarest):
            if len(paths) > MOST_ALIKE:
                continue
            fits = [one for one in paths if one in self._files and self._has(one, entries)]
            if len(fits) == 1:
                del self._files[fits[0]]
                return fits[0]
        return None

    def _has(self, path: str, entries: Mapping[tuple[str, str], int]) -> bool:
        said = self._files[path]
        return all(said.get(one, 0) >= count for one, count in entries.items())


# ------------------------------------------------------------------------------ as a file


def written(baseline: Baseline) -> str:
    """Return the baseline as a file: JSON, one entry a line, sorted, so that git merges it line by line."""
    entries = [
        _dumped({"path": path, "code": code, "message": message, "count": count})
        for (path, code, message), count in sorted(baseline.counts.items())
    ]
    body = "[\n    " + ",\n    ".join(entries) + "\n  ]" if entries else "[]"
    return f'{{\n  "schema_version": {FORMAT},\n  "accepted": {body}\n}}\n'


def _dumped(entry: dict[str, str | int]) -> str:
    """Return an entry as a person can read it; escaped where it holds what no text file can."""
    text = json.dumps(entry, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(entry)


def read_baseline(text: str, name: str) -> Baseline:
    """Return the baseline that a file holds; `name` is said in the message. Raises WrongBaseline with the line."""
    try:
        whole = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as fault:
        raise _wrong(
            name, fault.lineno, f"ce n’est pas du JSON ({fault.msg})", f"this is no JSON ({fault.msg})"
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise _wrong(name, 1, "ce n’est pas du JSON lisible", "this is no JSON that can be read") from fault
    entries = whole.get("accepted") if isinstance(whole, dict) else None
    if not isinstance(entries, list):
        raise _wrong(name, 1, "il y manque la liste «\u00a0accepted\u00a0»", "it has no list 'accepted'")
    if whole.get("schema_version") != FORMAT:
        raise _wrong(
            name,
            1,
            "un autre vaultkit l’a écrit\u00a0: schema_version n’est pas 1",
            "schema_version is not 1",
        )
    counts: Counter[Fingerprint] = Counter()
    for number, entry in enumerate(entries):
        read = _entry(entry)
        if read is None:
            raise _wrong(
                name,
                _line_of(text, number),
                "il faut path, code et message (des textes) et count (un nombre)",
                "an entry has path, code and message (strings) and count (a number)",
            )
        counts[read[0]] += read[1]
    return Baseline(counts)


def _entry(entry: object) -> tuple[Fingerprint, int] | None:
    if not isinstance(entry, dict):
        return None
    path, code, message, count = (entry.get(key) for key in ("path", "code", "message", "count"))
    if not isinstance(path, str) or not isinstance(code, str) or not isinstance(message, str):
        return None
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        return None
    return Fingerprint(path, code, message), count


def _line_of(text: str, number: int) -> int:
    """Return the line, from 1, of an entry of the list."""
    start = _ENTRIES.search(text)
    at = start.end() if start else 0
    decoder = json.JSONDecoder()
    for _ in range(number):
        try:
            at = decoder.raw_decode(text, at)[1]
        except ValueError:
            break
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
    return text.count("\n", 0, at) + 1


def _wrong(name: str, line: int, fr: str, en: str) -> WrongBaseline:
    return WrongBaseline(
        Message(
            f"{name}, ligne {line}\u00a0: {fr}\u00a0; vaultkit check --no-baseline s’en passe",
            f"{name}, line {line}: {en}; vaultkit check --no-baseline does without it",
        )
    )
