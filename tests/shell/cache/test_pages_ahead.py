"""What forks read ahead for a query is what is read here, whatever becomes of them; and it is kept for the next."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.shell.cache.cache_desk import NOTES, make, uncached, warm
from vaultkit.dql.raw_pages import ReadPages
from vaultkit.shell.cache import pages
from vaultkit.shell.cache.pages import KeptPages
from vaultkit.shell.later import finish
from vaultkit.shell.session import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux works in forks")

MANY = NOTES | {
    f"Note {n}.md": f"---\nn: {n}\n---\n# N\n\n- [ ] [[Divers]] #t{n}\n- k:: {n}\n\nClé:: {n}\n".encode()
    for n in range(150)
}
_HUGE = b"---\nn: " + b"9" * 40 + b"\n---\n- [ ] a\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "coffre", MANY | {"Trop grand.md": _HUGE})


@pytest.fixture
def few(monkeypatch):
    """Read ahead in three forks after three notes, and say how often that was."""
    asked: list[int] = []
    monkeypatch.setattr(pages, "forks", lambda items: asked.append(items) or (3 if items else 1))
    monkeypatch.setattr(pages, "_MANY", 3)
    monkeypatch.setattr(pages, "_SOME", 10)
    return asked


def told(session: Session, raw: KeptPages | ReadPages) -> list[str]:
    """Return what a query may ask of each note."""
    found = []
    for note in session.index:
        page, items = raw.page(note), raw.items(note)
        said = (page.properties(note), page.tags, page.fields, page.outside)
        found.append(repr((note.path, said, raw.linkpaths(note), items.items, items.others)))
    return found


def test_what_forks_read_ahead_is_what_is_read_here(root, few):
    expected = told(uncached(root), ReadPages())
    for _ in range(2):  # of the first hundred notes the parts are at hand, so that no page of theirs is kept
        session = warm(root)
        assert told(session, KeptPages(session.index.notes.values())) == expected
        finish()
    assert len(few) == 2
    assert min(few) > 40
    again = warm(root)
    assert told(again, KeptPages(again.index.notes.values())) == expected
    assert len(few) == 2


def test_without_a_cache_forks_read_ahead_all_the_same(root, few):
    expected = told(uncached(root), ReadPages())
    session = uncached(root)
    assert told(session, KeptPages(session.index.notes.values())) == expected


def test_forks_that_are_killed_change_nothing(root, few, monkeypatch):
    expected = told(uncached(root), ReadPages())
    here, read = os.getpid(), pages.pack_page

    def killed(note):
        if os.getpid() != here and note.path.endswith("7.md"):
            os.kill(os.getpid(), signal.SIGKILL)
        return read(note)

    monkeypatch.setattr(pages, "pack_page", killed)
    session = warm(root)
    assert told(session, KeptPages(session.index.notes.values())) == expected
