"""Three versions of a note become one: text as git merges it, regions unit by unit, `backlinks` by entry.

git sees each region as one line, the same in all versions, so that it follows where a region is moved
to and never looks into it. Where the versions of a region do not lie on each other (broken markers, other
columns in both), its lines are git's like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable, change_entries
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import Body, parse_body
from vaultkit.render.print_body import print_body
from vaultkit.render.three_way import Three, Unmergeable, Who
from vaultkit.render.three_way_body import Version, merge_bodies, words_by_hand
from vaultkit.text import Span, newline_of

#: Merges the lines of base, ours and theirs with conflict markers of a size; gives the text and the conflicts.
MergeLines = Callable[[str, str, str, int], tuple[str, int]]

#: The kinds of regions whose units are known; the lines of any other are git's.
KINDS = frozenset({"recap", "roadmap", "liens", "diagnostic", "domaine", "template", "query"})

_SIDES = (Who.OURS, Who.THEIRS)


@dataclass(frozen=True, slots=True)
class MergedNote:
    """A merged note, and how many conflicts stand in it."""

    text: str
    conflicts: int


def merge_notes(base: str, ours: str, theirs: str, merge_lines: MergeLines, size: int = 7) -> MergedNote:
    """Return what three versions of a note make; `size` is that of git's conflict markers.

    Without regions and `backlinks` this is what `merge_lines` gives.
    """
    texts = _with_one_backlinks((base, ours, theirs))
    work = _Work.of(texts, merge_lines, size)
    if work is None or not work.opaque:
        return MergedNote(*merge_lines(*texts, size))
    base, ours, theirs = (work.masked(who) for who in Who)
    merged, conflicts = merge_lines(base, ours, theirs, work.size)
    found = work.unmasked(merged)
    return MergedNote(found, conflicts + work.conflicts)


# ------------------------------------------------------------------------------------- regions


@dataclass(frozen=True, slots=True)
class _Opaque:
    """A region as git sees it: one line. `texts` are what it says in each version, `merged` in the merged note."""

    line: str
    texts: Three[str]
    merged: str


@dataclass(slots=True)
class _Work:
    """A merge in progress; `size` is one that no run of conflict marker signs in the note has."""

    notes: tuple[Note, ...]
    regions: tuple[tuple[Region, ...], ...]
    merge_lines: MergeLines
    wanted: int
    size: int
    seed: str
    opaque: list[_Opaque] = field(default_factory=list)
    hidden: list[dict[int, _Opaque]] = field(default_factory=lambda: [{}, {}, {}])
    conflicts: int = 0

    @classmethod
    def of(cls, texts: Sequence[str], merge_lines: MergeLines, size: int) -> _Work | None:
        """Return the merge of the regions of three texts; None if a marker is broken, or there are none."""
        if not all("<!--" in text for text in texts[1:]):
            return None
        notes = tuple(parse_note("", text) for text in texts)
        found = [find_regions(note) for note in notes]
        if any(one.faults for one in found):
            return None
        runs = (len(run[0]) for text in texts for run in re.finditer(r"[<>=|]{7,}", text))
        seed = sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        work = cls(
            notes, tuple(one.regions for one in found), merge_lines, size, max(40, size, *runs) + 1, seed
        )
        for places in _paired(notes, work.regions):
            work._hide(places)
        return work

    def _hide(self, places: tuple[int | None, int | None, int | None]) -> None:
        """Merge one region, and hide it from git in all versions that have it."""
        regions = [own[at] if at is not None else None for own, at in zip(self.regions, places, strict=True)]
        there = [region for region in regions if region]
        if any(r.name not in KINDS or r.options.get("mode") == "once" for r in there):
            return
        said = [_whole(note, region) for note, region in zip(self.notes, regions, strict=True)]
        try:
            merged = self._merged(regions, said)
        except Unmergeable:
            return
        if merged is None:
            return
        newline = re.search(r"\r?\n?\Z", merged)
        line = f"<!-- vaultkit:merge {self.seed} {len(self.opaque)} -->{newline[0] if newline else ''}"
        opaque = _Opaque(line, Three(*said), merged)
        self.opaque.append(opaque)
        for hidden, at in zip(self.hidden, places, strict=True):
            if at is not None:
                hidden[at] = opaque

    def _merged(self, regions: Sequence[Region | None], said: Sequence[str | None]) -> str | None:
        """Return what a region says in the merged note, None where its lines are git's.

        Raises Unmergeable where its versions do not lie on each other.
        """
        base, ours, theirs = said
        if ours is None or theirs is None:
            return self._merged_lone(regions, said)
        if ours == theirs or theirs == base:
            return ours
        if ours == base:
            return theirs
        mine, new = regions[Who.OURS], regions[Who.THEIRS]
        assert mine is not None
        assert new is not None
        old = regions[Who.BASE]
        if mine.prefix != new.prefix or _has_conflict(ours) or _has_conflict(theirs):
            raise Unmergeable
        if mine.stamp is None and new.stamp is None:
            raise Unmergeable
        begins = [
            region.begin.of(note.text) if region else ""
            for note, region in zip(self.notes, regions, strict=True)
        ]
        begin, conflicts = begins[Who.OURS], 0
        if len(set(begins[1:])) > 1:
            begin, conflicts = self.merge_lines(
                begins[Who.BASE], begins[Who.OURS], begins[Who.THEIRS], self.wanted
            )
        versions = [self._version(who, region) for who, region in zip(Who, (old, mine, new), strict=True)]
        merged = merge_bodies(versions)
        body, clashes = self._printed(mine, merged.body)
        self.conflicts += conflicts + clashes
        end = mine.end.of(self.notes[Who.OURS].text)
        newline = end[len(end.rstrip("\r\n")) :]
        marker = f"{mine.prefix}<!-- vaultkit:end {mine.name} {merged.stamp.options()} -->"
        whole = begin + body + marker + newline
        if not conflicts and not clashes and not _is_one_region(whole):
            raise Unmergeable
        return whole

    def _merged_lone(self, regions: Sequence[Region | None], said: Sequence[str | None]) -> str | None:
        """Return what a region says that one version has no more, if no person has written into it since."""
        who = Who.THEIRS if said[Who.OURS] is None else Who.OURS
        base, lone = regions[Who.BASE], regions[who]
        if base is None or lone is None or said[who] == said[Who.BASE]:
            return None
        if base.begin.of(self.notes[Who.BASE].text) != lone.begin.of(self.notes[who].text):
            return None
        before = words_by_hand(self._version(Who.BASE, base))
        new = [word for word in words_by_hand(self._version(who, lone)) if word not in before]
        return None if new else said[who]

    def _version(self, who: Who, region: Region | None) -> Version:
        if region is None:
            return Version(Body(()), None)
        text = region.body.of(self.notes[who].text)
        if who is Who.BASE:
            text = _first_sides(text)
        return Version(parse_body(text, region.prefix, region.name == "roadmap"), region.stamp)

    def _printed(self, region: Region, bodies: Three[Body]) -> tuple[str, int]:
        """Return the lines of a merged body, and the number of conflicts in them."""
        newline = newline_of(self.notes[Who.OURS].text)
        base, ours, theirs = (_lines(bodies[who] or Body(()), region.prefix, newline) for who in Who)
        if ours == theirs:
            return ours, 0
        text, conflicts = self.merge_lines(base, ours, theirs, self.wanted)
        if not conflicts:
            text, conflicts = self.merge_lines("", ours, theirs, self.wanted)
        return text, conflicts

    # --------------------------------------------------------------------------- for git

    def masked(self, who: Who) -> str:
        """Return one version with each merged region as one line."""
        regions, hidden = self.regions[who], self.hidden[who]
        edits = [
            Edit(Span(regions[at].begin.start, regions[at].end.end), one.line) for at, one in hidden.items()
        ]
        return apply_edits(self.notes[who].text, edits)

    def unmasked(self, merged: str) -> str:
        """Return what git made of the masked versions, with the regions back in their places.

        In a conflict each side shows its own version of the region. A region that both sides have
        moved to different places stands in the first of them.
        """
        lines = {one.line.rstrip("\r\n"): one for one in self.opaque}
        seen: set[str] = set()
        result = []
        for line, who in self._sides(merged):
            bare = line.rstrip("\r\n")
            opaque = lines.get(bare)
            if opaque is None:
                result.append(line)
            elif who is not None:
                result.append(opaque.texts[who] or "")
            elif bare not in seen:
                seen.add(bare)
                result.append(opaque.merged)
        return "".join(result)

    def _sides(self, merged: str) -> Iterator[tuple[str, Who | None]]:
        """Yield each line with the side of the conflict that it stands in, conflict markers in the size wanted."""
        opens, parts, splits, closes = (sign * self.size for sign in "<|=>")
        who: Who | None = None
        for line in _split_lines(merged):
            marker = next((sign for sign in (opens, parts, splits, closes) if line.startswith(sign)), None)
            if marker is None:
                yield line, who
                continue
            yield marker[0] * self.wanted + line[len(marker) :], None
            who = {opens: Who.OURS, parts: Who.BASE, splits: Who.THEIRS, closes: None}[marker]


def _split_lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


def _is_one_region(text: str) -> bool:
    """Whether a text is one region from end to end: a fence that is never closed would hide its end."""
    found = find_regions(parse_note("", text))
    return len(found.regions) == 1 and not found.faults


def _whole(note: Note, region: Region | None) -> str | None:
    return note.text[region.begin.start : region.end.end] if region else None


def _lines(body: Body, prefix: str, newline: str) -> str:
    """Return the lines of a body as they stand between the markers of a region."""
    lines = ["", *print_body(body), ""] if body.blocks else ["", ""]
    return "".join((prefix + line if line else prefix.rstrip()) + newline for line in lines)


_MARKER = re.compile(r"(<{7,}|\|{7,}|={7,}|>{7,})(?:[ \r\n]|\Z)")


def _has_conflict(text: str) -> bool:
    return "<<<<<<<" in text and _first_sides(text) != text


def _first_sides(text: str) -> str:
    """Return a base without the conflicts that git has left in it where it made the base by merging itself."""
    if "<<<<<<<" not in text:
        return text
    result: list[str] = []
    sides: list[list[str]] = []
    for line in _split_lines(text):
        sign = found[1][0] if (found := _MARKER.match(line)) else ""
        if sign == "<" and not sides:
            sides = [[line], []]
        elif sides and sign in ("|", "="):
            sides[0].append(line)
            sides.append([])
        elif len(sides) > 2 and sign == ">":
            result += sides[1]
            sides = []
        elif sides:
            sides[0].append(line)
            sides[-1].append(line)
        else:
            result.append(line)
    return "".join([*result, *(sides[0] if sides else ())])


def _paired(
    notes: Sequence[Note], regions: Sequence[Sequence[Region]]
) -> Iterator[tuple[int | None, int | None, int | None]]:
    """Yield the places of each region in the three versions, for those that ours or theirs has."""
    base, ours, theirs = (
        [_looks(note, region) for region in own] for note, own in zip(notes, regions, strict=True)
    )
    in_ours, in_theirs = _same_regions(base, ours), _same_regions(base, theirs)
    for at in range(len(base)):
        if at in in_ours or at in in_theirs:
            yield at, in_ours.get(at), in_theirs.get(at)
    left = [at for at in range(len(ours)) if at not in in_ours.values()]
    free = [at for at in range(len(theirs)) if at not in in_theirs.values()]
    added = _same_regions([ours[at] for at in left], [theirs[at] for at in free])
    for one, other in added.items():
        yield None, left[one], free[other]


def _looks(note: Note, region: Region) -> tuple[str, str]:
    """Return what a region is known by: its key, and its begin marker where there may be several."""
    return region.key, region.begin.of(note.text)


def _same_regions(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> dict[int, int]:
    """Pair regions: of one key, where that is one region; else those that ask the same, then by their order."""
    found: dict[int, int] = {}
    keys = dict.fromkeys(key for key, _ in one)
    for key in keys:
        mine = [at for at, look in enumerate(one) if look[0] == key]
        new = [at for at, look in enumerate(other) if look[0] == key]
        if len(mine) == len(new) == 1:
            found[mine[0]] = new[0]
            continue
        begins = [one[at][1] for at in mine], [other[at][1] for at in new]
        for tag, a, b, c, d in SequenceMatcher(None, *begins, autojunk=False).get_opcodes():
            if tag == "equal" or (tag == "replace" and b - a == d - c):
                found |= {mine[a + n]: new[c + n] for n in range(b - a)}
    return found


# ----------------------------------------------------------------------------------- backlinks


def _with_one_backlinks(texts: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return the versions with the same `backlinks`, merged entry by entry, where both sides changed them."""
    if not all("backlinks" in text for text in texts[1:]):
        return texts
    notes = tuple(parse_note("", text) for text in texts)
    lists = [_entries(note) for note in notes]
    base, ours, theirs = lists[Who.BASE] or [], lists[Who.OURS], lists[Who.THEIRS]
    if ours is None or theirs is None or base in (ours, theirs) or ours == theirs:
        return texts
    removed = [at for at, entry in enumerate(ours) if entry in base and entry not in theirs]
    added = list(dict.fromkeys(entry for entry in theirs if entry not in base and entry not in ours))
    mine = notes[Who.OURS]
    try:
        merged = apply_edits(mine.text, change_entries(mine, "backlinks", added, removed))
    except NotEditable:
        return texts
    wanted = _block_of(parse_note("", merged))
    if wanted is None:
        return texts
    said = wanted.of(merged)
    return tuple(  # type: ignore[return-value]
        apply_edits(note.text, [Edit(place, said)]) if (place := _block_of(note)) else note.text
        for note in notes
    )


def _entries(note: Note) -> list[str] | None:
    """Return the entries of `backlinks`; None if there are none that can be merged."""
    entry = note.frontmatter.properties.get("backlinks") if note.frontmatter else None
    if entry is None or (note.frontmatter and note.frontmatter.error):
        return None
    values = entry.value if isinstance(entry.value, list) else [] if entry.value is None else [entry.value]
    return (
        [value for value in values if isinstance(value, str)]
        if all(isinstance(v, str) for v in values)
        else None
    )


def _block_of(note: Note) -> Span | None:
    """Return the lines of `backlinks`, None without it."""
    entry = note.frontmatter.properties.get("backlinks") if note.frontmatter else None
    if entry is None:
        return None
    start = note.text.rfind("\n", 0, entry.key_span.start) + 1
    last = max(entry.key_span.end, entry.key_span.start, len(note.text[: entry.value_span.end].rstrip()))
    end = note.text.find("\n", last)
    return Span(start, len(note.text) if end < 0 else end + 1)
