"""The vault as a source: without what tools have written into its notes."""

from __future__ import annotations

from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import generated_spans
from vaultkit.vault.index import VaultIndex


def without_generated(index: VaultIndex) -> VaultIndex:
    """Return the index in which generated stretches are blank: what stands there is never a source.

    Lines and offsets stay those of the notes.
    """
    return index.with_notes(_blanked(note) for note in index.notes.values() if _may_be_generated(note.text))


def _may_be_generated(text: str) -> bool:
    return "<!--" in text or "%%" in text or "[[[cog" in text or "//begin]" in text


def _blanked(note: Note) -> Note:
    spans = generated_spans(note)
    if not spans:
        return note
    text = note.text
    for span in spans:
        inside = "".join(char if char in "\r\n" else " " for char in span.of(text))
        text = text[: span.start] + inside + text[span.end :]
    return parse_note(note.path, text, note.digest, note.readonly)
