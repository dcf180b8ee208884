"""Queries, expressions and sources as trees; every recorded one that Dataview 0.5.68 reads is read.

What Dataview refuses stands in `test_syntax_errors.py`. Known differences, both beyond any recorded case:

- nesting deeper than `MAX_DEPTH` is refused here, where Dataview goes on until JavaScript's stack is full;
- emoji joined by U+200D, or pairs of regional indicators, that Unicode does not recommend are one emoji here and
  none there (`vaultkit.dql.emoji`).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import NO_SHARED, SHARED, needs_shared
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.dql.parser import MAX_DEPTH, parse_expression, parse_query, parse_source
from vaultkit.dql.syntax import (
    Binary,
    BinarySource,
    BooleanLiteral,
    CalendarQuery,
    CsvSource,
    DateLiteral,
    DateShorthand,
    Direction,
    DurationLiteral,
    Expression,
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
    children,
    expressions_of,
)
from vaultkit.dql.values import Link, LinkType
from vaultkit.text import Span

CASES = SHARED / "dataview_cases"
PARSERS = {"query": parse_query, "expr": parse_expression, "source": parse_source}


def recorded() -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return id, kind, text and Dataview's answer of each case that has something to parse.

    An empty source has not: Dataview's `pagePaths` takes it for the whole vault without asking the parser.
    """
    found = []
    for name in ("", "_times") if CASES.is_dir() else ():
        queries = json.loads((CASES / f"queries{name}.json").read_text(encoding="utf-8"))
        answers = json.loads((CASES / f"expected{name}.json").read_text(encoding="utf-8"))
        for query, answer in zip(queries, answers, strict=True):
            kind = next((kind for kind in PARSERS if kind in query), None)
            if kind and query[kind]:
                found.append((query["id"], kind, query[kind], answer))
    return found


RECORDED = recorded()
A, B, C, D, X = map(Variable, "abcdx")
ONE, TWO = NumberLiteral(1), NumberLiteral(2)


def is_syntax_error(answer: dict[str, Any]) -> bool:
    return not answer["ok"] and "PARSING FAILED" in answer["error"]


@needs_shared
def test_every_text_that_dataview_reads_is_read():
    read = [case for case in RECORDED if not is_syntax_error(case[3])]
    for _, kind, text, _ in read:
        PARSERS[kind](text)
    assert len(read) > 1100


@needs_shared
def test_tables_have_the_headings_that_dataview_gives_them():
    """A heading without AS is the text of its expression."""
    seen = 0
    for name, kind, text, answer in RECORDED:
        if kind == "query" and answer.get("type") == "table":
            header = parse_query(text).header
            names = [field.name for field in header.fields]
            assert answer["headers"][1 if header.show_id else 0 :] == names, name
            seen += len(names)
    assert seen > 200


@pytest.mark.skipif(not RECORDED, reason=NO_SHARED)
def test_each_node_of_the_recorded_expressions_stands_where_its_span_says():
    """The text of a span, read alone, gives the node again; spans of children lie in those of their parents."""
    for _, kind, text, answer in RECORDED:
        if kind == "source" or is_syntax_error(answer):
            continue
        roots = (parse_expression(text),) if kind == "expr" else expressions_of(parse_query(text))
        for node in nodes(roots):
            if not is_name_after_dot(node, text):
                assert parse_expression(node.span.of(text)) == node
            assert all(node.span.holds(child.span) for child in children(node))


def nodes(roots: tuple[Expression, ...]) -> list[Expression]:
    found = list(roots)
    for node in found:
        found.extend(children(node))
    return found


def is_name_after_dot(node: Expression, text: str) -> bool:
    return isinstance(node, StringLiteral) and not node.span.of(text).startswith(('"', "("))


