"""What is said of a commit before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultkit.diagnostics import Diagnostic, Severity
from vaultkit.errors import VaultkitError
from vaultkit.rules.choice import is_of_family
from vaultkit.rules.kinds import UNRESOLVED
from vaultkit.shell import report
from vaultkit.shell.baseline import spoken
from vaultkit.shell.commands.context import Context, language_of
from vaultkit.shell.commands.stale import MOST, Shell, mended, policy_of
from vaultkit.shell.console import Voice
from vaultkit.shell.git.commit import HINTS, Commit, Stale
from vaultkit.shell.git.memory import Recollection
from vaultkit.shell.git.repository import Delta, Repository
from vaultkit.shell.names import find_note, vault_path
from vaultkit.shell.placed import placed
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

if TYPE_CHECKING:
    from argparse import Namespace

#: The diagnostics whose hint it takes a pass over all names to find.
_NEAREST = frozenset(kind.code for kind in UNRESOLVED)


def judge(
    repository: Repository,
    root: Path,
    deltas: Mapping[str | None, Mapping[str, Delta]],
    said: Iterable[str],
    arguments: Namespace,
    title: str = "",
    known: Recollection | None = None,
) -> int:
    """Say what is wrong with what is staged in a vault, and what to do about it; return the exit code.

    `said` are PATHS to judge in full, whether the commit touches them or not; `title` is the vault where the
    commit touches several; `known` is what is known of the vault from before.
    """
    commit = Commit(repository, root, deltas, known)
    context = Context(commit.session, Voice(language_of(commit.session, vault_first=True)))
    try:
        commit.ask_for(_asked(commit, root, said))
        return _judged(context, commit, arguments, title)
    except VaultkitError as fault:
        lead = f"vaultkit: {title}: " if title else "vaultkit: "
        context.voice.warn(
            Message(lead + harmless(fault.message.fr, "\n"), lead + harmless(fault.message.en, "\n"))
        )
        return fault.exit_code


def _judged(context: Context, commit: Commit, arguments: Namespace, title: str) -> int:
    brief = arguments.brief and arguments.format == "text"
    found = commit.found(0 if brief else HINTS)
    if brief and any(one.kind.severity is Severity.ERROR and one.kind.code in _NEAREST for one in found):
        found = commit.found()  # in brief the hints of errors alone are said
    if arguments.only:
        found = [each for each in found if is_of_family(each.kind, arguments.only)]
    shell = Shell(commit)
    policy = policy_of(arguments.stale, commit)
    stale: list[tuple[Stale, Diagnostic]] = []
    for one in commit.stale() if not arguments.only else ():
        if diagnostic := commit.diagnostic(one, shell.remedy(one)):
            stale.append((one, _as(diagnostic, policy)))
    if policy != "rebuild" or arguments.format != "text":
        found = sorted([*found, *(d for _, d in stale)], key=lambda d: (d.path, d.finding.span))
    if not arguments.no_baseline:
        found = list(spoken(commit.session, found, whole=False).found)
    if title and (not brief or stale or any(d.kind.severity is not Severity.INFO for d in found)):
        print(f"── {title}")
    code = _brief(context, found) if brief else _say(context, found, arguments.format)
    if policy == "rebuild" and stale:
        code = max(code, mended(context, commit, [one for one, _ in stale], shell))
    return code


def _say(context: Context, found: Sequence[Diagnostic], form: str) -> int:
    """Say all that is wrong, as `check` does."""
    from vaultkit.shell.commands.check import say

    return say(context, found, form)


def _as(diagnostic: Diagnostic, policy: str) -> Diagnostic:
    """Return a diagnostic of a stale synthesis with the weight that the policy gives it."""
    if policy != "warn" or diagnostic.kind.severity is not Severity.ERROR:
        return diagnostic
    return replace(diagnostic, kind=replace(diagnostic.kind, severity=Severity.WARNING))


def _brief(context: Context, found: Sequence[Diagnostic]) -> int:
    """Say the worst in a few lines, and how to see the rest; nothing where nothing is wrong."""
    order = list(Severity)
    worth = [d for d in found if d.kind.severity is not Severity.INFO]
    worth.sort(key=lambda d: order.index(d.kind.severity))
    for diagnostic in worth[:MOST]:
        is_error = diagnostic.kind.severity is Severity.ERROR
        lines = report.as_text(placed([diagnostic], context.session.lines), context.language)
        print("\n".join(islice(lines, 2 if is_error else 1)))
    if (rest := len(worth) - MOST) > 0:
        context.voice.say(
            f"… et {report.nombre(rest, 'autre')}\u00a0: vaultkit check --index",
            f"… and {report.number(rest, 'more', 'more')}: vaultkit check --index",
        )
    if not any(d.kind.severity is Severity.ERROR for d in worth):
        return 0
    count = report.counted([d for d in worth if d.kind.severity is Severity.ERROR], context.language)
    context.voice.say(
        f"✖ commit refusé ({count})\u00a0: corriger, git add, puis git commit",
        f"✖ commit refused ({count}): mend, git add, then git commit",
    )
    return 1


def _asked(commit: Commit, root: Path, said: Iterable[str]) -> Iterator[str]:
    """Yield the staged files that PATHS mean: paths from here, folders, else notes by name."""
    index, gone = commit.session.index, commit.changed
    for one in said:
        path = vault_path(root, Path.cwd() / one) or ""
        lead = "" if path in ("", ".") else f"{path}/"
        below = [*index.notes, *index.canvases]
        if path in index or path in gone or (path.startswith(".") and lead) or "/." in path:
            yield path
        elif inside := [other for other in below if other.startswith(lead)]:
            yield from inside
        else:
            yield find_note(index, root, one)
