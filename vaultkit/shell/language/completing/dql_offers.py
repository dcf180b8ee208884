"""Words of a query that is being typed: keywords, sources, functions and fields, by what can stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.dql.names import canonical_name
from vaultkit.markdown.note import Note
from vaultkit.shell.language.completing import dql_words as words
from vaultkit.shell.language.completing.dql_calls import FUNCTIONS
from vaultkit.shell.language.completing.linking import link_offers
from vaultkit.shell.language.completing.matching import ranked
from vaultkit.shell.language.completing.offers import MOST, Offer, Sort
from vaultkit.shell.language.completing.places import QueryPlace, TagPlace
from vaultkit.shell.language.completing.property_offers import notes_said
from vaultkit.shell.language.completing.tag_offers import tag_offers
from vaultkit.shell.language.completing.typed_link import wikilink_at
from vaultkit.shell.language.tables import tables_of
from vaultkit.shell.language.workspace import Workspace
from vaultkit.text import Message, Span, fold

_TOKEN = re.compile(
    r'(?P<blank>\s+|//[^\n]*)|(?P<value>"(?:[^"\\]|\\.)*"|\[\[[^\[\]\n]*\]\]|#[^\s,()]+|-?\d+(?:\.\d+)?)'
    r"|(?P<word>(?:[^\W\d]|[\U0001f000-\U0001faff\u2600-\u27bf])[\w\-\ufe0f]*(?:\.[\w\-]*)*)|(?P<close>[)\]}])|(?P<sign>.)",
    re.DOTALL,
)
_OPEN_STRING = re.compile(r'"((?:[^"\\]|\\.)*)\Z')
_TAG = re.compile(r"#([^\s,()\"\[\]]*)\Z")
#: What is being typed: a name with its dots, or the second word of a keyword with the first.
_TYPED = re.compile(r"(?:\b(?:group|without)[ \t]+)?[\w\-.\ufe0f]*\Z", re.IGNORECASE)
_HEADERS = ("table", "list", "task", "calendar")
_CLAUSES = ("from", "where", "sort", "group", "flatten", "limit")
_LINKING = ("and", "or", "as", "by", "without", "id", "asc", "desc", "ascending", "descending")


class _State(Struct):
    """What stands before the word that is being typed.

    `header` and `clause` are the keywords that were read last, `operand` says that a value is complete, `called` that
    a parenthesis follows already.
    """

    header: str = ""
    clause: str = ""
    operand: bool = False
    last: str = ""
    depth: int = 0
    called: bool = False


def dql_offers(workspace: Workspace, note: Note, place: QueryPlace) -> Iterator[Offer]:
    """Yield what could stand at a place of a query, the most likely first."""
    before = place.query.text(note)[: place.at]
    plain = re.sub(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*', lambda found: " " * len(found[0]), before)
    cursor = place.query.span(place.at, place.at).start
    line = before.rpartition("\n")[2]
    if plain.rpartition("[[")[2].find("]]") < 0 and "[[" in plain.rpartition("\n")[2]:
        link = wikilink_at(note.text, cursor - len(line), cursor, _line_end(note.text, cursor))
        yield from link_offers(workspace, note, replace(link, wiki_only=True)) if link else ()
        return
    typed = _TYPED.search(before)
    said = typed[0] if typed else ""
    state = _read(before[: len(before) - len(said)], place.query.inline)
    state.called = note.text.startswith("(", cursor)
    if (opened := _OPEN_STRING.search(plain)) and plain.count('"') % 2:
        yield from _folders(workspace, before[opened.start(1) :], cursor) if state.clause == "from" else ()
        return
    if (tag := _TAG.search(plain)) and state.clause == "from":
        yield from tag_offers(workspace, TagPlace(tag[1], Span(cursor - len(tag[1]), cursor)))
        return
    span = Span(cursor - len(said), cursor)
    if "." in said:
        yield from _below(workspace, note, said, span)
    else:
        yield from _fitting(said, _words(workspace, state, span))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _read(before: str, inline: bool) -> _State:
    """Return the state behind all that stands before the word that is being typed."""
    state = _State(header="=", clause="=") if inline else _State()
    for token in _TOKEN.finditer(before):
        word = (token["word"] or "").lower()
        if token["blank"]:
            continue
        if word and _is_keyword(word, state):
            _take_keyword(word, state)
        else:
            state.operand = bool(token["value"] or token["word"] or token["close"])
            state.depth += (token[0] in "([{") - (token[0] in ")]}")
        state.last = word or token[0]
    return state


def _is_keyword(word: str, state: _State) -> bool:
    if not state.header:
        return word in _HEADERS
    return state.depth <= 0 and (word in _CLAUSES or word in _LINKING) and state.header != "="


def _take_keyword(word: str, state: _State) -> None:
    if not state.header:
        state.header = state.clause = word
    elif word in _CLAUSES:
        state.clause = word
    state.operand = word in ("asc", "desc", "ascending", "descending")


# -------------------------------------------------------------------------------------- words


def _words(workspace: Workspace, state: _State, span: Span) -> Iterator[Offer]:
    """Yield everything that can stand behind what was read, the most likely first."""
    if not state.header:
        yield from _keywords(workspace, words.HEADERS, span)
        return
    if state.operand:
        yield from _behind_value(workspace, state, span)
        return
    if state.last == "as":
        return
    if state.last in ("table", "list"):
        yield from _keywords(workspace, words.WITHOUT_ID, span)
    if state.clause == "from":
        yield from _sources(workspace, span)
    elif state.clause != "limit" and not (state.clause == "task" and state.last == "task"):
        yield from _values(workspace, state, span)
    if state.last in ("list", "task", "table", "id"):
        yield from _steps(workspace, state, span)


def _behind_value(workspace: Workspace, state: _State, span: Span) -> Iterator[Offer]:
    if state.clause == "sort" and state.last not in ("asc", "desc"):
        yield from _keywords(workspace, words.ORDERS, span)
    if state.clause in ("where", "from", "="):
        yield from _keywords(workspace, words.OPERATORS, span)
    if state.clause in ("table", "flatten", "group"):
        yield from _keywords(workspace, words.AS, span)
    if state.depth <= 0 and state.header != "=":
        yield from _steps(workspace, state, span)


def _steps(workspace: Workspace, state: _State, span: Span) -> Iterator[Offer]:
    if state.clause in _HEADERS:
        yield from _keywords(workspace, words.FROM, span)
    yield from _keywords(workspace, words.STEPS, span)


def _keywords(workspace: Workspace, table: Mapping[str, Message], span: Span) -> Iterator[Offer]:
    for word, meaning in table.items():
        yield Offer(word, word, span, Sort.KEYWORD, meaning.of(workspace.language), {"word": word})


def _sources(workspace: Workspace, span: Span) -> Iterator[Offer]:
    yield from _keywords(workspace, words.SOURCES, span)
    for each in list(tag_offers(workspace, TagPlace("", span)))[: MOST // 2]:
        yield Offer(f"#{each.label}", f"#{each.text}", span, Sort.TAG, each.detail, each.data)
    for folder in _all_folders(workspace)[: MOST // 2]:
        yield Offer(f'"{folder}"', f'"{folder}"', span, Sort.FILE)


def _folders(workspace: Workspace, said: str, cursor: int) -> Iterator[Offer]:
    """Yield the folders that fit what was typed between quotes."""
    folders = _all_folders(workspace)
    span = Span(cursor - len(said), cursor)
    for at in ranked(said, [fold(folder) for folder in folders], MOST):
        yield Offer(folders[at], folders[at], span, Sort.FILE)


def _all_folders(workspace: Workspace) -> list[str]:
    return tables_of(workspace).folders


def _values(workspace: Workspace, state: _State, span: Span) -> Iterator[Offer]:
    """Yield what a value can begin with: fields, then functions."""
    language = workspace.language
    yield Offer("file", "file.", span, Sort.FIELD, "file.name, file.link, …", {"word": "file"})
    if state.header == "task":
        for name, meaning in words.TASK_FIELDS.items():
            yield Offer(name, name, span, Sort.FIELD, meaning.of(language), {"word": name})
    for name, count in _fields(workspace).items():
        yield Offer(name, name, span, Sort.FIELD, notes_said(count), {"property": name})
    for name, (call, _) in FUNCTIONS.items():
        yield Offer(name, name if state.called else f"{name}(", span, Sort.FUNCTION, call, {"function": name})
    for name, meaning in {**words.VALUES, **words.EXTRA_FIELDS}.items():
        yield Offer(name, name, span, Sort.KEYWORD, meaning.of(language), {"word": name})


def _fields(workspace: Workspace) -> dict[str, int]:
    """Return the fields of the vault by the names that a query can say, with how many notes have them."""
    tables = tables_of(workspace)
    found: dict[str, int] = {}
    for counts in (tables.keys.counts, tables.fields.counts):
        for name, count in counts.items():
            said = name if name.isidentifier() else canonical_name(name)
            if said:
                found[said] = found.get(said, 0) + count
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _below(workspace: Workspace, note: Note, said: str, span: Span) -> Iterator[Offer]:
    """Yield what can follow a dot: the fields of `file`, of `this` note, of the rows of a group."""
    lead, _, typed = said.rpartition(".")
    span = Span(span.end - len(typed), span.end)
    language = workspace.language
    if lead == "file" or lead.endswith(".file"):
        yield from _fitting(
            typed,
            (
                Offer(name, name, span, Sort.FIELD, meaning.of(language), {"word": f"file.{name}"})
                for name, meaning in words.FILE_FIELDS.items()
            ),
        )
        return
    own = [*note.properties, *(each.key for each in note.fields)] if lead == "this" else []
    named = dict.fromkeys(name if name.isidentifier() else canonical_name(name) for name in own)
    fields = (
        dict.fromkeys(("file", *named)) if lead == "this" else dict.fromkeys(("file", *_fields(workspace)))
    )
    yield from _fitting(
        typed, (Offer(name, name, span, Sort.FIELD, "", {"property": name}) for name in fields if name)
    )


def _fitting(said: str, offers: Iterator[Offer]) -> Iterator[Offer]:
    """Yield the offers whose label fits what was typed, best first; all in their order where nothing is."""
    known = list(offers)
    for at in ranked(said, [fold(offer.label) for offer in known], MOST):
        yield known[at]
