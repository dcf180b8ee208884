"""Which characters of a document some font can show: what none can is said and replaced, never a hollow box."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from contextlib import suppress

from msgspec import Struct

from vaultkit.shell.deliverable.signs import SIGNS
from vaultkit.text import Message, pattern

#: What the fonts that come with Typst show: Latin, Greek, Cyrillic, typography, and the commonest signs.
_ALWAYS = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x192), (0x1CD, 0x1DC), (0x218, 0x21B), (0x2C6, 0x2DD), (0x391, 0x3C9),
    (0x401, 0x44F), (0x451, 0x45F), (0x1E9E, 0x1E9E), (0x2000, 0x200F), (0x2010, 0x2027), (0x202A, 0x2031),
    (0x2032, 0x2034), (0x2039, 0x203A), (0x2044, 0x2044), (0x2060, 0x2060), (0x20AC, 0x20AC), (0x2116, 0x2116),
    (0x2122, 0x2122), (0x2190, 0x2195), (0x21D2, 0x21D2), (0x2212, 0x2212), (0x221E, 0x221E), (0x2248, 0x2248),
    (0x2260, 0x2260), (0x2264, 0x2265), (0x25A0, 0x25A1), (0x25CF, 0x25CF),
)  # fmt: skip
#: What shows nothing by itself: joiners, variation selectors, tones of skin, tags.
_SILENT = (
    (0x9, 0xD),
    (0xAD, 0xAD),
    (0xFE00, 0xFE0F),
    (0x1F3FB, 0x1F3FF),
    (0xE0000, 0xE007F),
    (0x2066, 0x2069),
)
_MOST_NAMED = 12
_LONGEST_NAME = 40
#: A character that is no word of a text: what stands for it is nothing.
_PICTORIAL = ("So", "Sk", "Cs", "Co", "Cn")
_BLANKS = pattern(r"[ \t]{2,}")


class FontFile(Struct, frozen=True):
    """A font on this machine: its file, and which font of the file it is."""

    path: str
    index: int


def unseen(text: str, fonts: Iterable[FontFile]) -> frozenset[str]:
    """Return the characters of a text that neither Typst's own fonts nor any of these shows."""
    left = {char for char in set(text) if not _is_known(char)}
    for font in fonts:
        if not left:
            break
        left -= _shown(font, left)
    return frozenset(left)


def replaced(text: str, missing: Collection[str]) -> str:
    """Return a text without the characters that nothing shows: a picture goes, a letter is named."""
    if not missing or missing.isdisjoint(text) if isinstance(missing, frozenset) else not missing:
        return text
    said = "".join(_stand_in(char) if char in missing else char for char in text)
    return _BLANKS.sub(" ", said)


def remark(missing: Collection[str]) -> Message | None:
    """Return what to say of the characters that no font here shows, None if there are none."""
    if not missing:
        return None
    named = ", ".join(f"{char} U+{ord(char):04X}" for char in sorted(missing)[:_MOST_NAMED])
    more = len(missing) - _MOST_NAMED
    rest_fr, rest_en = (f" et {more} autres", f" and {more} more") if more > 0 else ("", "")
    return Message(
        f"signes qu’aucune police d’ici ne sait montrer, remplacés dans le PDF\u00a0: {named}{rest_fr}",
        f"signs that no font here can show, replaced in the PDF: {named}{rest_en}",
    )


def _is_known(char: str) -> bool:
    code = ord(char)
    return char in SIGNS or any(low <= code <= high for low, high in (*_ALWAYS, *_SILENT))


def _shown(font: FontFile, wanted: Collection[str]) -> set[str]:
    """Return those of some characters that a font shows; none for a file that is no font."""
    from fontTools.ttLib import TTFont, TTLibError

    with (
        suppress(TTLibError, OSError, ValueError, KeyError, AssertionError),
        TTFont(font.path, fontNumber=font.index, lazy=True) as opened,
    ):
        known = opened.getBestCmap() or {}
        return {char for char in wanted if ord(char) in known}
    return set()


def _stand_in(char: str) -> str:
    if unicodedata.category(char) in _PICTORIAL:
        return ""
    name = unicodedata.name(char, "").lower()
    return f"[{name[:_LONGEST_NAME]}]" if name else ""
