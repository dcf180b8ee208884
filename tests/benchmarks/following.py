"""What one changed note costs in a running session: index and graph follow it, beside parsing that note.

    python -m tests.benchmarks.following VAULT [CHANGES]

Prints pairs of seconds as JSON: what `Session.follow` took, and what `parse_note` took of the same text right
before. The notes that are edited lie all over the vault, and each edit adds a link. The vault is changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from msgspec.structs import replace

from tests.benchmarks.measuring import timed
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.session import Session
from vaultkit.shell.walk import FileEntry


def main(root: Path, changes: int = 40) -> None:
    """Print the pairs; the first change is not counted, as it asks for what nobody has asked for yet."""
    session = Session.open(root)
    session.graph  # noqa: B018 - it is there before the first change, as in the daemon
    session.gathering  # noqa: B018 - so is this
    notes = [entry for entry in session.entries if entry.is_note]
    chosen = [notes[at * len(notes) // (changes + 1)] for at in range(changes + 1)]
    pairs = []
    for number, entry in enumerate(chosen):
        session, pair = followed(session, entry, chosen[number - 1].path)
        pairs.append(pair)
    print(json.dumps(pairs[1:]))


def followed(session: Session, entry: FileEntry, target: str) -> tuple[Session, tuple[float, float]]:
    """Return the session after a note got a link to another, with what that took and what parsing the note takes.

    The graph is asked who links to the other, so that nothing is put off.
    """
    file = session.root / entry.path
    with file.open("ab") as out:
        out.write(f"\nVoir [[{target.removesuffix('.md')}]].\n".encode())
    stat = file.stat()
    text = file.read_bytes().decode()
    fresh = replace(entry, size=stat.st_size, mtime_ns=stat.st_mtime_ns, changed_ns=stat.st_ctime_ns)
    entries = [fresh if each.path == entry.path else each for each in session.entries]
    held: list[Session] = []
    linking: list[str] = []

    def follow() -> None:
        held.append(session.follow({entry.path: fresh}, entries))
        linking.extend(held[0].graph.inlinks(target))

    parse, follows = timed(lambda: parse_note(entry.path, text)), timed(follow)
    assert entry.path in linking
    assert held[0].index.notes[entry.path].text == text
    return held[0], (follows, parse)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
