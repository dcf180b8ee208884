"""What is wrong in a note as it is being typed: what `check` says of it, in the places of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from lsprotocol import types

from vaultkit.diagnostics import Diagnostic, Severity
from vaultkit.errors import VaultkitError
from vaultkit.rules.choice import chosen
from vaultkit.shell.baseline import spoken
from vaultkit.shell.language.workspace import Workspace, range_of
from vaultkit.shell.planning import stale_regions
from vaultkit.shell.session import Session
from vaultkit.text import LineIndex, Span

SOURCE = "vaultkit"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def diagnose(
    workspace: Workspace, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    """Return what is wrong in a note; nothing for a file that is none of ours."""
    path = workspace.path_of(params.text_document.uri)
    if path is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    session = workspace.session
    lines = session.lines(path) or LineIndex("")
    return types.RelatedFullDocumentDiagnosticReport(
        items=as_typed(found_in(session, path), lines, workspace.language)
    )


def found_in(session: Session, path: str) -> Sequence[Diagnostic]:
    """Return what `check` says of one note, and which of its regions `rebuild --check` calls stale.

    What is accepted in the baseline is not said.
    """
    plan = session.plan(only={path})
    stale = chosen(stale_regions(plan), session.settings, session.index.notes)
    found = sorted((*session.check(plan, [path]), *stale), key=lambda each: each.finding.span)
    with suppress(VaultkitError):  # a baseline that cannot be read holds nothing back
        return spoken(session, found, whole=False).found
    return found


def as_typed(found: Iterable[Diagnostic], lines: LineIndex, language: str) -> list[types.Diagnostic]:
    """Return diagnostics of one text as the protocol types them."""
    return [
        types.Diagnostic(
            range=range_of(lines, _shown(lines.text, each.finding.span)),
            message=_words(each, language),
            severity=_SEVERITIES[each.kind.severity],
            code=each.kind.code,
            source=SOURCE,
        )
        for each in found
    ]


def _words(diagnostic: Diagnostic, language: str) -> str:
    finding = diagnostic.finding
    said = finding.message.of(language)
    return f"{said}\n{finding.hint.of(language)}" if finding.hint else said


def _shown(text: str, span: Span) -> Span:
    """Return a span without the newline that it may end with."""
    newline = span.end > span.start and text[span.end - 1 : span.end] == "\n"
    return Span(span.start, span.end - newline)
