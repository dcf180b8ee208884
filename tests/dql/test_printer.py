"""Printing: what is printed, parsed again, is the tree that was printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import needs_shared
from tests.dql.test_parser import PARSERS, RECORDED, is_syntax_error
from vaultkit.dql.lexer import name_end
from vaultkit.dql.parse_expression import KEYWORDS
from vaultkit.dql.parser import parse_expression, parse_query, parse_source
from vaultkit.dql.printer import print_expression, print_query, print_source
from vaultkit.dql.syntax import (
    PRECEDENCE,
    Binary,
    BinarySource,
    BooleanLiteral,
    CalendarQuery,
    CsvSource,
    DateLiteral,
    DateShorthand,
    Direction,
    DurationLiteral,
    FlattenStep,
    FolderSource,
    FromStep,
    FunctionCall,
    GroupStep,
    Index,
    Lambda,
    LimitStep,
    LinkLiteral,
    LinkSource,
    ListExpr,
    ListQuery,
    NamedField,
    Negated,
    NegatedSource,
    NullLiteral,
    NumberLiteral,
    ObjectExpr,
    Operator,
    Query,
    ShorthandLiteral,
    SortKey,
    SortStep,
    StringLiteral,
    TableQuery,
    TagSource,
    TaskQuery,
    Unit,
    Variable,
    WhereStep,
)
from vaultkit.dql.values import Link

PRINTERS = {"query": print_query, "expr": print_expression, "source": print_source}


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a+b  *c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("(a + b) + c", "(a + b) + c"),
        ("((a))", "a"),
        ("a|b&c", "a or b and c"),
        ('a["b"]["c d"]', 'a.b["c d"]'),
        ("1.a", '1["a"]'),
        ("!(a)", "!a"),
        ("!([[a]].b)", "!([[a]].b)"),
        ("[ [1] ]", "[ [1] ]"),
        ('{ a:1,"b":2,"c d":3 }', '{ a: 1, b: 2, "c d": 3 }'),
        ("(a,b)=>a", "(a, b) => a"),
        ("((a) => a)(1)", "((a) => a)(1)"),
        ("(date)(today)", "(date)(today)"),
        ("date( due )", "date(due)"),
        ("date(2025-03)", "date(2025-03-01)"),
        ("date(2025-03-14T10)", "date(2025-03-14T10:00)"),
        ("date(2025-03-14T00:00:00+2)", "date(2025-03-14T00:00:00+2)"),
        ("dur(1d2h)", "dur(1 days, 2 hours)"),
        ("1.50", "1.5"),
        ("9999999999999999999999", "10000000000000000000000"),
        (r'"\"\\\d"', r'"\"\\\\d"'),
        (r"[[a\|b#^c|d|e]]", r"[[a\|b#^c|d|e]]"),
    ],
)
def test_expressions_are_printed_plainly(written, printed):
    assert print_expression(parse_expression(written)) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('"a"and(#b|-(#c & #d))', '"a" and (#b or -(#c and #d))'),
        ("!outgoing( [[a#b]])", "-outgoing([[a]])"),
        ("[[A#B#^c]]", "[[A#B#^]]"),
        ('csv( "a")', 'csv("a")'),
    ],
)
def test_sources_are_printed_plainly(written, printed):
    assert print_source(parse_source(written)) == printed


def test_a_query_has_one_step_to_the_line():
    """A column keeps the name that Dataview gives it, by AS where printing changes its text."""
    query = parse_query('table  a+b, c as c,d AS "D d" from #x where a sort b ascending,c DESC // end')
    assert (
        print_query(query)
        == (
            'TABLE a + b AS "a+b", c, d AS "D d"\nFROM #x\nWHERE a\nSORT b, c DESC'  # a blank more would be another name
        )
    )


def test_from_is_printed_where_the_first_step_would_be_read_otherwise():
    assert print_query(parse_query("LIST // all\nSORT a")) == 'LIST\nFROM ""\nSORT a'
    assert print_query(parse_query('LIST FROM "" FROM #a')) == 'LIST\nFROM ""\nFROM #a'
    assert print_query(parse_query('LIST FROM ""\nWHERE a')) == "LIST\nWHERE a"


@needs_shared
def test_every_recorded_text_is_the_same_tree_when_it_is_printed():
    for name, kind, text, answer in RECORDED:
        if not is_syntax_error(answer):
            tree = PARSERS[kind](text)
            printed = PRINTERS[kind](tree)
            assert PARSERS[kind](printed) == tree, name
            assert PRINTERS[kind](PARSERS[kind](printed)) == printed, name


# Any tree at all

UNREADABLE = ("true", "false", "True", "False", "null")
names = st.one_of(
    st.sampled_from(
        ["a", "b", "date", "dur", "today", "sow", "sort", "AS", "csv", "without", "🔥", "é-1", "n-_"]
    ),
    st.text(min_size=1, max_size=4).filter(lambda text: name_end(text, 0) == len(text)),
)
variables = names.filter(
    lambda name: name.upper() not in KEYWORDS and not name.startswith(UNREADABLE) and not name[0].isdigit()
)
texts = st.text(st.one_of(st.characters(), st.sampled_from('"\\ab\n|#[]')), max_size=6)
numbers = st.floats(allow_nan=False)


def parsed_link(inner: str) -> Link:
    literal = parse_expression(f"[[{inner}]]")
    assert isinstance(literal, LinkLiteral)
    return literal.link


links = st.text(st.sampled_from("ab |#^\\é🔥\n."), max_size=8).map(parsed_link)
dates = st.builds(
    DateLiteral,
    st.integers(0, 9999),
    st.integers(1, 12),
    *[st.integers(0, 99)] * 4,
    st.integers(0, 999),
    st.sampled_from([None, "utc", "UTC+2", "UTC-05:30", "Europe/Paris", "UTC+123", "UTC"]),
)
literals = st.one_of(
    st.just(NullLiteral()),
    st.builds(BooleanLiteral, st.booleans()),
    st.builds(NumberLiteral, numbers),
    st.builds(StringLiteral, texts),
    st.builds(LinkLiteral, links),
    st.builds(lambda link: LinkLiteral(Link(link.path, link.display, link.subpath, True, link.type)), links),
    dates,
    st.builds(ShorthandLiteral, st.sampled_from(DateShorthand)),
    st.builds(
        DurationLiteral,
        st.lists(st.tuples(numbers, st.sampled_from(Unit)), min_size=1, max_size=3).map(tuple),
    ),
    st.builds(Variable, variables),
)


def trees(children):
    some = st.lists(children, max_size=3).map(tuple)
    binaries = st.sampled_from(PRECEDENCE).flatmap(
        lambda level: st.builds(
            Binary,
            children,
            st.lists(st.tuples(st.sampled_from(sorted(level)), children), min_size=1, max_size=3).map(tuple),
        )
    )
    keys = st.one_of(names, texts).filter(lambda key: key != "__proto__" and not key.isdigit())
    return st.one_of(
        st.builds(ListExpr, some),
        st.builds(
            ObjectExpr, st.dictionaries(keys, children, max_size=3).map(lambda made: tuple(made.items()))
        ),
        st.builds(Lambda, st.lists(names, max_size=2).map(tuple), children),
        st.builds(Negated, children),
        st.builds(Index, children, st.one_of(children, st.builds(StringLiteral, names))),
        st.builds(FunctionCall, children, some),
        binaries,
    )


expressions = st.recursive(literals, trees, max_leaves=12)
sources = st.recursive(
    st.one_of(
        st.builds(FolderSource, texts),
        st.builds(TagSource, st.sampled_from(["#a", "#a/b", "#", "#é-🔥"])),
        st.builds(CsvSource, texts),
        st.builds(LinkSource, links.map(lambda link: link.path), st.sampled_from(Direction)),
    ),
    lambda children: st.one_of(
        st.builds(NegatedSource, children),
        st.builds(
            BinarySource,
            children,
            st.lists(
                st.tuples(st.sampled_from([Operator.AND, Operator.OR]), children), min_size=1, max_size=3
            ).map(tuple),
        ),
    ),
    max_leaves=6,
)
fields = st.one_of(
    st.builds(NamedField, st.one_of(names, texts), expressions),
    expressions.map(lambda shown: NamedField(print_expression(shown), shown)),
)
headers = st.one_of(
    st.builds(TableQuery, st.lists(fields, max_size=3).map(tuple), st.booleans()),
    st.builds(ListQuery, st.none() | expressions, st.booleans()),
    st.just(TaskQuery()),
    st.builds(CalendarQuery, fields),
)
steps = st.one_of(
    st.builds(WhereStep, expressions),
    st.builds(
        SortStep, st.lists(st.builds(SortKey, expressions, st.booleans()), min_size=1, max_size=2).map(tuple)
    ),
    st.builds(LimitStep, expressions),
    st.builds(GroupStep, fields),
    st.builds(FlattenStep, fields),
    st.builds(FromStep, sources),
)
queries = st.builds(
    Query, headers, st.just(FolderSource("")) | sources, st.lists(steps, max_size=4).map(tuple)
)


@given(expressions)
def test_any_expression_is_the_same_when_it_is_printed(tree):
    assert parse_expression(print_expression(tree)) == tree


@given(sources)
def test_any_source_is_the_same_when_it_is_printed(tree):
    assert parse_source(print_source(tree)) == tree


@given(queries)
def test_any_query_is_the_same_when_it_is_printed(tree):
    assert parse_query(print_query(tree)) == tree
