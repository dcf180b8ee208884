"""The filters and the tests that templates may use: jinja2's own, each at its price, and ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vaultkit.render.sandbox import Unknown, fits, not_allowed, paid, spend, too_large, walk, weight
from vaultkit.render.sandbox_access import Method, call_method
from vaultkit.render.sandbox_values import compare, cut, joined, printed, reckon, replaced, text_of

Filter = Callable[..., Any]

#: The filters of jinja2, by what is paid before they run. Left out on purpose: attr, random, safe, escape,
#: tojson, pprint, urlize, wordwrap, xmlattr and their like.
TEXT_FILTERS = "capitalize lower title truncate upper wordcount"
VALUE_FILTERS = "abs count d default first float int last length"
ITEM_FILTERS = "list reject rejectattr select selectattr"
NEST_FILTERS = "dictsort items map"
KEY_FILTERS = "max min sort unique"
#: The tests of jinja2, but for the comparisons.
TESTS = (
    "boolean defined false float integer iterable mapping none number sameas sequence string true undefined"
)
#: The comparisons, and the names of the tests that make them.
COMPARISONS = {
    "eq": "== eq equalto",
    "ne": "!= ne",
    "gt": "> gt greaterthan",
    "gteq": ">= ge",
    "lt": "< lt lessthan",
    "lteq": "<= le",
    "in": "in",
}
#: What takes an unknown name without a fault.
LENIENT = ("d", "default", "defined", "undefined")
#: `round` takes no more places.
PLACES = 20


def filters(jinja: Mapping[str, Filter], pass_environment: Callable[[Filter], Filter]) -> dict[str, Filter]:
    """Return every filter there is; `jinja` has those of jinja2, `pass_environment` is its decorator."""
    return {
        **{name: _text_filter(jinja[name]) for name in TEXT_FILTERS.split()},
        **{name: _value_filter(name, jinja[name]) for name in VALUE_FILTERS.split()},
        **{name: _item_filter(jinja[name]) for name in ITEM_FILTERS.split()},
        **{name: _item_filter(jinja[name], compares=True) for name in KEY_FILTERS.split()},
        **{name: _nest_filter(jinja[name]) for name in NEST_FILTERS.split()},
        "batch": _batch,
        "cell": _cell,
        "center": _center,
        "format": _format,
        "groupby": _nest_filter(jinja["groupby"], compares=True),
        "indent": _indent,
        "join": pass_environment(_join),
        "replace": _replace,
        "reverse": _reverse,
        "round": _round,
        "string": text_of,
        "sum": pass_environment(_sum),
        "trim": _trim,
    }


def tests(jinja: Mapping[str, Any]) -> dict[str, Filter]:
    """Return every test there is; `jinja` has those of jinja2."""
    return {
        **{name: _value_filter(name, jinja[name]) for name in TESTS.split()},
        **{name: _comparison(sign) for sign, names in COMPARISONS.items() for name in names.split()},
        "divisibleby": _divides,
        "even": lambda value: _divides(value, 2),
        "odd": lambda value: not _divides(value, 2),
    }


# Those of jinja2. The value may stand behind what jinja2 itself passes: its environment or the context.


def _given(function: Filter) -> int:
    """Return how many arguments jinja2 puts before the value."""
    return 0 if getattr(function, "jinja_pass_arg", None) is None else 1


def _like(original: Filter, made: Filter) -> Filter:
    """Return `made`, to be called by jinja2 as it calls `original`."""
    if _given(original):
        made.jinja_pass_arg = original.jinja_pass_arg  # type: ignore[attr-defined]
    return made


def _text_filter(original: Filter) -> Filter:
    def run(*args: Any, **kwargs: Any) -> Any:
        at = _given(original)
        text = text_of(args[at])
        fits(len(text))
        spend(len(text) // 64)  # title and wordcount make a list of the words
        return paid(original(*args[:at], text, *args[at + 1 :], **kwargs))

    return _like(original, run)


def _value_filter(name: str, original: Filter) -> Filter:
    def run(*args: Any, **kwargs: Any) -> Any:
        value = args[_given(original)]
        if isinstance(value, Unknown) and name not in LENIENT:
            raise value.stopped()
        spend(weight(value) if isinstance(value, str) else 1)
        made = original(*args, **kwargs)
        return paid(made) if isinstance(made, int) else made

    return _like(original, run)


def _item_filter(original: Filter, compares: bool = False) -> Filter:
    def run(*args: Any, **kwargs: Any) -> Any:
        at = _given(original)
        value = args[at] if isinstance(args[at], Mapping) else list(walk(args[at]))
        widest = sum(len(name) for name in (*args[at + 1 :], *kwargs.values()) if isinstance(name, str))
        spend(len(value) * (1 + widest // 32))
        args = (*args[:at], value, *args[at + 1 :])
        if compares:  # all of these get the environment first
            attribute = inspect.signature(original).bind(*args, **kwargs).arguments.get("attribute")
            key = args[0].keys_of(attribute)
            spend(sum(weight(key(item)) for item in value))
        made = original(*args, **kwargs)
        return list(made) if isinstance(made, Iterator) else made

    return _like(original, run)


def _nest_filter(original: Filter, compares: bool = False) -> Filter:
    inner = _item_filter(original, compares)

    def run(*args: Any, **kwargs: Any) -> Any:
        value = args[_given(original)]
        spend(weight(value) if isinstance(value, Mapping) else 0)
        return paid(inner(*args, **kwargs))

    return _like(original, run)


def _comparison(sign: str) -> Filter:
    return lambda left, right: compare(left, (sign, right))


# Ours: those of jinja2 could grow a text unpaid, or it does not have them. The arguments are named as there.


def _batch(value: Iterable[object], linecount: int, fill_with: object = None) -> list[list[object]]:
    if linecount < 1:
        raise not_allowed(linecount)
    items = list(walk(value))
    rows = [items[at : at + linecount] for at in range(0, len(items), linecount)]
    if rows and fill_with is not None:
        spend(max(linecount - len(rows[-1]), 0))
        rows[-1] += [fill_with] * (linecount - len(rows[-1]))
    return paid(rows)


def _cell(value: object) -> str:
    """Return a value as the content of a table's cell: on one line, `|` escaped."""
    text = text_of(value)
    fits(4 * len(text))
    text = " ".join(text.split())
    return replaced(replaced(text, r"\|", "|"), "|", r"\|")


