"""The one page that is read: the three urgent things, what is already good, what the signs mean, the totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from msgspec.structs import replace

from vaultkit.audit.match import words
from vaultkit.audit.model import Item
from vaultkit.audit.recap import raised, shortened
from vaultkit.audit.tracking import State
from vaultkit.audit.words import (
    PRIORITY_EMOJI,
    STATUS_EMOJI,
    Horizon,
    Priority,
    Status,
    Topic,
    priority_of,
    status_of,
)
from vaultkit.render.deliverable.model import FrontPage, Material, Selection, Urgent
from vaultkit.render.deliverable.selected import (
    Line,
    Part,
    Say,
    Shown,
    horizon_name,
    plain,
    shown_of,
    unmarked,
)
from vaultkit.render.deliverable.wording import counted, listed, words_of
from vaultkit.text import fold, pattern
from vaultkit.values import Money, printed_date, printed_effort, printed_money
from vaultkit.vault.index import VaultIndex

#: How many urgent things and good points there are at most.
_URGENT, _GOOD = 3, 5
#: How long the texts of the page may be, in characters, so that it is one page.
_WHAT, _WHY, _WHO, _POINT = 120, 170, 40, 95
#: What is due within this time is urgent whatever its horizon.
_SOON = timedelta(days=30)
_PRIORITIES = {Priority.HIGH: 0, Priority.MEDIUM: 1, None: 2, Priority.LOW: 3}
_SEVERITIES = {Status.BAD: 2, Status.WARNING: 1}
_PRIORITY_WORDS = {Priority.HIGH: "sign_high", Priority.MEDIUM: "sign_medium", Priority.LOW: "sign_low"}
_STATUS_WORDS = {Status.BAD: "sign_bad", Status.WARNING: "sign_warning", Status.GOOD: "sign_good"}
_SIGNS = STATUS_EMOJI + "".join(sign[0] for sign in PRIORITY_EMOJI.values())
_SIGN = pattern(f"(?P<sign>[{_SIGNS}])\ufe0f?(?:[^\\S\\n]*(?P<word>[^\\W\\d_]+))?")


def front_page(
    material: Material, selection: Selection, index: VaultIndex | None = None, say: Say = plain
) -> FrontPage | None:
    """Return the first page; None for a note that gathers nothing.

    Its texts are bare words, cut so that the page stays one. Its legend is that of the page alone: `with_legend` makes
    that of the whole document.
    """
    if material.mission is None:
        return None
    shown = shown_of(material, selection, index, say)
    urgent = tuple(_urgent(line, part, shown, say) for part, line in _chosen(shown))
    number = next((line.number for line in shown.lines if line.number), "")
    legend = ((number, shown.words["sign_number"]),) if number else ()
    return FrontPage(urgent, _good(shown), legend, tuple(_totals(shown)))


# ---------------------------------------------------------------------------------------- urgent


def _chosen(shown: Shown) -> list[tuple[Part, Line]]:
    """Return the urgent things: of several that answer the same finding, the others come only if there is room."""
    candidates = sorted(_candidates(shown), key=lambda of: _urgency(of[0], of[1], shown.today))
    first: list[tuple[Part, Line]] = []
    others: list[tuple[Part, Line]] = []
    met: set[Item] = set()
    for part, line in candidates:
        reason = line.reasons[0] if line.reasons else line.item
        (others if reason in met else first).append((part, line))
        met.add(reason)
    chosen = [*first, *others][:_URGENT]
    return sorted(chosen, key=lambda of: _urgency(of[0], of[1], shown.today))


def _candidates(shown: Shown) -> Iterator[tuple[Part, Line]]:
    """Yield what could be urgent: actions of now, and what is wrong where it matters most and nobody sees to it."""
    for part in shown.parts:
        high = part.domain.priority is Priority.HIGH
        for line in part.plan:
            now = line.horizon is Horizon.SHORT or (high and line.horizon is None and line.due is None)
            if line.to_do and (now or (line.due is not None and line.due <= shown.today + _SOON)):
                yield part, line
        answered = {reason for line in part.actions for reason in line.reasons}
        for line in part.findings if high else ():
            if line.status is Status.BAD and line.to_do and line.item not in answered:
                yield part, line


def _urgency(part: Part, line: Line, today: date) -> tuple[int, int, int, bool, date]:
    """Return the key by which the most urgent comes first."""
    behind = line.reasons if line.item.topic is Topic.ACTIONS else (line.item,)
    severity = max((_SEVERITIES.get(item.status, 0) for item in behind), default=0)
    score = max(
        ((item.tracking.probability or 0) * (item.tracking.impact or 0) for item in behind), default=0
    )
    return (
        _PRIORITIES[part.domain.priority],
        -severity,
        -score,
        not line.overdue(today),
        line.due or date.max,
    )


def _urgent(line: Line, part: Part, shown: Shown, say: Say) -> Urgent:
    what = unmarked(line.text)
    action = line.item.topic is Topic.ACTIONS
    if not action:
        what = shown.words["decide"].format(what=_lowered(what, shown.language))
    return Urgent(
        what=shortened(what, _WHAT),
        why=shortened(_why(line, part, shown, say), _WHY),
        domain=shortened(part.short, _WHO),
        owner=shortened(unmarked(line.owner), _WHO),
        due=_by_when(line, shown) if action or line.due else "",
        cost=printed_money(line.cost) if line.cost else "",
        number=line.number,
    )


def _lowered(text: str, language: str) -> str:
    """Return a sentence to go on with: its first letter lowered, but not of an abbreviation or (German) a noun."""
    if language == "de":
        return text
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] in " ’'" else text


def _by_when(line: Line, shown: Shown) -> str:
    if line.due is None:
        return horizon_name(line.horizon, shown.language) if line.horizon else ""
    late = f" ({shown.words['overdue']})" if line.overdue(shown.today) else ""
    return printed_date(line.due, shown.language) + late


def _why(line: Line, part: Part, shown: Shown, say: Say) -> str:
    """Return what is behind it: the finding that it answers and the risk; else what its domain says in brief."""
    finding = next((item for item in line.reasons if item.topic is Topic.FINDINGS), None)
    risk = next((item for item in line.reasons if item.topic is Topic.RISKS), None)
    said = [unmarked(say(item.text, item.path)) for item in (finding, risk) if item is not None]
    if not said or (line.item.topic is Topic.FINDINGS):
        said = list(_in_brief(line, part, say))
    return raised(shown.words["semicolon"].join(dict.fromkeys(text.rstrip(".") for text in said if text)))


def _in_brief(line: Line, part: Part, say: Say) -> Iterator[str]:
    """Yield the first words that the domain has for its risks, else (for an action) for its findings."""
    for topic in (Topic.RISKS, Topic.FINDINGS) if line.item.topic is Topic.ACTIONS else (Topic.RISKS,):
        worded = [
            (note.wordings[topic].text, note.path) for note in part.domain.notes if topic in note.wordings
        ]
        items = part.risks if topic is Topic.RISKS else [one for one in part.findings if not one.good]
        said = [unmarked(say(*worded[0]))] if worded else [unmarked(one.text) for one in items[:1]]
        if said and said[0]:
            yield said[0]
            return


# ------------------------------------------------------------------------------------------ good


def _good(shown: Shown) -> tuple[str, ...]:
    """Return what is already good: of each domain what tells most, then more of them while there is room."""
    by_part = [
        (part, sorted((line for line in part.findings if line.good), key=_telling)) for part in shown.parts
    ]
    rounds = max((len(lines) for _, lines in by_part), default=0)
    found = [(part, lines[at]) for at in range(rounds) for part, lines in by_part if at < len(lines)]
    chosen = {fold(line.text): (part, line) for part, line in reversed(found)}
    return tuple(
        f"{shortened(unmarked(line.text).rstrip('.'), _POINT)} ({shortened(unmarked(part.short), _WHO)})"
        for part, line in list(reversed(chosen.values()))[:_GOOD]
    )


def _telling(line: Line) -> int:
    """Return the key by which the most telling comes first: one with many words that is not cut."""
    return -len(words(line.text)) if len(line.text) <= _POINT else 0


# ---------------------------------------------------------------------------------------- totals


def _totals(shown: Shown) -> Iterator[str]:
    """Yield how much there is to do in short sentences, those that say something."""
    language, say = shown.language, shown.words
    findings = [line for line in shown.findings if line.status in _SEVERITIES and line.to_do]
    good = [line for line in shown.findings if line.good]
    actions = [line for line in shown.plan if line.to_do]
    done = [line for line in shown.plan if line.state is State.FIXED]
    late = [line for line in actions if line.overdue(shown.today)]
    if shown.findings:
        said = [counted(len(findings), "to_correct", language)]
        yield listed([*said, *([counted(len(good), "good", language)] if good else [])], language)
    if shown.plan:
        to_do = counted(len(actions), "to_do", language)
        if late:
            to_do += ", " + say["of_which"].format(what=counted(len(late), "late", language))
        yield say["semicolon"].join([to_do, *([counted(len(done), "done", language)] if done else [])])
    if costs := printed_costs(actions, language):
        count = sum(line.cost is not None for line in actions)
        yield say["costs"].format(sum=costs, count=count, of=len(actions))
    efforts = [line.item.tracking.effort for line in actions if line.item.tracking.effort]
    if efforts:
        total = printed_effort(sum(efforts, Decimal(0)), language)
        yield say["efforts"].format(sum=total, count=len(efforts), of=len(actions))


def costs_of(lines: Iterable[Line]) -> tuple[Money, ...]:
    """Return what these cost together, one amount for each currency in the order in which they come."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.cost is not None:
            sums[line.cost.currency] = sums.get(line.cost.currency, Decimal(0)) + line.cost.amount
    return tuple(Money(amount, currency) for currency, amount in sums.items())


