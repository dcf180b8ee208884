"""Every figure of a run, taken round by round: each sample beside a reference of the same round."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from tests.benchmarks.measuring import (
    BARE,
    ROOT,
    VAULTKIT,
    Failed,
    environ,
    peak_memory,
    read_all,
    run,
    settle,
    stat_all,
    steady,
    timed,
)
from tests.benchmarks.peers import Peer
from tests.benchmarks.queries import QUERIES
from tests.benchmarks.table import Row
from tests.benchmarks.vaults import GROWTHS, copied, edited, fresh_folder, grown, made, staged

#: The size that the goals are about; those about growth compare it with five times as many notes.
GOAL_SIZE = 10_000
BYTES, PYTHON = "reading all bytes", "bare `python -c pass`"
#: How often in a round what takes only a moment is repeated.
OFTEN = 5
#: Twice as much of anything may take this many times as long: more is no longer linear.
TWICE = 2.5


class Figures:
    """The rows so far; samples of one key are gathered from round to round."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.rows: dict[str, Row] = {}
        self.say = say

    def add(self, row: Row) -> None:
        """Take the samples of a round."""
        known = self.rows.get(row.key)
        if known is not None:
            row = replace(known, samples=known.samples + row.samples, floor=known.floor + row.floor)
        self.rows[row.key] = row
        if row.samples:
            last = f" {row.samples[-1] / row.floor[-1]:.1f} ×" if row.floor else ""
            self.say(f"{row.key}: {row.samples[-1]:.3f}{last}")

    def attempt(self, row: Row, measure: Callable[[], tuple[float, float]]) -> None:
        """Take one sample with its reference; where that fails, the row says why."""
        try:
            sample, floor = measure()
        except Failed as fault:
            self.say(f"{row.key}: {fault}")
            self.rows.setdefault(row.key, replace(row, skipped=str(fault)))
        else:
            self.add(replace(row, samples=(sample,), floor=(floor,)))


