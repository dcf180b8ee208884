"""The regions of the follow-up: `plan`, `matrice`, `calendrier`, `avancement`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from vaultkit.audit.model import Item
from vaultkit.audit.plan import (
    By,
    Planned,
    Rated,
    Stand,
    Totals,
    at_stake,
    planned,
    rated,
    stands,
    total_stand,
)
from vaultkit.audit.plan import totals as totals_of
from vaultkit.audit.recap import cell, raised, shortened
from vaultkit.audit.records import plain as plain_words
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import (
    RISK_SIGNS,
    STATE_SIGNS,
    printed_id,
    risk_level,
    state_label,
    step_label,
)
from vaultkit.audit.words import HORIZONS, Topic
from vaultkit.markdown.regions import Region
from vaultkit.render.body import Body, Table, plain
from vaultkit.render.gantt import gantt
from vaultkit.render.merge import Policy
from vaultkit.render.sandbox import TemplateFault
from vaultkit.render.scene import Generated, Scene
from vaultkit.render.tracking_words import TRACKING_WORDS, counted
from vaultkit.text import Message, fold, pattern
from vaultkit.values import printed_date, printed_effort, printed_money

_T = TypeVar("_T")

#: How long the words of an item are in a cell of the matrix, in characters.
_SHORT = 40
#: How many blocks the bar of a progress has.
_BLOCKS = 10
_STEP = pattern(r"[1-5] – ")
_FIRST_NUMBER = pattern(r"\W*(?P<number>\d)\b")


class PlanRow(Struct, frozen=True):
    """One measure as the template sees it; `cells` are its texts in the order of the columns, clean and escaped."""

    cells: tuple[str, ...]
    measure: str
    horizon: str
    domain: str
    owner: str
    due: str
    cost: str
    state: str


class MatrixRow(Struct, frozen=True):
    """One step of probability: its label, and a cell for each step of impact, the lowest first."""

    label: str
    cells: tuple[str, ...]


class StandRow(Struct, frozen=True):
    """How far a domain is, as the template sees it; `cells` are its texts in the order of the columns."""

    label: str
    cells: tuple[str, ...]


# ------------------------------------------------------------------------------------- plan


def plan(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say the plan of action as a table: `par=horizon` (default), `responsable` or `date`, with totals.

    It is one table, so that a cell kept by hand stays with its measure wherever this goes. A row is known by the id of
    its action, else by its label.
    """
    by = _option(region, "par", {str(by): by for by in By}, By.HORIZON)
    actions = _planned(scene, by)
    policy = Policy(_measure(actions), prune=scene.prune)
    if not actions:
        return Generated(Body(()), policy)
    language = scene.mission.language
    words = TRACKING_WORDS[language]
    columns = _COLUMNS[by]
    more = (
        ("columns", tuple(words[column] for column in columns)),
        ("measures", tuple(_plan_row(one, columns, language) for one in actions)),
        ("totals", _totals(totals_of(actions), language)),
    )
    return Generated(scene.drawn("plan.md", more=more), policy)


#: The columns of a plan: that by which it is ordered stands behind the measure.
_COLUMNS = {
    By.HORIZON: ("measure", "horizon", "domain", "owner", "due", "cost", "state"),
    By.OWNER: ("measure", "owner", "domain", "horizon", "due", "cost", "state"),
    By.DATE: ("measure", "due", "domain", "owner", "horizon", "cost", "state"),
}


def _planned(scene: Scene, by: By) -> tuple[Planned, ...]:
    asked = ("planned", by)
    if asked not in scene.memo:
        scene.memo[asked] = planned(scene.mission, by)
    found: tuple[Planned, ...] = scene.memo[asked]
    return found


