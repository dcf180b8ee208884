"""`doctor`: what stands around the notes and could harm them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator

from vaultkit.diagnostics import Severity
from vaultkit.shell import console, report
from vaultkit.shell.commands.context import language_of
from vaultkit.shell.doctor.checkup import checkup
from vaultkit.shell.doctor.remark import Remark
from vaultkit.shell.doctor.surroundings import Surroundings
from vaultkit.shell.names import find_vault

_SIGNS = {Severity.ERROR: ("✖", "31"), Severity.WARNING: ("⚠", "33"), Severity.INFO: ("✔", "32")}


def doctor(arguments: Namespace) -> int:
    """Run the command; return 1 if something breaks notes."""
    around = Surroundings(find_vault(arguments.vault))
    found = checkup(around)
    voice = console.Voice(_language(around))
    if arguments.json:
        print(report.document(remarks=[_as_json(remark, voice.language) for remark in found]))
    else:
        for line in _as_text(found, voice.language):
            print(line)
        _sum_up(found, voice)
    return int(any(remark.severity is Severity.ERROR for remark in found))


def _language(around: Surroundings) -> str:
    if around.session is not None:
        return language_of(around.session)
    return console.locale_language() or "fr"


def _as_text(found: Iterable[Remark], language: str) -> Iterator[str]:
    """Yield what breaks, then what deserves attention, then what works: each with its place and what to do."""
    colon = "\u00a0: " if language == "fr" else ": "
    remarks = list(found)
    for severity, (sign, colour) in _SIGNS.items():
        for remark in remarks:
            if remark.severity is not severity:
                continue
            yield f"{console.paint(sign, colour)} {remark.message.of(language)}"
            yield from (f"    · {detail.of(language)}" for detail in remark.details)
            if remark.path and severity is not Severity.INFO:
                yield f"    {remark.path}{colon}{remark.key}" if remark.key else f"    {remark.path}"
            if remark.todo:
                yield f"    → {remark.todo.of(language)}"


def _as_json(remark: Remark, language: str) -> dict[str, object]:
    return {
        "name": remark.name,
        "severity": str(remark.severity),
        "path": remark.path or None,
        "key": remark.key or None,
        "message": remark.message.of(language),
        "details": [detail.of(language) for detail in remark.details],
        "todo": remark.todo.of(language) if remark.todo else None,
    }


def _sum_up(found: list[Remark], voice: console.Voice) -> None:
    """Say in one line how the vault stands."""
    errors = sum(remark.severity is Severity.ERROR for remark in found)
    warnings = sum(remark.severity is Severity.WARNING for remark in found)
    if errors:
        voice.say(
            f"→ {report.nombre(errors, 'point à corriger', 'points à corriger')}, {warnings} à regarder. "
            "Rien n’a été changé.",
            f"→ {report.number(errors, 'thing')} to mend, {warnings} to look at. Nothing was changed.",
        )
    elif warnings:
        voice.say(
            f"→ {report.nombre(warnings, 'point')} à regarder, rien qui abîme les notes. Rien n’a été changé.",
            f"→ {report.number(warnings, 'thing')} to look at, none that breaks notes. Nothing was changed.",
        )
    else:
        voice.say("✔ Rien n’abîme les notes.", "✔ Nothing harms the notes.")
