"""The short way through a plain frontmatter gives what libyaml gives, value by value and place by place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.markdown import frontmatter
from vaultkit.markdown.parse import parse_note

PIECES = [
    "a",
    "key",
    "é",
    "tags",
    "1",
    "-1",
    "1.5",
    "true",
    "null",
    "~",
    ".inf",
    "0x1F",
    "2025-13-01",
    "2025-01-02",
    "12:30",
    "'",
    "''",
    '"',
    "\\",
    ":",
    "#",
    "-",
    "--",
    "---",
    "...",
    "[",
    "]",
    "[]",
    ",",
    "{",
    "}",
    "&a",
    "*a",
    "!",
    "!!str",
    "|",
    ">",
    "%",
    "@",
    "`",
    "?",
    "=",
    "<<",
    "📌",
    "[[Note]]",
    '"[[N|x]]"',
    "'it''s'",
    "/",
    "+",
    ".",
    "_",
    "true:",
    "[a,b]",
    "http://x.y/z?q=1",
    "١",
]
PIECES += [
    ": ",
    " ",
    " #",
    "- ",
    "\n",
    "\n- ",
    "\n  - ",
    "\t",
    ", ",
    "\u00a0",
    "\u3000",
    "e\u0301",
    "\n\n",
    "\n \n",
]

scalars = st.one_of(
    st.sampled_from(PIECES), st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text(max_size=6)
)
keys = st.sampled_from(["a", "b", "c", "key", "é", "x-y", "true", "null", "a b", "1"])
entries = st.lists(scalars, max_size=4)
lines = st.one_of(
    st.builds(lambda key, value, end: f"{key}: {value}{end}", keys, scalars, st.sampled_from(["", " "])),
    st.builds(
        lambda key, some, lead: f"{key}:\n" + "\n".join(f"{lead}- {one}" for one in some),
        keys,
        entries,
        st.sampled_from(["", "  "]),
    ),
    st.builds(lambda key, some: f"{key}: [{', '.join(some)}]", keys, entries),
    st.builds(
        lambda key, mark, some: f"{key}: {mark}\n" + "\n".join(f"  {one}" for one in some),
        keys,
        st.sampled_from([">", ">-", "|", "|-"]),
        entries,
    ),
    st.sampled_from(["a:", "", "  ", "- x", "# c"]),
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(lines, max_size=3), st.sampled_from(["\n", "\r\n"]))
def test_the_short_way_and_libyaml_agree(block, newline):
    text = "\n".join(["---", *block, "---", "body"]).replace("\n", newline)
    short = parse_note("n.md", text).frontmatter
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontmatter, "plain_contents", lambda text, block: None)
        long = parse_note("n.md", text).frontmatter
    assert repr(short) == repr(long)