def _center(value: object, width: int = 80) -> object:
    return call_method(Method(text_of(value), "center"), (width,), {})


def _divides(value: object, number: object) -> bool:
    """Whether a number divides another; a text before `%` would be a pattern, so it is bounded too."""
    return reckon("%", value, number) == 0


def _format(value: object, *args: object, **kwargs: object) -> str:
    return printed(text_of(value), kwargs or args)


def _indent(value: object, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    if isinstance(width, int):
        fits(width)
    margin = width if isinstance(width, str) else " " * width
    lines = paid(text_of(value).split("\n"))
    fits(sum(map(len, lines)) + len(lines) * (len(margin) + 1))
    return "\n".join(
        margin + line if (first or at) and (line or blank) else line for at, line in enumerate(lines)
    )


def _join(environment: Any, value: Any, d: object = "", attribute: str | int | None = None) -> str:
    return joined(text_of(d), _picked(environment, walk(value), attribute))


def _sum(environment: Any, value: Any, attribute: str | int | None = None, start: Any = 0) -> object:
    for term in walk(_picked(environment, value, attribute)):
        start = reckon("+", start, term)
    return start


def _picked(environment: Any, items: Iterable[Any], attribute: str | int | None) -> Iterable[Any]:
    """Return the items, or one attribute of each."""
    if attribute is None:
        return items
    spend(len(str(attribute)))
    return map(environment.key_of(attribute), items)


def _replace(value: object, old: object, new: object, count: int = -1) -> str:
    return replaced(text_of(value), text_of(old), text_of(new), count)


def _reverse(value: Any) -> object:
    if not isinstance(value, str | list | tuple | range):
        value = list(walk(value))
    return cut(value, None, None, -1)


def _round(value: float, precision: int = 0, method: str = "common") -> float:
    if abs(precision) > PLACES:
        raise too_large()
    if method == "common":
        return round(value, precision)
    scale = 10.0**precision
    return (value * scale // 1 if method == "floor" else -(-value * scale // 1)) / scale


def _trim(value: object, chars: str | None = None) -> object:
    return call_method(Method(text_of(value), "strip"), (chars,), {})
