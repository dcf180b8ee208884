"""The git repository of the vault: the hook, the merge driver, line ends, and what is left out of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.settings import TOML_NAME
from vaultkit.shell.doctor.plugins import GIT
from vaultkit.shell.doctor.remark import Remark, broken, caution, listed, works
from vaultkit.shell.doctor.surroundings import Surroundings
from vaultkit.shell.git.hooks import SWITCHED_OFF, is_switched_off
from vaultkit.shell.git.repository import GitFault, Repository
from vaultkit.text import Message

_RUNNERS = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml", "lefthook.yml", ".lefthook.yml")
#: An absolute path of a Python in a hook, bare or quoted.
_INTERPRETER = re.compile(
    r"""(?:^|(?<=["'=\s]))((?:/|[A-Za-z]:[\\/])[^"'\n]{0,500}?[\\/]python[\d.]*(?:\.exe)?)(?=["'\s]|$)""",
    re.M,
)
_INSTALL = "vaultkit hook install"
#: How many notes git is asked about at once: a command line has an end.
_MOST_NOTES = 500


def repository(around: Surroundings) -> Iterator[Remark]:
    """All that git says of the vault; nothing where there is no repository, or no git."""
    if around.repository is None:
        return
    try:
        found = Repository.open(around.real)
    except VaultkitError as fault:
        todo = Message(
            "lancer git status dans le coffre pour en savoir plus", "run git status in the vault to know more"
        )
        yield caution("git", fault.message, todo, around.shown(around.repository / ".git"))
        return
    for check in _CHECKS:
        try:
            yield from check(around, found)
        except GitFault:
            continue


def hook(around: Surroundings, found: Repository) -> Iterator[Remark]:
    """Without the hook a wrong priority reaches the client's table unseen."""
    if is_switched_off(found):
        yield caution("no-hook", SWITCHED_OFF, Message(_INSTALL, _INSTALL), ".git/config", "core.hooksPath")
        return
    path = found.path_in_git("hooks") / "pre-commit"
    said, shown = _said(path), around.shown(path)
    named = next((c.path for c in around.configs(*_RUNNERS) if "vaultkit" in c.text), None)
    if said is None:
        todo = _installs(named)
        yield caution(
            "no-hook",
            Message(
                "aucun commit n’est vérifié\u00a0: il n’y a pas de hook",
                "no commit is checked: there is no hook",
            ),
            Message(todo, todo),
            named or shown,
        )
        return
    if "vaultkit" not in said and named is None and not _husky(around):
        yield caution(
            "no-hook",
            Message(
                "le hook de ce dépôt n’appelle pas vaultkit", "this repository's hook does not call vaultkit"
            ),
            Message(f"{_INSTALL} (il garde l’autre)", f"{_INSTALL} (it keeps the other)"),
            shown,
        )
        return
    yield from _hook_runs(path, said, shown)


def _hook_runs(path: Path, said: str, shown: str) -> Iterator[Remark]:
    """Say whether the hook that stands there can run: git skips one that it may not start (githooks(5))."""
    gone = next((one[1] for one in _INTERPRETER.finditer(said) if not os.path.exists(one[1])), None)  # noqa: PTH110
    if gone is not None:
        yield broken(
            "hook-interpreter",
            Message(
                f"le hook appelle un Python qui n’est plus là ({gone})",
                f"the hook calls a Python that is gone ({gone})",
            ),
            Message(_INSTALL, _INSTALL),
            shown,
        )
    elif sys.platform != "win32" and not os.access(path, os.X_OK):
        yield caution(
            "hook-not-run",
            Message(
                "git ne lance pas ce hook\u00a0: il n’est pas exécutable",
                "git skips this hook: it may not be run",
            ),
            Message(f"chmod +x {shown}", f"chmod +x {shown}"),
            shown,
        )
    else:
        yield works("hook", Message("chaque commit est vérifié", "each commit is checked"), shown)


def merge_driver(around: Surroundings, found: Repository) -> Iterator[Remark]:
    """Without the driver two laptops that both rebuilt meet in a conflict; asked only where others push."""
    asked = (found.ask("check-attr", "merge", "--", "note.md") or "").rpartition(": ")[2]
    known = found.ask("config", "--get", "merge.vaultkit.driver")
    settings = around.plugin(GIT)
    if asked.startswith("vaultkit") and known:
        yield works(
            "merge-driver", Message("les zones se fusionnent une à une", "regions are merged unit by unit")
        )
    elif asked.startswith("vaultkit") or known or found.ask("remote") or settings is not None:
        if not any("vaultkit:begin" in note.text for note in around.notes):
            return
        yield caution(
            "no-merge-driver",
            Message(
                "git fusionne les zones comme du texte\u00a0: deux ordinateurs qui ont mis à jour seront en conflit",
                "git merges regions as text: two computers that both rebuilt will be in conflict",
            ),
            Message(f"{_INSTALL} --merge-driver", f"{_INSTALL} --merge-driver"),
            ".gitattributes" if known else ".git/config",
            "*.md merge=vaultkit" if known else "merge.vaultkit.driver",
        )


def line_ends(around: Surroundings, found: Repository) -> Iterator[Remark]:
    """Obsidian's editor saves LF, so a checkout in CRLF has notes change as a whole (gitattributes(5))."""
    said = found.run("check-attr", "text", "eol", "--", "note.md").decode(errors="replace").splitlines()
    values = [line.rpartition(": ")[2] for line in said]
    if len(values) != 2:
        return
    text, eol = values
    converts = (
        found.ask("config", "--get", "core.autocrlf") == "true" and eol == "unspecified" and text != "unset"
    )
    if eol == "crlf" or converts:
        yield caution(
            "line-ends",
            Message(
                "git écrit les notes en CRLF, Obsidian en LF\u00a0: une note ouverte change tout entière",
                "git writes notes as CRLF, Obsidian as LF: a note that is opened changes as a whole",
            ),
            Message(
                "mettre *.md text eol=lf dans .gitattributes", "put *.md text eol=lf into .gitattributes"
            ),
            ".gitattributes" if eol == "crlf" else ".git/config",
            "eol" if eol == "crlf" else "core.autocrlf",
        )


def left_out(around: Surroundings, found: Repository) -> Iterator[Remark]:
    """What `.gitignore` leaves out is checked by no commit and is on no other computer."""
    if around.session is None:
        return
    notes = {
        note
        for mission in around.session.missions
        for note in (mission.path, *(c.path for c in mission.children))
    }
    own = [TOML_NAME] if (around.root / TOML_NAME).is_file() else []
    lead = found.prefix(around.real)
    wanted = [lead + path for path in (*own, *sorted(notes)[:_MOST_NOTES])]
    if not wanted:
        return
    out = found.run("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *wanted)
    ignored = [os.fsdecode(path).removeprefix(lead) for path in out.split(b"\0") if path]
    if ignored:
        yield caution(
            "ignored-notes",
            Message(
                f".gitignore laisse de côté {len(ignored)} fichier(s) de la mission\u00a0: {listed(ignored, 'fr')}",
                f".gitignore leaves out {len(ignored)} file(s) of the mission: {listed(ignored, 'en')}",
            ),
            Message(
                f'git check-ignore -v "{ignored[0]}" dit quelle ligne en est la cause',
                f'git check-ignore -v "{ignored[0]}" says which line is the cause',
            ),
            ignored[0],
        )


def workspace(around: Surroundings, found: Repository) -> Iterator[Remark]:
    """`workspace.json` changes with each click (obsidian-help, Configuration folder): noise and conflicts."""
    lead = found.prefix(around.real)
    wanted = [f"{lead}.obsidian/{name}.json" for name in ("workspace", "workspace-mobile")]
    out = found.run("ls-files", "-z", "--", *wanted)
    tracked = [os.fsdecode(path).removeprefix(lead) for path in out.split(b"\0") if path]
    if tracked:
        names = " ".join(tracked)
        yield caution(
            "workspace-tracked",
            Message(
                "git garde la disposition des fenêtres d’Obsidian, qui change à chaque clic",
                "git keeps the layout of Obsidian's windows, which changes with each click",
            ),
            Message(
                f"git rm --cached {names}, puis ajouter .obsidian/workspace* à .gitignore",
                f"git rm --cached {names}, then add .obsidian/workspace* to .gitignore",
            ),
            tracked[0],
        )


def _installs(named: str | None) -> str:
    """Return what to type where a runner of hooks is set up in the file `named` and its hook is not installed."""
    for runner in ("pre-commit", "prek", "lefthook"):
        if named is not None and runner in named:
            return f"{runner} install"
    return _INSTALL


def _said(path: Path) -> str | None:
    """Return what a hook says, None if there is none; only its beginning counts."""
    try:
        with path.open("rb") as file:
            return file.read(100_000).decode(errors="replace")
    except OSError:
        return None


def _husky(around: Surroundings) -> bool:
    return any("vaultkit" in config.text for config in around.configs(".husky/pre-commit"))


_CHECKS = (hook, merge_driver, line_ends, left_out, workspace)
#: In the order in which they are told.
REPOSITORY_CHECKS = (repository,)
