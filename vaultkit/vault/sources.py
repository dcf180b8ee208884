"""The vault as a source: without what tools have written into its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.marks import MAY_BE_GENERATED
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import generated_spans
from vaultkit.text import Span
from vaultkit.vault.copies import conflict_copies
from vaultkit.vault.index import VaultIndex


def without_generated(index: VaultIndex) -> VaultIndex:
    """Return the index in which generated stretches are cut out: what stands there is never a source.

    Nothing of such a note then depends on them, its length and its lines neither. Conflict copies are left out.
    """
    copies = conflict_copies(index)
    index = index.without(copies) if copies else index
    return index.with_notes(_cut(note) for note in index.notes.values() if note.marks & MAY_BE_GENERATED)


def follow_sources(
    pure: VaultIndex, before: VaultIndex, index: VaultIndex, changed: Iterable[str]
) -> tuple[VaultIndex, frozenset[str]]:
    """Return what `without_generated` makes of `index`, from `pure`, what it made of `before`; and what changed.

    The two differ in nothing but the files at the paths `changed`.
    """
    copies = conflict_copies(index)
    touched = frozenset((*changed, *(path for path, _ in copies.items() ^ conflict_copies(before).items())))
    there = [path for path in touched if path in index and path not in copies]
    notes = (_cut(index.notes[path]) for path in there if path in index.notes)
    pure = pure.without(touched).with_files(path for path in there if path not in index.notes)
    return pure.with_notes(notes).with_canvases(index.canvases), touched


def _cut(note: Note) -> Note:
    spans = generated_spans(note) if note.marks & MAY_BE_GENERATED else ()
    if not spans:
        return note
    text = apply_edits(note.text, [Edit(span, "") for span in _apart(spans)])
    return parse_note(note.path, text, note.digest, note.readonly)


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the stretches in order, without those that begin in another."""
    end = -1
    for span in sorted(spans):
        if span.start >= end:
            end = span.end
            yield span
