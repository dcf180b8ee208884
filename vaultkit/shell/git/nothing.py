"""Whether nothing at all is staged: asked first, as it is so for most of the times that a hook runs.

One git is started and nothing heavy is imported. Wherever anything is out of the ordinary nobody answers here, and
the whole command runs.
"""

from __future__ import annotations

import os
import sys

from vaultkit.shell.git.environment import DIFFERENCE, SAFE_OPTIONS, git_environment

TYPE_CHECKING = False  # `typing` is heavy
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Options that say nothing about what is looked at, and those of them that a word follows.
_PLAIN, _WITH_WORD = ("--brief", "--stale"), ("--stale",)
#: What was seen where something is staged: the program git, the top, the environment, what differs from HEAD.
Seen = tuple[str, str, dict[str, str], bytes]
_seen: list[Seen] = []
_POLICIES = ("block", "warn", "rebuild")
#: What of Python's own the whole command needs, in an order in which none takes long after those before it.
_NEEDED = (
    "collections", "functools", "contextlib", "enum", "re", "typing", "datetime", "decimal", "uuid", "pathlib",
    "hashlib", "json", "sqlite3",
)  # fmt: skip
_PIPE = 1 << 16


def nothing_staged(options: Sequence[str]) -> bool:
    """Whether `check --index` with these options surely has nothing to look at: the index is what HEAD is.

    Only where git starts a hook: at the top of a work tree that has its repository in it, no merge under way.
    """
    _seen.clear()
    if not hasattr(os, "posix_spawn") or plain_options(options) is None:
        return False
    environ, top = git_environment(), os.getcwd()  # noqa: PTH109 - pathlib takes as long to import as git to run
    git = _git(environ)
    if git is None or not _is_plain(top, environ):
        return False
    try:
        difference = printed(
            [git, *SAFE_OPTIONS, *DIFFERENCE, "--raw", "-z", "--no-abbrev", "HEAD", "--"], environ
        )
    except OSError:
        return False
    if difference and _is_simple(top):
        _seen[:] = [(git, top, environ, difference)]
    return difference == b""


def take() -> Seen | None:
    """Return what `nothing_staged` has just seen of a repository in which nothing is unusual, once; None if nothing."""
    return _seen.pop() if _seen else None


def printed(words: list[str], environ: Mapping[str, str]) -> bytes | None:
    """Return what a command prints, None if it fails; raises OSError."""
    ours, its = os.pipe()
    try:
        streams = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, its, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        process = os.posix_spawn(words[0], words, environ, file_actions=streams)
    except OSError:
        os.close(ours)
        raise
    finally:
        os.close(its)
    first = _meanwhile(ours)
    with open(ours, "rb") as stream:  # noqa: PTH123 - a number
        printed = first + stream.read()
    return None if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) else printed


def _meanwhile(pipe: int) -> bytes:
    """Import what will be needed if git prints anything, until it does; return the first of what it prints.

    Only where there is a processor to spare: whoever has nothing staged is not to wait for that.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return b""
    os.set_blocking(pipe, False)
    try:
        for name in _NEEDED:
            try:
                return os.read(pipe, _PIPE)
            except BlockingIOError:
                __import__(name)
    finally:
        os.set_blocking(pipe, True)
    return b""


def _is_simple(top: str) -> bool:
    """Whether git surely takes `top` for the top of a work tree, without being asked for it."""
    own = os.path.join(top, ".git")  # noqa: PTH118 - as above
    try:
        with open(os.path.join(own, "config"), "rb") as config, open(os.path.join(own, "HEAD"), "rb") as head:  # noqa: PTH118, PTH123 - as above
            said = config.read().lower().replace(b" ", b"").replace(b"\t", b"")
            ref = head.read().startswith(b"ref: refs/")
    except OSError:
        return False
    return (
        ref
        and said.count(b"bare") == said.count(b"\nbare=false\n")
        and b"include" not in said
        and all(os.path.isdir(os.path.join(own, name)) for name in ("objects", "refs"))  # noqa: PTH112, PTH118 - as above
    )


def plain_options(options: Sequence[str]) -> dict[str, str | bool] | None:
    """Return what options say by their names; None where any says more than how to tell what is found."""
    said: dict[str, str | bool] = {}
    before = ""
    for option in options:
        if before in _WITH_WORD:
            if option not in _POLICIES:
                return None
            said[before[2:]] = option
            option = ""
        elif option not in _PLAIN:
            return None
        elif option not in _WITH_WORD:
            said[option[2:]] = True
        before = option
    return None if before in _WITH_WORD else said


def _is_plain(top: str, environ: Mapping[str, str]) -> bool:
    """Whether `top` holds its repository, and nothing speaks of another one or of a merge."""
    own = os.path.join(top, ".git")  # noqa: PTH118 - as above
    index = environ.get("GIT_INDEX_FILE")
    return (
        os.path.isfile(os.path.join(own, "HEAD"))  # noqa: PTH113, PTH118 - as above
        and not os.path.lexists(os.path.join(own, "MERGE_HEAD"))  # noqa: PTH118 - as above
        and environ.get("GIT_DIR", own) == own
        and (index is None or os.path.dirname(index) == own)  # noqa: PTH120 - as above
        and not any(name in environ for name in ("GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"))
        and not any(name.startswith("GITHEAD_") for name in environ)
        and _is_at_home(own)
    )


def _is_at_home(own: str) -> bool:
    """Whether the work tree of a repository is where it stands: nothing in its settings says otherwise."""
    try:
        with open(os.path.join(own, "config"), "rb") as file:  # noqa: PTH118, PTH123 - as above
            return b"worktree" not in file.read().lower()
    except OSError:
        return False


def _git(environ: Mapping[str, str]) -> str | None:
    """Return the git of `PATH`; what stands in a folder that is not named from the root is none."""
    for folder in environ.get("PATH", "").split(os.pathsep):
        git = os.path.join(folder, "git")  # noqa: PTH118 - as above
        if os.path.isabs(git) and os.path.isfile(git) and os.access(git, os.X_OK):  # noqa: PTH113, PTH117 - as above
            return git
    return None
