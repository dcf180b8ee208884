"""What each kind of region says, and how that meets what stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from vaultkit.audit.model import Action, Domain, DomainNote, Item, Mission
from vaultkit.audit.recap import entry, roadmap_actions
from vaultkit.audit.sections import ITEM_TOPICS
from vaultkit.audit.words import (
    HEADINGS,
    HORIZONS,
    Horizon,
    Topic,
    horizon_of,
    topic_of,
)
from vaultkit.markdown.regions import Region, Stamp
from vaultkit.render.body import BLANK, Block, Body, Items, Text, Unit, bullet_of, digest, parse_body
from vaultkit.render.body import Item as BodyItem
from vaultkit.render.kinds_coverage import coverage
from vaultkit.render.kinds_evolution import evolution_since
from vaultkit.render.kinds_tracking import calendar, matrix, plan, progress
from vaultkit.render.merge import Policy
from vaultkit.render.scene import Generated, Scene, SectionView
from vaultkit.text import fold, pattern
from vaultkit.vault.links import resolve_linkpath

_WIKILINK = pattern(r"!?\[\[(?P<linkpath>[^\]|#\n]+)[^\]\n]*\]\]")
_CALLOUTS = {Topic.RISKS: "danger", Topic.OPPORTUNITIES: "success"}
_CALLOUT_TOPICS = {"danger": Topic.RISKS, "success": Topic.OPPORTUNITIES, "info": Topic.OPPORTUNITIES}


def generate(scene: Scene, region: Region, mine: Body) -> Generated:
    """Return what the region would say; its kind must be one of `KINDS`.

    Raises what `scene.render` raises for a template that cannot be rendered.
    """
    return KINDS[region.name](scene, region, mine)


def _recap(scene: Scene, region: Region, mine: Body) -> Generated:
    def identity(label: str) -> str | None:
        domain = scene.mission.domain_of(label)
        return domain.key if domain else f"? {fold(label)}"

    return Generated(scene.drawn("recap.md"), Policy(identity, prune=scene.prune))


def _roadmap(scene: Scene, region: Region, mine: Body) -> Generated:
    @cache
    def words() -> Mapping[str, str]:
        return {
            entry(action): f"{action.text} {domain.label}"
            for horizon in Horizon
            for domain, action in roadmap_actions(scene.mission, horizon)
        }

    def identity(label: str) -> str | None:
        return horizon_of(label) or fold(label)

    return Generated(
        scene.drawn("roadmap.md", roadmap=True),
        Policy(identity, lambda item: words().get(item, item), prune=scene.prune),
    )


def _links(scene: Scene, region: Region, mine: Body) -> Generated:
    source = scene.mission.path

    def identity(text: str) -> str | None:
        found = _WIKILINK.search(text)
        return resolve_linkpath(scene.index, found["linkpath"].strip(), source) if found else None

    def pending(text: str) -> bool:
        return bool(_WIKILINK.fullmatch(text)) and identity(text) is None

    policy = Policy(identity, keep_order=True, follow=True, pending=pending, prune=scene.prune)
    return Generated(scene.drawn("liens.md"), policy)


def _diagnostic(scene: Scene, region: Region, mine: Body) -> Generated:
    def identity(text: str) -> str | None:
        domain = scene.mission.domain_of(text.partition(":")[0].replace("*", "").replace("_", " "))
        return domain.key if domain else None

    return Generated(scene.drawn("diagnostic.md"), Policy(identity, prune=scene.prune))


def _domain(scene: Scene, region: Region, mine: Body) -> Generated:
    domain = domain_of_region(scene.mission, region)
    if domain is None:
        return Generated(Body(()), Policy(prune=scene.prune))
    views = _section_views(domain, scene.mission.language)
    drawn = scene.drawn("domaine.md", more=(("sections", views),))
    return Generated(_in_layout(mine, drawn, domain, scene.mission.language), Policy(prune=scene.prune))


def _template(scene: Scene, region: Region, mine: Body) -> Generated:
    return Generated(scene.drawn(region.options.get("src", "")), Policy(prune=scene.prune))


def _query(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say what the query gives now; what it no longer gives goes, unless a person wrote it."""
    asked = ("query", region.query.strip())
    if asked not in scene.memo:
        scene.memo[asked] = parse_body(scene.ask(asked[1], scene.mission.path))
    return Generated(scene.memo[asked], Policy(prune=True))


#: The kinds of regions that vaultkit writes, by the name in their markers.
KINDS: dict[str, Callable[[Scene, Region, Body], Generated]] = {
    "recap": _recap,
    "roadmap": _roadmap,
    "liens": _links,
    "diagnostic": _diagnostic,
    "domaine": _domain,
    "template": _template,
    "query": _query,
    "couverture": coverage,
    "plan": plan,
    "matrice": matrix,
    "calendrier": calendar,
    "avancement": progress,
    "evolution": evolution_since,
}


