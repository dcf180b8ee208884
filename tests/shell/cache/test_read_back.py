"""What is read back from bytes at every start is quick to be made ready for."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import inspect

from vaultkit.dql.raw_items import RawItems
from vaultkit.dql.raw_packed import PackedPage
from vaultkit.dql.raw_pages import RawPage
from vaultkit.markdown.note import Body, Front
from vaultkit.markdown.packed import PackedNote
from vaultkit.shell.cache.patterns import Entry
from vaultkit.shell.fresh import Fresh
from vaultkit.shell.git.naming import Named
from vaultkit.shell.git.upheld import Upheld
from vaultkit.shell.loading import Known, Parsed
from vaultkit.shell.verdict import Verdict

KEPT = (
    Body,
    Front,
    PackedNote,
    Entry,
    Fresh,
    Named,
    Upheld,
    Known,
    Parsed,
    Verdict,
    PackedPage,
    RawItems,
    RawPage,
)


def structs_in(kind: object) -> set[type[msgspec.Struct]]:
    """Return the structs that a type is made of."""
    found: set[type[msgspec.Struct]] = set()
    waiting = [inspect.type_info(kind)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, inspect.StructType):
            if one.cls in found:
                continue
            found.add(one.cls)
            waiting += [field.type for field in one.fields]
        for name in ("item_type", "key_type", "value_type"):
            if hasattr(one, name):
                waiting.append(getattr(one, name))
        waiting += [*getattr(one, "item_types", ()), *getattr(one, "types", ())]
    return found


@pytest.mark.parametrize("kind", KEPT)
def test_no_annotation_is_text_that_must_be_evaluated_first(kind):
    for cls in structs_in(kind):
        assert not any(isinstance(said, str) for said in cls.__annotations__.values()), cls


def test_the_parts_of_a_note_are_looked_into():
    assert {"Front", "Frontmatter", "Property", "Span", "Finding", "Message", "Edit"} <= {
        cls.__name__ for cls in structs_in(Front)
    }
