"""Rules about what follows from what: findings, risks, recommendations, priorities and dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vaultkit.audit.mission import linked
from vaultkit.audit.model import Action, Domain, Item, Mission
from vaultkit.audit.sections import sections_on
from vaultkit.audit.trace import Said, Trace, said_in
from vaultkit.audit.words import Priority, Status, Topic, priority_label
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note, SectionType
from vaultkit.markdown.regions import find_regions
from vaultkit.rules.kinds import (
    ACTION_WITHOUT_FINDING,
    ACTION_WITHOUT_HORIZON,
    DOMAIN_MISSING,
    FINDING_WITHOUT_ACTION,
    OVERDUE_ACTION,
    PRIORITY_CONTRADICTS,
    REGION_WORDS,
    RISK_WITHOUT_FINDING,
)
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.text import Message, Span, fold

#: As many items are named in one message, each with so many characters.
_NAMED, _LONG = 4, 60

#: As many domains are named.
_MISSING = 12

#: The regions that hold every domain of a mission.
_ALL_DOMAINS = ("recap", "diagnostic", "template")


def action_without_finding(note: Note, look: Look) -> Iterator[Finding]:
    """Recommendations that no finding or risk of their domain leads to: the client will ask why."""
    yield from _untraced(
        note,
        look,
        lambda trace: trace.actions,
        Message("sans constat ni risque qui y mène", "no finding or risk leads to it"),
        Message(
            "écrire ce qui a été vu dans Constats, ou relier l’action\u00a0: [constat:: [[#^id]]]",
            "write down what was seen in the findings, or link the action: [constat:: [[#^id]]]",
        ),
    )


def finding_without_action(note: Note, look: Look) -> Iterator[Finding]:
    """Findings marked ❌ that no action of their domain answers: the client will ask what to do."""
    yield from _untraced(
        note,
        look,
        lambda trace: trace.findings,
        Message("constat ❌ sans action qui y réponde", "a ❌ finding that no action answers"),
        Message(
            "ajouter une action à la section Actions, ou relier le constat à la sienne\u00a0: [mesure:: [[#^id]]]",
            "add an action to the section of actions, or link the finding to its own: [mesure:: [[#^id]]]",
        ),
    )


def risk_without_finding(note: Note, look: Look) -> Iterator[Finding]:
    """Risks in a domain without any finding, or that alone name none: nothing shows where they come from."""
    yield from _untraced(
        note,
        look,
        lambda trace: trace.risks,
        Message("risque sans constat qui le montre", "a risk that no finding shows"),
        Message(
            "écrire le constat dont il découle, ou le relier\u00a0: [constat:: [[#^id]]]",
            "write down the finding that it comes from, or link it: [constat:: [[#^id]]]",
        ),
    )


def _untraced(
    note: Note, look: Look, of: Callable[[Trace], Sequence[Item]], what: Message, hint: Message
) -> Iterator[Finding]:
    """Yield one finding for each domain of a note that has such items, at the first of them."""
    for said in look.said.get(note.path, ()):
        span = said.note.section
        items = [
            item
            for item in of(said.trace)
            if item.path == note.path and (span is None or span.holds(item.span))
        ]
        if items:
            french, english = _named(items, "«\u00a0{}\u00a0»"), _named(items, "'{}'")
            yield Finding(items[0].span, Message(f"{what.fr}\u00a0: {french}", f"{what.en}: {english}"), hint)


def _named(items: Sequence[Item], quotes: str) -> str:
    named = ", ".join(quotes.format(_short(item)) for item in items[:_NAMED])
    return f"{named}, … ({len(items)})" if len(items) > _NAMED else named


def _short(item: Item) -> str:
    said = item.label if isinstance(item, Action) and item.label else item.text
    return said if len(said) <= _LONG else f"{said[:_LONG].rsplit(' ', 1)[0]}…"


# --------------------------------------------------------------------------------------- actions


def action_without_horizon(note: Note, look: Look) -> Iterator[Finding]:
    """An action has no horizon, so no line of the roadmap can hold it."""
    for action in _open_actions(note, look):
        if action.horizon is None and action.in_roadmap:
            yield Finding(
                action.span,
                Message(
                    f"action sans horizon, absente de la feuille de route\u00a0: «\u00a0{_short(action)}\u00a0»",
                    f"an action without a horizon is not in the roadmap: '{_short(action)}'",
                ),
                Message(
                    "commencer par **Court terme**, **Intermédiaire** ou **Structurant** et deux-points,"
                    " ou finir par (hors feuille de route)",
                    "begin with **Short term**, **Medium term** or **Long term** and a colon, or end with "
                    "(not on roadmap)",
                ),
            )


def overdue_action(note: Note, look: Look) -> Iterator[Finding]:
    """The day on which an action was due has passed, and nothing says that it is done."""
    today = look.today
    for action in _open_actions(note, look) if today else ():
        if today and action.due and action.due < today:
            who_fr = f", responsable\u00a0: {action.owner}" if action.owner else ""
            who_en = f", owner: {action.owner}" if action.owner else ""
            yield Finding(
                action.span,
                Message(
                    f"«\u00a0{_short(action)}\u00a0» est en retard depuis le {action.due:%d.%m.%Y}{who_fr}",
                    f"'{_short(action)}' is overdue since {action.due.isoformat()}{who_en}",
                ),
                Message(
                    "faite\u00a0: la cocher, «\u00a0- [x]\u00a0»\u00a0; sinon convenir d’un nouveau délai",
                    "done: tick it, '- [x]'; else agree on a new date",
                ),
            )


def _open_actions(note: Note, look: Look) -> Iterator[Action]:
    for said in look.said.get(note.path, ()):
        yield from (action for action in said.note.actions if not (action.done or action.is_draft))


# -------------------------------------------------------------------------------------- priority


def priority_contradicts(note: Note, look: Look) -> Iterator[Finding]:
    """The priority of a domain says the contrary of its findings; the client reads it in the table."""
    for said in look.said.get(note.path, ()):
        why = _contradiction(said.domain)
        if why is None or not _says_first(said, note):
            continue
        entry = note.frontmatter.properties.get("priorite") if note.frontmatter else None
        shown = {
            language: priority_label(said.domain.priority, "", language).split(" ", 1)[-1]
            for language in ("fr", "en")
        }
        yield Finding(
            entry.value_span if entry else Span(note.body_start, note.body_start),
            Message(
                f"priorité «\u00a0{shown['fr'].lower()}\u00a0», mais {why.fr}",
                f"priority '{shown['en'].lower()}', but {why.en}",
            ),
            Message(
                "revoir la priorité, ou les ❌ ⚠️ ✅ des constats",
                "look at the priority again, or at the ❌ ⚠️ ✅ of the findings",
            ),
        )


def _says_first(said: Said, note: Note) -> bool:
    """Whether a note is the first of its domain that gives the priority of the domain."""
    first = next((one for one in said.domain.notes if one.priority is said.domain.priority), None)
    return first is said.note and first.path == note.path


def _contradiction(domain: Domain) -> Message | None:
    """Return what contradicts a priority: a low one most findings and a risk, or all; a high one all, and no risk."""
    findings, risks = said_in(domain, Topic.FINDINGS), len(said_in(domain, Topic.RISKS))
    bad = sum(item.status is Status.BAD for item in findings)
    most = bad * 2 > len(findings) and (risks > 0 or bad == len(findings))
    if domain.priority is Priority.LOW and most:
        there = f" et {risks} risque{'s' if risks > 1 else ''}" if risks else ""
        there_en = f" and {risks} risk{'s' if risks > 1 else ''}" if risks else ""
        return Message(
            f"{bad} constat{'s' if bad > 1 else ''} ❌{there}",
            f"{bad} ❌ finding{'s' if bad > 1 else ''}{there_en}",
        )
    good = bool(findings) and all(item.status is Status.GOOD for item in findings)
    if domain.priority is Priority.HIGH and good and not risks:
        return Message("tous les constats sont ✅", "all findings are ✅")
    return None


# --------------------------------------------------------------------------------------- domains


def domain_missing(note: Note, look: Look) -> Iterator[Finding]:
    """Domains that have a note of their own and that the synthesis does not show: the client never hears of them.

    Where a table written by hand lists the domains it decides, with the sections; else a link is enough,
    and a region of any other kind than `domaine` shows what it is made from.
    """
    mission = look.mission(note)
    if mission is None or not mission.active:
        return
    regions = [region for region in find_regions(note).regions if region.options.get("mode") is None]
    shown = {
        fold(region.options.get("id", "").replace("-", " ")) for region in regions if region.name == "domaine"
    }
    table = _table(note)
    if any(region.name in (_ALL_DOMAINS if table else REGION_WORDS) for region in regions):
        return
    rows = _first_cells(note, table) if table else frozenset()
    cited = frozenset(() if table else linked(look.index, note))
    missing = [
        domain
        for domain in mission.domains
        if domain.covered
        and not _is_shown(domain, shown | rows)
        and cited.isdisjoint(s.path for s in domain.notes)
    ]
    if missing:
        yield _missing(note, table, missing, mission)


def _is_shown(domain: Domain, keys: set[str] | frozenset[str]) -> bool:
    return domain.own_section is not None or domain.key in keys or fold(domain.short) in keys


def _missing(note: Note, table: Span | None, missing: Sequence[Domain], mission: Mission) -> Finding:
    place = table or (note.headings[0].span if note.headings else Span(note.body_start, note.body_start))
    listed = ", ".join(domain.bare_label for domain in missing[:_MISSING])
    listed += f", … ({len(missing)})" if len(missing) > _MISSING else ""
    where_fr, where_en = ("le tableau de la synthèse", "the table of the synthesis") if table else (
        "la synthèse", "the synthesis",
    )  # fmt: skip
    their_fr, their_en = ("les ajouter", "them") if len(missing) > 1 else ("l’ajouter", "it")
    return Finding(
        Span(place.start, note.text.find("\n", place.start) if "\n" in place.of(note.text) else place.end),
        Message(
            f"{where_fr} ne montre pas\u00a0: {listed}",
            f"{where_en} does not show: {listed}",
        ),
        Message(
            f'{their_fr} à la main, ou vaultkit adopt "{mission.synthesis.name}" puis vaultkit rebuild',
            f'add {their_en} by hand, or vaultkit adopt "{mission.synthesis.name}", then vaultkit rebuild',
        ),
    )


def _table(note: Note) -> Span | None:
    """Return the recap table of a synthesis, None where it has none."""
    for part in sections_on(note, Topic.RECAP):
        for section in note.sections:
            if section.type is SectionType.TABLE and part.span.holds(section.span):
                return section.span
    return None


def _first_cells(note: Note, table: Span) -> frozenset[str]:
    """Return the folded first cells of a table's rows."""
    rows = (line.strip().lstrip("|").replace("\\|", " ") for line in table.of(note.text).splitlines())
    return frozenset(fold(row.partition("|")[0].strip("*_[] ")) for row in rows)


FAMILIES = (
    Family(
        (
            Rule(ACTION_WITHOUT_FINDING, action_without_finding),
            Rule(FINDING_WITHOUT_ACTION, finding_without_action),
            Rule(RISK_WITHOUT_FINDING, risk_without_finding),
            Rule(ACTION_WITHOUT_HORIZON, action_without_horizon),
            Rule(OVERDUE_ACTION, overdue_action),
            Rule(PRIORITY_CONTRADICTS, priority_contradicts),
        ),
        paths=lambda look: look.said,
    ),
    Family((Rule(DOMAIN_MISSING, domain_missing),), paths=lambda look: look.by_synthesis),
)
RULES = tuple(rule for family in FAMILIES for rule in family.rules)
