"""Canvases: which cards they show, and where each stands."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.canvas import Canvas, json_string, parse_canvas


def shown(canvas: Canvas) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the file cards and the text cards, each with the text in its place decoded."""
    for card in canvas.files:
        assert json.loads(card.span.of(canvas.text)) == card.linkpath == card.original
        assert card.embed
    for text in canvas.texts:
        assert json.loads(text.span.of(canvas.text)) == text.text
    return [(card.linkpath, card.subpath) for card in canvas.files], [text.text for text in canvas.texts]


FILE = '{"type":"file","file":"A.md","subpath":"#B"}'
TEXT = '{"type" : "text",\n\t"text" :\n"[[A]] \\"\\u00e9\\" \\ud83d\\ude00"}'


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        pytest.param(f'{{"nodes":[{FILE},{TEXT}]}}', ([("A.md", "#B")], ['[[A]] "é" 😀']), id="both kinds"),
        pytest.param(f'\ufeff {{"nodes":[{FILE}]}}', ([("A.md", "#B")], []), id="a BOM"),
        pytest.param(
            f'{{"nodes":[null,"file",[{FILE}],1,{FILE},{{"x":{FILE}}},{FILE}]}}',
            ([("A.md", "#B")] * 2, []),
            id="what is no card",
        ),
        pytest.param(
            f'{{"edges":[{FILE}],"x":{{"nodes":[{FILE}]}},"nodes":[{FILE}],"metadata":{FILE}}}',
            ([("A.md", "#B")], []),
            id="what stands elsewhere",
        ),
        pytest.param(
            f'{{"nodes":[{FILE},{FILE}],"nodes":[{{"type":"text","text":"x"}}]}}',
            ([], ["x"]),
            id="nodes twice",
        ),
        pytest.param(
            '{"nodes":[{"type":"file","text":"file","file":"text"},{"file":"A.md"},{"type":"link","file":"A.md"}]}',
            ([("text", "")], []),
            id="other types",
        ),
        pytest.param(
            '{"nodes":[{"type":"file","file":7,"text":"A"},{"type":"file","file":["A"]},{"type":"file","file":"{[\\\\"}]}',
            ([("{[\\", "")], []),
            id="other values, brackets in strings",
        ),
        *[
            pytest.param(text, ([], []), id=name)
            for name, text in {
                "nothing": "",
                "blanks": " \n",
                "no JSON": '{"nodes":[{"type":"file","file":"A.md"}]',
                "no object": "[]",
                "nodes that are a map": f'{{"nodes":{{"a":{FILE}}}}}',
                "nodes that are nothing": '{"nodes":null}',
            }.items()
        ],
    ],
)
def test_a_canvas_shows(text, cards):
    assert shown(parse_canvas("C.canvas", text)) == cards


def test_the_line_of_a_card():
    canvas = parse_canvas("C.canvas", f'{{\n"nodes":[\n{FILE},\n\n{FILE}]}}')
    assert [canvas.lines.line(card.span.start) for card in canvas.files] == [2, 4]
    assert canvas.lines is canvas.lines
    assert replace(canvas, path="D.canvas").lines is not canvas.lines


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('a"b\\c\n', '"a\\"b\\\\c\\n"'),
        ("été 😀", '"été 😀"'),
        ("\ud83d x", '"\\ud83d x"'),
        ("x \ude00", '"x \\ude00"'),
        ("\ude00\ud83d", '"\\ude00\\ud83d"'),
    ],
)
def test_a_json_string(text, written):
    assert json_string(text) == written
    assert json.loads(written) == text


@given(st.text(st.characters()))
def test_a_json_string_can_be_written_and_read_back(text):
    written = json_string(text).encode()
    assert json_string(json.loads(written)).encode() == written


def test_half_a_pair_survives_an_edit():
    canvas = parse_canvas("C.canvas", '{"nodes":[{"type":"text","text":"[[A]] \\ud83d"}]}')
    [card] = canvas.texts
    after = apply_edits(canvas.text, [Edit(card.span, json_string(card.text.replace("A", "B")))])
    assert after == canvas.text.replace("A", "B")


def test_a_large_canvas_takes_linear_time():
    nodes = [
        {"id": f"{i:016x}", "type": "file", "file": f"Folder/Note {i}.md", "x": i, "y": i}
        if i % 2
        else {"id": f"{i:016x}", "type": "text", "text": f'[[Note "{i}"]]\n', "x": i, "y": i}
        for i in range(200_000)
    ]
    text = json.dumps({"nodes": nodes, "edges": []}, indent="\t")
    began = time.perf_counter()
    canvas = parse_canvas("C.canvas", text)
    lines = [canvas.lines.line(card.span.start) for card in canvas.files]
    assert time.perf_counter() - began < 15
    assert len(canvas.files) == len(canvas.texts) == len(set(lines)) == 100_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"nodes":' + "[" * 300_000, id="open lists"),
        pytest.param('{"nodes":' + "[" * 300_000 + "]" * 300_000 + "}", id="lists in lists"),
        pytest.param('{"nodes":[' + '{"a":' * 300_000 + "1" + "}" * 300_000 + "]}", id="maps in maps"),
        pytest.param('{"nodes":[{"type":"text","text":"' + '\\"' * 300_000, id="a string without end"),
        pytest.param('"' * 300_001, id="quotes"),
        pytest.param("]" * 300_000, id="closing brackets"),
        pytest.param('{"nodes":' + "9" * 300_000 + "}", id="a long number"),
    ],
)
def test_hostile_text_shows_nothing(text):
    began = time.perf_counter()
    assert shown(parse_canvas("C.canvas", text)) == ([], [])
    assert time.perf_counter() - began < 5
