"""How a function of DQL is declared: variants by types of arguments, and where a list stands for its elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from vaultkit.dql.context import Context, Function, QueryError
from vaultkit.dql.durations import InvalidUnitValueError
from vaultkit.dql.order import type_name
from vaultkit.dql.values import Value

#: Called with the context and the arguments, whose types are those of the variant.
Body: TypeAlias = Callable[..., Value]
#: `"string, number"` or `"*, null"`, each with what is done then, in the order they are tried; `"..."` takes all.
Variants: TypeAlias = Mapping[str, Body]
#: For so many arguments, the places at which a list stands for each of its elements.
Vectorized: TypeAlias = Mapping[int, Sequence[int]]

ANY = "..."
STACK_OVERFLOW = "Maximum call stack size exceeded"
#: Calls with more arguments than this are looked up each time.
_REMEMBERED = 4


def function(name: str, variants: Variants, vectorized: Vectorized | None = None) -> Function:
    """Return the function of these variants; `name` stands in its error messages.

    It raises QueryError and nothing else, in Dataview's words.
    """
    signatures = [(_types(text), body) for text, body in variants.items()]
    places = vectorized or {}
    plans: dict[tuple[type, ...], tuple[Sequence[int], Body]] = {}

    def planned(arguments: tuple[Value, ...]) -> tuple[Sequence[int], Body]:
        types = tuple(map(type_name, arguments))
        lists = [place for place in places.get(len(types), ()) if types[place] == "array"]
        plan = lists, _first_that_fits(name, signatures, types) if not lists else _nothing
        if len(types) <= _REMEMBERED:
            plans[tuple(map(type, arguments))] = plan
        return plan

    def call(context: Context, arguments: tuple[Value, ...]) -> Value:
        lists, body = plans.get(tuple(map(type, arguments))) or planned(arguments)
        try:
            return _of_each(call, context, arguments, lists) if lists else body(context, *arguments)
        except InvalidUnitValueError as error:
            raise QueryError(str(error)) from None
        except RecursionError:
            raise QueryError(STACK_OVERFLOW) from None

    return call


def _types(text: str) -> tuple[str, ...] | None:
    return None if text == ANY else tuple(text.split(", "))


def _first_that_fits(
    name: str, signatures: Sequence[tuple[tuple[str, ...] | None, Body]], types: tuple[str, ...]
) -> Body:
    for wanted, body in signatures:
        if wanted is None or (
            len(wanted) == len(types)
            and all(want in ("*", given) for want, given in zip(wanted, types, strict=True))
        ):
            return body
    raise QueryError(f"No implementation of '{name}' found for arguments: {', '.join(types)}")


def _of_each(
    call: Function, context: Context, arguments: tuple[Value, ...], lists: Sequence[int]
) -> list[Value]:
    """Call a function for each element, of several lists as often as the shortest has elements."""
    columns = {place: argument for place in lists if isinstance(argument := arguments[place], Sequence)}
    count = min(map(len, columns.values()))
    context.budget.spend(count * len(arguments))
    return [
        call(
            context,
            tuple(columns[i][row] if i in columns else other for i, other in enumerate(arguments)),
        )
        for row in range(count)
    ]


def _nothing(context: Context, *arguments: Value) -> Value:
    return None


#: The body of variants that give null.
null: Body = _nothing


def itself(context: Context, value: Value) -> Value:
    """Return the value as it is: the body of variants that change nothing."""
    return value
