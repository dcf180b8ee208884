"""What a hook says: the worst in a few lines, and how to see the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from msgspec import Struct

from vaultkit.diagnostics import Kind, Severity
from vaultkit.shell.console import Voice
from vaultkit.shell.report_words import counts_of, hint_of, line_of, nombre, number

#: As many diagnostics are told, and as many notes, before the rest is only counted.
MOST = 4


class Said(Struct, frozen=True, array_like=True, gc=False):
    """A diagnostic in the words of one language, as a terminal may have them; `at` is its place in the text."""

    at: int
    kind: Kind
    message: str
    hint: str | None


def worst(kinds: Iterable[Kind]) -> list[int]:
    """Return the numbers of those that are worth a word in a hook, the worst first."""
    order = list(Severity)
    worth = [
        (order.index(kind.severity), at)
        for at, kind in enumerate(kinds)
        if kind.severity is not Severity.INFO
    ]
    return [at for _, at in sorted(worth)]


def say_brief(voice: Voice, found: Iterable[tuple[str, Said]], kinds: Sequence[Kind]) -> int:
    """Say the first of `found`, each with its place, of as many as there are `kinds`; return the exit code."""
    for place, said in islice(found, MOST):
        print(line_of(place, said.kind, said.message, voice.language))
        if said.hint and said.kind.severity is Severity.ERROR:
            print(hint_of(said.hint))
    if (rest := len(kinds) - MOST) > 0:
        voice.say(
            f"… et {nombre(rest, 'autre')}\u00a0: vaultkit check --index",
            f"… and {number(rest, 'more', 'more')}: vaultkit check --index",
        )
    errors = [kind.severity for kind in kinds if kind.severity is Severity.ERROR]
    if not errors:
        return 0
    count = counts_of(errors, voice.language)
    voice.say(
        f"✖ commit refusé ({count})\u00a0: corriger, git add, puis git commit",
        f"✖ commit refused ({count}): mend, git add, then git commit",
    )
    return 1
