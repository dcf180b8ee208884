"""The vaults that are measured: made by `shared/tools/make_vault.py`, and four that only grow in one way."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from tests.conftest import NO_SHARED, SHARED

SEED = 1
#: When all notes of a growth vault were saved: long ago, as those of the others were.
_LONG_AGO = 1_700_000_000


def missions_of(notes: int) -> int:
    """Return how many missions a vault of this size has: 60 at 10,000 notes."""
    return max(1, round(notes * 6 / 1000))


def made(folder: Path, notes: int) -> Path:
    """Return the vault of this size in `folder`, made on first use."""
    vault = folder / f"made-{notes}-{missions_of(notes)}-{SEED}"
    if not vault.is_dir():
        tool = SHARED / "tools" / "make_vault.py"
        if not tool.is_file():
            raise SystemExit(NO_SHARED)
        partial = fresh_folder(vault.with_suffix(".partial"))
        size = ["--notes", str(notes), "--seed", str(SEED), "--missions", str(missions_of(notes))]
        subprocess.run(
            [sys.executable, str(tool), str(partial), *size], check=True, stdout=subprocess.DEVNULL
        )
        partial.rename(vault)
    return vault


def fresh_folder(folder: Path) -> Path:
    """Return the folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def copied(vault: Path, to: Path) -> Path:
    """Return a fresh copy of a vault, with the times of the original."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(vault, to, symlinks=True)
    return to


def note_paths(vault: Path) -> list[Path]:
    """Return the notes that Obsidian sees, by path."""
    return [
        file
        for file in sorted(vault.rglob("*.md"))
        if not any(part.startswith(".") for part in file.relative_to(vault).parts)
    ]


# ------------------------------------------------------------------------------------ a repository


def staged(vault: Path, env: Mapping[str, str], notes: int = 5) -> None:
    """Make the vault a git repository with our hook, and stage that many edited notes.

    One of them is a domain note with a synthesis; the others lie all over the vault.
    """
    _git(vault, env, "init", "-q")
    _git(vault, env, "add", "-A")
    _git(vault, env, "commit", "-q", "-m", "all")
    for note in edited(vault, notes):
        with note.open("ab") as file:
            file.write(b"\nUne phrase de plus.\n")
    _git(vault, env, "add", "-u")


def edited(vault: Path, notes: int, turn: int = 0) -> list[Path]:
    """Return notes spread over the vault, others for each turn; the first is a domain note."""
    paths = note_paths(vault)
    domain = re.compile(r"^category: domaine$", re.M)
    likely = (p for p in reversed(paths) if domain.search(p.read_text(encoding="utf-8")))
    first = islice(likely, turn, turn + 1)
    spread = [paths[(at * (len(paths) - 1) // notes + turn) % len(paths)] for at in range(1, notes)]
    return list(dict.fromkeys([*first, *spread]))


def _git(vault: Path, env: Mapping[str, str], *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", "-C", str(vault), *who, *words], check=True, capture_output=True, env=env)


# ------------------------------------------------------------------------------- growth in one way


def many_tags(size: int) -> Iterator[tuple[str, str]]:
    """Yield notes with `size` different tags between them, ten in each, nested ones too."""
    for number in range(size // 10):
        tags = "".join(f"\n  - sujet/t{number * 10 + at}" for at in range(5))
        inline = " ".join(f"#t{number * 10 + at}" for at in range(5, 10))
        yield f"Notes/n{number}.md", f"---\ntags:{tags}\n---\n# Note {number}\n\n{inline}\n"


def one_hub(size: int) -> Iterator[tuple[str, str]]:
    """Yield a note and `size` others that link to it."""
    yield "Hub.md", "# Hub\n\nTout mène ici.\n"
    for number in range(size):
        yield f"Notes/{number // 500}/n{number}.md", f"# Note {number}\n\nVoir [[Hub]].\n"


def one_folder(size: int) -> Iterator[tuple[str, str]]:
    """Yield `size` files of one folder: a note for each nine images, with one of these in it."""
    for number in range(size):
        if number % 10:
            yield f"Tout/i{number}.png", "x"
        else:
            yield f"Tout/n{number}.md", f"# Note {number}\n\n![[i{number + 1}.png]]\n"


def one_long_note(size: int) -> Iterator[tuple[str, str]]:
    """Yield one note of `size` bytes with headings, items, tasks, links and tags."""
    part = (
        "## Partie {0}\n\n- un constat [[Autre]] #suivi\n- [ ] une tâche {0}\n\n"
        "Une phrase **importante** avec `du code`, et la clé:: valeur {0}.\n\n"
    )
    yield "Autre.md", "# Autre\n"
    length = len(part.format(1_000_000).encode())
    yield "Long.md", "".join(part.format(1_000_000 + at) for at in range(size // length))


#: What grows, the full size of each, and its notes.
GROWTHS: dict[str, tuple[int, Callable[[int], Iterator[tuple[str, str]]]]] = {
    "many tags": (100_000, many_tags),
    "inlinks of one note": (50_000, one_hub),
    "files in one folder": (100_000, one_folder),
    "bytes in one note": (50_000_000, one_long_note),
}


def grown(folder: Path, name: str, size: int) -> Path:
    """Return the vault that has grown in one way, made on first use."""
    vault = folder / f"{name.replace(' ', '-')}-{size}"
    if not vault.is_dir():
        partial = fresh_folder(vault.with_suffix(".partial"))
        (partial / ".obsidian").mkdir()
        for path, text in GROWTHS[name][1](size):
            file = partial / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
            os.utime(file, (_LONG_AGO, _LONG_AGO))
        partial.rename(vault)
    return vault
