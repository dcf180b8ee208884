"""Third step, the links: words or anchors; those to notes that stay inside go, their names and titles with them.

A link to an interview that alone fills a list item, a table cell, a line or a parenthesis goes with it; inside a
sentence its own words stay (`[[Entretien|Mélissa]]`) unless they are (part of) the note's name or title: then « un
entretien » stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vaultkit.audit.cleaning import inside
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.leaves import TAG
from vaultkit.markdown.note import Note, Reference, SectionType
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text_cut import is_running, removals, settled
from vaultkit.render.deliverable.client_text_work import (
    Target,
    Work,
    names_of,
    people_of,
    title_of,
)
from vaultkit.text import Message, Span, pattern, unaccented, without_emoji
from vaultkit.vault.links import resolve_linkpath
from vaultkit.vault.subpath import SubpathType, resolve_subpath

_SAID = pattern(r"\w")
_PIPE = pattern(r"(?<!\\)\|")
_TOKENS = pattern(r"\w+")
_END_OF_SENTENCE = pattern(r"[.!?…]\s*$")
_USE = pattern(r"(!?)\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])?(?![(:\[])")
_ADDRESS = pattern(
    r"(!?)\[((?:[^\[\]\n\\]|\\.)*)\]\([ \t]*<?([A-Za-z][A-Za-z0-9+.-]*):((?:[^()\n]|\([^()\n]*\))*)\)"
)
_APP_ADDRESS = pattern(r"<?(?:obsidian|file|app|vscode):/{0,3}[^\s<>)]+>?", re.IGNORECASE)
_OUTSIDE = ("http", "https", "mailto", "tel", "ftp", "sftp", "sms", "geo")
#: Tags that may stay, without their attributes; of the `_WHOLE` what they hold goes too.
_HTML = frozenset("br u sub sup kbd mark small b i em strong s del ins abbr".split())  # noqa: SIM905
_WHOLE = ("script", "style", "iframe", "object", "svg", "template", "video", "audio", "head", "title")
#: What browsers read as a comment, though it is none of Obsidian's.
_BOGUS = pattern(r"<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<![A-Za-z][^<>]*>", re.DOTALL)
_DEFINITION = pattern(r"^ {0,3}\[([^\[\]\n]+)\]:[ \t]*\n?[ \t]*\S.*$", re.MULTILINE)
_HTML_NAME = pattern(r"</?([A-Za-z][A-Za-z0-9-]*)")


def link_edits(work: Work, note: Note, going: list[Span]) -> Iterator[Edit]:
    """Yield the edits for all links of a piece of text, and add to `going` what goes altogether."""
    closed = sorted((*note.code, *note.math))
    uses = _uses(note, closed)
    going += [link.span for link in note.reference_links]
    going += _idle_definitions(note, closed)
    links = [*note.links, *(use for use in uses if not use.embed)]
    hidden = {
        link.span: found for link in links if (found := work.hidden(_path(work, note, link))) is not None
    }
    for link in links:
        if link.span in hidden:
            yield from _hidden(work, note, link, hidden[link.span], tuple(hidden), going)
        else:
            yield Edit(link.span, _shown(work, note, link))
    yield from _addresses(work, note, closed)


def _path(work: Work, note: Note, link: Reference) -> str | None:
    return resolve_linkpath(work.index, link.linkpath, note.path) if link.linkpath else note.path


def _uses(note: Note, closed: Sequence[Span]) -> list[Reference]:
    """Return the places that use a link reference definition which leads into the vault."""
    known = {" ".join(link.id.split()).casefold(): link for link in note.reference_links}
    found = []
    for use in _USE.finditer(note.text) if known else ():
        link = known.get(" ".join((use[3] or use[2]).split()).casefold())
        span = Span(*use.span())
        if link is None or link.span.holds(span) or any(s.start <= span.start < s.end for s in closed):
            continue
        path, sign, subpath = link.link.partition("#")
        found.append(Reference(path, sign + subpath, use[2], use[0], span, bool(use[1]), False))
    return found


def _idle_definitions(note: Note, closed: Sequence[Span]) -> Iterator[Span]:
    """Yield the link reference definitions that nothing refers to: they are comments of those who write Markdown."""
    end = -1
    for found in _DEFINITION.finditer(note.text) if "]:" in note.text else ():
        span, label = Span(*found.span()), " ".join(found[1].split()).casefold()
        above = note.text[: span.start].rstrip("\n").rsplit("\n", 1)[-1]
        parted = span.start == end + 1 or note.text[: span.start].endswith("\n\n") or not is_running(above)
        if label.startswith("^") or not parted or any(one.holds(span) for one in closed):
            continue
        end = span.end
        uses = (use for use in _USE.finditer(note.text) if not span.holds(Span(*use.span())))
        if not any(" ".join((use[3] or use[2]).split()).casefold() == label for use in uses):
            yield span


# ------------------------------------------------------------------------------------- ordinary


def _shown(work: Work, note: Note, link: Reference) -> str:
    """Return what stands for a link: its words, as an anchor if what it leads to stands in the report."""
    path = _path(work, note, link)
    target = work.index.notes.get(path) if path else None
    if target is None:
        said = (
            link.display if link.display else (link.linkpath or link.subpath.lstrip("#^")).rsplit("/", 1)[-1]
        )
        return work.link(Target(""), _in_cell(note, link.span, said))
    place = resolve_subpath(work.cut(target), link.subpath) if link.subpath else None
    start, head = _heading_of(work.cut(target), place.span.start, place.type) if place else (None, "")
    words = link.display
    if not words:
        own = without_emoji(title_of(target)) or title_of(target)
        words = (head or own) if path == note.path else f"{own} – {head}" if head else own
    said = _in_cell(note, link.span, words)
    return work.link(Target(target.path, start), said)


def _heading_of(cut: Note, at: int, kind: SubpathType) -> tuple[int | None, str]:
    """Return where the heading stands to which a place belongs, and what it says; of a block it says nothing."""
    above = [heading for heading in cut.headings if heading.span.start <= at]
    if not above:
        return None, ""
    return above[-1].span.start, above[-1].text if kind is SubpathType.HEADING else ""


def _in_cell(note: Note, span: Span, said: str) -> str:
    said = " ".join(said.split())
    if _in_table(note, span):
        return _PIPE.sub(r"\\|", said)
    return said


def _in_table(note: Note, span: Span) -> bool:
    """Whether a place lies in a table, also in a quoted one."""
    line = note.text[note.text.rfind("\n", 0, span.start) + 1 : span.start + 1]
    return _section_type(note, span) is SectionType.TABLE or line.lstrip("> \t").startswith("|")


def _section_type(note: Note, span: Span) -> SectionType | None:
    found = next((section for section in note.sections if section.span.holds(span)), None)
    return found.type if found else None


# --------------------------------------------------------------------------------------- hidden


def _hidden(
    work: Work, note: Note, link: Reference, target: Note, all_hidden: Sequence[Span], going: list[Span]
) -> Iterator[Edit]:
    around = _parenthesis(note, link.span, all_hidden)
    if around is not None:
        going.append(around)
        return
    place, whole = _container(note, link.span)
    if whole is not None and not _SAID.search(_rest(note, place, all_hidden)):
        if whole == place and whole is not None and _in_table(note, whole):
            yield Edit(whole, " ")
        else:
            going.append(whole)
        return
    own = display_kept(link.display, target)
    said = own or work.neutral(target)
    before = _before(note, place, link.span)
    if own is None and (not _SAID.search(before) or _END_OF_SENTENCE.search(before)):
        said = said[:1].upper() + said[1:]
    yield Edit(link.span, _in_cell(note, link.span, said))


def _before(note: Note, place: Span, span: Span) -> str:
    """Return what stands before a link in its item, cell or paragraph."""
    lines = note.text[: place.start].rsplit("\n\n", 1)[-1].rsplit("\n", 2)
    above = lines[-2] if len(lines) > 1 and place.start and note.text[place.start - 1] == "\n" else ""
    return f"{above if is_running(above) else ''}\n{note.text[place.start : span.start]}"


def display_kept(display: str | None, target: Note) -> str | None:
    """Return the words of a link to a note that stays inside, None where they give its name or title away."""
    words = tokens(display or "")
    if not words:
        return None
    people = {token for person in people_of(target) for token in tokens(person)}
    for name in names_of(target):
        known = tokens(name)
        if len(words) == 1:
            if words[0] in known and words[0] not in people:
                return None
        elif is_run(words, known) or (known and is_run(known, words) and set(known) - people):
            return None
    return display


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text as they compare: no accents, no case."""
    return tuple(_TOKENS.findall(unaccented(text)))


