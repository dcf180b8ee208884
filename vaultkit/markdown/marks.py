"""Signs in the text of a note that tell, without reading it closely, what may stand in it."""

from __future__ import annotations

from vaultkit.text import pattern

#: What a note holds that is refreshed as Dataview Serializer would.
SERIALIZED = pattern(r"<!-- (?:QueryToSerialize|dataview-serializer-(?:query|iq)|IQ)")
#: How YAML may spell a key so that it does not stand there as it is: a letter by its number, a line folded in it.
_ESCAPED = pattern(r"\\[xuU\r\n\x85\u2028\u2029]")

#: The bits of `marks_of`: comments and the like, between which tools write; a place for the answer of a query, ours
#: or Dataview Serializer's; a place for what vaultkit writes, filled or still empty; a marker of a region; the
#: property by which a note waives diagnostics; a region that a template of the vault writes.
MAY_BE_GENERATED, HOLDS_QUERY, IS_WRITTEN_INTO, MAY_HAVE_REGIONS, MAY_WAIVE, HOLDS_TEMPLATE = (
    1,
    2,
    4,
    8,
    16,
    32,
)


def marks_of(text: str) -> int:
    """Return the signs that stand in `text`, as a sum of the bits above."""
    marks = MAY_WAIVE if "vaultkit_ignore" in text or ("\\" in text and _ESCAPED.search(text)) else 0
    if "<!--" not in text:
        return marks | (MAY_BE_GENERATED if "%%" in text or "[[[cog" in text or "//begin]" in text else 0)
    begins, serialized = "vaultkit:begin" in text, SERIALIZED.search(text) is not None
    marks |= MAY_BE_GENERATED
    if serialized or (begins and "vaultkit:begin query" in text):
        marks |= HOLDS_QUERY
    if begins and "vaultkit:begin template" in text:
        marks |= HOLDS_TEMPLATE
    if serialized or begins:
        marks |= IS_WRITTEN_INTO
    if "vaultkit" in text or "vaultkit" in text.lower():
        marks |= MAY_HAVE_REGIONS
    return marks
