"""Rules about what others left in a note: the markers of a merge, and waivers that waive nothing."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.diagnostics import Finding
from vaultkit.markdown.conflicts import first_merge_marker
from vaultkit.markdown.marks import MAY_WAIVE
from vaultkit.markdown.note import Note
from vaultkit.markdown.waivers import WAIVERS
from vaultkit.rules.kinds import CONFLICT_MARKERS, KINDS, UNKNOWN_WAIVER, kinds_named
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.rules.traits import MERGE
from vaultkit.schema.words import HINTS
from vaultkit.text import Message

#: A waiver longer than this is searched for no likeness.
_LONGEST = 40


def conflict_markers(note: Note, look: Look) -> Iterator[Finding]:
    """A git merge left its conflict markers, so the note holds two versions and is never written.

    Markers in a code block count too: the writer does not tell them apart either.
    """
    if look.traits(note) & MERGE and (place := first_merge_marker(note.text)):
        yield Finding(
            place,
            Message(
                "cette note contient des marques de conflit de fusion\u00a0; vaultkit n’y écrit rien",
                "this note holds merge conflict markers; vaultkit writes nothing into it",
            ),
            Message(
                "garder une des deux versions et effacer les lignes <<<<<<<, ======= et >>>>>>>",
                "keep one of the two versions and delete the lines <<<<<<<, ======= and >>>>>>>",
            ),
        )


def unknown_waiver(note: Note, look: Look) -> Iterator[Finding]:
    """An entry of `vaultkit_ignore` names no code, so it silences nothing."""
    entry = note.frontmatter.properties.get(WAIVERS) if note.frontmatter else None
    if entry is None or entry.value in (None, ""):
        return
    said = entry.value if isinstance(entry.value, list) else [entry.value]
    hints = HINTS
    for at, value in enumerate(said):
        name = value.strip() if isinstance(value, str) else str(value)
        if (isinstance(value, str) and kinds_named(value)) or value in (None, ""):
            continue
        places = entry.entries if isinstance(entry.value, list) else ()
        shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
        near = _nearest(name) if hints > 0 else None
        hints -= 1
        yield Finding(
            places[at] if at < len(places) else entry.value_span,
            Message(
                f"{WAIVERS}\u00a0: «\u00a0{shown}\u00a0» n’est le code ni le nom d’aucun contrôle",
                f"{WAIVERS}: '{shown}' is the code or name of no check",
            ),
            Message(f"peut-être {near}\u00a0?", f"did you mean {near}?")
            if near
            else Message(
                "une entrée par code, par exemple [VK701, kept-item]",
                "one entry a code, for example [VK701, kept-item]",
            ),
        )


def _nearest(name: str) -> str | None:
    """Return the code or name most like what was written, None if none is near."""
    if len(name) > _LONGEST:
        return None
    from difflib import get_close_matches

    spellings = {spelling.lower(): spelling for kind in KINDS for spelling in (kind.code, kind.name)}
    if f"vk{name}".lower() in spellings:
        return spellings[f"vk{name}".lower()]
    near = get_close_matches(name.lower().replace(" ", "").replace("_", "-"), spellings, n=1, cutoff=0.75)
    return spellings[near[0]] if near else None


FAMILIES = (
    Family((Rule(CONFLICT_MARKERS, conflict_markers),), traits=MERGE),
    Family(
        (Rule(UNKNOWN_WAIVER, unknown_waiver),),
        is_about=lambda note, look: bool(note.marks & MAY_WAIVE) and WAIVERS in note.properties,
    ),
)
