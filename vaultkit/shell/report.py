"""Diagnostics and changes as text and JSON; nothing here prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from vaultkit.diagnostics import Diagnostic, Severity
from vaultkit.edits import Change, Write
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.console import paint
from vaultkit.shell.placed import Placed
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message, pattern
from vaultkit.vault.index import VaultIndex

#: The regions that are a table with its totals below; and what a person sees as one thing.
_TABLES = frozenset({"couverture", "plan"})
_WHOLE = frozenset({"backlinks", "matrice", "calendrier", "avancement", "evolution"})
#: What the units of a region are called in French and English, of one and of several.
_UNITS = {
    "recap": (("ligne du tableau", "lignes du tableau"), ("row of the table", "rows of the table")),
    "roadmap": (
        ("ligne de la feuille de route", "lignes de la feuille de route"),
        ("line of the roadmap", "lines of the roadmap"),
    ),
    "liens": (("lien",), ("link",)),
    "couverture": (("contrôle",), ("control",)),
    "plan": (
        ("ligne du plan d’action", "lignes du plan d’action"),
        ("row of the action plan", "rows of the action plan"),
    ),
}
#: What JSON must not hold as it stands: halves of characters, and control characters that a terminal may obey.
_ESCAPED = pattern("[\x80-\x9f\ud800-\udfff]")
SCHEMA_VERSION = 1

#: How the code of a drawing begins.
_FENCE = "```"
_BLANKS = pattern(r"[ \t\r\n]+")
COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
SEVERITIES = {
    Severity.ERROR: Message("erreur", "error"),
    Severity.WARNING: Message("avertissement", "warning"),
    Severity.INFO: Message("remarque", "remark"),
}


def as_json(found: Iterable[Placed], language: str) -> list[dict[str, object]]:
    """Return diagnostics as DESIGN §5.1 shapes them: lines and columns from 1, columns in characters."""
    return [
        {
            "code": kind.code,
            "name": kind.name,
            "severity": str(kind.severity),
            "path": each.diagnostic.path,
            "line": each.line,
            "column": each.column,
            "end_line": each.end_line,
            "end_column": each.end_column,
            "message": finding.message.of(language),
            "hint": finding.hint.of(language) if finding.hint else None,
            "fixable": bool(finding.fix),
        }
        for each in found
        for kind, finding in [(each.diagnostic.kind, each.diagnostic.finding)]
    ]


def as_text(found: Iterable[Placed], language: str) -> Iterator[str]:
    """Yield diagnostics as lines: `path:line:col: CODE severity message`, the hint below.

    What comes from the vault cannot break a line, nor make a terminal obey it.
    """
    for each in found:
        kind, finding = each.diagnostic.kind, each.diagnostic.finding
        word = paint(SEVERITIES[kind.severity].of(language), COLOURS[kind.severity])
        place = f"{harmless(each.diagnostic.path)}:{each.line}:{each.column}"
        yield f"{place}: {kind.code} {word} {harmless(finding.message.of(language))}"
        if finding.hint:
            yield f"    → {harmless(finding.hint.of(language))}"


def counted(found: Iterable[Diagnostic], language: str) -> str:
    """Return how many there are of each severity: `1 erreur, 2 avertissements`; empty if none."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in found:
        counts[diagnostic.kind.severity] += 1
    return ", ".join(
        f"{n} {SEVERITIES[severity].of(language)}{'s' if n > 1 else ''}"
        for severity, n in counts.items()
        if n
    )


def nombre(count: int, one: str, many: str = "") -> str:
    """Return a count with its French noun, singular for none: `0 note`, `1 note`, `2 notes`."""
    return f"{count} {one if count < 2 else many or one + 's'}"


def number(count: int, one: str, many: str = "") -> str:
    """Return a count with its English noun: `0 notes`, `1 note`; `many` where an `s` does not do."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def document(**values: object) -> str:
    """Return a JSON document with its schema version first."""
    return as_document({"schema_version": SCHEMA_VERSION, **values})


def as_document(values: object) -> str:
    """Return a value as the JSON that vaultkit prints; half a character and control characters are escaped."""
    import json

    text = json.dumps(values, ensure_ascii=False, indent=2)
    return text if text.isascii() else _ESCAPED.sub(lambda one: f"\\u{ord(one[0]):04x}", text)


def diff(writes: Iterable[Write], index: VaultIndex) -> Iterator[str]:
    """Yield a unified diff of what would be written; on a terminal, control characters are made visible."""
    from difflib import unified_diff

    terminal = sys.stdout.isatty()
    for write in writes:
        known = index.notes.get(write.path) or index.canvases.get(write.path)
        old = known.text if known and write.digest else ""
        source = f"a/{write.path}" if write.digest else "/dev/null"
        for line in unified_diff(_lines(old), _lines(write.text), source, f"b/{write.path}", n=2):
            whole = line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
            yield harmless(whole.replace("\r\n", "\n"), "\t\n") if terminal else whole


def _lines(text: str) -> list[str]:
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


# ------------------------------------------------------------------------------------- changes


def summary(changes: Sequence[Change], language: str, most: int = 12) -> list[str]:
    """Return what changed, in the words of the person: one line for each row, line or item.

    A region that was empty and is filled now is not told unit by unit, and a drawing is nothing to read.
    """
    filled = {c.region for c in changes} - {c.region for c in changes if c.before or not c.fresh}
    told = [c for c in changes if c.region not in filled and not (c.before or c.after).startswith(_FENCE)]
    lines = [_BLANKS.sub(" ", _said(change, language)) for change in told]
    if len(lines) > most:
        rest = len(lines) - most
        more = f"… et {rest} autres changements" if language == "fr" else f"… and {rest} more changes"
        lines = [*lines[:most], more]
    return lines


def counts(changes: Sequence[Change], language: str) -> str:
    """Return how much changed: `1 ligne du tableau, 2 lignes de la feuille de route`."""
    rows: dict[str, set[str]] = {}
    for change in changes:
        kind = change.region.split(":")[0]
        place = change.place.split(" | ")[0] or change.after or change.before
        places = rows.setdefault(kind, set())
        if kind not in _TABLES or change.place:  # the totals below a table follow from its rows
            places.add(place)
    return ", ".join(_count(kind, len(places) or 1).of(language) for kind, places in rows.items())


def _count(kind: str, n: int) -> Message:
    """Return how many units of one kind of region changed."""
    word = REGION_WORDS.get(kind, Message(kind, kind))
    if kind in _WHOLE:
        return word
    if kind in _UNITS:
        return Message(nombre(n, *_UNITS[kind][0]), number(n, *_UNITS[kind][1]))
    return Message(f"{nombre(n, 'élément')} ({word.fr})", f"{number(n, 'item')} ({word.en})")


def _said(change: Change, language: str) -> str:
    colon = "\u00a0: " if language == "fr" else ": "
    place = change.place.replace(" | ", ", ")
    if " | " in change.after or " | " in change.before:
        place, before, after = change.place, change.before and change.place, change.after and change.place
    else:
        before, after = change.before, change.after
    lead = f"{place}{colon}" if place and place not in (before, after) else ""
    if before and after and before != after:
        return f"{lead}{before} → {after}"
    if before == after:
        kept = "gardé à la main" if language == "fr" else "kept by hand"
        return f"{lead}{after} ({kept})" if after else f"{place} ({kept})"
    return f"{lead}+ {after}" if after else f"{lead}− {before}"
