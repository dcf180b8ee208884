"""What a region is generated from: a mission and its vault, as templates see them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.audit.model import Domain, Mission
    from vaultkit.audit.words import Topic
    from vaultkit.render.body import Body
    from vaultkit.render.merge import Policy
    from vaultkit.vault.index import VaultIndex

Render = Callable[[str, Mapping[str, object]], str]
#: Takes a Dataview query and the path of the note that holds it, and gives its result as Markdown.
Ask = Callable[[str, str], str]


class Scene(Struct, frozen=True, dict=True):
    """What a region is generated from: its mission, the vault around it, and what renders templates.

    `render` takes a template's name and its context, `ask` a query and where it stands; they raise what
    templates and queries raise. `matrix` is how many steps a risk matrix has. A scene says each template and asks
    each query once, so it is for one moment.
    """

    mission: Mission
    index: VaultIndex
    render: Render
    prune: bool = False
    ask: Ask = lambda text, origin: ""
    matrix: int = 4

    @cached_property
    def context(self) -> Mapping[str, object]:
        """What every region template can use."""
        return context_of(self)

    @cached_property
    def memo(self) -> dict[object, Any]:
        """What was said in this scene, by what was asked."""
        return {}

    def drawn(self, name: str, roadmap: bool = False, more: tuple[tuple[str, Hashable], ...] = ()) -> Body:
        """Return what a template says here; `more` are names and values for this one kind of region."""
        asked = ("drawn", name, roadmap, more)
        if asked not in self.memo:
            from vaultkit.render.body import parse_body

            said = self.render(name, {**self.context, **dict(more)})
            self.memo[asked] = parse_body(said, roadmap=roadmap)
        body: Body = self.memo[asked]
        return body


class Generated(Struct, frozen=True):
    """What a region would say without a person, and how that meets what stands there."""

    body: Body
    policy: Policy


class DomainView(Struct, frozen=True):
    """A domain as templates see it; all texts are clean and escaped for a table cell."""

    name: str
    label: str
    short: str
    emoji: str
    priority: str
    bad: str
    good: str
    findings: tuple[str, ...]
    risks: tuple[str, ...]
    opportunities: tuple[str, ...]
    actions: tuple[str, ...]
    notes: tuple[str, ...]


class SectionView(Struct, frozen=True):
    """A section of a domain as the `domaine` template sees it; `callout` is its type, or empty."""

    heading: str
    callout: str
    items: tuple[str, ...]


# ------------------------------------------------------------------------------------- contexts


def context_of(scene: Scene) -> dict[str, object]:
    """Return what every region template can use (README lists it)."""
    from vaultkit.audit.mission import children_in_order
    from vaultkit.audit.recap import recap_rows, roadmap_lines
    from vaultkit.audit.words import LABELS
    from vaultkit.render.sandbox import TemplateFunction
    from vaultkit.vault.links import linktext

    mission, ask = scene.mission, scene.ask
    return {
        "language": mission.language,
        "labels": LABELS[mission.language],
        "headings": _headings(mission.language),
        "scope": mission.scope,
        "properties": dict(mission.synthesis.properties),
        "rows": recap_rows(mission),
        "lines": roadmap_lines(mission),
        "links": tuple(linktext(scene.index, note.path) for note in children_in_order(mission)),
        "domains": tuple(_view(scene, domain) for domain in mission.domains),
        "query": TemplateFunction(lambda text: _asked(ask, mission.path, str(text))),
    }


@cache
def _headings(language: str) -> Mapping[str, str]:
    from vaultkit.audit.words import HEADINGS

    return {str(topic): by[language][0] for topic, by in HEADINGS.items()}


def _asked(ask: Ask, origin: str, text: str) -> str:
    """Return the answer to a query of a template; what is wrong with it is the template's fault, at its line."""
    try:
        return ask(text, origin).rstrip("\n")
    except Exception as error:
        from vaultkit.render.sandbox import Stopped

        said = getattr(error, "message", None) or Message(str(error), str(error))
        raise Stopped(Message(f"query()\u00a0: {said.fr}", f"query(): {said.en}")) from error


def _view(scene: Scene, domain: Domain) -> DomainView:
    from vaultkit.audit.recap import cell, first_two
    from vaultkit.audit.words import Status, Topic, priority_label
    from vaultkit.vault.links import linktext

    def texts(topic: Topic) -> tuple[str, ...]:
        return tuple(cell(item.text) for item in domain.items(topic))

    findings = domain.items(Topic.FINDINGS)
    bad = [item for item in findings if item.status is Status.BAD]
    good = [item for item in findings if item.status is Status.GOOD]
    return DomainView(
        domain.bare_label,
        domain.label,
        domain.short,
        domain.emoji,
        priority_label(domain.priority, domain.priority_said, scene.mission.language),
        ", ".join(cell(item.text) for item in first_two(bad)),
        ", ".join(cell(item.text) for item in first_two(good)[:1]),
        texts(Topic.FINDINGS),
        texts(Topic.RISKS),
        texts(Topic.OPPORTUNITIES),
        texts(Topic.ACTIONS),
        tuple(linktext(scene.index, note.path) for note in domain.notes),
    )
