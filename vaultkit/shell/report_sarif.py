"""Diagnostics as SARIF 2.1.0, the format of code scanners (OASIS, `sarif-v2.1.0`, errata 01)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote

from vaultkit import __version__
from vaultkit.diagnostics import Kind, Severity
from vaultkit.edits import Edit
from vaultkit.rules.baseline import fingerprint
from vaultkit.rules.explained import EXPLANATIONS
from vaultkit.rules.explained.explanation import Files
from vaultkit.rules.kinds import FAMILIES, KINDS
from vaultkit.shell.placed import Placed
from vaultkit.text import LineIndex

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: The root of the checkout, by the name that code scanners agree on.
BASE = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_RULES = {kind.code: at for at, kind in enumerate(KINDS)}
_BOM = "\ufeff"

Json = dict[str, object]
Lines = Callable[[str], LineIndex | None]


def as_sarif(found: Sequence[Placed], language: str, lead: str, lines: Lines) -> Json:
    """Return a SARIF log with one run.

    `lead` stands before the vault's paths in its repository. Columns count characters (code points) and,
    as SARIF wants it, no byte order mark; `lines` gives the text of a file.
    """
    driver = {
        "name": "vaultkit",
        "version": __version__,
        "semanticVersion": __version__,
        "language": language,
        "rules": [_rule(kind, language) for kind in KINDS],
    }
    run = {
        "tool": {"driver": driver},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": list(_results(found, language, lead, lines)),
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(kind: Kind, language: str) -> Json:
    rule: Json = {
        "id": kind.code,
        "name": kind.name,
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
        "properties": {"tags": [FAMILIES[kind.code[2]].of(language)]},
    }
    explained = EXPLANATIONS.get(kind.code)
    if explained is None:
        return {**rule, "shortDescription": {"text": kind.name}}
    why, remedy = explained.why.of(language), explained.remedy.of(language)
    bad, good = ("Mauvais", "Bon") if language == "fr" else ("Bad", "Good")
    markdown = [why, remedy, f"**{bad}**", *_fenced(explained.bad), f"**{good}**", *_fenced(explained.good)]
    return {
        **rule,
        "shortDescription": {"text": first_sentence(why)},
        "fullDescription": {"text": why},
        "help": {"text": f"{why}\n\n{remedy}", "markdown": "\n\n".join(markdown)},
    }


def first_sentence(text: str) -> str:
    """Return the first sentence of an explanation."""
    return text.split(". ")[0].rstrip(".") + "."


def _fenced(files: Files) -> Iterator[str]:
    for path, content in files.items():
        text = content if isinstance(content, str) else content.decode(errors="replace")
        yield f"`{path}`\n\n````markdown\n{text.rstrip()}\n````"


def _results(found: Iterable[Placed], language: str, lead: str, lines: Lines) -> Iterator[Json]:
    seen: Counter[object] = Counter()
    for each in found:
        kind, finding, path = each.diagnostic.kind, each.diagnostic.finding, each.diagnostic.path
        key = fingerprint(each.diagnostic)
        text = lines(path)
        bom = int(text is not None and text.text.startswith(_BOM))
        message = finding.message.of(language)
        hint = finding.hint.of(language) if finding.hint else ""
        place = {"artifactLocation": _file(lead + path), "region": _region(each, bom)}
        result: Json = {
            "ruleId": kind.code,
            "ruleIndex": _RULES[kind.code],
            "level": _LEVELS[kind.severity],
            "message": {"text": f"{message}\n→ {hint}" if hint else message},
            "locations": [{"physicalLocation": place}],
            "partialFingerprints": {"vaultkit/v1": _digest(*key, str(seen[key]))},
        }
        seen[key] += 1
        if finding.fix:
            change = {
                "artifactLocation": _file(lead + path),
                "replacements": [_replacement(edit, bom) for edit in finding.fix],
            }
            result["fixes"] = [{"description": {"text": hint or message}, "artifactChanges": [change]}]
        yield result


def _file(path: str) -> Json:
    return {"uri": quote(path, safe="/", errors="surrogatepass"), "uriBaseId": BASE}


def _region(each: Placed, bom: int) -> Json:
    """Return a place; a byte order mark stands on the first line and counts for nothing."""
    column = max(1, each.column - bom) if each.line == 1 else each.column
    end = max(1, each.end_column - bom) if each.end_line == 1 else each.end_column
    return {"startLine": each.line, "startColumn": column, "endLine": each.end_line, "endColumn": end}


def _replacement(edit: Edit, bom: int) -> Json:
    span = edit.span
    start = max(0, span.start - bom)
    return {
        "deletedRegion": {"charOffset": start, "charLength": max(0, span.end - bom - start)},
        "insertedContent": {"text": edit.text},
    }


def _digest(*parts: str) -> str:
    """Return by what a result is known again after lines have moved."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]
