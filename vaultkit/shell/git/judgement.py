"""What a hook said of notes, to be said again on the same day where only their prose has changed since.

What is said of a note rests on the whole vault. So what is kept is told of all that git had staged then: where every
file that is staged otherwise by now differs in words of plain paragraphs alone, which nobody reads but people, the
same is to be said, a few lines further down perhaps. This module is loaded before all that reads notes.
"""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import DecodeError, Struct, msgpack

from vaultkit.shell.brief import MOST, Said, say_brief, worst
from vaultkit.shell.cache.place import JUDGEMENT, beside, cache_file
from vaultkit.shell.cache.sealed import read_sealed
from vaultkit.shell.console import Voice, locale_language
from vaultkit.shell.git.environment import DIFFERENCE, SAFE_OPTIONS
from vaultkit.shell.git.nothing import Seen, printed
from vaultkit.shell.git.plain_files import PlainFiles
from vaultkit.text import pattern

#: For how many unresolved links a hook looks up the nearest name: each costs a pass over all names.
HINTS = 5
#: The folder of the app, the files of it that are read, and the file that makes a folder a vault.
_FOLDER, _APP, _TOML = (
    ".obsidian",
    ("app.json", "types.json", "daily-notes.json", "templates.json"),
    "vaultkit.toml",
)
#: A line that begins a paragraph and holds nothing but words: no sign that means anything in Markdown.
_PLAIN = pattern(r"[^\W\d_](?:[^\W_]|[ ,;.!?’'\"«»()…–—\u00a0\u202f-]|:(?= |$))*")


class Judged(Struct, frozen=True, array_like=True):
    """What was said of one note: of the text that git knows as `oid`, whose path a terminal may have as `shown`.

    `alike` are texts from which the note differed then in nothing that others read. `prose` are the stretches of its
    plain paragraphs, each with the blank lines between them; where they are `counted` none may come or go.
    `unresolved` is how many of its links lead nowhere. `names` are those that its missions spell in several ways, None
    where it is of none: a common word may not go from the text that is one of them.
    """

    oid: str
    alike: list[str]
    shown: str
    said: list[Said]
    prose: list[tuple[int, int]]
    counted: bool
    unresolved: int
    names: list[str] | None


class Judgement(Struct, frozen=True, array_like=True):
    """What was said of notes when git had staged `changed` since `commit`: paths with git's names before and after.

    `surroundings` are what else it rests on (see `surroundings`).
    """

    commit: str
    changed: dict[str, tuple[str, str]]
    surroundings: list[object]
    language: str
    notes: dict[str, Judged]


_JUDGEMENT = msgpack.Decoder(Judgement)


def judged_before(seen: Seen) -> int | None:
    """Say what is to be said of what is staged, and return the exit code; None where it has to be worked out.

    `seen` is how the index differs from HEAD.
    """
    _, top, environ, difference = seen
    cache, staged = cache_file(Path(top)), differences(difference)
    known = kept(cache, top) if cache and staged else None
    if known is None or staged is None:
        return None
    files = PlainFiles(top, environ)
    since = _since(seen, known, files, staged)
    moves = None if since is None else _moves(known, since, staged, files)
    if moves is None:
        return None
    found = [(path, said) for path in sorted(staged) for said in known.notes[path].said]
    order = worst(said.kind for _, said in found)
    places = list(_places([found[at] for at in order[:MOST]], known, moves))
    if len(places) < len(order[:MOST]):
        return None
    return say_brief(Voice(known.language), places, [found[at][1].kind for at in order])


def kept(cache: Path, top: str) -> Judgement | None:
    """Return what was kept of the vault at `top`, None if nothing was or something else that it rests on changed."""
    data = read_sealed(beside(cache, JUDGEMENT), os.fsencode(top))
    try:
        known = _JUDGEMENT.decode(data) if data else None
    except DecodeError:
        return None
    return known if known is not None and known.surroundings == surroundings(top) else None


def surroundings(top: str) -> list[object]:
    """Return what is not staged and yet has a say: the day, the language of the machine, the settings of the app."""
    app = [_stamp(f"{top}/{_FOLDER}/{name}") for name in _APP]
    return [time.strftime("%Y-%m-%d"), locale_language() or "", _is_marked(top), app]