# Expressions


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("null", NullLiteral()),
        ("True", BooleanLiteral(True)),
        ("NULL", Variable("NULL")),
        ("-3", NumberLiteral(-3)),
        ("1.50", NumberLiteral(1.5)),
        ("9" * 400, NumberLiteral(float("inf"))),
        (r'"a\"b\n"', StringLiteral('a"b\\n')),
        ("fin-début", Variable("fin-début")),
        ("sort", Variable("sort")),
        ("[]", ListExpr(())),
        ("[ 1 ,2 ]", ListExpr((ONE, TWO))),
        ("[[1]]", LinkLiteral(Link("1"))),
        ("[ [1] ]", ListExpr((ListExpr((ONE,)),))),
        ("[[1], [2]]", ListExpr((ListExpr((ONE,)), ListExpr((TWO,))))),
        ("[[]]", LinkLiteral(Link(""))),
        ("[[a#b c|d|e]]", LinkLiteral(Link("a", "d|e", "b c", type=LinkType.HEADER))),
        (r"[[a\|b]]", LinkLiteral(Link("a|b"))),
        ("[[|d]]", LinkLiteral(Link("", "d"))),
        ("![[a]]", LinkLiteral(Link("a", embed=True))),
        ("!([[a]])", Negated(LinkLiteral(Link("a")))),
        ("{}", ObjectExpr(())),
        ('{ a : 1,"b c":2}', ObjectExpr((("a", ONE), ("b c", TWO)))),
        ("(x) => x", Lambda(("x",), X)),
        ("( ) =>1", Lambda((), ONE)),
        ("( a ,b )=>a", Lambda(("a", "b"), A)),
        ("(a) => (b) => c", Lambda(("a",), Lambda(("b",), C))),
        ("((a))", A),
    ],
)
def test_atoms(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("date(today)", ShorthandLiteral(DateShorthand.TODAY)),
        ("date( start-of-week )", ShorthandLiteral(DateShorthand.START_OF_WEEK)),
        ("date(2025-03)", DateLiteral(2025, 3)),
        ("date(2025-02-30)", DateLiteral(2025, 2, 30)),
        ("date(2025-03-14T10)", DateLiteral(2025, 3, 14, 10)),
        ("date(2025-03-14T10:30:05.123Z)", DateLiteral(2025, 3, 14, 10, 30, 5, 123, "utc")),
        ("date(2025-03-14T10:30:05-5)", DateLiteral(2025, 3, 14, 10, 30, 5, zone="UTC-5")),
        ("date(2025-03-14T10:30:05+05:30)", DateLiteral(2025, 3, 14, 10, 30, 5, zone="UTC+05:30")),
        ("date(2025-03-14T10:30:05[Europe/Paris])", DateLiteral(2025, 3, 14, 10, 30, 5, zone="Europe/Paris")),
        ("dur(1 day)", DurationLiteral(((1, Unit.DAYS),))),
        (
            "dur( 1d, 2 h3m -1.5s )",
            DurationLiteral(((1, Unit.DAYS), (2, Unit.HOURS), (3, Unit.MINUTES), (-1.5, Unit.SECONDS))),
        ),
        ("dur(1 mo, 1 mo)", DurationLiteral(((1, Unit.MONTHS), (1, Unit.MONTHS)))),
    ],
)
def test_dates_and_durations(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "function", "arguments"),
    [
        ("date(due)", "date", (Variable("due"),)),
        ("date(nowhere)", "date", (Variable("nowhere"),)),
        ("date(2025)", "date", (NumberLiteral(2025),)),
        ("(date)(today)", "date", (Variable("today"),)),
        ("dur(x)", "dur", (X,)),
        ('dur("1 day")', "dur", (StringLiteral("1 day"),)),
        ("length()", "length", ()),
        ("f( a ,b )", "f", (A, B)),
    ],
)
def test_what_is_no_literal_is_a_call(text, function, arguments):
    assert parse_expression(text) == FunctionCall(Variable(function), arguments)


