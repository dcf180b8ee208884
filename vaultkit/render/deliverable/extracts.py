"""What of a mission a report may speak of: what stays inside goes, and with `--domaine` or `--responsable` all else.

The synthesis repeats its domains in many places: in sections of their own, in rows of the recap, in items of the
roadmap and of the diagnostic, in embeds of their notes. In an extract all of these speak of the domains asked for; a
row or item that nobody can place is left out there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.extract import domain_note, own_sections
from vaultkit.audit.internal import outermost
from vaultkit.audit.match import similarity
from vaultkit.audit.model import Action, Domain, DomainNote, Item, Mission
from vaultkit.audit.recap import entry
from vaultkit.audit.sections import sections_on
from vaultkit.audit.words import Topic, horizon_of
from vaultkit.edits import Edit
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import Line, Lines, Table, parse_body
from vaultkit.render.body_places import places_of
from vaultkit.render.deliverable.client_text_cut import plain
from vaultkit.render.deliverable.model import Selection
from vaultkit.render.deliverable.selected import owned_by
from vaultkit.render.kinds import domain_of_region
from vaultkit.text import Message, Span, fold
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath


def checked(selection: Selection, mission: Mission | None) -> Selection:
    """Return a selection with its names as the mission spells them; raises VaultkitError (2) for one it lacks."""
    if not (selection.domain or selection.owner):
        return selection
    if mission is None:
        raise VaultkitError(
            Message(
                "--domaine et --responsable attendent une synthèse\u00a0: cette note n’en est pas une",
                "--domaine and --responsable expect a synthesis: this note is none",
            )
        )
    if selection.domain:
        selection = replace(selection, domain=_domain(selection.domain, mission).label)
    if selection.owner:
        owners = owners_of(mission)
        if not any(owned_by(owner, selection.owner) for owner in owners):
            raise _unknown("responsable", "owner", selection.owner, owners)
    return selection


def _domain(said: str, mission: Mission) -> Domain:
    if found := mission.domain_of(said):
        return found
    wanted = fold(said)
    near = [
        d for d in mission.domains if wanted and any(w.startswith(wanted) for w in _starts(fold(d.label)))
    ]
    if len(near) == 1:
        return near[0]
    raise _unknown("domaine", "domain", said, [domain.label for domain in mission.domains])


def _starts(label: str) -> Iterator[str]:
    words = label.split()
    return (" ".join(words[at:]) for at in range(len(words)))


def owners_of(mission: Mission) -> list[str]:
    """Return the owners that the items of a mission name, each once, in their order."""
    said = (item.owner for domain in mission.domains for note in domain.notes for item in note.items)
    return list({fold(owner): owner for owner in said if owner}.values())


def _unknown(fr: str, en: str, said: str, known: Sequence[str]) -> VaultkitError:
    there_fr = ", ".join(known) or "aucun"
    there_en = ", ".join(known) or "none"
    return VaultkitError(
        Message(
            f"{fr} inconnu\u00a0: «\u00a0{said}\u00a0»\u00a0; connus\u00a0: {there_fr}",
            f"unknown {en}: '{said}'; known: {there_en}",
        )
    )


class Choice(Struct, frozen=True):
    """The domains that are shown, and whether anything was left out on purpose (an extract)."""

    mission: Mission
    shown: tuple[Domain, ...]
    owner: str
    is_extract: bool

    @classmethod
    def of(cls, mission: Mission, shown: Mission, selection: Selection) -> Choice:
        """Choose among the domains of a mission; `shown` is its public part."""
        there = {domain.key for domain in shown.domains}
        kept = [domain for domain in mission.domains if domain.key in there]
        if selection.domain:
            wanted = mission.domain_of(selection.domain)
            kept = [domain for domain in kept if domain is wanted]
        if selection.owner:
            kept = [
                d for d in kept if any(owned_by(i.owner, selection.owner) for n in d.notes for i in n.items)
            ]
        return cls(mission, tuple(kept), selection.owner, bool(selection.domain or selection.owner))

    def shows(self, domain: Domain | None) -> bool:
        """Whether a domain is shown; what names none is shown but in an extract."""
        return not self.is_extract if domain is None else domain in self.shown

    @property
    def shows_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.is_extract and len(self.shown) == len(self.mission.domains)


def left_out(choice: Choice, index: VaultIndex) -> dict[str, list[Edit]]:
    """Return the edits to the plain notes, by path, that leave out what is not chosen."""
    if choice.shows_all:
        return {}
    paths = [n.path for d in choice.shown for n in d.notes if n.heading is None] if choice.owner else []
    found = {}
    for note in (plain(index.notes[path]) for path in paths if path in index.notes):
        found[note.path] = [
            Edit(span, "") for span in outermost(_of_others(choice, note, [domain_note(note)]))
        ]
    return {**found, choice.mission.path: _of_synthesis(choice, index)}


def _of_synthesis(choice: Choice, index: VaultIndex) -> list[Edit]:
    note = plain(choice.mission.synthesis)
    going: list[Span] = [*_sections(choice, note), *_rows(choice, note), *_diagnostic(choice, note)]
    going += _embeds(choice, note, index)
    going += _of_others(choice, note, own_sections(note)) if choice.owner else ()
    edits = list(_roadmap(choice, note))
    going += [edit.span for edit in edits if not edit.text]
    return [*(Edit(span, "") for span in outermost(going)), *(edit for edit in edits if edit.text)]


def _sections(choice: Choice, note: Note) -> Iterator[Span]:
    """Yield the domain sections that are not shown, made regions or not."""
    for section in own_sections(note):
        domain = _domain_of(choice.mission, section)
        if section.heading and not choice.shows(domain):
            yield _whole_section(note, section.heading)
    for region in find_regions(note).regions:
        if region.name == "domaine" and not choice.shows(domain_of_region(choice.mission, region)):
            yield Span(region.begin.start, region.end.end)


def _domain_of(mission: Mission, section: DomainNote) -> Domain | None:
    return mission.domain_of(section.label) or next(
        (d for d in mission.domains if d.own_section and fold(d.own_section.label) == fold(section.label)),
        None,
    )


def _whole_section(note: Note, heading: Span) -> Span:
    at = next(n for n, one in enumerate(note.headings) if one.span.start == heading.start)
    end = note.outline.ends[at]
    return Span(heading.start, note.headings[end].span.start if end < len(note.headings) else len(note.text))


def _stretches(note: Note, topic: Topic, name: str) -> Iterator[tuple[Span, str]]:
    """Yield the stretches that hold a topic: regions of a name with what stands before their lines, and sections."""
    regions = [region for region in find_regions(note).regions if region.name == name]
    yield from ((region.body, region.prefix) for region in regions)
    for part in sections_on(note, topic):
        if not any(part.span.holds(region.body) for region in regions):
            yield part.span, ""


def _body(
    note: Note, span: Span, prefix: str, roadmap: bool = False
) -> tuple[Sequence[object], dict[int, Span]]:
    """Return the blocks of a stretch, and where what is in them stands; see `places_of`."""
    region = Region("", {}, prefix, Span(span.start, span.start), span, Span(span.end, span.end))
    body = parse_body(span.of(note.text), prefix, roadmap)
    return body.blocks, places_of(note.text, region, body)


def _rows(choice: Choice, note: Note) -> Iterator[Span]:
    for span, prefix in _stretches(note, Topic.RECAP, "recap"):
        blocks, places = _body(note, span, prefix)
        for block in blocks:
            for row in block.rows if isinstance(block, Table) else ():
                if not choice.shows(choice.mission.domain_of(row.cells[0].text)) and id(row) in places:
                    yield _lines(note, places[id(row)])


def _lines(note: Note, span: Span) -> Span:
    """Return the whole lines of a stretch, without the last line end."""
    end = note.text.find("\n", span.end)
    return Span(note.text.rfind("\n", 0, span.start) + 1, len(note.text) if end < 0 else end)


def _diagnostic(choice: Choice, note: Note) -> Iterator[Span]:
    """Yield the items of the diagnostic that speak of a domain that is not shown, to the next one."""
    for span, _ in _stretches(note, Topic.DIAGNOSTIC, "diagnostic"):
        items = [i for i in note.list_items if i.parent is None and span.holds(i.span)]
        for at, item in enumerate(items):
            label = item.content.of(note.text).partition(":")[0].replace("*", "").replace("_", " ")
            domain = choice.mission.domain_of(label)
            if domain is not None and not choice.shows(domain):
                ends = [other.span.start for other in items[at + 1 :]]
                yield Span(item.span.start, ends[0]) if ends else _rest_of_list(note, item.span)


def _rest_of_list(note: Note, span: Span) -> Span:
    section = next((section.span for section in note.sections if section.span.holds(span)), span)
    return Span(span.start, section.end)


def _embeds(choice: Choice, note: Note, index: VaultIndex) -> Iterator[Span]:
    hidden = {n.path for d in choice.mission.domains if not choice.shows(d) for n in d.notes} - {note.path}
    for embed in note.embeds:
        if embed.linkpath and resolve_linkpath(index, embed.linkpath, note.path) in hidden:
            yield embed.span


def _of_others(choice: Choice, note: Note, sections: Sequence[DomainNote]) -> Iterator[Span]:
    """Yield the actions in what a note says of domains that somebody else sees to."""
    for section in sections:
        for action in section.actions:
            if not owned_by(action.owner, choice.owner):
                yield _bulleted(note, action.span)


def _bulleted(note: Note, place: Span) -> Span:
    return next(
        (item.span for item in note.list_items if item.content == place or item.span.holds(place)), place
    )


# ------------------------------------------------------------------------------------- roadmap


def _roadmap(choice: Choice, note: Note) -> Iterator[Edit]:
    """Yield the edits that leave on each line of the roadmap the items that are chosen."""
    for span, prefix in _stretches(note, Topic.ROADMAP, "roadmap"):
        blocks, places = _body(note, span, prefix, roadmap=True)
        for block in blocks:
            for line in block.lines if isinstance(block, Lines) else ():
                if line.key:
                    yield from _line(choice, note, line, places)


def _line(choice: Choice, note: Note, line: Line, places: dict[int, Span]) -> Iterator[Edit]:
    spans = [places[id(unit)] for unit in line.entries if id(unit) in places]
    if not spans:
        return
    kept = [
        span.of(note.text)
        for unit, span in zip(line.entries, spans, strict=False)
        if _is_chosen(choice, line.key, unit.text)
    ]
    if not kept:
        whole = places.get(id(line), Span(spans[0].start, spans[-1].end))
        yield Edit(_lines(note, whole), "")
    elif len(kept) < len(spans):
        yield Edit(Span(spans[0].start, spans[-1].end), ", ".join(kept))


def _is_chosen(choice: Choice, label: str, said: str) -> bool:
    """Whether an item of the roadmap is of a domain (and owner) that is shown: by its own words, or the nearest."""
    horizon = horizon_of(label)
    pairs = [(d, a) for d in choice.mission.domains for a in d.actions if horizon in (None, a.horizon)]
    same = [(d, a) for d, a in pairs if fold(entry(a)) == fold(said)]
    if not same:
        scores = [similarity(said, f"{action.text} {domain.label}") for domain, action in pairs]
        best = max(scores, default=0.0)
        same = [pair for pair, score in zip(pairs, scores, strict=True) if score == best and best > 0]
    if not same:
        return not choice.is_extract
    return any(choice.shows(domain) and _is_of(choice, action) for domain, action in same)


def _is_of(choice: Choice, item: Item | Action) -> bool:
    return not choice.owner or owned_by(item.owner, choice.owner)
