"""`check`: what is wrong in the vault, and the fixes."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial

from vaultkit.diagnostics import Diagnostic, Kind, Severity
from vaultkit.errors import VaultkitError
from vaultkit.rules.choice import is_of_family
from vaultkit.rules.kinds import KINDS
from vaultkit.shell import report
from vaultkit.shell.baseline import Spoken, accept, spoken
from vaultkit.shell.commands.context import Context, open_context, show_diff, tell_refused, tell_undo
from vaultkit.shell.names import find_paths
from vaultkit.shell.placed import Placed, placed
from vaultkit.shell.planning import Done, unexpected
from vaultkit.shell.report import nombre, number
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

#: For how many unresolved links the nearest name is looked up: each costs a pass over all names.
HINTS = 100


def check(arguments: Namespace) -> int:
    """Run the command; return 1 if there is an error."""
    mending = arguments.fix or arguments.add_missing
    _fit_together(arguments, mending)
    context = open_context(arguments)
    asked = _asked(context, arguments.paths)
    if not mending:
        return _tell(context, arguments, asked)
    session = context.session
    from vaultkit.shell.mending import mended

    changes = mended(session, asked, arguments.fix, arguments.add_missing, _wanted(arguments.only))
    if arguments.expect is not None and len(changes.writes) != arguments.expect:
        raise unexpected(arguments.expect, len(changes.writes))
    if arguments.diff:
        return show_diff(context, changes)
    done = session.apply(changes, "check --fix" if arguments.fix else "check --add-missing")
    code = _tell_done(context, done, arguments.format)
    context = open_context(arguments)
    return max(code, _tell(context, arguments, asked))


def _fit_together(arguments: Namespace, mending: bool) -> None:
    """Raise VaultkitError (2) for options that would do nothing, or spoil a program's input."""
    if not mending and (arguments.diff or arguments.expect is not None):
        raise VaultkitError(
            Message(
                "--diff et --expect vont avec --fix ou --add-missing",
                "--diff and --expect go with --fix or --add-missing",
            )
        )
    if arguments.diff and arguments.format != "text":
        raise VaultkitError(
            Message(
                f"--diff montre un diff, pas du {arguments.format}\u00a0: l’un ou l’autre",
                f"--diff shows a diff, no {arguments.format}: one or the other",
            )
        )


def _asked(context: Context, said: list[str]) -> list[str] | None:
    return find_paths(context.session.index, context.session.root, said) if said else None


def _wanted(family: str | None) -> Callable[[Kind], bool]:
    """Return the test for the kinds that `--only` leaves."""
    return partial(is_of_family, name=family) if family else lambda kind: True


def _tell_done(context: Context, done: Done, form: str) -> int:
    """Say what was fixed and refused; return the exit code. A program's input is left alone."""
    voice = context.voice
    if form == "text":
        for write in done.written:
            path = harmless(write.path)
            voice.say(f"✔ corrigé\u00a0: {path}", f"✔ fixed: {path}")
        tell_undo(context, done)
    else:
        for notice in done.notices:
            voice.warn(notice)
        for write in done.written:
            path = harmless(write.path)
            voice.warn(Message(f"✔ corrigé\u00a0: {path}", f"✔ fixed: {path}"))
    return tell_refused(context, done.refused)


# ------------------------------------------------------------------------------ telling


def _tell(context: Context, arguments: Namespace, asked: Sequence[str] | None) -> int:
    """Say what is wrong in the files asked about, or accept it; return the exit code."""
    session, wanted = context.session, _wanted(arguments.only)
    with session.check_ahead() if asked is None else nullcontext():
        found = [each for each in session.check(session.plan(), asked, HINTS) if wanted(each.kind)]
    if arguments.write_baseline:
        return _accept(context, found, arguments, asked)
    whole = asked is None and arguments.only is None
    said = Spoken(tuple(found)) if arguments.no_baseline else spoken(session, found, whole)
    return say(context, said.found, arguments.format, said)


def say(context: Context, found: Sequence[Diagnostic], form: str, held: Spoken | None = None) -> int:
    """Print diagnostics in the form that is asked for; return 1 if one is an error.

    `held` says what the baseline holds back, which is told in a line: on stdout among words for a person,
    else on stderr.
    """
    language = context.language
    for line in FORMATS[form](context, placed(found, context.session.lines)):
        print(line)
    silent = held is not None and held.silent > 0
    if form == "text":
        count = report.counted(found, language)
        clean = (
            ("✔ Rien de nouveau.", "✔ Nothing new.")
            if silent
            else ("✔ Rien à signaler.", "✔ Nothing to report.")
        )
        context.voice.say(*((f"→ {count}", f"→ {count}") if count else clean))
        _tell_remedies(context, found)
    if held is not None:
        for message in _held(held, context.session.settings.check_baseline):
            (context.voice.tell if form == "text" else context.voice.warn)(message)
    return int(any(each.kind.severity is Severity.ERROR for each in found))