def printed_costs(lines: Iterable[Line], language: str) -> str:
    """Return what these cost together as it is printed, empty if nobody said a cost."""
    return listed([printed_money(money) for money in costs_of(lines)], language)


# ---------------------------------------------------------------------------------------- legend


def legend_of(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return the signs of findings and priorities that a text uses, one entry for each meaning, the worst first.

    Signs of one meaning stand side by side; one with two meanings (⚠️) stands with each of them.
    """
    say = words_of(language)
    used = {_meaning(found["sign"], found["word"] or ""): None for found in _SIGN.finditer(text)}
    order = [*_STATUS_WORDS.values(), *_PRIORITY_WORDS.values()]
    entries = []
    for key in order:
        signs = [_colored(sign) for sign in _SIGNS if (sign, key) in used]
        if signs:
            entries.append((" ".join(dict.fromkeys(signs)), say[key]))
    return tuple(entries)


def _meaning(sign: str, word: str) -> tuple[str, str]:
    """Return a sign with the key of what it means before this word; an empty key if it means nothing of ours."""
    priority = priority_of(word)
    if priority is not None and PRIORITY_EMOJI[priority].startswith(sign):
        return sign, _PRIORITY_WORDS[priority]
    if (status := status_of(sign)) is not Status.NONE:
        return sign, _STATUS_WORDS[status]
    priority = next((one for one, emoji in PRIORITY_EMOJI.items() if emoji.startswith(sign)), None)
    return sign, _PRIORITY_WORDS[priority] if priority else ""


def _colored(sign: str) -> str:
    """Return a sign as it is written: some need a selector to be shown in colour."""
    return f"{sign}\ufe0f" if sign in "⚠☑✔✖" else sign


def with_legend(front: FrontPage, text: str, language: str) -> FrontPage:
    """Return the first page with the legend of a whole document, whose text is given."""
    return replace(front, legend=(*legend_of(text, language), *front.legend))