def _plan_row(one: Planned, columns: Sequence[str], language: str) -> PlanRow:
    action = one.action
    cost = (printed_money(action.cost) if action.cost else "", _effort(action, language))
    texts = {
        "measure": _measure_label(one),
        "horizon": HORIZONS[action.horizon][language][0] if action.horizon else "",
        "domain": cell(one.domain.short),
        "owner": cell(action.owner),
        "due": printed_date(action.due, language) if action.due else "",
        "cost": " · ".join(filter(None, cost)),
        "state": f"{STATE_SIGNS[one.state]} {state_label(one.state, language, Topic.ACTIONS)}",
    }
    return PlanRow(tuple(texts[column] for column in columns), **texts)


def _effort(item: Item, language: str) -> str:
    return printed_effort(item.tracking.effort, language) if item.tracking.effort else ""


def _measure_label(one: Planned) -> str:
    said = printed_id(one.action)
    label = cell(raised(one.label.rstrip(".")))
    return f"{said} · {label}" if said else label


def _measure(actions: Sequence[Planned]) -> Callable[[str], str | None]:
    """Return what a row stands for: the id of an action, so that a new label is followed, else its label."""
    ids = Counter(fold(printed_id(one.action)) for one in actions)
    names: dict[str, str] = {}
    for one in actions:
        label, said = fold(_measure_label(one)), fold(printed_id(one.action))
        names[label] = f"id {said}" if said and ids[said] == 1 else label

    def identity(label: str) -> str | None:
        folded = fold(plain(label))
        said = fold(label.partition(" · ")[0])
        return names.get(folded) or (f"id {said}" if said and ids[said] == 1 else f"? {folded}")

    return identity


def _totals(said: Totals, language: str) -> str:
    words = TRACKING_WORDS[language]
    parts = [counted(said.count, "measure", language)]
    parts += [counted(said.done, "done", language)] if said.done else []
    parts += [printed_money(money) for money in said.money]
    parts += [printed_effort(said.effort, language)] if said.effort else []
    return words["total_line"].format(" · ".join(parts))


# ------------------------------------------------------------------------------------- matrix