#: The kinds that are made of the domains of the mission.
FROM_DOMAINS = frozenset({"recap", "roadmap", "diagnostic", "template", "couverture", "plan", "matrice"}) | {
    *("calendrier", "avancement", "evolution"),
}


def covered_sections(scene: Scene, stamp: Stamp | None) -> tuple[str, ...]:
    """Return the digests of the synthesis's own domain sections that a child note covers, or has covered.

    The stamp remembers them: while such a note is absent (deleted, or not synchronised yet), the section
    does not speak in its place, as what the note had said would be lost.
    """
    known = {_section_digest(d.own_section) for d in scene.mission.domains if d.covered and d.own_section}
    standing = {_section_digest(section) for section in scene.mission.sections}
    return tuple(sorted(known | (standing & set(stamp.notes if stamp else ()))))


def without_sections(scene: Scene, digests: tuple[str, ...]) -> Scene:
    """Return the scene in which these sections are no source of their own."""
    domains = scene.mission.domains
    if not digests or all(domain.covered for domain in domains):
        return scene
    if digests not in scene.memo:
        left = tuple(d for d in domains if d.covered or _section_digest(d.notes[0]) not in digests)
        scene.memo[digests] = replace(scene, mission=replace(scene.mission, domains=left))
    other: Scene = scene.memo[digests]
    return other


def _section_digest(section: DomainNote) -> str:
    return digest("section", fold(section.label))


# ------------------------------------------------------------------------------- domain sections


def domain_of_region(mission: Mission, region: Region) -> Domain | None:
    """Return the domain that a `domaine` region speaks of: its `id` is the folded label, with hyphens."""
    wanted = region.options.get("id", "").replace("-", " ")
    by_section = (d for d in mission.domains if d.own_section and fold(d.own_section.label) == wanted)
    return mission.domain_of(wanted) or next(by_section, None)


def _section_views(domain: Domain, language: str) -> tuple[SectionView, ...]:
    return tuple(
        SectionView(HEADINGS[topic][language][0], _CALLOUTS.get(topic, ""), items)
        for topic in ITEM_TOPICS
        if (items := tuple(section_text(item, language) for item in domain.items(topic)))
    )


def section_text(item: Item, language: str) -> str:
    """Return an item as it stands in a section of the synthesis: with its status, without its remarks."""
    if not isinstance(item, Action):
        return item.shown
    text = item.description
    return f"**{HORIZONS[item.horizon][language][0]}** : {text}" if item.horizon else text


def _in_layout(mine: Body, drawn: Body, domain: Domain, language: str) -> Body:
    """Return the section in the layout that stands there: its headings and callouts, the children's items.

    Where a heading stands without its list, the list comes below it; what is missing altogether comes last.
    """
    blocks: list[Block] = []
    topics: list[Topic | None] = []
    topic: Topic | None = None
    for block in mine.blocks:
        if isinstance(block, Text):
            topic = _topic_of_text(block.unit.text) or topic
        elif not isinstance(block, Items) or topic is None or (topic in _listed(blocks, topics)):
            continue
        else:
            lead = bullet_of(block.items[0].lead)
            block = replace(block, items=tuple(_item(lead, i, language) for i in domain.items(topic)))
        blocks.append(block)
        topics.append(topic)
    topic = None
    for block in drawn.blocks:
        topic = (_topic_of_text(block.unit.text) if isinstance(block, Text) else None) or topic
        if topic is None or topic not in topics:
            blocks.append(block)
            topics.append(None)
        elif isinstance(block, Items) and topic not in _listed(blocks, topics):
            at = max(n for n, one in enumerate(topics) if one is topic)
            above = blocks[at]
            quoted = isinstance(above, Text) and above.unit.text.lstrip().startswith(">")
            items = tuple(_item("> - " if quoted else "- ", i, language) for i in domain.items(topic))
            blocks.insert(at + 1, Items(items, () if quoted else BLANK))
            topics.insert(at + 1, topic)
    return Body(tuple(blocks))


def _listed(blocks: Sequence[Block], topics: Sequence[Topic | None]) -> frozenset[Topic | None]:
    """Return the topics that have their list already."""
    return frozenset(topic for block, topic in zip(blocks, topics, strict=True) if isinstance(block, Items))


def _item(lead: str, item: Item, language: str) -> BodyItem:
    return BodyItem(lead, Unit(section_text(item, language)))


def _topic_of_text(text: str) -> Topic | None:
    line = text.lstrip("> \t").split("\n")[0]
    if line.startswith("#"):
        return topic_of(line.lstrip("# "))
    if line.startswith("[!"):
        return _CALLOUT_TOPICS.get(line[2:].partition("]")[0].lower())
    return None


def region_id(label: str) -> str:
    """Return the `id` of the `domaine` region of a label: folded, with hyphens."""
    return fold(label).replace(" ", "-")
