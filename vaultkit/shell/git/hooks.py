"""The pre-commit hook in a repository: written, known again, and taken out so that all is as before."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import sys
from pathlib import Path

from msgspec import Struct

import vaultkit
from vaultkit.errors import Refused
from vaultkit.shell import swap
from vaultkit.shell.git.private import is_own, real_of, told
from vaultkit.shell.git.repository import Repository
from vaultkit.text import Message, pattern

NAME = "pre-commit"
#: The hook for merges without a conflict, which make a commit past the other one (githooks(5)).
MERGE = "pre-merge-commit"
NAMES = (NAME, MERGE)
_FORMER = ".before-vaultkit"
#: What pre-commit and lefthook put behind the name of a hook that stood there before theirs.
_ASIDE = (".legacy", ".old")
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
_FIRST = pattern(rb"\A#!/bin/sh\n# vaultkit hook ([0-9a-f]{16})\n")
_SENTENCE = b"Written by `vaultkit hook install`"
#: Where a virtual environment keeps its packages.
_PACKAGES = ("lib/python*/site-packages", "Lib/site-packages")
#: What our program ends with where the interpreter is there and vaultkit is not.
_GONE = 97
_BODY = """\
# Written by `vaultkit hook install`, taken out by `vaultkit hook uninstall`. Changes made here stop both.
former="${{0%/*}}/{former}"
if [ -f "$former" ] && [ -x "$former" ] && [ "$VAULTKIT_FORMER" != "$PWD $former" ]; then
    VAULTKIT_FORMER="$PWD $former" "$former" "$@" || exit $?
fi
unchecked() {{
    echo "vaultkit: $1, ce commit n’est pas vérifié\u00a0: vaultkit hook install" >&2
    echo "vaultkit: $2, this commit is not checked: vaultkit hook install" >&2
    exit 0
}}
python={python}
if [ ! -x "$python" ]; then
    unchecked "$python n’est plus là" "$python is gone"
fi
"$python" {flags} -c {program} check --index --brief{options} </dev/null
code=$?
if [ $code -eq {gone} ]; then
    unchecked "$python n’a plus vaultkit" "$python no longer has vaultkit"
fi
exit $code
"""
_PROGRAM = f"""\
try:
    from vaultkit.__main__ import main
except ImportError:
    raise SystemExit({_GONE})
main()"""
#: The same where it is told the folders of the packages: Python needs a quarter of its start to find them by itself.
#: It does so all the same where it is another Python, a folder has gone, or anything was installed since (`told` says
#: when each folder of packages last changed, 0 of any other).
_TOLD_PROGRAM = f"""\
import os, sys
told = {{{{{{told}}}}}}
try:
    seen = {{{{folder: os.stat(folder).st_mtime_ns for folder in told}}}}
except OSError:
    seen = {{{{}}}}
if sys.hexversion == {{python}} and seen and all(told[one] in (0, seen[one]) for one in seen):
    sys.path += told
else:
    import site
    site.main()
try:
    from vaultkit.__main__ import main
except ImportError:
    raise SystemExit({_GONE})
