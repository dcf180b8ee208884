"""Git, started so that nothing of a repository is ever executed, and what it says about one.

Configuration of a repository can name programs: file system monitors, hooks, filters, text converters,
transports. None of them runs (DESIGN §6.8): the work tree is compared by us, as git's own comparison would
start the filters. What a running hook says of its repository (`GIT_DIR`, `GIT_INDEX_FILE` …) is respected:
`git commit -a` and `--only` judge an index of their own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.errors import VaultkitError
from vaultkit.shell.git.environment import DIFFERENCE, NO_HOOKS, QUIET, git_environment, placeless
from vaultkit.shell.git.environment import SAFE_OPTIONS as SAFE_OPTIONS
from vaultkit.shell.git.objects import Objects
from vaultkit.shell.git.plain_files import PlainFiles
from vaultkit.text import Message, pattern

if TYPE_CHECKING:
    import subprocess

#: Where git stands on machines whose `PATH` does not say so: a client with a window often has a bare one.
USUAL = (
    "/usr/bin/git",
    "/usr/local/bin/git",
    "/opt/homebrew/bin/git",
    "/opt/local/bin/git",
    "/home/linuxbrew/.linuxbrew/bin/git",
    "/run/current-system/sw/bin/git",
    r"C:\Program Files\Git\cmd\git.exe",
    r"C:\Program Files (x86)\Git\cmd\git.exe",
)
LINK, SUBMODULE = "120000", "160000"
#: The id of the file with nothing in it, as SHA-1 and as SHA-256: so an announced file is listed too.
_EMPTY = frozenset(
    (
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    )
)

#: Up to so many objects are asked for one by one, of a git that stays there; more of a git of their own.
_FEW = 8
#: Of up to so many those that lie in files of their own are read without git.
_SOME = 256

#: How git names what it merges to the hooks that it starts.
_MERGED = pattern(r"GITHEAD_([0-9a-f]{40}|[0-9a-f]{64})")

#: On Windows no window opens (`CREATE_NO_WINDOW`).
_FLAGS = 0x08000000 if sys.platform == "win32" else 0


class GitFault(VaultkitError):
    """Git is not there, or does not do what it was asked for."""


class Staged(Struct, frozen=True):
    """One entry of the index or of a tree: `path` from the top of the repository, as bytes.

    `stage` is 0, or 1 to 3 for the versions of a path that is not merged yet.
    """

    path: bytes
    mode: str
    oid: str
    stage: int = 0


class Delta(Struct, frozen=True):
    """A path that differs between a commit and the index; None for the side that does not have it."""

    path: bytes
    before: Staged | None
    after: Staged | None


def find_git(environ: Mapping[str, str] = os.environ) -> str:
    """Return the path of git: of `PATH`, of a running git, or where it usually stands.

    Raises GitFault (exit code 2) if there is none.
    """
    import shutil

    of_running = os.path.join(environ.get("GIT_EXEC_PATH", ""), "git")  # noqa: PTH118 - may be empty
    for place in (shutil.which("git", path=environ.get("PATH")), of_running, *USUAL):
        if place and os.path.isabs(place) and os.access(place, os.X_OK):  # noqa: PTH117 - a text, as shutil gives it
            return place
    raise GitFault(
        Message(
            "git est introuvable\u00a0: ni dans PATH, ni aux endroits habituels\u00a0; "
            "l’installer (https://git-scm.com), ou compléter PATH",
            "git was not found, neither on PATH nor in the usual places; "
            "install it (https://git-scm.com), or complete PATH",
        )
    )


class Repository:
    """A git repository with a work tree; `top` is the folder of the work tree, a real path."""

    def __init__(self, git: str, top: Path, environ: Mapping[str, str]) -> None:
        self.git = git
        self.top = top
        self._environ = dict(environ)
        self._plain: PlainFiles | None = None

    @classmethod
    def open(cls, folder: Path) -> Repository:
        """Return the repository that `folder` lies in; raises GitFault (2) if there is none.

        That of a running hook comes first, if the folder is in it.
        """
        git = find_git()
        environ = git_environment()
        if "GIT_DIR" in environ:
            with suppress(GitFault):
                top = _top(git, Path.cwd(), environ)
                if _inside(top, folder):
                    return cls(git, top, environ | {"GIT_WORK_TREE": str(top)})
            environ = placeless(environ)
        elif "GIT_INDEX_FILE" in environ and _of_another(git, folder, environ):
            environ = placeless(environ)
        top = _top(git, folder, environ)
        if not _inside(top, folder):
            raise GitFault(_no_repository(folder, "core.worktree"))
        return cls(git, top, environ)

    @classmethod
    def seen(cls, git: str, top: str, environ: Mapping[str, str]) -> Repository:
        """Return the repository with its work tree at `top`, in which nothing is unusual (see `nothing`)."""
        place = {"GIT_WORK_TREE": top} if "GIT_DIR" in environ else {}
        made = cls(git, Path(top), {**environ, **place})
        made.has_own_index = Path(environ.get("GIT_INDEX_FILE", "index")).name == "index"
        made._plain = PlainFiles(top, environ)
        return made

    @classmethod
    def of_vault(cls, root: Path) -> Repository:
        """Return the repository that a vault lies in, else the one that we stand in, if it lies in the vault.

        `root` is a real path. Raises GitFault (2) if there is neither.
        """
        try:
            return cls.open(root)
        except GitFault:
            here = Path.cwd().resolve()
            if here == root or not here.is_relative_to(root):
                raise
        return cls.open(here)

    # ------------------------------------------------------------------------------ running

    def run(self, *arguments: str, stdin: bytes = b"", hooks: bool = False) -> bytes:
        """Return what a git command prints; raises GitFault with git's own words if it fails.

        `hooks` leaves `core.hooksPath` as it is set: to ask for it, never to run any.
        """
        code, out, err = self._run(arguments, stdin, hooks)
        if code:
            raise GitFault(_failed(arguments, err))
        return out

    def ask(self, *arguments: str, hooks: bool = False) -> str | None:
        """Return the one line that a git command prints, None if it fails."""
        code, out, _ = self._run(arguments, b"", hooks)
        return None if code else os.fsdecode(out).removesuffix("\n")

    def _run(self, arguments: Iterable[str], stdin: bytes, hooks: bool) -> tuple[int, bytes, bytes]:
        return _start(self.git, self.top, self._environ, (() if hooks else NO_HOOKS), arguments, stdin)

    # ------------------------------------------------------------------------------- places

    def path_in_git(self, name: str) -> Path:
        """Return where git keeps something of this work tree (`hooks`, `info/attributes`, `MERGE_HEAD`)."""
        said = os.fsdecode(self.run("rev-parse", "--git-path", name, hooks=True)).removesuffix("\n")
        return self.top / said

    @cached_property
    def common(self) -> Path:
        """The folder of the repository itself, which its work trees share; a real path."""
        said = os.fsdecode(self.run("rev-parse", "--git-common-dir")).removesuffix("\n")
        return (self.top / said).resolve()

    def prefix(self, folder: Path) -> str:
        """Return the path of a folder from the top, with `/` and a final one; empty for the top, and above it."""
        real = folder.resolve()
        return "" if self.top.is_relative_to(real) else f"{real.relative_to(self.top).as_posix()}/"

    def lead(self, folder: Path) -> str:
        """Return the path of the top from a folder above it, with `/` and a final one; else empty."""
        real = folder.resolve()
        inside = real != self.top and self.top.is_relative_to(real)
        return f"{self.top.relative_to(real).as_posix()}/" if inside else ""

    @cached_property
    def has_own_index(self) -> bool:
        """Whether the index is the repository's own; `git commit -a` and `--only` judge one that soon is gone."""
        said = self._environ.get("GIT_INDEX_FILE")
        folder = self.ask("rev-parse", "--absolute-git-dir")
        return not said or folder is None or Path(said).resolve() == Path(folder, "index").resolve()

    @cached_property
    def is_partial(self) -> bool:
        """Whether this is a partial clone, which may lack what others have."""
        return self.ask("config", "--get-regexp", r"^remote\..*\.(promisor|partialclonefilter)$") is not None

    @cached_property
    def skipped(self) -> frozenset[bytes]:
        """The paths that the index has and a sparse checkout keeps off the disk."""
        lines = self.run("ls-files", "-t", "--full-name", "-z").split(b"\0")
        return frozenset(line[2:] for line in lines if line.startswith(b"S "))

    # ------------------------------------------------------------------------------ objects

    @cached_property
    def head(self) -> str | None:
        """The id of the commit that the next one comes after, None for the first one."""
        known = self._plain.head() if self._plain else None
        return known or self._objects.name_of("HEAD^{commit}")

    def index_stamp(self) -> tuple[int, ...] | None:
        """Return what differs once the index is another one, None if that cannot be told."""
        try:
            status = self.path_in_git("index").stat()
        except (GitFault, OSError):
            return None
        return status.st_size, status.st_mtime_ns, status.st_ino

    @cached_property
    def empty_tree(self) -> str:
        """The id of the tree with nothing in it, in the repository's kind of digest."""
        return self.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def parents(self) -> list[str]:
        """Return what the next commit comes after: HEAD, and what is being merged; empty for the first one.

        While a merge without a conflict is judged it is only in the environment (`GITHEAD_…`, git's merge.c).
        """
        head = self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if head is None:
            return []
        try:
            merged = self.path_in_git("MERGE_HEAD").read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            merged = [m[1] for name in self._environ if (m := _MERGED.fullmatch(name))]
        return [head, *(one for one in merged if one != head)]

    @cached_property
    def entries(self) -> list[Staged]:
        """The entries of the index, in its order; none for a file that is only announced (`add -N`)."""
        out = self.run("ls-files", "--stage", "--full-name", "-z")
        entries = [_entry(line) for line in out.split(b"\0") if line]
        if _EMPTY.isdisjoint([entry.oid for entry in entries]):
            return entries
        really = {delta.path for delta in self.deltas(self.empty_tree) if delta.after}
        return [entry for entry in entries if entry.oid not in _EMPTY or entry.stage or entry.path in really]

    def tree(self, commit: str) -> list[Staged]:
        """Return the entries of a commit."""
        out = self.run("ls-tree", "-r", "-z", "--full-tree", commit)
        return [_tree_entry(line) for line in out.split(b"\0") if line]

    def deltas(self, commit: str) -> list[Delta]:
        """Return how the index differs from a commit or tree; a rename is one path gone and one come."""
        return deltas_in(self.run(*DIFFERENCE, "--raw", "-z", "--no-abbrev", commit, "--"))

    def blobs(self, oids: Iterable[str]) -> dict[str, bytes | None]:
        """Return what files say by their ids, read by one process; None for one that is not here."""
        found: dict[str, bytes | None] = dict.fromkeys(oids)
        if self._plain and len(found) <= _SOME:
            found = {oid: self._plain.blob(oid) for oid in found}
        wanted = [oid for oid, data in found.items() if data is None]
        if len(wanted) <= _FEW:
            few = dict(self._objects.read(wanted)) if wanted else {}
            if len(few) == len(wanted):
                return found | few
        if self._read(wanted, found):
            # Git gives up at the first object that a partial clone lacks: ask only for those that are here.
            here = self.run("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
            known = set(here.decode().split())
            self._read([oid for oid in wanted if found[oid] is None and oid in known], found)
        return found

    @cached_property
    def _objects(self) -> Objects:
        git, top, environ = self.git, self.top, self._environ
        return Objects(lambda: _started(git, top, environ, ("cat-file", "--batch")))

    def _read(self, oids: Iterable[str], found: dict[str, bytes | None]) -> int:
        """Read objects into `found`; return git's exit code."""
        asked = "".join(f"{oid}\n" for oid in oids).encode()
        code, out, _ = self._run(("cat-file", "--batch", "--buffer"), asked, hooks=False)
        at = 0
        while (end := out.find(b"\n", at)) >= 0:
            words = out[at:end].split()
            at = end + 1
            if len(words) == 3 and words[2].isdigit():
                size = int(words[2])
                found[words[0].decode()] = out[at : at + size]
                at += size + 1
        return code


def _entry(line: bytes) -> Staged:
    said, _, path = line.partition(b"\t")
    words = said.decode()
    return Staged(path, words[:6], words[7:-2], int(words[-1]))


def _tree_entry(line: bytes) -> Staged:
    said, _, path = line.partition(b"\t")
    mode, _, oid = said.decode().split()
    return Staged(path, mode, oid)


def deltas_in(said: bytes) -> list[Delta]:
    """Return the differences that git has printed (`--raw -z --no-abbrev`)."""
    fields = said.split(b"\0")
    return [_delta(said, path) for said, path in zip(fields[::2], fields[1::2], strict=False)]


def _delta(said: bytes, path: bytes) -> Delta:
    modes, news, old, new, status = said.decode().removeprefix(":").split()
    before = Staged(path, modes, old) if modes.strip("0") else None
    after = Staged(path, news, new) if news.strip("0") or status == "U" else None
    return Delta(path, before, after)


# --------------------------------------------------------------------------------------- starting


def _of_another(git: str, folder: Path, environ: Mapping[str, str]) -> bool:
    """Whether the index that the environment names stands in the git folder of another repository."""
    there = Path(environ["GIT_INDEX_FILE"]).parent.resolve()
    code, out, _ = _start(git, folder, placeless(environ), NO_HOOKS, ("rev-parse", "--absolute-git-dir"), b"")
    own = os.fsdecode(out).removesuffix("\n")
    return not code and os.path.exists(there / "HEAD") and there != Path(own).resolve()  # noqa: PTH110


def _top(git: str, folder: Path, environ: Mapping[str, str]) -> Path:
    """Return the top of the work tree that `folder` lies in; raises GitFault."""
    code, out, err = _start(git, folder, environ, NO_HOOKS, ("rev-parse", "--show-toplevel"), b"")
    said = os.fsdecode(out).removesuffix("\n")
    if code or not said:
        if b"not a git repository" in err or not err:
            raise GitFault(_no_repository(folder))
        raise GitFault(_failed(("rev-parse",), err))
    return Path(said).resolve()


def _inside(top: Path, folder: Path) -> bool:
    return folder.resolve().is_relative_to(top)


def _started(
    git: str, folder: Path, environ: Mapping[str, str], arguments: Iterable[str]
) -> subprocess.Popen[bytes]:
    """Return a git that stays there to be asked."""
    import subprocess

    return subprocess.Popen(
        [git, *SAFE_OPTIONS, *arguments],
        cwd=folder,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=_FLAGS,
    )


def _start(
    git: str,
    folder: Path,
    environ: Mapping[str, str],
    settings: Iterable[str],
    arguments: Iterable[str],
    stdin: bytes,
) -> tuple[int, bytes, bytes]:
    import subprocess

    try:
        done = subprocess.run(
            [git, *QUIET, *settings, *arguments],
            cwd=folder,
            env=environ,
            input=stdin,
            capture_output=True,
            check=False,
            creationflags=_FLAGS,
        )
    except OSError as fault:
        raise GitFault(
            Message(f"git ne démarre pas\u00a0: {fault}", f"git does not start: {fault}")
        ) from fault
    return done.returncode, done.stdout, done.stderr


def _failed(arguments: Iterable[str], err: bytes) -> Message:
    command = next(iter(arguments), "")
    said = err.decode(errors="replace").strip() or "?"
    return Message(f"git {command} a échoué\u00a0: {said}", f"git {command} failed: {said}")


def _no_repository(folder: Path, why: str = "") -> Message:
    more = f" ({why})" if why else ""
    return Message(
        f"ce dossier n’est dans aucun dépôt git{more}\u00a0: {folder}",
        f"this folder is in no git repository{more}: {folder}",
    )
