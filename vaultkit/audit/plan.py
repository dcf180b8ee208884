"""What a mission's follow-up adds up to: its planned actions, its rated risks, and how far each domain is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from vaultkit.audit.model import Action, Domain, Item, Mission
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import is_draft, standing
from vaultkit.audit.words import Horizon, Status, Topic
from vaultkit.text import fold
from vaultkit.values import Money

#: What nobody has to do anything about any more, and what has been given up: neither is planned or rated.
VOID = (State.CANCELLED, State.NOT_APPLICABLE, State.TO_SEE)


class By(StrEnum):
    """By what the plan is put in order."""

    HORIZON = "horizon"
    OWNER = "responsable"
    DATE = "date"


class Planned(Struct, frozen=True):
    """An action of the plan with its domain; `label` is what the plan calls it, different for each of them."""

    domain: Domain
    action: Action
    label: str
    state: State


class Totals(Struct, frozen=True):
    """What a plan adds up to: how many, how many of these are done, amounts by currency, person-days."""

    count: int
    done: int
    money: tuple[Money, ...]
    effort: Decimal


class Rated(Struct, frozen=True):
    """The findings and risks of one cell of the matrix."""

    probability: int
    impact: int
    items: tuple[Item, ...]


class Stand(Struct, frozen=True):
    """How far a domain is: its findings by state, its actions, and how many of these are done."""

    label: str
    open: int
    under_way: int
    fixed: int
    accepted: int
    actions: int
    done: int

    @property
    def findings(self) -> int:
        """All findings that count."""
        return self.open + self.under_way + self.fixed + self.accepted

    @property
    def share(self) -> int | None:
        """How much of the findings is fixed or accepted, in whole percent; 100 only if all are; None without any."""
        if not self.findings:
            return None
        return 100 * (self.fixed + self.accepted) // self.findings


# ------------------------------------------------------------------------------------- the plan


def planned(mission: Mission, by: By = By.HORIZON) -> tuple[Planned, ...]:
    """Return the actions of the roadmap in the order of the plan; two alike in one domain are one.

    What has no horizon, owner or day comes last; beyond that the order is that of days, then of the domains.
    """
    found: dict[tuple[str, str, date | None, str], tuple[Domain, Action]] = {}
    for domain in mission.domains:
        for action in domain.actions:
            if action.in_roadmap and standing(action) not in VOID:
                same = (domain.key, fold(action.label) or action.label, action.due, fold(action.owner))
                found.setdefault(same, (domain, action))
    pairs = sorted(found.values(), key=lambda pair: _order(pair[1], by))
    labels = _distinct([(action.label, domain.bare_label) for domain, action in pairs])
    return tuple(
        Planned(domain, action, label, standing(action))
        for (domain, action), label in zip(pairs, labels, strict=True)
    )


def _order(action: Action, by: By) -> tuple[object, ...]:
    day = (action.due is None, action.due or date.max)
    horizon = list(Horizon).index(action.horizon) if action.horizon else len(Horizon)
    if by is By.OWNER:
        return (not action.owner, fold(action.owner), *day)
    return (*day, horizon) if by is By.DATE else (horizon, *day)


def _distinct(said: Sequence[tuple[str, str]]) -> list[str]:
    """Return labels that are all different: with the domain behind those that stand twice, then with a number."""
    twice = Counter(fold(label) for label, _ in said)
    labels = [f"{label} ({domain})" if twice[fold(label)] > 1 else label for label, domain in said]
    seen: Counter[str] = Counter()
    for at, label in enumerate(labels):
        seen[fold(label)] += 1
        if seen[fold(label)] > 1:
            labels[at] = f"{label} ({seen[fold(label)]})"
    return labels


def totals(actions: Iterable[Planned]) -> Totals:
    """Return what these actions add up to."""
    money: dict[str, Decimal] = {}
    effort, count, done = Decimal(0), 0, 0
    for one in actions:
        count, done = count + 1, done + (one.state is State.FIXED)
        effort += one.action.tracking.effort or 0
        if cost := one.action.cost:
            money[cost.currency] = money.get(cost.currency, Decimal(0)) + cost.amount
    amounts = tuple(Money(amount, currency) for currency, amount in sorted(money.items()))
    return Totals(count, done, amounts, effort)


# ------------------------------------------------------------------------------------- the matrix


def at_stake(mission: Mission) -> tuple[Item, ...]:
    """Return the findings and risks that still stand: no ✅, nothing fixed, given up or only to be looked at."""
    gone = (*VOID, State.FIXED)
    return tuple(
        item
        for domain in mission.domains
        for topic in (Topic.FINDINGS, Topic.RISKS)
        for item in domain.items(topic)
        if standing(item) not in gone
    )


def rated(items: Iterable[Item], size: int) -> tuple[tuple[Rated, ...], tuple[Item, ...]]:
    """Return the cells of the matrix that hold something, and the items without probability or impact."""
    cells: dict[tuple[int, int], list[Item]] = {}
    without: list[Item] = []
    for item in items:
        if place := item.tracking.placed(size):
            cells.setdefault(place, []).append(item)
        else:
            without.append(item)
    return tuple(Rated(*place, tuple(held)) for place, held in sorted(cells.items())), tuple(without)


# ------------------------------------------------------------------------------------- progress


def stands(mission: Mission) -> tuple[Stand, ...]:
    """Return how far each domain is that has findings or actions, in order.

    A point that was good from the first (✅) is no finding here, and a risk counts where somebody said its state.
    """
    found = (_stand(domain) for domain in mission.domains)
    return tuple(stand for stand in found if stand.findings or stand.actions)


def total_stand(found: Sequence[Stand], label: str) -> Stand:
    """Return the sum of these under another label."""
    names = [name for name in Stand.__struct_fields__ if name != "label"]
    return Stand(label, *(sum(getattr(stand, name) for stand in found) for name in names))


def _stand(domain: Domain) -> Stand:
    findings = [
        item
        for topic in (Topic.FINDINGS, Topic.RISKS)
        for item in domain.items(topic)
        if item.tracking.state or (topic is Topic.FINDINGS and item.status is not Status.GOOD)
    ]
    states = Counter(standing(item) for item in findings)
    actions = [action for action in domain.actions if standing(action) not in VOID and not is_draft(action)]
    return Stand(
        domain.label,
        states[State.OPEN],
        states[State.UNDER_WAY],
        states[State.FIXED],
        states[State.ACCEPTED],
        len(actions),
        sum(standing(action) is State.FIXED for action in actions),
    )
