"""What a rule is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field

from vaultkit.audit.controls import Control, controls_of
from vaultkit.audit.mission import CHILD_CATEGORIES, SYNTHESIS
from vaultkit.audit.model import Item, Mission
from vaultkit.audit.namesakes import namesakes
from vaultkit.audit.trace import Said, said_by_path
from vaultkit.diagnostics import Finding, Kind
from vaultkit.markdown.note import Note
from vaultkit.rules.destinations import SOUND, Destinations, Strays
from vaultkit.rules.traits import traits_of
from vaultkit.schema.check import held
from vaultkit.schema.model import SchemaSet, Violation
from vaultkit.schema.surroundings import Surroundings
from vaultkit.vault.app import AppSettings
from vaultkit.vault.copies import conflict_copies
from vaultkit.vault.index import VaultIndex, file_key

if TYPE_CHECKING:
    from vaultkit.render.refresh import Outcome, Refreshed


class Secrets(Protocol):
    """The secrets of a vault, which no message may say."""

    @property
    def said(self) -> Mapping[str, Sequence[str]]:
        """Their values by the paths of the notes that hold any."""

    def said_in(self, paths: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return the same of these notes alone."""


class Look(Struct, frozen=True, dict=True):
    """What rules look at: the vault, its missions, and what became of the regions of each synthesis.

    `hints` is a budget: how many more unresolved names may be searched for a likeness, as that costs a
    pass over all names. `app` are Obsidian's own settings of the vault. `today` is None where nobody
    said which day it is: then nothing is overdue. `asked` are the paths that are asked about, None for all; `hidden`
    gives the secrets of the vault by path, where somebody keeps them up. `stale_days` is after how many days an open
    finding is stale.
    """

    index: VaultIndex
    missions: Sequence[Mission]
    refreshed: Mapping[str, Refreshed] = field(default_factory=dict)
    hints: list[int] = field(default_factory=lambda: [0])
    app: AppSettings = field(default_factory=AppSettings)
    schemas: SchemaSet = field(default_factory=SchemaSet)
    today: date | None = None
    known_copies: Mapping[str, str] | None = None
    every: Callable[[], Sequence[Mission]] | None = None
    asked: Collection[str] | None = None
    hidden: Callable[[], Secrets] | None = None
    stale_days: int = 180

    @cached_property
    def all_missions(self) -> Sequence[Mission]:
        """The missions of the whole vault, where `missions` are only those of the notes that are asked about."""
        return self.missions if self.every is None else self.every()

    def prepare(self) -> None:
        """Work out what of the whole vault is asked for again and again where most notes are looked at."""
        _ = self.ignores, self.copies, self.crowded, self.categories
        _ = self.missions_of, self.by_synthesis, self.said, self.namesakes
        self.destinations.prepare()
        self.surroundings.prepare()

    @cached_property
    def ignores(self) -> Callable[[str], bool]:
        """The test for the app's "excluded files", whose links nobody is bothered with."""
        return self.app.ignores()

    @cached_property
    def copies(self) -> Mapping[str, str]:
        """The conflict copies that sync tools left, each with its original."""
        return conflict_copies(self.index) if self.known_copies is None else self.known_copies

    @cached_property
    def crowded(self) -> frozenset[str]:
        """The files asked about that have their name, case aside, in common with another one."""
        files = self.index.files
        if self.asked is not None:
            return frozenset(path for path in self.asked if len(files.get(file_key(path), ())) > 1)
        return frozenset(path for paths in files.values() if len(paths) > 1 for path in paths)

    @cached_property
    def categories(self) -> frozenset[str]:
        """The categories that are known: those of an audit, and those of the schemas."""
        of_schemas = (schema.categories for schema in self.schemas.schemas)
        return frozenset((SYNTHESIS, *CHILD_CATEGORIES)).union(*of_schemas)

    # Rules ask of one note after the other, so of what a note is asked for only the last answer is kept.

    def traits(self, note: Note) -> int:
        """Return what the text of a note may hold (see `traits`)."""
        last = self._traits
        if last[0] is not note:
            last[:] = note, traits_of(note)
        found: int = last[1]
        return found

    def know(self, note: Note, traits: int) -> None:
        """Take it as known what the text of a note may hold."""
        self._traits[:] = note, traits

    @cached_property
    def _traits(self) -> list[Any]:
        return [None, 0]

    @cached_property
    def destinations(self) -> Destinations:
        """Where links lead."""
        return Destinations(self.index)

    def strays(self, note: Note) -> Strays:
        """Return the links of a note that lead astray, `SOUND` if none does."""
        last = self._strays
        if last[0] is not note:
            last[:] = note, self.destinations.strays(note)
        found: Strays = last[1]
        return found

    @cached_property
    def _strays(self) -> list[Any]:
        return [None, SOUND]

    def violations(self, note: Note) -> tuple[Violation, ...]:
        """Return in what a note breaks its schema."""
        last = self._violations
        if last[0] is not note:
            last[:] = note, held(self.surroundings, note)
        found: tuple[Violation, ...] = last[1]
        return found

    @cached_property
    def _violations(self) -> list[Any]:
        return [None, ()]

    @cached_property
    def surroundings(self) -> Surroundings:
        """What a note is held against beside its schema."""
        return Surroundings(self.schemas, self.index)

    @cached_property
    def missions_of(self) -> Mapping[str, list[Mission]]:
        """The missions that each child belongs to, by its path."""
        found: dict[str, list[Mission]] = {}
        for mission in self.missions:
            for child in mission.children:
                found.setdefault(child.path, []).append(mission)
        return found

    @cached_property
    def said(self) -> Mapping[str, tuple[Said, ...]]:
        """What each note says of the domains of the active missions, by its path."""
        return said_by_path(self.missions, self.index)

    @cached_property
    def controls(self) -> Mapping[str, Control]:
        """The controls of the vault by path; only who looks for a likeness needs all of them."""
        return controls_of(self.index.notes.values())

    @cached_property
    def namesakes(self) -> Mapping[str, tuple[tuple[Item, Item], ...]]:
        """The items whose id another item of their mission bears before them, by their path, each with that one."""
        return namesakes(self.missions, self.index)

    @cached_property
    def by_synthesis(self) -> Mapping[str, Mission]:
        """The missions by the path of their synthesis."""
        return {mission.path: mission for mission in self.missions}

    def mission(self, note: Note) -> Mission | None:
        """Return the mission of a synthesis, None for any other note."""
        return self.by_synthesis.get(note.path)

    def outcomes(self, note: Note) -> Sequence[Outcome]:
        """Return what became of the regions of a note."""
        refreshed = self.refreshed.get(note.path)
        return refreshed.outcomes if refreshed else ()


Check = Callable[[Note, Look], Iterable[Finding]]
#: What is said once for the whole vault: each finding with the path of the file it belongs to.
VaultCheck = Callable[[Look], Iterable[tuple[str, Finding]]]


class Rule(Struct, frozen=True):
    """One check with its kind; it is asked about each note and yields what is wrong there."""

    kind: Kind
    check: Check


class Family(Struct, frozen=True):
    """Rules that have nothing to say but of some notes, and by what these are known.

    Whose text may hold one of the `traits`, who stands at one of the `paths`, has one of the `categories`, or of
    whom `is_about` says so.
    """

    rules: tuple[Rule, ...]
    traits: int = 0
    paths: Callable[[Look], Iterable[str]] | None = None
    categories: tuple[str, ...] = ()
    is_about: Callable[[Note, Look], bool] | None = None


class VaultRule(Struct, frozen=True):
    """One check of the whole vault with its kind: what would be said of many notes is said once."""

    kind: Kind
    check: VaultCheck
