"""Last step to the client's text: links become anchors or words, footnotes are numbered, what became empty goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from vaultkit.audit.sections import section_ends
from vaultkit.audit.words import Topic, topic_of
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note, SectionType
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text_cut import CLOSE, OPEN, removals, settled, without_comments
from vaultkit.render.deliverable.client_text_work import Target, Work, title_of
from vaultkit.text import Span, fold, pattern

_LINK = pattern(rf"{OPEN}l(\d+){CLOSE}(.*?){OPEN}e{CLOSE}", re.DOTALL)
_HEAD = pattern(rf"[ \t]*{OPEN}h(\d+){CLOSE}")
_BLOCK = pattern(rf"[ \t>]*{OPEN}b(\d+){CLOSE}")
_ANY = pattern(rf"{OPEN}\w*{CLOSE}")
_SAID = pattern(r"\w")
_BLANKS = pattern(r"(?:[ \t]*\n){3,}")
_GIVEN_ID = pattern(r"[ \t]*\{#([^\s{}]+)\}[ \t]*$")
_NOT_ID = pattern(r"[^\w-]+")
_BRACKET, _ESCAPED = pattern(r"(?<!\\)[\[\]](?!\^)"), r"\\\g<0>"


def finished(work: Work, text: str, before: str = "", behind: str = "") -> str:
    """Return the finished text; the chapters before and behind it are finished already."""
    text = _BLOCK.sub(lambda found: work.blocks[int(found[1])], text)
    joined = "\n\n".join(part for each in (before, text, behind) if (part := _framed(each))) + "\n"
    places = _Places(work, joined)
    joined = _without_workshop_links(joined)
    joined = _numbered(work, joined)
    # a line that went can turn code that was set in by blanks into text
    joined = without_comments(parse_note("", _tidy(joined))).text
    return places.anchored(joined).strip("\n") + "\n" if joined.strip() else ""


def _framed(text: str) -> str:
    """Return a text without blank lines around it; what indents its first line stays, it may be code."""
    lines = text.rstrip().split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[first:])


def words_only(text: str) -> str:
    """Return a text with its links as words, for a line that stands elsewhere."""
    return _ANY.sub("", _LINK.sub(r"\2", text))


class _Places:
    """Where the links of a text lead in it: headings by the token that marks them, or by what they say."""

    def __init__(self, work: Work, text: str) -> None:
        self.work = work
        self.first: dict[tuple[str, int], int] = {}
        self.opening: dict[str, int] = {}
        for found in _HEAD.finditer(text):
            at = int(found[1])
            path, start = work.headings[at]
            self.first.setdefault((path, start), at)
            self.opening.setdefault(path, at)
        self.by_words: dict[str, str] = {}
        for heading in parse_note("", text).headings:
            words = _GIVEN_ID.sub("", _ANY.sub("", heading.text))
            self.by_words.setdefault(fold(words), heading.text)

    def leads(self, target: Target) -> int | str | None:
        """Return the heading (its number, or its words) that a link leads to, None where it leads to none."""
        if target.start is not None and (target.path, target.start) in self.first:
            return self.first[target.path, target.start]
        if target.path in self.work.embedded and target.path in self.opening:
            return self.opening[target.path]
        note = self.work.index.notes.get(target.path)
        return self.by_words.get(fold(title_of(note))) if note else None

    def anchored(self, text: str) -> str:
        """Return the text with its links made, and an id at each heading that one leads to."""
        ids: dict[int | str, str] = {}
        left = {int(found[1]) for found in _HEAD.finditer(text)}
        said = {heading.text for heading in parse_note("", text).headings}

        def link(found: re.Match[str]) -> str:
            place = self.leads(self.work.targets[int(found[1])])
            if place is None or (place not in left and place not in said) or _is_in_heading(found):
                return found[2]
            if isinstance(place, str) and (given := _GIVEN_ID.search(place)):
                ids[place] = given[1]
            elif place not in ids:
                words = self.work.rename(self._words(place, text))
                ids[place] = _free_id(words, ids.values())
            return f"[{_BRACKET.sub(_ESCAPED, found[2])}](#{ids[place]})"

        text = _LINK.sub(link, text)
        by_words = {w: name for w, name in ids.items() if isinstance(w, str) and not _GIVEN_ID.search(w)}
        if by_words:
            text = apply_edits(text, _named(parse_note("", text), by_words))
        text = _HEAD.sub(lambda f: f" {{#{ids[int(f[1])]}}}" if int(f[1]) in ids else "", text)
        return _ANY.sub("", text)

    def _words(self, place: int | str, text: str) -> str:
        if isinstance(place, str):
            return _ANY.sub("", place)
        at = text.find(f"{OPEN}h{place}{CLOSE}")
        return text[text.rfind("\n", 0, at) + 1 : at]


def _is_in_heading(found: re.Match[str]) -> bool:
    line = found.string[found.string.rfind("\n", 0, found.start()) + 1 : found.start()]
    return line.lstrip("> ").startswith("#")


def _named(note: Note, ids: Mapping[str, str]) -> Iterator[Edit]:
    seen: set[str] = set()
    for heading in note.headings:
        if heading.text in ids and heading.text not in seen:
            seen.add(heading.text)
            yield Edit(Span(heading.span.end, heading.span.end), f" {{#{ids[heading.text]}}}")


def _free_id(words: str, taken: Iterable[str]) -> str:
    bare = _NOT_ID.sub("-", fold(_ANY.sub("", words))).strip("-")[:60].strip("-")
    name, number = f"s-{bare}" if bare else "s", 2
    used = frozenset(taken)
    base = name
    while name in used:
        name, number = f"{base}-{number}", number + 1
    return name


# --------------------------------------------------------------------------- a list of links


def _without_workshop_links(text: str) -> str:
    """Return the text without the entries of its list of links: they are the notes of the workshop."""
    note = parse_note("", text)
    going: list[Span] = []
    for at, end in enumerate(section_ends(note.headings, len(text))):
        heading = note.headings[at]
        if topic_of(_ANY.sub("", heading.text)) is not Topic.LINKS:
            continue
        below = Span(heading.span.end, end)
        spans = [item.span for item in note.list_items if below.holds(item.span)]
        spans += [s.span for s in note.sections if s.type is SectionType.PARAGRAPH and below.holds(s.span)]
        going += [span for span in spans if _only_links(span.of(text))]
    return apply_edits(text, settled(removals(text, going))) if going else text


def _only_links(said: str) -> bool:
    """Whether a text holds links to notes and nothing else."""
    return _LINK.search(said) is not None and not _SAID.search(_LINK.sub("", said))


# ---------------------------------------------------------------------------------- footnotes


def _numbered(work: Work, text: str) -> str:
    """Return the text with its footnotes numbered in the order in which they are met, and defined at its end."""
    order: list[str] = []
    at = 0
    for label in _met(work, text):
        if label not in order:
            order.append(label)
    while at < len(order):  # a footnote can refer to another one
        for label in _met(work, work.footnotes[order[at]]):
            if label not in order:
                order.append(label)
        at += 1
    if not order:
        return text
    defined = "\n".join(f"[^{label}]: {work.footnotes[label]}" for label in order)
    whole = f"{text.rstrip()}\n\n{defined}\n"
    for number, label in enumerate(order, 1):
        whole = whole.replace(f"[^{label}]", f"[^{number}]")
    return whole


def _met(work: Work, text: str) -> list[str]:
    return [label for label in re.findall(r"\[\^([^\]\s]+)\]", text) if label in work.footnotes]


# --------------------------------------------------------------------------------------- tidy


def _tidy(text: str) -> str:
    """Return the text without empty sections, rules that part nothing, and runs of blank lines."""
    text = f"\n{text}"  # so that a rule at its beginning opens no frontmatter
    while True:
        note = parse_note("", text)
        wordless = [h.span for h in note.headings if not _ANY.sub("", h.text).strip()]
        going = [*wordless, *_empty_sections(note), *_idle_rules(note)]
        if not going:
            return _single_blanks(note)
        text = apply_edits(text, settled(removals(text, going)))


def _empty_sections(note: Note) -> Iterator[Span]:
    """Yield the headings below which nothing stands, not even another heading of a lower level."""
    roots = [section for section in note.sections if section.type is not SectionType.THEMATIC_BREAK]
    for at, section in enumerate(roots):
        if section.type is not SectionType.HEADING:
            continue
        following = roots[at + 1] if at + 1 < len(roots) else None
        if following is None or following.type is SectionType.FOOTNOTE_DEFINITION:
            yield section.span
        elif following.type is SectionType.HEADING:
            level = _level(note, section.span)
            if level and _level(note, following.span) <= level:
                yield section.span


def _level(note: Note, span: Span) -> int:
    return next((heading.level for heading in note.headings if heading.span.start == span.start), 0)


def _idle_rules(note: Note) -> Iterator[Span]:
    """Yield the rules at the edges of the text, before a heading, and before another rule."""
    for at, section in enumerate(note.sections):
        if section.type is SectionType.THEMATIC_BREAK:
            following = note.sections[at + 1].type if at + 1 < len(note.sections) else None
            idle = (None, SectionType.HEADING, SectionType.THEMATIC_BREAK, SectionType.FOOTNOTE_DEFINITION)
            if at == 0 or following in idle:
                yield section.span


def _single_blanks(note: Note) -> str:
    text = note.text
    edits = [
        Edit(Span(*found.span()), "\n\n")
        for found in _BLANKS.finditer(text)
        if not any(span.start < found.end() and found.start() < span.end for span in note.code)
    ]
    return apply_edits(text, edits).strip("\n") + "\n"