def differences(said: bytes) -> dict[str, tuple[str, str]] | None:
    """Return what git printed: paths with its names before and after; None where anything is but a changed file."""
    fields = said.split(b"\0")
    found: dict[str, tuple[str, str]] = {}
    for words, raw in zip(fields[::2], fields[1::2], strict=False):
        mode, other, before, after, status = words.decode().removeprefix(":").split()
        if status != "M" or mode[:3] != "100" or other[:3] != "100":
            return None
        try:
            if before != after:
                found[raw.decode()] = (before, after)
        except UnicodeDecodeError:
            return None
    return found


def _since(
    seen: Seen, known: Judgement, files: PlainFiles, staged: dict[str, tuple[str, str]]
) -> dict[str, tuple[str, str]] | None:
    """Return how the index differs from the commit that what is kept is told of."""
    head = files.head()
    if head is None or head == known.commit:
        return staged if head else None
    git, _, environ, _ = seen
    try:
        said = printed(
            [git, *SAFE_OPTIONS, *DIFFERENCE, "--raw", "-z", "--no-abbrev", known.commit, "--"], environ
        )
    except OSError:
        return None
    return None if said is None else differences(said)


class Piece(Struct, frozen=True):
    """A stretch of a text that was judged: it stands `further` behind by now, or None: it says something else."""

    start: int
    end: int
    further: int | None


class Move(Struct, frozen=True):
    """A text by now, and the pieces of what it was, one behind the other."""

    text: str
    pieces: list[Piece]

    def place(self, at: int) -> int | None:
        """Return where what stood at a place stands, None where something else may stand there."""
        found = next((piece for piece in self.pieces if piece.start <= at < piece.end), self.pieces[-1])
        return None if found.further is None else at + found.further


def _moves(
    known: Judgement,
    since: Mapping[str, tuple[str, str]],
    staged: Mapping[str, tuple[str, str]],
    files: PlainFiles,
) -> dict[str, Move] | None:
    """Return how each staged note has moved; None where anything but plain paragraphs differs from what was judged."""
    if sum(known.notes[path].unresolved for path in staged if path in known.notes) > HINTS:
        return None
    moves: dict[str, Move] = {}
    for path in {**known.changed, **since, **staged}:
        was, now = _before_and_now(path, known, since, staged)
        if path not in staged and was == now:
            continue
        note = known.notes.get(path)
        if note is None or note.oid != was:
            return None
        before, text = files.blob(was), files.blob(now)
        if path in staged and not _is_like_head(note, staged[path][0], before, text, files):
            return None
        move = _move(note, before, text)
        if move is None or _lies_in_another_vault(files.top, path):
            return None
        moves[path] = move
    return moves


def _is_like_head(note: Judged, oid: str, before: bytes | None, now: bytes | None, files: PlainFiles) -> bool:
    """Whether others read of a note what HEAD, where it has this name, says; `before` is what was judged."""
    if oid in (note.oid, *note.alike):
        return True
    from vaultkit.rules.name_words import lost_words

    head = files.blob(oid)
    if head is None or now is None or _move(note, before, head) is None:
        return False
    lost = (
        frozenset[str]() if note.names is None else lost_words(head.decode(), now.decode("utf-8", "replace"))
    )
    return lost is not None and lost.isdisjoint(note.names or ())


def _before_and_now(
    path: str,
    known: Judgement,
    since: Mapping[str, tuple[str, str]],
    staged: Mapping[str, tuple[str, str]],
) -> tuple[str, str]:
    """Return git's names for what a file said when it was judged, and for what it says; the commit has a third."""
    said, other = known.changed.get(path), since.get(path)
    if said is None and other is None:
        return staged[path][1], staged[path][1]
    of_commit = (said or other or ("", ""))[0]
    return (said[1] if said else of_commit), (other[1] if other else of_commit)


def _move(note: Judged, before: bytes | None, now: bytes | None) -> Move | None:
    """Return how what stands in a text has moved, None if more has changed than plain paragraphs."""
    if before is None or now is None or b"\r" in now:
        return None
    try:
        old, new = before.decode(), now.decode()
    except UnicodeDecodeError:
        return None
    pieces = list(_pieces(note, old, new))
    return Move(new, pieces) if pieces and pieces[-1].end > len(old) else None


