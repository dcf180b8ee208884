"""Rules about links and the graph between a synthesis and its children."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vaultkit.audit.extract import property_key
from vaultkit.audit.mission import SYNTHESIS, backlink_names, category_of, is_link
from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note, Reference
from vaultkit.rules.citing import cited_in_vain, field_of
from vaultkit.rules.destinations import SOUND
from vaultkit.rules.kinds import (
    AMBIGUOUS_LINK,
    MISSING_CHILDREN,
    MISSING_RECIPROCAL,
    PLAIN_BACKLINK,
    TWO_SYNTHESES,
    UNRESOLVED_LINK,
    UNRESOLVED_PROPERTY_LINK,
    UNRESOLVED_SUBPATH,
)
from vaultkit.rules.names import ambiguous_link, unresolved_subpath
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.text import Message, Span, fold, nfc, pattern
from vaultkit.vault.links import closest_name, links_to, linktext

#: The ending of an attachment's name, as Obsidian needs it in a link.
_FILE_NAME = pattern(r"\.(?!md$)[a-z][a-z0-9]{1,4}$", re.IGNORECASE)


def unresolved_link(note: Note, look: Look) -> Iterator[Finding]:
    """A link leads nowhere: a slip of the finger, which a click would turn into a new empty note."""
    yield from _unresolved(look.strays(note).nowhere, note, look)


def unresolved_property_link(note: Note, look: Look) -> Iterator[Finding]:
    """A link in a property leads nowhere."""
    yield from _unresolved(look.strays(note).property_nowhere, note, look)


def _unresolved(nowhere: Sequence[Reference], note: Note, look: Look) -> Iterator[Finding]:
    """Yield a finding for each of these links to no file, but for those that need none yet.

    These are daily notes, the children that a synthesis waits for, links of files that the app excludes, and the
    controls that items cite, of which another rule speaks.
    """
    if not nowhere or look.ignores(note.path):
        return
    pending = _pending(note, look)
    cited = {field_of(note, item, linkpath) for item, linkpath in cited_in_vain(note, look)}
    for link in nowhere:
        waits = link.span in cited or (pending and fold(link.linkpath) in pending)
        if not waits and not look.app.is_daily(link.linkpath):
            yield nobody(link.linkpath, link.span, look)


def _pending(note: Note, look: Look) -> frozenset[str]:
    """Return the folded names of the children that a synthesis still waits for: one message says them all."""
    if category_of(note) != SYNTHESIS:
        return frozenset()
    from vaultkit.render.children import missing_children

    return frozenset(map(fold, missing_children(look.index, note)))


def nobody(linkpath: str, span: Span, look: Look) -> Finding:
    """Return the finding of a link to no file, with the nearest name while there is a budget for it."""
    near = None
    if look.hints[0] > 0:
        look.hints[0] -= 1
        near = closest_name(look.index, linkpath)
    fr, en = ("aucun fichier", "no file") if _FILE_NAME.search(linkpath) else ("aucune note", "no note")
    return Finding(
        span,
        Message(f"{fr} ne s’appelle «\u00a0{linkpath}\u00a0»", f"{en} is named '{linkpath}'"),
        Message(f"peut-être [[{near}]]\u00a0?", f"did you mean [[{near}]]?") if near else None,
    )


def missing_children_rule(note: Note, look: Look) -> Iterator[Finding]:
    """A synthesis lists notes that are not written yet."""
    from vaultkit.render.children import missing_children

    if category_of(note) != SYNTHESIS or not (names := missing_children(look.index, note)):
        return
    known = {fold(name) for name in names}
    first = next((link.span for link in note.links if fold(link.linkpath) in known), Span(0, 0))
    if first == Span(0, 0) and note.frontmatter and "backlinks" in note.frontmatter.properties:
        first = note.frontmatter.properties["backlinks"].key_span
    listed = ", ".join(names)
    yield Finding(
        first,
        Message(f"notes citées, pas encore écrites\u00a0: {listed}", f"listed, not written yet: {listed}"),
        Message(
            f'vaultkit adopt --create-children "{note.name}" les crée',
            f'vaultkit adopt --create-children "{note.name}" makes them',
        ),
    )


def plain_backlink(note: Note, look: Look) -> Iterator[Finding]:
    """Names in `backlinks` are plain text, so Obsidian sees no link; the fix makes links of them."""
    from vaultkit.markdown.properties import NotEditable, set_entry

    if category_of(note) != SYNTHESIS or note.frontmatter is None:
        return
    entry = note.frontmatter.properties.get("backlinks")
    plain = [name for name in backlink_names(note) if not is_link(name)]
    if entry is None or not plain:
        return
    values = entry.value if isinstance(entry.value, list) else []
    positions = [at for at, value in enumerate(values) if value in plain]
    place = (
        entry.entries[positions[0]] if positions and len(entry.entries) > positions[0] else entry.value_span
    )
    try:
        fix = tuple(
            edit
            for at in positions
            for edit in set_entry(note, "backlinks", at, f"[[{nfc(str(values[at]))}]]")
        )
    except NotEditable:
        fix = ()
    listed = ", ".join(plain)
    yield Finding(
        place,
        Message(
            f"noms de backlinks en texte simple, sans lien pour Obsidian\u00a0: {listed}",
            f"names in backlinks as plain text, no link for Obsidian: {listed}",
        ),
        Message('vaultkit check --fix écrit "[[…]]"', 'vaultkit check --fix writes "[[…]]"'),
        fix,
    )


def missing_reciprocal(note: Note, look: Look) -> Iterator[Finding]:
    """A child does not link back to the synthesis that gathers it."""
    for mission in _of_child(note, look):
        if mission.active and not links_to(look.index, note, mission.path):
            yield Finding(
                note.headings[0].span if note.headings else Span(note.body_start, note.body_start),
                Message(
                    f"cette note ne renvoie pas à sa synthèse «\u00a0{mission.synthesis.name}\u00a0»",
                    f"this note does not link back to its synthesis '{mission.synthesis.name}'",
                ),
                Message(f"ajouter [[{mission.synthesis.name}]]", f"add [[{mission.synthesis.name}]]"),
                adds=_link_back(note, mission, look),
            )


def _link_back(note: Note, mission: Mission, look: Look) -> tuple[Edit, ...]:
    """Return the edit that names the synthesis in the property `synthese`, which is not there yet."""
    from vaultkit.markdown.properties import NotEditable, set_property

    if note.properties.get(property_key(note, "synthese")) is not None:
        return ()
    said = linktext(look.index, mission.path, note.path, look.app.new_link_format)
    try:
        return tuple(set_property(note, "synthese", f"[[{said}]]"))
    except NotEditable:
        return ()


def two_syntheses(note: Note, look: Look) -> Iterator[Finding]:
    """A child belongs to two active syntheses, so it feeds both."""
    active = [mission for mission in _of_child(note, look) if mission.active]
    if len(active) > 1:
        names = ", ".join(mission.synthesis.name for mission in active)
        yield Finding(
            Span(note.body_start, note.body_start),
            Message(
                f"cette note alimente plusieurs synthèses\u00a0: {names}",
                f"this note feeds several syntheses: {names}",
            ),
            Message('préciser synthese: "[[…]]"', 'say which with synthese: "[[…]]"'),
        )


def _of_child(note: Note, look: Look) -> list[Mission]:
    return look.missions_of.get(note.path, [])


FAMILIES = (
    Family(
        (
            Rule(UNRESOLVED_LINK, unresolved_link),
            Rule(UNRESOLVED_PROPERTY_LINK, unresolved_property_link),
            Rule(AMBIGUOUS_LINK, ambiguous_link),
            Rule(UNRESOLVED_SUBPATH, unresolved_subpath),
        ),
        is_about=lambda note, look: look.strays(note) is not SOUND,
    ),
    Family(
        (Rule(PLAIN_BACKLINK, plain_backlink), Rule(MISSING_CHILDREN, missing_children_rule)),
        categories=(SYNTHESIS,),
    ),
    Family(
        (Rule(MISSING_RECIPROCAL, missing_reciprocal), Rule(TWO_SYNTHESES, two_syntheses)),
        paths=lambda look: look.missions_of,
    ),
)
