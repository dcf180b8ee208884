"""Whatever happens to the files, a vault read with a cache says what it says without one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shell.cache.cache_desk import (
    DOMAIN,
    NOTES,
    SETTLED,
    all_of,
    assert_same,
    file_of,
    make,
    said,
    uncached,
    warm,
)
from vaultkit.shell import later
from vaultkit.shell.cache.place import SWITCHED_OFF
from vaultkit.shell.later import finish
from vaultkit.shell.session import Session

PATHS = st.sampled_from([*NOTES, "Neuf.md", "A/Neuf.md"])
BYTES = st.sampled_from([*NOTES.values(), DOMAIN.format("haute", "X").encode(), b"[[Divers]] #neuf", b"\xff"])
FOLDERS = st.sampled_from(["A", "B", "C"])


def write(root: Path, path: str, data: bytes) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def other(data: bytes) -> bytes:
    """Return other bytes, as many."""
    swapped = data.replace(b"haute", b"@").replace(b"basse", b"haute").replace(b"@", b"basse")
    return swapped if swapped != data else data[:-1] + (b"y" if data[-1:] == b"x" else b"x") if data else data


def same_size(root: Path, path: str) -> None:
    if (root / path).exists():
        write(root, path, other((root / path).read_bytes()))


def same_size_and_time(root: Path, path: str) -> None:
    """As a tool that puts times back, such as rsync -t."""
    if (root / path).exists():
        before = (root / path).stat()
        same_size(root, path)
        os.utime(root / path, ns=(before.st_atime_ns, before.st_mtime_ns))


def touch(root: Path, path: str, seconds: int) -> None:
    if (root / path).exists():
        at = time.time() + seconds
        os.utime(root / path, (at, at))


def rename(root: Path, path: str, to: str) -> None:
    if (root / path).exists() and path[-3:] == to[-3:]:
        (root / to).parent.mkdir(parents=True, exist_ok=True)
        (root / path).replace(root / to)


def swap_folders(root: Path, one: str, two: str) -> None:
    away = root / ".away"
    for old, new in ((root / one, away), (root / two, root / one), (away, root / two)):
        if old.exists() and not new.exists():
            old.rename(new)


def delete(root: Path, path: str) -> None:
    (root / path).unlink(missing_ok=True)


def pause(root: Path) -> None:
    time.sleep(SETTLED)


STEPS = st.one_of(
    st.tuples(st.just(write), PATHS, BYTES),
    st.tuples(st.just(same_size), PATHS),
    st.tuples(st.just(same_size_and_time), PATHS),
    st.tuples(st.just(touch), PATHS, st.sampled_from([-(10**6), -1, 0, 10**6])),
    st.tuples(st.just(rename), PATHS, PATHS),
    st.tuples(st.just(swap_folders), FOLDERS, FOLDERS),
    st.tuples(st.just(delete), PATHS),
    st.just((pause,)),
)


@settings(max_examples=12)
@given(
    history=st.lists(st.lists(STEPS, min_size=1, max_size=4), min_size=1, max_size=4), settled=st.booleans()
)
def test_after_any_history_the_cache_changes_nothing(history, settled):
    with tempfile.TemporaryDirectory() as folder:
        root = make(Path(folder, "coffre"))
        if settled:
            pause(root)
        assert_same(root)
        for steps in history:
            for step, *values in steps:
                step(root, *values)
            assert_same(root)
        pause(root)
        assert_same(root)
        assert_same(root)


def test_an_edit_of_the_same_size_right_after_a_look_is_seen(tmp_path):
    root = make(tmp_path)
    for number in range(60):
        write(root, "Divers.md", b"[[Cible %04d]]" % number)
        session = Session.open(root)
        finish()
        assert session.index.notes["Divers.md"].links[0].linkpath == f"Cible {number:04d}"


def test_an_edit_between_the_look_and_the_keeping_is_seen_next_time(tmp_path):
    root = make(tmp_path)
    warm(root)
    write(root, "Divers.md", b"[[Un]]")
    time.sleep(SETTLED)
    session = Session.open(root)
    write(root, "Divers.md", b"[[Du]]")
    finish()
    time.sleep(SETTLED)
    assert session.index.notes["Divers.md"].links[0].linkpath == "Un"
    assert Session.open(root).index.notes["Divers.md"].links[0].linkpath == "Du"
    finish()


def test_what_was_read_before_is_not_parsed_again(tmp_path, monkeypatch):
    root = make(tmp_path)
    expected = all_of(warm(root))
    (root / "Accès.md").write_bytes((root / "A/Accès.md").read_bytes())  # a copy is known by its digest
    touch(root, "Divers.md", -5)
    (root / "Vide.md").rename(root / "Creux.md")
    (root / "Accès.md").unlink()
    (root / "Creux.md").rename(root / "Vide.md")
    monkeypatch.setattr("vaultkit.shell.loading.parse_note", lambda path, *_: pytest.fail(path))
    assert all_of(Session.open(root)) == expected
    finish()


def test_a_link_to_another_file_made_at_the_same_time_is_followed(tmp_path):
    root, away = make(tmp_path / "coffre"), tmp_path / "ailleurs"
    write(away, "1.md", b"[[Un]]")
    write(away, "2.md", b"[[Du]]")
    for number in (1, 2):
        os.utime(away / f"{number}.md", ns=(10**18, 10**18))
    link = root / "Lien.md"
    for number, name in ((1, "Un"), (2, "Du"), (1, "Un")):
        link.unlink(missing_ok=True)
        link.symlink_to(away / f"{number}.md")
        session = warm(root)
        assert session.index.notes["Lien.md"].links[0].linkpath == name


def test_folders_that_swap_their_names_are_told_apart(tmp_path):
    root = make(tmp_path, {"A/n.md": b"[[Un]]", "B/n.md": b"[[Du]]"})
    warm(root)
    swap_folders(root, "A", "B")
    session = Session.open(root)
    finish()
    assert [note.links[0].linkpath for note in session.index] == ["Du", "Un"]


def test_the_older_state_of_two_may_be_kept_last(tmp_path):
    root = make(tmp_path)
    time.sleep(SETTLED)
    old = Session.open(root)
    write(root, "Divers.md", b"[[Un]]")
    time.sleep(SETTLED)
    waiting, later._waiting[:] = later._waiting[:], []
    new = Session.open(root)
    finish()
    later._waiting[:] = waiting
    finish()
    assert old.index.notes["Divers.md"].links[0].linkpath == "Pare-feu"
    assert new.index.notes["Divers.md"].links[0].linkpath == "Un"
    assert_same(root)


def test_a_vault_of_one_cache_taken_away_and_copied_back_is_read_rightly(tmp_path):
    root = make(tmp_path / "coffre")
    warm(root)
    shutil.copytree(root, tmp_path / "copie", copy_function=shutil.copy2)
    for path in NOTES:
        same_size(tmp_path / "copie", path)
        os.utime(tmp_path / "copie" / path, ns=(1, (root / path).stat().st_mtime_ns))
    shutil.rmtree(root)
    (tmp_path / "copie").rename(root)
    assert_same(root)


def settled_json(out: str) -> object:
    try:
        said = json.loads(out)
    except json.JSONDecodeError:
        return out
    if isinstance(said, dict):
        said.pop("timings", None)
    return said


def test_whole_commands_say_the_same_with_a_cache_and_without(tmp_path):
    root = make(tmp_path)
    time.sleep(SETTLED)
    for change in (None, "Divers.md"):
        if change:
            same_size(root, "A/Accès.md")
            write(root, change, b"[[Neuf]] #urgent")
        without = [(code, settled_json(out), err) for code, out, err in said(root, **{SWITCHED_OFF: "1"})]
        assert [(code, settled_json(out), err) for code, out, err in said(root)] == without


def test_a_reading_without_a_cache_leaves_none(tmp_path):
    root = make(tmp_path)
    uncached(root)
    finish()
    assert not file_of(root).exists()
