"""The chapters that a report adds to its note: findings by domain, plan, matrix, calendar, progress, coverage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from vaultkit.audit.coverage import Covered
from vaultkit.audit.coverage_words import state_text, totals_text
from vaultkit.audit.drafts import domain_for
from vaultkit.audit.recap import raised
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import state_label
from vaultkit.audit.words import Horizon, priority_label
from vaultkit.render.deliverable.chart_calendar import dated, schedule
from vaultkit.render.deliverable.charts import (
    STATE_COLORS,
    counts_of,
    followed,
    matrix,
    on_matrix,
    progress,
    tracked,
)
from vaultkit.render.deliverable.front import printed_costs
from vaultkit.render.deliverable.model import Material, Picture, Selection
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
from vaultkit.render.deliverable.tables import Column, callout, paragraphs, table
from vaultkit.render.deliverable.wording import counted
from vaultkit.values import printed_date, printed_effort, printed_money
from vaultkit.vault.index import VaultIndex


class Chapter(Struct, frozen=True):
    """One chapter: the `region` that says the same in a note, its heading, its text without it, its pictures."""

    region: str
    heading: str
    text: str
    pictures: tuple[Picture, ...] = ()


class Chapters(Struct, frozen=True):
    """Chapters as one report Markdown (`##` headings), and the pictures in them."""

    text: str
    pictures: tuple[Picture, ...] = ()


class _Asked(Struct, frozen=True):
    """What a chapter is made from."""

    shown: Shown
    material: Material
    selection: Selection
    say: Say


def chapters(
    material: Material,
    selection: Selection,
    shown: Collection[str] = (),
    index: VaultIndex | None = None,
    say: Say = plain,
) -> Chapters:
    """Return the chapters that have something to say and that the note does not hold itself as a region (`shown`)."""
    asked = _Asked(shown_of(material, selection, index, say), material, selection, say)
    found = [chapter for chapter in map(_made(asked), _CHAPTERS) if chapter and chapter.region not in shown]
    return Chapters(
        "\n\n".join(
            f"## {chapter.heading} {{#rapport-{chapter.region}}}\n\n{chapter.text}" for chapter in found
        ),
        tuple(picture for chapter in found for picture in chapter.pictures),
    )


def chapter(
    region: str, material: Material, selection: Selection, index: VaultIndex | None = None, say: Say = plain
) -> Chapter | None:
    """Return what stands for a region of this name in a report (`calendrier`, …); None if it has nothing to say."""
    if region not in _CHAPTERS:
        return None
    return _made(_Asked(shown_of(material, selection, index, say), material, selection, say))(region)


def _made(asked: _Asked) -> Callable[[str], Chapter | None]:
    def make(region: str) -> Chapter | None:
        heading, write = _CHAPTERS[region]
        text, pictures = write(asked)
        return Chapter(region, asked.shown.words[heading], text, pictures) if text else None

    return make


_Written = tuple[str, tuple[Picture, ...]]


# -------------------------------------------------------------------------------------- findings


def _findings(asked: _Asked) -> _Written:
    """Say the findings of each domain that a note of its own covers: what the synthesis says itself stands there."""
    shown = asked.shown
    parts = [part for part in shown.parts if part.domain.covered and (part.findings or part.risks)]
    sections = (
        f"### {part.label} {{#rapport-constats-{at}}}\n\n{_domain(part, shown)}"
        for at, part in enumerate(parts, 1)
    )
    return paragraphs(*sections), ()


def _domain(part: Part, shown: Shown) -> str:
    words, language = shown.words, shown.language
    priority = part.domain.priority
    said = (
        f"{words['priority']}{words['colon']}**{priority_label(priority, '', language)}**" if priority else ""
    )
    columns = [
        Column(words["number"], 6),
        Column(words["finding"], 52, lasting=True),
        Column(words["state"], 16),
        Column(words["owner"], 14),
        Column(words["due"], 12),
    ]
    states = any(line.item.tracking.state is not None for line in part.findings)
    rows = [
        (
            line.number,
            f"{line.status} {line.text}".strip(),
            _state(line, shown) if states and not line.good else "",
            line.owner,
            _due(line, shown),
        )
        for line in part.findings
    ]
    risks = [_risk(line, shown) for line in part.risks]
    chances = [_numbered(line) for line in part.opportunities]
    return paragraphs(
        said,
        table(columns, rows),
        callout("danger", words["risks"], risks) if risks else "",
        callout("success", words["opportunities"], chances) if chances else "",
    )


def _risk(line: Line, shown: Shown) -> str:
    remarks = []
    if line.rating:
        remarks.append(shown.words["score_of"].format(p=line.rating[0], i=line.rating[1], score=line.score))
    if line.state is not State.OPEN:
        remarks.append(_state(line, shown))
    return _numbered(line) + (f" ({shown.words['semicolon'].join(remarks)})" if remarks else "")


def _numbered(line: Line) -> str:
    return f"**{line.number}** {line.text}" if line.number else line.text


def _state(line: Line, shown: Shown) -> str:
    """Return what has become of an item; of a risk that was accepted, by whom and when too."""
    label = state_label(line.state, shown.language, line.item.topic)
    if line.state is not State.ACCEPTED:
        return label
    on = line.item.tracking.accepted_on
    who = [line.accepted_by, printed_date(on, shown.language) if on else ""]
    said = ", ".join(filter(None, who))
    return f"{label} ({said})" if said else label


def _due(line: Line, shown: Shown) -> str:
    if line.due is None:
        return ""
    day = printed_date(line.due, shown.language)
    return f"**{day}** ({shown.words['overdue']})" if line.overdue(shown.today) else day


# ------------------------------------------------------------------------------------------ plan


def _plan(asked: _Asked) -> _Written:
    shown = asked.shown
    pieces = []
    for horizon in (*Horizon, None):
        lines = sorted(
            (line for line in shown.plan if line.horizon is horizon), key=lambda line: line.due or date.max
        )
        if lines:
            heading = f"### {horizon_name(horizon, shown.language)}"
            alone = horizon is None and len(lines) == len(shown.plan)
            pieces += ["" if alone else heading, _plan_table(lines, shown), _sum(lines, shown, alone)]
    if len({line.horizon for line in shown.plan}) > 1:
        pieces.append(_sum(shown.plan, shown, whole=True))
    return paragraphs(*pieces), ()


def _plan_table(lines: Sequence[Line], shown: Shown) -> str:
    words, language = shown.words, shown.language
    efforts = any(line.item.tracking.effort for line in lines)
    costs = any(line.cost for line in lines)
    price = words["cost_effort" if costs and efforts else "effort" if efforts else "cost"]
    columns = [
        Column(words["number"], 6),
        Column(words["measure"], 36, lasting=True),
        Column(words["domain"], 14),
        Column(words["owner"], 14),
        Column(words["due"], 12),
        Column(price, 12, right=True),
        Column(words["state"], 11),
    ]
    states = any(line.state is not State.OPEN for line in lines)
    several = len(shown.parts) > 1
    shorts = {part.domain.key: unmarked(part.short) for part in shown.parts}
    rows = [
        (
            line.number,
            line.text,
            shorts.get(line.domain.key, "") if several else "",
            line.owner,
            _due(line, shown),
            _price(line, language),
            _state(line, shown) if states else "",
        )
        for line in lines
    ]
    return table(columns, rows)


def _price(line: Line, language: str) -> str:
    effort = line.item.tracking.effort
    said = (printed_money(line.cost) if line.cost else "", printed_effort(effort, language) if effort else "")
    return " · ".join(filter(None, said))


def _sum(lines: Sequence[Line], shown: Shown, whole: bool = False) -> str:
    """Return the totals of a table: how many actions, what those that are left cost, and their days."""
    words, language = shown.words, shown.language
    efforts = [line.item.tracking.effort for line in lines if line.item.tracking.effort]
    done = sum(line.state is State.FIXED for line in lines)
    said = [
        counted(len(lines), "action", language),
        words["of_which"].format(what=counted(done, "done", language)) if done else "",
        printed_costs(lines, language),
        printed_effort(sum(efforts[1:], efforts[0]), language) if efforts else "",
    ]
    label = words["all"] if whole else words["total"]
    return f"**{label}{words['colon']}{', '.join(filter(None, said))}.**" if len(lines) > 1 or whole else ""


# ---------------------------------------------------------------------------------------- matrix


def _matrix(asked: _Asked) -> _Written:
    shown = asked.shown
    picture = matrix(shown, asked.material.matrix)
    if picture is None:
        return "", ()
    words = shown.words
    columns = [
        Column(words["number"], 6),
        Column(words["risk_or_finding"], 44, lasting=True),
        Column(words["domain"], 16),
        Column(words["rating"], 16, right=True, lasting=True),
        Column(words["state"], 14),
    ]
    shorts = {part.domain.key: unmarked(part.short) for part in shown.parts}
    rows = [
        (
            line.number,
            f"{line.status} {line.text}".strip(),
            shorts[line.domain.key] if len(shown.parts) > 1 else "",
            "{} × {} = {}".format(*(line.rating or (0, 0)), line.score),
            _state(line, shown) if line.state is not State.OPEN else "",
        )
        for line in on_matrix(shown)
    ]
    return paragraphs(words["matrix_read"], _image(picture), table(columns, rows)), (picture,)


def _image(picture: Picture) -> str:
    """Return a picture on a line of its own; its words have no bracket that would end them."""
    alt = picture.alt.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"![{alt}]({picture.name})"


# -------------------------------------------------------------------------------------- calendar


def _calendar(asked: _Asked) -> _Written:
    shown = asked.shown
    pictures = schedule(shown)
    if not pictures:
        return "", ()
    efforts = any(line.item.tracking.effort for line in dated(shown))
    read = shown.words["calendar_read" if efforts else "calendar_read_bare"]
    rest = [
        " ".join(filter(None, (line.number, line.text.rstrip("."))))
        for line in shown.plan
        if line.to_do and not line.due
    ]
    undated = shown.words["undated"].format(list=shown.words["semicolon"].join(rest)) if rest else ""
    return paragraphs(read, *map(_image, pictures), undated), pictures


# -------------------------------------------------------------------------------------- progress


def _progress(asked: _Asked) -> _Written:
    shown = asked.shown
    pictures = progress(shown)
    if not pictures:
        return "", ()
    words, language = shown.words, shown.language
    columns = [Column(words["domain"], 30, lasting=True)]
    columns += [Column(raised(state_label(state, language)), 12, right=True) for state in STATE_COLORS]
    columns.append(Column(words["share_done"], 12, right=True))
    columns.append(Column(words["actions_done"], 16, right=True))
    parts = [part for part in shown.parts if tracked(part)]
    rows = [_counts(part.label, followed(part), part.actions, words) for part in parts]
    if len(rows) > 1:
        findings = [line for part in parts for line in followed(part)]
        actions = [line for part in parts for line in part.actions]
        rows.append(
            tuple(f"**{text}**" if text else "" for text in _counts(words["all"], findings, actions, words))
        )
    return paragraphs(*map(_image, pictures), table(columns, rows)), pictures


def share_done(findings: Iterable[Line]) -> int | None:
    """Return how much of the findings is fixed or accepted, in whole percent; 100 only if all are; None without any."""
    counts = counts_of(findings)
    every = sum(counts.values())
    return 100 * (counts[State.FIXED] + counts[State.ACCEPTED]) // every if every else None


def _counts(
    label: str, findings: Sequence[Line], actions: Sequence[Line], words: Mapping[str, str]
) -> tuple[str, ...]:
    """Return a row of the progress: findings by state with the share that is settled, actions done."""
    share = share_done(findings)
    done = sum(line.state is State.FIXED for line in actions)
    return (
        label,
        *(str(count or "") for count in counts_of(findings).values()),
        "" if share is None else f"{share}\u00a0%",
        words["done_of"].format(done=done, count=len(actions)) if actions else "",
    )


# -------------------------------------------------------------------------------------- coverage


def covered_of(asked_domain: str, material: Material, shown: Shown, owner: str = "") -> Iterator[Covered]:
    """Yield the controls that a report shows: all, else those of the domain, or of what a person sees to."""
    items = {line.item for line in shown.lines}
    mission = material.mission
    domain = mission.domain_of(asked_domain) if mission and asked_domain else None
    for covered in material.coverage:
        theirs = not items.isdisjoint((*covered.findings, *covered.actions))
        of_domain = bool(mission and domain and domain_for(mission, covered.control.domain) is domain)
        if not (asked_domain or owner) or theirs or (of_domain and not owner):
            yield covered


def _coverage(asked: _Asked) -> _Written:
    shown = asked.shown
    found = list(covered_of(asked.selection.domain, asked.material, shown, asked.selection.owner))
    if not found:
        return "", ()
    words = shown.words
    columns = [
        Column(words["control"], 10, lasting=True),
        Column(words["statement"], 44, lasting=True),
        Column(words["coverage"], 18, lasting=True),
        Column(words["see"], 14),
        Column(words["due"], 12),
    ]
    frameworks = dict.fromkeys(covered.control.framework for covered in found)
    pieces = [f"**{totals_text(found, shown.language)}**"]
    for framework in frameworks:
        rows = [_covered(covered, asked) for covered in found if covered.control.framework == framework]
        pieces += [f"### {framework}" if framework and len(frameworks) > 1 else "", table(columns, rows)]
    return paragraphs(*pieces), ()


def _covered(covered: Covered, asked: _Asked) -> tuple[str, ...]:
    shown = asked.shown
    lines = {line.item: line for line in shown.lines}
    told = [lines[item] for item in (*covered.findings, *covered.actions) if item in lines]
    reason = asked.say(covered.reason, covered.control.path) if covered.reason else ""
    label = state_text(covered.coverage, shown.language)
    due = covered.due if covered.planned is None or covered.planned in lines else None
    return (
        covered.control.id,
        asked.say(covered.control.title, covered.control.path),
        f"{label} ({reason})" if reason else label,
        ", ".join(dict.fromkeys(line.number for line in told if line.number)),
        printed_date(due, shown.language) if due else "",
    )


#: The chapters in their order: the region of a note that says the same, the key of the heading, who writes it.
_CHAPTERS: dict[str, tuple[str, Callable[[_Asked], _Written]]] = {
    "constats": ("findings_chapter", _findings),
    "plan": ("plan_chapter", _plan),
    "matrice": ("matrix_chapter", _matrix),
    "calendrier": ("calendar_chapter", _calendar),
    "avancement": ("progress_chapter", _progress),
    "couverture": ("coverage_chapter", _coverage),
}
