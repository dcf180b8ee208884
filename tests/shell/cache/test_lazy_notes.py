"""A note whose text and parts are taken from where they are kept is the note that was read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.shell.cache.cache_desk import (
    NOTES,
    SETTLED,
    all_of,
    ended,
    lines,
    make,
    parts,
    uncached,
    vaultkit,
)
from vaultkit.errors import Overtaken
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.disk import Unreadable
from vaultkit.shell.later import finish
from vaultkit.shell.opening import Reading
from vaultkit.shell.session import Session

PATHS = [path for path in NOTES if path.endswith(".md")]


@pytest.fixture
def session(root):
    session = Session.open(root)
    yield session
    finish()
    session.store.close()


def change_all(root: Path) -> None:
    for path in PATHS:
        (root / path).write_bytes(b"# Autre\n" + (root / path).read_bytes())


# Overtaken


@pytest.mark.parametrize("path", PATHS)
def test_a_text_that_has_changed_is_not_given_for_the_one_that_was_known(root, session, path):
    note, expected = session.index.notes[path], uncached(root).index.notes[path]
    digest, front = note.digest, repr(expected.front())
    before = (root / path).stat()
    (root / path).write_bytes(b"x" * before.st_size or b"x")
    os.utime(root / path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(Overtaken) as caught:
        _ = note.text
    assert (caught.value.path, caught.value.exit_code) == (path, 3)
    assert path in caught.value.message.fr
    assert path in caught.value.message.en
    assert note.digest == digest
    assert repr(note.front()) == front  # what is kept is still that of the text that was known


@pytest.mark.parametrize("gone", ["unlink", "folder"])
def test_a_text_that_is_gone_is_missed(root, session, gone):
    (root / "Divers.md").unlink()
    if gone == "folder":
        (root / "Divers.md").mkdir()
    with pytest.raises((Overtaken, Unreadable)) as caught:
        _ = session.index.notes["Divers.md"].text
    assert "Divers.md" in caught.value.message.en


def test_a_text_that_came_back_is_given(root, session):
    file, note = root / "Divers.md", session.index.notes["Divers.md"]
    file.rename(root / "ailleurs")
    with pytest.raises(Overtaken):
        _ = note.text
    (root / "ailleurs").rename(file)
    assert note.text == file.read_text("utf-8")


OVERTAKEN = """
import os, pathlib, vaultkit.shell.session as s
opened = s.opening.opened
def overtaken(root, *a):
    found = opened(root, *a)
    for path in pathlib.Path(root).rglob('*.md'):
        path.write_bytes(path.read_bytes() + b'\\nautre\\n')
    return found
