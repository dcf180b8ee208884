"""The pre-commit hook in a repository: written, known again, and taken out so that all is as before."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from vaultkit.errors import Refused
from vaultkit.shell.git import Repository
from vaultkit.text import Message

NAME = "pre-commit"
FORMER = f"{NAME}.before-vaultkit"
#: What the other tools that own hooks leave in a repository, and what they are called.
MANAGERS = {
    ".pre-commit-config.yaml": "pre-commit",
    ".pre-commit-config.yml": "pre-commit",
    "prek.toml": "prek",
    "lefthook.yml": "lefthook",
    "lefthook.yaml": "lefthook",
    "lefthook.toml": "lefthook",
    "lefthook.json": "lefthook",
    ".lefthook.yml": "lefthook",
    ".lefthook.yaml": "lefthook",
    ".husky": "husky",
}
#: What each of them has to be told; all run the command `vaultkit` of the `PATH`.
SNIPPETS = {
    "husky": "vaultkit check --index --brief{stale}",
    "lefthook": "pre-commit:\n  commands:\n    vaultkit:\n      run: vaultkit check --index --brief{stale}",
    "pre-commit": (
        "  - repo: local\n    hooks:\n      - id: vaultkit-check\n        name: vaultkit\n"
        "        entry: vaultkit check --index --brief{stale}\n        language: system\n"
        "        always_run: true\n        pass_filenames: false"
    ),
}
_PLACES = {"husky": ".husky/pre-commit", "lefthook": "lefthook.yml", "pre-commit": ".pre-commit-config.yaml"}
_FIRST = re.compile(rb"\A#!/bin/sh\n# vaultkit hook ([0-9a-f]{16})\n")
_BODY = """\
# Written by `vaultkit hook install`, taken out by `vaultkit hook uninstall`. Changes made here stop both.
former="${{0%/*}}/{former}"
if [ -x "$former" ]; then
    "$former" "$@" || exit $?
fi
python={python}
if [ ! -x "$python" ]; then
    echo "vaultkit: $python n’est plus là, ce commit n’est pas vérifié\u00a0: vaultkit hook install" >&2
    echo "vaultkit: $python is gone, this commit is not checked: vaultkit hook install" >&2
    exit 0
