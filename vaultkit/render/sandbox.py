"""What a template may touch and what each touch costs: the sandbox, without jinja2.

A vault may have been received as an archive from a stranger, so its templates are hostile. What a
template may use is listed (here `METHODS` and `FIELDS`; filters, tests and globals in `templates`), all
else is refused. What it may use has a price in steps, paid before the work wherever the work could grow.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set, ValuesView
from contextvars import ContextVar
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from types import MethodType
from typing import Any, TypeVar

from vaultkit.text import Message

V = TypeVar("V")

#: One step pays for so many characters of text that are made, searched or compared.
CHARACTERS_A_STEP = 256
#: Whole numbers may have so many bits, about 1,200 digits.
BITS = 4096
#: Macros, blocks and recursive loops may call each other so deep; far below Python's own limit.
DEPTH = 60
#: Steps between two looks at `Budget.cancelled`.
POLL = 1_000
#: `round` takes no more places, `strip` no more characters, `%` no wider field.
PLACES, STRIPPED, FIELD = 20, 64, 999

_PADDING = ("center", "ljust", "rjust", "zfill")
_STRIPPING = ("lstrip", "rstrip", "strip")

#: The methods a template may call. Left out on purpose: `format` and `format_map` (attributes inside the
#: text), `expandtabs`, `translate` and `encode` (growth, bytes), `rfind`, `rsplit` and the like (quadratic),
#: `strftime` (padding), and whatever changes its object.
METHODS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (str, (*_PADDING, *_STRIPPING, "capitalize", "casefold", "count", "endswith", "find", "isalnum")),
    (
        str,
        ("isalpha", "isdigit", "islower", "isspace", "isupper", "join", "lower", "partition", "removeprefix"),
    ),
    (str, ("removesuffix", "replace", "split", "splitlines", "startswith", "swapcase", "title", "upper")),
    (list, ("count", "index")),
    (tuple, ("count", "index")),
    (Mapping, ("get", "items", "keys", "values")),
    (date, ("isoformat", "isoweekday", "weekday")),
    (time, ("isoformat",)),
)
#: The attributes a template may read, besides those of dataclasses and named tuples.
FIELDS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Enum, ("name", "value")),
    (datetime, ("hour", "minute", "second")),
    (date, ("year", "month", "day")),
    (time, ("hour", "minute", "second")),
    (timedelta, ("days", "seconds")),
)


def _owners(table: tuple[tuple[type, tuple[str, ...]], ...]) -> dict[str, tuple[type, ...]]:
    names = {name for _, listed in table for name in listed}
    return {name: tuple(kind for kind, listed in table if name in listed) for name in names}


_METHOD_OWNERS, _FIELD_OWNERS = _owners(METHODS), _owners(FIELDS)


@dataclass(frozen=True, slots=True)
class Budget:
    """What one rendering may cost: `steps`, bytes of `output` (also the size of any one value), and time.

    A step is an item walked over, a call, a value that is put into a list or compared, some 16 nodes of
    template code, or 256 characters of text. `cancelled` is asked every 1,000 steps.
    """

    steps: int = 200_000
    output: int = 5_000_000
    cancelled: Callable[[], bool] | None = None


DEFAULT_BUDGET = Budget()


class TemplateFault(Exception):
    """What is wrong in a template: its name as given, the line (from 1; 0 if unknown), and why."""

    def __init__(self, name: str, line: int, message: Message) -> None:
        super().__init__(f"{name}:{line}: {message.en}")
        self.name = name
        self.line = line
        self.message = message


class Stopped(Exception):
    """Ends a rendering; becomes a `TemplateFault` once the place is known."""

    def __init__(self, message: Message, name: str | None = None, line: int = 0) -> None:
        super().__init__(message.en)
        self.message = message
        self.name = name
        self.line = line


class Unknown:
    """What a template holds when a name has no value; any use of it is a fault."""

    __slots__ = ()

    def stopped(self) -> Stopped:
        """Return the fault of using this."""
        raise NotImplementedError


class Missing(Enum):
    """The type of `MISSING`: no such attribute."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True)