def matrix(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say the risk matrix, probability by impact; `taille=3`, `4` or `5`, else that of the settings.

    It grows in place. That it becomes smaller is refused until the region is emptied: nobody could say which cells
    kept by hand still mean what they meant.
    """
    size = _option(region, "taille", {"3": 3, "4": 4, "5": 5}, scene.matrix)
    if (stood := _size_of(mine)) > size:
        raise TemplateFault(
            "matrice.md",
            0,
            Message(
                f"elle a été faite pour {stood} niveaux, effacer le texte de la zone pour la refaire à {size}",
                f"it was made for {stood} steps, delete the text of the region to have it made anew for {size}",
            ),
        )
    items = at_stake(scene.mission)
    cells, without = rated(items, size)
    policy = Policy(_step, prune=scene.prune)
    if not items:
        return Generated(Body(()), policy)
    language = scene.mission.language
    words = TRACKING_WORDS[language]
    more = (
        ("corner", words["corner"]),
        ("impacts", tuple(step_label(step, size, language) for step in range(1, size + 1))),
        ("steps", tuple(_matrix_row(step, size, cells, language) for step in range(size, 0, -1))),
        ("unrated", _unrated(without, language)),
    )
    return Generated(scene.drawn("matrice.md", more=more), policy)


def _size_of(mine: Body) -> int:
    """Return how many steps of impact the matrix has that stands there."""
    tables = (block for block in mine.blocks if isinstance(block, Table))
    return max(
        (sum(bool(_STEP.match(plain(cell.text))) for cell in one.header.cells) for one in tables), default=0
    )


def _matrix_row(probability: int, size: int, rated: Sequence[Rated], language: str) -> MatrixRow:
    held = {one.impact: one.items for one in rated if one.probability == probability}
    cells = tuple(
        "<br>".join(
            filter(
                None,
                (RISK_SIGNS[risk_level(probability, impact, size)], *map(_short, held.get(impact, ()))),
            )
        )
        for impact in range(1, size + 1)
    )
    return MatrixRow(step_label(probability, size, language), cells)


def _short(item: Item) -> str:
    said = cell(printed_id(item) or raised(shortened(plain_words(item.text), _SHORT)))
    return f"{said} {STATE_SIGNS[State.ACCEPTED]}" if item.tracking.state is State.ACCEPTED else said


def _step(label: str) -> str | None:
    """Return the step of probability that a row stands for."""
    found = _FIRST_NUMBER.match(plain(label))
    return f"step {found['number']}" if found else f"? {fold(label)}"


def _unrated(items: Sequence[Item], language: str) -> str:
    counts = Counter(item.topic for item in items)
    parts = [
        counted(counts[topic], word, language)
        for topic, word in ((Topic.FINDINGS, "finding"), (Topic.RISKS, "risk"))
        if counts[topic]
    ]
    return TRACKING_WORDS[language]["unrated"].format(", ".join(parts)) if parts else ""


# ------------------------------------------------------------------------------------- calendar


def calendar(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say the actions that have a day as a Mermaid gantt, which Obsidian draws; below it how many have none.

    Nothing in it depends on the day on which it is made.
    """
    language = scene.mission.language
    actions = _planned(scene, By.HORIZON)
    policy = Policy(prune=scene.prune)
    if not actions:
        return Generated(Body(()), policy)
    undated = sum(one.action.due is None for one in actions)
    said = TRACKING_WORDS[language]["undated"].format(counted(undated, "measure", language))
    by_domain = sorted(actions, key=lambda one: _place(scene, one))
    more = (("chart", gantt(by_domain, language)), ("undated", said if undated else ""))
    return Generated(scene.drawn("calendrier.md", more=more), policy)


def _place(scene: Scene, one: Planned) -> int:
    return next(at for at, domain in enumerate(scene.mission.domains) if domain is one.domain)


# ------------------------------------------------------------------------------------- progress


def progress(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say how many findings and actions of each domain are in which state."""
    found = stands(scene.mission)

    def identity(label: str) -> str | None:
        domain = scene.mission.domain_of(label)
        return domain.key if domain else f"? {fold(label)}"

    policy = Policy(identity, prune=scene.prune)
    if not found:
        return Generated(Body(()), policy)
    words = TRACKING_WORDS[scene.mission.language]
    rows = [_stand_row(cell(stand.label), stand) for stand in found]
    if len(found) > 1:
        rows.append(_stand_row(f"**{words['total']}**", total_stand(found, "")))
    columns = ("domain", "open", "under_way", "fixed", "accepted", "progress", "measures")
    more = (("columns", tuple(words[column] for column in columns)), ("stands", tuple(rows)))
    return Generated(scene.drawn("avancement.md", more=more), policy)


def _stand_row(label: str, stand: Stand) -> StandRow:
    counts = (stand.open, stand.under_way, stand.fixed, stand.accepted)
    measures = f"{stand.done}/{stand.actions}" if stand.actions else ""
    return StandRow(label, (label, *map(str, counts), _bar(stand.share), measures))


def _bar(share: int | None) -> str:
    if share is None:
        return ""
    full = share * _BLOCKS // 100
    return f"{'█' * full}{'░' * (_BLOCKS - full)} {share}\u00a0%"


# ------------------------------------------------------------------------------------- options


def _option(region: Region, name: str, known: Mapping[str, _T], default: _T) -> _T:
    """Return what an option of a region says; raises TemplateFault for a value that it cannot have."""
    said = region.options.get(name)
    if said is None:
        return default
    if (key := fold(said)) not in known:
        listed = ", ".join(known)
        raise TemplateFault(
            f"{region.name}.md",
            0,
            Message(
                f"{name}={said} n’est pas possible, il faut l’un de\u00a0: {listed}",
                f"{name}={said} is not possible, expected one of: {listed}",
            ),
        )
    return known[key]
