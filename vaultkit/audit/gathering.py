"""The missions of a vault, kept up note by note: which note belongs where, and what each mission rests on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.mission import (
    CHILD_CATEGORIES,
    SYNTHESIS,
    active_syntheses,
    backlink_names,
    category_of,
    declared_synthesis,
    linked,
    linkpath_of,
    mission_of,
    scope_of,
)
from vaultkit.audit.model import Mission
from vaultkit.markdown.note import Note
from vaultkit.vault.copies import ConflictCopies
from vaultkit.vault.graph import meant_keys
from vaultkit.vault.index import VaultIndex, file_key
from vaultkit.vault.links import spelled_keys, without_md

_WIKILINKS = re.compile(r"\[\[([^\]|#\n]+)")


class Gathered(Struct, frozen=True):
    """A mission, the paths of the notes that it was made from, and the keys of the file names that it says.

    It stays as it is while none of these notes changes and no file of these names comes or goes.
    """

    mission: Mission
    notes: frozenset[str]
    names: frozenset[str]


class _Member(Struct, frozen=True):
    """What a note with a category of ours says of its belonging; `synthesis` is where its own link leads."""

    note: Note
    category: str
    scope: str
    synthesis: str | None


class Gathering(Struct, frozen=True, dict=True):
    """The missions of a vault, by the path of the synthesis, in the order of the paths.

    `language` is that of the settings; without it each synthesis speaks that of its own headings. A
    conflict copy of a note is no part of any mission.
    """

    index: VaultIndex
    language: str | None
    gathered: Mapping[str, Gathered]
    _members: Mapping[str, _Member]
    _copies: ConflictCopies

    @classmethod
    def of(cls, index: VaultIndex, language: str | None = None) -> Gathering:
        """Return the missions of all notes."""
        nothing = cls(VaultIndex.of([]), language, {}, {}, ConflictCopies({}, {}))
        return nothing.follow(index, index.notes)

    @property
    def missions(self) -> tuple[Mission, ...]:
        """The missions, in the order of the paths."""
        return tuple(each.mission for each in self.gathered.values())

    def follow(self, index: VaultIndex, changed: Collection[str]) -> Gathering:
        """Return the missions of `index`, which is this one's but for the files at the paths `changed`.

        A mission that rests on none of them is the very same object.
        """
        copies = self._copies.follow(index, changed)
        touched = {*changed, *(path for path, _ in copies.found.items() ^ self._copies.found.items())}
        moved = frozenset(file_key(path) for path in changed if (path in index) != (path in self.index))
        members = self._followed(index, touched, copies.found, bool(moved))
        restless = {path for path in touched if members.get(path) is not self._members.get(path)} | touched
        active = active_syntheses([m.note for m in members.values() if m.category == SYNTHESIS])
        by_scope: dict[str, list[Note]] = {}
        declared = {path: m.synthesis for path, m in members.items() if m.category in CHILD_CATEGORIES}
        for path in declared:
            by_scope.setdefault(members[path].scope, []).append(members[path].note)
        gathered: dict[str, Gathered] = {}
        for path, member in members.items():
            if member.category != SYNTHESIS:
                continue
            same = by_scope.get(member.scope, [])
            known = self.gathered.get(path)
            if known is None or known.names & moved or self._rests_on(known, member, members, restless):
                mission = mission_of(index, member.note, same, declared, path in active, self.language)
                known = _gathered(index, mission, same, declared)
            elif known.mission.active != (path in active):
                known = replace(known, mission=replace(known.mission, active=path in active))
            gathered[path] = known
        return Gathering(index, self.language, gathered, members, copies)

    def _followed(
        self, index: VaultIndex, touched: Collection[str], copies: Mapping[str, str], moved: bool
    ) -> dict[str, _Member]:
        """Return the notes with a category of ours, in the order of the paths."""
        members = {path: member for path, member in self._members.items() if path not in touched}
        if moved:  # then a link may lead elsewhere
            members = {path: _again(index, member) for path, member in members.items()}
        known = len(members)
        for path in touched:
            note = index.notes.get(path)
            if note is not None and path not in copies and (member := _member(index, note)):
                members[path] = member
        return members if len(members) == known else dict(sorted(members.items()))

    def _rests_on(
        self, known: Gathered, member: _Member, members: Mapping[str, _Member], touched: Iterable[str]
    ) -> bool:
        """Whether one of the notes that changed is, or becomes, one that a mission is made from."""
        synthesis, scope = member.note.path, member.scope
        for path in touched:
            if path in known.notes:
                return True
            new = members.get(path)
            if new and (new.synthesis == synthesis or (scope and new.scope == scope)):
                return True
        return False


def missions(index: VaultIndex, language: str | None = None) -> tuple[Mission, ...]:
    """Return the mission of each synthesis, in the order of the paths (see `Gathering`)."""
    return Gathering.of(index, language).missions


def _member(index: VaultIndex, note: Note) -> _Member | None:
    category = category_of(note)
    if category != SYNTHESIS and category not in CHILD_CATEGORIES:
        return None
    declared = declared_synthesis(index, note) if category != SYNTHESIS else None
    return _Member(note, category, scope_of(note), declared)


def _again(index: VaultIndex, member: _Member) -> _Member:
    """Return what a note says now that files came or went: the same object if that is the same."""
    if member.category == SYNTHESIS:
        return member
    declared = declared_synthesis(index, member.note)
    return member if declared == member.synthesis else replace(member, synthesis=declared)


def _gathered(
    index: VaultIndex, mission: Mission, same_scope: Iterable[Note], declared: Mapping[str, str | None]
) -> Gathered:
    synthesis = mission.synthesis
    notes = {mission.path, *linked(index, synthesis), *(note.path for note in mission.children)}
    notes |= {note.path for note in same_scope} if mission.scope else set()
    notes |= {path for path, target in declared.items() if target == mission.path}
    said = [link.linkpath for link in (*synthesis.links, *synthesis.embeds)]
    said += [linkpath_of(entry) for entry in backlink_names(synthesis)]
    said += _WIKILINKS.findall(synthesis.text)  # those in code and comments of a region too
    names = {key for linkpath in said for key in meant_keys(linkpath, synthesis.path)}
    for path in notes:  # a new link to `a.pdf.md` says `a.pdf`, which is a file's name too
        names |= {file_key(path), *spelled_keys(without_md(path))}
    return Gathered(mission, frozenset(notes), frozenset(names))
