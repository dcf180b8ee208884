"""What a rule is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Finding, Kind
from vaultkit.markdown.note import Note
from vaultkit.render.refresh import Outcome, Refreshed
from vaultkit.vault.app import AppSettings
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import equal_destinations


@dataclass(frozen=True)
class Look:
    """What rules look at: the vault, its missions, and what became of the regions of each synthesis.

    `hints` is a budget: how many more unresolved names may be searched for a likeness, as that costs a
    pass over all names. `app` are Obsidian's own settings of the vault.
    """

    index: VaultIndex
    missions: Sequence[Mission]
    refreshed: Mapping[str, Refreshed] = field(default_factory=dict)
    hints: list[int] = field(default_factory=lambda: [0])
    app: AppSettings = field(default_factory=AppSettings)
    _last: list[tuple[Note, Mapping[str, tuple[str, ...]]]] = field(
        default_factory=list, init=False, repr=False
    )

    @cached_property
    def ignores(self) -> Callable[[str], bool]:
        """The test for the app's "excluded files", whose links nobody is bothered with."""
        return self.app.ignores()

    def destinations(self, note: Note) -> Mapping[str, tuple[str, ...]]:
        """Return where the links of a note lead, by their linkpaths; several where the app defines none.

        Rules ask of one note after the other, so only the last answer is kept.
        """
        if not self._last or self._last[0][0] is not note:
            links = (*note.links, *note.embeds, *(link.reference for link in note.property_links))
            said = dict.fromkeys(link.linkpath for link in links)
            found = {path: equal_destinations(self.index, path, note.path) for path in said}
            self._last[:] = [(note, found)]
        return self._last[0][1]

    @cached_property
    def missions_of(self) -> Mapping[str, list[Mission]]:
        """The missions that each child belongs to, by its path."""
        found: dict[str, list[Mission]] = {}
        for mission in self.missions:
            for child in mission.children:
                found.setdefault(child.path, []).append(mission)
        return found

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


@dataclass(frozen=True, slots=True)
class Rule:
    """One check with its kind; it is asked about each note and yields what is wrong there."""

    kind: Kind
    check: Check
