"""Twice the text takes about twice the time, whatever it is made of."""

import time

import pytest

from vaultkit.markdown.parse import parse_note

SHAPES = {
    "open wikilinks": lambda n: "[[" * n,
    "wikilinks in each other": lambda n: "[[" * n + "]]",
    "open links": lambda n: "[a](" * n,
    "links without end": lambda n: "[a](b " * n,
    "link titles without end": lambda n: '[a](b "c ' * n + "[a](b (c " * n,
    "open images": lambda n: "![[" * n,
    "backticks of many lengths": lambda n: " ".join("`" * (i % 60 + 1) for i in range(n // 10)),
    "open code": lambda n: "`a " * n + "``",
    "open comments": lambda n: "a %%" * n,
    "open comment lines": lambda n: "%%\na\n" * n,
    "open HTML comments": lambda n: "a <!-- " * n + "\n\n" + "<!--\n" * n,
    "open tags": lambda n: 'x <a b="' * n + "x <a b='\" " * n + "<a:" * n,
    "dollars": lambda n: " $a" * n + "\n\n" + "$$\na\n\n" * n,
    "quotes 200 deep": lambda n: ("> " * 200 + "x\n") * (n // 50),
    "quotes without end": lambda n: ">" * n + "\n\n" + ">" * n,
    "lists in each other on one line": lambda n: "- " * n + "a\n" + "\n" * n,
    "lists in each other": lambda n: "".join("  " * (i % 100) + "- a\n" for i in range(n)),
    "numbers": lambda n: "1. a\n" * n,
    "links": lambda n: "[[Note 12#a|b]] " * n,
    "tags": lambda n: "#a" * n,
    "open fields": lambda n: "[a:: " * n + ("\n" + "[a:: " * 5000) * (n // 5000),
    "fields": lambda n: "clé:: v\n" * n,
    "underscores before a field": lambda n: "_" * n + " :: x",
    "tables": lambda n: "| a | b |\n|---|---|\n" * n,
    "long delimiter rows": lambda n: "a | b\n" + "-|" * n + "\na | b\n\n|-" + " " * n + "-x",
    "block ids": lambda n: "a ^id\n\n" * n + "^" * n,
    "blank lines": lambda n: "\n" * n * 10,
    "callouts": lambda n: "> [!note]\n\n" * n + "> [!" * n,
    "lazy lines": lambda n: "> a\n" + "b\n" * n * 10,
    "footnotes": lambda n: "[^a]" * n + "\n\n" + "[^a]: " * n,
    "backslashes": lambda n: "\\" * n * 10,
    "one long line": lambda n: "mot " * n * 20,
    "properties": lambda n: "---\n" + "".join(f"k{i}: v\n" for i in range(n // 4)) + "---\n",
    "open YAML lists": lambda n: "---\na: " + "[" * n + "\n---\n",
    "YAML lists in each other": lambda n: "---\na:\n  " + "- " * n + "\n---\n",
    "lines that almost close YAML": lambda n: "---\n" + "--- \t x\n" * n,
}


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        parse_note("n.md", text)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_text(shape):
    make, size = SHAPES[shape], 4_000
    for _ in range(3):  # a busy machine may spoil one measurement, not three
        if seconds(make(2 * size)) < 4 * seconds(make(size)) + 0.002:
            return
    pytest.fail(f"{shape}: twice the text takes more than four times as long")


def test_a_megabyte_of_anything_is_read():
    for piece in ("[[", "> ", "- ", "`", "%%\n", "[a](", "\n", "x", "$", "<!--", "|-"):
        text = piece * (200_000 // len(piece))
        assert parse_note("n.md", text).text is text
