"""How one line shows that a block begins or ends: fences, headings, HTML, tables, callouts."""

from __future__ import annotations

import re

from vaultkit.text import pattern

#: The characters with which a line may be more than the next line of a paragraph.
SPECIAL = frozenset("\t >#`~<$%-+*_=0123456789[|:")
SPACES = pattern(r"[ \t]*")
#: The characters with which a line may begin an item, or blank lines before one; a quote holds items too.
MAY_BEGIN_ITEM = frozenset("\n\t >*+-0123456789")
#: A list marker, the blanks after it, and the character in the task box if one follows.
LIST_ITEM = pattern(r"([-+*]|[0-9]{1,9}[.)])(?:([ \t]++)(?:\[(.)\](?:[ \t]++|$))?+|$)")
THEMATIC_BREAK = pattern(r"(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)$")
ATX_HEADING = pattern(r"(#{1,6})(?:[ \t]+|$)")
CLOSING_SIGNS = pattern(r"(?:^|[ \t])#+[ \t]*$")
SETEXT_UNDERLINE = pattern(r"(?:=+|-+)[ \t]*$")
FENCE = pattern(r"(?:(`{3,})[^`]*|(~{3,}).*)$")
FOOTNOTE = pattern(r"\[\^([^\]\s]+)\]:[ \t]*")
CALLOUT = pattern(r"\[!([^\]\[|\n]+)(?:\|([^\]\n]*))?\]([+-]?)(?:[ \t]+(.*))?$")
BLOCK_ID = pattern(r"\^([A-Za-z0-9-]+)[ \t]*\r?$")
PERCENTS = pattern(r"(?<!%)%%(?!%)")
DOLLARS = pattern(r"\$\$")
#: What stands behind the sign of a tag; a name of digits alone is none.
TAG_NAME = pattern(r"[^\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+")

_DELIMITER_ROW = pattern(r"\|?(?:[ \t]*+:?-++:?[ \t]*+\|)*+(?:[ \t]*+:?-++:?[ \t]*+)?$")
_DELIMITER_CHARACTERS = frozenset("|:- \t")
_ESCAPED = pattern(r"\\.")

_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|"
    "div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|"
    "legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|"
    "table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_ATTRIBUTE = r"""[ \t\n]++[A-Za-z_:][\w.:-]*+(?:[ \t\n]*+=[ \t\n]*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""
#: An HTML tag as it may stand in running text.
TAG = pattern(rf"<(?:[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+[ \t\n]*+/?>|/[A-Za-z][A-Za-z0-9-]*+[ \t\n]*+>)")

_HTML_WITH_END: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        pattern(r"<(?:script|pre|style|textarea)(?:[ \t>]|$)", re.IGNORECASE),
        pattern(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (pattern("<!--"), pattern("-->")),
    (pattern(r"<\?"), pattern(r"\?>")),
    (pattern(r"<!\[CDATA\["), pattern(r"\]\]>")),
    (pattern("<![A-Za-z]"), pattern(">")),
)
_HTML_TO_BLANK = pattern(rf"</?(?:{_BLOCK_TAGS})(?:[ \t]|/?>|$)", re.IGNORECASE)

#: An HTML block that ends at the next blank line.
AT_BLANK = pattern(r"(?!)")


def html_end(line: str, at: int, in_paragraph: bool) -> re.Pattern[str] | None:
    """Return what ends the HTML block that begins at `at`, `AT_BLANK`, or None if none begins.

    These are CommonMark's seven kinds; the last, any tag alone on its line, ends no paragraph.
    """
    for opens, ends in _HTML_WITH_END:
        if opens.match(line, at):
            return ends
    if _HTML_TO_BLANK.match(line, at):
        return AT_BLANK
    if not in_paragraph:
        tag = TAG.match(line, at)
        if tag and SPACES.fullmatch(line, tag.end()):
            return AT_BLANK
    return None


def is_delimiter_row(line: str, at: int) -> bool:
    """Whether the line from `at` on can be the second line of a table."""
    rest = line[at:]
    if "-" not in rest or not _DELIMITER_CHARACTERS.issuperset(rest):
        return False
    return ("|" in rest or ":" in rest) and _DELIMITER_ROW.match(rest) is not None


def is_table(text: str, start: int, end: int) -> bool:
    """Whether the first two lines are the head of a table and the row below it."""
    head_end = text.find("\n", start, end)
    row_end = text.find("\n", head_end + 1, end)
    row = text[head_end + 1 : row_end if row_end >= 0 else end]
    return is_delimiter_row(row, 0) and count_cells(text[start:head_end]) == count_cells(row)


def count_cells(row: str) -> int:
    """Return how many cells a table row has; a pipe after a backslash ends none."""
    row = row.strip(" \t")
    ends = (_ESCAPED.sub("", row) if "\\" in row else row).count("|")
    if row.startswith("|"):
        ends -= 1
    if row.endswith("|") and not row.endswith("\\|") and len(row) > 1:
        ends -= 1
    return ends + 1
