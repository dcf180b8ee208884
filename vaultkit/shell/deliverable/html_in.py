"""HTML that stands in a note: its breaks and its words are kept, its tags and its scripts are not."""

from __future__ import annotations

from html.parser import HTMLParser

from vaultkit.shell.deliverable.tree import Nodes, node, para, words
from vaultkit.text import one_line, pattern

_BREAK = pattern(r"(?is)^<br\b[^>]*>$")
_HIDING = pattern(r"(?is)^<(script|style|iframe|object|template|svg|math|noscript|textarea)\b")
_CLOSING = pattern(r"(?is)^</\s*([\w-]+)\s*>$")
#: Tags that pandoc has a piece for.
_PIECES = {
    "u": "Underline",
    "sub": "Subscript",
    "sup": "Superscript",
    "b": "Strong",
    "strong": "Strong",
    "i": "Emph",
}
_PIECES |= {"em": "Emph", "s": "Strikeout", "del": "Strikeout"}
_TAG = pattern(r"(?is)^<([a-z]+)\s*>$")
_ENDING = (
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "summary",
    "td",
    "th",
    "dt",
    "dd",
)


def inlines_without_html(inlines: Nodes) -> Nodes:
    """Return inlines (one level) without tags: `<br>` is a break, `<u>` and the like their piece, scripts nothing."""
    if not any(one["t"] == "RawInline" for one in inlines):
        return inlines
    done: list[tuple[str, Nodes]] = [("", [])]
    hidden = ""
    for one in inlines:
        text = one["c"][1] if one["t"] == "RawInline" else ""
        closing = _CLOSING.match(text)
        if hidden:
            hidden = "" if closing and closing[1].lower() == hidden else hidden
        elif one["t"] != "RawInline":
            done[-1][1].append(one)
        elif _BREAK.match(text):
            done[-1][1].append(node("LineBreak"))
        elif found := _HIDING.match(text):
            hidden = found[1].lower() if not text.endswith("/>") else ""
        elif closing:
            _close(done, closing[1].lower())
        elif (opened := _TAG.match(text)) and opened[1].lower() in _PIECES:
            done.append((opened[1].lower(), []))
    while len(done) > 1:
        inner = done.pop()[1]
        done[-1][1].extend(inner)
    return done[0][1]


def _close(done: list[tuple[str, Nodes]], tag: str) -> None:
    if len(done) > 1 and done[-1][0] == tag:
        inner = done.pop()[1]
        done[-1][1].append(node(_PIECES[tag], inner))


def blocks_of_html(text: str) -> Nodes:
    """Return what a block of HTML says as paragraphs, without its scripts."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    return [para(words(line)) for line in map(one_line, "".join(reader.said).split("\n")) if line]


class _Words(HTMLParser):
    """Gathers the words of HTML, a newline where a block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _HIDING.match(f"<{tag}") and not self._hidden:
            self._hidden = tag
        elif tag in _ENDING:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        elif tag in _ENDING:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)
