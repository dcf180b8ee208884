"""A person at work in a vault: types, deletes, moves, renames, pauses. Each word typed is one of a kind."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.shell.daemon.obsidian_model import Obsidian, Seen, View
from tests.shell.daemon.small_missions import DOMAINS, domain_note, has_regions, place_at, places

KEEP = " <!-- vk:keep -->"
WORD = re.compile(r"zq\d+")
_ANY_WORD = re.compile(r"\w+")
_CELL = re.compile(r"(?<!\\)\|")
_PRIORITY = re.compile(r"^priorite: .*$", re.M)

#: Steps of a person's work: each number is a pause in seconds.
Work = Iterator[float]


@dataclass
class Words:
    """The words that have to be there: typed, and neither deleted by the person nor given back to a source."""

    paths: dict[str, str] = field(default_factory=dict)
    made: int = 0
    lost: dict[str, str] = field(default_factory=dict)

    def new(self, path: str) -> str:
        """Return a word that was never typed before, in the note at `path`."""
        self.made += 1
        word = f"zq{self.made}"
        self.paths[word] = path
        return word

    def gone(self, text: str) -> None:
        """Forget the words of a text that the person took away."""
        for word in WORD.findall(text):
            self.paths.pop(word, None)

    def of(self, path: str) -> list[str]:
        """Return the words of one note."""
        return [word for word, where in self.paths.items() if where == path]

    def missing(self, path: str, text: str) -> list[str]:
        """Return the words of a note that are not in its text."""
        there = set(WORD.findall(text))
        return [word for word in self.of(path) if word not in there]

    def renamed(self, old: str, new: str) -> None:
        """Follow a note to another path."""
        for word in self.of(old):
            self.paths[word] = new


@dataclass
class Typist:
    """One person. `life` is an endless series of pauses, with deeds between them."""

    app: Obsidian
    chance: random.Random
    words: Words = field(default_factory=Words)
    trace: list[str] = field(default_factory=list)
    pace: float = 1.0
    told: Callable[[Seen, list[str]], None] = lambda seen, missing: None
    batched: Callable[[], None] = lambda: None
    shelf: list[tuple[dict[str, bytes], dict[str, str]]] = field(default_factory=list)
    notes: int = 0

    def life(self) -> Work:
        """Live: open the app, then one deed after the other."""
        self.app.told = self.sees
        self.app.start()
        self.focus(self.chance.choice(self.paths()))
        deeds: list[tuple[Callable[[], Work], int]] = [
            (self.writes, 34), (self.writes_in_a_region, 22), (self.deletes_a_word, 8),
            (self.deletes_a_line, 3), (self.moves_a_line, 3), (self.removes_a_mark, 4),
            (self.switches, 16), (self.pauses, 14), (self.sets_a_property, 4), (self.renames, 2),
            (self.deletes_a_note, 1), (self.makes_a_note, 3), (self.leaves_the_app, 3),
        ]  # fmt: skip
        while True:
            [deed] = self.chance.choices([d for d, _ in deeds], [w for _, w in deeds])
            if self.app.active is None:
                self.focus(self.chance.choice(self.paths()))
            yield from deed()
            yield self.pause(0.1, 4)

    # What is seen

    def sees(self, seen: Seen) -> None:
        """Look at the note after the app loaded or merged it; what is missing then is forgotten, and told."""
        missing = self.words.missing(seen.view.path, seen.after)
        self.told(seen, missing)
        for word in missing:
            self.words.lost[word] = self.words.paths.pop(word)

    def paths(self) -> list[str]:
        """Return the notes of the vault."""
        root = self.app.root
        found = (file.relative_to(root).as_posix() for file in root.rglob("*.md"))
        return sorted(path for path in found if not path.startswith("."))

    def pause(self, least: float, most: float) -> float:
        """Return how long to wait."""
        return self.chance.uniform(least, most) * self.pace

    def say(self, what: str) -> None:
        """Remember a deed, for the report of a failure."""
        self.trace.append(f"{self.app.clock.monotonic():.2f} {what}")

    # Where to go

    def focus(self, path: str) -> View:
        """Bring a note to the front."""
        self.say(f"open {path}")
        return self.app.open(path)

    def switches(self) -> Work:
        """Go to another note; more often to one with regions."""
        paths = self.paths()
        targets = [path for path in paths if path.startswith(("Synth", "Accueil"))]
        self.focus(self.chance.choice(targets if targets and self.chance.random() < 0.4 else paths))
        if self.chance.random() < 0.15 and len(self.app.views) > 1:
            self.app.close(self.chance.choice(self.app.views))
        yield self.pause(0.2, 5)

    def pauses(self) -> Work:
        """Think, read, or have a coffee."""
        yield self.pause(*self.chance.choice(((2, 8), (5, 40), (30, 90), (60, 180))))

    # Typing

    def writes(self) -> Work:
        """Type some words outside the regions of the note in front."""
        view = self.app.active
        if view is None or not (spots := self.prose_spots(view.buffer)):
            return
        view.cursor = self.chance.choice(spots)
        lead = self.chance.choice(("", "", "\n", "\n\n", "\n- "))
        if lead and view.buffer[view.cursor : view.cursor + 1] not in ("", "\n"):
            lead = ""
        yield from self.types(view, lead, self.chance.randint(1, 12))

    def types(self, view: View, lead: str = "", count: int = 3) -> Work:
        """Type words at the cursor, one after the other; stop where the cursor cannot be written at."""
        if lead:
            self.insert(view, lead)
            yield self.pause(0.1, 1)
        for number in range(count):
            if not self.may_type(view):
                return
            word = self.words.new(view.path)
            before = view.buffer[view.cursor - 1 : view.cursor]
            self.insert(view, ("" if before in ("", " ", "\n") else " ") + word, after=True)
            long = number % 7 == 6 and self.chance.random() < 0.3
            yield self.pause(3, 20) if long else self.pause(0.1, 1.2)

    def may_type(self, view: View) -> bool:
        """Whether the note is still open and the cursor stands in text."""
        if view not in self.app.views or view is not self.app.active:
            return False
        around = view.buffer[max(view.cursor - 1, 0) : view.cursor + 1]
        if len(around) == 2 and around.isalnum():
            return False  # inside a word
        return place_at(view.buffer, view.cursor) not in ("front", "marker")

    def insert(self, view: View, text: str, after: bool = False) -> None:
        """Type `text` at the cursor; a blank after it where another word would touch it."""
        follows = view.buffer[view.cursor : view.cursor + 1]
        tail = " " if after and (follows.isalnum() or follows in ("[", "<", "*")) and follows else ""
        self.say(f"{view.path} @{view.cursor} {text + tail!r}")
        at = view.cursor
        self.app.edit(view, at, at, text + tail)
        view.cursor = at + len(text)

    def prose_spots(self, text: str) -> list[int]:
        """Return where words can be typed outside the regions: ends of lines, and between words."""
        spots = []
        for start, end, place in places(text):
            line = text[start:end]
            if place != "out" or line.startswith(">"):
                continue
            spots.append(end)
            blanks = [start + found.start() for found in re.finditer(r"(?<=\w) (?=\w)", line)]
            spots += self.chance.sample(blanks, min(1, len(blanks)))
        return spots

    def all_spots(self, text: str) -> list[int]:
        """Return where words can be typed, outside regions and in them."""
        return [*self.prose_spots(text), *(at for _, at in region_spots(text))]

    def writes_in_a_region(self) -> Work:
        """Type into what vaultkit wrote: a cell, an item, a new row, a new item."""
        view = self.app.active
        if view is None:
            return
        if not has_regions(view.buffer):
            targets = [path for path in self.paths() if path.startswith("Synth")]
            if not targets:
                return
            view = self.focus(self.chance.choice(targets))
            yield self.pause(0.3, 3)
        spots = [spot for spot in region_spots(view.buffer) if view is self.app.active]
        if not spots:
            return
        kind, view.cursor = self.chance.choice(spots)
        if kind == "row":
            label = self.chance.choice((None, None, None, "Courriel", "Facturation"))
            yield from self.types_a_row(view, label)
        elif kind == "new item":
            yield from self.types(view, "\n- ", self.chance.randint(1, 4))
        elif kind == "entry":
            yield from self.types(view, ", ", self.chance.randint(1, 3))
        else:
            yield from self.types(view, "", self.chance.randint(1, 4))

    def types_a_row(self, view: View, label: str | None) -> Work:
        """Type a new row, cell by cell; it is half a row for a while."""
        self.insert(view, "\n| ")
        if label:
            self.insert(view, label)
        yield from self.types(view, "", 0 if label else 1)
        for _ in range(4):
            if not self.may_type(view):
                return
            self.insert(view, " | ")
            yield from self.types(view, "", self.chance.choice((0, 1, 1, 2)))
        if self.may_type(view):
            self.insert(view, " |")

    # Taking away

    def remove(self, view: View, start: int, end: int) -> str:
        """Delete a stretch of the buffer, and forget its words."""
        text = view.buffer[start:end]
        self.say(f"{view.path} @{start} delete {text!r}")
        self.app.edit(view, start, end, "")
        self.words.gone(text)
        return text

    def deletes_a_word(self) -> Work:
        """Delete one word, wherever it stands."""
        if view := self.app.active:
            spans = [
                found.span()
                for start, end, place in places(view.buffer)
                if place not in ("front", "marker")
                for found in _ANY_WORD.finditer(view.buffer, start, end)
                if not self.in_a_mark(view.buffer, found.start())
            ]
            if spans:
                self.remove(view, *self.chance.choice(spans))
                yield self.pause(0.1, 1)

    def in_a_mark(self, text: str, at: int) -> bool:
        """Whether a position lies in a comment."""
        return text.rfind("<!--", 0, at) > text.rfind("-->", 0, at)

    def lines(self, view: View) -> list[tuple[int, int, str]]:
        """Return the lines that a person may take away, newline and all: no marker, no head of a table."""
        found = places(view.buffer)
        tables = [
            n
            for n, (s, e, p) in enumerate(found)
            if re.match(r"[|\s:-]+$", view.buffer[s:e]) and "|" in view.buffer[s:e]
        ]
        heads = {n - 1 for n in tables} | set(tables)
        return [
            (start, end + 1, place)
            for n, (start, end, place) in enumerate(found)
            if place not in ("front", "marker") and n not in heads and end > start and end < len(view.buffer)
        ]

    def deletes_a_line(self) -> Work:
        """Delete one line."""
        if (view := self.app.active) and (lines := self.lines(view)):
            start, end, _ = self.chance.choice(lines)
            self.remove(view, start, end)
            yield self.pause(0.1, 1)

    def moves_a_line(self) -> Work:
        """Cut a line and paste it elsewhere in the same place, some time later."""
        if not ((view := self.app.active) and (lines := self.lines(view))):
            return
        start, end, place = self.chance.choice(lines)
        held = [word for word in WORD.findall(view.buffer[start:end]) if word in self.words.paths]
        text = self.remove(view, start, end)
        yield self.pause(0.2, 4)
        if view is not self.app.active:
            return
        spots = [start for start, _, where in self.lines(view) if where == place]
        if spots:
            at = self.chance.choice(spots)
            self.say(f"{view.path} @{at} paste {text!r}")
            self.app.edit(view, at, at, text)
            for word in held:
                self.words.paths[word] = view.path

    def removes_a_mark(self) -> Work:
        """Delete a keep mark: the words of its line go back to their source, or stay, as it comes."""
        if (view := self.app.active) and KEEP in view.buffer:
            at = self.chance.choice([found.start() for found in re.finditer(re.escape(KEEP), view.buffer)])
            line = next(view.buffer[s:e] for s, e, _ in places(view.buffer) if s <= at <= e)
            self.words.gone(line)
            self.remove(view, at, at + len(KEEP))
            yield self.pause(0.1, 2)

    # Notes

    def sets_a_property(self) -> Work:
        """Choose another priority in the properties."""
        if (view := self.app.active) and (found := _PRIORITY.search(view.buffer)):
            value = self.chance.choice(("haute", "moyenne", "basse"))
            cursor = view.cursor
            self.say(f"{view.path} priorite: {value}")
            self.app.edit(view, *found.span(), f"priorite: {value}")
            view.cursor = min(cursor, len(view.buffer))
            yield self.pause(0.3, 3)

    def renames(self) -> Work:
        """Give a note another name in the app."""
        path = self.chance.choice(self.paths())
        stem = re.sub(r" bis\d*$", "", path.removesuffix(".md"))
        self.notes += 1
        new = f"{stem} bis{self.notes}.md"
        self.say(f"rename {path} to {new}")
        self.app.rename(path, new)
        self.words.renamed(path, new)
        yield self.pause(0.5, 5)

    def deletes_a_note(self) -> Work:
        """Delete a child note, as long as some are left."""
        children = [path for path in self.paths() if not path.startswith(("Synth", "Accueil"))]
        if len(children) > 2:
            path = self.chance.choice(children)
            self.say(f"delete {path}")
            self.app.delete(path)
            for word in self.words.of(path):
                del self.words.paths[word]
            yield self.pause(0.5, 5)

    def makes_a_note(self) -> Work:
        """Make a child note: empty at first, then its properties at once, then word by word."""
        if len(self.paths()) > 8:
            return
        self.notes += 1
        path = f"Nouveau {self.notes}.md"
        self.say(f"create {path}")
        view = self.app.create(path)
        yield self.pause(0.2, 6)
        if view is not self.app.active:
            return
        _, title, extra = self.chance.choice(DOMAINS)
        words = [self.words.new(path) for _ in range(4)]
        text = domain_note(self.chance.choice((title, f"{title} {self.notes}")), "Cabinet Un", extra, words)
        self.app.edit(view, 0, len(view.buffer), text)
        yield self.pause(0.5, 5)
        yield from self.writes()

    # Away from the app

    def leaves_the_app(self) -> Work:
        """Quit, work with another editor or with git, and come back."""
        self.say("quit")
        self.app.quit()
        yield self.pause(*self.chance.choice(((1, 5), (5, 30), (30, 200))))
        for _ in range(self.chance.choice((0, 1, 1, 3))):
            yield from self.chance.choice((self.edits_elsewhere, self.edits_elsewhere, self.checks_out))()
        self.say("start")
        self.app.start()
        if self.app.active is None:
            self.focus(self.chance.choice(self.paths()))
        yield self.pause(0.5, 5)

    def edits_elsewhere(self, path: str = "") -> Work:
        """Add a line with another editor, which writes a new file and renames it over the note."""
        path = path or self.chance.choice(self.paths())
        file = self.app.root / path
        text = file.read_bytes().decode()
        newline = "\r\n" if "\r\n" in text else "\n"
        plain = text.replace("\r\n", "\n")
        spots = [end for _, end, place in places(plain) if place == "out"]
        if not spots:
            return
        at, word = self.chance.choice(spots), self.words.new(path)
        self.say(f"vim {path} @{at} {word}")
        plain = f"{plain[:at]}\nligne {word}{plain[at:]}"
        self.replaces(file, plain.replace("\n", newline).encode())
        yield self.pause(0.5, 30)

    def replaces(self, file: Path, data: bytes) -> None:
        """Write a file beside and rename it over, as vim and git do."""
        beside = file.with_name(f".{file.name}.swp")
        beside.write_bytes(data)
        self.app.stamped(beside)
        beside.replace(file)

    def checks_out(self) -> Work:
        """Shelve the vault as it stands, and bring another state of it back, all files at once."""
        self.batched()
        now = {path: (self.app.root / path).read_bytes() for path in self.paths()}
        then = self.chance.choice(self.shelf) if self.shelf and self.chance.random() < 0.7 else None
        self.shelf.append((now, dict(self.words.paths)))
        if then is None:
            return
        self.say("checkout")
        files, self.words.paths = then[0], dict(then[1])
        for path in now:
            if path not in files:
                (self.app.root / path).unlink()
        for path, data in files.items():
            if now.get(path) != data:
                self.replaces(self.app.root / path, data)
        yield self.pause(1, 60)


def region_spots(text: str) -> list[tuple[str, int]]:
    """Return where words can be typed inside regions: in cells and items, and after rows and items."""
    spots: list[tuple[str, int]] = []
    rows = 0
    for start, end, place in places(text):
        line = text[start:end]
        if place in ("front", "marker", "out", "query"):
            rows = 0
            continue
        if line.startswith("|"):
            rows += 1
            bars = [start + found.start() for found in _CELL.finditer(line)]
            if rows > 2:
                spots += [("cell", end_of(text, left + 1, right)) for left, right in pairwise(bars)]
            if rows > 1:
                spots.append(("row", end))
        elif re.match(r"\d+\. ", line):
            spots.append(("entry", end_of(text, start, end - line.endswith("."))))
        elif line.startswith("- "):
            spots += [("item", end_of(text, start, end)), ("new item", end)]
    return spots


def end_of(text: str, start: int, end: int) -> int:
    """Return where the text of a unit ends: before its keep mark and its last blanks."""
    said = text[start:end].rstrip()
    said = said.removesuffix(KEEP.strip()).rstrip()
    return start + max(len(said), 1 if text[start : start + 1] == " " else 0)
