"""The missions of a vault, kept up note by note: which note belongs where, and what each mission rests on."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from datetime import date
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.mission import (
    CHILD_CATEGORIES,
    SYNTHESIS,
    backlink_names,
    category_of,
    day_of,
    is_frozen,
    language_of_note,
    linked,
    linkpath_of,
    mission_of,
    said_synthesis,
    scope_of,
)
from vaultkit.audit.model import Mission
from vaultkit.audit.retained import retained
from vaultkit.markdown.note import Note
from vaultkit.text import pattern
from vaultkit.vault.copies import ConflictCopies
from vaultkit.vault.index import VaultIndex, file_key
from vaultkit.vault.links import meant_keys, resolve_linkpath, spelled_keys, without_md

_WIKILINKS = pattern(r"\[\[([^\]|#\n]+)")


class Gathered:
    """A mission, made when first asked for, and what it is made from.

    It stays as it is while none of the notes at the paths `notes` changes, and no file of one of `names` (keys of
    file names, as of `file_key`) comes or goes. `children` are the notes that belong to it by their own word,
    `deliveries` the other syntheses of its scope that are frozen.
    """

    def __init__(
        self, index: VaultIndex, member: Member, members: _Members, active: bool, language: str | None
    ) -> None:
        synthesis = index.notes[member.path]
        self.path = member.path
        self.active = active
        self.scope = member.scope
        self._said_language, self._synthesis = language, synthesis
        same = members.by_scope.get(self.scope, ()) if self.scope else ()
        self.children = tuple(dict.fromkeys((*same, *members.by_target.get(self.path, ()))))
        delivered = members.delivered.get(self.scope, ()) if self.scope else ()
        self.deliveries = tuple(path for path in delivered if path != self.path)
        self._from: tuple[VaultIndex, Note, Mapping[str, str | None]] | None = (
            index,
            synthesis,
            members.declared,
        )

    @cached_property
    def language(self) -> str:
        """The language that is set, else that of the headings of the synthesis."""
        return self._said_language or language_of_note(self._synthesis)

    @property
    def is_made(self) -> bool:
        """Whether the mission was asked for: another may take the place of one that nobody has seen."""
        return self._from is None

    def over(self, index: VaultIndex) -> Gathered:
        """Return it for a vault in which nothing has changed that it is made from; what is made stays."""
        if self._from is None:
            return self
        other = self._copied()
        other._from = (index, *self._from[1:])
        return other

    def _copied(self) -> Gathered:
        other = Gathered.__new__(Gathered)
        vars(other).update(vars(self))
        return other

    @property
    def mission(self) -> Mission:
        """The mission, always the same object."""
        return self._made.mission

    def as_active(self, active: bool) -> Gathered:
        """Return it with another word on whether it is the active one of its scope."""
        made = self._made
        other = self._copied()
        other.active, other._made = active, replace(made, mission=replace(made.mission, active=active))
        return other

    @property
    def notes(self) -> frozenset[str]:
        """The paths of the notes that the mission was made from."""
        return self._made.notes

    @property
    def names(self) -> frozenset[str]:
        """The keys of the file names that it says, or could."""
        return self._made.names

    @cached_property
    def _made(self) -> _Made:
        assert self._from is not None
        (index, synthesis, declared), self._from = self._from, None  # it holds the whole vault as it was then
        return _made(index, synthesis, declared, self)


class _Made(Struct, frozen=True):
    mission: Mission
    notes: frozenset[str]
    names: frozenset[str]


class _Members(Struct, frozen=True):
    """The children of a vault: where the link `synthese` of each leads, by that, and by scope.

    `delivered` are the frozen syntheses of each scope, oldest first.
    """

    declared: Mapping[str, str | None]
    by_scope: Mapping[str, list[str]]
    by_target: Mapping[str, list[str]]
    delivered: Mapping[str, list[str]]

    @classmethod
    def of(cls, members: Mapping[str, Member]) -> _Members:
        """Sort the notes of a vault."""
        declared = {path: m.synthesis for path, m in members.items() if m.category in CHILD_CATEGORIES}
        by_scope: dict[str, list[str]] = {}
        by_target: dict[str, list[str]] = {}
        for path, target in declared.items():
            by_scope.setdefault(members[path].scope, []).append(path)
            if target is not None:
                by_target.setdefault(target, []).append(path)
        delivered: dict[str, list[str]] = {}
        frozen = (m for m in members.values() if m.is_frozen and m.category == SYNTHESIS)
        for member in sorted(frozen, key=lambda m: (m.day, m.path)):
            delivered.setdefault(member.scope, []).append(member.path)
        return cls(declared, by_scope, by_target, delivered)


class Member(Struct, frozen=True, array_like=True):
    """What a note with a category of ours says of its belonging.

    Of a child `said` is what its link `synthese` says, and `synthesis` where that leads; of a synthesis
    `is_frozen` and `day` are what tells which one of a scope is active.
    """

    path: str
    category: str
    scope: str
    said: str | None = None
    synthesis: str | None = None
    is_frozen: bool = False
    day: date = date.min


class Gathering(Struct, frozen=True, dict=True):
    """The missions of a vault, by the path of the synthesis, in the order of the paths.

    `language` is that of the settings; without it each synthesis speaks that of its own headings. A
    conflict copy of a note is no part of any mission.
    """

    index: VaultIndex
    language: str | None
    gathered: Mapping[str, Gathered]
    _members: Mapping[str, Member]
    _copies: ConflictCopies

    @classmethod
    def of(cls, index: VaultIndex, language: str | None = None) -> Gathering:
        """Return the missions of all notes."""
        nothing = cls(VaultIndex.of([]), language, {}, {}, ConflictCopies({}, {}))
        return nothing.follow(index, index.notes)

    @classmethod
    def kept(
        cls, index: VaultIndex, language: str | None, members: Iterable[Member], copies: ConflictCopies
    ) -> Gathering:
        """Return what was kept of the gathering of `index`, for `follow`: there are no missions yet."""
        return cls(index, language, {}, {member.path: member for member in members}, copies)

    @property
    def members(self) -> Iterable[Member]:
        """The notes with a category of ours that are no conflict copies, in the order of their paths."""
        return self._members.values()

    @property
    def kept_copies(self) -> ConflictCopies:
        """The conflict copies, and what else could be one."""
        return self._copies

    def of_scopes(self, scopes: Container[str]) -> frozenset[str]:
        """Return the paths of the notes with a category of ours and one of these scopes."""
        return frozenset(path for path, member in self._members.items() if member.scope in scopes)

    @property
    def copies(self) -> Mapping[str, str]:
        """The notes that are conflict copies, each with the path of its original."""
        return self._copies.found

    @cached_property
    def declared(self) -> Mapping[str, str | None]:
        """Where the link `synthese` of each child leads, by its path."""
        return _Members.of(self._members).declared

    @property
    def missions(self) -> tuple[Mission, ...]:
        """The missions, in the order of the paths."""
        return tuple(each.mission for each in self.gathered.values())

    def concerned(self, paths: Collection[str]) -> tuple[Mission, ...]:
        """Return the missions of which a note at one of these paths is the synthesis or a child.

        Of the others none is made, but where one of the notes says of no mission that it belongs to it: then the
        link of any synthesis can make it a child.
        """
        wanted, declared, notes = frozenset(paths), self.declared, self.index.notes
        free = any(p in declared and not declared[p] and not scope_of(notes[p]) for p in wanted)
        likely = (
            each
            for path, each in self.gathered.items()
            if free or path in wanted or not wanted.isdisjoint(each.children)
        )
        return tuple(
            each.mission
            for each in likely
            if each.path in wanted or any(child.path in wanted for child in each.mission.children)
        )

    def follow(self, index: VaultIndex, changed: Collection[str]) -> Gathering:
        """Return the missions of `index`, which is this one's but for the files at the paths `changed`.

        A mission that rests on none of them is the very same object.
        """
        copies = self._copies.follow(index, changed)
        touched = {*changed, *(path for path, _ in copies.found.items() ^ self._copies.found.items())}
        came_or_went = (path for path in changed if (path in index) != (path in self.index))
        moved = frozenset(map(file_key, came_or_went) if self._members else ())
        fresh = not self.gathered and self._members  # what was kept of it, no mission yet
        if not moved and not fresh and not self._concerns(index, touched, copies.found):
            over = {path: each.over(index) for path, each in self.gathered.items()}
            return Gathering(index, self.language, over, self._members, copies)
        members = self._followed(index, touched, copies.found, bool(moved))
        restless = {path for path in touched if members.get(path) is not self._members.get(path)} | touched
        active = _active(member for member in members.values() if member.category == SYNTHESIS)
        children = _Members.of(members)
        gathered: dict[str, Gathered] = {}
        for path, member in members.items():
            if member.category != SYNTHESIS:
                continue
            known = self.gathered.get(path)
            if (
                known is None
                or not known.is_made
                or known.names & moved
                or self._rests_on(known, member, members, restless)
            ):
                known = Gathered(index, member, children, path in active, self.language)
            elif known.active != (path in active):
                known = known.as_active(path in active)
            gathered[path] = known
        return Gathering(index, self.language, gathered, members, copies)

    def _concerns(self, index: VaultIndex, touched: Collection[str], copies: Mapping[str, str]) -> bool:
        """Whether a mission is made from one of these files, or could be now."""
        for path in touched:
            note = index.notes.get(path)
            if path in self._members or (note is not None and path not in copies and is_ours(note)):
                return True
        return any(each.is_made and not each.notes.isdisjoint(touched) for each in self.gathered.values())

    def _followed(
        self, index: VaultIndex, touched: Collection[str], copies: Mapping[str, str], moved: bool
    ) -> dict[str, Member]:
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
        self, known: Gathered, member: Member, members: Mapping[str, Member], touched: Iterable[str]
    ) -> bool:
        """Whether one of the notes that changed is, or becomes, one that a mission is made from."""
        synthesis, scope = member.path, member.scope
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


def _member(index: VaultIndex, note: Note) -> Member | None:
    if not is_ours(note):
        return None
    category, scope = category_of(note), scope_of(note)
    if category == SYNTHESIS:
        frozen = is_frozen(note)
        return Member(note.path, category, scope, is_frozen=frozen, day=day_of(note, delivered=frozen))
    said = said_synthesis(note)
    return Member(note.path, category, scope, said, _led(index, said, note.path))


def _led(index: VaultIndex, said: str | None, path: str) -> str | None:
    return None if said is None else resolve_linkpath(index, said, path)


def _active(syntheses: Iterable[Member]) -> frozenset[str]:
    """Return the paths of the active syntheses: of each scope the newest that is not frozen."""
    newest: dict[str, Member] = {}
    for each in syntheses:
        scope = each.scope or f"\0{each.path}"
        other = newest.get(scope)
        if not each.is_frozen and (other is None or (each.day, each.path) > (other.day, other.path)):
            newest[scope] = each
    return frozenset(each.path for each in newest.values())


def is_ours(note: Note) -> bool:
    """Whether a note is of a category that missions are made of."""
    category = category_of(note)
    return category == SYNTHESIS or category in CHILD_CATEGORIES


def _again(index: VaultIndex, member: Member) -> Member:
    """Return what a note says now that files came or went: the same object if that is the same."""
    if member.category == SYNTHESIS:
        return member
    declared = _led(index, member.said, member.path)
    return member if declared == member.synthesis else replace(member, synthesis=declared)


def _made(index: VaultIndex, synthesis: Note, declared: Mapping[str, str | None], about: Gathered) -> _Made:
    mission = mission_of(index, synthesis, about.children, declared, about.active, about.language)
    of_controls = retained(index, synthesis, mission.domains)
    deliveries = tuple(index.notes[path] for path in about.deliveries)
    if of_controls.controls or deliveries:
        mission = replace(mission, controls=of_controls.controls, deliveries=deliveries)
    children = (note.path for note in mission.children)
    own = frozenset((about.path, *linked(index, synthesis), *children, *about.children))
    said = [link.linkpath for link in (*synthesis.links, *synthesis.embeds)]
    said += [linkpath_of(entry) for entry in backlink_names(synthesis)]
    said += _WIKILINKS.findall(synthesis.text)  # those in code and comments of a region too
    names = {key for linkpath in said for key in meant_keys(linkpath, synthesis.path)}
    notes = own | of_controls.notes.union(about.deliveries)
    for path in own | {note.path for note in of_controls.controls}:
        # a new link to `a.pdf.md` says `a.pdf`, which is a file's name too
        names |= {file_key(path), *spelled_keys(without_md(path))}
    return _Made(mission, notes, of_controls.names.union(names))
