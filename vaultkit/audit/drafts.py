"""Findings that nobody has made yet: one « à voir » for each retained control that nothing speaks of.

A draft stands at the end of the findings of the domain note that the control belongs to, until somebody has looked
and written what he saw in its place: `- HN-2.1 – … [controle:: [[HN-2.1]]] [statut:: à voir]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from vaultkit.audit.cleaning import cleaned
from vaultkit.audit.controls import Control
from vaultkit.audit.coverage import Coverage, Covered
from vaultkit.audit.mission import DOMAIN, category_of
from vaultkit.audit.model import Domain, Mission
from vaultkit.audit.sections import parts_of, sections_on
from vaultkit.audit.words import HEADINGS, Topic, short_label
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note, Section, SectionType
from vaultkit.markdown.regions import generated_spans
from vaultkit.text import Span, fold, newline_of
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import linktext

_BULLETS = ("-", "*", "+")


class Drafts(Struct, frozen=True):
    """The drafts of a mission: the edits of each domain note, and the controls whose domain has no note."""

    edits: tuple[tuple[str, tuple[Edit, ...]], ...] = ()
    written: tuple[Control, ...] = ()
    homeless: tuple[Control, ...] = ()


def drafts_of(mission: Mission, index: VaultIndex, covered: Iterable[Covered]) -> Drafts:
    """Return the drafts that are missing; where somebody speaks of a control already, none is."""
    by_note: dict[str, list[Control]] = {}
    homeless = []
    for one in covered:
        said = one.findings or one.actions or one.drafts or one.unexplained
        if one.coverage is not Coverage.TO_SEE or said:
            continue
        note = _home(mission, index, one.control)
        if note is None:
            homeless.append(one.control)
        else:
            by_note.setdefault(note.path, []).append(one.control)
    edits = tuple(
        (path, (_added(index.notes[path], controls, index, mission.language),))
        for path, controls in by_note.items()
    )
    written = tuple(control for controls in by_note.values() for control in controls)
    return Drafts(edits, written, tuple(homeless))


def domain_for(mission: Mission, label: str) -> Domain | None:
    """Return the domain that a control speaks of: by its long or short label, else by the short form of its own.

    « Courriel & échanges » of a référentiel is « Courriels & correspondance » of the mission, if it has no other one.
    """
    if known := mission.domain_of(label):
        return known
    short = _singular(short_label(label))
    alike = [d for d in mission.domains if short and short in (_singular(d.label), _singular(d.short))]
    return alike[0] if len(alike) == 1 else None


def _singular(label: str) -> str:
    return " ".join(word.rstrip("sx") for word in fold(label).split())


def _home(mission: Mission, index: VaultIndex, control: Control) -> Note | None:
    """Return the note that a draft goes into: of several of one domain the first that has a section of findings."""
    domain = domain_for(mission, control.domain) if control.domain else None
    if domain is None or not domain.covered:
        return None
    notes = [index.notes[one.path] for one in domain.notes if one.path in index.notes]
    notes = [note for note in notes if category_of(note) == DOMAIN]
    listing = (note for note in notes if sections_on(note, Topic.FINDINGS))
    return next(listing, None) or next(iter(notes), None)


def _added(note: Note, controls: Sequence[Control], index: VaultIndex, language: str) -> Edit:
    """Return the edit that puts drafts at the end of the findings of a note, below a new heading if it has none."""
    newline = newline_of(note.text)
    stretch = _findings(note)
    if stretch is None:
        end = len(note.text.rstrip())
        heading = f"{'#' * _level(note)} {HEADINGS[Topic.FINDINGS][language][0]}"
        lines = [*(["", ""] if end else []), heading, "", *_lines(controls, index, note, "-")]
        return Edit(Span(end, end), newline.join(lines))
    last = _last_section(note, stretch)
    if last is None:
        return Edit(
            Span(stretch.start, stretch.start), newline * 2 + newline.join(_lines(controls, index, note, "-"))
        )
    bullet = _bullet(note, last)
    end = last.span.start + len(last.span.of(note.text).rstrip())
    between = newline if bullet else newline * 2
    lines = _lines(controls, index, note, bullet or "-")
    return Edit(Span(end, end), between + newline.join(lines))


def _lines(controls: Sequence[Control], index: VaultIndex, note: Note, bullet: str) -> list[str]:
    return [
        f"{bullet} {_words(control)} [controle:: [[{linktext(index, control.path, note.path)}]]] [statut:: à voir]"
        for control in controls
    ]


def _words(control: Control) -> str:
    said = cleaned(control.title).replace("::", ":")
    return f"{control.id} – {said}" if said and said != control.id else control.id


def _findings(note: Note) -> Span | None:
    """Return what stands below the first heading of findings that is no generated one, up to the next section of ours.

    It begins at the end of the line of the heading.
    """
    closed = generated_spans(note)
    parts = parts_of(note, Span(note.body_start, len(note.text)))
    for at, part in enumerate(parts):
        if part.topic is Topic.FINDINGS and not any(one.holds(part.heading.span) for one in closed):
            inner = [other.heading.span.start for other in parts[at + 1 :]]
            return Span(part.heading.span.end, min([part.span.end, *inner]))
    return None


def _last_section(note: Note, stretch: Span) -> Section | None:
    """Return the last block of a stretch that says something: a rule below it parts it from what comes next."""
    inside = [one for one in note.sections if stretch.holds(one.span)]
    while inside and inside[-1].type is SectionType.THEMATIC_BREAK:
        inside.pop()
    return inside[-1] if inside else None


def _bullet(note: Note, last: Section) -> str:
    """Return the bullet of a list that a draft can be an item of; empty for a numbered list and all that is no list."""
    if last.type is not SectionType.LIST:
        return ""
    items = [item for item in note.list_items if last.span.holds(item.span)]
    roots = [item for item in items if item.parent is None]
    if not roots or roots[-1].marker not in _BULLETS or roots[-1].indent:
        return ""
    return roots[-1].marker


def _level(note: Note) -> int:
    parts = parts_of(note, Span(note.body_start, len(note.text)))
    return min((part.heading.level for part in parts), default=2)