def test_a_date_needs_a_zone_that_there_is():
    text = "date(2025-03-14T10:30:05[Mars/Phobos])"
    assert parse_expression(text) == DateLiteral(2025, 3, 14, 10, 30, 5, zone="Mars/Phobos")
    with pytest.raises(DqlSyntaxError, match="a date such as"):
        parse_expression(text, is_zone=lambda name: False)
    for known in ("Z", "+01:00", "[utc]", "[UTC+2]", "[local]"):
        parse_expression(text.replace("[Mars/Phobos]", known), is_zone=lambda name: False)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and c", Binary(A, ((Operator.OR, B), (Operator.AND, C)))),
        ("a | b & c", Binary(A, ((Operator.OR, B), (Operator.AND, C)))),
        ("a - b + c", Binary(A, ((Operator.MINUS, B), (Operator.PLUS, C)))),
        ("a - (b + c)", Binary(A, ((Operator.MINUS, Binary(B, ((Operator.PLUS, C),))),))),
        ("a + b * c", Binary(A, ((Operator.PLUS, Binary(B, ((Operator.TIMES, C),))),))),
        ("a * b + c", Binary(Binary(A, ((Operator.TIMES, B),)), ((Operator.PLUS, C),))),
        ("a = b > c", Binary(A, ((Operator.EQUAL, B), (Operator.GREATER, C)))),
        ("a = b or c", Binary(Binary(A, ((Operator.EQUAL, B),)), ((Operator.OR, C),))),
        ("a<=\nb", Binary(A, ((Operator.AT_MOST, B),))),
        ("rôle orange", Binary(Variable("rôle"), ((Operator.OR, Variable("ange")),))),
        ("1-2", Binary(ONE, ((Operator.MINUS, TWO),))),
        ("a -2", Binary(A, ((Operator.MINUS, TWO),))),
        ("!a = b", Binary(Negated(A), ((Operator.EQUAL, B),))),
        ("!!a", Negated(Negated(A))),
        ("(a) => a + b", Lambda(("a",), Binary(A, ((Operator.PLUS, B),)))),
    ],
)
def test_operators_group_from_the_left_and_and_binds_like_or(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b", Index(A, StringLiteral("b"))),
        ("a.limit", Index(A, StringLiteral("limit"))),
        ('a["b"]', Index(A, StringLiteral("b"))),
        ("a[ 1 ].b", Index(Index(A, ONE), StringLiteral("b"))),
        ("a[[[b]]]", Index(A, LinkLiteral(Link("b")))),
        ("1.a", Index(ONE, StringLiteral("a"))),
        ("[[a]].b", Index(LinkLiteral(Link("a")), StringLiteral("b"))),
        ("!a.b", Negated(Index(A, StringLiteral("b")))),
        ("(!a).b", Index(Negated(A), StringLiteral("b"))),
        ('"lower"(a)', FunctionCall(StringLiteral("lower"), (A,))),
        ("a(b)(c)", FunctionCall(FunctionCall(A, (B,)), (C,))),
        ("((x) => x)(1)", FunctionCall(Lambda(("x",), X), (ONE,))),
    ],
)
def test_postfixes(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{b: 1, a: 1, b: 2}", ["b", "a"]),
        ('{b: 1, "10": 1, "2": 1, "02": 1}', ["2", "10", "b", "02"]),
        ('{a: 1, "4294967295": 1, "4294967294": 1}', ["4294967294", "a", "4294967295"]),
        ("{__proto__: 1, a: 1}", None),
        ('{"__proto__": 1, a: 1}', ["a"]),
    ],
)
def test_an_object_has_its_keys_as_javascript_keeps_them(text, keys):
    """Of equal keys the last wins, in the place of the first; numbers come first; no name begins with `_`."""
    if keys is None:
        with pytest.raises(DqlSyntaxError):
            parse_expression(text)
    else:
        assert [key for key, _ in parse_expression(text).entries] == keys


def test_only_a_lambda_may_have_blanks_before_it():
    assert parse_expression("! (x) => x") == Negated(Lambda(("x",), X))
    for text in ("! x", " x", "! (x)"):
        with pytest.raises(DqlSyntaxError):
            parse_expression(text)


def test_spans_include_parentheses():
    text = "(a + b) * c"
    tree = parse_expression(text)
    assert tree.span == Span(0, 11)
    assert tree.first.span.of(text) == "(a + b)"
    assert tree.first.first.span.of(text) == "a"


# Sources


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("#a/b", TagSource("#a/b")),
        ('"Dossier é"', FolderSource("Dossier é")),
        ('csv( "a.csv")', CsvSource("a.csv")),
        ("[[a#b|c]]", LinkSource("a", Direction.INCOMING)),
        ("[[]]", LinkSource("", Direction.INCOMING)),
        ("outgoing( [[a]])", LinkSource("a", Direction.OUTGOING)),
        ("-#a", NegatedSource(TagSource("#a"))),
        ('!-"a"', NegatedSource(NegatedSource(FolderSource("a")))),
        ("( #a )", TagSource("#a")),
        (
            "#a or #b AND#c",
            BinarySource(TagSource("#a"), ((Operator.OR, TagSource("#b")), (Operator.AND, TagSource("#c")))),
        ),
        (
            "#a & (#b|#c)",
            BinarySource(
                TagSource("#a"),
                ((Operator.AND, BinarySource(TagSource("#b"), ((Operator.OR, TagSource("#c")),))),),
            ),
        ),
    ],
)
def test_sources(text, tree):
    assert parse_source(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "- #a",
        'csv("a" )',
        "outgoing([[a]] )",
        "outgoing(#a)",
        "not #a",
        "#a,",
        " #a",
        "#a or",
        "csv(#a)",
        "[a]",
    ],
)
def test_what_is_no_source(text):
    with pytest.raises(DqlSyntaxError):
        parse_source(text)


# Queries


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("TABLE", TableQuery(())),
        ("table a, b AS B", TableQuery((NamedField("a", A), NamedField("B", B)))),
        ('TABLE a  as "x y"', TableQuery((NamedField("x y", A),))),
        ("TABLE WITHOUT\tID a", TableQuery((NamedField("a", A),), show_id=False)),
        ("TABLE without FROM #a", TableQuery((NamedField("without", Variable("without")),))),
        ("LIST", ListQuery()),
        ("LIST a", ListQuery(A)),
        ("LIST WITHOUT ID a", ListQuery(A, show_id=False)),
        ("LIST WITHOUT ID", ListQuery(show_id=False)),
        ("TASK", TaskQuery()),
        ("tAsK", TaskQuery()),
        ("CALENDAR a AS b", CalendarQuery(NamedField("b", A))),
    ],
)
def test_headers(text, header):
    query = parse_query(text)
    assert query.header == header
    assert query.steps == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("priorité +\n   1", "priorité +1"),
        ("a  +  b", "a  +  b"),
        ("( a )", "( a )"),
        ("a.b[0]", "a.b[0]"),
        ('"x\r\n\n  y"', '"xy"'),
    ],
)
def test_a_column_without_as_is_named_by_its_text_on_one_line(written, name):
    assert parse_query(f"TABLE {written} FROM #a").header.fields[0].name == name


