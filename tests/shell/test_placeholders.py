"""Files whose bytes are still in a cloud: they are there, they are no empty notes, and nobody opens them."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import notes_of
from tests.shell.test_commands import MISSION
from vaultkit.edits import Write
from vaultkit.errors import Refused
from vaultkit.shell import disk, swap, walk
from vaultkit.shell.journal import Journal
from vaultkit.shell.session import Session
from vaultkit.vault.links import resolve_linkpath


@pytest.fixture
def mission(vault, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    for path, text in notes_of(MISSION).items():
        vault.write(path, text)
    second = (
        vault.read("Accès.md").replace("🔐 Accès", "🌐 Réseau").replace("Clés partagées", "Pare-feu ancien")
    )
    vault.write("Réseau.md", second)
    return vault


def evict(vault, path):
    """Take a file away as iCloud did before macOS had a flag for it."""
    file = vault.root / path
    file.unlink()
    left = file.with_name(f".{file.name}.icloud")
    left.write_bytes(b"bplist00")
    return left


@pytest.fixture
def cloud(monkeypatch):
    """Make files placeholders as their state tells on macOS and Windows; say which were opened."""
    away, opened = set(), []
    real = os.open

    def recorded(path, *rest, **named):
        opened.append(Path(path).name)
        return real(path, *rest, **named)

    def is_placeholder(status):
        return status.st_ino in away

    monkeypatch.setattr(os, "open", recorded)
    monkeypatch.setattr(swap, "_HAS_CLOUDS", True)
    monkeypatch.setattr(swap, "is_placeholder", is_placeholder)
    monkeypatch.setattr(walk, "is_placeholder", is_placeholder)
    return SimpleNamespace(takes=lambda file: away.add(file.stat().st_ino), opened=opened)


# What the system says


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"st_flags": 0x40000000}, True),
        ({"st_flags": 0x40000020}, True),
        ({"st_flags": 0x8020}, False),
        ({"st_file_attributes": 0x1000}, True),
        ({"st_file_attributes": 0x40020}, True),
        ({"st_file_attributes": 0x400020 | 0x200}, True),
        ({"st_file_attributes": 0x80020}, False),  # pinned: always kept here
        ({}, False),
    ],
)
def test_flags_of_the_system_tell_that_the_bytes_are_elsewhere(said, expected):
    assert swap.is_placeholder(SimpleNamespace(**said)) is expected


# Where iCloud leaves a hidden file


def test_a_note_left_in_icloud_is_there_for_links_and_is_no_note(vault):
    """
    == Source.md
    [[Là-bas]] [[Parti]]
    == Dossier/Là-bas.md
    # Là-bas
    """
    left = evict(vault, "Dossier/Là-bas.md")
    entry = disk.scan(vault.root).files[0]
    assert (entry.path, entry.real, entry.is_note, entry.placeholder) == (
        "Dossier/Là-bas.md",
        str(left),
        False,
        True,
    )
    session = Session.open(vault.root)
    assert list(session.index.notes) == ["Source.md"]
    assert resolve_linkpath(session.index, "Là-bas", "Source.md") == "Dossier/Là-bas.md"
    assert session.graph.unresolved_links == {"Source.md": {"Parti": 1}}
    assert disk.entry_of(vault.root, "Dossier/Là-bas.md").placeholder


def test_a_file_that_is_here_hides_what_icloud_left(vault):
    """
    == Note.md
    here
    """
    (vault.root / ".Note.md.icloud").write_bytes(b"bplist00")
    scan = disk.scan(vault.root)
    assert [(entry.path, entry.placeholder) for entry in scan.files] == [("Note.md", False)]
    assert scan.problems == ()


@pytest.mark.parametrize("name", [".icloud", "..icloud", "..x.md.icloud", "x.md.icloud", ".x.md.ICLOUD"])
def test_other_hidden_names_stay_hidden(vault, name):
    (vault.root / name).write_bytes(b"")
    assert [entry.path for entry in disk.scan(vault.root).files] == [name] * (not name.startswith("."))
    assert not any(entry.placeholder for entry in disk.scan(vault.root).files)


def test_a_hidden_folder_of_such_a_name_stays_hidden(vault):
    (vault.root / ".x.icloud").mkdir()
    vault.write(".x.icloud/a.md", "")
    assert disk.scan(vault.root).files == ()


def test_names_are_composed_and_two_spellings_harm_nobody(vault):
    for form in ("NFC", "NFD"):
        (vault.root / unicodedata.normalize(form, ".é.md.icloud")).write_bytes(b"")
    assert [entry.path for entry in disk.scan(vault.root).files] == ["é.md"]


def test_nothing_is_written_over_a_note_left_in_icloud(mission):
    left = evict(mission, "Accès.md")
    with Journal.open(mission.root) as journal:
        with pytest.raises(Refused):
            disk.apply(mission.root, Write("Accès.md", "anew", None), journal)
        with pytest.raises(Refused):
            disk.move(mission.root, "Réseau.md", "Accès.md", journal)
        assert journal.entries() == []
    assert left.exists()
    assert not (mission.root / "Accès.md").exists()
    assert not list(mission.root.glob(".vk-*"))


# Where the state of the file tells


def test_a_file_in_the_cloud_is_never_opened(mission, cloud):
    mission.write("board.canvas", "{}")
    for name in ("Accès.md", "board.canvas"):
        cloud.takes(mission.root / name)
    session = Session.open(mission.root)
    assert list(session.index.notes) == ["Réseau.md", "Synthèse.md"]
    assert resolve_linkpath(session.index, "Accès", "Synthèse.md") == "Accès.md"
    entry = next(entry for entry in session.entries if entry.path == "Accès.md")
    for asked in (entry, "Accès.md"):
        with pytest.raises(disk.Unreadable, match="not downloaded"):
            disk.read(mission.root, asked)
    with Journal.open(mission.root) as journal, pytest.raises(Refused, match="not downloaded"):
        disk.apply(mission.root, Write("Accès.md", "anew", disk.digest_of(b"")), journal)
    assert {"Accès.md", "board.canvas"}.isdisjoint(cloud.opened)
    assert "Réseau.md" in cloud.opened


def test_a_state_that_changed_without_time_or_size_is_seen(vault):
    """
    == a.md
    one
    """
    if os.name == "nt":
        pytest.skip("no such time there")
    [before] = disk.scan(vault.root).files
    file = vault.root / "a.md"
    while True:
        file.write_bytes(b"two\n")
        os.utime(file, ns=(before.mtime_ns, before.mtime_ns))
        [after] = disk.scan(vault.root).files
        if after.changed_ns != before.changed_ns:  # clocks of disks are coarse
            break
    assert (after.mtime_ns, after.size) == (before.mtime_ns, before.size)


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_followed_links_to_folders_are_told(vault, tmp_path):
    (tmp_path / "far/deep").mkdir(parents=True)
    (tmp_path / "far/n.md").write_text("")
    (vault.root / "Clients").mkdir()
    (vault.root / "Clients/lié").symlink_to(tmp_path / "far")
    (vault.root / "again").symlink_to(tmp_path / "far/deep")
    (vault.root / "own").symlink_to(vault.root / "Clients")
    scan = disk.scan(vault.root)
    assert scan.links == (("Clients/lié", os.path.realpath(tmp_path / "far")),)
    assert [entry.path for entry in scan.files] == ["Clients/lié/n.md"]


# What becomes of the synthesis


def rows(vault):
    return [line for line in vault.read("Synthèse.md").splitlines() if line.startswith(("|", "1. ", "2. "))]


def empties(vault, path):
    (vault.root / path).write_bytes(b"")


def removes(vault, path):
    (vault.root / path).unlink()


@pytest.mark.parametrize("happens", [evict, empties, removes])
@pytest.mark.parametrize("paths", [["Accès.md"], ["Accès.md", "Réseau.md"]])
def test_a_child_that_is_away_empty_or_gone_takes_no_row_with_it(mission, happens, paths):
    session = Session.open(mission.root)
    session.rebuild()
    full = rows(mission)
    assert len([row for row in full if row.startswith("|")]) == 4
    texts = {path: mission.read(path) for path in paths}
    for path in paths:
        happens(mission, path)
        done, _, _ = Session.open(mission.root).rebuild()
        assert rows(mission) == full
        assert [change for change in done.summary if not change.after] == []
        assert done.refused == []
    for path, text in texts.items():
        (mission.root / f".{path}.icloud").unlink(missing_ok=True)
        mission.write(path, text)
        Session.open(mission.root).rebuild()
        assert rows(mission) == full


def test_a_vault_that_is_suddenly_empty_is_left_alone(mission):
    assert mission.run("rebuild").code == 0
    for file in list(mission.root.glob("*.md")):
        file.unlink()
    done = mission.run("rebuild")
    assert done.code in (0, 2)
    assert [name for name in mission.snapshot() if not name.startswith(".obsidian/")] == []
