"""The one door to the core: a note and what is known of its mission become a `Report`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from msgspec.structs import replace

from vaultkit.audit.internal import is_internal
from vaultkit.audit.mission import scope_of
from vaultkit.audit.model import Mission
from vaultkit.audit.public import public
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.deliverable import chapters as chapters_of
from vaultkit.render.deliverable.chapters import Chapter
from vaultkit.render.deliverable.client_text import Ask, ClientText, client_text, sayer
from vaultkit.render.deliverable.client_text_cut import plain
from vaultkit.render.deliverable.client_text_work import title_of
from vaultkit.render.deliverable.extracts import Choice, checked, left_out
from vaultkit.render.deliverable.front import front_page, with_legend
from vaultkit.render.deliverable.leaks import Vault, leaks_of
from vaultkit.render.deliverable.model import Cover, Material, Picture, Report, Selection
from vaultkit.render.deliverable.progress_report import progress_chapter
from vaultkit.render.deliverable.roles import Roles, people_in
from vaultkit.render.deliverable.sheets import sheets
from vaultkit.render.deliverable.texts import texts_of, told_otherwise
from vaultkit.render.deliverable.wording import words_of
from vaultkit.text import Message, Span, one_line, unaccented
from vaultkit.values import parse_date
from vaultkit.vault.index import VaultIndex

#: The regions that are pictures on paper: a chapter of the report stands in their place.
_DRAWN = ("calendrier", "matrice", "avancement")
#: Those that speak of the whole mission: in an extract a chapter says what was asked for.
_OF_ALL = ("plan", "couverture")
#: What a document is found by; tags are the workshop's.
_KEYWORDS = ("mots_cles", "keywords", "stichworte")
Say = Callable[[str, str], str]


def report_of(
    note: Note, index: VaultIndex, material: Material, selection: Selection, ask: Ask, inline: Ask
) -> Report:
    """Return the report on a note: cover, first page, the note's text, chapters, pictures, tables, and what leaks.

    A note that gathers no mission gives cover and text. Raises VaultkitError (2) for a domain or owner that the mission
    does not have, and for a person without a role where roles are asked for.
    """
    mission = material.mission
    selection = checked(selection, mission)
    shown = public(mission, index) if mission else None
    material = replace(material, mission=shown)
    say = sayer(index, selection.language, inline, scope_of(note))
    roles = _roles(note, mission, index, selection)
    cover = _cover(note, selection, say)
    text, drawn = _text(note, index, material, mission, selection, ask, inline, say, cover.title, roles)
    report = Report(
        language=selection.language,
        cover=cover,
        front=front_page(material, selection, index, say) if shown else None,
        body=text.text,
        pictures=_distinct((*text.pictures, *drawn)),
        sheets=sheets(material, selection, index, say) if shown else (),
        remarks=text.remarks,
    )
    if roles:
        report = told_otherwise(report, roles.say)
    report = _with_legend(report)
    told = progress_chapter(material.evolution, selection, say) if material.evolution else ""
    vault = replace(_vault(note, index, mission, shown, text, roles), told=(told,))
    return replace(report, leaks=leaks_of(report, vault))


def _roles(note: Note, mission: Mission | None, index: VaultIndex, selection: Selection) -> Roles | None:
    if not selection.roles:
        return None
    own = [note.properties.get(key) for key in ("scope", "client", "title", "consultant")]
    kept = [note.name, *(value for value in own if isinstance(value, str))]
    return Roles(
        people_in(note, mission, index), selection.language, tuple(sorted(kept, key=len, reverse=True))
    )


# ------------------------------------------------------------------------------------------ text


def _text(
    note: Note,
    index: VaultIndex,
    material: Material,
    mission: Mission | None,
    selection: Selection,
    ask: Ask,
    inline: Ask,
    say: Say,
    title: str,
    roles: Roles | None,
) -> tuple[ClientText, tuple[Picture, ...]]:
    """Return the text of the note with the chapters around it, and the pictures of the chapters."""
    left: dict[str, list[Edit]] = {}
    in_place: list[Edit] = []
    pictures: list[Picture] = []
    around = ("", "")
    if mission is not None and material.mission is not None:
        left = left_out(Choice.of(mission, material.mission, selection), index)
        regions = find_regions(plain(note)).regions
        is_extract = bool(selection.domain or selection.owner)
        told_elsewhere = is_extract or bool(material.evolution) or not mission.deliveries
        names = (*_DRAWN, *_OF_ALL) if is_extract else _DRAWN
        drawn = {name: chapters_of.chapter(name, material, selection, index, say) for name in names}
        for region in regions:
            if region.name in drawn or (region.name == "evolution" and told_elsewhere):
                in_place += _drawn(region, drawn.get(region.name), is_extract)
        there = frozenset(region.name for region in regions)
        made = chapters_of.chapters(material, selection, there, index, say)
        pictures += [p for name, one in drawn.items() if one and name in there for p in one.pictures]
        pictures += made.pictures
        progress = progress_chapter(material.evolution, selection, say) if material.evolution else ""
        around = (progress, made.text)
    text = client_text(
        note,
        index,
        ask,
        inline,
        selection.language,
        left,
        title,
        around,
        roles.say if roles else str,
        {note.path: in_place},
    )
    return text, tuple(pictures)


def _drawn(region: Region, chapter: Chapter | None, is_extract: bool) -> Iterator[Edit]:
    """Yield the edit that puts a chapter in the place of its region.

    Without one a mermaid block goes, and in an extract what speaks of the whole mission.
    """
    if chapter is not None:
        lines = (f"{region.prefix}{line}".rstrip() for line in chapter.text.strip().split("\n"))
        yield Edit(Span(region.begin.start, region.end.end), "\n".join(lines))
    elif is_extract or region.name in ("calendrier", "evolution"):
        yield Edit(Span(region.begin.start, region.end.end), "")


def _distinct(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    return tuple({picture.name: picture for picture in pictures}.values())


def _with_legend(report: Report) -> Report:
    """Return the report with the signs explained that it really uses."""
    if report.front is None:
        return report
    said = "\n".join(texts_of(replace(report, sheets=(), pictures=())))
    return replace(report, front=with_legend(report.front, said, report.language))


# ----------------------------------------------------------------------------------------- cover


def _cover(note: Note, selection: Selection, say: Say) -> Cover:
    """Return the cover that the frontmatter of a note gives."""
    said = {_key(key): value for key, value in note.properties.items()}
    words = words_of(selection.language)

    def first(*keys: str) -> str:
        found = (said.get(key) for key in keys)
        text = next((_line(value) for value in found if _line(value)), "")
        return say(text, note.path) if text else ""

    asked = [
        words["extract_domain"].format(name=selection.domain) if selection.domain else "",
        words["extract_owner"].format(name=selection.owner) if selection.owner else "",
    ]
    return Cover(
        title=first("title", "titre", "titel") or say(title_of(note), note.path) or note.name,
        subtitle=" – ".join(filter(None, (first("subtitle", "sous_titre", "untertitel"), *asked))),
        client=first("client", "kunde", "scope"),
        consultant=first("consultant", "consultante", "auteur", "author", "berater"),
        firm=first("firm", "societe", "firma"),
        day=_day(said),
        version=first("version"),
        confidentiality=first("confidentialite", "confidentiality", "vertraulichkeit", "classification"),
        tags=tuple(filter(None, re.split(r"\s*[,;]\s*", first(*_KEYWORDS)))),
    )


def _day(said: Mapping[str, object]) -> date | None:
    found = (parse_date(_line(said.get(key))) for key in ("livraison", "date", "datum"))
    return next((day for day in found if day), None)


def _key(key: str) -> str:
    return unaccented(key).strip().replace(" ", "_").replace("-", "_")


def _line(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_line, value)))
    return (
        one_line(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    )


# ----------------------------------------------------------------------------------------- leaks


def _vault(
    note: Note,
    index: VaultIndex,
    mission: Mission | None,
    shown: Mission | None,
    text: ClientText,
    roles: Roles | None,
) -> Vault:
    paths = (
        [*text.sources, *(n.path for d in shown.domains for n in d.notes)] if shown else list(text.sources)
    )
    sources = [
        note,
        *(index.notes[path] for path in dict.fromkeys(paths) if path != note.path and path in index.notes),
    ]
    people = roles.people if roles else people_in(note, mission, index)
    controls = tuple(control.name for control in mission.controls) if mission else ()
    names = tuple(name for person in people for name in (*person.names, *([person.role] if roles else [])))
    return Vault(index, note, mission, tuple(sources), text.answers, (*controls, *names))


def remark_on(note: Note) -> Message | None:
    """Return what a person should know who asks for the report of a note that stays inside."""
    if not is_internal(note):
        return None
    return Message(f"{note.path} est une note interne", f"{note.path} is an internal note")
