"""Which findings and risks an action answers."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.audit.model import Action, Domain, Item
from vaultkit.audit.trace import keys_of, named_by, said_in
from vaultkit.audit.words import Status, Topic
from vaultkit.vault.index import VaultIndex

#: Which of two equally close reasons comes first.
_RANK = {Status.BAD: 0, Status.WARNING: 1, Status.NONE: 2}


def reasons_of(domain: Domain, index: VaultIndex | None = None) -> Mapping[Item, tuple[Item, ...]]:
    """Return the findings and risks behind each action of a domain, the closest first; ✅ is none.

    A link between the two decides, or a control that both cite; without either the words that they share do. An
    action that nothing leads to is not in the answer.
    """
    named = named_by(domain, index) if index is not None else {}
    candidates = [
        item
        for topic in (Topic.FINDINGS, Topic.RISKS)
        for item in said_in(domain, topic)
        if item.status is not Status.GOOD
    ]
    found = {action: _behind(action, candidates, named) for action in domain.actions}
    return {action: reasons for action, reasons in found.items() if reasons}


def _behind(
    action: Action, candidates: list[Item], named: Mapping[Item, frozenset[Item]]
) -> tuple[Item, ...]:
    links = named.get(action, frozenset())
    cited = set(action.tracking.controls)
    certain = [
        item
        for item in (candidates if links or cited else ())
        if item in links or cited.intersection(item.tracking.controls)
    ]
    if certain:
        return tuple(sorted(certain, key=lambda item: (item.topic is Topic.RISKS, _RANK.get(item.status, 2))))
    wanted = keys_of(f"{action.text} {action.label}")
    scored = ((_shared(wanted, keys_of(item.text)), item) for item in candidates)
    close = [(score, item) for score, item in scored if score > 0]
    close.sort(key=lambda pair: (-pair[0], _RANK.get(pair[1].status, 2)))
    return tuple(item for _, item in close)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of the shorter of two sentences stands in the other, by their words."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