def _tell_remedies(context: Context, found: Sequence[Diagnostic]) -> None:
    """Say how many `check` itself can mend."""
    fixes = sum(bool(each.finding.fix) for each in found)
    adds = sum(bool(each.finding.adds or each.finding.elsewhere) for each in found)
    if fixes:
        context.voice.say(
            f"  à corriger d’un coup\u00a0: {fixes} (vaultkit check --fix, à regarder d’abord avec --diff)",
            f"  can be mended at once: {fixes} (vaultkit check --fix; look first with --diff)",
        )
    if adds:
        context.voice.say(
            f"  à compléter d’un coup\u00a0: {adds} (vaultkit check --add-missing, à regarder d’abord avec --diff)",
            f"  can be filled in at once: {adds} (vaultkit check --add-missing; look first with --diff)",
        )


def _held(held: Spoken, name: str) -> Iterator[Message]:
    """Yield what the baseline holds back, and what it holds for nothing."""
    if held.silent:
        yield Message(
            f"  déjà là avant, pas redit\u00a0: {held.silent} ({name})\u00a0; --no-baseline les montre",
            f"  there before, not said again: {held.silent} ({name}); --no-baseline shows them",
        )
    if held.gone:
        yield Message(
            f"  sans objet dans {name}\u00a0: {nombre(held.gone, 'entrée')}\u00a0; --write-baseline le met à jour",
            f"  no longer there, in {name}: {number(held.gone, 'entry', 'entries')}; --write-baseline renews the file",
        )


def _text(context: Context, found: Sequence[Placed]) -> Iterable[str]:
    if not sys.stdout.isatty():
        return report.as_text(found, context.language)
    from shutil import get_terminal_size

    from vaultkit.shell.report_terminal import as_terminal

    return as_terminal(found, context.language, get_terminal_size().columns)


def _json(context: Context, found: Sequence[Placed]) -> Iterable[str]:
    return [report.document(diagnostics=report.as_json(found, context.language))]


def _sarif(context: Context, found: Sequence[Placed]) -> Iterable[str]:
    from vaultkit.shell.checkout import lead_in_checkout
    from vaultkit.shell.report_sarif import as_sarif

    session = context.session
    return [
        report.as_document(as_sarif(found, context.language, lead_in_checkout(session.root), session.lines))
    ]


def _github(context: Context, found: Sequence[Placed]) -> Iterable[str]:
    from vaultkit.shell.checkout import lead_in_checkout
    from vaultkit.shell.report_github import as_github

    return as_github(found, context.language, lead_in_checkout(context.session.root))


#: How diagnostics can be printed: from them and what is around to lines.
FORMATS: dict[str, Callable[[Context, Sequence[Placed]], Iterable[str]]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}


# ------------------------------------------------------------------------------ accepting


def _accept(
    context: Context, found: Sequence[Diagnostic], arguments: Namespace, asked: Sequence[str] | None
) -> int:
    """Write the baseline that accepts what is there now; what was not looked at keeps its entries."""
    session = context.session
    paths = None if asked is None else frozenset(asked)
    codes = frozenset(kind.code for kind in filter(_wanted(arguments.only), KINDS))
    whole = asked is None and arguments.only is None
    done = accept(
        session, found, lambda one: (paths is None or one.path in paths) and one.code in codes, whole
    )
    name, count = session.settings.check_baseline, report.counted(found, context.language)
    accepted = _accepted(found)
    tell = context.voice.tell if arguments.format == "text" else context.voice.warn
    if not done.refused:
        tell(
            Message(
                f"✔ {name}\u00a0: {count or 'rien'}, {accepted}\u00a0; dès maintenant seul ce qui est nouveau est dit",
                f"✔ {name}: {count or 'nothing'}, accepted; from now on only what is new is said",
            )
        )
    if arguments.format != "text":
        say(context, (), arguments.format)
    return tell_refused(context, done.refused)


def _accepted(found: Sequence[Diagnostic]) -> str:
    """Return the French participle that goes with what was accepted: `1 erreur, acceptée`."""
    feminine = bool(found) and all(each.kind.severity is not Severity.WARNING for each in found)
    return f"accepté{'e' if feminine else ''}{'s' if len(found) > 1 else ''}"