class Stage:
    """A vault of one size in a folder of its own, with state and cache of its own."""

    def __init__(self, folder: Path, source: Path, figures: Figures, notes: int, goals: bool) -> None:
        self.folder, self.source, self.figures, self.notes = folder, source, figures, notes
        #: Whether the goals are about a vault of this size.
        self.goals = goals
        self.vault = folder / "vault"
        self.env = environ(folder / "own")

    def fresh(self) -> None:
        """Begin anew: a fresh copy of the vault, nothing known of it."""
        fresh_folder(self.folder)
        copied(self.source, self.vault)
        settle()

    def forget(self) -> None:
        """Empty the cache folder."""
        fresh_folder(self.folder / "own" / "cache")

    def vaultkit(self, *words: str) -> float:
        """Run a command in the vault; return its seconds."""
        return run([*VAULTKIT, *words], self.env, self.vault)

    def unmeasured(self, *words: str) -> None:
        """Run a command that only prepares the next one; where it fails, that one will say so."""
        try:
            self.vaultkit(*words)
        except Failed as fault:
            self.figures.say(f"vaultkit {' '.join(words)}: {fault}")

    def beside_bytes(self, *words: str) -> Callable[[], tuple[float, float]]:
        """Return what measures a command, with the time of reading all bytes right before."""

        def measure() -> tuple[float, float]:
            floor = steady(partial(timed, partial(read_all, self.vault)))
            return self.vaultkit(*words), floor

        return measure

    def row(self, name: str, what: str, reference: str, goal: float | None = None) -> Row:
        """Return a row without samples; goals are said only of the size that they are about."""
        return Row(
            f"{name}@{self.notes}", what, self.notes, reference=reference, goal=goal if self.goals else None
        )

    # ------------------------------------------------------------------------------ one round

    def rebuilds(self) -> None:
        """Measure `rebuild` cold and `--check` warm."""
        self.fresh()
        floors = {"read": (f"{BYTES}, the floor", read_all), "stat": ("stat of all files", stat_all)}
        for name, (what, work) in floors.items():
            seconds = steady(partial(timed, partial(work, self.vault)))
            self.figures.add(replace(self.row(name, what, ""), samples=(seconds,)))
        attempt = self.figures.attempt
        attempt(self.row("cold", "`rebuild`, cold", BYTES, 20), self.beside_bytes("rebuild"))
        self.unmeasured("rebuild", "--check")  # what was just written is known from now on
        attempt(
            self.row("warm", "`rebuild --check`, warm", BYTES, 5), self.beside_bytes("rebuild", "--check")
        )

    def checks(self) -> None:
        """Measure `check`, warm and cold."""
        self.figures.attempt(self.row("check-warm", "`check`, warm", BYTES), self.beside_bytes("check"))
        self.forget()
        self.figures.attempt(self.row("check-cold", "`check`, cold", BYTES), self.beside_bytes("check"))
        self.unmeasured("rebuild", "--check")

    def queries(self, texts: Sequence[str]) -> None:
        """Measure one-shot queries: the first of a vault, after which the pages of its notes are known, and warm."""
        first = self.row("query-first", "the first `query` of a vault, which reads every page", BYTES)
        self.figures.attempt(first, self.beside_bytes("query", texts[0]))
        for number, text in enumerate(texts, start=1):
            what = f"`query`, warm: `{text}`".replace("|", "\\|")
            measure = self.beside_bytes("query", text)
            self.figures.attempt(self.row(f"query-{number}", what, BYTES, 6), measure)

    def one_note(self) -> None:
        """Measure one changed note in a running session."""
        what = "one changed note, index and graph followed (in process)"
        row = self.row("follow", what, "parse of that note", 3)
        command = [sys.executable, "-m", "tests.benchmarks.following", str(self.vault)]
        done = subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            self.figures.attempt(row, _failing(f"following ended with {done.returncode}: {' '.join(last)}"))
            return
        follow, parse = zip(*json.loads(done.stdout), strict=True)
        self.figures.add(replace(row, samples=follow, floor=parse))

    def start_up(self) -> None:
        """Measure `--version`, and the hook with nothing and with five notes staged, as git starts it."""
        staged(self.vault, self.env)
        self.unmeasured("hook", "install")
        self.unmeasured("rebuild", "--check")
        git = self.env | {"GIT_INDEX_FILE": ".git/index", "GIT_PREFIX": ""}
        hook = [str(self.vault / ".git" / "hooks" / "pre-commit")]
        git_words = ["git", "-C", str(self.vault)]

        def beside_python(command: list[str]) -> Callable[[], tuple[float, float]]:
            def measure() -> tuple[float, float]:
                floor = steady(lambda: run(BARE, self.env))
                return run(command, git, self.vault), floor

            return measure

        def stage(notes: list[Path], words: str) -> None:
            run([*git_words, "reset", "-q"], self.env, fine=(0,))
            for note in notes:
                with note.open("ab") as file:
                    file.write(words.encode())
            run([*git_words, "add", *map(str, notes)], self.env, fine=(0,))

        again = self.row("hook-5", "hook on 5 staged notes, warm, a sentence added to each", PYTHON, 8)
        anew = self.row("hook-new", "hook on 5 other staged notes each time, a task added to each", PYTHON, 8)
        title = self.row(
            "hook-title", "hook on 5 other staged notes each time, a heading added to each", PYTHON, 8
        )
        notes = edited(self.vault, 5)
        stage(notes, "\nUne phrase de plus.\n")
        run(hook, git, self.vault)
        for number in range(OFTEN):
            run([*git_words, "reset", "-q"], self.env, fine=(0,))
            nothing = self.row("hook-0", "hook, nothing staged", PYTHON)
            self.figures.attempt(nothing, beside_python(hook))
            stage(notes, f"\nUne phrase de plus, encore {'une ' * number}fois.\n")
            self.figures.attempt(again, beside_python(hook))
            stage(edited(self.vault, 5, turn=number + 1), "\n- [ ] Une tâche de plus\n")
            self.figures.attempt(anew, beside_python(hook))
            stage(edited(self.vault, 5, turn=number + 100), "\n## Un titre de plus\n")
            self.figures.attempt(title, beside_python(hook))
            self.figures.attempt(
                self.row("version", "`--version`", PYTHON, 2.5), beside_python([*VAULTKIT, "--version"])
            )
            python = replace(self.row("python", f"{PYTHON}, the floor", ""), samples=(run(BARE, self.env),))
            self.figures.add(python)

    def memory(self, goal: float | None) -> None:
        """Measure the most memory that a cold rebuild holds, with all its processes."""
        self.fresh()
        row = Row(
            f"memory@{self.notes}", "peak memory of `rebuild`, cold, all its processes", self.notes,
            reference="size of the notes", goal=goal, unit="B",
        )  # fmt: skip
        size = float(read_all(self.vault))
        self.figures.attempt(
            row, lambda: (peak_memory([*VAULTKIT, "rebuild", str(self.vault)], self.env), size)
        )

    def peer(self, peer: Peer) -> None:
        """Measure another tool on this vault, beside what we took for the same in this round."""
        ours = self.figures.rows[f"{peer.beside}@{self.notes}"]
        said = {"cold": "vaultkit `rebuild`, cold", "warm": "vaultkit `rebuild --check`, warm"}[peer.beside]
        row = Row(
            f"{peer.key}@{self.notes}", peer.what, self.notes, reference=said,
            least=peer.least if self.goals else None,
        )  # fmt: skip
        if peer.command is None or not ours.samples:
            self.figures.attempt(
                row, _failing("nothing of ours beside it" if peer.command else "not installed")
            )
            return
        places = {"{vault}": str(self.vault), "{index}": str(self.folder / "index")}
        command = [places.get(word, word) for word in peer.command]
        self.figures.attempt(row, lambda: (run(command, self.env, fine=(0,)), ours.samples[-1]))


