"""Functions and operators of DQL, as the recorded cases do not show them: each surprise in one line."""

from __future__ import annotations

import math

import pytest

from tests.dql.test_pages import CLOCK, pages_of
from vaultkit.dql.context import Context, QueryError
from vaultkit.dql.evaluate import compiled
from vaultkit.dql.functions import FUNCTIONS
from vaultkit.dql.operators import binary, index
from vaultkit.dql.order import type_name
from vaultkit.dql.parser import parse_expression
from vaultkit.dql.syntax import Operator
from vaultkit.dql.values import Link, Value

PAGES = pages_of({"Accueil.md": "---\nversion: 3\n---\n", "Jour.md": "date:: 2025-01-15\n"})


def context() -> Context:
    return Context(PAGES, "Accueil.md", CLOCK, functions=FUNCTIONS)


def evaluate(text: str) -> Value:
    """Work an expression out; a failure is its words."""
    try:
        return compiled(parse_expression(text), context())({})
    except QueryError as error:
        return str(error)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # The first variant that fits counts, the name in the message is that of the function's builder.
        ("lower()", "No implementation of 'lower' found for arguments: "),
        ('typeof(1, "a")', "No implementation of 'type' found for arguments: number, string"),
        ("min([3, 2], [1, 5])", [1, 5]),
        ("min([3, 2])", 2),
        ("max([[3, 2], [1, 5]])", [3, 2]),
        ("max(list([1, 5]))", 5),
        # Of several lists the shortest counts; lists in lists are entered.
        ('padleft(["1", "2", "3"], [2, 3])', [" 1", "  2"]),
        ('upper([["a"], ["b", null]])', [["A"], ["B", None]]),
        ("round([1.25], [1])", "No implementation of 'round' found for arguments: number, array"),
        # `sort` asks for no key where there is nothing to sort, and for the second first.
        ("sort([1], (x) => x - null)", [1]),
        ("sort([null, dur(1 day)], (x) => x * [])", "No implementation found for 'duration * array'"),
        # Ties: `minby` keeps the first, `maxby` the last.
        ('minby(["ab", "cd"], (x) => length(x))', "ab"),
        ('maxby(["ab", "cd"], (x) => length(x))', "cd"),
        ("slice([1, 2, 3], -2.5)", [2, 3]),
        ('contains({ a: 1 }, "toString")', True),
        ('containsword("STRASSE", "straße")', False),
        ('containsword("ÉTÉ a", "a")', True),
        # Numbers are doubles.
        ("9007199254740993 + 0", 9007199254740992),
        ("9007199254740992 + 1", 9007199254740992),
        ("1 / (0 * -1)", -math.inf),
        ("-7 % 3", -1),
        ("5 % 0 = 5 % 0", False),
        ("round(0.49999999999999994)", 0),
        ("round(2.5, 0)", 3),
        ("round(1.45, 1)", 1.4),
        ("round(1, 101)", "toFixed() digits argument must be between 0 and 100"),
        # Texts are UTF-16.
        ('"🔥"[0] + "🔥"[1]', "🔥"),
        ('reverse(reverse("a🔥"))', "a🔥"),
        ('join(split("🔥", ""), "")', "🔥"),
        ('replace("🔥", "", "-")', "\ud83d-\udd25"),
        ('regexreplace("🔥", ".", "x")', "xx"),
        ('truncate("🔥🔥", 4, "…")', "🔥\ud83d…"),
        # Dates and links
        ("date([[Jour]])", evaluate("date(2025-01-15)")),
        ("date([[Accueil]]) = null", True),
        ("[[Accueil]].version", 3),
        ("[[[Accueil]], [[Rien]], \"x\"].version", [3, None]),
        ("link(\"accueil\")", Link("Accueil.md")),
        ("date(2025-03-31).week", 5),
        ("date(2025-03-14)[dur(1 day)]", "Can only index with a string or number"),
        # Markdown is taken off by patterns, whatever it is.
        ('display("a * b * c ~d~")', "a * b * c d"),
        ('display([[A|**gras**]])', "gras"),
        ('display("- [x](y) ![z](t)")', "x z"),
        ('hash("🔥", 1)', evaluate('hash("🔥", 1.9)')),
    ],
)  # fmt: skip
def test_what_a_surprising_expression_gives(expression, value):
    assert evaluate(expression) == value


def test_comparisons_of_what_has_no_order_come_out_as_above_both_ways():
    for left, right in [("dur(1 day)", "dur(24 hours)"), ("0 / 0", "1")]:
        assert evaluate(f"{left} > {right}") is True
        assert evaluate(f"{right} > {left}") is True
        assert evaluate(f"{left} = {right}") is False


def test_only_the_outermost_comparison_resolves_links():
    assert evaluate("[[Accueil]] = [[accueil]]") is True
    assert evaluate("[[[Accueil]]] = [[[accueil]]]") is False


def test_operators_and_indexes_are_also_called_directly():
    assert binary(context(), Operator.PLUS, "a", None) == "a\\-"
    assert index(context(), [{"a": 1}, "no object", {}], "a") == [1, None]
    with pytest.raises(QueryError, match="No implementation found for 'array - array'"):
        binary(context(), Operator.MINUS, [], [])


def test_the_registry_reads_in_the_order_of_the_manual():
    assert list(FUNCTIONS)[:4] == ["object", "list", "array", "date"]
    assert len(FUNCTIONS) == 66
    assert all(type_name(function) == "function" for function in FUNCTIONS.values())
