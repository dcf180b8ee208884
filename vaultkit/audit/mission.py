"""Which notes belong to which synthesis, and which domains they speak of (DESIGN §5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultkit.audit.extract import domain_note, own_sections
from vaultkit.audit.model import Domain, DomainNote, Mission
from vaultkit.audit.words import LANGUAGES, language_of, short_label
from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.markdown.regions import find_regions
from vaultkit.text import fold, nfc, note_name
from vaultkit.values import parse_date
from vaultkit.vault.links import resolve_linkpath

if TYPE_CHECKING:
    from vaultkit.vault.index import VaultIndex

SYNTHESIS, DOMAIN, INTERVIEW = "synthese globale", "domaine", "entretien"
CHILD_CATEGORIES = (DOMAIN, INTERVIEW)

_DELIVERED = ("livre", "livree", "delivered", "final", "finale", "archive", "archivee")
_DRAFT = ("brouillon", "draft", "entwurf")


def category_of(note: Note) -> str:
    """Return the folded category of a note, empty if it has none."""
    return fold(note.category)


def scope_of(note: Note) -> str:
    """Return the scope of a note as it compares: NFC, blanks folded; empty if it has none."""
    value = note.properties.get("scope")
    return " ".join(nfc(str(value)).split()).casefold() if isinstance(value, str | int | float) else ""


def is_frozen(note: Note) -> bool:
    """Whether a synthesis was delivered: `vaultkit_frozen: true`, or its `statut` says so."""
    status = note.properties.get("statut")
    return note.properties.get("vaultkit_frozen") is True or (
        isinstance(status, str) and fold(status) in _DELIVERED
    )


def is_draft(note: Note) -> bool:
    """Whether a child adds no row: `statut: brouillon`, or nothing in it but properties."""
    status = note.properties.get("statut")
    if isinstance(status, str) and fold(status) in _DRAFT:
        return True
    return not note.headings and not note.text[note.body_start :].strip("\ufeff \t\r\n")


def alone(note: Note, language: str) -> Mission:
    """Return a note that gathers nothing, for the regions that any note can have."""
    return Mission(note, "", language, active=True)


def declared_synthesis(index: VaultIndex, note: Note) -> str | None:
    """Return the path that `synthese: "[[…]]"` of a child leads to, None if it says nothing."""
    said = said_synthesis(note)
    return None if said is None else resolve_linkpath(index, said, note.path)


def said_synthesis(note: Note) -> str | None:
    """Return the linkpath in `synthese: "[[…]]"` of a child, None if it says nothing."""
    links = (link.reference.linkpath for link in note.property_links if link.key.split(".")[0] == "synthese")
    return next(links, None)


def day_of(synthesis: Note, delivered: bool = False) -> date:
    """Return the day that a synthesis says it is of, the first of all days if it says none.

    Of a `delivered` one that of its delivery counts first (`livraison`).
    """
    keys = ("livraison", "date") if delivered else ("date",)
    days = (parse_date(str(synthesis.properties.get(key) or "")) for key in keys)
    return next((day for day in days if day), date.min)


def mission_of(
    index: VaultIndex,
    synthesis: Note,
    claimed: Iterable[str],
    declared: Mapping[str, str | None],
    active: bool,
    language: str,
) -> Mission:
    """Return the mission of a synthesis.

    `claimed` are the paths of the children of its scope and of those whose link `synthese` leads to it, `declared`
    where that link of each child leads.
    """
    scope = scope_of(synthesis)
    children = {path: index.notes[path] for path in claimed if declared[path] in (None, synthesis.path)}
    for path in listed(index, synthesis):
        note = index.notes[path]
        if path in declared and scope_of(note) in ("", scope) and declared[path] in (None, synthesis.path):
            children[path] = note
    sections = own_sections(synthesis)
    links = {path: at for at, path in enumerate(linked(index, synthesis))}
    ordered = sorted(children.values(), key=lambda note: (links.get(note.path, len(links)), note.path))
    sources = [domain_note(n) for n in ordered if category_of(n) == DOMAIN and not is_draft(n)]
    return Mission(
        synthesis,
        str(synthesis.properties.get("scope") or ""),
        language,
        active,
        tuple(ordered),
        _domains(sources, sections, links, _numbers(synthesis, sections)),
        sections,
        tuple(note.path for note in ordered if is_draft(note)),
    )


def language_of_note(synthesis: Note) -> str:
    """Return the language that the headings of a synthesis speak."""
    return language_of([heading.text for heading in synthesis.headings]) or LANGUAGES[0]


def linked(index: VaultIndex, synthesis: Note) -> list[str]:
    """Return the paths of the notes that the synthesis links to: body first, then `backlinks`."""
    paths = [
        resolve_linkpath(index, link.linkpath, synthesis.path) for link in synthesis.links if link.linkpath
    ]
    return list(dict.fromkeys([*(path for path in paths if path), *listed(index, synthesis)]))


def backlink_names(synthesis: Note) -> tuple[str, ...]:
    """Return the entries of `backlinks` as they stand, links and plain names alike."""
    value: PropertyValue = synthesis.properties.get("backlinks")
    entries = value if isinstance(value, list) else [value]
    return tuple(entry for entry in entries if isinstance(entry, str) and entry.strip())


def linkpath_of(entry: str) -> str:
    """Return the name that an entry of `backlinks` gives: that of its link, else itself."""
    bare = entry.strip()
    if bare.startswith("[[") and bare.endswith("]]"):
        bare = bare[2:-2].split("|")[0].split("#")[0]
    return bare.strip()


def is_link(entry: str) -> bool:
    """Whether an entry of `backlinks` is a link for Obsidian."""
    bare = entry.strip()
    return bare.startswith("[[") and bare.endswith("]]")


def listed(index: VaultIndex, synthesis: Note) -> list[str]:
    """Return the paths of the notes that `backlinks` of a synthesis names."""
    found = [
        resolve_linkpath(index, linkpath_of(entry), synthesis.path) for entry in backlink_names(synthesis)
    ]
    return list(dict.fromkeys(path for path in found if path and path in index.notes))


# ------------------------------------------------------------------------------------- domains


def _numbers(synthesis: Note, sections: Sequence[DomainNote]) -> dict[str, float]:
    """Return the number of each domain section of a synthesis by its key, those made regions included."""
    places = [(s.heading.start, fold(s.label)) for s in sections if s.heading]
    for region in find_regions(synthesis).regions:
        if region.name == "domaine":
            places.append((region.begin.start, fold(region.options.get("id", "").replace("-", " "))))
    return {key: float(number) for number, (_, key) in enumerate(sorted(places), 1)}


def _domains(
    sources: Sequence[DomainNote],
    sections: Sequence[DomainNote],
    links: Mapping[str, int],
    numbers: Mapping[str, float],
) -> tuple[Domain, ...]:
    """Group the notes by domain, and add the synthesis's own sections that no note covers."""
    last = float("inf")
    domains: list[tuple[tuple[float, int, str], Domain]] = []
    left = list(sections)
    for group in _grouped(sources):
        section = _section_of(group, left)
        if section:
            left.remove(section)
        ordered = tuple(sorted(group, key=lambda n: (n.order if n.order is not None else last, n.path)))
        orders = [note.order for note in ordered if note.order is not None]
        label = _fullest_label(ordered, section)
        order = min(orders) if orders else numbers.get(fold(section.label if section else label[0]), last)
        position = min(links.get(note.path, len(links)) for note in ordered)
        domains.append(((order, position, fold(label[0])), Domain(label[0], label[1], ordered, section)))
    for section in left:
        if section.items:
            key = (numbers.get(fold(section.label), last), 0, fold(section.label))
            domains.append((key, Domain(section.label, section.short, (section,), section)))
    return _distinct_labels([domain for _, domain in sorted(domains, key=lambda pair: pair[0])])


