"""The tables of the workbook: what the chapters say, in cells that can be sorted, filtered and added up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from vaultkit.audit.coverage_words import STATES
from vaultkit.audit.recap import raised
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import state_label
from vaultkit.audit.words import Status
from vaultkit.render.deliverable.chapters import covered_of, share_done
from vaultkit.render.deliverable.charts import STATE_COLORS, counts_of, followed, tracked
from vaultkit.render.deliverable.model import Material, Selection, Sheet
from vaultkit.render.deliverable.selected import Line, Say, Shown, horizon_name, plain, shown_of, unmarked
from vaultkit.text import one_line, pattern
from vaultkit.vault.index import VaultIndex

Cell = str | float | date | None

#: How long the name of a sheet may be in Excel, what may not stand in it, and at its ends.
NAME_LENGTH = 31
_NOT_IN_NAME = pattern(r"[\[\]:*?/\\\x00-\x1f]+")
#: How many numbers of what an action answers are named, and the bounds of a column in characters.
_ANSWERS = 5
_WIDEST, _NARROWEST = 60, 6
_STATUS_WORDS = {Status.BAD: "sign_bad", Status.WARNING: "sign_warning", Status.GOOD: "sign_good"}


class _Column(Struct, frozen=True):
    """A column: the key of its heading and what it says of a line."""

    name: str
    value: Callable[[Line, Shown], Cell]


def sheets(
    material: Material, selection: Selection, index: VaultIndex | None = None, say: Say = plain
) -> tuple[Sheet, ...]:
    """Return the tables of a workbook, those that have a row, each under a name of its own that Excel takes.

    Dates are dates, amounts and days are numbers, texts have no markup.
    """
    shown = shown_of(material, selection, index, say)
    words = shown.words
    found = [
        _listed(words["findings"], _FINDINGS, shown.findings, shown),
        _listed(words["risks"], _RISKS, shown.risks, shown),
        _listed(words["plan_chapter"], _ACTIONS, shown.plan, shown),
        _progress(shown),
        _coverage(material, selection, shown, say),
    ]
    return _named([sheet for sheet in found if sheet.rows])


def _listed(name: str, columns: Sequence[_Column], lines: Sequence[Line], shown: Shown) -> Sheet:
    rows = [tuple(column.value(line, shown) for column in columns) for line in lines]
    return _sheet(name, [shown.words[column.name] for column in columns], rows)


def _sheet(name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Sheet:
    """Return a table with columns as wide as what they hold, within bounds."""
    widths = tuple(
        max(_NARROWEST, min(_WIDEST, max(map(_width, (title, *(row[at] for row in rows)))) + 2))
        for at, title in enumerate(header)
    )
    return Sheet(name, tuple(header), tuple(tuple(row) for row in rows), widths)


def _width(cell: Cell) -> int:
    return 10 if isinstance(cell, date) else len(str(cell)) if cell is not None else 0


def _named(found: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Return sheets under names that Excel takes, told apart without regard to case."""
    taken: set[str] = set()
    named = []
    for sheet in found:
        name = sheet_name(sheet.name, taken)
        taken.add(name.casefold())
        named.append(Sheet(name, sheet.header, sheet.rows, sheet.widths))
    return tuple(named)