s.opening.opened = overtaken
"""


@pytest.mark.parametrize("command", [("rebuild", "--check"), ("check",)])
def test_a_command_that_is_overtaken_says_so_and_writes_nothing(root, tmp_path, command):
    expected = {path: (root / path).read_bytes() + b"\nautre\n" for path in PATHS}
    code, out, err = ended(vaultkit(root, *command, script=OVERTAKEN, XDG_STATE_HOME=str(tmp_path / "state")))
    assert code == 3
    assert " changed " in err
    assert "Traceback" not in err
    assert out == ""
    assert {path: (root / path).read_bytes() for path in PATHS} == expected
    assert not list((tmp_path / "state").rglob("*.jsonl"))


def test_a_rebuild_that_is_overtaken_looks_again(root, tmp_path):
    expected = {path: (root / path).read_bytes() + b"\nautre\n" for path in PATHS}
    once = OVERTAKEN.replace("    return found", "    s.opening.opened = opened\n    return found")
    code, _, err = ended(vaultkit(root, "rebuild", script=once, XDG_STATE_HOME=str(tmp_path / "state")))
    assert (code, err) == (1, "")  # its notes have faults
    for path in PATHS:
        assert (root / path).read_bytes().endswith(b"\nautre\n")
        assert path == "A/Synthèse.md" or (root / path).read_bytes() == expected[path]


# Live


@pytest.mark.parametrize("cold", [True, False])
@pytest.mark.parametrize("cached", [True, False])
def test_who_lives_on_keeps_what_was_read(root, cold, cached):
    expected = all_of(uncached(root))
    if cold:
        for path in PATHS:
            os.utime(root / path)
    session = Session.open(root, how=Reading(live=True, cached=cached))
    change_all(root)
    finish()
    assert all_of(session) == expected
    session.store.close()


def test_who_lives_on_keeps_what_was_read_when_all_is_gone(root):
    expected = lines(uncached(root))
    session = Session.open(root, how=Reading(live=True))
    for path in PATHS:
        (root / path).unlink()
    assert session.store.file
    session.store.close()
    session.store.file.unlink()
    assert lines(session) == expected
    finish()


def test_more_notes_than_stay_whole_live_on_as_well(tmp_path):
    root = make(tmp_path, NOTES | {f"n/{n}.md": b"# %d\n\xe9\n" % n for n in range(130)})
    session = Session.open(root, how=Reading(live=True))
    expected = lines(uncached(root))
    change_all(root)
    assert lines(session) == expected
    finish()
    session.store.close()


def test_a_change_between_the_look_and_the_holding_of_texts_is_taken_in(root, monkeypatch):
    from vaultkit.shell.loading import Loader

    hold = Loader._hold_texts

    def late(self: Loader) -> None:
        (root / "Divers.md").write_bytes(b"[[Neuf]]")
        (root / "Vide.md").unlink()
        hold(self)

    monkeypatch.setattr(Loader, "_hold_texts", late)
    session = Session.open(root, how=Reading(live=True))
    assert session.index.notes["Divers.md"].text == "[[Neuf]]"
    assert session.index.notes["Divers.md"].links[0].linkpath == "Neuf"
    assert "Vide.md" not in session.index.notes
    finish()
    time.sleep(SETTLED)
    monkeypatch.undo()
    assert Session.open(root).index.notes["Divers.md"].text == "[[Neuf]]"
    finish()


# A note that is kept elsewhere


@pytest.mark.parametrize("path", PATHS)
def test_a_look_in_passing_sees_the_same_and_leaves_nothing(root, session, path):
    note = session.index.notes[path]
    once = note.for_once()
    assert (once == note, hash(once) == hash(note)) == (True, True)
    assert parts(once) == parts(uncached(root).index.notes[path])
    held = note.for_once()
    assert not any(name in dir_of(held) for name in ("text", "links", "sections"))
    assert parts(note) == parts(once)


def dir_of(note: Note) -> set[str]:
    """Return which parts a note has at hand."""
    return {name for name in Note.__slots__ if name != "_packed" and _is_there(note, name)}


def _is_there(note: Note, name: str) -> bool:
    try:
        object.__getattribute__(note, name)
    except AttributeError:
        return False
    return True


def test_a_whole_note_is_its_own_look_in_passing():
    note = parse_note("n.md", "# T")
    assert note.for_once() is note


@pytest.mark.parametrize("path", PATHS)
def test_a_note_at_another_path_says_the_same(root, session, path):
    moved = session.index.notes[path].at("X/y.md")
    there = uncached(root).index.notes[path]
    assert parts(moved)[1:] == parts(there)[1:]
    assert (moved.path, moved.name) == ("X/y.md", "y")
    assert moved != there
    assert moved.at(path) == there


def test_notes_are_equal_by_path_and_what_they_say(root, session):
    kept, whole = session.index.notes["Divers.md"], uncached(root).index.notes["Divers.md"]
    assert kept == whole
    assert whole == kept
    assert hash(kept) == hash(whole)
    assert len({kept, whole, kept.for_once()}) == 1
    assert kept == parse_note("Divers.md", whole.text)  # of which nobody knows the digest
    assert parse_note("Divers.md", whole.text) == kept
    assert kept != parse_note("Divers.md", whole.text + "x")
    assert kept != parse_note("Divers.md", whole.text, whole.digest, True)
    assert kept != session.index.notes["Vide.md"]
    assert kept != "Divers.md"
    assert "Pare-feu" not in repr(kept)


def test_what_no_note_has_is_no_attribute(session):
    for note in (session.index.notes["Divers.md"], parse_note("n.md", "")):
        assert not hasattr(note, "nothing")
        with pytest.raises(AttributeError):
            _ = note.front_matter