def is_run(words: Sequence[str], text: Sequence[str]) -> bool:
    """Whether words stand one after the other in a text."""
    size = len(words)
    return any(tuple(text[at : at + size]) == tuple(words) for at in range(len(text) - size + 1))


def _container(note: Note, span: Span) -> tuple[Span, Span | None]:
    """Return the item, cell or line that holds a link, and what goes with it if it holds nothing else.

    An item with others nested in it does not go.
    """
    text = note.text
    item = next((n for n, i in reversed([*enumerate(note.list_items)]) if i.content.holds(span)), None)
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    line = Span(start, len(text) if end < 0 else end)
    if item is not None:
        nested = any(other.parent == item for other in note.list_items)
        found = note.list_items[item]
        return found.content, None if nested else found.span
    if _in_table(note, span):
        bounds = [start - 1, *(start + p.start() for p in _PIPE.finditer(line.of(text))), line.end]
        low = max(bound for bound in bounds if bound < span.start)
        high = min(bound for bound in bounds if bound >= span.end)
        return Span(low + 1, high), Span(low + 1, high)
    return line, line


def _parenthesis(note: Note, span: Span, all_hidden: Sequence[Span]) -> Span | None:
    """Return the parenthesis that holds nothing but links to what stays inside."""
    line = note.text.rfind("\n", 0, span.start) + 1
    low = note.text.rfind("(", line, span.start)
    high = note.text.find(")", span.end)
    if low < 0 or high < 0 or "\n" in note.text[span.end : high] or ")" in note.text[low : span.start]:
        return None
    inner = Span(low, high + 1)
    if _SAID.search(_rest(note, inner, all_hidden)):
        return None
    doubled = note.text[line:low].rstrip().endswith(",") and note.text.startswith(",", inner.end)
    return Span(low, inner.end + 1) if doubled else inner


