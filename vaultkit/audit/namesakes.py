"""Items of one mission that bear one id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vaultkit.audit.model import Item, Mission
from vaultkit.audit.wording import printed_id
from vaultkit.text import fold
from vaultkit.vault.index import VaultIndex


def namesakes(missions: Iterable[Mission], index: VaultIndex) -> Mapping[str, tuple[tuple[Item, Item], ...]]:
    """Return, by its path, each item of an active mission whose id another one before it bears, with that one.

    A block id (`^abc`) names a block of its note only, so two notes may have it.
    """
    found: dict[str, list[tuple[Item, Item]]] = {}
    for mission in missions:
        first: dict[str, Item] = {}
        for item in _named(mission, index) if mission.active else ():
            other = first.setdefault(fold(item.tracking.id), item)
            if other is not item:
                found.setdefault(item.path, []).append((item, other))
    return {path: tuple(pairs) for path, pairs in found.items()}


def _named(mission: Mission, index: VaultIndex) -> Iterable[Item]:
    for domain in mission.domains:
        for source in domain.notes:
            for item in source.items:
                if item.tracking.id and printed_id(item) and not _is_block_id(item, index):
                    yield item


def _is_block_id(item: Item, index: VaultIndex) -> bool:
    note = index.notes.get(item.path)
    return note is not None and item.span.of(note.text).rstrip().endswith(f"^{item.tracking.id}")
