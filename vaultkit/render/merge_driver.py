"""Three versions of a note become one: text as git merges it, regions unit by unit, `backlinks` by entry.

git sees each region as lines of its own, the same in all versions, so that it follows where a region is
moved to and never looks into it. Where the versions of a region do not lie on each other (broken markers,
other columns in both), its lines are git's like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import Body, parse_body
from vaultkit.render.print_body import print_body
from vaultkit.render.three_way import Three, Unmergeable, Who
from vaultkit.render.three_way_backlinks import with_one_backlinks
from vaultkit.render.three_way_body import Version, merge_bodies, words_by_hand
from vaultkit.render.three_way_mask import (
    SIZES,
    Opaque,
    has_conflict,
    split_lines,
    unmasked,
    without_conflicts,
)
from vaultkit.render.three_way_pairs import Places, paired
from vaultkit.text import Span, newline_of

#: Merges the lines of base, ours and theirs with conflict markers of a size; gives the text and the conflicts.
MergeLines = Callable[[str, str, str, int], tuple[str, int]]

#: The kinds of regions whose units are known; the lines of any other are git's.
KINDS = frozenset({"recap", "roadmap", "liens", "diagnostic", "domaine", "template", "query"}) | {
    *("couverture", "plan", "matrice", "calendrier", "avancement", "evolution"),
}


class MergedNote(Struct, frozen=True):
    """A merged note, and how many conflicts stand in it."""

    text: str
    conflicts: int


def merge_notes(base: str, ours: str, theirs: str, merge_lines: MergeLines, size: int = 7) -> MergedNote:
    """Return what three versions of a note make; `size` is that of git's conflict markers.

    Without regions and `backlinks` this is what `merge_lines` gives.
    """
    texts = with_one_backlinks((base, ours, theirs))
    work = _Work.of(texts, merge_lines, size)
    if work is None or not work.opaque:
        return MergedNote(*merge_lines(*texts, size))
    newline = _one_newline(texts)
    if newline is not None:
        versions = [text.replace("\r\n", "\n") for text in (base, ours, theirs)]
        done = merge_notes(versions[Who.BASE], versions[Who.OURS], versions[Who.THEIRS], merge_lines, size)
        return MergedNote(done.text.replace("\n", newline), done.conflicts)
    return work.merged() or MergedNote(*merge_lines(*texts, size))


def _one_newline(texts: Sequence[str]) -> str | None:
    """Return the line end of the merged note where versions differ in it from end to end; else None."""
    crlf = [text.count("\r\n") for text in texts]
    all_lines = [text.count("\n") for text in texts]
    if any(some not in (0, count) for some, count in zip(crlf, all_lines, strict=True)):
        return None
    base, ours, theirs = (bool(some) for some in crlf)
    if ours == theirs and (base == ours or not all_lines[Who.BASE]):
        return None
    changed = theirs if ours == base and all_lines[Who.BASE] else ours
    return "\r\n" if changed else "\n"


# ------------------------------------------------------------------------------------- regions


class _Work(Struct):
    """A merge in progress; `size` is one that no run of conflict marker signs in the note has."""

    notes: tuple[Note, ...]
    regions: tuple[tuple[Region, ...], ...]
    merge_lines: MergeLines
    wanted: int
    size: int
    seed: str
    opaque: list[Opaque] = field(default_factory=list)
    hidden: list[dict[int, Opaque]] = field(default_factory=lambda: [{}, {}, {}])
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
        for places in paired(notes, work.regions):
            work._hide(places)
        return work

    def _hide(self, places: Places) -> None:
        """Merge one region, and hide it from git in all versions that have it."""
        regions = [own[at] if at is not None else None for own, at in zip(self.regions, places, strict=True)]
        there = [region for region in regions if region]
        if any(r.name not in KINDS or r.options.get("mode") == "once" for r in there):
            return
        said = [_whole(note, region) for note, region in zip(self.notes, regions, strict=True)]
        if said[Who.OURS] is None or said[Who.THEIRS] is None:
            self._hide_lone(places, regions, said)
            return
        try:
            self._mask(self._merged(regions, said), dict(zip(Who, places, strict=True)))
        except Unmergeable:
            return

    def _mask(
        self, text: str, places: Mapping[Who, int | None], optional: bool = False, added: bool = False
    ) -> None:
        opaque = Opaque(f"{self.seed} {len(self.opaque)}", text, optional, added)
        self.opaque.append(opaque)
        for who, at in places.items():
            if at is not None:
                self.hidden[who][at] = opaque

    def _hide_lone(
        self, places: Places, regions: Sequence[Region | None], said: Sequence[str | None]
    ) -> None:
        """Hide a region that only one side has; where a person has written into it since, all of it is a conflict."""
        who = Who.THEIRS if said[Who.OURS] is None else Who.OURS
        own, base, lone = said[who], said[Who.BASE], regions[who]
        if own is None or lone is None:
            return
        if base is None:
            self._mask(own, {who: places[who]}, added=True)
        elif own == base or not self._written(regions[Who.BASE], lone, who):
            self._mask(own, {Who.BASE: places[Who.BASE], who: places[who]}, optional=True)
        else:
            self._mask(base, {Who.BASE: places[Who.BASE]}, optional=True)
            self._mask(own, {who: places[who]}, optional=True)

    def _written(self, base: Region | None, lone: Region, who: Who) -> bool:
        """Whether a person has written into a region since the base, which the other side has no more."""
        if base is None or self._begin(Who.BASE, base) != self._begin(who, lone):
            return True
        before = frozenset(words_by_hand(self._version(Who.BASE, base)))
        return any(word not in before for word in words_by_hand(self._version(who, lone)))

    def _begin(self, who: Who, region: Region | None) -> str:
        return region.begin.of(self.notes[who].text) if region else ""

    def _merged(self, regions: Sequence[Region | None], said: Sequence[str | None]) -> str:
        """Return what a region that both sides have says in the merged note.

        Raises Unmergeable where its versions do not lie on each other.
        """
        base, ours, theirs = said
        old, mine, new = regions
        if ours is None or theirs is None or mine is None or new is None:
            raise Unmergeable
        if ours == theirs or theirs == base:
            return ours
        if ours == base:
            return theirs
        if has_conflict(ours) or has_conflict(theirs) or (mine.stamp is None and new.stamp is None):
            raise Unmergeable
        prefix = new.prefix if old and old.prefix == mine.prefix else mine.prefix
        begin, conflicts = self._merged_begin(regions, prefix)
        merged = merge_bodies([self._version(who, region) for who, region in zip(Who, regions, strict=True)])
        body, clashes = self._printed(prefix, merged.body)
        end = mine.end.of(self.notes[Who.OURS].text)
        newline = end[len(end.rstrip("\r\n")) :]
        marker = f"{prefix}<!-- vaultkit:end {mine.name} {merged.stamp.options()} -->"
        whole = begin + body + marker + newline
        if not conflicts and not clashes and not _is_one_region(whole):
            raise Unmergeable
        self.conflicts += conflicts + clashes
        return whole

    def _merged_begin(self, regions: Sequence[Region | None], prefix: str) -> tuple[str, int]:
        """Return the begin marker behind a prefix, and the conflicts in it; raises Unmergeable."""
        begins = [self._begin(who, region) for who, region in zip(Who, regions, strict=True)]
        same = len({region.prefix for region in regions if region}) == 1
        if not same:
            begins = [
                _quoted(begin, region.prefix, "") if region else ""
                for begin, region in zip(begins, regions, strict=True)
            ]
        begin, conflicts = begins[Who.OURS], 0
        if begins[Who.OURS] != begins[Who.THEIRS]:
            begin, conflicts = self.merge_lines(
                begins[Who.BASE], begins[Who.OURS], begins[Who.THEIRS], self.wanted
            )
        if not same and conflicts:
            raise Unmergeable
        return begin if same else _quoted(begin, "", prefix), conflicts

    def _version(self, who: Who, region: Region | None) -> Version:
        if region is None:
            return Version(Body(()), None)
        text = region.body.of(self.notes[who].text)
        if who is Who.BASE:
            text = without_conflicts(text)
        return Version(parse_body(text, region.prefix, region.name == "roadmap"), region.stamp)

    def _printed(self, prefix: str, bodies: Three[Body]) -> tuple[str, int]:
        """Return the lines of a merged body, and the number of conflicts in them."""
        newline = newline_of(self.notes[Who.OURS].text)
        base, ours, theirs = (_lines(bodies[who] or Body(()), prefix, newline) for who in Who)
        if ours == theirs:
            return ours, 0
        text, conflicts = self.merge_lines(base, ours, theirs, self.wanted)
        if not conflicts:
            text, conflicts = self.merge_lines("", ours, theirs, self.wanted)
        return text, conflicts

    # --------------------------------------------------------------------------- for git

    def merged(self) -> MergedNote | None:
        """Return the merged note with the fewest conflicts; None if a region is lost on the way."""
        newline = newline_of(self.notes[Who.OURS].text)
        best: MergedNote | None = None
        for lines in SIZES:
            base, ours, theirs = (self._masked(who, lines) for who in Who)
            merged, _ = self.merge_lines(base, ours, theirs, self.size)
            found = unmasked(merged, self.opaque, self.size, self.wanted, newline)
            if found and (best is None or found[1] < best.conflicts):
                best = MergedNote(*found)
            if best and not best.conflicts:
                break
        return replace(best, conflicts=best.conflicts + self.conflicts) if best else None

    def _masked(self, who: Who, lines: int) -> str:
        """Return one version with lines of their own for the regions that git does not look into."""
        regions, hidden = self.regions[who], self.hidden[who]
        edits = [
            Edit(Span(regions[at].begin.start, regions[at].end.end), one.lines(lines))
            for at, one in hidden.items()
        ]
        return apply_edits(self.notes[who].text, edits)


def _is_one_region(text: str) -> bool:
    """Whether a text is one region from end to end: a fence that is never closed would hide its end."""
    found = find_regions(parse_note("", text))
    return len(found.regions) == 1 and not found.faults


def _quoted(text: str, old: str, new: str) -> str:
    """Return lines that stand behind a prefix behind another one."""
    bare = (
        line.removeprefix(old) if line.startswith(old) else line.lstrip("> ") for line in split_lines(text)
    )
    return "".join((new + line) if line.strip("\r\n") else new.rstrip() + line for line in bare)


def _whole(note: Note, region: Region | None) -> str | None:
    return note.text[region.begin.start : region.end.end] if region else None


def _lines(body: Body, prefix: str, newline: str) -> str:
    """Return the lines of a body as they stand between the markers of a region."""
    lines = ["", *print_body(body), ""] if body.blocks else ["", ""]
    return "".join((prefix + line if line else prefix.rstrip()) + newline for line in lines)