class TemplateFunction:
    """A function that templates may call; as a decorator in a class it makes such a method."""

    function: Callable[..., object]

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the function."""
        return self.function(*args, **kwargs)

    def __get__(self, instance: object, owner: type) -> TemplateFunction:
        """Return the function bound to `instance`, as methods are."""
        return self if instance is None else TemplateFunction(MethodType(self.function, instance))


def template_function(function: Callable[..., object]) -> TemplateFunction:
    """Mark `function` as one that templates may call; what it costs is its own affair."""
    return TemplateFunction(function)


@dataclass(frozen=True, slots=True)
class Method:
    """A listed method of a value; templates never hold a Python method."""

    owner: object
    name: str


# What is said.


def shown(value: object) -> str:
    """Return a name for a sentence: one line, not long."""
    text = str(value) if isinstance(value, str | int | float) else type(value).__name__
    return " ".join(text[:60].split()) + ("…" if len(text) > 60 else "")


def not_allowed(what: object) -> Stopped:
    """Return the fault of touching what templates must not touch."""
    return Stopped(
        Message(
            f"«\u00a0{shown(what)}\u00a0» n’est pas permis dans un modèle",
            f"'{shown(what)}' is not allowed in a template",
        )
    )


def not_text(value: object) -> Stopped:
    """Return the fault of writing what is no text."""
    kind = type(value).__name__
    return Stopped(
        Message(
            f"une valeur de type {kind} ne s’écrit pas telle quelle",
            f"a value of type {kind} cannot be written as text",
        )
    )


def too_large() -> Stopped:
    """Return the fault of a value beyond the budget."""
    return Stopped(Message("une valeur devient trop grande", "a value grows too large"))


INTERRUPTED = Message("interrompu", "interrupted")
TOO_DEEP = Message("le modèle est trop imbriqué", "the template is nested too deeply")
NO_CHARACTER = Message(
    "le modèle écrit un caractère qu’aucun fichier ne peut contenir",
    "the template writes a character that no file can hold",
)


# What it costs.


class Meter:
    """Counts what one rendering spends."""

    __slots__ = ("budget", "depth", "next_poll", "steps", "written")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps = self.written = self.depth = 0
        self.next_poll = POLL

    def spend(self, steps: int = 1) -> None:
        """Pay for `steps`, or stop."""
        self.steps += steps
        if self.steps > self.budget.steps:
            most = self.budget.steps
            raise Stopped(
                Message(
                    f"le modèle fait trop d’étapes (plus de {most})",
                    f"the template takes more than {most} steps",
                )
            )
        if self.steps >= self.next_poll:
            self.next_poll = self.steps + POLL
            if self.budget.cancelled is not None and self.budget.cancelled():
                raise Stopped(INTERRUPTED)

    def write(self, piece: str) -> None:
        """Pay for a piece of the output, or stop."""
        try:
            self.written += len(piece) if piece.isascii() else len(piece.encode())
        except UnicodeEncodeError:
            raise Stopped(NO_CHARACTER) from None
        if self.written > self.budget.output:
            most = self.budget.output
            raise Stopped(
                Message(
                    f"le modèle écrit trop (plus de {most} octets)",
                    f"the template writes more than {most} bytes",
                )
            )


METER: ContextVar[Meter] = ContextVar("METER")


def spend(steps: int = 1) -> None:
    """Pay for `steps` of the rendering that is going on."""
    METER.get().spend(steps)


def fits(size: int) -> None:
    """Stop if a text of `size` characters would be too large; else pay for it."""
    meter = METER.get()
    if size > meter.budget.output:
        raise too_large()
    meter.spend(max(size, 0) // CHARACTERS_A_STEP)


def weight(value: object) -> int:
    """Return what it costs to go through `value` and all that it contains, or stop.

    Containers are weighed when they are made, with all that is inside counted as often as it stands there.
    So neither depth nor `[x, x]` in a loop can outgrow the budget, and comparing stays cheap.
    """
    meter = METER.get()
    total, waiting = 0, [value]
    while waiting:
        part = waiting.pop()
        total += 1
        if isinstance(part, str | bytes):
            if len(part) > meter.budget.output:
                raise too_large()
            total += len(part) // CHARACTERS_A_STEP
        elif isinstance(part, int):
            if part.bit_length() > BITS:
                raise too_large()
        elif isinstance(part, list | tuple | Set | ValuesView):
            waiting.extend(part)
        elif isinstance(part, Mapping):
            waiting.extend(part.keys())
            waiting.extend(part.values())
        if total + len(waiting) > meter.budget.steps:
            meter.spend(total + len(waiting))
    return total


def paid(value: V) -> V:
    """Return `value`, paid for."""
    spend(weight(value))
    return value


def walk(items: Iterable[V]) -> Iterator[V]:
    """Yield the items, each for a step."""
    meter = METER.get()
    for item in items:
        meter.spend()
        yield item


# What may be done with values.


def read(value: object, name: str) -> object:
    """Return an attribute of `value` that templates may see, or `MISSING`; stop at any other."""
    if name.startswith("_"):
        raise not_allowed(name)
    if isinstance(value, Mapping) and name in value:
        return value[name]  # before the methods: `line.items` of a row with such a key is its own
    if isinstance(value, _METHOD_OWNERS.get(name, ())):
        return Method(value, name)
    if isinstance(value, _FIELD_OWNERS.get(name, ())):
        return getattr(value, name)
    if isinstance(value, tuple) and name in getattr(type(value), "_fields", ()):
        return getattr(value, name)
    if is_dataclass(value) and not isinstance(value, type | TemplateFunction | Method):
        found = getattr(value, name, MISSING)
        if callable(found) and not isinstance(found, TemplateFunction):
            raise not_allowed(name)
        return found
    if isinstance(value, type) or callable(value) or hasattr(type(value), name):
        raise not_allowed(name)
    return MISSING


def item(value: object, key: object) -> object:
    """Return `value[key]` of a list, a text or a mapping, or `MISSING`."""
    try:
        if isinstance(value, Mapping):
            return value[key] if key in value else MISSING  # noqa: SIM401 (a default dict must not grow)
        if isinstance(value, list | tuple | str | range) and isinstance(key, int):
            return value[key]
    except (TypeError, LookupError):
        pass
    return MISSING


def cut(value: object, start: int | None, stop: int | None, step: int | None) -> object:
    """Return `value[start:stop:step]` of a list or a text."""
    if not isinstance(value, str | list | tuple | range):
        raise not_text(value) if not isinstance(value, Unknown) else value.stopped()
    part = value[start:stop:step]
    spend(1 + (len(part) // CHARACTERS_A_STEP if isinstance(part, str) else len(part)))
    return part


def text_of(value: object) -> str:
    """Return `value` as it is written: nothing for `None`; a list or an object is a fault."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, int | float | date | time | timedelta):
        return str(value)
    if isinstance(value, Enum):
        return text_of(value.value)
    if isinstance(value, Unknown):
        raise value.stopped()
    if is_dataclass(value) and not callable(value) and type(value).__str__ is not object.__str__:
        return paid(str(value))
    raise not_text(value)


