"""French typography of a tree's inlines: no-break blanks where French has them, never in code or addresses."""

from __future__ import annotations

import re

from vaultkit.shell.deliverable.tree import Nodes, node
from vaultkit.text import pattern

#: The no-break blank of `:`, « and », and the narrow one of `;`, `!` and `?`.
WIDE, NARROW = "\u00a0", "\u202f"
_MARKS = ";!?:«»"
_NARROW_BEFORE = (";", "!", "?")
_WIDE_BEFORE = (":", "»", "%")
_CURRENCIES = ("CHF", "EUR", "USD", "€", "Fr.")
_TOUCHING = pattern(r"(?<=[\w)\]»])([;!?:]+)(?=[)\]»”]*$)")
_WIDE_FIRST = pattern(r"\u00a0(?=[;!?])")
_INSIDE = pattern(r"(?<=«)(?=[^\s])|(?<=[^\s«])(?=»)")
_ADDRESS = pattern(r"://|^www\.|@|^[\w-]+(?:\.[\w-]+)+/")
_SHORTCODE = pattern(r"^:[\w+-]+:$")
_AMOUNT = pattern(r"^[+−–-]?\d")


def french(inlines: Nodes) -> Nodes:
    """Return inlines (one level of them) with the blanks of French; said twice it changes nothing."""
    done: Nodes = []
    before = ""
    for at, one in enumerate(inlines):
        if one["t"] == "Str":
            one = node("Str", _text(one["c"]))
        elif one["t"] == "Space" and (blank := _blank(before, _word(inlines[at + 1 : at + 2]))):
            one = node("Str", blank)
        before = one["c"] if one["t"] == "Str" else ""
        done.append(one)
    return done


def _blank(before: str, after: str) -> str:
    """Return the no-break blank that a blank between two words should be, empty where it may break."""
    if after[:1] in _NARROW_BEFORE and not after[1:2].isalpha():
        return NARROW
    if (after[:1] in _WIDE_BEFORE and not _SHORTCODE.match(after)) or before[-1:] == "«":
        return WIDE
    return WIDE if before in _CURRENCIES and _AMOUNT.match(after) else ""


def _word(inlines: Nodes) -> str:
    return inlines[0]["c"] if inlines and inlines[0]["t"] == "Str" else ""


def _text(text: str) -> str:
    if not any(mark in text for mark in _MARKS) or _ADDRESS.search(text) or _SHORTCODE.match(text):
        return text
    return _TOUCHING.sub(_spaced, _WIDE_FIRST.sub(NARROW, _INSIDE.sub(WIDE, text)))


def _spaced(found: re.Match[str]) -> str:
    return (WIDE if found[1][0] == ":" else NARROW) + found[1]
