"""Diagnostics as workflow commands, which GitHub shows beside the lines of a change.

The form and its escapes are those of GitHub's documentation, "Workflow commands for GitHub Actions":
`%`, carriage return and line feed are escaped everywhere, `:` and `,` in properties too; columns mean
something only where begin and end are on one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultkit.diagnostics import Severity
from vaultkit.shell.placed import Placed
from vaultkit.shell.snippet import harmless

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_github(found: Sequence[Placed], language: str, lead: str) -> Iterator[str]:
    """Yield one command for each diagnostic, errors first, as GitHub shows only the first ten of each kind.

    `lead` stands before the vault's paths in its repository.
    """
    order = list(_COMMANDS)
    for each in sorted(found, key=lambda one: order.index(one.diagnostic.kind.severity)):
        kind, finding = each.diagnostic.kind, each.diagnostic.finding
        properties: dict[str, object] = {"file": harmless(lead + each.diagnostic.path), "line": each.line}
        properties["endLine"] = each.end_line
        if each.end_line == each.line:
            properties |= {"col": each.column, "endColumn": each.end_column}
        properties["title"] = f"{kind.code} {kind.name}"
        said = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
        message = harmless(finding.message.of(language))
        if finding.hint:
            message += f"\n→ {harmless(finding.hint.of(language))}"
        yield f"::{_COMMANDS[kind.severity]} {said}::{message.translate(_DATA)}"
