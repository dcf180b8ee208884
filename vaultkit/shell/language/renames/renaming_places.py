"""A heading or a block id is renamed, with every link that leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from vaultkit.edits import Changes, Edit, apply_edits
from vaultkit.errors import Refused, VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.outline import strip_heading
from vaultkit.shell.language.naming import above, block_id, heading_text, positions_of
from vaultkit.shell.language.renames.following import changes_of, follow_links, in_regions
from vaultkit.shell.language.subpaths import said_headings
from vaultkit.shell.planning import rewritten
from vaultkit.shell.session import Session
from vaultkit.text import Message

_BLOCK_NAME = re.compile(r"[A-Za-z0-9-]+")


def heading_changes(session: Session, path: str, position: int, name: str) -> Changes:
    """Return the writes that give a heading another text. Raises VaultkitError for what cannot be a heading."""
    before = session.index.notes[path]
    old = before.headings[position].text
    place = Edit(heading_text(before, position), name)
    _check_own(before, place)
    after = rewritten(before, apply_edits(before.text, [place]))
    if [heading.text for heading in after.headings] != [
        name if at == position else heading.text for at, heading in enumerate(before.headings)
    ]:
        raise VaultkitError(
            Message(
                f"«\u00a0{name}\u00a0» ne peut pas être un titre tel quel",
                f"'{name}' cannot be a heading as it stands",
            )
        )
    links = follow_links(session, path, _Chains(before, after, position).said, (old, name))
    own = links.notes.get(path, ())
    links.notes[path] = [place, *(edit for edit in own if not place.span.holds(edit.span))]
    return changes_of(session, links)


class _Chains(Struct, frozen=True):
    """The headings of a note before and after one of them is renamed."""

    before: Note
    after: Note
    position: int

    def said(self, subpath: str) -> tuple[str, ...] | None:
        """Return how a link with this subpath may lead to its heading from now on; None where it stays as it is."""
        if subpath.startswith(("#^", "#[^")):
            return None
        chain = positions_of(self.before, subpath)
        if not chain:
            return None
        leads = positions_of(self.after, subpath) == chain
        if leads and self.position not in chain:
            return None
        found = tuple(
            form for form in self._forms(subpath, chain) if positions_of(self.after, form)[-1:] == chain[-1:]
        )
        return None if found[:1] == (subpath,) else found

    def _forms(self, subpath: str, chain: tuple[int, ...]) -> Iterator[str]:
        """Yield the chain with the new text in it, then the whole way to the heading."""
        headings = self.after.headings
        pieces = [piece for piece in subpath.split("#") if strip_heading(piece)]
        for said in said_headings(headings[self.position].text):
            yield "".join(
                f"#{said if at == self.position else piece.rstrip()}"
                for at, piece in zip(chain, pieces, strict=True)
            )
        way = (*above(self.after, chain[-1]), chain[-1])
        for form in (0, -1):
            yield "".join(f"#{said_headings(headings[at].text)[form]}" for at in way)


def block_changes(session: Session, path: str, old: str, name: str) -> Changes:
    """Return the writes that give a block another id. Raises VaultkitError for what cannot be one."""
    note = session.index.notes[path]
    new = name.removeprefix("^")
    if not _BLOCK_NAME.fullmatch(new):
        raise VaultkitError(
            Message(
                f"«\u00a0{new}\u00a0»\u00a0: un identifiant de bloc n’a que des lettres sans accent, "
                "des chiffres et «\u00a0-\u00a0»",
                f"'{new}': a block id has only unaccented letters, digits and '-'",
            )
        )
    if new.lower() != old.lower() and new.lower() in note.blocks_by_id:
        raise Refused(
            Message(f"«\u00a0^{new}\u00a0» existe déjà dans cette note", f"'^{new}' is in this note already")
        )

    def said(subpath: str) -> tuple[str, ...] | None:
        return (f"#^{new}",) if subpath[1:].strip().lower() == f"^{old.lower()}" else None

    place = block_id(note, old)
    assert place is not None, "the id was found there"
    links = follow_links(session, path, said, (f"^{old}", f"^{new}"))
    _check_own(note, Edit(place, new))
    links.notes.setdefault(path, []).append(Edit(place, new))
    return changes_of(session, links)


def _check_own(note: Note, edit: Edit) -> None:
    """Raise Refused where the thing itself stands in a region: what it says comes from other notes."""
    if in_regions(note, [edit]):
        raise Refused(
            Message(
                "ceci est dans une zone que vaultkit écrit\u00a0: le changer dans sa note source",
                "this stands in a region that vaultkit writes: change it in its source note",
            )
        )
