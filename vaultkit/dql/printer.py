"""A tree of the language as text again: parsing what is printed gives the tree that was printed.

Keywords are upper case, operators have blanks around them, a query has one step to the line. Parentheses stand only
where the tree needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from vaultkit.dql.lexer import name_end
from vaultkit.dql.parse_query import default_name
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
    Query,
    QueryHeader,
    QueryStep,
    ShorthandLiteral,
    SortKey,
    SortStep,
    Source,
    StringLiteral,
    TableQuery,
    TagSource,
    Variable,
    WhereStep,
)
from vaultkit.dql.values import Link, LinkType
from vaultkit.text import pattern

_WORDS = {Operator.AND: "and", Operator.OR: "or"}
_OFFSET = pattern(r"UTC([+-][0-9]{1,2}(?::[0-9]{2})?)")
#: The precedence of what stands whole beside a postfix or `!`; those of `Binary` are 0 to 3, that of `!` is 4.
_ATOM = 5
_NEGATED = 4
#: A number too large for a double.
_INFINITE = "1" + 309 * "0"


def print_query(query: Query) -> str:
    """Return a query as text, one step to the line."""
    lines = [_header(query.header)]
    if query.source != FolderSource("") or _needs_from(query):
        lines.append(f"FROM {print_source(query.source)}")
    return "\n".join([*lines, *map(_step, query.steps)])


def _needs_from(query: Query) -> bool:
    """Whether the first step would be read as part of the header, or as the query's own source."""
    match query.header, query.steps[:1]:
        case _, (FromStep(),):
            return True
        case TableQuery(fields=()) | ListQuery(format=None), (SortStep(),):
            return True
    return False


def _header(header: QueryHeader) -> str:
    words = [header.type.upper()]
    match header:
        case TableQuery(fields=fields, show_id=show_id):
            words += _without_id(show_id)
            words += [", ".join(map(_named_field, fields))] if fields else []
        case ListQuery(format=shown, show_id=show_id):
            words += _without_id(show_id)
            words += [] if shown is None else [print_expression(shown)]
        case CalendarQuery(field=field):
            words.append(_named_field(field))
    return " ".join(words)


def _without_id(show_id: bool) -> list[str]:
    return [] if show_id else ["WITHOUT ID"]


def _named_field(field: NamedField) -> str:
    """Return an expression and its name, which is left out where Dataview would give the same."""
    text = print_expression(field.expression)
    if field.name == default_name(text):
        return text
    return f"{text} AS {_name(field.name)}"


def _step(step: QueryStep) -> str:
    match step:
        case WhereStep(condition=condition):
            return f"WHERE {print_expression(condition)}"
        case SortStep(keys=keys):
            return f"SORT {', '.join(map(_sort_key, keys))}"
        case LimitStep(amount=amount):
            return f"LIMIT {print_expression(amount)}"
        case GroupStep(field=field):
            return f"GROUP BY {_named_field(field)}"
        case FlattenStep(field=field):
            return f"FLATTEN {_named_field(field)}"
        case FromStep(source=source):
            return f"FROM {print_source(source)}"


def _sort_key(key: SortKey) -> str:
    return print_expression(key.expression) + (" DESC" if key.descending else "")


def print_source(source: Source) -> str:
    """Return a source as text."""
    match source:
        case FolderSource(path=path):
            return _string(path)
        case TagSource(tag=tag):
            return tag
        case CsvSource(path=path):
            return f"csv({_string(path)})"
        case LinkSource(path=path, direction=direction):
            link = f"[[{_linktext(Link(path))}]]"
            return link if direction is Direction.INCOMING else f"outgoing({link})"
        case NegatedSource(child=child):
            return f"-{_source_operand(child)}"
        case BinarySource(first=first, rest=rest):
            return _source_operand(first) + "".join(
                f" {_WORDS[operator]} {_source_operand(operand)}" for operator, operand in rest
            )


def _source_operand(source: Source) -> str:
    text = print_source(source)
    return f"({text})" if isinstance(source, BinarySource) else text


def print_expression(expression: Expression) -> str:
    """Return an expression as text."""
    match expression:
        case Binary(first=first, rest=rest):
            return _binary(first, rest)
        case Negated(child=child):
            return _negated(child)
        case Lambda(arguments=arguments, value=value):
            return f"({', '.join(arguments)}) => {print_expression(value)}"
        case Index(object=owner, index=index):
            return _index(owner, index)
        case FunctionCall(function=function, arguments=arguments):
            return _call(function, arguments)
        case ListExpr(items=items):
            return _list(items)
        case ObjectExpr(entries=entries):
            inner = ", ".join(f"{_name(key)}: {print_expression(value)}" for key, value in entries)
            return f"{{ {inner} }}" if entries else "{}"
        case Variable(name=name):
            return name
    return _literal(expression)


