"""What was taken of a push, as edits: in the child notes, and in the keep marks of the synthesis."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from vaultkit.audit.cleaning import words_end
from vaultkit.audit.extract import WORDING_KEYS, brief_slots, property_key
from vaultkit.audit.model import Action, DomainNote, Mission
from vaultkit.audit.recap import entry, recap_rows, roadmap_actions
from vaultkit.audit.sections import sections_on
from vaultkit.audit.words import HEADINGS, Topic, horizon_of, topic_of
from vaultkit.edits import Edit
from vaultkit.markdown.note import Heading, Note
from vaultkit.markdown.properties import set_property
from vaultkit.markdown.regions import find_regions
from vaultkit.render.body import Block, Body, Line, Lines, Row, Table, Unit, normalise
from vaultkit.render.push import Place, Proposal, column_of, generated_cells, means_the_same
from vaultkit.render.region_bodies import body_edits, standing_body
from vaultkit.text import Span, fold, newline_of, pattern

_LEFT_OUT = {"fr": "(hors feuille de route)", "en": "(not on the roadmap)", "de": "(nicht im Fahrplan)"}
_BULLET = pattern(r"[ \t>]*(?:[-*+]|\d+[.)])[ \t]+")


def edits_for(note: Note, source: DomainNote, proposals: Sequence[Proposal], language: str) -> list[Edit]:
    """Return the edits that write the proposals into a child note; every other byte stays.

    Raises NotEditable if the frontmatter cannot take a property.
    """
    edits: list[Edit] = []
    brief: list[tuple[Topic, str]] = []
    for proposal in proposals:
        match proposal.place:
            case Place.BRIEF if proposal.topic:
                if proposal.topic in source.wordings:
                    edits += _wording_edits(note, source, proposal.topic, proposal.wording)
                else:
                    brief.append((proposal.topic, proposal.wording))
            case Place.PROPERTY:
                value = int(proposal.wording) if proposal.key == "ordre" else proposal.wording
                edits += set_property(note, property_key(note, proposal.key), value)
            case Place.LABEL if proposal.action:
                edits.append(_label_edit(proposal.action, proposal.wording))
            case Place.LEFT_OUT if proposal.action:
                edits.append(_left_out_edit(note, proposal.action, language))
            case _:
                pass
    return edits + _brief_edits(note, brief, language)


def _wording_edits(note: Note, source: DomainNote, topic: Topic, wording: str) -> list[Edit]:
    """Return the edit of a cell's wording where it stands; one that several entries say gets a property."""
    standing = source.wordings[topic].span
    front = note.frontmatter
    if standing is None:
        return set_property(note, WORDING_KEYS[topic], wording)
    if front and front.span.holds(standing):
        key = next(key for key, entry in front.properties.items() if entry.value_span == standing)
        return set_property(note, key, wording)
    return [Edit(Span(standing.start, words_end(note, standing)), wording)]


def _label_edit(action: Action, label: str) -> Edit:
    if action.label_span:
        return Edit(action.label_span, label)
    start = action.text_span.start
    return Edit(Span(start, start), f"**{label}** – ")


def _left_out_edit(note: Note, action: Action, language: str) -> Edit:
    """Return the remark behind an action's words, before its tags, block id and date."""
    at = words_end(note, action.text_span)
    return Edit(Span(at, at), f" {_LEFT_OUT[language]}")


# -------------------------------------------------------------------------------- the En bref list


def _brief_edits(note: Note, wordings: Sequence[tuple[Topic, str]], language: str) -> list[Edit]:
    """Return the edits that fill the empty entries of the En bref list, add entries, or make that section."""
    slots = brief_slots(note)
    edits = []
    for topic, text in wordings:
        if topic in slots:
            colon = "" if note.text[: slots[topic]].rstrip("*_ ").endswith(":") else " :"
            edits.append(Edit(Span(slots[topic], slots[topic]), f"{colon} {text}"))
    entries = [
        f"**{HEADINGS[topic][language][1]}** : {text}" for topic, text in wordings if topic not in slots
    ]
    if not entries:
        return edits
    places = [part.span for part in sections_on(note, Topic.BRIEF)]
    places += [box.span for box in note.callouts if box.title and topic_of(box.title) is Topic.BRIEF]
    return [
        *edits,
        _added_entries(note, places[0], entries) if places else _new_section(note, entries, language),
    ]


def _added_entries(note: Note, section: Span, entries: Sequence[str]) -> Edit:
    """Return the insertion of entries behind the last one of a section, in its own form."""
    newline = newline_of(note.text)
    items = [item for item in note.list_items if section.holds(item.span)]
    roots = [item for item in items if item.parent is None]
    bullet = "- "
    place = _after_line(note, max(0, section.start - 1))
    if roots:
        line = note.text.rfind("\n", 0, roots[-1].span.start) + 1
        found = _BULLET.match(note.text, line)
        bullet = found[0] if found else bullet
        place = _after_line(note, items[-1].span.end)
    elif note.text[section.start : section.start + 1] == ">":
        bullet, place = "> - ", _after_line(note, section.start)
    lead = "" if note.text[place - 1 : place] in ("\n", "") else newline
    return Edit(Span(place, place), lead + "".join(f"{bullet}{one}{newline}" for one in entries))


