"""The queries that the Obsidian plugin Dataview Serializer keeps in a note, refreshed in its own spelling.

    <!-- QueryToSerialize: LIST FROM #projet -->
    <!-- SerializedQuery: LIST FROM #projet -->
    - [[Accès]]

    <!-- SerializedQuery END -->
    État : <!-- IQ: =this.statut -->livré<!-- /IQ -->

Grammar and layout are those of github.com/dsebastien/obsidian-dataview-serializer 2.14 (`docs/usage.md`,
`src/app/constants.ts`, `plugin.ts`, `utils/`); where vaultkit does otherwise, the docstring says so.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, StrEnum

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.render.scene import Ask
from vaultkit.text import Message, Span, newline_of, one_line, pattern


class Spelling(StrEnum):
    """The two spellings of the markers; a result has that of its query."""

    LEGACY = "legacy"
    ALTERNATIVE = "alternative"


class Mode(StrEnum):
    """When a query is asked again."""

    AUTO = "auto"
    MANUAL = "manual"
    ONCE = "once"
    EJECT = "once-and-eject"


class SerializedQuery(Struct, frozen=True):
    """A query that stands in a comment, and where its result stands.

    `span` covers the comment. `query` is what is asked: on one line, without `>`, or the `=` of an inline
    query. `prefix` is what stands before the comment on its line. `result` is the text between the result's
    markers, None where there are none yet. For a query of its own line `begin` and `end` are those markers
    with what stands before them, and `result` whole lines; an inline query has only `end`.
    """

    span: Span
    spelling: Spelling
    mode: Mode
    query: str
    prefix: str = ""
    inline: bool = False
    begin: Span | None = None
    result: Span | None = None
    end: Span | None = None

    @property
    def quote(self) -> str:
        """The part of the prefix that makes it a quote or callout; it stands before each line of the result."""
        return "".join(_QUOTE.findall(self.prefix))


class Serialized(Struct, frozen=True):
    """What a refresh would write: `changed` are the bodies it displaces, for the journal.

    Nothing is written for `faults`, queries that could not be asked or written, nor for `findings`, markers
    that cannot be read.
    """

    edits: tuple[Edit, ...] = ()
    changed: tuple[str, ...] = ()
    faults: tuple[tuple[Span, Exception], ...] = ()
    findings: tuple[Finding, ...] = ()


class HidesMarkersError(ValueError):
    """A result after which the markers could no longer be read, such as one that opens a code block."""


def find_serialized(note: Note) -> tuple[SerializedQuery, ...]:
    """Return the queries of the note in text order; those that cannot be read are left out."""
    return _scan(note)[0]


def serialized_findings(note: Note) -> tuple[Finding, ...]:
    """Return the markers that are unclosed, crossed, not alone on their line, or hold no query."""
    return _scan(note)[1]


def is_ignored(note: Note) -> bool:
    """Whether the plugin leaves the note alone: `dataview_serializer_ignore`, Excalidraw, `Canvas.md`."""
    said = note.properties.get("dataview_serializer_ignore")
    if isinstance(said, str):
        said = said.strip().lower() not in ("", "false", "no", "n", "0", "off")
    told = said is not None and said is not False and said != 0
    return told or "excalidraw-plugin" in note.properties or note.path.rsplit("/", 1)[-1] == "Canvas.md"


def refresh_serialized(
    note: Note, ask: Ask, ask_inline: Ask, manual: bool = False, unique: Callable[[str], bool] | None = None
) -> Serialized:
    """Ask the queries of the note and return the edits that bring their results up to date.

    `ask` gives what Dataview's `queryMarkdown` gives, `ask_inline` the text of a value; what they raise is
    a fault of that query alone. Manual queries are asked only where `manual` says so, those of mode `once`
    never where a result stands (the plugin's commands do ask them). `unique` says whether at most one file
    has a name (`Accès.md`): links are then as short as the plugin makes them; without it they keep their path.
    A list that has become empty empties its result (the plugin leaves the old one). A note that the plugin
    ignores gives nothing.
    """
    if is_ignored(note):
        return Serialized()
    queries, findings = _scan(note)
    flat = _without_inline(note.text, queries)
    plans: list[_Plan] = []
    faults: list[tuple[Span, Exception]] = []
    for query in queries:
        if _rests(query, manual):
            continue
        try:
            said = (ask_inline if query.inline else ask)(query.query, note.path)
        except Exception as error:
            faults.append((query.span, error))
            continue
        if query.inline:
            plan = _plan_inline(note.text, flat, query, said)
        else:
            plan = _plan_block(note.text, query, _as_plugin(query.query, said, unique))
        plans += [plan] if plan and plan.edits else []
    sound = _sound(note, queries, plans, [])
    written = {plan.query.span for plan in sound}
    lost = [plan.query for plan in plans if plan.query.span not in written]
    faults += [(query.span, HidesMarkersError(query.query)) for query in lost]
    return Serialized(
        tuple(edit for plan in sound for edit in plan.edits),
        tuple(plan.displaced for plan in sound if plan.displaced.strip()),
        tuple(sorted(faults, key=lambda fault: fault[0])),
        findings,
    )


def _rests(query: SerializedQuery, manual: bool) -> bool:
    if query.mode is Mode.MANUAL:
        return not manual
    empty = query.result is None or (query.inline and query.result.start == query.result.end)
    return query.mode is Mode.ONCE and not empty


_Kind = Enum("_Kind", "QUERY BEGIN END INLINE CLOSE")
#: The name in each marker, in the two spellings; case and the single blank before it count, as in the plugin.
_WORDS = {
    _Kind.QUERY: ("QueryToSerialize", "dataview-serializer-query"),
    _Kind.BEGIN: ("SerializedQuery", "dataview-serializer-result"),
    _Kind.END: ("SerializedQuery END", "dataview-serializer-result-end"),
    _Kind.INLINE: ("IQ", "dataview-serializer-iq"),
    _Kind.CLOSE: ("/IQ", "/dataview-serializer-iq"),
}
_MODES = (("", "Manual", "Once", "OnceAndEject"), ("", "-manual", "-once", "-once-and-eject"))
_NAMES = {
    name + suffix: (kind, spelling, mode)
    for kind, names in _WORDS.items()
    for name, suffixes, spelling in zip(names, _MODES, Spelling, strict=True)
    for suffix, mode in zip(suffixes, Mode, strict=True)
    if not suffix or kind in (_Kind.QUERY, _Kind.INLINE)
}
_MARKER = pattern(rf"<!-- ({'|'.join(_NAMES)})(:| -->)")
_QUOTE = pattern(r"[ \t]*(?:>[ \t]*)+")
_BEFORE_QUERY = pattern(r"[ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?")
_BEFORE_RESULT = pattern(r"[ \t>]*")
_QUOTED_LINE = pattern(r"\n[ \t]*(?:>[ \t]*)+")


_UNPAIRED = Message(
    "repère de Dataview Serializer cassé\u00a0: il manque son début ou sa fin, ou un autre s’y mêle",
    "broken marker of Dataview Serializer: its begin or end is missing, or another marker stands between",
)
_NOT_ALONE = Message(
    "repère de Dataview Serializer cassé\u00a0: il doit être seul sur sa ligne",
    "broken marker of Dataview Serializer: it must be alone on its line",
)
_NO_QUERY = Message(
    "repère de Dataview Serializer sans requête\u00a0: LIST, TABLE, TASK, ou pour IQ «\u00a0=expression\u00a0»",
    "marker of Dataview Serializer without a query: LIST, TABLE, TASK, or for IQ '=expression'",
)


#: A marker as it is read: its kind, and its place, spelling, mode and words as they stand.
_Token = tuple[_Kind, SerializedQuery]


def _scan(note: Note) -> tuple[tuple[SerializedQuery, ...], tuple[Finding, ...]]:
    """Pair the markers; a result belongs to the query right above it, and one without a query is text."""
    findings: list[Finding] = []
    queries: list[SerializedQuery] = []
    tokens = list(_tokens(note, findings))
    at = 0
    while at < len(tokens):
        (kind, query), step = tokens[at], 1
        following = [close for kind, close in tokens[at + 1 : at + 2] if kind is _Kind.CLOSE]
        if kind is _Kind.QUERY:
            read, step = _block(note.text, tokens, at, findings)
            queries += [read] if read else []
        elif kind is _Kind.BEGIN and (end := _end_of(tokens, at)):
            step = end - at + 1
        elif kind is _Kind.INLINE and following and following[0].spelling is query.spelling:
            close, step = following[0].span, 2
            words, result = query.query.strip()[1:].strip(), Span(query.span.end, close.start)
            queries.append(replace(query, query=words, inline=True, result=result, end=close))
        else:
            findings.append(Finding(query.span, _UNPAIRED))
        at += step
    findings.sort(key=lambda finding: finding.span)
    return tuple(queries), tuple(findings)


def _tokens(note: Note, findings: list[Finding]) -> Iterator[_Token]:
    """Yield the markers outside code and properties."""
    text, at = note.text, note.body_start
    last_close = text.rfind("-->")
    while found := _MARKER.search(text, at):
        at = found.end()
        kind, spelling, mode = _NAMES[found[1]]
        closes = kind in (_Kind.END, _Kind.CLOSE)
        before = bisect_right(note.code, found.start(), key=lambda span: span.start)
        in_code = before > 0 and found.start() < note.code[before - 1].end
        if in_code or closes is (found[2] == ":"):
            continue
        close = at - 3 if closes else text.find("-->", at) if at <= last_close else -1
        words = "<!--" if close < 0 else text[at:close]
        if "<!--" in words or (kind is _Kind.BEGIN and "\n" in words):
            findings.append(Finding(Span(found.start(), at), _UNPAIRED))
        elif kind is _Kind.INLINE and not (words.startswith(" =") and words.endswith(" ")):
            findings.append(Finding(Span(found.start(), at), _NO_QUERY))
        else:
            at = close + 3
            yield kind, SerializedQuery(Span(found.start(), at), spelling, mode, words)


def _block(
    text: str, tokens: Sequence[_Token], at: int, findings: list[Finding]
) -> tuple[SerializedQuery | None, int]:
    """Return the query of its own line at `at`, None if it cannot be read, and how many markers it takes."""
    query = tokens[at][1]
    prefix = _alone(text, query.span, _BEFORE_QUERY)
    if prefix is None:
        findings.append(Finding(query.span, _NOT_ALONE))
        return None, 1
    query = replace(query, query=_one_line(query.query, prefix), prefix=prefix)
    if not query.query.lower().startswith(("list", "table", "task")):
        findings.append(Finding(query.span, _NO_QUERY))
        return None, 1
    if at + 1 == len(tokens) or not _follows(text, query, tokens[at + 1]):
        return query, 1
    begin, last = tokens[at + 1][1].span, _end_of(tokens, at + 1)
    if last is None:
        findings.append(Finding(begin, _UNPAIRED))
        return None, 2
    end, step = tokens[last][1].span, last - at + 1
    before, after = _alone(text, begin, _BEFORE_RESULT), _alone(text, end, _BEFORE_RESULT)
    if before is None or after is None:
        findings.append(Finding(begin if before is None else end, _NOT_ALONE))
        return None, step
    result = Span(_line_end(text, begin.end), end.start - len(after))
    begin, end = Span(begin.start - len(before), begin.end), Span(result.end, end.end)
    return replace(query, begin=begin, result=result, end=end), step


def _alone(text: str, span: Span, before: re.Pattern[str]) -> str | None:
    """Return what stands before a marker on its line, None if that is words or if something follows."""
    start = _line_start(text, span.start)
    if not before.fullmatch(text, start, span.start) or text[span.end : _line_end(text, span.end)].strip():
        return None
    return text[start : span.start]


def _follows(text: str, query: SerializedQuery, token: _Token) -> bool:
    """Whether a result is the query's: below it, or (unlike in the plugin) behind blank lines in its words."""
    kind, begin = token
    gap = text[_line_end(text, query.span.end) : begin.span.start]
    if kind is not _Kind.BEGIN or gap.strip(" \t>\r\n" if query.quote else " \t\r\n"):
        return False
    return "\n" not in gap or begin.query.strip() == query.query


def _end_of(tokens: Sequence[_Token], at: int) -> int | None:
    """Return the index of the end of the result that begins at `at`; inline queries inside it are its text."""
    at += 1
    while at < len(tokens) and tokens[at][0] in (_Kind.INLINE, _Kind.CLOSE):
        at += 1
    return at if at < len(tokens) and tokens[at][0] is _Kind.END else None


def _one_line(words: str, prefix: str) -> str:
    """Return a query as the plugin asks it: one of several lines has all its blanks folded."""
    if "\n" not in words:
        return words.strip()
    return " ".join((_QUOTED_LINE.sub(" ", words) if _QUOTE.match(prefix) else words).split())


def _line_start(text: str, at: int) -> int:
    start = text.rfind("\n", 0, at) + 1
    return start + text.startswith("\ufeff", start)


def _line_end(text: str, at: int) -> int:
    """Return where the line ends, its newline included."""
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop + 1


class _Plan(Struct, frozen=True):
    """The edits for one query; `result` is what stands between its markers then, None if they go."""

    query: SerializedQuery
    edits: tuple[Edit, ...]
    result: str | None
    displaced: str


_EXTENSION = pattern(r"(?<=.)\.[^.]*$")
_BOX = pattern(r"^([ \t]*-[ \t]*)\[.\][ \t]*", re.MULTILINE)
_LINK = pattern(r"\[\[([^\[\]|\n]+?)(\\?\|)([^\[\]\n]+?)\]\]")


def _as_plugin(query: str, said: str, unique: Callable[[str], bool] | None) -> str:
    """Return what Dataview says as the plugin writes it (`serialize-query.fn.ts`).

    Tasks lose their boxes, lest they be found as tasks. Comments cannot begin in a result: the plugin lets
    them, and one of its own markers in a field then ends the result.
    """
    said = _harmless(said)
    if query.lower().startswith("task"):
        said = _BOX.sub(r"\1", said)
    if table := "table" in query.lower():
        said = said.replace("\\\\", "\\").replace("\n<", "<")
    return _shortened(said, table, unique) if unique else said


def _harmless(said: str) -> str:
    return said.replace("\r\n", "\n").replace("\r", "\n").replace("<!--", "<\\!--")


def _shortened(said: str, table: bool, unique: Callable[[str], bool]) -> str:
    """Return the text with `[[folder/Accès.md|Accès]]` as `[[Accès]]` where that name is unique."""

    def short(found: re.Match[str]) -> str:
        path, bar, display = found[1], "\\|" if table else "|", found[3]
        name = path.rsplit("/", 1)[-1]
        if not unique(name.partition("#")[0]):
            return f"[[{path}{bar}{display}]]"
        if display == _EXTENSION.sub("", name):
            return f"[[{display}]]"
        return f"[[{name.removesuffix('.md')}{bar}{display}]]"

    return _LINK.sub(short, said)


def _plan_block(text: str, query: SerializedQuery, said: str) -> _Plan | None:
    """Write what a query says now; blank lines part a table from its marker, and an end from what is indented."""
    quote = query.quote
    lines = [
        quote.rstrip() if quote and not line.strip() else query.prefix + line
        for line in (said.split("\n") if said else ())
    ]
    if query.mode is Mode.EJECT:
        return _eject(text, query, lines) if lines else None
    if lines and query.query.lower().startswith("table"):
        lines.insert(0, quote.rstrip())
    if lines and query.prefix and not quote:
        lines.append("")
    if query.begin is None or query.result is None or query.end is None:
        return _first(text, query, lines) if lines else None
    return _again(text, query, lines, query.begin, query.result, query.end)


def _first(text: str, query: SerializedQuery, lines: Sequence[str]) -> _Plan:
    """Write the first result of a query, below its line; the note keeps or lacks its last newline."""
    newline, at = newline_of(text), _line_end(text, query.span.end)
    begin, end = (query.quote + marker for marker in _markers(query))
    body = "".join(line + newline for line in lines)
    block = begin + newline + body + end
    block = block + newline if text.endswith("\n", 0, at) else newline + block
    return _Plan(query, (Edit(Span(at, at), block),), body, "")


def _again(
    text: str, query: SerializedQuery, lines: list[str], begin: Span, result: Span, end: Span
) -> _Plan | None:
    """Write a result anew: its lines, and its markers where they say other words or fall out of the quote.

    As in the plugin, a result that differs in outer blanks only is the same. Unlike there, the blank lines
    around what stands stay, so that the setting for a blank line before the end marker shows in them.
    """
    quote, newline, old = query.quote, newline_of(text), result.of(text)
    standing = old.replace("\r\n", "\n").split("\n")
    leads = [text[span.start : text.index("<!--", span.start)] for span in (begin, end)]
    broken = bool(quote) and leads != [quote, quote]
    if not broken and _bare(standing, quote) == _bare(lines, quote):
        return None
    if not broken and (here := _said(standing, quote)) and (there := _said(lines, quote)):
        lead = standing[: here[0]] or lines[: there[0]]
        lines = [*lead, *lines[there[0] : there[1]], *standing[here[1] : -1]]
    body = "".join(line + newline for line in lines)
    leads = [quote, quote] if broken else leads
    first, last = (lead + marker for lead, marker in zip(leads, _markers(query), strict=True))
    pairs = ((begin, first), (result, body), (end, last))
    edits = tuple(Edit(span, new) for span, new in pairs if span.of(text) != new)
    return _Plan(query, edits, body, old if body != old else "")


def _eject(text: str, query: SerializedQuery, lines: Sequence[str]) -> _Plan:
    """Put the result in the place of the query's lines and those of a result that stands."""
    newline, stop = newline_of(text), _line_end(text, (query.end or query.span).end)
    body = newline.join(lines) + (newline if text.endswith("\n", 0, stop) else "")
    edit = Edit(Span(_line_start(text, query.span.start), stop), body)
    return _Plan(query, (edit,), None, query.result.of(text) if query.result else "")


def _markers(query: SerializedQuery) -> tuple[str, str]:
    """Return the begin and end of a result, in the query's spelling and with its present words."""
    begin, end = (_WORDS[kind][query.spelling is Spelling.ALTERNATIVE] for kind in (_Kind.BEGIN, _Kind.END))
    return f"<!-- {begin}: {query.query} -->", f"<!-- {end} -->"


def _bare(lines: Sequence[str], quote: str) -> str:
    """Return lines without the quote before them and the blanks around them: what the plugin compares."""
    inner = (line.removeprefix(quote if line.startswith(quote) else quote.rstrip()) for line in lines)
    return "\n".join(inner).strip()


def _said(lines: Sequence[str], quote: str) -> tuple[int, int] | None:
    """Return where lines say something, without the blank ones around that; None if all are blank."""
    said = [n for n, line in enumerate(lines) if _bare([line], quote)]
    return (said[0], said[-1] + 1) if said else None


def _without_inline(text: str, queries: Sequence[SerializedQuery]) -> str:
    """Return the text with blanks in the place of inline queries and their results."""
    spans = [Span(query.span.start, query.end.end) for query in queries if query.inline and query.end]
    return apply_edits(text, [Edit(span, " " * (span.end - span.start)) for span in spans])


def _plan_inline(text: str, flat: str, query: SerializedQuery, said: str) -> _Plan | None:
    """Write the value of an inline query: `-` for an empty one, `\\|` on a line that looks like a table's.

    The rest of the line (`flat`) says so, not the value as in the plugin, which escapes one with two bars at
    every other refresh. In tables and quotes a value is on one line.
    """
    if query.result is None or query.end is None:
        return None
    value = _harmless(said) or "-"
    line = flat[_line_start(flat, query.span.start) : _line_end(flat, query.span.start)].strip()
    table = line.count("|") - line.count("\\|") >= 2 or line.startswith("|") or line.endswith("|")
    if table:
        value = value.replace("|", "\\|")
    if "\n" in value and (table or _QUOTE.match(line)):
        value = one_line(value) or "-"
    old, eject = query.result.of(text), query.mode is Mode.EJECT
    if not eject and old.replace("\r\n", "\n").strip() == value.strip():
        return None
    value = value.replace("\n", newline_of(text))
    span = Span(query.span.start, query.end.end) if eject else query.result
    return _Plan(query, (Edit(span, value),), None if eject else value, old)


def _sound(
    note: Note, queries: Sequence[SerializedQuery], plans: Sequence[_Plan], others: Sequence[_Plan]
) -> list[_Plan]:
    """Return those plans after which, and after the others, every query and result can be read again."""
    if not plans or _holds(note, queries, [*others, *plans]):
        return list(plans)
    if len(plans) == 1:
        return []
    half = len(plans) // 2
    left = _sound(note, queries, plans[:half], others)
    return left + _sound(note, queries, plans[half:], [*others, *left])


def _holds(note: Note, queries: Sequence[SerializedQuery], plans: Sequence[_Plan]) -> bool:
    text = apply_edits(note.text, (edit for plan in plans for edit in plan.edits))
    planned = {plan.query.span: plan.result for plan in plans}
    wanted = [
        (query.mode, query.query, planned.get(query.span, query.result and query.result.of(note.text)))
        for query in queries
        if planned.get(query.span, "") is not None
    ]
    found = find_serialized(parse_note(note.path, text))
    return wanted == [(query.mode, query.query, query.result and query.result.of(text)) for query in found]
