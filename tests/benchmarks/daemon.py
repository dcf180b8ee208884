"""How fast and how quiet `vaultkit watch` is: real processes on a real disk.

    python -m tests.benchmarks.daemon latency VAULT [SAVES]
    python -m tests.benchmarks.daemon idle VAULT [SECONDS]
    python -m tests.benchmarks.daemon flood VAULT

VAULT is copied first; one with missions is made by `make_vault.py --notes 10000 --seed 1 --missions 60`.
`latency`: from a child's save to the new synthesis on the disk, quiet periods being zero. `idle`: the share of a
core and the bytes written while nothing happens. `flood`: `git checkout` between two branches that differ in every
note, with the machine busy; what the daemon then has equals a rebuild from scratch, and it rebuilt once.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from vaultkit.audit.model import Mission
from vaultkit.shell.session import Session


def main(arguments: list[str]) -> None:
    """Run one of the measurements."""
    what, vault, *rest = arguments
    with tempfile.TemporaryDirectory(prefix="vaultkit-bench-") as folder:
        root = Path(folder, "vault")
        shutil.copytree(vault, root, symlinks=True)
        os.environ["XDG_STATE_HOME"] = str(Path(folder, "state"))
        {"latency": latency, "idle": idle, "flood": flood}[what](root, *map(int, rest))


def latency(root: Path, saves: int = 300) -> None:
    """Print how long it takes from a save to the new synthesis."""
    _quiet(root, 0)
    Session.open(root).rebuild()
    pairs = list(_children(Session.open(root).missions))
    taken: list[float] = []
    with _daemon(root) as daemon:
        dice = random.Random(1)
        recent: list[Path] = []
        for number in range(saves):
            synthesis, child = dice.choice([pair for pair in pairs if pair[0] not in recent[-20:]])
            recent.append(synthesis)
            before = synthesis.stat().st_mtime_ns
            began = time.perf_counter()
            _turn_over(child)
            while synthesis.stat().st_mtime_ns == before:
                if time.perf_counter() - began > 30:
                    raise SystemExit(f"no update of {synthesis.name} after save {number}")
                time.sleep(0.0005)
            taken.append(time.perf_counter() - began)
            time.sleep(0.15)
        memory = daemon.memory_full_info().uss
    taken.sort()
    figures = {f"p{p}": taken[min(len(taken) - 1, len(taken) * p // 100)] for p in (50, 90, 95, 99)}
    print(f"{len(pairs)} children, {saves} saves, milliseconds:", end=" ")
    print(", ".join(f"{name} {1000 * value:.0f}" for name, value in figures.items()), end=" ")
    print(f"max {1000 * taken[-1]:.0f}; the daemon holds {memory / 1e6:.0f} MB")


def idle(root: Path, seconds: int = 60) -> None:
    """Print what the daemon costs while nothing happens."""
    Session.open(root).rebuild()
    with _daemon(root) as daemon:
        time.sleep(40)  # what was just written has its quiet time first
        cpu, written, switches = (
            sum(daemon.cpu_times()[:2]),
            _written(daemon),
            daemon.num_ctx_switches().voluntary,
        )
        time.sleep(seconds)
        share = (sum(daemon.cpu_times()[:2]) - cpu) / seconds
        print(
            f"{seconds} s of nothing: {100 * share:.3f} % of a core, {_written(daemon) - written} bytes written, "
            f"{daemon.num_ctx_switches().voluntary - switches} wake-ups"
        )


def flood(root: Path) -> None:
    """Print whether a checkout that changes every note is seen whole, while Python burns the other core."""
    _quiet(root, 5)
    Session.open(root).rebuild()
    _git(root, "init", "-q", "-b", "one")
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "one")
    _git(root, "checkout", "-qb", "two")
    for number, note in enumerate(sorted(root.rglob("*.md"))):
        if not any(part.startswith(".") for part in note.relative_to(root).parts):
            with note.open("ab") as file:
                file.write(f"\nphrase {number}\n".encode())
    for _, child in _children(Session.open(root).missions):
        _turn_over(child)  # and the syntheses of this branch are stale
    _git(root, "commit", "-qam", "two")
    _git(root, "checkout", "-q", "one")
    with _daemon(root, "--log-format", "json") as daemon, _burning():
        time.sleep(12)
        began = time.perf_counter()
        _git(root, "checkout", "-q", "two")
        _git(root, "checkout", "-q", "one")
        _git(root, "checkout", "-q", "two")
        checkout = time.perf_counter() - began
        log = Path(os.environ["VAULTKIT_BENCH_LOG"])
        rounds: list[dict[str, object]] = []
        while time.perf_counter() - began < 180:
            time.sleep(1)
            rounds = [json.loads(line) for line in log.read_text().splitlines() if '"batch"' in line]
            if sum(int(str(one["read"])) for one in rounds) > 1000 and not _waits(root):
                break
        total = time.perf_counter() - began
        held = psutil.Process(daemon.pid).memory_info().rss
    left = Session.open(root).plan().changes.writes
    print(f"checkout {checkout:.1f} s; settled after {total:.1f} s in {len(rounds)} batches: ", end="")
    print(", ".join(f"{one['read']} read, {len(list(one['written']))} written" for one in rounds), end="; ")  # type: ignore[call-overload] # JSON
    print(f"{len(left)} syntheses differ from a rebuild from scratch; {held / 1e6:.0f} MB")


# ------------------------------------------------------------------------------------ doing


@contextmanager
def _daemon(root: Path, *options: str) -> Iterator[psutil.Process]:
    log = root.parent / "log.txt"
    os.environ["VAULTKIT_BENCH_LOG"] = str(log)
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "vaultkit", "watch", str(root), *options], stderr=out
        )
        try:
            while "notes" not in log.read_text():
                if process.poll() is not None:
                    raise SystemExit(log.read_text())
                time.sleep(0.1)
            time.sleep(1)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _burning() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _quiet(root: Path, seconds: int) -> None:
    names = ("source", "target", "background")
    lines = "".join(f"{name}_quiet = {seconds}\n" for name in names)
    (root / "vaultkit.toml").write_text(f"[watch]\n{lines}", encoding="utf-8")


def _children(missions: tuple[Mission, ...]) -> Iterator[tuple[Path, Path]]:
    root = Path(os.environ["XDG_STATE_HOME"]).with_name("vault")
    for mission in missions:
        for note in mission.children:
            if mission.active and "priorite" in note.properties:
                yield root / mission.path, root / note.path


def _turn_over(child: Path) -> None:
    """Give a child another priority, as an editor saves: in place."""
    text = child.read_text(encoding="utf-8")
    new = "basse" if "priorite: haute" in text else "haute"
    child.write_text(re.sub("priorite: .*", f"priorite: {new}", text, count=1), encoding="utf-8")


def _written(process: psutil.Process) -> int:
    return int(process.io_counters().write_chars)


def _waits(root: Path) -> bool:
    from vaultkit.shell.control.client import Client

    client = Client.connect(root, 10.0)
    if client is None:
        return True
    with client:
        said = client.call("status", within=60.0)
    return bool(said["waiting"])  # type: ignore[index] # JSON


def _git(root: Path, *words: str) -> None:
    name = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", "-C", str(root), *name, *words], check=True, capture_output=True)


if __name__ == "__main__":
    main(sys.argv[1:])
