"""The secrets of a vault by the notes that hold them: found once, and kept up from change to change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from vaultkit.rules.rule import Look
from vaultkit.rules.secrets import values
from vaultkit.rules.traits import KNOWN, NUMBER, PASSWORD, remembered_traits
from vaultkit.vault.index import VaultIndex


class Hidden:
    """What no message may say. A note's own text alone tells which secrets it holds."""

    def __init__(self, index: VaultIndex) -> None:
        self._index = index

    @cached_property
    def said(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the secrets by the paths of the notes that hold any."""
        index = self._index
        likely = index.marked(PASSWORD | NUMBER) | index.marked(KNOWN, held=False)
        return dict(self._of(sorted(likely)))

    def said_in(self, paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the same of these notes alone, without a look at any other."""
        if "said" in vars(self):
            return {path: self.said[path] for path in paths if path in self.said}
        return dict(self._of(paths))

    def follow(self, index: VaultIndex, changed: Collection[str]) -> Hidden:
        """Return the secrets of an index that differs in the files at the paths `changed` alone."""
        other = Hidden(index)
        if "said" in vars(self):
            left = {path: said for path, said in self.said.items() if path not in changed}
            other.said = left | dict(other._of(changed))
        return other

    def _of(self, paths: Iterable[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
        alone = Look(VaultIndex.of(()), ())
        for path in paths:
            note = self._index.notes.get(path)
            if note is not None and remembered_traits(note) & (PASSWORD | NUMBER):
                once = note.for_once()
                if said := tuple(place.of(once.text) for place in values(once, alone)):
                    yield path, said
                else:
                    note.marks &= ~(PASSWORD | NUMBER)
