"""The region `evolution`: what changed since a delivered report that is kept in the vault."""

from __future__ import annotations

from vaultkit.audit.deliveries import since
from vaultkit.audit.public import public
from vaultkit.markdown.regions import Region
from vaultkit.render.body import Body
from vaultkit.render.evolution_view import nothing_to_compare, view_of
from vaultkit.render.merge import Policy
from vaultkit.render.scene import Generated, Scene
from vaultkit.text import fold, pattern
from vaultkit.values import parse_date

_NUMBER = pattern(r"\*\*([^*]+)\*\* ")


def evolution_since(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say what opened, closed, moved and slipped since the last delivery, or that of `depuis=2025-08-25`.

    What it no longer says goes with the next delivery, unless a person wrote it.
    """
    asked = ("evolution", until := parse_date(region.options.get("depuis", "")))
    if asked not in scene.memo:
        found, language = since(public(scene.mission, scene.index), until), scene.mission.language
        view = view_of(found, language) if found else nothing_to_compare(language, until)
        scene.memo[asked] = scene.drawn("evolution.md", more=(("evolution", view),))
    return Generated(scene.memo[asked], Policy(_identity, prune=True))


def _identity(text: str) -> str:
    """Return what a row or an item is known by: the label of its domain, its number."""
    found = _NUMBER.match(text)
    return found[1] if found else fold(text)