def _pieces(note: Judged, old: str, new: str) -> Iterator[Piece]:
    """Yield the pieces of a text, the last one ending behind it; fewer where more than plain paragraphs differ."""
    at = done = 0
    stretches = [(first, _with_blanks(old, last)) for first, last in note.prose] if old != new else []
    for number, (first, stop) in enumerate(stretches):
        following = old[stop : stretches[number + 1][0] if number + 1 < len(stretches) else len(old)]
        begin = at + first - done
        if old[done:first] != new[at:begin]:
            return
        end = new.find(following, begin) if number + 1 < len(stretches) else len(new) - len(following)
        if end < begin:
            return
        same = old[first:stop] == new[begin:end]
        if not same and not _is_prose(note, old, new, (first, stop, begin, end)):
            return
        yield Piece(done, first, at - done)
        yield Piece(first, stop, begin - first if same else None)
        at, done = end, stop
    if old[done:] == new[at:]:
        yield Piece(done, len(old) + 1, at - done)


def _with_blanks(text: str, at: int) -> int:
    """Return where the blank lines behind a place end."""
    return at + len(text[at:]) - len(text[at:].lstrip("\n"))


def _is_prose(note: Judged, old: str, new: str, places: tuple[int, int, int, int]) -> bool:
    """Whether paragraphs of nothing but words stand in the place of others, and tell no secret."""
    from vaultkit.rules.name_words import lost_words
    from vaultkit.rules.traits import NUMBER, PASSWORD, traits

    first, stop, begin, end = places
    before, now = old[first:stop], new[begin:end]
    lines = now.split("\n")
    if not lines[0] or not all(not line or _PLAIN.fullmatch(line) for line in lines):
        return False
    if stop < len(old) and _blanks_at_end(before) != _blanks_at_end(now):
        return False
    if note.counted and _paragraphs(before) != _paragraphs(now):
        return False
    if not unicodedata.is_normalized("NFC", before) or not unicodedata.is_normalized("NFC", now):
        return False
    held = [traits(text) for text in _around_change(_wider(old, first, stop), _wider(new, begin, end))]
    if (held[0] | held[1]) & (PASSWORD | NUMBER):
        return False
    lost = frozenset[str]() if note.names is None else lost_words(before, now)
    return lost is not None and lost.isdisjoint(note.names or ())


def _wider(text: str, first: int, stop: int) -> list[str]:
    """Return the lines of a stretch of a text, and the one before it and the one behind it."""
    begin = text.rfind("\n", 0, max(0, first - 1)) + 1
    end = text.find("\n", stop)
    return text[begin : end if end >= 0 else len(text)].split("\n")


def _around_change(before: list[str], now: list[str]) -> tuple[str, str]:
    """Return the lines that differ, each time with the line before them and the one behind them."""
    most = min(len(before), len(now))
    first = next((at for at in range(most) if before[at] != now[at]), most)
    last = next((at for at in range(most - first) if before[-1 - at] != now[-1 - at]), most - first)
    start = max(0, first - 1)
    was, said = ("\n".join(lines[start : len(lines) - max(0, last - 1)]) for lines in (before, now))
    return was, said


def _blanks_at_end(text: str) -> int:
    return len(text) - len(text.rstrip("\n"))


def _paragraphs(text: str) -> int:
    return sum(1 for one in text.split("\n\n") if one.strip("\n"))


def plain_lines(text: str) -> bool:
    """Whether each line of a paragraph holds nothing but words."""
    return all(_PLAIN.fullmatch(line) for line in text.split("\n"))


def _places(
    found: Sequence[tuple[str, Said]], known: Judgement, moves: Mapping[str, Move]
) -> Iterator[tuple[str, Said]]:
    """Yield what is said with its place; nothing of what stood where something has changed."""
    for path, said in found:
        text, at = moves[path].text, moves[path].place(said.at)
        if at is None:
            return
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        yield f"{known.notes[path].shown}:{line}:{column}", said


def _stamp(file: str) -> list[int]:
    try:
        status = os.stat(file)  # noqa: PTH116 - a text
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _is_marked(folder: str) -> bool:
    return os.path.isdir(f"{folder}/{_FOLDER}") or os.path.isfile(f"{folder}/{_TOML}")  # noqa: PTH112, PTH113 - as above


def _lies_in_another_vault(top: str, path: str) -> bool:
    """Whether a folder on the way to a file is a vault of its own."""
    folder = path.rpartition("/")[0]
    while folder:
        if _is_marked(f"{top}/{folder}"):
            return True
        folder = folder.rpartition("/")[0]
    return False
