"""The first step on a note without regions: marker lines around what stands there, and nothing else."""

from __future__ import annotations

from msgspec import Struct

from vaultkit.audit.model import Mission
from vaultkit.audit.sections import sections_on
from vaultkit.audit.words import HEADINGS, Topic
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note, SectionType
from vaultkit.markdown.regions import find_regions, generated_spans
from vaultkit.render.body import KEEP_MARK
from vaultkit.render.kinds import region_id
from vaultkit.text import Span, newline_of, pattern

_BLANK_LINE = pattern(r"[ \t>]*\r?\n")
_LAST_BLANK_LINE = pattern(r"(?<=\n)[ \t>]*\r?\n\Z")
_LAST_ENDS = pattern(r"(?:\r?\n){1,2}\Z")

#: What `adopt` looks for: the kind of region, the heading above it, and the block that it holds.
WANTED = (
    ("recap", Topic.RECAP, SectionType.TABLE),
    ("roadmap", Topic.ROADMAP, SectionType.LIST),
    ("liens", Topic.LINKS, SectionType.LIST),
)
DIAGNOSTIC = ("diagnostic", Topic.DIAGNOSTIC, SectionType.LIST)


class Adoption(Struct, frozen=True):
    """The edits that mark a note, the regions they make, those that stood already, and what was not found.

    `uncovered` are domain sections that no child note feeds: marked, they would have no source any more.
    """

    edits: tuple[Edit, ...]
    marked: tuple[str, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    uncovered: tuple[str, ...] = ()


def adopt(mission: Mission, sections: bool = False, diagnostic: bool = False) -> Adoption:
    """Return the marker lines that make recap, roadmap and links of a synthesis regions.

    `sections` marks its domain sections that have child notes too, `diagnostic` the list below that heading.
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
    uncovered = []
    for domain in mission.domains if sections else ():
        span = _section_body(note, domain.own_section.section) if domain.own_section else None
        if f"domaine:{region_id(domain.label)}" in standing:
            present.append(domain.label)
        elif span and not domain.covered:
            uncovered.append(domain.label)
        elif span:
            edits += _marked(note, span, f"domaine id={region_id(domain.label)}")
            marked.append(domain.label)
    return Adoption(tuple(edits), tuple(marked), tuple(present), tuple(missing), tuple(uncovered))


def _block_below(note: Note, topic: Topic, block: SectionType) -> Span | None:
    """Return the first table or list below the first heading of this topic that has one."""
    closed = generated_spans(note)
    for part in sections_on(note, topic):
        for section in note.sections:
            free = part.span.holds(section.span) and not any(span.holds(section.span) for span in closed)
            if section.type is block and free:
                return section.span
    return None


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
    """Return the edits that take markers and keep marks out of a note, with the blank line inside each marker.

    What stands between them belongs to its owner again; adopting and ejecting gives the same bytes.
    """
    edits = []
    for region in find_regions(note).regions:
        body = region.body.of(note.text)
        head = _BLANK_LINE.match(body)
        start = region.body.start + (head.end() if head else 0)
        end = region.body.end
        closed = region.end.of(note.text).endswith("\n")
        blank = (
            _LAST_BLANK_LINE.search(note.text, start, end)
            if closed
            else _LAST_ENDS.search(note.text, start, end)
        )
        edits.append(Edit(Span(region.begin.start, start), ""))
        edits += [
            Edit(Span(start + one.start(), start + one.end()), "")
            for one in KEEP_MARK.finditer(note.text[start:end])
        ]
        edits.append(Edit(Span(blank.start() if blank else end, region.end.end), ""))
    return tuple(edits)
