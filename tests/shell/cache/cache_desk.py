"""A small vault with a bit of everything, and what makes two readings of it the same."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from vaultkit.markdown.note import Note
from vaultkit.shell.cache.place import SWITCHED_OFF, cache_file
from vaultkit.shell.later import finish
from vaultkit.shell.opening import Reading
from vaultkit.shell.session import Session

#: Longer than a file has to be left alone for its times to tell.
SETTLED = 0.03
SYNTHESIS = """---
category: synthese_globale
scope: A
---
# Synthèse

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

<!-- vaultkit:begin roadmap -->

<!-- vaultkit:end roadmap -->
"""
DOMAIN = """---
category: domaine
scope: A
priorite: {0}
---
# {1}

## Constat

- [ ] à faire #urgent ^b{0}
- vu [[Synthèse]] et [[Nulle part]], Effort:: {0}

> [!warning] Attention
> ![[Carte.canvas|100]] `[[code]]` $x$ [^1]

[^1]: note
"""
NOTES = {
    "A/Synthèse.md": SYNTHESIS.encode(),
    "A/Accès.md": DOMAIN.format("haute", "Accès").encode(),
    "A/Pare-feu.md": DOMAIN.format("basse", "Pare-feu").encode(),
    "B/Accès.md": DOMAIN.format("moyen", "Accès").encode(),
    "Divers.md": "# Divers\n\n[[Pare-feu]] %% [[caché]] %% <!-- c -->\n".encode(),
    "Cassé.md": b"---\na: [\n---\n[[Divers]]\n",
    "Latin.md": "caf\u00e9 [[Divers]]".encode("latin-1"),
    "Nul.md": b"un\0deux [[Divers]]\n",
    "Grand.md": b"---\nn: 123456789012345678901234567890\nx: .nan\n---\n#tag\n",
    "Vide.md": b"",
    "Carte.canvas": b'{"nodes": [{"id": "1", "type": "file", "file": "Divers.md"}]}',
}


def make(root: Path, notes: dict[str, bytes] = NOTES) -> Path:
    """Make the vault."""
    for path, data in notes.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return root


def warm(root: Path) -> Session:
    """Read a vault, and keep what was learnt."""
    time.sleep(SETTLED)
    session = Session.open(root)
    finish()
    return session


def parts(note: Note) -> tuple[object, ...]:
    """Return all that there is to know of a note."""
    asked = (
        note.path,
        note.digest,
        note.readonly,
        note.category,
        note.marks & 0xFF,
        note.size,
        note.properties,
    )
    return repr(asked), repr(note.front()), repr(note.body()), note.text, note.body_start


def all_of(session: Session) -> dict[str, object]:
    """Return all that a session says."""
    plan = session.plan()
    return {
        "notes": [parts(note) for note in session.index],
        "files": dict(session.index.files),
        "canvases": [(path, repr(canvas)) for path, canvas in session.index.canvases.items()],
        "problems": sorted((path, said.en) for path, said in session.problems),
        "changes": repr(plan.changes),
        "check": [repr(one) for one in session.check(plan, hints=9)],
    }


def lines(session: Session) -> list[str]:
    """Return what every note says, without what costs more: plans and rules."""
    return [repr(parts(note)) for note in session.index]


def uncached(root: Path) -> Session:
    """Read a vault as if there were no caches."""
    os.environ[SWITCHED_OFF] = "1"
    try:
        return Session.open(root, how=Reading(cached=False))
    finally:
        del os.environ[SWITCHED_OFF]


def assert_same(root: Path) -> None:
    """Assert that the cache changes nothing of what is said of a vault; and that it is kept."""
    session = Session.open(root)
    found = all_of(session)
    finish()
    assert found == all_of(uncached(root))


def file_of(root: Path) -> Path:
    """Return where the cache of a vault is."""
    file = cache_file(root)
    assert file is not None
    return file


def count(root: Path, table: str = "front") -> int:
    """Return how many rows a table of the cache has."""
    db = sqlite3.connect(file_of(root))
    try:
        number = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        db.close()
    return int(number)


def vaultkit(root: Path, *arguments: str, script: str = "", **environ: str) -> subprocess.Popen[bytes]:
    """Start vaultkit in a process of its own; `script` is what Python runs before."""
    code = f"{script}\nimport sys\nfrom vaultkit.shell.cli import run\nsys.exit(run(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, "--vault", os.fspath(root), *arguments],
        env=os.environ | {"LC_ALL": "en_US.UTF-8", "NO_COLOR": "1"} | environ,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Return exit code, output and errors of a process."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out.decode(), err.decode()


COMMANDS = (
    ("rebuild", "--check", "--json"),
    ("check", "--format", "json"),
    ("query", "TABLE category FROM #urgent SORT file.name", "--format", "json"),
)


def said(root: Path, **environ: str) -> Iterator[tuple[int, str, str]]:
    """Yield what each of some commands says, each as a process."""
    for command in COMMANDS:
        yield ended(vaultkit(root, *command, **environ))
