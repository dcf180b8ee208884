"""What a rule is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from msgspec import Struct, field

from vaultkit.audit.model import Mission
from vaultkit.audit.trace import Said, said_by_path
from vaultkit.diagnostics import Finding, Kind
from vaultkit.markdown.note import Note
from vaultkit.render.refresh import Outcome, Refreshed
from vaultkit.schema.beyond import Surroundings
from vaultkit.schema.check import held
from vaultkit.schema.model import SchemaSet, Violation
from vaultkit.vault.app import AppSettings
from vaultkit.vault.copies import conflict_copies
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import equal_destinations, is_of_one_file


class Look(Struct, frozen=True, dict=True):
    """What rules look at: the vault, its missions, and what became of the regions of each synthesis.

    `hints` is a budget: how many more unresolved names may be searched for a likeness, as that costs a
    pass over all names. `app` are Obsidian's own settings of the vault. `today` is None where nobody
    said which day it is: then nothing is overdue.
    """

    index: VaultIndex
    missions: Sequence[Mission]
    refreshed: Mapping[str, Refreshed] = field(default_factory=dict)
    hints: list[int] = field(default_factory=lambda: [0])
    app: AppSettings = field(default_factory=AppSettings)
    schemas: SchemaSet = field(default_factory=SchemaSet)
    today: date | None = None
    _last: list[tuple[Note, Mapping[str, tuple[str, ...]]]] = field(default_factory=list)
    _held: list[tuple[Note, tuple[Violation, ...]]] = field(default_factory=list)

    @cached_property
    def ignores(self) -> Callable[[str], bool]:
        """The test for the app's "excluded files", whose links nobody is bothered with."""
        return self.app.ignores()

    @cached_property
    def copies(self) -> Mapping[str, str]:
        """The conflict copies that sync tools left, each with its original."""
        return conflict_copies(self.index)

    def destinations(self, note: Note) -> Mapping[str, tuple[str, ...]]:
        """Return where the links of a note lead, by their linkpaths; several where the app defines none.

        Rules ask of one note after the other, so only the last answer is kept.
        """
        if not self._last or self._last[0][0] is not note:
            links = (*note.links, *note.embeds, *(link.reference for link in note.property_links))
            said = dict.fromkeys(link.linkpath for link in links)
            bare = self._bare
            found = {path: bare.get(path) or self._destination(path, note.path) for path in said}
            self._last[:] = [(note, found)]
        return self._last[0][1]

    def _destination(self, linkpath: str, source: str) -> tuple[str, ...]:
        found = equal_destinations(self.index, linkpath, source)
        if is_of_one_file(self.index, linkpath):
            self._bare[linkpath] = found
        return found

    @cached_property
    def _bare(self) -> dict[str, tuple[str, ...]]:
        """Where names lead that lead to one file from anywhere: most links, and many times the same."""
        return {}

    def violations(self, note: Note) -> tuple[Violation, ...]:
        """Return in what a note breaks its schema; only the last answer is kept, as with destinations."""
        if not self._held or self._held[0][0] is not note:
            self._held[:] = [(note, held(self._surroundings, note))]
        return self._held[0][1]

    @cached_property
    def _surroundings(self) -> Surroundings:
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
    def _by_synthesis(self) -> Mapping[str, Mission]:
        return {mission.path: mission for mission in self.missions}

    def mission(self, note: Note) -> Mission | None:
        """Return the mission of a synthesis, None for any other note."""
        return self._by_synthesis.get(note.path)

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


class VaultRule(Struct, frozen=True):
    """One check of the whole vault with its kind: what would be said of many notes is said once."""

    kind: Kind
    check: VaultCheck
