"""A tag is renamed in the whole vault: in texts, properties and canvases, and the tags nested in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from vaultkit.edits import Changes, Edit, apply_edits
from vaultkit.errors import VaultkitError
from vaultkit.markdown.canvas import json_string
from vaultkit.markdown.leaves import TAG_NAME
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import NotEditable, set_entry, set_property
from vaultkit.markdown.regions import foreign_regions
from vaultkit.markdown.tags import all_tags, frontmatter_tags
from vaultkit.shell.language.naming import property_tags
from vaultkit.shell.language.renames.following import Edits, changes_of
from vaultkit.shell.language.subpaths import note_of_card
from vaultkit.shell.planning import rewritten
from vaultkit.shell.session import Session
from vaultkit.text import Message, nfc
from vaultkit.vault.index import name_key


def tag_changes(session: Session, old: str, name: str) -> Changes:
    """Return the writes that rename a tag and those nested in it. Raises VaultkitError for what is no tag."""
    new = nfc(name.removeprefix("#"))
    _check(new)
    found = Edits()
    for path, known in session.index.notes.items():
        note = known.for_once()
        if not any(_renamed(tag, old, new) for tag in all_tags(note)):
            continue
        edits = _of_note(note, old, new)
        if edits is None:
            found.refused.append((path, _NOT_EDITABLE))
        else:
            found.add(path, edits)
    for canvas in session.index.canvases.values():
        cards = ((text.span, note_of_card(canvas, text.text)) for text in canvas.texts)
        changed = [
            Edit(span, json_string(apply_edits(card.text, edits)))
            for span, card in cards
            if (edits := list(_in_body(card, old, new)))
        ]
        if changed:
            found.canvases[canvas.path] = changed
    return changes_of(session, found)


def _check(name: str) -> None:
    """Raise for what Obsidian does not read as a tag."""
    if not TAG_NAME.fullmatch(name) or name.isdecimal() or not all(name.split("/")):
        raise VaultkitError(
            Message(
                f"«\u00a0{name}\u00a0» ne peut pas être une étiquette\u00a0: ni espace ni ponctuation, "
                "et pas seulement des chiffres",
                f"'{name}' cannot be a tag: no blanks, no punctuation, and not digits alone",
            )
        )


def _renamed(tag: str, old: str, new: str) -> str | None:
    """Return what a tag is called from now on, with its `#`; None for one that is neither `old` nor nested in it."""
    parts, depth = tag[1:].split("/"), old.count("/") + 1
    if name_key("/".join(parts[:depth])) != name_key(old):
        return None
    return "#" + "/".join((new, *parts[depth:]))


def _in_body(note: Note, old: str, new: str) -> Iterator[Edit]:
    closed = foreign_regions(note.text)
    for tag in note.tags:
        wanted = _renamed(tag.tag, old, new)
        if wanted is not None and not any(one.holds(tag.span) for one in closed):
            yield Edit(tag.span, wanted)


def _of_note(note: Note, old: str, new: str) -> list[Edit] | None:
    """Return the edits to one note, None if its properties cannot say the new name."""
    body = list(_in_body(note, old, new))
    written = [
        Edit(tag.span, wanted[1:]) for tag in property_tags(note) if (wanted := _renamed(tag.tag, old, new))
    ]
    meant = [_renamed(tag, old, new) or tag for tag in frontmatter_tags(note) or ()]
    if _says(note, written, meant):
        return [*written, *body]
    with suppress(NotEditable):
        spelled = list(_spelled(note, old, new))
        if _says(note, spelled, meant):
            return [*spelled, *body]
    return None


def _says(note: Note, edits: list[Edit], tags: list[str]) -> bool:
    after = rewritten(note, apply_edits(note.text, edits)) if edits else note
    return list(frontmatter_tags(after) or ()) == tags


def _spelled(note: Note, old: str, new: str) -> Iterator[Edit]:
    """Yield the edits that write the entries anew, quoted as YAML asks. Raises NotEditable."""
    properties = note.frontmatter.properties if note.frontmatter else {}
    key = next((one for one in ("tags", *properties) if one in properties and one.lower() == "tags"), "tags")
    value = properties[key].value
    for at, entry in enumerate(value if isinstance(value, list) else [value]):
        wanted = _renamed(f"#{entry.strip().removeprefix('#')}", old, new) if isinstance(entry, str) else None
        if wanted is not None:
            one = isinstance(value, list)
            yield from set_entry(note, key, at, wanted[1:]) if one else set_property(note, key, wanted[1:])


_NOT_EDITABLE = Message(
    "ses propriétés ne peuvent pas dire la nouvelle étiquette\u00a0: la changer à la main",
    "its properties cannot say the new tag: change it by hand",
)