def sheet_name(name: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """Return a name that Excel takes for a sheet: 31 characters, none of `[]:*?/\\`, not one of `taken` (folded)."""
    bare = one_line(_NOT_IN_NAME.sub(" ", name)).strip("'")[:NAME_LENGTH].strip(" '") or "–"
    if bare.casefold() == "history":  # Excel keeps this name for itself
        bare += "_"
    fitting, at = bare, 2
    while fitting.casefold() in taken:
        end = f" ({at})"
        fitting, at = bare[: NAME_LENGTH - len(end)].rstrip() + end, at + 1
    return fitting


# --------------------------------------------------------------------------------------- columns


def _number(line: Line, shown: Shown) -> Cell:
    return line.number or None


def _domain(line: Line, shown: Shown) -> Cell:
    return next((unmarked(part.label) for part in shown.parts if part.domain is line.domain), None)


def _text(line: Line, shown: Shown) -> Cell:
    return unmarked(line.text)


def _status(line: Line, shown: Shown) -> Cell:
    key = _STATUS_WORDS.get(line.status)
    return f"{line.status} {shown.words[key]}" if key else None


def _state(line: Line, shown: Shown) -> Cell:
    return None if line.good else state_label(line.state, shown.language, line.item.topic)


def _owner(line: Line, shown: Shown) -> Cell:
    return unmarked(line.owner) or None


def _due(line: Line, shown: Shown) -> Cell:
    return line.due


def _evidence(line: Line, shown: Shown) -> Cell:
    return unmarked(line.evidence) or None


def _controls(line: Line, shown: Shown) -> Cell:
    return ", ".join(line.controls) or None


def _probability(line: Line, shown: Shown) -> Cell:
    return line.rating[0] if line.rating else line.item.tracking.probability


def _impact(line: Line, shown: Shown) -> Cell:
    return line.rating[1] if line.rating else line.item.tracking.impact


def _score(line: Line, shown: Shown) -> Cell:
    return line.score or None


def _horizon(line: Line, shown: Shown) -> Cell:
    return horizon_name(line.horizon, shown.language) if line.horizon else None


def _cost(line: Line, shown: Shown) -> Cell:
    return _float(line.cost.amount) if line.cost else None


def _currency(line: Line, shown: Shown) -> Cell:
    return line.cost.currency if line.cost else None


def _effort(line: Line, shown: Shown) -> Cell:
    return _float(line.item.tracking.effort)


def _reasons(line: Line, shown: Shown) -> Cell:
    return ", ".join(line.answers[:_ANSWERS]) or None


def _accepted_by(line: Line, shown: Shown) -> Cell:
    return unmarked(line.accepted_by) or None


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


_BEFORE = (_Column("number", _number), _Column("domain", _domain))
_OWNED = (_Column("state", _state), _Column("owner", _owner), _Column("due", _due))
_SHOWN_BY = (_Column("evidence", _evidence), _Column("control", _controls))
_RATED = (_Column("probability", _probability), _Column("impact", _impact), _Column("score", _score))
_FINDINGS = (*_BEFORE, _Column("finding", _text), _Column("status", _status), *_OWNED, *_RATED, *_SHOWN_BY)
_RISKS = (*_BEFORE, _Column("risk", _text), *_RATED, *_OWNED, _Column("accepted_by", _accepted_by))
_PRICED = (_Column("cost", _cost), _Column("currency", _currency), _Column("effort_days", _effort))
_ACTIONS = (
    *(*_BEFORE, _Column("measure", _text), _Column("horizon", _horizon), *_OWNED, *_PRICED),
    *(_Column("answers", _reasons), *_SHOWN_BY),
)


# ---------------------------------------------------------------------------- progress, coverage


def _progress(shown: Shown) -> Sheet:
    words, language = shown.words, shown.language
    states = [raised(state_label(state, language)) for state in STATE_COLORS]
    header = [words["domain"], *states, f"{words['share_done']} (%)", words["actions"], words["actions_done"]]
    rows: list[Sequence[Cell]] = [
        (
            *(unmarked(part.label), *counts_of(followed(part)).values(), share_done(followed(part))),
            *(len(part.actions), sum(line.state is State.FIXED for line in part.actions)),
        )
        for part in shown.parts
        if tracked(part)
    ]
    return _sheet(words["progress_chapter"], header, rows)


def _coverage(material: Material, selection: Selection, shown: Shown, say: Say) -> Sheet:
    words = shown.words
    names = ("control", "statement", "framework", "domain", "coverage", "see", "due", "reason")
    lines = {line.item: line for line in shown.lines}
    rows: list[Sequence[Cell]] = []
    for covered in covered_of(selection.domain, material, shown, selection.owner):
        control = covered.control
        told = (lines[item].number for item in (*covered.findings, *covered.actions) if item in lines)
        texts = (say(text, control.path) for text in (control.title, control.framework, control.domain))
        rows.append(
            (
                *(control.id, *map(unmarked, texts), STATES[covered.coverage][shown.language][0]),
                ", ".join(dict.fromkeys(filter(None, told))) or None,
                covered.due if covered.planned is None or covered.planned in lines else None,
                unmarked(say(covered.reason, control.path)) or None,
            )
        )
    return _sheet(words["coverage"], [words[name] for name in names], rows)
