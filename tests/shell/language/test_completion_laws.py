"""What holds of completion whatever is typed: no text makes it fail, and tables that follow are those made anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as rounds
from hypothesis import strategies as st
from lsprotocol.types import (
    CompletionParams,
    DefinitionParams,
    DocumentSymbolParams,
    HoverParams,
    ReferenceContext,
    ReferenceParams,
    TextDocumentIdentifier,
    TextEdit,
)

from tests.shell.language.reading import Editor
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.language.completing.completion import complete
from vaultkit.shell.language.completing.property_offers import spelled
from vaultkit.shell.language.finding import definition, references
from vaultkit.shell.language.hovering import hover
from vaultkit.shell.language.symbols import document_symbols
from vaultkit.shell.language.tables import Tables, value_text
from vaultkit.shell.language.workspace import position_of
from vaultkit.text import LineIndex
from vaultkit.vault.index import VaultIndex

PIECES = st.sampled_from(
    [
        "[[", "]]", "![[", "](", ")", "<", ">", "|", "\\|", "#", "^", "#^", "`", "`= ", "```dataview\n", "```\n",
        "~~~\n", "$", "$$\n", "%%", "<!-- ", "-->", "<!-- vaultkit:begin query\n", "<!-- vaultkit:end query -->\n",
        "<!-- QueryToSerialize: ", "---\n", "tags: ", "category: domaine\n", "- ", "key: ", '"', "'", "[", "]", ",",
        "TABLE ", "LIST FROM ", "WHERE ", "file.", "this.", "//", "a", "Accès", "🔐", "é", "e\u0301", "x::y", "(k:: v)",
        "\n", "\r\n", "\t", "  ", "> ", "# T\n", "| a | b |\n|---|---|\n", "[^1]", "\ufeff", "\u2028", "\x00", "http:",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Editor:
    root: Path = tmp_path_factory.mktemp("coffre")
    (root / ".obsidian").mkdir()
    (root / "Accès.md").write_text(
        "---\naliases: [clé]\nrôle: x\n---\n# Un\n## Deux\nTexte #projet/un ^b\n", encoding="utf-8"
    )
    (root / "B.md").write_text("[[Accès#Deux]] [[pas là]]\n", encoding="utf-8")
    return Editor(root)


@rounds(max_examples=300)
@given(before=TEXTS, after=TEXTS)
def test_no_text_makes_a_request_fail(editor: Editor, before: str, after: str) -> None:
    path = "Note.md"
    document = TextDocumentIdentifier(editor.uri(path))
    editor.version += 1
    editor.workspace.opened(document.uri, editor.version, before + after)
    position = position_of(LineIndex(before + after), len(before))
    found = complete(editor.workspace, CompletionParams(document, position))
    for item in found.items if found else ():
        assert isinstance(item.text_edit, TextEdit)
        place = item.text_edit.range
        assert place.start.line == place.end.line == position.line
        assert place.start <= position <= place.end
    hover(editor.workspace, HoverParams(document, position))
    definition(editor.workspace, DefinitionParams(document, position))
    references(editor.workspace, ReferenceParams(ReferenceContext(True), document, position))
    document_symbols(editor.workspace, DocumentSymbolParams(document))


@given(text=st.text(max_size=30) | TEXTS, entry=st.booleans())
@example(text=":0", entry=True)
@example(text="?x", entry=True)
def test_a_value_that_is_offered_reads_as_it_was_read(text: str, entry: bool) -> None:
    said = value_text(text)
    if not said or said in ("true", "false") or said.removeprefix("-").replace(".", "", 1).isdecimal():
        return
    written = f"[{spelled(said, entry)}]" if entry else spelled(said, entry)
    note = parse_note("N.md", f"---\na: {written}\n---\n")
    assert note.properties == {"a": [said] if entry else said}


SAYINGS = st.sampled_from(
    [
        "",
        "[[X]]",
        "#t/u",
        "#T",
        "---\na: [1, x]\naliases: [Z]\n---\n",
        "---\nb: true\n---\n[[Y/X]] #t",
        "# H\nk:: v",
    ]
)
STATES = st.dictionaries(st.sampled_from(["X.md", "Y/X.md", "Z.md"]), SAYINGS)


@given(
    states=st.lists(STATES, min_size=1, max_size=6), attachments=st.lists(st.sampled_from(["p.png", "q.pdf"]))
)
def test_tables_that_follow_say_what_tables_made_anew_say(
    states: list[dict[str, str]], attachments: list[str]
) -> None:
    index = VaultIndex.of(())
    following = Tables(index)
    said(following)
    for number, state in enumerate(states):
        index = index.without([path for path in index.notes if path not in state])
        index = index.with_notes(parse_note(path, text) for path, text in state.items())
        index = index.with_files(attachments[:number])
        following.follow(index)
        assert said(following) == said(Tables(index))


def said(tables: Tables) -> list[object]:
    """Return all that the tables say, in an order of its own."""
    return [
        sorted((entry.key, entry.path, entry.at) for entry in tables.names.entries),
        sorted((entry.key, entry.path, entry.at) for entry in tables.headings.entries),
        tables.tags.paths,
        tables.keys.counts,
        tables.fields.counts,
        {key: counts for key, counts in tables.values.counts.items() if counts},
        tables.linking_keys.counts,
        sorted(entry.shown for entry in tables.unresolved),
        tables.folders,
    ]
