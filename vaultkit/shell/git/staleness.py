"""Syntheses that are not what the notes of a commit give."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vaultkit.diagnostics import Finding
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.planning import Plan
from vaultkit.shell.session import Session
from vaultkit.text import Message, Span


class Stale(Struct, frozen=True):
    """A synthesis that is not what the staged notes give: its regions, what it should say, and where.

    `sources` are the notes it is made from, `scope` says of which mission.
    """

    path: str
    regions: tuple[str, ...]
    text: str
    place: Span
    sources: tuple[str, ...]
    scope: str


def stale_in(session: Session, plan: Plan) -> Iterator[Stale]:
    """Yield the syntheses that a plan would write."""
    gathered = session.gathering.gathered
    for write in plan.changes.writes:
        mission = gathered[write.path].mission if write.path in gathered else session.target(write.path)
        assert mission is not None  # or there would be no plan
        outcomes = plan.refreshed[write.path].outcomes
        begin = next((one.region.begin for one in outcomes if one.stale), Span(0, 0))
        sources = tuple(child.path for child in mission.children)
        yield Stale(write.path, write.regions, write.text, begin, sources, mission.scope)


def finding_of(stale: Stale, remedy: Message) -> Finding:
    """Return what is said of a stale synthesis."""

    def words(language: str) -> str:
        kinds = dict.fromkeys(region.split(":")[0] for region in stale.regions)
        return ", ".join(REGION_WORDS[k].of(language) if k in REGION_WORDS else k for k in kinds)

    return Finding(
        stale.place,
        Message(
            f"pas à jour par rapport aux notes de ce commit\u00a0: {words('fr')}",
            f"stale against the notes of this commit: {words('en')}",
        ),
        remedy,
    )
