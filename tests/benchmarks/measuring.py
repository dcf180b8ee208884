"""What every measurement is made of: seconds, whole processes, floors and the memory of a process tree."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = Path(sys.executable).with_name("vaultkit")
#: What a person types; without an installed script, what it stands for.
VAULTKIT = [str(_SCRIPT)] if _SCRIPT.is_file() else [sys.executable, "-m", "vaultkit"]
#: A Python that does nothing: what each command starts with.
BARE = [sys.executable, "-c", "pass"]
#: Longer than this nothing may take: it is said, and the figure is left out.
PATIENCE = 900.0


class Failed(Exception):
    """A command that did not do what was to be measured."""


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds `work` took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def steady(measure: Callable[[], float], times: int = 3) -> float:
    """Return the median of a few measurements: a floor is short, and a hiccup in it would flatter us."""
    return statistics.median(measure() for _ in range(times))


def environ(folder: Path) -> dict[str, str]:
    """Return an environment with state and cache of their own in `folder`, and nobody's git settings."""
    own = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CACHE", "CONFIG", "DATA")}
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    said = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return said | own | git | {"NO_COLOR": "1"}


def run(
    command: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT, fine: Iterable[int] = (0, 1)
) -> float:
    """Run a command as a whole process; return its seconds. Raises Failed for another exit code than `fine`."""
    began = time.perf_counter()
    try:
        done = subprocess.run(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, check=False, timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Failed(f"{Path(command[0]).name} was stopped after {PATIENCE:.0f} s") from None
    except OSError as error:
        raise Failed(f"{Path(command[0]).name} did not start: {error.strerror}") from None
    seconds = time.perf_counter() - began
    if done.returncode not in fine:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Failed(f"{Path(command[0]).name} ended with {done.returncode}: {' '.join(last)}")
    return seconds


def peak_memory(command: Sequence[str], env: Mapping[str, str], every: float = 0.02) -> int:
    """Return the most bytes that a command and what it started held at one time.

    A page that two of them share counts once, in parts (PSS); where the system does not tell, only what is
    each one's own counts (USS).
    """
    most = 0
    with subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        tree = psutil.Process(process.pid)
        while process.poll() is None:
            most = max(most, _held(tree))
            time.sleep(every)
    if process.returncode not in (0, 1):
        raise Failed(f"{Path(command[0]).name} ended with {process.returncode}")
    return most


def _held(tree: psutil.Process) -> int:
    total = 0
    try:
        for process in (tree, *tree.children(recursive=True)):
            try:
                full = process.memory_full_info()
            except psutil.Error:  # it has just ended
                continue
            total += getattr(full, "pss", full.uss)
    except psutil.Error:
        return 0
    return total


# ---------------------------------------------------------------------------------------- floors


def read_all(root: Path) -> int:
    """Read every note; return the number of bytes."""
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(".md"):
                with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - the floor is bare
                    total += len(file.read())
    return total


def stat_all(root: Path) -> int:
    """Ask for size and times of every file; return how many there are."""
    count, stack = 0, [os.fspath(root)]
    while stack:
        with os.scandir(stack.pop()) as listing:
            for entry in listing:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    count += 1
    return count


def settle() -> None:
    """Have the disk finish what was copied: a write that is measured must not wait for it."""
    if hasattr(os, "sync"):
        os.sync()
