"""Diagnostics for a person in front of a terminal: each with its line underlined, and no flood of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from vaultkit.diagnostics import Kind, Severity
from vaultkit.shell.console import paint
from vaultkit.shell.placed import Placed
from vaultkit.shell.report import COLOURS, as_text
from vaultkit.shell.snippet import harmless, snippet
from vaultkit.text import Message

#: How many of one kind are shown in one note, and how many in all; the rest is counted.
MOST_ALIKE = 5
MOST = 30
_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_SECRETS = ("secret-",)


def as_terminal(found: Sequence[Placed], language: str, width: int) -> Iterator[str]:
    """Yield diagnostics as lines, the source below each where it may be shown; then what was left out.

    Errors are shown before warnings before remarks, in the order in which they stand.
    """
    shown = _shown(found)
    hidden = _lines_with_secrets(found)
    for at in shown:
        head, *hint = as_text([found[at]], language)
        yield head
        yield from _source(found[at], hidden, width)
        yield from hint
    if len(shown) < len(found):
        yield from _left_out(found, frozenset(shown), language)


def _shown(found: Sequence[Placed]) -> list[int]:
    """Return which are shown: some of each kind in each note, the worst first, at most so many."""
    alike: Counter[tuple[str, str]] = Counter()
    few: list[int] = []
    for at, each in enumerate(found):
        key = (each.diagnostic.path, each.diagnostic.kind.code)
        alike[key] += 1
        if alike[key] <= MOST_ALIKE:
            few.append(at)
    worst = sorted(few, key=lambda at: _FIRST.index(found[at].diagnostic.kind.severity))
    return sorted(worst[:MOST])


def _lines_with_secrets(found: Iterable[Placed]) -> frozenset[tuple[str, int]]:
    """Return the lines that hold a secret: they are shown for nothing else either."""
    return frozenset(
        (each.diagnostic.path, line)
        for each in found
        if each.diagnostic.kind.name.startswith(_SECRETS)
        for line in range(each.line, each.end_line + 1)
    )


def _source(each: Placed, hidden: frozenset[tuple[str, int]], width: int) -> Iterator[str]:
    """Yield the line of a finding and its underline; nothing for a blank line, or one that holds a secret."""
    secret = each.diagnostic.finding.hushed or (each.diagnostic.path, each.line) in hidden
    if secret or not each.source.strip():
        return
    number = str(each.line)
    line, mark = snippet(each, width - len(number) - 6)
    yield f"  {paint(f'{number} │', '2')} {line}"
    yield f"  {paint(' ' * len(number) + ' │', '2')} {paint(mark, COLOURS[each.diagnostic.kind.severity])}"


def _left_out(found: Sequence[Placed], shown: frozenset[int], language: str) -> Iterator[str]:
    """Yield how many of each kind were not shown, the most frequent first, and how to see them."""
    rest = [each.diagnostic for at, each in enumerate(found) if at not in shown]
    kinds: Counter[Kind] = Counter(diagnostic.kind for diagnostic in rest)
    notes = len({diagnostic.path for diagnostic in rest})
    yield Message(
        f"… et {len(rest)} de plus, pas montrés ici, dans {notes} fichier{'s' if notes > 1 else ''}\u00a0:",
        f"… and {len(rest)} more, not shown here, in {notes} file{'s' if notes > 1 else ''}:",
    ).of(language)
    for kind, count in kinds.most_common():
        yield f"{count:>8} × {kind.code} {kind.name}"
    path = harmless(rest[0].path)
    yield Message(
        f'    → tout voir\u00a0: vaultkit check | less\u00a0; une seule note\u00a0: vaultkit check "{path}"',
        f'    → all of them: vaultkit check | less; one note alone: vaultkit check "{path}"',
    ).of(language)
