"""Signs in the text of a note that tell, without reading it closely, what may stand in it."""

from __future__ import annotations

import re

#: What a note holds that is refreshed as Dataview Serializer would.
SERIALIZED = re.compile(r"<!-- (?:QueryToSerialize|dataview-serializer-(?:query|iq)|IQ)")

#: The bits of `marks_of`: comments and the like, between which tools write; a place for the answer of a query, ours
#: or Dataview Serializer's; a place for what vaultkit writes, filled or still empty; a marker of a region.
MAY_BE_GENERATED, HOLDS_QUERY, IS_WRITTEN_INTO, MAY_HAVE_REGIONS = 1, 2, 4, 8


def marks_of(text: str) -> int:
    """Return the signs that stand in `text`, as a sum of the bits above."""
    comment = "<!--" in text
    if not comment:
        return MAY_BE_GENERATED if "%%" in text or "[[[cog" in text or "//begin]" in text else 0
    begins, serialized = "vaultkit:begin" in text, SERIALIZED.search(text) is not None
    marks = MAY_BE_GENERATED
    if serialized or (begins and "vaultkit:begin query" in text):
        marks |= HOLDS_QUERY
    if serialized or begins:
        marks |= IS_WRITTEN_INTO
    if "vaultkit" in text or "vaultkit" in text.lower():
        marks |= MAY_HAVE_REGIONS
    return marks
