"""What holds for every text: parsing never fails, and every place lies inside the text."""

import json
import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from vaultkit.markdown.cached_metadata import cached_metadata
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.tags import aliases, all_tags
from vaultkit.text import Span

PIECES = st.sampled_from(
    [
        *("[[", "]]", "[", "]", "(", ")", "|", "#", "^id", "%%", "$", "$$", "`", "```", "~~~", "<!--", "-->"),
        *(
            "<div>",
            "</div>",
            "<a",
            "{{",
            "}}",
            "![[",
            "![",
            "\\",
            "'",
            '"',
            ":",
            "&",
            "*",
            "_",
            "=",
            "!",
            "@",
        ),
        *("> ", "> [!note]- T", "- ", "- [x] ", "1. ", "\t", "    ", "  ", "\n", "\n\n", "\r\n", "\r", "a"),
        *("::", "key:: v", "[k:: v]", "(k:: v)", "---\n", "===", "| a | b |\n", "|---|---|\n", "😀", "é"),
        *(
            "e\u0301",
            "\u00a0",
            "\u200b",
            "\0",
            "\ufeff",
            "#tag",
            "[^1]: ",
            "[a]: b",
            ": ",
            "- a",
            "x: y\n",
            "&a ",
            "*a ",
        ),
        *("\u2028", "https://x", "\ud800", "2025-13-01"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))
NOTES = st.builds(lambda yaml, body: f"---\n{yaml}\n---\n{body}", TEXTS, TEXTS) | TEXTS


def spans(value):
    if isinstance(value, Span):
        yield value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from spans(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from spans(item)
    elif isinstance(value, dict):
        yield from spans(list(value.values()))


@settings(max_examples=600, deadline=None)
@given(text=NOTES)
def test_parsing_never_fails_and_every_place_lies_inside(text):
    note = parse_note("n.md", text)
    assert note.text is text
    assert all(0 <= span.start <= span.end <= len(text) for span in spans(note))
    json.dumps(cached_metadata(note))


@settings(max_examples=400, deadline=None)
@given(text=NOTES)
def test_what_is_said_stands_at_its_place_in_order(text):
    note = parse_note("n.md", text)
    assert all(link.span.of(text) == link.original for link in note.links + note.embeds)
    assert all(tag.span.of(text) == tag.tag for tag in note.tags)
    assert all(f.value_span.of(text) == f.value and f.span.holds(f.value_span) for f in note.fields)
    assert all(item.span.holds(item.content) for item in note.list_items)
    assert all(d.span.of(text).startswith(f"[{d.id}]:") for d in note.reference_links)
    for found in (
        note.sections,
        note.headings,
        note.list_items,
        note.callouts,
        note.links,
        note.tags,
        note.fields,
        note.reference_links,
    ):
        starts = [entry.span.start for entry in found]
        assert starts == sorted(starts)
    sections = note.sections
    assert all(above.span.end <= below.span.start for above, below in pairwise(sections))


@settings(max_examples=200, deadline=None)
@given(text=NOTES.filter(lambda text: "\r" not in text))
def test_crlf_changes_nothing_that_is_said(text):
    assert said(text.replace("\n", "\r\n")) == said(text)


@settings(max_examples=200, deadline=None)
@given(text=NOTES.filter(lambda text: not text.startswith("\ufeff")))
def test_a_bom_changes_nothing_that_is_said(text):
    assert said("\ufeff" + text) == said(text)


@settings(max_examples=100, deadline=None)
@given(text=NOTES)
def test_nfd_is_kept_as_it_is(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert parse_note("n.md", decomposed).text == decomposed


def said(text):
    """What a note says, without places."""
    note = parse_note("n.md", text)
    return (
        note.properties if note.frontmatter else None,
        [section.type for section in note.sections],
        [(heading.level, heading.text.split()) for heading in note.headings],
        [(item.marker, item.task, item.parent, item.list_line, item.id) for item in note.list_items],
        [(callout.type, callout.title) for callout in note.callouts],
        [(link.link, link.display and link.display.split()) for link in note.links + note.embeds],
        [tag.tag for tag in note.tags],
        [(field.key, field.value) for field in note.fields],
        [block.id for block in note.blocks],
        [(definition.id.split(), definition.link) for definition in note.reference_links],
        all_tags(note),
        aliases(note),
        len(note.code),
        len(note.comments),
    )
