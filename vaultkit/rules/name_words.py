"""The words of a text that can be names, and those that are common."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.text import nfc, pattern, unaccented

#: A name: a word that stands capitalised inside a sentence.
NAME = pattern(r"(?<=[\w,;’'»)–-] )(?<![.!?:] )[^\W\d_a-z][^\W\d_]{3,}(?:-[^\W\d_]+)*")
_WORD = pattern(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def common_words(text: str) -> Iterator[str]:
    """Yield the words in lower case."""
    return (word for word in _WORD.findall(text) if word[0].islower())


def lost_words(before: str, now: str) -> frozenset[str] | None:
    """Return the common words that a text has no more, without accents; None where its names are not what they were."""
    before, now = (nfc(text).replace("\ufe0f", "") for text in (before, now))
    names = [list(dict.fromkeys(found[0] for found in NAME.finditer(text))) for text in (before, now)]
    if names[0] != names[1]:
        return None
    return frozenset(map(unaccented, set(common_words(before)).difference(common_words(now))))
