"""What a text may hold that a rule is about, found without reading it: a few passes of C over its bytes.

A trait says that something could be there, never that it is. Of a text that lacks one the rules about it have
nothing to say, so who keeps the traits of a note beside it need not have its text at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultkit.text import pattern

if TYPE_CHECKING:
    from vaultkit.markdown.note import Note

#: That the traits are known; the markers of a merge or of a region, a password, a long number, a query in a block or
#: in a line, what could be a block of properties at the head, and an inline field. The bits are none of those of
#: `marks_of`.
KNOWN, MERGE, REGION, PASSWORD, NUMBER, QUERY, INLINE_QUERY, BLOCK, FIELD = (256 << at for at in range(9))
#: That the note is UTF-8 and has properties, all of which can be read. Only who has the note at hand can tell.
SOUND_HEAD = 256 << 9

#: Letters in lower case, digits as one sign, and what people write between the digits of a number taken out.
_FLAT = bytes(48 if 48 <= sign < 58 else sign + 32 if 65 <= sign < 91 else sign for sign in range(256))
_BETWEEN = b" .-_\xc2\xa0"
_RUN = b"0" * 10

#: How the labels of passwords stand in the flat bytes; each is searched from a letter on that is seldom there.
_OF_PASS = pattern(rb"p(?:ass(?:[wp:*|=]|e(?<=depasse))|in(?:[:*|=]|(?<=codepin))|w[d:*|=]|(?<=mdp))")
_OF_CODE = pattern(rb"code(?:alarm|acc|porte|d'a|d\xe2\x80\x99a|del)")
_OF_USER = pattern(rb"f(?<=identif)iants?[:*]")
_OF_NETWORK = pattern(rb"w(?:ifi|pa|ort)")
#: How « clé » ends there: composed, in parts, in capitals, without its accent; and what may follow it.
_KEYS = (b"\xa9", b"\x81", b"\x89", b"cle", b"clef", b"\xa9du", b"\x81du", b"clefdu", b"cledu", b"seau")
_NETWORKS = (b"kennwort", *(key + name for name in (b"wifi", b"wpa") for key in _KEYS))


def traits_of(note: Note) -> int:
    """Return what the text of a note may hold: its marks can have the traits with them, else it is looked through."""
    return note.marks if note.marks & KNOWN else traits(note.text)


def remembered_traits(note: Note) -> int:
    """Return what the text of a note may hold, found out once and kept with its marks; the text is let go again."""
    if not note.marks & KNOWN:
        note.marks |= traits(note.for_once().text)
    return note.marks


def traits(text: str) -> int:
    """Return what a text may hold, as a sum of the bits above."""
    flat = text.encode("utf-8", "replace").translate(_FLAT, _BETWEEN)
    found = KNOWN
    if _has_label(flat):
        found |= PASSWORD
    if _RUN in flat:
        found |= NUMBER
    if b"<" in flat:
        found |= (MERGE if b">>>>>>>" in flat else 0) | (
            REGION if b"<!" in flat and b"vaultkit" in flat else 0
        )
    if b"`" in flat or b"~" in flat:
        found |= (QUERY if b"dataview" in flat else 0) | (INLINE_QUERY if b"`=" in flat else 0)
    if text.startswith(("---", "\ufeff")) or text[:1].isspace():
        found |= BLOCK
    if b"::" in flat:
        found |= FIELD
    return found


def _has_label(flat: bytes) -> bool:
    if _OF_PASS.search(flat) or _OF_CODE.search(flat) or _OF_USER.search(flat):
        return True
    return _OF_NETWORK.search(flat) is not None and any(name in flat for name in _NETWORKS)
