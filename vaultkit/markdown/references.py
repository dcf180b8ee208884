"""What stands between the brackets of a link: path, subpath, display."""

from __future__ import annotations

import re

from vaultkit.markdown.note import Reference, ReferenceLink
from vaultkit.text import Span, pattern

_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PERCENTS = pattern(r"(?:%[0-9A-Fa-f]{2})+")
_RESERVED = pattern("[;,/?:@&=+$#]")
_ESCAPE = pattern(r"\\([!-/:-@\[-`{-~])")
_WIKILINK = pattern(r"\[\[([^\n]+?)\]\]")
#: A wikilink without brackets, backslashes or line ends inside, behind its first bracket: path, subpath and display.
PLAIN_WIKILINK = r"\[([^\s\[\]|#^\\][^\[\]|#\n\\]*+)(#[^\[\]|\n\\]*+)?+(?:\|([^\[\]\n]*+))?+\]\]"
_PLAIN_WIKILINK = pattern(rf"\[{PLAIN_WIKILINK}")
_MARKDOWN_LINK = pattern(r"\[((?:[^\[\]\\\n]|\\.)*)\](?=\()")
#: What no bare destination holds: ASCII blanks and control characters. Blanks beyond ASCII may stand in one.
_CONTROLS = r"\x00-\x20\x7f"
_DESTINATION_PART = pattern(rf"[^()\\<>{_CONTROLS}]+|\\[!-/:-@\[-`{{-~]|[()<>\\]")
_ANGLED = pattern(r"<((?:[^<>\\\n]|\\.)*+)>")
_TITLE = r"""(?:"(?:[^"\\]|\\.){0,1000}"|'(?:[^'\\]|\\.){0,1000}'|\((?:[^()\\]|\\.){0,1000}\))"""
_AFTER_DESTINATION = pattern(
    rf"[ \t\r\n]*+(?:(?<=[ \t\r\n]){_TITLE}[ \t\r\n]*+)?\)",
    re.DOTALL,
)
_BLANKS_OVER_LINE = r"[ \t]*+(?:\r?\n[ \t]*+)?+"
#: A link reference definition: label, destination in angle brackets or bare, and a title left out of the groups.
_DEFINITION = pattern(
    rf"\[(?=[^\]]*[^ \t\r\n\]])((?:[^\[\]\\]|\\.){{1,999}}+)\]:{_BLANKS_OVER_LINE}"
    rf"(?:<((?:[^<>\\\n]|\\.)*+)>|([^<{_CONTROLS}][^{_CONTROLS}]*+))"
    rf"(?:(?=[ \t\r\n]){_BLANKS_OVER_LINE}{_TITLE})?(?=[ \t]*+(?:\r?\n|\Z))",
    re.DOTALL,
)
#: What is percent-encoded in a destination, blanks of every kind among it: other tools end it there.
_NOT_BARE = pattern(rf'[\s{_CONTROLS}()<>\\"%]')
_BLANKS = pattern(r"[ \t\r\n]*+")
#: How deep parentheses may stand in a destination; CommonMark asks for three at least.
_MAX_PARENTHESES = 8


def wikilink(text: str, start: int, end: int, embed: bool = False) -> Reference | None:
    """Return the wikilink whose inside is `text[start:end]`, None if the app reads none there."""
    inside = text[start:end]
    if not inside or inside.startswith(("##", "^^")) or not inside.strip():
        return None
    pipe = inside.find("|", 1)
    display = None
    target = inside
    if pipe > 0:
        display = inside[pipe + 1 :].strip()
        target = inside[:pipe].removesuffix("\\")
        if not target.strip():
            return None
    path, sign, subpath = target.partition("#")
    left = start - 3 if embed else start - 2
    return Reference(
        path.strip(),
        sign + subpath.rstrip() if sign else "",
        display,
        text[left : end + 2],
        Span(left, end + 2),
        embed,
    )


def plain_wikilink(found: re.Match[str], embed: bool, span: Span) -> Reference:
    """Return the wikilink at `span` that `PLAIN_WIKILINK` has found; an embed's `!` stands before it."""
    path, subpath, display = found.group(1, 2, 3)
    return Reference(
        path.rstrip(),
        subpath.rstrip() if subpath else "",
        None if display is None else display.strip(),
        "!" + found[0] if embed else found[0],
        span,
        embed,
    )