main()"""


class Hook(Struct, frozen=True):
    """A hook of a repository: where it belongs, and what stands there.

    `path` is where ours stands, perhaps aside where another tool has put it and starts it from; else where it
    belongs. `ours` says that vaultkit wrote what stands there, `edited` that somebody changed it since.
    """

    path: Path
    former: Path
    data: bytes | None
    ours: bool
    edited: bool

    @property
    def options(self) -> str:
        """The options that our hook was installed with, as they stand in it."""
        said = re.search(rb"check --index --brief(.*) </dev/null\n", self.data or b"")
        return os.fsdecode(said[1]).strip() if said else ""

    @property
    def vault(self) -> str | None:
        """The folder of the vault that our hook is told to judge; None where it finds the vaults itself."""
        words = shlex.split(self.options)
        return words[words.index("--vault") + 1] if "--vault" in words[:-1] else None

    @property
    def python(self) -> str:
        """The interpreter that our hook starts."""
        said = re.search(rb"^python=(.*)$", self.data or b"", re.M)
        return "".join(shlex.split(os.fsdecode(said[1]))) if said else ""

    @property
    def runs(self) -> bool:
        """Whether git may start it: it skips a hook that is not executable (githooks(5))."""
        return os.access(self.path, os.X_OK)

    @property
    def finds_vaultkit(self) -> bool:
        """Whether the environment of the interpreter still has vaultkit, as far as its folders tell.

        Nothing that a hook names is started to find out.
        """
        home = Path(self.python).parent.parent
        if not os.path.isfile(home / "pyvenv.cfg"):  # noqa: PTH113 - a name that is too long is none
            return True
        return any(any(home.glob(f"{lib}/vaultkit*")) for lib in _PACKAGES)


def find_hook(repository: Repository, name: str = NAME, aside: bool = True) -> Hook:
    """Return a hook of a repository, where git looks for it (`core.hooksPath` too).

    `aside` also looks where pre-commit and lefthook put a hook that stood there before theirs.
    """
    folder = repository.path_in_git("hooks")
    hooks = [_hook(folder, f"{name}{end}", name) for end in ("", *(_ASIDE if aside else ()))]
    return next((hook for hook in hooks if hook.ours), hooks[0])


def _hook(folder: Path, file: str, name: str) -> Hook:
    path = folder / file
    try:
        data = path.read_bytes()
    except OSError:  # nothing, a folder, or a program that may be run and not be read
        data = None
    known = _FIRST.match(data or b"")
    edited = known is None or data is None or _sum(data[known.end() :]) != known[1].decode()
    ours = known is not None or _SENTENCE in (data or b"")
    return Hook(path, folder / f"{name}{_FORMER}", data, ours, ours and edited)


def script(options: list[str], python: str = sys.executable, name: str = NAME) -> bytes:
    """Return the hook: it starts this very interpreter, so a bare `PATH` will do.

    `-P` keeps what lies in the repository from being imported, `-S` the interpreter from looking for packages while
    nothing has changed where it is told they are. Where the interpreter or vaultkit is gone (a removed environment) the
    commit goes through, and says so: notes that are saved unchecked are better than none.
    """
    flags, program = "-P -X utf8", _PROGRAM
    if os.name != "nt" and python == sys.executable:
        flags, program = f"-S {flags}", _TOLD_PROGRAM.format(told=_told(), python=sys.hexversion)
    body = _BODY.format(
        former=f"{name}{_FORMER}",
        python=shlex.quote(python.replace("\\", "/") if os.name == "nt" else python),
        flags=flags,
        program=shlex.quote(program),
        gone=_GONE,
        options="".join(f" {shlex.quote(option)}" for option in options),
    ).encode()
    return b"#!/bin/sh\n# vaultkit hook " + _sum(body).encode() + b"\n" + body


def _told() -> str:
    """Return where this interpreter has vaultkit and all other packages, in its order, as `_TOLD_PROGRAM` takes it."""
    changed = {
        folder: Path(folder).stat().st_mtime_ns if folder.endswith("-packages") else 0
        for folder in _folders()
    }
    return ", ".join(f"{_literal(folder)}: {at}" for folder, at in changed.items())


def _literal(text: str) -> str:
    """Return a text as Python's code says it, in ASCII between double quotes."""
    plain = text.encode("unicode_escape").decode("ascii")
    return '"' + plain.replace('"', '\\"') + '"'


def _folders() -> list[str]:
    """Return the folders of packages of this interpreter.

    Not what only this start of it was told: `PYTHONPATH`, and the folder of the script or the one we stand in; but
    where vaultkit is, wherever that is.
    """
    library = Path(os.__file__).parent
    own = str(Path(vaultkit.__file__).resolve().parent.parent)
    told = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    left_out = {
        str(library),
        str(library / "lib-dynload"),
        *told,
        *(() if sys.flags.safe_path else sys.path[:1]),
    }
    folders = [folder for folder in sys.path if folder not in left_out]
    if own not in map(os.path.realpath, folders):
        folders.insert(0, own)
    return [
        folder for folder in dict.fromkeys(folders) if Path(folder).is_absolute() and Path(folder).is_dir()
    ]


def install(repository: Repository, options: list[str], name: str = NAME) -> bool:
    """Put a hook in its place, before it the one that stands there; return whether anything changed.

    Raises Refused where the place is another tool's, or not this repository's alone, or the disk's: then all
    is as before.
    """
    hook = find_hook(repository, name, aside=False)
    _check_ours(repository, hook, options)
    wanted = script(options, name=name)
    if hook.data == wanted and hook.runs:
        return False
    with told(hook.path):
        hook.path.parent.mkdir(parents=True, exist_ok=True)
        with swap.new_file(hook.path.parent, wanted) as temporary:
            temporary.chmod(0o755)
            moved = not hook.ours and os.path.lexists(hook.path)
            if moved:
                hook.path.rename(hook.former)
            try:
                temporary.replace(hook.path)
            except OSError:
                if moved:
                    hook.former.rename(hook.path)
                raise
    return True


