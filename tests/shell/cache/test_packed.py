"""Packing is the identity on all that parsing gives, or says that it cannot."""

from __future__ import annotations

import json
import math
import random
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import astuple, replace

from tests.conftest import SEED, SHARED, needs_shared
from tests.markdown.test_laws import NOTES
from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import (
    NotPackable,
    WrongBytes,
    pack,
    unpack_body,
    unpack_front,
    unpack_linkage,
    unpack_linkpaths,
)
from vaultkit.markdown.parse import parse_note


def alike(one: object, other: object) -> bool:
    """Whether two values are equal in type and all, and no number is no number as well."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Struct):
        return all(alike(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)
    return one == other


def assert_identity(note: Note) -> None:
    packed = pack(note)
    assert alike(unpack_front(packed.front), note.front())
    assert alike(unpack_body(packed.body), note.body())
    assert alike(unpack_linkage(packed.linkage), note.linkage)
    assert alike(unpack_linkpaths(packed.linkage), note.linkage.linkpaths)


@settings(max_examples=500)
@given(text=NOTES)
@example("---\na: .nan\nb: -0.0\nc: [1, [2.5, {d: null}]]\ne: -.inf\n---\n")
@example("---\n1: a\ntrue: b\nnull: c\n? [x, y]\n: d\n---\n")
@example("---\na: !!set {x, y}\nb: !!binary aGk=\nc: !!omap [a: 1]\nd: 2025-01-01\ne: 12:30:45\n---\n")
@example("---\na: &x [1]\nb: *x\n<<: {c: 1}\n---\n")
@example("---\na: 18446744073709551615\nb: -9223372036854775808\n---\n")
def test_what_is_packed_comes_back_the_same(text):
    note = parse_note("n.md", text)
    try:
        assert_identity(note)
    except NotPackable:
        assert any(0xD800 <= ord(letter) < 0xE000 for letter in text)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z"))),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc é", min_size=1), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(value=VALUES)
def test_any_property_comes_back_the_same(value):
    assert_identity(parse_note("n.md", f"---\na: {json.dumps(value)}\n---\n"))


@settings(max_examples=100)
@given(text=NOTES, one=st.text(), other=st.text())
def test_the_path_has_no_say_in_the_parts(text, one, other):
    here, there = parse_note(one, text), parse_note(other, text, "digest", True)
    assert alike(here.front(), there.front())
    assert alike(here.body(), there.body())


@pytest.mark.parametrize(
    "yaml",
    [
        "a: 18446744073709551616",
        "a: -9223372036854775809",
        "a: [1, {b: 99999999999999999999999999}]",
        "a: 0xffffffffffffffffffff",
        "a: 1e400",
        'a: "\\uD800"',
        '"\\uDFFF": b',
        'category: "\\uD83D\\uDE00"',
    ],
)
def test_what_yaml_says_beyond_all_measure_comes_back_the_same(yaml):
    assert_identity(parse_note("n.md", f"---\n{yaml}\n---\n"))


@pytest.mark.parametrize("text", ["[[\ud800]]", "---\ncategory: \udfff\n---\n", "#\udc80a", "# \ud800"])
def test_half_a_character_is_not_packed(text):
    with pytest.raises(NotPackable):
        pack(parse_note("n.md", text))


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, [2**70], {"a": {"b": 10**30}}])
def test_a_number_of_more_than_64_bits_is_not_packed(value):
    note = parse_note("n.md", "---\na: 1\n---\n")
    assert note.frontmatter
    a = replace(note.frontmatter.properties["a"], value=value)
    front = replace(note.front(), frontmatter=replace(note.frontmatter, properties={"a": a}))
    with pytest.raises(NotPackable):
        pack(Note("n.md", note.text, note.digest, note.readonly, front, note.body()))


@pytest.mark.parametrize("depth", [10, 100, 400, 900, 3000, 100_000])
def test_what_is_nested_deeply_comes_back_or_is_not_packed(depth):
    for text in (f"---\na: {'[' * depth}{']' * depth}\n---\n", "> " * depth + "a", "- " * depth + "a"):
        if depth > 3000 and not text.startswith("---"):
            continue
        note = parse_note("n.md", text)
        try:
            packed = pack(note)
        except NotPackable:
            continue
        try:
            unpacked = unpack_front(packed.front), unpack_body(packed.body)
        except WrongBytes:
            continue
        assert repr(unpacked) == repr((note.front(), note.body()))


def test_no_number_is_no_number_as_well():
    packed = pack(parse_note("n.md", "---\na: .nan\n---\n"))
    unpacked = unpack_front(packed.front).frontmatter
    assert unpacked
    assert math.isnan(unpacked.properties["a"].value)


@settings(max_examples=300)
@given(data=st.binary(max_size=80))
def test_any_bytes_are_a_part_or_wrong(data):
    for unpack in (unpack_front, unpack_body, unpack_linkage):
        with suppress(WrongBytes):
            unpack(data)


def test_bytes_that_were_changed_are_a_part_or_wrong():
    chance = random.Random(7)
    text = "---\na: [1, b]\ntags: [x]\n---\n# H\n\n- [ ] [[a|b]] #t k:: v ^id\n\n> [!note] T\n> x\n"
    packed = astuple(pack(parse_note("n.md", text)))
    for data, unpack in zip(packed, (unpack_front, unpack_body, unpack_linkage), strict=True):
        for _ in range(500):
            wrong = bytearray(data)
            wrong[chance.randrange(len(wrong))] ^= 1 << chance.randrange(8)
            with suppress(WrongBytes):
                unpack(bytes(wrong[: chance.randrange(1, len(wrong) + 1)]))


@needs_shared
def test_every_recorded_note_comes_back_the_same():
    texts = [file.read_bytes().decode(errors="replace") for file in (SHARED / "dataview_cases").rglob("*.md")]
    for file in (SHARED / "obsidian_cache_cases").glob("*.json"):
        texts += (json.loads(file.read_bytes())["fileContents"],)
    assert len(texts) > 50
    for text in (*texts, SEED.read_bytes().decode()):
        assert_identity(parse_note("n.md", text))
