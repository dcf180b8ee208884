"""Markdown taken off a text as `display(…)` does it: by patterns, one after the other, whatever they meet.

The steps are those of the package remove-markdown 0.5, which Dataview uses.
"""

from __future__ import annotations

from vaultkit.dql.context import Budget
from vaultkit.dql.javascript_regex import javascript_regex
from vaultkit.text import pattern

#: Without one of these nothing is taken off.
_SIGNS = pattern(r"[-*_+~`<>\[#=]|[0-9]\.")
#: Each pattern, in JavaScript's words, and what stands in its place; those with `m` take `^` and `$` for lines.
_STEPS: tuple[tuple[str, str, str], ...] = (
    ("link without display", r"\[\[([^|]*?)\]\]", "$1"),
    ("first link with a display", r"^([^]*?)\[\[.*?\|(.*?)\]\]", "$1$2"),
    ("rule m", r"^(?:[-*_]\s*){2}[-*_]+\s*", ""),
    ("bullet m", r"^(\s*)(?:[-*+]|\d+\.)\s+", "$1"),
    ("underline of a heading", r"\n==+", "\n"),
    ("fence of tildes", r"~~~.*\n", ""),
    ("strike-through", r"~~", ""),
    ("fence of backticks", r"```.*\n", ""),
    ("tag of HTML", r"<[^>]*>", ""),
    ("underline alone", r"^[-=]{2,}\s*$", ""),
    ("footnote", r"\[\^.+?\](?:: .*?$)?", ""),
    ("definition at the end", r"\s{0,2}\[.*?\]: .*?$", ""),
    ("image", r"!\[(.*?)\][\[(].*?[\])]", "$1"),
    ("link", r"\[([^\]]*?)\][\[(].*?[\])]", "$1"),
    ("quote m", r"^(\n)?\s{0,3}>\s?", "$1"),
    ("definition alone", r"^\s{1,2}\[.*?\]: \S+(?: \".*?\")?\s*$", ""),
    ("heading m", r"^(\n)?\s*#{1,6}\s*(?: (.+))? +#+$|^(\n)?\s*#{1,6}\s*(?: (.+))?$", "$1$2$3$4"),
    ("stars", r"(\*+)(\S)(.*?\S)??\1", "$2$3"),
    ("underscores", r"(^|\W)(_+)(\S)(.*?\S)??\2($|\W)", "$1$3$4$5"),
    ("code of many backticks m", r"(`{3,})(.*?)\1", "$2"),
    ("code", r"`(.+?)`", "$1"),
    ("tildes", r"~(.*?)~", "$1"),
)
_DISPLAY = r"^([^]*?)\[\[.*\|(.*)\]\]"


def without_markdown(text: str, budget: Budget) -> str:
    """Return a text without its Markdown, of links what they show; only the first `[[link|display]]` is seen."""
    if not _SIGNS.search(text):
        return text
    for name, wanted, new in _STEPS:
        text = javascript_regex(wanted, name.endswith(" m")).replace(text, new, budget)
    return text


def last_display(text: str, budget: Budget) -> str:
    """Return the text of a link with what it shows in its place."""
    return javascript_regex(_DISPLAY).replace(text, "$1$2", budget)
