"""What an editor shows of a thing that someone looks at, as Markdown: a note, a property, a tag, a word of a query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vaultkit.markdown.note import Note
from vaultkit.schema.words import listed
from vaultkit.shell.language.completing import dql_words
from vaultkit.shell.language.completing.dql_calls import FUNCTIONS
from vaultkit.shell.language.completing.property_offers import asked_of, notes_said, without_line
from vaultkit.shell.language.completing.tag_offers import counted_tags
from vaultkit.shell.language.tables import tables_of
from vaultkit.shell.language.workspace import Workspace
from vaultkit.text import Message, Span
from vaultkit.vault.links import closest_name
from vaultkit.vault.subpath import resolve_subpath

#: How much of a note is shown.
_LINES, _CHARACTERS = 24, 1600
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".avif")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
_BLANK_LINES = re.compile(r"\n\s*\n(?:\s*\n)+")
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})", re.MULTILINE)


def told_of(workspace: Workspace, data: Mapping[str, str]) -> str:
    """Return what is to be said of an item of completion, empty if nothing is."""
    if "note" in data:
        return told_file(workspace, data["note"], data.get("subpath", ""))
    if "tag" in data:
        return told_tag(workspace, data["tag"])
    if "property" in data:
        note = workspace.session.index.notes.get(data.get("of", ""))
        fault = note.frontmatter.error if note and note.frontmatter else None
        if note and fault:  # the key that is being typed
            note = without_line(note, fault.span.start)
        return told_property(workspace, note, data["property"])
    return told_word(workspace, data.get("function", "") or data.get("word", ""))


# ---------------------------------------------------------------------------------------- notes


def told_file(workspace: Workspace, path: str, subpath: str = "") -> str:
    """Return the beginning of a note, of one of its sections or a block of it; of another file what it is."""
    note = workspace.session.index.notes.get(path)
    if note is None:
        return _other_file(workspace, path)
    span, head = None, _title(note)
    if subpath:
        found = resolve_subpath(note, subpath)
        if found is None:
            return _nothing_there(note, subpath).of(workspace.language)
        span = found.section
    return f"{head}\n\n{preview(note, span)}".rstrip()


def _title(note: Note) -> str:
    folder = note.path.rpartition("/")[0]
    about = " · ".join(_escaped(one) for one in (folder, note.category) if one)
    return f"**{_escaped(note.name)}**" + (f" — {about}" if about else "")


def _other_file(workspace: Workspace, path: str) -> str:
    name = _escaped(path.rsplit("/", 1)[-1])
    if path.lower().endswith(_IMAGES):
        return f"**{name}**\n\n![{name}]({workspace.uri_of(path)})"
    return f"**{name}** — {_escaped(path)}"


def _nothing_there(note: Note, subpath: str) -> Message:
    name, said = _escaped(note.name), _escaped(subpath)
    return Message(
        f"**{name}** n’a rien qui s’appelle {said}", f"**{name}** has nothing that is called {said}"
    )


def told_unresolved(workspace: Workspace, linkpath: str) -> str:
    """Return that a link leads nowhere, and the name that is nearest."""
    near, said = closest_name(workspace.session.index, linkpath), _escaped(linkpath)
    fr, en = "aucun fichier ne s’appelle", "no file is called"
    more = Message(f"\u00a0; peut-être «\u00a0{near}\u00a0»\u00a0?", f"; did you mean '{near}'?")
    tail = more if near else Message("", "")
    return Message(f"{fr} **{said}**{tail.fr}", f"{en} **{said}**{tail.en}").of(workspace.language)


def preview(note: Note, span: Span | None = None) -> str:
    """Return the beginning of a note or of a stretch of it, without comments; what is left out is `…`."""
    span = span or Span(note.body_start, len(note.text))
    text = note.text[span.start : span.end]
    for comment in reversed([one for one in note.comments if span.holds(one)]):
        text = text[: comment.start - span.start] + text[comment.end - span.start :]
    text = _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n").removeprefix("\ufeff")).strip()
    return bounded(text.split("\n"))


def bounded(lines: Sequence[str]) -> str:
    """Return the first lines, as many as can be shown at once; a block of code that is cut is closed."""
    shown: list[str] = []
    left = _CHARACTERS
    for line in lines[:_LINES]:
        if len(line) > left:
            shown += [line[:left]] if not shown else []
            break
        shown.append(line)
        left -= len(line) + 1
    text = "\n".join(shown)
    if len(shown) < len(lines) or text != "\n".join(lines):
        fences = _FENCE.findall(text)
        text += f"\n{fences[-1]}\n\n…" if len(fences) % 2 else "\n\n…"
    return text


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


# ------------------------------------------------------------------------- properties, tags, words


def told_property(workspace: Workspace, note: Note | None, key: str) -> str:
    """Return what the schema of a note says of a property, and how many notes have it."""
    language = workspace.language
    parts = [f"**{_escaped(key)}**"]
    for schema, asked in asked_of(workspace, note, key) if note else ():
        required = key in (schema.frontmatter.get("required") or ())
        parts += [part for part in _asked_words(asked, required, language) if part not in parts]
    tables = tables_of(workspace)
    if count := tables.keys.counts[key] + tables.fields.counts[key]:
        parts.append(Message(f"dans {notes_said(count)}", f"in {notes_said(count)}").of(language))
    return "\n\n".join(parts)


def _asked_words(asked: Mapping[str, Any], required: bool, language: str) -> list[str]:
    told = [str(asked[word]) for word in ("title", "description") if isinstance(asked.get(word), str)]
    if required:
        told.append(Message("obligatoire", "required").of(language))
    options = asked.get("enum")
    if isinstance(options, list) and options:
        told.append(Message("valeurs\u00a0: ", "values: ").of(language) + _escaped(listed(options)))
    return told


def told_tag(workspace: Workspace, tag: str) -> str:
    """Return how many notes have a tag or one below it."""
    bare = tag.removeprefix("#")
    counts = counted_tags(workspace)
    count = next((count for known, count in counts.items() if known.lower() == bare.lower()), 0)
    said = notes_said(count) or Message("aucune note", "no note").of(workspace.language)
    return f"**#{_escaped(bare)}** — {said}"


def told_word(workspace: Workspace, word: str) -> str:
    """Return what a keyword, function or field of a query means, empty for any other word."""
    language = workspace.language
    if word in FUNCTIONS:
        call, meaning = FUNCTIONS[word]
        return f"```\n{call}\n```\n\n{_sentence(meaning.of(language))}"
    meaning_of = dql_words.MEANINGS.get(word)
    return f"**{_escaped(word)}** — {meaning_of.of(language)}" if meaning_of else ""


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]