fi
exec "$python" -P -m vaultkit check --index --brief{options} </dev/null
"""


@dataclass(frozen=True, slots=True)
class Hook:
    """The pre-commit hook of a repository: where it belongs, and what stands there.

    `ours` says that vaultkit wrote what stands there, `edited` that somebody changed it since.
    """

    folder: Path
    data: bytes | None
    ours: bool
    edited: bool

    @property
    def path(self) -> Path:
        """The hook itself."""
        return self.folder / NAME

    @property
    def former(self) -> Path:
        """The hook that stood there before, which ours starts first."""
        return self.folder / FORMER

    @property
    def options(self) -> str:
        """The options that our hook was installed with, as they stand in it."""
        said = re.search(rb"check --index --brief(.*) </dev/null\n", self.data or b"")
        return os.fsdecode(said[1]).strip() if said else ""

    @property
    def python(self) -> str:
        """The interpreter that our hook starts."""
        said = re.search(rb"^python=(.*)$", self.data or b"", re.M)
        return "".join(shlex.split(os.fsdecode(said[1]))) if said else ""


def find_hook(repository: Repository) -> Hook:
    """Return the pre-commit hook of a repository, where git looks for it (`core.hooksPath` too)."""
    folder = repository.path_in_git("hooks")
    path = folder / NAME
    data = path.read_bytes() if path.is_file() else None
    known = _FIRST.match(data or b"")
    edited = known is not None and data is not None and _sum(data[known.end() :]) != known[1].decode()
    return Hook(folder, data, known is not None, edited)


def script(options: list[str], python: str = sys.executable) -> bytes:
    """Return the hook: it starts this very interpreter, so a bare `PATH` will do.

    `-P` keeps what lies in the repository from being imported. Where the interpreter is gone (a removed
    environment) the commit goes through, and says so: notes that are saved unchecked are better than none.
    """
    body = _BODY.format(
        former=FORMER,
        python=shlex.quote(python.replace("\\", "/") if os.name == "nt" else python),
        options="".join(f" {shlex.quote(option)}" for option in options),
    ).encode()
    return b"#!/bin/sh\n# vaultkit hook " + _sum(body).encode() + b"\n" + body


def install(repository: Repository, options: list[str]) -> bool:
    """Put the hook in its place, before it the one that stands there; return whether anything changed.

    Raises Refused where the place is another tool's, or not this repository's alone.
    """
    hook = find_hook(repository)
    _check_ours(repository, hook, options)
    wanted = script(options)
    if hook.data == wanted and os.access(hook.path, os.X_OK):
        return False
    hook.folder.mkdir(parents=True, exist_ok=True)
    if not hook.ours and os.path.lexists(hook.path):
        hook.path.rename(hook.former)
    _write(hook.path, wanted)
    return True


def uninstall(repository: Repository) -> bool:
    """Take the hook out and put the former one back; return whether there was one. Raises Refused if it was edited."""
    hook = find_hook(repository)
    if not hook.ours:
        return False
    if hook.edited:
        raise Refused(
            Message(
                f"{hook.path} a été modifié à la main\u00a0: l’enlever soi-même"
                + (f", puis redonner son nom à {FORMER}" if os.path.lexists(hook.former) else ""),
                f"{hook.path} was edited by hand: take it away yourself"
                + (f", then give {FORMER} its name back" if os.path.lexists(hook.former) else ""),
            )
        )
    if os.path.lexists(hook.former):
        hook.former.replace(hook.path)
    else:
        hook.path.unlink()
    return True


def manager_of(repository: Repository, hook: Hook) -> str | None:
    """Return the tool that owns the hooks of a repository, None if none does."""
    if ".husky" in hook.folder.parts:
        return "husky"
    for name, tool in MANAGERS.items():
        if tool != "husky" and (repository.top / name).exists():
            return tool
    for mark, tool in ((b"generated by pre-commit", "pre-commit"), (b"generated by prek", "pre-commit")):
        if mark in (hook.data or b""):
            return tool
    return "lefthook" if b"lefthook" in (hook.data or b"") and not hook.ours else None


def _check_ours(repository: Repository, hook: Hook, options: list[str]) -> None:
    """Raise Refused where the hook is not ours to write."""
    stale = "".join(f" {shlex.quote(option)}" for option in options)
    tool = manager_of(repository, hook)
    if tool is not None:
        name = "pre-commit" if tool == "prek" else tool
        snippet = SNIPPETS[name].format(stale=stale)
        raise Refused(
            Message(
                f"{tool} tient les hooks de ce dépôt\u00a0; rien n’a été écrit. "
                f"Ajouter à {_PLACES[name]}\u00a0:\n{snippet}",
                f"{tool} keeps the hooks of this repository; nothing was written. "
                f"Add to {_PLACES[name]}:\n{snippet}",
            )
        )
    real = hook.folder.resolve()
    if not real.is_relative_to(repository.top) and not real.is_relative_to(repository.common):
        command = f"vaultkit check --index --brief{stale}"
        raise Refused(
            Message(
                f"core.hooksPath mène hors de ce dépôt ({real})\u00a0: d’autres dépôts s’en servent, rien n’y a été "
                f"écrit. Y ajouter soi-même la ligne «\u00a0{command}\u00a0», ou donner à ce dépôt ses propres "
                "hooks\u00a0: git config core.hooksPath .git/hooks",
                f"core.hooksPath leads out of this repository ({real}): others use it, nothing was written there. "
                f"Add the line '{command}' yourself, or give this repository hooks of its own: "
                "git config core.hooksPath .git/hooks",
            )
        )
    if hook.edited or (not hook.ours and os.path.lexists(hook.path) and os.path.lexists(hook.former)):
        raise Refused(
            Message(
                f"{hook.path} a été modifié depuis\u00a0: rien n’a été écrit\u00a0; l’enlever, ou enlever {FORMER}",
                f"{hook.path} was changed since: nothing was written; take it away, or {FORMER}",
            )
        )


def _write(path: Path, data: bytes) -> None:
    """Write a program whole or not at all."""
    temporary = path.with_name(f".{NAME}.vaultkit")
    temporary.write_bytes(data)
    temporary.chmod(0o755)
    temporary.replace(path)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
