"""The words of a text as the leak check compares them, whatever hides them: escapes, entities, composed signs."""

from __future__ import annotations

import html
from urllib.parse import unquote

from msgspec import Struct

from vaultkit.text import nfc, pattern, unaccented

TOKEN = pattern(r"\w+")
_UNSEEN = pattern("[\u00ad\u200b-\u200d\u2060\ufeff\ufe0e\ufe0f]")
#: What does not part a word on the page: emphasis and tags between two letters, a backslash before a sign.
_WITHIN = pattern(r"(?<=\w)(?:\*{1,3}|</?[A-Za-z][A-Za-z0-9]*>)(?=\w)|\\(?=[!-/:-@\[-`{-~])")
STOP = frozenset(
    (
        *(
            "et",
            "de",
            "des",
            "du",
            "la",
            "le",
            "les",
            "l",
            "d",
            "un",
            "une",
            "au",
            "aux",
            "sur",
            "pour",
            "en",
        ),
        *("the", "of", "and", "a", "an", "to", "in", "for"),
        *("und", "der", "die", "das", "den", "dem", "ein", "eine"),
    )
)


class Token(Struct, frozen=True):
    """A word of a text and its place."""

    word: str
    written: str
    start: int
    end: int


def seen(text: str) -> str:
    """Return a text as it is read: composed, entities and percent codes as signs, without what no one sees."""
    if text.isascii() and not any(sign in text for sign in "&%\\*<"):
        return text
    text = html.unescape(text) if "&" in text else text
    text = unquote(text, errors="ignore") if "%" in text else text
    return _WITHIN.sub("", _UNSEEN.sub("", nfc(text)))


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text that carry meaning, as they compare."""
    return [
        Token(word, found[0], found.start(), found.end())
        for found in TOKEN.finditer(text)
        if (word := unaccented(found[0])) not in STOP
    ]


def key_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that carry meaning, by which it is known again."""
    return tuple(word for found in TOKEN.findall(seen(text)) if (word := unaccented(found)) not in STOP)
