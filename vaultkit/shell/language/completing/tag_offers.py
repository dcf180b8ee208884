"""The tags of a vault: the most frequent first, those above a nested one too."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.shell.language.completing.matching import ranked
from vaultkit.shell.language.completing.offers import MOST, Offer, Sort
from vaultkit.shell.language.completing.places import TagPlace
from vaultkit.shell.language.completing.property_offers import notes_said
from vaultkit.shell.language.tables import tables_of
from vaultkit.shell.language.workspace import Workspace
from vaultkit.text import fold


def tag_offers(workspace: Workspace, place: TagPlace) -> Iterator[Offer]:
    """Yield the tags that fit what was typed behind a `#`."""
    counts = counted_tags(workspace)
    known = sorted(counts, key=lambda tag: (-counts[tag], tag))
    for at in ranked(place.said, [fold(tag) for tag in known], MOST):
        tag = known[at]
        if tag.lower() != place.said.lower().rstrip("/"):
            said = notes_said(counts[tag])
            yield Offer(tag, tag, place.span, Sort.TAG, said, {"tag": tag})


def counted_tags(workspace: Workspace) -> dict[str, int]:
    """Return how many notes have each tag or one below it; the case of letters does not count, the first is shown."""
    spelled: dict[str, str] = {}
    paths: dict[str, set[str]] = {}
    for tag, where in tables_of(workspace).tags.paths.items():
        for level in _levels(tag):
            spelled.setdefault(level.lower(), level)
            paths.setdefault(level.lower(), set()).update(where)
    return {spelled[key]: len(where) for key, where in paths.items()}


def _levels(tag: str) -> Iterator[str]:
    parts = tag.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1) if parts[length - 1])