def test_steps_come_in_any_order_and_number():
    query = parse_query(
        """
        LIST // the header
        FROM #a
        // a comment, then steps
        LIMIT 2 where a
        SORT a ASC, b desc, c DESCENDING , d
        GROUP BY a AS x FLATTEN b
        WHERE b LIMIT 1
        """
    )
    assert query.header == ListQuery()
    assert query.source == TagSource("#a")
    assert query.steps == (
        LimitStep(TWO),
        WhereStep(A),
        SortStep((SortKey(A), SortKey(B, True), SortKey(C, True), SortKey(D))),
        GroupStep(NamedField("x", A)),
        FlattenStep(NamedField("b", B)),
        WhereStep(B),
        LimitStep(ONE),
    )


def test_no_blank_is_needed_before_a_keyword_that_cannot_be_part_of_what_stands_there():
    assert parse_query('LIST FROM "a"SORT a').steps == (SortStep((SortKey(A),)),)


def test_without_from_the_whole_vault_is_read():
    assert parse_query("LIST WHERE a").source == FolderSource("")


def test_a_from_that_comes_late_is_a_step_which_fails_when_it_is_run():
    assert parse_query("LIST WHERE a FROM #a").steps == (WhereStep(A), FromStep(TagSource("#a")))
    assert parse_query('LIST FROM "" FROM #a').steps == (FromStep(TagSource("#a")),)


def test_sort_is_no_keyword_right_after_the_header():
    """A comment parts the two, for it ends the header."""
    assert parse_query("TABLE sort").header == TableQuery((NamedField("sort", Variable("sort")),))
    assert parse_query("TABLE // all\nSORT a").steps == (SortStep((SortKey(A),)),)
    assert parse_query("TASK SORT a").steps == (SortStep((SortKey(A),)),)
    for text in ("LIST SORT a", "TABLE SORT a"):
        with pytest.raises(DqlSyntaxError):
            parse_query(text)


def test_the_outermost_expressions_of_a_query():
    query = parse_query("TABLE a, b FROM #a WHERE c SORT d, a FLATTEN b GROUP BY c LIMIT 1")
    assert expressions_of(query) == (A, B, C, D, A, B, C, ONE)
    assert expressions_of(parse_query("LIST a")) == expressions_of(parse_query("CALENDAR a")) == (A,)


# Limits


@pytest.mark.parametrize(
    "nest",
    [
        lambda n: "(" * n + "a" + ")" * n,
        lambda n: "[ " * n + "a" + "]" * n,
        lambda n: "{a:" * n + "a" + "}" * n,
        lambda n: "f(" * n + "a" + ")" * n,
        lambda n: "a[" * n + "a" + "]" * n,
        lambda n: "f(1," * n + "a" + ")" * n,
        lambda n: "!" * n + "a",
        lambda n: "() => " * n + "a",
        lambda n: "a" + ".b" * n,
        lambda n: "a" + "()" * n,
        lambda n: "(a" + ".b" * (n // 2) + ")" + ".b" * (n // 2),
    ],
)
def test_nesting_has_a_limit(nest):
    """Ninety levels of anything are read; ten thousand are refused, not died of."""
    parse_expression(nest(90))
    with pytest.raises(DqlSyntaxError, match=f"nested too deeply .at most {MAX_DEPTH} levels"):
        parse_expression(nest(10_000))


@pytest.mark.parametrize("nest", [lambda n: "(" * n + "#a" + ")" * n, lambda n: "-" * n + "#a"])
def test_sources_have_the_same_limit(nest):
    parse_source(nest(90))
    with pytest.raises(DqlSyntaxError, match="nested too deeply"):
        parse_source(nest(10_000))


def test_a_caller_deep_in_its_own_calls_gets_the_same_error():
    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            parse_expression("{a:" * 90 + "a" + "}" * 90)

    deep(100)
    with pytest.raises(DqlSyntaxError, match="nested too deeply"):
        deep(700)


def test_a_long_run_of_operators_is_not_deep():
    tree = parse_expression(" or ".join(["a + b"] * 5000))
    assert len(tree.rest) == 4999
    assert len(parse_source(" or ".join(["#a"] * 5000)).rest) == 4999
