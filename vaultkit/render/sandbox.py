"""What one rendering may cost, the faults that end it, and the mark on functions that templates may call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set, ValuesView
from contextvars import ContextVar
from types import MethodType
from typing import TypeVar

from msgspec import Struct

from vaultkit.text import Message

V = TypeVar("V")

#: One step pays for so many characters of text that are made, searched or compared.
CHARACTERS_A_STEP = 256
#: Whole numbers may have so many bits, about 1,200 digits.
BITS = 4096
#: Steps between two looks at `Budget.cancelled`.
POLL = 1_000


class Budget(Struct, frozen=True):
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


class TemplateFunction(Struct, frozen=True):
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


# What is said.


def shown(value: object, most: int = 60) -> str:
    """Return a name for a sentence: one line of at most so many characters."""
    text = str(value) if isinstance(value, str | int | float) else type(value).__name__
    return " ".join(text[:most].split()) + ("…" if len(text) > most else "")


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
