"""The first step on a note without regions: marker lines around what stands there, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from vaultkit.audit.model import Mission
from vaultkit.audit.words import HEADINGS, Topic, topic_of
from vaultkit.edits import Edit
from vaultkit.markdown.note import Heading, Note, SectionType
from vaultkit.markdown.regions import find_regions
from vaultkit.render.kinds import region_id
from vaultkit.text import Span, newline_of

#: What `adopt` looks for: the kind of region, the heading above it, and the block that it holds.
WANTED = (
    ("recap", Topic.RECAP, SectionType.TABLE),
    ("roadmap", Topic.ROADMAP, SectionType.LIST),
    ("liens", Topic.LINKS, SectionType.LIST),
)
DIAGNOSTIC = ("diagnostic", Topic.DIAGNOSTIC, SectionType.LIST)


@dataclass(frozen=True, slots=True)
class Adoption:
    """The edits that mark a note, the regions they make, those that stood already, and what was not found."""

    edits: tuple[Edit, ...]
    marked: tuple[str, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]


def adopt(mission: Mission, sections: bool = False, diagnostic: bool = False) -> Adoption:
    """Return the marker lines that make recap, roadmap and links of a synthesis regions.

    `sections` marks its domain sections too, `diagnostic` the list below that heading.
    """
    note = mission.synthesis
    standing = {region.key for region in find_regions(note).regions}
    edits: list[Edit] = []
    marked, present, missing = [], [], []
    for name, topic, block in (*WANTED, *([DIAGNOSTIC] if diagnostic else [])):
        span = _block_below(note, topic, block)
        if name in standing:
            present.append(name)
        elif span is None:
            missing.append(HEADINGS[topic][mission.language][0])
        else:
            edits += _marked(note, span, name)
            marked.append(name)
    for section in mission.sections if sections else ():
        name = f"domaine id={region_id(section.label)}"
        span = _section_body(note, section.section)
        if f"domaine:{region_id(section.label)}" in standing:
            present.append(section.label)
        elif span:
            edits += _marked(note, span, name)
            marked.append(section.label)
    return Adoption(tuple(edits), tuple(marked), tuple(present), tuple(missing))


def _block_below(note: Note, topic: Topic, block: SectionType) -> Span | None:
    """Return the first table or list below the first heading of this topic that has one."""
    for at, heading in enumerate(note.headings):
        if topic_of(heading.text) is not topic:
            continue
        end = _end_of(note, at)
        for section in note.sections:
            if section.type is block and heading.span.end <= section.span.start and section.span.end <= end:
                return section.span
    return None


def _end_of(note: Note, at: int) -> int:
    heading: Heading = note.headings[at]
    following = (h.span.start for h in note.headings[at + 1 :] if h.level <= heading.level)
    return next(following, len(note.text))


def _section_body(note: Note, span: Span | None) -> Span | None:
    """Return the blocks of a domain section, without the rule that closes it."""
    blocks = [s for s in note.sections if span and span.holds(s.span)]
    while blocks and blocks[-1].type is SectionType.THEMATIC_BREAK:
        blocks.pop()
    return Span(blocks[0].span.start, blocks[-1].span.end) if blocks else None


def _marked(note: Note, span: Span, name: str) -> list[Edit]:
    """Return the two insertions around the lines of `span`, a blank line inside each marker."""
    newline = newline_of(note.text)
    start = note.text.rfind("\n", 0, span.start) + 1
    end = note.text.find("\n", span.end - (note.text[span.end - 1 : span.end] == "\n"))
    closed = end >= 0
    end = end + 1 if closed else len(note.text)
    kind = name.split()[0]
    after = f"{newline}<!-- vaultkit:end {kind} -->"
    return [
        Edit(Span(start, start), f"<!-- vaultkit:begin {name} -->{newline}{newline}"),
        Edit(Span(end, end), after + newline if closed else newline + after),
    ]


def eject(note: Note) -> tuple[Edit, ...]:
    """Return the edits that take the markers out of a note, with the blank line inside each.

    What stands between them belongs to its owner again; adopting and ejecting gives the same bytes.
    """
    edits = []
    for region in find_regions(note).regions:
        start, end = region.begin.end, region.end.start
        body = note.text[start:end]
        lead = len(body) - len(body.lstrip("\r\n")) if body.strip() else len(body)
        head = body[:lead].find("\n") + 1 if lead else 0
        tail = 0
        if len(body) > head:
            tail = len(body) - len(body.rstrip("\r\n"))
            tail = 2 if tail >= 4 and body.endswith("\r\n") else 1 if tail >= 2 and not body.endswith("\r\n") else 0
        edits.append(Edit(Span(region.begin.start, start + head), ""))
        edits.append(Edit(Span(end - tail, region.end.end), ""))
    return tuple(edits)
