"""A person types for minutes on a real disk while a real `vaultkit watch` runs: counts what is lost.

    python -m tests.benchmarks.typist [--minutes 10] [--merge exact|fuzzy] [--seed 1] [--quiet 30,5,60] [--folder DIR]

The app is the model of the tests, in real time. With exact merges nothing may be lost; with fuzzy ones each
loss is traced to a merge of the app.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.shell.daemon.obsidian_model import Merge, Obsidian, Seen
from tests.shell.daemon.small_missions import outside, small_mission
from tests.shell.daemon.typist_model import Typist
from vaultkit.shell.ports import SystemClock
from vaultkit.shell.session import Session


@dataclass
class Watch:
    """A running `vaultkit watch`, with its log."""

    root: Path
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "watch.log"

    def start(self, patience: float = 60.0) -> None:
        """Start it, and wait until it says that it watches."""
        before = self._lines()
        command = [sys.executable, "-m", "vaultkit", "watch", str(self.root), "--log-format", "json"]
        self.process = subprocess.Popen(
            [*command, "--log-file", str(self.log)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        end = time.monotonic() + patience
        while self._lines() == before:
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(f"vaultkit watch does not start: {self.process.communicate()[1].decode()}")
            time.sleep(0.01)

    def _lines(self) -> int:
        return (
            self.log.read_bytes().count(b"surveille") + self.log.read_bytes().count(b"watches")
            if self.log.exists()
            else 0
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(30)
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode()
        self.process.stderr.close()
        if "Traceback" in said:
            raise RuntimeError(said)
        return code


@dataclass
class Judge:
    """Counts what the person would miss."""

    typist: Typist
    faults: list[str] = field(default_factory=list)
    traced: list[str] = field(default_factory=list)
    tainted: set[str] = field(default_factory=set)

    def sees(self, seen: Seen, missing: list[str]) -> None:
        """Judge one reload or merge of the app."""
        path = seen.view.path
        if not seen.faithful:
            self.tainted.add(path)
        differs = outside(seen.before) != outside(seen.after)
        if missing or (differs and not seen.merged):
            found = (
                f"{path}: {'merge' if seen.merged else 'reload'}: gone {missing}, outside changed {differs}"
            )
            (self.traced if path in self.tainted else self.faults).append(found)

    def ends(self, root: Path) -> None:
        """Judge what stands at the end."""
        words = self.typist.words
        for path in sorted({*words.paths.values()}):
            file = root / path
            text = file.read_bytes().decode() if file.exists() else ""
            if missing := words.missing(path, text):
                (self.traced if path in self.tainted else self.faults).append(
                    f"{path}: {missing} missing at the end"
                )
        for write in Session.open(root).plan(properties=False).changes.writes:
            self.faults.append(f"{write.path} is not what a rebuild makes it ({', '.join(write.regions)})")
        self.faults += [f"left behind: {file.name}" for file in root.rglob(".vk-*")]


def settled(root: Path, patience: float) -> None:
    """Wait until a rebuild would have nothing to do, but not for ever."""
    end = time.monotonic() + patience
    while time.monotonic() < end and Session.open(root).plan(properties=False).changes:
        time.sleep(1)
    time.sleep(3)


def played(root: Path, minutes: float, merge: Merge, seed: int) -> tuple[Typist, Judge, float]:
    """Play in real time; return the typist, the judge, and how many minutes it took."""
    chance, clock = random.Random(seed), SystemClock()
    app = Obsidian(root, clock, chance, merge)
    typist = Typist(app, chance)
    judge = Judge(typist)
    typist.told = judge.sees
    began, told = clock.monotonic(), 0.0
    for pause in typist.life():
        until = clock.monotonic() + pause
        while (now := clock.monotonic()) < until:
            app.look()
            app.tick()
            time.sleep(max(0.0, min(0.02, until - now, max(app.due() - now, 0.002))))
        if now - began > told:
            told += 60
            print(
                f"  {(now - began) / 60:5.1f} min: {typist.words.made} words, {app.counts}, lost {len(judge.faults)}",
                flush=True,
            )
        if now - began > minutes * 60:
            break
    if app.running:
        app.quit()
    return typist, judge, (clock.monotonic() - began) / 60


def main() -> int:
    """Play, and print what was lost; 1 if anything was that no merge explains."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--merge", type=Merge, choices=list(Merge), default=Merge.EXACT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", default="30,5,60")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        root = folder / "coffre"
        root.mkdir()
        source, target, background = given.quiet.split(",")
        quiet = (
            f"[watch]\nsource_quiet = {source}\ntarget_quiet = {target}\nbackground_quiet = {background}\n"
        )
        (root / "vaultkit.toml").write_text(quiet, encoding="utf-8")
        for path, text in small_mission(random.Random(given.seed)).items():
            (root / path).write_bytes(text.encode())
        stand_in = folder / "obsidian"  # a process of that name, as the daemon looks for one
        shutil.copy(shutil.which("sleep") or "/bin/sleep", stand_in)
        shown = subprocess.Popen([stand_in, "1000000"])
        watch = Watch(root, folder)
        watch.start()
        try:
            typist, judge, minutes = played(root, given.minutes, given.merge, given.seed)
        finally:
            shown.terminate()
            shown.wait()
        long_ago = (
            time.time() - 3 * 86400
        )  # where no process can be seen, an old layout tells that the app is closed
        os.utime(root / ".obsidian" / "workspace.json", (long_ago, long_ago))
        settled(root, 3 * float(source) + 60)
        judge.ends(root)
        if judge.faults:
            subprocess.run([sys.executable, "-m", "vaultkit", "status", str(root)], check=False)
        code = watch.stop()
        batches = watch.log.read_text(encoding="utf-8").count('"event": "batch"')
    counts = typist.app.counts
    print(f"{minutes:.1f} minutes, seed {given.seed}, {given.merge} merges: {typist.words.made} words typed,")
    print(
        f"{counts.saves} saves, {counts.reloads} reloads, {counts.merges} merges ({counts.unfaithful} unfaithful),"
    )
    print(f"{batches} batches of the daemon, which ended with {code}")
    for name, found in (("traced to a merge", judge.traced), ("LOST", judge.faults)):
        print(f"{name}: {len(found)}")
        for each in found:
            print(f"  {each}")
    return 1 if judge.faults or code else 0


if __name__ == "__main__":
    sys.exit(main())
