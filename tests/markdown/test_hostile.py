"""Four times the text takes about four times the time, whatever it is made of; no size and no depth is refused."""

import gc
import time

import pytest

from vaultkit.markdown.cached_metadata import cached_metadata
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions

MB = 1_000_000


def filled(piece):
    """A shape of `n` characters: one piece over and over."""
    return lambda n: piece * (n // len(piece))


#: Texts of about `n` characters.
SHAPES = {
    # one line
    "words": filled("mot "),
    "brackets": filled("["),
    "closing brackets": filled("]"),
    "nested brackets": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "open wikilinks": filled("[["),
    "wikilinks in each other": lambda n: "[[" * (n // 2) + "]]",
    "open embeds": filled("![["),
    "wikilinks": filled("[[Note 12#a|b]] "),
    "open links": filled("[a]("),
    "open nameless links": filled("[]("),
    "links without end": filled("[a](b "),
    "link titles without end": lambda n: '[a](b "c ' * (n // 20) + "[a](b (c " * (n // 20),
    "tags": filled("#a "),
    "tags without blanks": filled("#a"),
    "backticks": filled("`"),
    "backticks of many lengths": lambda n: " ".join("`" * (i % 300 + 1) for i in range(n // 150)),
    "open code": lambda n: "`a " * (n // 3) + "``",
    "dollars": filled("$"),
    "open math": filled(" $a"),
    "percents": filled("%%"),
    "comments": filled("%%a%% "),
    "less-than signs": filled("<"),
    "greater-than signs": filled(">"),
    "greater-than signs and tags": lambda n: "> " + "a>#b" * (n // 4),
    "stars": filled("*"),
    "underscores": lambda n: "_" * n + " :: x",
    "exclamation marks": filled("!"),
    "backslashes": filled("\\"),
    "open parenthesised fields": filled("(key:: "),
    "open bracketed fields": filled("[key:: "),
    "fields in brackets": filled("[key:: v] "),
    "code before a field": lambda n: "`c` " * (n // 4) + "k:: v",
    "open HTML tags": lambda n: 'x <a b="' * (n // 16) + "<a:" * (n // 6),
    "open HTML comments": lambda n: "a <!-- " * (n // 14) + "\n\n" + "<!--\n" * (n // 10),
    "attributes": lambda n: "x " + ("<a" + " b" * 100) * (n // 202),
    "footnotes": lambda n: "[^a]" * (n // 8) + "\n\n" + "[^a]: " * (n // 12),
    "emoji": filled("😀 "),
    # blocks
    "tags on an item": lambda n: "- " + "#a " * (n // 3),
    "tags on a task": lambda n: "- [ ] " + "#a " * (n // 3),
    "brackets on an item": lambda n: "- " + "[a] " * (n // 4),
    "fences": filled("```\nx\n\n"),
    "unclosed fences in items": filled("- ```\n"),
    "unclosed fences in numbered items": filled("1. ~~~x\n\n"),
    "unclosed fences in quotes": filled("> ```\n\n"),
    "unclosed fences, each longer": lambda n: "".join("`" * (i + 3) + "\n" for i in range(int((2 * n) ** 0.5))),
    "quotes 200 deep": lambda n: ("> " * 200 + "x\n") * (n // 402 + 1),
    "quotes without end": lambda n: ">" * (n // 2) + "\n\n" + ">" * (n // 2),
    "callouts": filled("> [!note]\n\n"),
    "open callouts": filled("> [!"),
    "lazy lines": lambda n: "> a\n" + "b\n" * (n // 2),
    "tags behind quote signs": lambda n: "> a\n" + ">#b " * (n // 4),
    "lists 200 deep": lambda n: "".join("  " * (i % 200) + "- a\n" for i in range(n // 200 + 1)),
    "lists in each other on one line": lambda n: ("- " * 200 + "a\n") * (n // 402 + 1),
    "one line of dashes": filled("- "),
    "items": filled("- a\n"),
    "numbers": filled("1. a\n"),
    "empty items": filled("-\n\n"),
    "cells": lambda n: "|" + "a|" * (n // 4) + "\n|" + "-|" * (n // 4) + "\n",
    "open links in cells": lambda n: "| a |\n|---|\n|" + "[[a|" * (n // 4),
    "escaped pipes in cells": lambda n: "| a |\n|---|\n|" + "[[a\\|" * (n // 5) + "]]",
    "tables": filled("| a | b |\n|---|---|\n\n"),
    "long delimiter rows": lambda n: "a | b\n" + "-|" * (n // 4) + "\n\n|-" + " " * (n // 2) + "-x",
    "block ids": lambda n: "a ^id\n\n" * (n // 14) + "^" * (n // 2),
    "definitions": filled("[a]: b\n"),
    "open definitions": lambda n: '[a]: b "\n' * (n // 18) + "\n[" + "a" * (n // 2),
    "open comment lines": filled("%%\na\n"),
    "open math blocks": filled("$$\na\n\n"),
    "underlined headings": filled("a\n===\n"),
    "blank lines": filled("\n"),
    "indented lines": filled("\ta\n"),
    # fields on the lines of one paragraph
    "fields": filled("clé:: v\n"),
    "fields with code": filled("clé:: `v`\n"),
    "fields with links": filled("x [a:: [[N]]]\n"),
    "links before fields": filled("[[l]] k:: v\n"),
    # properties
    "properties": lambda n: "---\n" + "".join(f"k{i}: v\n" for i in range(n // 10)) + "---\n",
    "a long property": lambda n: f'---\na: "{"é " * (n // 2)}"\n---\n',
    "a long list": lambda n: "---\na:\n" + '  - "[[x]]"\n' * (n // 12) + "---\n",
    "a long list of lists": lambda n: "---\na:\n" + '  - - "[[x]]"\n' * (n // 14) + "---\n",
    "open YAML lists": lambda n: "---\na: " + "[" * n + "\n---\n",
    "YAML lists in each other": lambda n: "---\na:\n  " + "- " * (n // 2) + "\n---\n",
    "lines that almost close YAML": lambda n: "---\n" + "--- \t x\n" * (n // 8),
    # markers of regions
    "regions": filled("<!-- vaultkit:begin a -->\n\n<!-- vaultkit:end a -->\n"),
    "open markers": filled("<!-- vaultkit:begin query\n"),
    "markers in code": filled("```\n<!-- vaultkit:begin a -->\n```\n"),
    "regions of two tools": filled("%% Begin Waypoint %%\n<!-- vaultkit:begin a -->\n%% End Waypoint %%\n"),
}  # fmt: skip


def seconds(text):
    start = time.perf_counter()
    note = parse_note("n.md", text)
    find_regions(note)
    cached_metadata(note)
    return time.perf_counter() - start


@pytest.fixture(autouse=True)
def _steady():
    """Without the collector, whose rounds grow with all that other tests left behind."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_text(shape):
    make, size = SHAPES[shape], 20_000
    small, large = make(size), make(4 * size)
    for _ in range(4):  # a busy machine may spoil one measurement, not four
        if seconds(large) < 10 * seconds(small) + 0.002:
            return
    pytest.fail(f"{shape}: four times the text takes more than ten times as long")


@pytest.mark.parametrize(
    "piece",
    ["mot ", "[", "#a ", "[[", "`` ` ", "$", "%%", "<", ">", "*", "[a](", "(key:: ", "[key:: "],
)
def test_a_megabyte_on_one_line_is_read(piece):
    """Five megabytes take 0.02 s (words) to 8 s (a million open links)."""
    text = piece * (MB // len(piece))
    assert parse_note("n.md", text).text is text


def test_ten_thousand_links_are_ten_thousand_links(note):
    parsed = note("[[Note#a|b]] [c](d.md) ![[e]]\n" * 10_000)
    assert (len(parsed.links), len(parsed.embeds)) == (20_000, 10_000)


def test_each_of_a_hundred_thousand_tags_on_one_item_is_seen(note):
    assert len(note("- [ ] " + "#a " * 100_000).tags) == 100_000


def test_depth_is_seen_to_the_bottom(note):
    quoted = note("> " * 200 + "- [[N]]")
    assert (quoted.list_items[0].quotes, len(quoted.links)) == (200, 1)
    nested = note("".join("  " * i + "- a\n" for i in range(200)))
    assert [item.parent for item in nested.list_items] == [None, *range(199)]


def test_a_hundred_thousand_cells_are_one_table(note):
    parsed = note("|" + "[[N\\|a]]|" * 100_000 + "\n|" + "-|" * 100_000 + "\n")
    assert ([s.type.value for s in parsed.sections], len(parsed.links)) == (["table"], 100_000)


def test_a_megabyte_of_properties_is_read(note):
    parsed = note("---\n" + "".join(f"k{i}: '[[n {i}]]'\n" for i in range(60_000)) + "---\n")
    assert len(parsed.properties) == len(parsed.property_links) == 60_000
