"""What is taken as a whole says the same as what is read line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.plain_blocks import PlainBlocks

LINES = st.sampled_from(
    ("", "  ", "words", "[[link]] words", "**bold** ^id", "# Title", "#tag", "- item", "- [ ] task", "  - nested",
     "\t- nested", "\t\t- [x] deep", "   words", "    words", "1. one", "2. two", "  3) three", "* item", "- ", "-",
     "> words", "> - item", ">   - nested", "> [!note] title", "> > deeper", ">", "```py", "```", "~~~", "| a | b |",
     "| - | - |", "|-|", "<!-- words -->", "<!--", "---", "===", "***", "$$", "%%", "[^1]: words", "- item ^id",
     "^id", "<div>", "- > words", "- - item", "-     code", "10. ten")
)  # fmt: skip
FIELDS = (
    "sections",
    "headings",
    "list_items",
    "callouts",
    "links",
    "blocks",
    "code",
    "comments",
    "footnotes",
    "math",
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_what_is_taken_whole_is_what_is_read_line_by_line(text):
    whole = parse_note("n.md", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlainBlocks, "take_plain", lambda self, offset: offset)
        by_line = parse_note("n.md", text)
    assert [getattr(whole, name) for name in FIELDS] == [getattr(by_line, name) for name in FIELDS]
