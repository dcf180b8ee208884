"""Emoji, as Dataview tells them from other signs when it reads names and headings.

The sets are Unicode 17's property Emoji without `#`, `*` and the digits, as the package emoji-regex 10 has it.
"""

from __future__ import annotations

import re
from functools import cache

#: Emoji of the Basic Multilingual Plane that a font may show as text: U+FE0F may follow them.
_TEXT = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23ed-\u23ef"
    "\u23f1\u23f2\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb\u25fc\u25fe\u2600-\u2604\u260e\u2611"
    "\u2614\u2615\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642"
    "\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u267f\u2692\u2694-\u2697\u2699"
    "\u269b\u269c\u26a0\u26a7\u26aa\u26b0\u26b1\u26bd\u26be\u26c4\u26c8\u26cf\u26d1\u26d3\u26e9"
    "\u26f0-\u26f5\u26f7-\u26fa\u2702\u2708\u2709\u270c\u270d\u270f\u2712\u2714\u2716\u271d\u2721"
    "\u2733\u2734\u2744\u2747\u2757\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b55\u3030"
    "\u303d\u3297\u3299"
)
#: Those that are always pictures: a U+FE0F after them is no part of the emoji.
_PICTURE = (
    "\u23e9-\u23ec\u23f0\u23f3\u25fd\u2693\u26a1\u26ab\u26c5\u26ce\u26d4\u26ea\u26fd\u2705\u270a\u270b"
    "\u2728\u274c\u274e\u2753-\u2755\u2795-\u2797\u27b0\u27bf\u2b50"
)
#: The same two beyond the Basic Multilingual Plane.
_ASTRAL_TEXT = (
    "\U0001f004\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237\U0001f321"
    "\U0001f324-\U0001f32c\U0001f336\U0001f37d\U0001f396\U0001f397\U0001f399-\U0001f39b"
    "\U0001f39e\U0001f39f\U0001f3cb-\U0001f3ce\U0001f3d4-\U0001f3df\U0001f3f3\U0001f3f5\U0001f3f7"
    "\U0001f43f\U0001f441\U0001f4fd\U0001f549\U0001f54a\U0001f56f\U0001f570\U0001f573-\U0001f579"
    "\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8\U0001f5b1\U0001f5b2\U0001f5bc"
    "\U0001f5c2-\U0001f5c4\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3\U0001f5e8"
    "\U0001f5ef\U0001f5f3\U0001f5fa\U0001f6cb\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9"
    "\U0001f6f0\U0001f6f3"
)
_ASTRAL_PICTURE = (
    "\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236"
    "\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f320\U0001f32d-\U0001f335"
    "\U0001f337-\U0001f37c\U0001f37e-\U0001f393\U0001f3a0-\U0001f3ca\U0001f3cf-\U0001f3d3"
    "\U0001f3e0-\U0001f3f0\U0001f3f4\U0001f3f8-\U0001f43e\U0001f440\U0001f442-\U0001f4fc"
    "\U0001f4ff-\U0001f53d\U0001f54b-\U0001f54e\U0001f550-\U0001f567\U0001f57a\U0001f595\U0001f596"
    "\U0001f5a4\U0001f5fb-\U0001f64f\U0001f680-\U0001f6c5\U0001f6cc\U0001f6d0-\U0001f6d2"
    "\U0001f6d5-\U0001f6d8\U0001f6dc-\U0001f6df\U0001f6eb\U0001f6ec\U0001f6f4-\U0001f6fc"
    "\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001f9ff"
    "\U0001fa70-\U0001fa7c\U0001fa80-\U0001fa8a\U0001fa8e-\U0001fac6\U0001fac8\U0001facd-\U0001fadc"
    "\U0001fadf-\U0001faea\U0001faef-\U0001faf8"
)

_KEYCAP = "[#*0-9]\ufe0f?\u20e3"
_ONE = f"(?:[{_TEXT}{_ASTRAL_TEXT}]\ufe0f?|[{_PICTURE}{_ASTRAL_PICTURE}])"
_TONED = f"{_ONE}[\U0001f3fb-\U0001f3ff]?"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f"

_EMOJI = f"{_KEYCAP}|{_FLAG}|{_TONED}(?:\u200d{_TONED})*"

_JOINED_TO_BMP = (
    "\u2764\ufe0f?\u200d[\U0001f525\U0001fa79]"
    "|\u26d3\ufe0f?\u200d\U0001f4a5"
    "|\u26f9\ufe0f?\u200d[\u2640\u2642]\ufe0f?"
)

_BMP_EMOJI = f"{_KEYCAP}|{_JOINED_TO_BMP}|[{_TEXT}]\ufe0f?|[{_PICTURE}]"
#: The one letter that is an emoji.
_LETTER = "\u2139"


def emoji_end(text: str, at: int) -> int:
    """Return where the emoji ends that begins at a place, the place itself if none does.

    Of flags and of emoji joined by U+200D any are taken, not only those that Unicode recommends.
    """
    return at if _is_none(text, at) else _end(_EMOJI, text, at)


def bmp_emoji_end(text: str, at: int) -> int:
    """Return the same where Dataview reads by code points with a pattern made for UTF-16.

    There no emoji is seen that begins beyond the Basic Multilingual Plane.
    """
    return at if _is_none(text, at) else _end(_BMP_EMOJI, text, at)


def _is_none(text: str, at: int) -> bool:
    sign = text[at : at + 1]
    return (sign.isascii() and "\u20e3" not in text) or (sign.isalpha() and sign != _LETTER)


def _end(pattern: str, text: str, at: int) -> int:
    found = _compiled(pattern).match(text, at)
    return found.end() if found else at


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
