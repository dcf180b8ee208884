"""How far a mission meets the controls that it retains.

Retained are the controls that the synthesis names and those that an item cites (see `retained`). Each is, and the
first of these that holds decides:

1. **sans objet**: a finding that cites it is `sans objet` and says why, or the synthesis says so in its property
   `controles_sans_objet` with the reason. Without a reason it is not out of question, only not looked at.
2. What the findings say that cite it: ❌ → **non conforme**; ⚠️, or ✅ beside a risk → **partiel**; only ✅ →
   **conforme**. A finding that is fixed counts as ✅. A risk without a sign counts as ⚠️: it says that something is
   lacking, not that all is; so does whatever is a *risque accepté*: the control is not met, and everybody knows and
   has agreed to it. ❌ beside ✅ is **partiel**: it is met here and not there. Items that are `à voir` or cancelled
   say nothing, nor do findings and opportunities without a sign.
3. **prévu**: what would be partiel or non conforme, or what nobody has judged, but an action that is still to be done
   cites the control, or is linked to a finding or risk that cites it (`[mesure:: [[#^id]]]`, `[constat:: [[#^id]]]`).
   Shared words alone link nothing here: a client reads this as a promise. Of several actions the one that is due
   first is named, and those with a day come before those with a horizon only.
4. **à voir**: nothing has been judged.

A finding ❌ whose action is done stays ❌ until somebody looks again and writes ✅ or `corrigé`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct, field

from vaultkit.audit.controls import Control
from vaultkit.audit.model import Action, Domain, Item, Mission
from vaultkit.audit.retained import EXCLUDED, Search, named_in
from vaultkit.audit.trace import named_by
from vaultkit.audit.tracking import State
from vaultkit.audit.words import Horizon, Status, Topic
from vaultkit.vault.index import VaultIndex


class Coverage(StrEnum):
    """How far a control is met."""

    COMPLIANT = "conforme"
    PARTIAL = "partiel"
    NON_COMPLIANT = "non conforme"
    PLANNED = "prévu"
    TO_SEE = "à voir"
    NOT_APPLICABLE = "sans objet"


class Covered(Struct, frozen=True):
    """One retained control with what the mission says of it.

    `findings` (and risks, opportunities) cite it, `actions` too (or answer a finding that does), `drafts` cite it and
    are `à voir`; `planned` is the first of the actions that is still to be done and `due` its day; `reason` is why it
    is `sans objet`. `accepted` says that all that is wrong was accepted as a risk, `unexplained` that somebody calls
    it `sans objet` and nobody says why.
    """

    control: Control
    coverage: Coverage
    findings: tuple[Item, ...] = ()
    actions: tuple[Action, ...] = ()
    planned: Action | None = None
    due: date | None = None
    reason: str = ""
    drafts: tuple[Item, ...] = ()
    accepted: bool = False
    unexplained: bool = False


class _Cited(Struct):
    """What cites one control, in the order of the mission."""

    findings: list[Item] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    drafts: list[Item] = field(default_factory=list)


_VOID = (State.CANCELLED, State.NOT_APPLICABLE)
_NOT_OPEN = (*_VOID, State.FIXED, State.ACCEPTED, State.TO_SEE)
_GAPS = (Coverage.PARTIAL, Coverage.NON_COMPLIANT)


def coverage_of(mission: Mission, index: VaultIndex, controls: Mapping[str, Control]) -> tuple[Covered, ...]:
    """Return the controls that a mission retains, in the order of `controls`, each with how far it is met.

    `controls` are those of the mission or more (as `controls_of` gives them); those not retained are left out.
    """
    wanted = {note.path for note in mission.controls}
    kept = {path: control for path, control in controls.items() if path in wanted}
    if not kept:
        return ()
    cited = _cited(mission, index, kept)
    excluded = _excluded(mission, index)
    answers = _answers(mission, index) if any(one.findings for one in cited.values()) else {}
    return tuple(_covered(kept[path], cited[path], excluded.get(path), answers) for path in kept)


def _cited(mission: Mission, index: VaultIndex, controls: Mapping[str, Control]) -> dict[str, _Cited]:
    """Return what cites each control."""
    found = {path: _Cited() for path in controls}
    search = Search(index)
    for domain in mission.domains:
        for source in domain.notes:
            for item in source.items:
                paths = (search.resolved(linkpath, source.path) for linkpath in item.tracking.controls)
                for path in dict.fromkeys(path for path in paths if path in found):
                    _sort_in(found[path], item)
    return found


def _sort_in(cited: _Cited, item: Item) -> None:
    if item.is_draft:
        cited.drafts.append(item)
    elif isinstance(item, Action):
        cited.actions.append(item)
    elif item.tracking.state is not State.CANCELLED:
        cited.findings.append(item)


def _excluded(mission: Mission, index: VaultIndex) -> dict[str, str]:
    """Return the controls that the synthesis calls out of question, each with the reason, empty if it gives none."""
    search = Search(index)
    found: dict[str, str] = {}
    for named in named_in(mission.synthesis, EXCLUDED):
        for path in search.controls(named, mission.path):
            found[path] = found.get(path) or named.reason
    return found


def _answers(mission: Mission, index: VaultIndex) -> Mapping[Item, frozenset[Item]]:
    """Return what a link between two blocks of the mission joins, whatever their domains."""
    notes = tuple(note for domain in mission.domains for note in domain.notes)
    return named_by(Domain("", "", notes), index)


def _covered(
    control: Control, cited: _Cited, excluded: str | None, answers: Mapping[Item, frozenset[Item]]
) -> Covered:
    void = [item for item in cited.findings if item.tracking.state is State.NOT_APPLICABLE]
    findings = [item for item in cited.findings if item.tracking.state is not State.NOT_APPLICABLE]
    linked = (other for item in findings for other in answers.get(item, ()) if isinstance(other, Action))
    others = sorted((action for action in linked if not action.is_draft), key=lambda a: (a.path, a.span))
    actions = tuple(dict.fromkeys((*cited.actions, *others)))
    drafts = tuple(cited.drafts)
    reason = next((item.tracking.reason for item in void if item.tracking.reason), "") or excluded
    unexplained = not reason and (bool(void) or excluded is not None)
    if reason:
        shown = tuple(void or findings)
        return Covered(control, Coverage.NOT_APPLICABLE, shown, actions, reason=reason, drafts=drafts)
    coverage = _judged(findings)
    planned = _first(action for action in actions if is_open(action))
    if planned is not None and coverage is not Coverage.COMPLIANT:
        coverage = Coverage.PLANNED
    else:
        planned = None
    wrong = [item for item in findings if sign_of(item) in (Status.BAD, Status.WARNING)]
    return Covered(
        control,
        coverage,
        tuple(findings),
        actions,
        planned,
        planned.due if planned else None,
        drafts=drafts,
        accepted=bool(wrong) and all(item.tracking.state is State.ACCEPTED for item in wrong),
        unexplained=unexplained,
    )


def is_open(action: Action) -> bool:
    """Whether an action is still to be done, and somebody has looked at it."""
    return not action.done and not action.cancelled and action.tracking.state not in _NOT_OPEN


def _judged(findings: Iterable[Item]) -> Coverage:
    """Return what findings say together."""
    signs = {sign_of(item) for item in findings} - {Status.NONE}
    if not signs:
        return Coverage.TO_SEE
    if signs == {Status.GOOD}:
        return Coverage.COMPLIANT
    return Coverage.NON_COMPLIANT if Status.BAD in signs and Status.GOOD not in signs else Coverage.PARTIAL


def sign_of(item: Item) -> Status:
    """Return what one item says of the controls that it cites."""
    state = item.tracking.state
    if state is State.FIXED:
        return Status.GOOD
    if state is State.ACCEPTED:
        return Status.GOOD if item.status is Status.GOOD else Status.WARNING
    if item.status is Status.NONE and item.topic is Topic.RISKS:
        return Status.WARNING
    return item.status


def _first(actions: Iterable[Action]) -> Action | None:
    """Return the action that is due first: by its day, else by its horizon, else as they stand."""
    ranks = {horizon: at for at, horizon in enumerate(Horizon)}

    def place(action: Action) -> tuple[bool, date, int]:
        rank = ranks[action.horizon] if action.horizon else len(ranks)
        return action.due is None, action.due or date.max, rank

    return min(actions, key=place, default=None)


def gaps(covered: Iterable[Covered]) -> list[Covered]:
    """Return the controls that are not met and for which nothing is planned; accepted risks are no gaps."""
    return [one for one in covered if one.coverage in _GAPS and not one.accepted]
