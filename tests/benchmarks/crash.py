"""kill -9 of a real `vaultkit watch` at random moments, while another process edits its sources.

    python -m tests.benchmarks.crash [N] [--seed 1] [--folder DIR]

After each kill every note must be one of those that were typed or made, the journal must open and undo, and
no word typed in a synthesis may be missing; after the next start no temporary file may stay, and once the
editing stops the syntheses must equal a rebuild.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.typist import Watch, settled
from tests.shell.daemon.small_missions import places, small_mission
from tests.shell.daemon.typist_model import WORD, region_spots
from vaultkit.shell import disk, swap
from vaultkit.shell.journal import Journal
from vaultkit.shell.session import Session
from vaultkit.shell.undo import Selection, undo

QUIET = "[watch]\nsource_quiet = {0}\ntarget_quiet = {0}\nbackground_quiet = {0}\n"


# ---------------------------------------------------------------------------- the editing process


def edit(folder: Path, seed: int) -> None:
    """Edit for ever: children all the time, syntheses now and then; each version is known before it is written."""
    chance, root, number = random.Random(seed), folder / "coffre", 0
    known = (folder / "known.txt").open("a", encoding="utf-8")
    while True:
        time.sleep(chance.uniform(0.005, 0.12))
        with swap.alone(folder / "editing", 600):
            paths = sorted(root.glob("*.md"))
            file = chance.choice(paths)
            if file.name.startswith(("Synth", "Accueil")) and chance.random() < 0.7:
                continue
            number += 1
            text = changed(file.read_bytes().decode(), f"q{seed}{number:06}", chance, file.name)
            data = text.encode()
            known.write(disk.digest_of(data) + "\n")
            known.flush()
            if chance.random() < 0.5:
                file.write_bytes(data)
            else:
                beside = file.with_name(f".{file.name}.swp")
                beside.write_bytes(data)
                beside.replace(file)


def changed(text: str, word: str, chance: random.Random, name: str) -> str:
    """Return a note with a new word in it: prose, a finding, or a cell of a region."""
    if not name.startswith(("Synth", "Accueil")):
        lines = [
            line
            for line in text.split("\n")
            if not (line.startswith("- Constat kq") and chance.random() < 0.5)
        ]
        spots = [n for n, line in enumerate(lines) if line.startswith("- ")]
        lines.insert(chance.choice(spots) if spots else len(lines), f"- Constat k{word} ❌")
        return "\n".join(lines)
    spots = [end for _, end, place in places(text) if place == "out"]
    spots += [at for kind, at in region_spots(text) if kind in ("cell", "item")]
    at = chance.choice(spots)
    return f"{text[:at]} z{word}{text[at:]}"


# ------------------------------------------------------------------------------------ the killing


@dataclass
class Crashes:
    """What was seen, and what must not have been."""

    folder: Path
    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    words: dict[str, set[str]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The vault."""
        return self.folder / "coffre"

    def temporary(self) -> list[Path]:
        """Return the temporary files of vaultkit."""
        return list(self.root.glob(f"{swap.TEMPORARY}*"))

    def strike(self, watch: Watch) -> None:
        """Kill the daemon: at once, after a while, or as soon as a write is seen under way."""
        way = self.chance.choice(("any time", "temporary file", "temporary file", "journal"))
        end = time.monotonic() + self.chance.uniform(0.0, 1.5)
        wal = max(
            self.folder.rglob("journal.sqlite3-wal"), default=None, key=lambda file: file.stat().st_mtime
        )
        before = _size(wal)
        while time.monotonic() < end:
            if way == "temporary file" and self.temporary():
                break
            if way == "journal" and _size(wal) != before:
                time.sleep(self.chance.uniform(0, 0.004))
                break
            if way == "any time":
                time.sleep(0.002)
        watch.stop(signal.SIGKILL)
        self.seen["kills"] += 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the editing process from writing."""
        with swap.alone(self.folder / "editing", 600):
            yield

    def look(self, number: int) -> None:
        """Look at the vault as the kill left it."""
        known = set((self.folder / "known.txt").read_text(encoding="utf-8").split())
        with Journal.open(self.root) as journal:
            if journal.notice:
                self.faults.append(f"{number}: the journal was set aside: {journal.notice.en}")
            entries = journal.entries(limit=5)
            self.seen["pending entries"] += any(entry.pending for entry in entries)
            for file in self.root.glob("*.md"):
                data = file.read_bytes()
                if disk.digest_of(data) not in known and not journal.knows(data):
                    self.faults.append(f"{number}: {file.name} is neither old nor new")
                self.check_words(number, file, data.decode(errors="replace"))
            self.seen["temporary files left"] += bool(self.temporary())
            if self.chance.random() < 0.15:
                self.undo(number, journal)

    def check_words(self, number: int, file: Path, text: str) -> None:
        """See that no word typed into a synthesis is gone since it was last looked at."""
        if not file.name.startswith(("Synth", "Accueil")):
            return
        there = set(WORD.findall(text))
        if gone := self.words.get(file.name, set()) - there:
            self.faults.append(f"{number}: {file.name} lost {sorted(gone)}")
        self.words[file.name] = there

    def undo(self, number: int, journal: Journal) -> None:
        """Take the last write back where nobody has written since."""
        last = next((e for e in journal.entries(limit=20, standing=True) if e.after is not None), None)
        if last is None or not (self.root / last.path).exists():
            return
        file = self.root / last.path
        if file.read_bytes() != last.after:
            report = undo(self.root, journal, Selection(path=last.path))
            self.seen["undo refused or of another"] += 1
            if report.restored and file.read_bytes() == last.after:
                self.faults.append(f"{number}: an undo wrote over {last.path}")
            return
        undo(self.root, journal, Selection(path=last.path))
        self.seen["undone"] += 1
        if file.read_bytes() != last.before:
            self.faults.append(f"{number}: {last.path} could not be undone")

    def heals(self, number: int) -> None:
        """See that the daemon brings all up to date while nobody edits."""
        settled(self.root, 40)
        plan = Session.open(self.root).plan(properties=False)
        self.seen["healed"] += 1
        for write in plan.changes.writes:
            self.faults.append(f"{number}: {write.path} does not heal ({', '.join(write.regions)})")


def _size(file: Path | None) -> int:
    try:
        return file.stat().st_size if file else 0
    except OSError:
        return 0


def main() -> int:
    """Kill N times, and print a table; 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--edit", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.edit:
        edit(given.edit, given.seed)
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder, chance = Path(name), random.Random(given.seed)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        crashes = Crashes(folder, chance)
        crashes.root.mkdir()
        known = (folder / "known.txt").open("a", encoding="utf-8")
        for path, text in small_mission(chance).items():
            (crashes.root / path).write_bytes(text.encode())
            known.write(disk.digest_of(text.encode()) + "\n")
        known.close()
        began = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "tests.benchmarks.crash",
            "--edit",
            str(folder),
            "--seed",
            str(given.seed),
        ]
        editor = subprocess.Popen(command)
        watch = Watch(crashes.root, folder)
        try:
            for number in range(given.count):
                quiet = QUIET.format(chance.choice((0, 0, 1)))
                (crashes.root / "vaultkit.toml").write_text(quiet, encoding="utf-8")
                watch.start()
                if left := [
                    file.name for file in crashes.temporary() if time.time() - file.stat().st_ctime > 30
                ]:
                    crashes.faults.append(f"{number}: still there after a start: {left}")
                if number % 25 == 24:
                    with crashes.held():
                        crashes.heals(number)
                crashes.strike(watch)
                with crashes.held():
                    crashes.look(number)
                if number % 50 == 49:
                    print(
                        f"  {number + 1} kills, {time.monotonic() - began:.0f} s, {dict(crashes.seen)}, faults {len(crashes.faults)}",
                        flush=True,
                    )
            watch.start()
            with crashes.held():
                crashes.heals(given.count)
                if crashes.temporary():
                    crashes.faults.append("temporary files stay at the end")
            code = watch.stop()
        finally:
            editor.kill()
            editor.wait()
        versions = len((folder / "known.txt").read_text(encoding="utf-8").split())
    print(
        f"{given.count} kills in {time.monotonic() - began:.0f} s, seed {given.seed}; the last daemon ended with {code}"
    )
    for what, count in sorted({**crashes.seen, "versions typed": versions}.items()):
        print(f"{count:8} {what}")
    print(f"{len(crashes.faults):8} FAULTS")
    for fault in crashes.faults[:40]:
        print(f"  {fault}")
    return 1 if crashes.faults else 0


if __name__ == "__main__":
    sys.exit(main())
