"""`explain NOTE`: what vaultkit sees of a note, and why."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.audit.mission import (
    CHILD_CATEGORIES,
    DOMAIN,
    INTERVIEW,
    SYNTHESIS,
    category_of,
    declared_synthesis,
    is_draft,
    is_frozen,
    scope_of,
)
from vaultkit.audit.model import Mission
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import find_regions
from vaultkit.markdown.waivers import WAIVERS, waivers
from vaultkit.render.refresh import Outcome
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.baseline import spoken
from vaultkit.shell.planning import Plan
from vaultkit.shell.report import counted, nombre, number
from vaultkit.shell.session import Session
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

#: How many names are listed before the rest is counted.
MOST = 5

_CATEGORIES = {
    SYNTHESIS: Message("une synthèse", "a synthesis"),
    DOMAIN: Message("une note de domaine", "a domain note"),
    INTERVIEW: Message("un entretien", "an interview"),
}


def explain_note(session: Session, path: str) -> Iterator[Message]:
    """Yield what vaultkit sees of a note, a line each; each says why, or why not."""
    note, plan = session.index.notes[path], session.plan()
    yield Message(harmless(path), harmless(path))
    yield _what(note)
    if (blocked := session.blocked(note)) is not None:
        yield Message(f"  Jamais écrite\u00a0: {blocked.fr}", f"  Never written: {blocked.en}")
    yield _schema(session, note)
    mission = next((one for one in session.missions if one.path == path), None)
    if mission is not None:
        yield from _synthesis(session, mission)
    else:
        yield from _child(session, note)
    yield from _regions(note, plan)
    if names := waivers(note):
        listed = ", ".join(map(harmless, names))
        yield Message(f"  Tait\u00a0: {listed} ({WAIVERS})", f"  Says nothing of: {listed} ({WAIVERS})")
    yield _said(session, note, plan)


def _what(note: Note) -> Message:
    """Return what kind of note it is, and by what that is known."""
    said, category = harmless(str(note.properties.get("category") or "")), category_of(note)
    if not category:
        return Message(
            "  Une note sans catégorie (ses propriétés ne disent pas category)\u00a0: aucune synthèse ne la reprend",
            "  A note without a category (its properties do not say category): no synthesis gathers it",
        )
    known = _CATEGORIES.get(category, Message("une note", "a note"))
    fr, en = f"  C’est {known.fr} (category: {said})", f"  It is {known.en} (category: {said})"
    if category == SYNTHESIS and is_frozen(note):
        reason = "vaultkit_frozen: true" if note.properties.get("vaultkit_frozen") is True else "statut"
        return Message(
            f"{fr}, livrée ({reason})\u00a0: plus rien n’y est écrit",
            f"{en}, delivered ({reason}): nothing is written there",
        )
    if category in CHILD_CATEGORIES and is_draft(note):
        return Message(
            f"{fr}, encore brouillon\u00a0: elle ne donne rien au tableau",
            f"{en}, still a draft: it gives the table nothing",
        )
    return Message(fr, en)


def _schema(session: Session, note: Note) -> Message:
    """Return which schemas the note is held against."""
    found = tuple(session.schemas.of(note))
    if not found:
        folder = session.settings.schemas_folder
        return Message(
            f"  Schéma\u00a0: aucun ne parle d’elle (ceux du coffre sont dans {folder}/)",
            f"  Schema: none speaks of it (the vault's own are in {folder}/)",
        )
    own = "du coffre", "the vault's own"
    brought = "livré avec vaultkit", "comes with vaultkit"
    listed = [(schema.path, own if schema.path in session.schemas.texts else brought) for schema in found]
    return Message(
        f"  Schéma\u00a0: {', '.join(f'{path} ({source[0]})' for path, source in listed)}",
        f"  Schema: {', '.join(f'{path} ({source[1]})' for path, source in listed)}",
    )


# ------------------------------------------------------------------------------ the mission


def _synthesis(session: Session, mission: Mission) -> Iterator[Message]:
    """Yield what a synthesis gathers, and whether it is the active one of its scope."""
    domains = sum(category_of(child) == DOMAIN for child in mission.children)
    interviews = len(mission.children) - domains
    scope = harmless(mission.scope)
    lead = (
        (f"Mission «\u00a0{scope}\u00a0»", f"Mission '{scope}'")
        if scope
        else ("Sans scope", "Without a scope")
    )
    yield Message(
        f"  {lead[0]}\u00a0: {nombre(domains, 'note')} de domaine, {nombre(interviews, 'entretien')}",
        f"  {lead[1]}: {number(domains, 'domain note')}, {number(interviews, 'interview')}",
    )
    labels = [harmless(domain.label) for domain in mission.domains]
    yield Message(
        f"  Domaines\u00a0: {_listed(labels) or 'aucun'}", f"  Domains: {_listed(labels) or 'none'}"
    )
    if not mission.active and not is_frozen(mission.synthesis):
        newer = next(
            (
                one.synthesis.name
                for one in session.missions
                if one.active and scope_of(one.synthesis) == scope_of(mission.synthesis)
            ),
            "",
        )
        yield Message(
            f"  Pas tenue à jour\u00a0: une synthèse plus récente a le même scope, «\u00a0{harmless(newer)}\u00a0»",
            f"  Not kept up to date: a newer synthesis has the same scope, '{harmless(newer)}'",
        )


def _child(session: Session, note: Note) -> Iterator[Message]:
    """Yield which syntheses gather a note and by which way, and the domain it feeds; or why none does."""
    gathering = [mission for mission in session.missions if note in mission.children]
    for mission in gathering:
        name, way = harmless(mission.synthesis.name), _way(session, note, mission)
        state = Message("", "") if mission.active else Message(", pas active", ", not active")
        yield Message(
            f"  Synthèse\u00a0: «\u00a0{name}\u00a0», {way.fr}{state.fr}",
            f"  Synthesis: '{name}', {way.en}{state.en}",
        )
        yield from _domain(note, mission)
    if not gathering and category_of(note) in CHILD_CATEGORIES:
        yield _no_synthesis(session, note)
    elif not gathering and category_of(note):
        yield Message(
            "  Synthèse\u00a0: aucune, elles ne reprennent que les catégories domaine et entretien",
            "  Synthesis: none, they gather the categories domaine and entretien only",
        )


def _way(session: Session, note: Note, mission: Mission) -> Message:
    """Return by which way a synthesis gathers a note (DESIGN §5.4)."""
    if declared_synthesis(session.index, note) == mission.path:
        return Message("nommée par sa propriété synthese", "named by its property synthese")
    if scope_of(note) and scope_of(note) == scope_of(mission.synthesis):
        scope = harmless(str(note.properties.get("scope")))
        return Message(f"par le même scope «\u00a0{scope}\u00a0»", f"by the same scope '{scope}'")
    return Message("qui la cite dans ses backlinks", "which lists it in its backlinks")


def _domain(note: Note, mission: Mission) -> Iterator[Message]:
    for domain in mission.domains:
        paths = [one.path for one in domain.notes]
        if note.path in paths:
            others = [path.rsplit("/", 1)[-1].removesuffix(".md") for path in paths if path != note.path]
            label, listed = harmless(domain.label), _listed(list(map(harmless, others)))
            fr, en = (f", avec {listed}", f", with {listed}") if others else ("", "")
            yield Message(f"  Domaine\u00a0: {label}{fr}", f"  Domain: {label}{en}")


def _no_synthesis(session: Session, note: Note) -> Message:
    """Return why no synthesis gathers a note that could be gathered."""
    target = declared_synthesis(session.index, note)
    if target is not None:
        name = harmless(target)
        return Message(
            f"  Synthèse\u00a0: aucune, sa propriété synthese mène à «\u00a0{name}\u00a0», qui n’en est pas une",
            f"  Synthesis: none, its property synthese leads to '{name}', which is none",
        )
    if not scope_of(note):
        return Message(
            "  Synthèse\u00a0: aucune, la propriété scope manque",
            "  Synthesis: none, the property scope is missing",
        )
    scope = harmless(str(note.properties.get("scope")))
    known = _listed([harmless(mission.scope) for mission in session.missions if mission.scope])
    return Message(
        f"  Synthèse\u00a0: aucune n’a le scope «\u00a0{scope}\u00a0» (il y a\u00a0: {known or 'aucun'})",
        f"  Synthesis: none has the scope '{scope}' (there are: {known or 'none'})",
    )


# ------------------------------------------------------------------------------ regions, remarks


def _regions(note: Note, plan: Plan) -> Iterator[Message]:
    """Yield the state of each region."""
    found = find_regions(note)
    if found.faults:
        yield Message(
            "  Zones\u00a0: un repère est cassé, rien n’est écrit dans cette note",
            "  Regions: a marker is broken, nothing is written in this note",
        )
        return
    refreshed = plan.refreshed.get(note.path)
    outcomes = {one.region.begin: one for one in refreshed.outcomes} if refreshed else {}
    if not found.regions and category_of(note) == SYNTHESIS and not is_frozen(note):
        name = harmless(note.name)
        yield Message(
            f'  Zones\u00a0: pas encore\u00a0; vaultkit adopt "{name}" --diff montre les repères qu’il poserait',
            f'  Regions: none yet; vaultkit adopt "{name}" --diff shows the markers that it would put',
        )
    states = [(region, _state(outcomes.get(region.begin))) for region in found.regions]
    named = [
        (REGION_WORDS.get(region.name, Message(region.name, region.name)), region.options.get("id"), state)
        for region, state in states
    ]
    for word, which, state in named[:MOST]:
        extra = f" {harmless(which)}" if which else ""
        yield Message(f"  Zone {word.fr}{extra}\u00a0: {state.fr}", f"  Region {word.en}{extra}: {state.en}")
    if len(named) > MOST:
        yield Message(f"  … et {len(named) - MOST} autres zones", f"  … and {len(named) - MOST} more regions")


def _state(outcome: Outcome | None) -> Message:
    """Return how a region stands; None for one that is left alone."""
    if outcome is None:
        return Message("laissée telle quelle", "left as it stands")
    kept = sum(fate.kept for fate in outcome.held)
    lost = sum(fate.sourceless and not fate.kept for fate in outcome.held)
    fr, en = ("pas à jour", "stale") if outcome.stale else ("à jour", "up to date")
    if kept:
        fr, en = f"{fr}, {kept} gardé{'s' if kept > 1 else ''} à la main", f"{en}, {kept} kept by hand"
    if lost:
        fr, en = f"{fr}, {lost} sans note source", f"{en}, {lost} without a source"
    return Message(fr, en)


def _said(session: Session, note: Note, plan: Plan) -> Message:
    """Return how much `check` says of the note."""
    held = spoken(session, session.check(plan, [note.path]), whole=False)
    name = harmless(note.name)
    if not held.found:
        return Message("  Remarques\u00a0: aucune", "  Remarks: none")
    return Message(
        f'  {_capital(counted(held.found, "fr"))} (vaultkit check "{name}")',
        f'  {_capital(counted(held.found, "en"))} (vaultkit check "{name}")',
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(names: list[str]) -> str:
    shown = list(dict.fromkeys(names))
    rest = f" … (+{len(shown) - MOST})" if len(shown) > MOST else ""
    return ", ".join(shown[:MOST]) + rest
