"""How git is started so that nothing of a repository is ever executed: its options and its environment.

Nothing heavy is imported here: most often a hook runs, nothing is staged, and all ends at once.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` is heavy
if TYPE_CHECKING:
    from collections.abc import Mapping

NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
QUIET = ("--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
#: The options that git is started with: nothing that a repository names is run (DESIGN §6.8).
SAFE_OPTIONS = (*QUIET, *NO_HOOKS)
#: How the index is compared with a commit or tree: as it is, no program of anyone's in between.
DIFFERENCE = (
    "diff-index", "--cached", "--no-renames", "--no-ext-diff", "--no-textconv",
    "--ita-invisible-in-index", "--ignore-submodules=none",
)  # fmt: skip
#: What a running hook says about its repository; paths in it count from the folder that git started it in.
PLACES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
)
_DROPPED = ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_PAGER", "GIT_PREFIX", "GIT_ICASE_PATHSPECS")
#: `protocol` is no transport, so none is allowed: a missing object stays missing.
_SAFE = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
    "LANGUAGE": "",
}


def git_environment() -> dict[str, str]:
    """Return the environment that git is started in; places are made absolute."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in _DROPPED and not name.startswith("GIT_TRACE")
    }
    for name in PLACES:
        if environ.get(name):
            environ[name] = os.path.abspath(environ[name])  # noqa: PTH100 - links stay as they are said
    return environ | _SAFE


def placeless(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that says nothing about a repository."""
    return {name: value for name, value in environ.items() if name not in PLACES}
