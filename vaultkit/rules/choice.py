"""Which diagnostics are said, and how loudly: the vault's settings, and the waivers in a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from vaultkit.diagnostics import Diagnostic, Kind, Severity
from vaultkit.markdown.marks import MAY_WAIVE
from vaultkit.markdown.note import Note
from vaultkit.markdown.waivers import waivers
from vaultkit.rules.kinds import FAMILIES, kinds_named
from vaultkit.settings import Settings


def chosen(
    found: Iterable[Diagnostic], settings: Settings, notes: Mapping[str, Note]
) -> Iterator[Diagnostic]:
    """Yield the diagnostics that are to be said, each with the severity that the vault gives it."""
    severities = severities_of(settings)
    last: tuple[str, frozenset[str]] = ("", frozenset())
    for diagnostic in found:
        kind = diagnostic.kind
        if diagnostic.path != last[0]:
            last = (diagnostic.path, waived(notes.get(diagnostic.path)))
        severity = severities.get(kind.code, kind.severity)
        if severity is None or kind.code in last[1]:
            continue
        yield (
            diagnostic
            if severity is kind.severity
            else replace(diagnostic, kind=replace(kind, severity=severity))
        )


def severities_of(settings: Settings) -> Mapping[str, Severity | None]:
    """Return the severities that a vault gives to codes, None where it wants to hear nothing of them.

    A name that several kinds have gives way to the code of one.
    """
    said = (
        (Severity.INFO, settings.check_info),
        (Severity.WARNING, settings.check_warning),
        (Severity.ERROR, settings.check_error),
        (None, settings.check_ignore),
    )
    meant = [(kinds_named(name), severity) for severity, names in said for name in names]
    meant.sort(key=lambda pair: -len(pair[0]))
    return {kind.code: severity for kinds, severity in meant for kind in kinds}


def waived(note: Note | None) -> frozenset[str]:
    """Return the codes that a note waives."""
    if note is None or not note.marks & MAY_WAIVE:
        return frozenset()
    return _codes(waivers(note.for_once()))


def is_of_family(kind: Kind, name: str) -> bool:
    """Whether a kind belongs to the family with this English name: `frontmatter`."""
    return FAMILIES[kind.code[2]].en == name


def _codes(said: Iterable[str]) -> frozenset[str]:
    return frozenset(kind.code for one in said for kind in kinds_named(one))