def uninstall(repository: Repository, name: str = NAME) -> bool:
    """Take the hook out and put the former one back; return whether there was one. Raises Refused if it was edited."""
    hook = find_hook(repository, name)
    is_former = os.path.lexists(hook.former)
    if not hook.ours and (os.path.lexists(hook.path) or not is_former):
        return False
    if hook.edited:
        raise Refused(
            Message(
                f"{hook.path} a été modifié à la main\u00a0: l’enlever soi-même"
                + (f", puis redonner son nom à {hook.former.name}" if is_former else ""),
                f"{hook.path} was edited by hand: take it away yourself"
                + (f", then give {hook.former.name} its name back" if is_former else ""),
            )
        )
    with told(hook.path):
        if is_former:
            hook.former.replace(hook.path)
        else:
            hook.path.unlink()
    return True


def manager_of(repository: Repository) -> str | None:
    """Return the tool that owns the hooks of a repository, None if none does."""
    hook = find_hook(repository, aside=False)
    if ".husky" in hook.path.parts:
        return "husky"
    for name, tool in MANAGERS.items():
        if tool != "husky" and (repository.top / name).exists():
            return tool
    for mark, tool in ((b"generated by pre-commit", "pre-commit"), (b"generated by prek", "pre-commit")):
        if mark in (hook.data or b""):
            return tool
    return "lefthook" if b"lefthook" in (hook.data or b"") and not hook.ours else None


def is_switched_off(repository: Repository) -> bool:
    """Whether git starts no hook at all: `core.hooksPath` is set to nothing."""
    return repository.ask("config", "--get", "core.hooksPath", hooks=True) == ""


def _check_ours(repository: Repository, hook: Hook, options: list[str]) -> None:
    """Raise Refused where the hook is not ours to write."""
    stale = "".join(f" {shlex.quote(option)}" for option in options)
    if is_switched_off(repository):
        raise Refused(SWITCHED_OFF)
    tool = manager_of(repository)
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
    if not is_own(repository, hook.path.parent):
        raise Refused(_shared(repository, hook.path.parent, f"vaultkit check --index --brief{stale}"))
    is_other = not hook.ours and os.path.lexists(hook.path)
    if hook.edited or (is_other and os.path.lexists(hook.former)):
        raise Refused(
            Message(
                f"{hook.path} a été modifié depuis\u00a0: rien n’a été écrit\u00a0; l’enlever"
                + ("" if hook.edited else f", ou enlever {hook.former.name}"),
                f"{hook.path} was changed since: nothing was written; take it away"
                + ("" if hook.edited else f", or {hook.former.name}"),
            )
        )
    if os.path.isdir(hook.path):  # noqa: PTH112 - says nothing where nobody may look
        raise Refused(
            Message(
                f"{hook.path} est un dossier\u00a0: rien n’a été écrit\u00a0; l’enlever d’abord",
                f"{hook.path} is a folder: nothing was written; take it away first",
            )
        )


def _shared(repository: Repository, folder: Path, command: str) -> Message:
    """Return why a folder of hooks is not written to, and what to do instead."""
    real = real_of(folder)
    own = shlex.quote(str(repository.common / "hooks"))
    if repository.ask("config", "--get", "core.hooksPath", hooks=True):
        why = (
            f"core.hooksPath mène hors de ce dépôt ({real})",
            f"core.hooksPath leads out of this repository ({real})",
        )
        remedy = f"git config core.hooksPath {own}"
    else:
        why = (
            f"{folder} est un lien hors de ce dépôt ({real})",
            f"{folder} is a link out of this repository ({real})",
        )
        remedy = f"rm {own} && mkdir {own}"
    return Message(
        f"{why[0]}\u00a0: d’autres dépôts s’en servent, rien n’y a été écrit. Y ajouter soi-même la ligne "
        f"«\u00a0{command}\u00a0», ou donner à ce dépôt ses propres hooks\u00a0: {remedy}",
        f"{why[1]}: others use it, nothing was written there. Add the line '{command}' yourself, "
        f"or give this repository hooks of its own: {remedy}",
    )


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


SWITCHED_OFF = Message(
    "core.hooksPath est vide, git ne lance donc aucun hook\u00a0: git config --unset core.hooksPath, puis "
    "vaultkit hook install",
    "core.hooksPath is empty, so git starts no hook: git config --unset core.hooksPath, then vaultkit hook install",
)
