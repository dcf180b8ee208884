"""A schema, some notes, and what is said of them: small vaults in one line."""

from __future__ import annotations

from tests.conftest import notes_of
from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.schema.check import held
from vaultkit.schema.read import read_schemas
from vaultkit.schema.surroundings import Surroundings
from vaultkit.text import LineIndex
from vaultkit.vault.index import VaultIndex


def index_of(text):
    """Read notes headed by `== path` lines; a text without any is the note N.md."""
    notes = notes_of(text) if "== " in text else {"N.md": text}
    return VaultIndex.of([parse_note(path, said) for path, said in notes.items()])


def schemas_of(*texts, preset=()):
    """Read schemas; each must be sound."""
    read = read_schemas(preset, [(f"s{at}.yaml", text) for at, text in enumerate(texts)])
    assert read.faults == ()
    return read


def said(schemas, text, path="N.md"):
    """Return what is said of a note: the breach, its line and column, the English message."""
    index = index_of(text)
    note = index.notes[path]
    return [
        (str(one.breach), note.lines.place(one.finding.span.start), one.finding.message.en)
        for one in held(Surroundings(schemas, index), note)
    ]


def findings(schemas, text, path="N.md"):
    """Return the findings themselves."""
    index = index_of(text)
    return [one.finding for one in held(Surroundings(schemas, index), index.notes[path])]


def added(schemas, text, path="N.md"):
    """Return the note with all that `--add-missing` puts in."""
    edits = dict.fromkeys(edit for one in findings(schemas, text, path) for edit in one.adds)
    return apply_edits(index_of(text).notes[path].text, edits)


def faults(text, path="s.yaml"):
    """Return what is wrong in a schema file: line and column, the English message."""
    lines = LineIndex(text)
    found = read_schemas((), [(path, text)]).faults
    return [(lines.place(one.finding.span.start), one.finding.message.en) for one in found]