def _negated(child: Expression) -> str:
    """Return `!` and what it negates; right before a link it would make an embed."""
    text = _operand(child, _NEGATED)
    return f"!({text})" if text.startswith("[[") else f"!{text}"


def _binary(first: Expression, rest: Sequence[tuple[Operator, Expression]]) -> str:
    level = _level(rest[0][0])
    parts = [_operand(first, level + 1)]
    for operator, operand in rest:
        parts += [_WORDS.get(operator, operator.value), _operand(operand, level + 1)]
    return " ".join(parts)


def _level(operator: Operator) -> int:
    return next(level for level, operators in enumerate(PRECEDENCE) if operator in operators)


def _operand(expression: Expression, least: int) -> str:
    """Return an expression, in parentheses if it binds less tightly than its place asks for."""
    text = print_expression(expression)
    return text if _binding(expression) >= least else f"({text})"


def _binding(expression: Expression) -> int:
    match expression:
        case Lambda():
            return -1
        case Binary(rest=((operator, _), *_)):
            return _level(operator)
        case Negated():
            return _NEGATED
    return _ATOM


def _index(owner: Expression, index: Expression) -> str:
    text = _operand(owner, _ATOM)
    match owner, index:
        case NumberLiteral(), _:
            pass
        case _, StringLiteral(value=name) if _is_name(name):
            return f"{text}.{name}"
    return f"{text}[{print_expression(index)}]"


def _call(function: Expression, arguments: Sequence[Expression]) -> str:
    """Return a call; `date` of a variable such as `today` would be a date."""
    text = _operand(function, _ATOM)
    match function, arguments:
        case Variable(name="date"), (Variable(name=name),) if name in set(DateShorthand):
            text = "(date)"
    return f"{text}({', '.join(map(print_expression, arguments))})"


def _list(items: Sequence[Expression]) -> str:
    """Return a list; one that begins with a list would be a link."""
    text = ", ".join(map(print_expression, items))
    return f"[ {text} ]" if text.startswith("[") else f"[{text}]"


def _literal(expression: Expression) -> str:
    match expression:
        case NullLiteral():
            return "null"
        case BooleanLiteral(value=value):
            return "true" if value else "false"
        case NumberLiteral(value=value):
            return _number(value)
        case StringLiteral(value=value):
            return _string(value)
        case LinkLiteral(link=link):
            return _link(link)
        case ShorthandLiteral(shorthand=shorthand):
            return f"date({shorthand})"
        case DateLiteral():
            return f"date({_date(expression)})"
        case DurationLiteral(parts=parts):
            return f"dur({', '.join(f'{_number(amount)} {unit}' for amount, unit in parts)})"
    raise TypeError(f"no literal: {type(expression).__name__}")


def _number(value: float) -> str:
    """Return a number without exponent, which the language does not have."""
    if value in (float("inf"), float("-inf")):
        return _INFINITE if value > 0 else f"-{_INFINITE}"
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def _string(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _name(name: str) -> str:
    """Return a name bare where it can be, else as a string."""
    return name if _is_name(name) else _string(name)


def _is_name(text: str) -> bool:
    return bool(text) and name_end(text, 0) == len(text)


def _date(date: DateLiteral) -> str:
    """Return a date in the shortest form that says it all: a zone needs the seconds."""
    day = f"{date.year:04}-{date.month:02}-{date.day:02}"
    if not (date.hour or date.minute or date.second or date.millisecond or date.zone):
        return day
    clock = f"{date.hour:02}:{date.minute:02}"
    if date.second or date.millisecond or date.zone:
        clock += f":{date.second:02}"
    if date.millisecond:
        clock += f".{date.millisecond:03}"
    return f"{day}T{clock}{_zone(date.zone)}"


def _zone(zone: str | None) -> str:
    if zone is None:
        return ""
    if zone == "utc":
        return "Z"
    offset = _OFFSET.fullmatch(zone)
    return offset[1] if offset else f"[{zone}]"


def _link(link: Link) -> str:
    text = _linktext(link)
    if link.display is not None:
        text += f"|{link.display}"
    return f"{'!' if link.embed else ''}[[{text}]]"


def _linktext(link: Link) -> str:
    """Return what stands before the `|`; a path that holds `#` is only told from a subpath by a `#^` after it."""
    subpath = ""
    if link.type is LinkType.BLOCK or "#" in link.path:
        subpath = f"#^{link.subpath or ''}"
    elif link.type is LinkType.HEADER:
        subpath = f"#{link.subpath or ''}"
    return (link.path + subpath).replace("|", "\\|")