def joined(separator: str, values: Iterable[object]) -> str:
    """Return the values as one text; its size is known before it is made."""
    texts = [text_of(value) for value in values]
    fits(sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0))
    return separator.join(texts)


def replaced(text: str, old: str, new: str, count: int = -1) -> str:
    """Return `text.replace(old, new, count)`, within bounds."""
    fits(len(text))
    times = text.count(old) if count < 0 else min(count, text.count(old))
    fits(len(text) + times * (len(new) - len(old)))
    return text.replace(old, new, count)


def call_method(method: Method, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
    """Call a listed method, within bounds."""
    owner, name = method.owner, method.name
    for value in (*args, *kwargs.values()):
        spend(weight(value))
    if isinstance(owner, str):
        fits(len(owner))
        if name == "replace":
            return replaced(owner, *args, **kwargs)  # type: ignore[arg-type]
        if name == "join":
            return joined(owner, walk(*args))  # type: ignore[arg-type]
        if name in _PADDING and args and isinstance(args[0], int):
            fits(args[0])
        if name in _STRIPPING and args and isinstance(args[0], str) and len(args[0]) > STRIPPED:
            raise too_large()
        return paid(getattr(owner, name)(*args, **kwargs))
    if isinstance(owner, list | tuple):
        spend(weight(owner))
    return getattr(owner, name)(*args, **kwargs)


def _multiply(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > BITS:
            raise too_large()
    elif not isinstance(left, int | float) or not isinstance(right, int | float):
        row, times = (right, left) if isinstance(left, int) else (left, right)
        if not isinstance(row, str | list | tuple) or not isinstance(times, int):
            raise not_allowed("*")
        if isinstance(row, str):
            fits(len(row) * times)
        else:
            spend(max(len(row) * times, 0))
    return left * right  # type: ignore[operator]


def _power(left: object, right: object) -> object:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise not_allowed("**")
    if isinstance(left, int) and isinstance(right, int) and abs(right) * left.bit_length() > BITS:
        raise too_large()
    return left**right


_SPECIFIER = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?[-#0 +]*(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+)?)?[hlL]?(?P<kind>.)",
    re.DOTALL,
)


def printed(pattern: str, values: object) -> str:
    """Return `pattern % values` for plain specifiers: no `*`, no `%r`, no wide field."""
    fits(len(pattern))
    size, keys = len(pattern), []
    for found in _SPECIFIER.finditer(pattern):
        spend()
        for field in (found["width"] or "0", found["precision"] or "0"):
            if not field.isdecimal() or len(field) > len(str(FIELD)):
                raise too_large()
            size += int(field)
        if found["kind"] not in "sdiouxXeEfFgGc%":
            raise not_allowed(found[0])
        if found["key"] is not None:
            keys.append(found["key"])
        size += BITS // 3 if found["kind"] != "%" else 0
    plain: object
    if isinstance(values, Mapping) and keys:
        plain = {key: _printable(values[key]) for key in keys}
        longest = max((len(value) for value in plain.values() if isinstance(value, str)), default=0)
        size += longest * len(keys)
    else:
        plain = tuple(map(_printable, walk(values if isinstance(values, tuple) else (values,))))
        size += sum(len(value) for value in plain if isinstance(value, str))
    fits(size)
    return pattern % plain


def _printable(value: object) -> object:
    return value if isinstance(value, int | float) else text_of(value)


def _remainder(left: object, right: object) -> object:
    if isinstance(left, str):
        return printed(left, right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise not_allowed("%")
    return left % right


OPERATORS: dict[str, Callable[[object, object], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": _multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": _power,
    "%": _remainder,
}


def reckon(sign: str, left: object, right: object) -> object:
    """Return `left sign right`, paid for."""
    for value in (left, right):
        if isinstance(value, Unknown):
            raise value.stopped()
    return paid(OPERATORS[sign](left, right))


_COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def compare(left: object, *others: tuple[str, object]) -> object:
    """Return the outcome of a comparison such as `a < b <= c`, paid for."""
    outcome: object = True
    for sign, right in others:
        pay_comparison(sign, left, right)
        outcome = _COMPARISONS[sign](left, right)
        if not outcome:
            return outcome
        left = right
    return outcome


def pay_comparison(sign: str, left: object, right: object) -> None:
    """Pay for comparing two values, or for looking for one in the other."""
    if sign in ("in", "notin"):
        if isinstance(right, range):
            spend(0 if type(left) in (int, bool) else len(right))
        else:
            spend(weight(left if isinstance(right, Mapping | Set) else right))
    elif sign in ("eq", "ne") and isinstance(left, list | str) and isinstance(right, list | str):
        spend(weight(left) + weight(right) if type(left) is type(right) and len(left) == len(right) else 1)
    else:
        spend(weight(left) + weight(right))


def short_range(*bounds: int) -> range:
    """Return a range; one that no budget could walk is refused at once."""
    found = range(*bounds)
    if len(found) > METER.get().budget.steps:
        spend(len(found))
    return found


# The filters that could grow a text, or that jinja2 does not have.


def fill(value: object, width: int = 80) -> str:
    """Center a text in `width` characters (filter `center`)."""
    fits(width)
    return paid(text_of(value).center(width))


def indent(value: object, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Indent the lines of a text but the first, and no blank one."""
    if isinstance(width, int):
        fits(width)
    margin = width if isinstance(width, str) else " " * width
    lines = paid(text_of(value).split("\n"))
    fits(sum(map(len, lines)) + len(lines) * (len(margin) + 1))
    return "\n".join(
        margin + line if (first or at) and (line or blank) else line for at, line in enumerate(lines)
    )


def batch(value: Iterable[object], linecount: int, fill_with: object = None) -> list[list[object]]:
    """Return the items in rows of `linecount`, the last one filled up."""
    if linecount < 1:
        raise not_allowed(linecount)
    items = list(walk(value))
    rows = [items[at : at + linecount] for at in range(0, len(items), linecount)]
    if rows and fill_with is not None:
        spend(max(linecount - len(rows[-1]), 0))
        rows[-1] += [fill_with] * (linecount - len(rows[-1]))
    return paid(rows)


def rounded(value: float, precision: int = 0, method: str = "common") -> float:
    """Round a number: `common`, `ceil` or `floor`."""
    if abs(precision) > PLACES:
        raise too_large()
    if method == "common":
        return round(value, precision)
    scale = 10.0**precision
    return (value * scale // 1 if method == "floor" else -(-value * scale // 1)) / scale


def total(value: Iterable[object], start: object = 0) -> object:
    """Return the sum of the items."""
    for term in walk(value):
        start = reckon("+", start, term)
    return start


def backwards(value: Any) -> object:
    """Return a text or the items the other way round (filter `reverse`)."""
    if not isinstance(value, str | list | tuple | range):
        value = list(walk(value))
    return cut(value, None, None, -1)


def strip(value: object, chars: str | None = None) -> str:
    """Take blanks, or `chars`, off both ends (filter `trim`)."""
    return str(call_method(Method(text_of(value), "strip"), (chars,), {}))


def divides(value: object, number: object) -> bool:
    """Whether a number divides another (test `divisibleby`); a text before `%` would be a pattern."""
    return reckon("%", value, number) == 0


def cell(value: object) -> str:
    """Return a value as the content of a table's cell: on one line, `|` escaped."""
    text = text_of(value)
    fits(4 * len(text))
    text = " ".join(text.split())
    return replaced(replaced(text, r"\|", "|"), "|", r"\|")
