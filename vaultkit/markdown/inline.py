"""Running text: links, embeds, tags, code, math and comments inside paragraphs, headings and cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from msgspec import Struct, field

from vaultkit.markdown import leaves
from vaultkit.markdown.drafts import Run
from vaultkit.markdown.inline_fields import inline_fields
from vaultkit.markdown.note import Footnote, InlineField, Reference, ReferenceLink, Tag
from vaultkit.markdown.references import (
    PLAIN_WIKILINK,
    definition,
    destination,
    markdown_link,
    plain_wikilink,
    wikilink,
)
from vaultkit.text import Span, pattern

#: Names for members that every run asks for: a member of an enum takes ten times as long to find.
_TEXT_RUN, _TABLE_RUN = Run.TEXT, Run.TABLE
#: A sign that may begin or end something. What mostly begins with a bracket is found whole: a wikilink (path,
#: subpath, display), and brackets around words.
_SIGN = pattern(
    rf"[\\`\[\]#$<%](?<!%(?!%))(?:(?<=\[)(?:{PLAIN_WIKILINK}|((?!\^)[^\n\\`\[\]#$<%]*+\])(?![(:])))?+"
)
_DISPLAY, _WORDS = 3, 4
_BACKTICKS = pattern("`+")
_MATH_END = pattern(r"(?<![\s\\])\$(?![0-9])")
_AUTOLINK = pattern(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+>|<[\w.!#$%&'*+/=?^`{|}~-]++@[\w.-]++>")
_FOOTNOTE = pattern(r"\[\^([^\[\]\s]++)\]")
_NEXT_LINE = pattern(r"[ \t]*+\r?\n[ \t>]*+")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class Inline(Struct):
    """What running text holds, in text order."""

    links: list[Reference] = field(default_factory=list)
    embeds: list[Reference] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    fields: list[InlineField] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    reference_links: list[ReferenceLink] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    math: list[Span] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)


def scan_inline(text: str, runs: list[tuple[int, int, Run]]) -> Inline:
    """Return what the stretches of running text hold."""
    return _Scanner(text).scan(runs)


class _Scanner:
    """The state of the pass. What is said of a run or line is found once and kept for the next sign.

    `done` is the end of the last thing that was taken whole, `opaque` are stretches of the run that
    hold no fields, `brackets` the square brackets not yet closed, `definition_at` is where alone a link
    reference definition may begin: with the paragraph, or on the line after another one.
    """

    __slots__ = (
        "backticks", "brackets", "definition_at", "dollars", "done", "end", "found", "kind", "line_end",
        "may_hold_fields", "no_html_comment", "opaque", "percents_end", "start", "tag_end", "text",
        "wikilink_closes", "wikilink_opens",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Inline()
        self.start = self.end = self.done = self.tag_end = self.line_end = self.definition_at = 0
        self.kind = _TEXT_RUN
        self.brackets: list[int] = []
        self.opaque: list[Span] = []
        self.wikilink_opens = self.wikilink_closes = -1
        self.percents_end = -1
        self.no_html_comment = self.may_hold_fields = False
        self.backticks: dict[int, list[int]] | None = None
        self.dollars: list[int] | None = None

    def scan(self, runs: list[tuple[int, int, Run]]) -> Inline:
        """Read all runs. The next sign and the next `::` of the text are looked for once."""
        text, search, nowhere = self.text, _SIGN.search, len(self.text)
        sign, sign_at, field_at, ahead = None, -1, -1, -1
        for start, end, kind in runs:
            if ahead >= end:
                continue
            if sign_at < start:
                sign = search(text, start)
                sign_at = sign.start() if sign else nowhere
            if field_at < start:
                field_at = text.find("::", start)
                if field_at < 0:
                    field_at = nowhere
            if sign_at < end:
                self.may_hold_fields = field_at < end
                sign = self._signs(sign, start, end, kind)
                sign_at = sign.start() if sign else nowhere
            if field_at < end:
                self.found.fields += self._fields(start, end, kind)
            ahead = sign_at if sign_at < field_at else field_at
        return self.found

    def _fields(self, start: int, end: int, kind: Run) -> list[InlineField]:
        opaque, self.opaque = self.opaque, []
        if len(opaque) > 1:
            opaque.sort()
        return inline_fields(self.text, start, end, opaque, kind in _WHOLE_LINES)

    def _signs(self, sign: re.Match[str] | None, start: int, end: int, kind: Run) -> re.Match[str] | None:
        """Read a run, whose first sign is given; return the first sign behind it."""
        text, takes, search = self.text, _TAKES, _SIGN.search
        self.start, self.end, self.kind, self.done = start, end, kind, start
        self.definition_at = start if kind is _TEXT_RUN else -1
        has_begun = False
        while sign is not None and (at := sign.start()) < end:
            form = sign.lastindex
            if form == _WORDS:
                at = sign.end()
            elif form and (form < _DISPLAY or kind is not _TABLE_RUN):
                at = self._plain_wikilink(sign, at)
            else:
                if not has_begun:
                    self._begin()
                    has_begun = True
                at = takes[text[at]](self, at)
            sign = search(text, at)
        return sign

    def _begin(self) -> None:
        """Forget what is known of the run before."""
        self.backticks = self.dollars = None
        self.no_html_comment = False
        if self.brackets:
            self.brackets = []

    def _line_ends(self, at: int) -> int:
        """Return where the line of `at` ends."""
        if at >= self.line_end:
            end = self.text.find("\n", at, self.end)
            self.line_end = self.end if end < 0 else end
        return self.line_end

    def _take(self, start: int, end: int) -> int:
        """Take a stretch whole: nothing inside it is looked at."""
        if self.may_hold_fields:
            self.opaque.append(Span(start, end))
        self.done = end
        return end

    def _escape(self, at: int) -> int:
        follows = self.text[at + 1 : at + 2]
        self.done = at + 2 if follows in _PUNCTUATION else at + 1
        return self.done

    def _code(self, at: int) -> int:
        """Take a code span, if as many backticks as here close it."""
        if self.backticks is None:
            self.backticks = {}
            for run in _BACKTICKS.finditer(self.text, self.start, self.end):
                self.backticks.setdefault(run.end() - run.start(), []).append(run.start())
        opening = _BACKTICKS.match(self.text, at, self.end)
        width = opening.end() - at if opening else 1
        closers = self.backticks.get(width, [])
        next_closer = bisect_left(closers, at + width)
        if next_closer == len(closers):
            return at + width
        end = closers[next_closer] + width
        self.found.code.append(Span(at, end))
        return self._take(at, end)

    def _open_bracket(self, at: int) -> int:
        text = self.text
        follows = text[at + 1 : at + 2]
        if at == self.definition_at and follows != "^" and (end := self._definition(at)):
            return end
        if follows == "[":
            end = self._wikilink(at)
            if end:
                return end
        elif follows == "^":
            found = _FOOTNOTE.match(text, at, self.end)
            if found:
                self.found.footnotes.append(Footnote(found[1], Span(at, found.end())))
                return found.end()
        self.brackets.append(at)
        return at + 1

    def _definition(self, at: int) -> int:
        """Take the link reference definition that stands here; 0 if none does."""
        read = definition(self.text, at, self.end)
        if read is None:
            return 0
        link, end = read
        if link is not None:
            self.found.reference_links.append(link)
        following = _NEXT_LINE.match(self.text, end, self.end)
        self.definition_at = following.end() if following else -1
        return self._take(at, end)

    def _wikilink(self, at: int) -> int:
        """Take the wikilink that opens here; 0 if none does."""
        text = self.text
        embed = self._is_embed(at)
        close = self._wikilink_close(at)
        reference = wikilink(text, at + 2, close, embed) if close else None
        if reference is None:
            return 0
        (self.found.embeds if embed else self.found.links).append(reference)
        if self.brackets:
            self.brackets = []
        return self._take(reference.span.start, reference.span.end)

    def _plain_wikilink(self, found: re.Match[str], at: int) -> int:
        """Take a wikilink that is found whole."""
        end = found.end()
        if self.text[at - 1] == "!" and self._is_embed(at):
            span = Span(at - 1, end)
            self.found.embeds.append(plain_wikilink(found, True, span))
        else:
            span = Span(at, end)
            self.found.links.append(plain_wikilink(found, False, span))
        if self.brackets:
            self.brackets = []
        if self.may_hold_fields:
            self.opaque.append(span)
        self.done = end
        return end

    def _is_embed(self, at: int) -> bool:
        """Whether the wikilink that opens here is an embed."""
        return self.text[at - 1] == "!" and (at > self.done or at == self.start + 1)

    def _wikilink_close(self, at: int) -> int:
        """Return where the `]]` stands that closes `[[` here, 0 if none does: the last `[[` before it opens."""
        text = self.text
        if self.wikilink_closes < at + 2:
            end = self._line_ends(at)
            close = text.find("]]", at + 2, end)
            self.wikilink_closes = close if close >= 0 else end
            self.wikilink_opens = text.rfind("[[", at, close) if close >= 0 else -1
        close = self.wikilink_closes
        if self.wikilink_opens != at or (self.kind is _TABLE_RUN and self._has_bare_pipe(at + 2, close)):
            return 0
        return close

    def _has_bare_pipe(self, start: int, end: int) -> bool:
        """Whether a pipe stands there that ends a table cell."""
        pipe = self.text.find("|", start, end)
        return pipe >= 0 and self.text[pipe - 1] != "\\"

    def _close_bracket(self, at: int) -> int:
        """Take the Markdown link or image that ends with this bracket and a destination."""
        text = self.text
        if not self.brackets:
            return at + 1
        opener = self.brackets.pop()
        follows = text[at + 1 : at + 2]
        if follows != "(":
            return at + 1
        read = destination(text, at + 1, self.end)
        if read is None:
            return at + 1
        written, end = read
        embed = opener > self.start and text[opener - 1] == "!" and not self._is_escaped(opener - 1)
        start = opener - 1 if embed else opener
        reference = markdown_link(text, start, Span(opener + 1, at), written, end, embed)
        if reference is not None:
            (self.found.embeds if embed else self.found.links).append(reference)
        if not embed:
            self.brackets.clear()
        return self._take(at, end)

    def _is_escaped(self, at: int) -> bool:
        """Whether an odd number of backslashes stands before `at`."""
        first = at
        while first > self.start and self.text[first - 1] == "\\":
            first -= 1
        return (at - first) % 2 == 1

    def _tag(self, at: int) -> int:
        found = leaves.TAG_NAME.match(self.text, at + 1, self.end)
        if found is None:
            return at + 1
        if not self._may_precede_tag(at):
            return found.end()
        self.tag_end = found.end()
        name = found[0].rstrip("/")
        if name[-1:] == "_" and at > self.start and self.text[at - 1] == "_":
            name = name.rstrip("_")  # `_#tag_` is a tag in italics
        if name and not name.isdecimal():
            self.found.tags.append(Tag("#" + name, Span(at, at + 1 + len(name))))
        return self.tag_end

    def _may_precede_tag(self, at: int) -> bool:
        """Whether what stands before the `#` lets it open a tag: a blank, a tag, the edge of a text."""
        if at == self.start or at == self.tag_end:
            return True
        text = self.text
        before = text[at - 1]
        if before.isspace() or before in "_*":
            return True
        if before == "|":
            return self.kind is _TABLE_RUN
        if before in "%=~":
            return text[at - 2 : at] == before * 2
        if before == ">":
            first = at
            while first > self.start and text[first - 1] in "> \t":
                first -= 1
            return text[first - 1 : first] == "\n"
        return False

    def _math(self, at: int) -> int:
        """Take inline math: `$x$` on one line, `$$x$$` within the block."""
        text = self.text
        if text.startswith("$$", at):
            close = text.find("$$", at + 2, self.end) if self.dollars != [] else -1
            if close < 0:
                return at + 2
            end = close + 2
        else:
            if text[at + 1 : at + 2].isspace() or at + 1 >= self.end:
                return at + 1
            if self.dollars is None:
                self.dollars = [m.start() for m in _MATH_END.finditer(text, self.start, self.end)]
            closer = bisect_left(self.dollars, at + 2)
            if closer == len(self.dollars) or self.dollars[closer] > self._line_ends(at):
                return at + 1
            end = self.dollars[closer] + 1
        self.found.math.append(Span(at, end))
        return self._take(at, end)

    def _comment(self, at: int) -> int:
        """Note a comment between `%%` on one line; what stands in it is read on."""
        text = self.text
        if not text.startswith("%%", at) or text.startswith("%", at + 2):
            return at + 1
        if at > self.start and text[at - 1] == "%":
            return at + 1
        if at <= self.percents_end:
            return at + 2
        end = self._line_ends(at)
        close = leaves.PERCENTS.search(text, at + 2, end)
        if close is None:
            self.percents_end = end
        else:
            self.percents_end = close.start()
            self.found.comments.append(Span(at, close.end()))
        return at + 2

    def _angle(self, at: int) -> int:
        """Take an HTML comment, an HTML tag or a link between angle brackets."""
        text = self.text
        if text.startswith("<!--", at):
            if self.no_html_comment:
                return at + 4
            close = text.find("-->", at + 2, self.end)
            if close < 0:
                self.no_html_comment = True
                return at + 4
            self.found.comments.append(Span(at, close + 3))
            return self._take(at, close + 3)
        found = leaves.TAG.match(text, at, self.end) or _AUTOLINK.match(text, at, self.end)
        return self._take(at, found.end()) if found else at + 1


#: The kinds of text in which a line can be a field as a whole.
_WHOLE_LINES = (_TEXT_RUN, Run.TITLE)
_TAKES: dict[str, Callable[[_Scanner, int], int]] = {
    "\\": _Scanner._escape,
    "`": _Scanner._code,
    "[": _Scanner._open_bracket,
    "]": _Scanner._close_bracket,
    "#": _Scanner._tag,
    "$": _Scanner._math,
    "<": _Scanner._angle,
    "%": _Scanner._comment,
}