def _new_section(note: Note, entries: Sequence[str], language: str) -> Edit:
    """Return the insertion of an En bref section: before the first heading below the title, else at the end."""
    newline = newline_of(note.text)
    first = next((h for h in note.headings if _opens_section(note, h)), None)
    lines = [f"{'#' * (first.level if first else 2)} {HEADINGS[Topic.BRIEF][language][0]}"]
    lines += [f"- {one}" for one in entries]
    if first:
        place = first.span.start
        return Edit(Span(place, place), newline.join([*lines, "", ""]))
    end = len(note.text)
    gap = (
        ""
        if not note.text[note.body_start :].strip()
        else newline
        if note.text.endswith("\n")
        else newline * 2
    )
    return Edit(Span(end, end), gap + newline.join([*lines, ""]))


def _opens_section(note: Note, heading: Heading) -> bool:
    line = note.text.rfind("\n", 0, heading.span.start) + 1
    alone = not note.text[line : heading.span.start].strip()
    return alone and (heading.level > 1 or topic_of(heading.text) is not None)


def _after_line(note: Note, at: int) -> int:
    end = note.text.find("\n", at)
    return len(note.text) if end < 0 else end + 1


# ------------------------------------------------------------------------------------ keep marks


def unmarking(mission: Mission, proposals: Sequence[Proposal], exactly: bool = False) -> list[Edit]:
    """Return the edits of the synthesis once its notes say what was pushed.

    The marks of those units go where the note now gives the same; `mission` is that of the new notes. A
    row whose mark kept the whole of it has marks on the cells that still differ. Of the rows that were pushed
    all cells give way to what their notes say too, with `exactly` just those that were pushed.
    """
    edits = []
    for region in find_regions(mission.synthesis).regions:
        pushed = [one for one in proposals if one.unit and one.region == region.name]
        if pushed:
            body = standing_body(mission.synthesis, region)
            released = Body(tuple(_released(mission, block, pushed, exactly) for block in body.blocks))
            edits += body_edits(mission.synthesis, region, released) if released != body else []
    return edits


def _released(mission: Mission, block: Block, pushed: Sequence[Proposal], exactly: bool) -> Block:
    match block:
        case Table(header=header, rows=rows):
            columns = [column_of(head.text) for head in header.cells]
            return replace(
                block, rows=tuple(_released_row(mission, row, columns, pushed, exactly) for row in rows)
            )
        case Lines(lines=lines):
            return replace(
                block, lines=tuple(_released_line(mission, line, pushed, exactly) for line in lines)
            )
        case _:
            return block


def _released_row(
    mission: Mission, row: Row, columns: Sequence[str], pushed: Sequence[Proposal], exactly: bool
) -> Row:
    label = row.cells[0].text if row.cells else ""
    own = [one for one in pushed if fold(one.unit) == fold(label)]
    domain = mission.domain_of(label) if own else None
    generated = next((one for one in recap_rows(mission) if domain and one.domain.key == domain.key), None)
    if generated is None:
        return row
    named = generated_cells(generated)
    whole = row.cells[0].marked
    meant = {proposed_column(one) for one in own} - {None}

    def cell(at: int, said: Unit) -> Unit:
        name = columns[at] if at < len(columns) else ""
        wanted = generated.label if at == 0 else named.get(name)
        if exactly and not whole and ((name or None) if at else "") not in meant:
            return said
        if wanted is not None and means_the_same(name, said.text, wanted):
            return Unit(said.text if normalise(said.text) == normalise(wanted) else wanted)
        return replace(said, marked=said.marked or (whole and wanted is not None))

    cells = tuple(cell(at, said) for at, said in enumerate(row.cells))
    return row if cells == row.cells else replace(row, cells=cells, fresh=True)


def proposed_column(proposal: Proposal) -> str | None:
    """Return which cell of a recap row a proposal words, as `column_of` names it; empty for its label."""
    if proposal.place is Place.BRIEF:
        return str(proposal.topic)
    return {"domaine_court": "", "priorite": "priority"}.get(proposal.key)


def _released_line(mission: Mission, line: Line, pushed: Sequence[Proposal], exactly: bool) -> Line:
    horizon = horizon_of(line.key)
    generated = {normalise(entry(a)) for _, a in roadmap_actions(mission, horizon)} if horizon else set()
    units = {
        fold(one.unit)
        for one in pushed
        if not exactly or (one.action is not None and one.action.horizon is horizon)
    }
    entries = tuple(
        replace(one, marked=False) if fold(one.text) in units and normalise(one.text) in generated else one
        for one in line.entries
    )
    return line if entries == line.entries else replace(line, entries=entries, raw="")