def destination(text: str, at: int, end: int) -> tuple[str, int] | None:
    """Read `(destination "title")` from its parenthesis at `at`: what it says, and where it ends."""
    found = _BLANKS.match(text, at + 1, end)
    start = found.end() if found else at + 1
    angled = _ANGLED.match(text, start, end)
    if angled:
        written, stop = angled[1], angled.end()
    else:
        stop = _bare_end(text, start, end)
        written = text[start:stop]
    after = _AFTER_DESTINATION.match(text, stop, end)
    return (written, after.end()) if after else None


def _bare_end(text: str, at: int, end: int) -> int:
    """Return where a destination without angle brackets ends: at a blank or the closing parenthesis."""
    depth = 0
    while found := _DESTINATION_PART.match(text, at, end):
        piece = found[0]
        if piece == "(":
            depth += 1
            if depth > _MAX_PARENTHESES:
                break
        elif piece == ")":
            if depth == 0:
                break
            depth -= 1
        elif piece == "<" and depth == 0 and at == found.start() and text[at - 1] == "(":
            break
        at = found.end()
    return at


def markdown_link(
    text: str, start: int, label: Span, written: str, end: int, embed: bool
) -> Reference | None:
    """Return the link `[label](written)` at `text[start:end]`, None if it leads outside the vault."""
    written = written.strip(" \t\r\n")
    if not written or _SCHEME.match(written):
        return None
    target = decoded(_ESCAPE.sub(r"\1", written) if "\\" in written else written)
    path, sign, subpath = target.partition("#")
    return Reference(
        path, sign + subpath, label.of(text) or None, text[start:end], Span(start, end), embed, False
    )


def definition(text: str, at: int, end: int) -> tuple[ReferenceLink | None, int] | None:
    """Read the link reference definition at `at`: what it says, and where it ends.

    Nothing is said of a definition that leads outside the vault. None if there is no definition.
    """
    found = _DEFINITION.match(text, at, end)
    if found is None:
        return None
    label = Span(*found.span(1))
    link = markdown_link(text, at, label, found[2] or found[3] or "", found.end(), False)
    return (ReferenceLink(label.of(text), link.link, link.span) if link else None), found.end()


def markdown_destination(path: str) -> str:
    """Return a path as a destination says it: blanks, brackets and percent signs percent-encoded."""
    return _NOT_BARE.sub(lambda char: "".join(f"%{byte:02X}" for byte in char[0].encode()), path)


def decoded(written: str) -> str:
    """Undo percent signs as JavaScript's `decodeURI` does: reserved characters stay as they are."""
    if "%" not in written:
        return written
    try:
        return _PERCENTS.sub(_decode, written)
    except UnicodeDecodeError:
        return written


def _decode(found: re.Match[str]) -> str:
    characters = bytes.fromhex(found[0].replace("%", "")).decode()
    return _RESERVED.sub(lambda c: f"%{ord(c[0]):02X}", characters)


def whole_link(value: str, span: Span) -> Reference | None:
    """Return the link that `value` is as a whole, if it is one; `span` is its place in the note."""
    found = _PLAIN_WIKILINK.fullmatch(value)
    if found:
        return plain_wikilink(found, False, span)
    found = _WIKILINK.fullmatch(value)
    if found:
        inside = found[1].rfind("[[") < 0 and "]]" not in found[1]
        link = wikilink(value, 2, len(value) - 2) if inside else None
    else:
        link = _whole_markdown_link(value)
    if link is None:
        return None
    return Reference(link.linkpath, link.subpath, link.display, link.original, span, link.embed, link.wiki)


def _whole_markdown_link(value: str) -> Reference | None:
    label = _MARKDOWN_LINK.match(value)
    if label is None:
        return None
    read = destination(value, label.end(), len(value))
    if read is None or read[1] != len(value):
        return None
    return markdown_link(value, 0, Span(*label.span(1)), read[0], len(value), False)
