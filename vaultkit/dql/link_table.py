"""Who links to whom, as far as queries ask: made from what links say alone, without a graph of the vault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from msgspec import Struct

from vaultkit.vault.graph import vault_order
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath, spellings


class Links(Protocol):
    """Who knows where links lead: this table, or the graph of a vault where there is one already."""

    def inlinks(self, path: str) -> Iterable[str]:
        """Return the files that lead to `path`, in the order of the vault."""

    def unresolved_inlinks(self, linkpath: str) -> Iterable[str]:
        """Return the files with a link that says just this path and leads nowhere, in the order of the vault."""


class Destinations(Struct, frozen=True, eq=False):
    """Where links lead; `anywhere` are those found so far that lead to one place from anywhere: most links."""

    index: VaultIndex
    anywhere: dict[str, str | None] = {}

    def of(self, linkpath: str, source: str) -> str | None:
        """Return the path that a link in the note `source` leads to, None if there is none."""
        known = self.anywhere
        if linkpath in known:
            return known[linkpath]
        exact = f"{linkpath}.md"
        if "." not in linkpath and exact in self.index.notes:  # such a path is found first
            known[linkpath] = exact
            return exact
        if linkpath and "/" not in linkpath:
            paths = [path for name in spellings(linkpath) for path in self.index.named(name)]
            if len(paths) <= 1:
                found = known[linkpath] = paths[0] if paths else None
                return found
        return resolve_linkpath(self.index, linkpath, source)


class LinkTable(Struct, frozen=True, eq=False, dict=True):
    """The links of notes and canvases, made when first asked for.

    `paths` are the notes in the order of the vault, `linkpaths` gives what the links of one say.
    """

    paths: Sequence[str]
    linkpaths: Callable[[str], Sequence[str]]
    destinations: Destinations

    def inlinks(self, path: str) -> Sequence[str]:
        """Return the notes that lead to `path`, in the order of the vault."""
        return self._tables[0].get(path, ())

    def unresolved_inlinks(self, linkpath: str) -> Sequence[str]:
        """Return the files with a link that says just this path and leads nowhere, in the order of the vault."""
        index = self.destinations.index
        boards = (
            board.path
            for board in index.canvases.values()
            if any(card.linkpath == linkpath and linkpath not in index for card in board.files)
        )
        return sorted((*self._tables[1].get(linkpath, ()), *boards), key=vault_order)

    @cached_property
    def _tables(self) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]:
        """The notes that lead to each path, and those with each linkpath that leads nowhere."""
        resolved: dict[str, list[str]] = defaultdict(list)
        nowhere: dict[str, list[str]] = defaultdict(list)
        destination, anywhere = self.destinations.of, self.destinations.anywhere
        for path in self.paths:
            said = self.linkpaths(path)
            targets = [anywhere[each] if each in anywhere else destination(each, path) for each in said]
            for target in dict.fromkeys(targets):
                if target is not None:
                    resolved[target].append(path)
            if None in targets:
                for linkpath, target in zip(said, targets, strict=True):
                    if target is None:
                        nowhere[linkpath].append(path)
        return resolved, nowhere
