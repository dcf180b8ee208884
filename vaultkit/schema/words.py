"""Small phrases that messages about schemas are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from vaultkit.text import Message, fold

if TYPE_CHECKING:
    from vaultkit.schema.source import Step

#: For how many values of a note or schema the nearest option is looked up: each search costs a pass.
HINTS = 20
#: How much of a value a message shows.
_SHOWN = 60
#: How many options a message lists, how many are looked through for a likeness, and how long a text may be for it.
_LISTED, _SEARCHED, _COMPARED = 12, 200, 80

TYPES = {
    "string": Message("un texte", "a text"),
    "integer": Message("un nombre entier", "a whole number"),
    "number": Message("un nombre", "a number"),
    "boolean": Message("une case à cocher (true ou false)", "a checkbox (true or false)"),
    "array": Message("une liste", "a list"),
    "object": Message("un groupe de propriétés", "a group of properties"),
    "null": Message("rien", "nothing"),
}


def shown(value: Any) -> str:
    """Return a value as a message names it: on one line, cut where it is long."""
    said = "true" if value is True else "false" if value is False else "" if value is None else str(value)
    if isinstance(value, list | dict):
        said = "…"
    said = " ".join(said[: _SHOWN * 2].split())
    return f"{said[:_SHOWN]}…" if len(said) > _SHOWN else said


def named(path: Sequence[Step]) -> str:
    """Return what a message calls the value at a path: `equipe[2].nom`, counted from 1."""
    said = ""
    for step in path:
        said += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if said else shown(step)
    return said


def listed(values: Iterable[Any]) -> str:
    """Return values as a message lists them."""
    said = [shown(value) for value in values if value not in (None, "")]
    return ", ".join(said if len(said) <= _LISTED else [*said[:_LISTED], "…"])


def either(words: Sequence[Message]) -> Message:
    """Return alternatives: `un texte ou une liste`."""
    fr, en = [word.fr for word in words], [word.en for word in words]
    if len(words) < 2:
        return words[0] if words else Message("", "")
    return Message(
        f"{', '.join(fr[:-1])} ou {fr[-1]}",
        f"{', '.join(en[:-1])} or {en[-1]}",
    )


def nearest(said: object, options: Iterable[object]) -> str | None:
    """Return the option most like what was said, None if none is near or a search would take long."""
    if not isinstance(said, str) or len(said) > _COMPARED:
        return None
    texts = (one for one in options if isinstance(one, str) and one and len(one) <= _COMPARED)
    return _nearest(fold(said), tuple(islice(texts, _SEARCHED)))


@lru_cache(maxsize=1 << 12)
def _nearest(key: str, options: tuple[str, ...]) -> str | None:
    by_key = {fold(one): one for one in reversed(options)}
    if key in by_key:
        return by_key[key]
    from difflib import get_close_matches

    near = get_close_matches(key, by_key, n=1, cutoff=0.6)
    return by_key[near[0]] if near else None


def maybe(near: str | None) -> Message | None:
    """Return the hint that asks whether an option was meant."""
    return Message(f"peut-être «\u00a0{near}\u00a0»\u00a0?", f"did you mean '{near}'?") if near else None