def _grouped(sources: Sequence[DomainNote]) -> list[list[DomainNote]]:
    """Group notes by label; a label that is the short form of exactly one other one joins it."""
    groups: dict[str, list[DomainNote]] = {}
    for note in sources:
        groups.setdefault(fold(note.label) or note.path, []).append(note)
    longer: dict[str, list[str]] = {}
    for key, notes in groups.items():
        longer.setdefault(fold(short_label(notes[0].label)), []).append(key)
    for key in list(groups):
        others = [other for other in longer.get(key, ()) if other != key and other in groups]
        if len(others) == 1:
            groups[others[0]] += groups.pop(key)
    return list(groups.values())


def _section_of(group: Sequence[DomainNote], sections: Sequence[DomainNote]) -> DomainNote | None:
    """Return the section that speaks of the domain of these notes: by its long label, else by a short one."""
    labels = {fold(note.label) for note in group}
    shorts = {fold(short_label(note.label)) for note in group}
    exact = (section for section in sections if fold(section.label) in labels)
    alike = (s for s in sections if fold(s.short) in labels or fold(s.label) in shorts)
    return next(exact, None) or next(alike, None)


def _fullest_label(notes: Sequence[DomainNote], section: DomainNote | None) -> tuple[str, str]:
    """Return the label of the first note that has one; the name of a file gives way to the section's."""
    for note in notes:
        if note.label != note_name(note.path):
            return note.label, note.short
    return (section.label, section.short) if section else (notes[0].label, notes[0].short)


def _distinct_labels(domains: Sequence[Domain]) -> tuple[Domain, ...]:
    """Give each of two domains with one short label its long one."""
    count: dict[str, int] = {}
    for domain in domains:
        count[fold(domain.short)] = count.get(fold(domain.short), 0) + 1
    return tuple(replace(d, short=d.label) if count[fold(d.short)] > 1 else d for d in domains)


def children_in_order(mission: Mission) -> list[Note]:
    """Return the children as new links to them stand: domain notes by domain order, then interviews by name."""
    rank = {note.path: at for at, domain in enumerate(mission.domains) for note in domain.notes}

    def place(note: Note) -> tuple[bool, int, str, str]:
        return category_of(note) != DOMAIN, rank.get(note.path, len(rank)), fold(note.name), note.path

    return sorted(mission.children, key=place)