def _failing(why: str) -> Callable[[], tuple[float, float]]:
    def measure() -> tuple[float, float]:
        raise Failed(why)

    return measure


def _beside(large: Row, small: Row, goals: bool) -> Row:
    """Return the row of the same work on five times the notes, of the same rounds."""
    return Row(
        f"growth@{large.notes}", f"{large.what}, five times the notes", large.notes, large.samples,
        f"the same on {small.notes:,} notes", small.samples, 5.5 if goals else None,
        skipped=large.skipped or small.skipped,
    )  # fmt: skip


def _twice(name: str, large: Row, small: Row) -> Row:
    """Return the row of a vault that has grown in one way, beside the one half as large."""
    return Row(
        f"{large.key.partition('@')[0]} {name}@{large.notes}", f"{large.notes:,} {name}: {large.what}", 0,
        large.samples, "half as many in the same run", small.samples, TWICE,
        unit=large.unit, skipped=large.skipped or small.skipped,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ runs


def measured(
    figures: Figures, folder: Path, kept: Path, sizes: Sequence[int], rounds: int, others: Sequence[Peer]
) -> None:
    """Take every figure on vaults of these sizes; `others` are measured once, in the first round.

    All is measured on the size that the goals are about, or the middle one; on the others what shows growth.
    """
    main = GOAL_SIZE if GOAL_SIZE in sizes else sizes[(len(sizes) - 1) // 2]
    many = 5 * main
    stages = {
        notes: Stage(folder / str(notes), made(kept, notes), figures, notes, notes == GOAL_SIZE)
        for notes in sizes
    }
    stages[sizes[0]].rebuilds()  # the first run compiles the modules: it does not count
    figures.rows.clear()
    for number in range(rounds):
        figures.say(f"round {number + 1} of {rounds}")
        for notes, stage in stages.items():
            stage.rebuilds()
            stage.queries([text for text, _ in (QUERIES if notes == main else QUERIES[:1])])
            for peer in others if number == 0 else ():
                if notes == (min(sizes) if peer.small else main):
                    stage.peer(peer)
            if notes == main:
                stage.checks()
                stage.start_up()
                stage.one_note()
    if many in sizes:
        figures.add(_beside(figures.rows[f"cold@{many}"], figures.rows[f"cold@{main}"], main == GOAL_SIZE))
    for notes, stage in stages.items():
        if notes >= main:
            stage.memory({GOAL_SIZE: 8.0, 5 * GOAL_SIZE: 6.0}.get(notes))


def growing(figures: Figures, folder: Path, kept: Path, rounds: int, scale: float) -> None:
    """Measure vaults that grow in one way, each beside one half as large."""
    for name, (full, _) in GROWTHS.items():
        whole = max(40, round(full * scale))
        stages = [
            Stage(folder / f"{name}-{size}", grown(kept, name, size), Figures(figures.say), size, False)
            for size in (whole // 2, whole)
        ]
        for _ in range(rounds):
            for stage in stages:
                stage.rebuilds()
                stage.memory(None)
        for part in ("cold", "warm", "memory"):
            small, large = (stage.figures.rows[f"{part}@{stage.notes}"] for stage in stages)
            figures.add(_twice(name, large, small))