def _rest(note: Note, place: Span, all_hidden: Sequence[Span]) -> str:
    """Return what a stretch says beside links to what stays inside, fields, tags and footnotes."""
    holes = sorted(
        [
            *(span for span in all_hidden if place.holds(span)),
            *(field.span for field in inside(note.fields, place)),
            *(tag.span for tag in inside(note.tags, place)),
            *(one.span for one in inside(note.footnote_references, place)),
        ]
    )
    said, at = "", place.start
    for hole in holes:
        if hole.start >= at:
            said, at = said + note.text[at : hole.start], hole.end
    return said + note.text[at : place.end]


# ------------------------------------------------------------------------- addresses and HTML


def _addresses(work: Work, note: Note, closed: Sequence[Span]) -> Iterator[Edit]:
    """Yield the edits for links that lead out of the vault: those to the app or to a file of this machine are words."""
    for found in _ADDRESS.finditer(note.text):
        if any(span.start <= found.start() < span.end for span in closed):
            continue
        image, words, scheme = found[1], found[2], found[3].lower()
        if scheme not in _OUTSIDE:
            yield Edit(Span(*found.span()), words)
        elif image:
            work.tell(
                note.path,
                found[0],
                Message(
                    "image d’un autre site\u00a0: un lien la remplace (rien n’est téléchargé)",
                    "image of another site: a link stands in its place (nothing is downloaded)",
                ),
            )
            address = f"{found[3]}:{found[4]}"
            yield Edit(Span(*found.span()), f"[{words or address}]({address})")
    for found in _APP_ADDRESS.finditer(note.text):
        if not any(span.start <= found.start() < span.end for span in closed):
            yield Edit(Span(*found.span()), "")


def without_html(work: Work, note: Note) -> Note:
    """Return a note with what writes text left of its HTML: tags without attributes, no scripts, no pictures.

    What stands in a block of HTML is text again: for the app its links and comments are none, but its words would go
    out.
    """
    if "<" not in note.text:
        return note
    for _ in range(3):
        links = [*(r.span for r in (*note.links, *note.embeds)), *(d.span for d in note.reference_links)]
        closed = sorted((*note.code, *note.math, *links))
        going = [
            Span(*found.span())
            for found in _BOGUS.finditer(note.text)
            if not any(span.start <= found.start() < span.end for span in closed)
        ]
        edits = list(_html(work, note, closed, going))
        if not edits and not going:
            break
        note = parse_note(note.path, apply_edits(note.text, settled([*removals(note.text, going), *edits])))
    return note


def _html(work: Work, note: Note, closed: Sequence[Span], going: list[Span]) -> Iterator[Edit]:
    """Yield the edits that leave of HTML what writes text: tags without attributes, no scripts, no pictures."""
    if "<" not in note.text:
        return
    whole_from = 0
    for found in TAG.finditer(note.text):
        name_of = _HTML_NAME.match(found[0])
        if name_of is None or found.start() < whole_from:
            continue
        if any(span.start <= found.start() < span.end for span in closed):
            continue
        name = name_of[1].lower()
        if name in _WHOLE and not found[0].startswith("</"):
            close = note.text.lower().find(f"</{name}>", found.end())
            whole_from = close + len(name) + 3 if close >= 0 else found.end()
            going.append(Span(found.start(), whole_from))
        elif name not in _HTML or _section_type(note, Span(*found.span())) is SectionType.HTML:
            if name == "img":
                said = Message("image en HTML laissée de côté", "image in HTML left out")
                work.tell(note.path, found[0], said)
            yield Edit(Span(*found.span()), "")
        elif " " in found[0].rstrip("/> ") or "\n" in found[0]:
            yield Edit(Span(*found.span()), f"<{name}>")
