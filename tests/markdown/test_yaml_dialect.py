"""YAML 1.2 core as Obsidian reads it (specs/obsidian.md §2.6): each row of its table, and where it ends."""

import math

import pytest

from vaultkit.markdown import yaml_handler


def block(yaml: str) -> str:
    return f"---\n{yaml}\n---\n"


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def parser(request, monkeypatch):
    """Every row holds with PyYAML's own parser too, where libyaml is not compiled in."""
    if request.param == "pure Python":
        monkeypatch.setattr(yaml_handler, "_PARSER", yaml_handler.yaml.SafeLoader)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        *[(word, word) for word in ("yes", "no", "on", "off", "tRue", "y", "N")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, word) for word in ("2024-01-05", "2024-01-05T10:00", "10:30", "190:20:30")],
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000),
        (".5", 0.5),
        ("-1.25", -1.25),
        (".inf", math.inf),
        ("-.inf", -math.inf),
        ("1_000", "1_000"),
        ("12345678901234567890", float(12345678901234567000)),
        ("9007199254740992", 9007199254740992),
        ("[[Link]]", [["Link"]]),
        ("#tag", None),
        ("see #todo", "see"),
        ('"see #todo"', "see #todo"),
        ("{{date}}", {"{ date }": None}),
        ("'it''s'", "it's"),
        (r'"C:\new"', "C:\new"),
        (r"'C:\path'", r"C:\path"),
        ("\n- a\n- b", ["a", "b"]),
        ("\n  - a\n  -", ["a", None]),
        ("|-\n  one\n  two", "one\ntwo"),
        ("|\n  one", "one\n"),
        (">-\n  one\n  two", "one two"),
        ("{b: 1, c: [2]}", {"b": 1, "c": [2]}),
        ("&x 1", 1),
    ],
)
def test_a_value_means(note, source, value):
    properties = note(block(f"a: {source}")).properties
    assert properties == {"a": value}
    assert type(properties["a"]) is type(value) or isinstance(value, int)


def test_nan_is_not_a_number(note):
    assert math.isnan(note(block("a: .nan")).properties["a"])


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("a: 1\na: 2", "twice"),
        ("b:\n  a: 1\n  a: 2", "twice"),
        ("tags: [#a, #b]", "#"),
        ("a: x: y", "colon"),
        ("a: @x", "@"),
        ("a: `x`", "`"),
        ("a: %x", "%"),
        ("a: *x", "*x"),
        ("a: **bold**", "*"),
        ("a: - b", "dash"),
        ("\ta: 1", "tab"),
        ("a:\n\t- b", "tab"),
        (r'a: "C:\path"', "backslash"),
        ("a: {{date}} x", "template"),
        ("a: 'open", "quote"),
        ("a: [b", "bracket"),
        ("a: 1\nb", "name: value"),
        ("a:b", "name: value"),
        ("just text", "name: value"),
        ("- a\n- b", "name: value"),
        ("a: 1\n--- b", "second YAML document"),
        ("a: &x [*x]", "itself"),
    ],
)
def test_one_mistake_makes_the_whole_block_unreadable(note, source, says):
    parsed = note(block("before: 1\n" * source.startswith("a: ") + source))
    assert parsed.properties == {}
    assert says in parsed.frontmatter.error.message.en


def test_keys_are_text(note):
    assert note(block("2024: a\n1.5: b\ntrue: c\n~: d\n[x, y]: e")).properties == {
        "2024": "a",
        "1.5": "b",
        "true": "c",
        "": "d",
        "[ x, y ]": "e",
    }


def test_two_spellings_of_a_key_are_two_properties(note):
    assert note(block("A: 1\na: 2")).properties == {"A": 1, "a": 2}


def test_merge_keys_are_keys(note):
    assert note(block("base: &b {x: 1}\nc:\n  <<: *b")).properties["c"] == {"<<": {"x": 1}}


def test_tags_never_execute_anything(note):
    text = block("a: !!python/object/apply:os.system [x]\nb: !mine 12\nc: !!str 12\nd: !!int '12'\ne: !x")
    assert note(text).properties == {"a": ["x"], "b": "12", "c": "12", "d": 12, "e": ""}


def test_a_json_block_is_read(note):
    parsed = note('---\n{\n  "tags": ["a"],\n  "n": 1\n}\n---\n')
    assert parsed.properties == {"tags": ["a"], "n": 1}


def test_an_alias_bomb_is_refused(note):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert note(block("\n".join(lines))).frontmatter.error.message.en.endswith("too many values")


def test_too_deep_lists_are_refused(note):
    for yaml in ("a: " + "[" * 5000, "a:\n  " + "- " * 5000 + "x"):
        assert note(block(yaml)).properties == {}
        assert note(block(yaml)).frontmatter.error


@pytest.mark.parametrize(
    "odd", ["\0", "\x07", "\x7f", "\x85", "\u2028", "\ufeff", "\uffff", "\ud800", "\U00100041"]
)
def test_characters_that_pyyaml_refuses_are_characters(note, odd):
    parsed = note(block(f"a: x{odd}y\nb: [1, {odd}z]"))
    assert parsed.properties == {"a": f"x{odd}y", "b": [1, f"{odd}z"]}
    assert parsed.frontmatter.properties["b"].entries[1].of(parsed.text) == f"{odd}z"


@pytest.mark.parametrize("written", ["2025-13-45", "2025-02-29", "0000-01-01", "2025-04-31T10:00"])
def test_an_impossible_date_stays_text_and_is_remarked_on(note, written):
    parsed = note(block(f"due: {written}"))
    assert parsed.properties == {"due": written}
    [remark] = parsed.frontmatter.remarks
    assert remark.span.of(parsed.text) == written
    assert "n’est pas une date possible" in remark.message.fr


@pytest.mark.parametrize("written", ["2024-02-29", '"2025-13-45"', "2025-1-1", "v2025-13-45"])
def test_other_text_is_not_remarked_on(note, written):
    assert note(block(f"due: {written}")).frontmatter.remarks == ()
