"""Rules about names: which file a link means, where in a note it leads, and files that are hard to tell apart."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import (
    CASE_DUPLICATE,
    CONFLICT_COPY,
    DUPLICATE_NAME,
)
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.text import Message, Span, note_name
from vaultkit.vault.index import file_key, name_key


def ambiguous_link(note: Note, look: Look) -> Iterator[Finding]:
    """A short link could mean several files equally well, and the app does not define which one it opens."""
    if look.ignores(note.path):
        return
    for link in look.strays(note).several:
        found = look.destinations.of(link.linkpath, note.path)
        listed = ", ".join(found)
        yield Finding(
            link.span,
            Message(
                f"«\u00a0{link.linkpath}\u00a0» peut désigner plusieurs notes\u00a0: {listed}",
                f"'{link.linkpath}' could mean several notes: {listed}",
            ),
            Message(
                f"écrire le chemin, par exemple [[{found[0].removesuffix('.md')}]]",
                f"write the path, for example [[{found[0].removesuffix('.md')}]]",
            ),
        )


def unresolved_subpath(note: Note, look: Look) -> Iterator[Finding]:
    """A link leads to a note that has no such heading or block: it opens at the top."""
    if look.ignores(note.path):
        return
    for link in look.strays(note).placeless:
        target = note_name(look.destinations.of(link.linkpath, note.path)[0])
        said = link.subpath.removeprefix("#")
        what_fr, what_en = ("de bloc", "block") if said.startswith("^") else ("de titre", "heading")
        yield Finding(
            link.span,
            Message(
                f"«\u00a0{target}\u00a0» n’a pas {what_fr} «\u00a0{said}\u00a0»",
                f"'{target}' has no {what_en} '{said}'",
            ),
        )


def duplicate_name(note: Note, look: Look) -> Iterator[Finding]:
    """Several notes have one name, so links to all but one of them need their path; said at the first.

    A template of the vault is no note: what was made from it may have its name.
    """
    notes = (path for path in look.index.named(file_key(note.path)) if path in look.index.notes)
    same = [path for path in notes if not look.ignores(path)]
    if len(same) > 1 and min(same) == note.path:
        others = ", ".join(sorted(same)[1:])
        yield Finding(
            Span(0, 0),
            Message(
                f"d’autres notes ont le même nom\u00a0: {others}", f"other notes have the same name: {others}"
            ),
        )


def case_duplicate(note: Note, look: Look) -> Iterator[Finding]:
    """Two paths differ only in case: Windows and macOS keep only one of them."""
    key = name_key(note.path)
    same = sorted(path for path in look.index.named(file_key(note.path)) if name_key(path) == key)
    if len(same) > 1 and same[0] == note.path:
        others = ", ".join(same[1:])
        yield Finding(
            Span(0, 0),
            Message(
                f"ne diffère que par la casse de {others}\u00a0: Windows et macOS n’en gardent qu’une",
                f"differs only in case from {others}: Windows and macOS keep only one of them",
            ),
            Message("renommer l’une des deux\u00a0: vaultkit mv", "rename one of them: vaultkit mv"),
        )


def conflict_copy(note: Note, look: Look) -> Iterator[Finding]:
    """A sync tool left a second version of a note beside it; only the original is read as a source."""
    if original := look.copies.get(note.path):
        yield Finding(
            Span(0, 0),
            Message(
                f"copie en conflit de {original}\u00a0: elle n’alimente aucune synthèse",
                f"conflict copy of {original}: it feeds no synthesis",
            ),
            Message(
                "reprendre dans l’original ce qui manque, puis effacer cette copie\u00a0; "
                "si c’est une note à part, vaultkit_ignore: [VK104] le dit",
                "take what is missing over into the original, then delete this copy; "
                "if it is a note of its own, vaultkit_ignore: [VK104] says so",
            ),
        )


FAMILIES = (
    Family((Rule(CONFLICT_COPY, conflict_copy),), paths=lambda look: look.copies),
    Family(
        (Rule(DUPLICATE_NAME, duplicate_name), Rule(CASE_DUPLICATE, case_duplicate)),
        paths=lambda look: look.crowded,
    ),
)
