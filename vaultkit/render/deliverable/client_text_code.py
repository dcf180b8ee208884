"""Second step: what Obsidian and its plugins run is answered or left out: queries, inline queries, diagrams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vaultkit.edits import Edit
from vaultkit.markdown.leaves import FENCE
from vaultkit.markdown.note import Note
from vaultkit.text import Message, Span, pattern

#: Answers a query (or an inline one) of the note at a path; raises what queries raise.
Answer = Callable[[str, str], str]
#: Takes a remark and the place (in the text of the note as it is now) that it is about.
Tell = Callable[[Message, str], None]

#: Blocks that mean something to a plugin only.
_PLUGINS = frozenset(
    (
        *("dataviewjs", "tasks", "query", "base", "button", "buttons", "chart", "tracker", "kanban"),
        *("excalidraw", "timeline", "meta-bind", "meta-bind-button", "templater", "js-engine"),
        *("vaultkit-livraison", "plantuml"),
    )
)
_INFO = pattern(r"(?:`{3,}|~{3,})[ \t]*([^\s`{]*)")
_INLINE = pattern(r"(`+)[ \t]?(\$?=)(.*?)[ \t]?\1", 16)
_FENCED_LINES = pattern(r"\n[ \t>]*")


def baked(note: Note, ask: Answer, inline: Answer, tell: Tell) -> Iterator[Edit]:
    """Yield the edits that put answers in the place of queries; what cannot be answered goes, and is said."""
    for span in note.code:
        code = span.of(note.text)
        if FENCE.match(code.split("\n", 1)[0]):
            yield from _block(note, span, ask, tell)
        elif found := _INLINE.fullmatch(code):
            yield _inline(note, span, found[2], found[3].strip(), inline, tell)


def _block(note: Note, span: Span, ask: Answer, tell: Tell) -> Iterator[Edit]:
    code = span.of(note.text)
    info = _INFO.match(code)
    language = info[1].lower() if info else ""
    if language == "dataview":
        prefix = _prefix(note.text, span.start)
        lines = [line.lstrip(" \t>") if ">" in prefix else line for line in code.split("\n")[1:]]
        if lines and FENCE.match(lines[-1].strip()):
            lines.pop()
        try:
            said = ask("\n".join(lines), note.path).strip("\n")
        except Exception as error:
            tell(_failed(error), code)
            said = ""
        yield Edit(
            _lines_of(note.text, span), "".join(f"{prefix}{line}".rstrip() + "\n" for line in _apart(said))
        )
    elif language == "mermaid":
        tell(
            Message(
                "diagramme Mermaid laissé de côté\u00a0: une image le remplace (![[…png]])",
                "Mermaid diagram left out: an image can stand in its place (![[…png]])",
            ),
            code,
        )
        yield Edit(_lines_of(note.text, span), "")
    elif language in _PLUGINS or language.startswith(("vaultkit", "ad-", "dataview")):
        tell(
            Message(
                f"bloc «\u00a0{language}\u00a0» laissé de côté\u00a0: seul Obsidian sait l’afficher",
                f"block '{language}' left out: only Obsidian can show it",
            ),
            code,
        )
        yield Edit(_lines_of(note.text, span), "")


def _apart(said: str) -> list[str]:
    """Return the lines of an answer with a blank one on either side, none for no answer."""
    return ["", *said.split("\n"), ""] if said else [""]


def _inline(note: Note, span: Span, sign: str, query: str, inline: Answer, tell: Tell) -> Edit:
    if sign == "$=":
        tell(
            Message("requête JavaScript laissée de côté", "JavaScript query left out"),
            span.of(note.text),
        )
        return Edit(span, "")
    try:
        return Edit(span, inline(query, note.path).replace("\n", " "))
    except Exception as error:
        tell(_failed(error), span.of(note.text))
        return Edit(span, "")


def _failed(error: Exception) -> Message:
    said = getattr(error, "message", None) or Message(str(error), str(error))
    return Message(
        f"la requête échoue, elle est laissée de côté\u00a0: {said.fr}",
        f"the query fails and is left out: {said.en}",
    )


def _prefix(text: str, at: int) -> str:
    """Return what stands before a block on its line, a bullet as blanks."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return "".join(char if char in " \t>" else " " for char in line)


def _lines_of(text: str, span: Span) -> Span:
    """Return a block with what stands before it on its first line, and its line end; a bullet stays."""
    start = text.rfind("\n", 0, span.start) + 1
    if text[start : span.start].strip(" \t>"):
        start = span.start
    end = text.find("\n", span.end)
    return Span(start, len(text) if end < 0 else end + 1)
