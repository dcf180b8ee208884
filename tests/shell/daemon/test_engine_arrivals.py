"""Files that come and go, many at once or one by one: nothing is ever written from half of them (DESIGN §6.6)."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.shell.daemon.engine_desk import SYNTHESIS, Desk, domain, synthesis
from vaultkit.shell.ports import AppState, Because

MARKERS = "<<<<<<< HEAD\nune\n=======\nautre\n>>>>>>> autre\n"


def checkout(desk: Desk, first: int, last: int, word: str) -> None:
    """Write notes of the mission as a checkout does."""
    for number in range(first, last):
        desk.save(f"Domaine {number:02}.md", domain(f"{word} {number}", title=f"Domaine {number:02}"))


# ------------------------------------------------------------------------------------- batches


def test_a_batch_is_read_once_at_its_end(desk: Desk):
    for part in range(5):
        checkout(desk, part * 10, part * 10 + 10, "un")
        desk.wait(4)
    assert desk.because("Domaine 07.md") is Because.BATCH
    assert not desk.log.batches
    desk.wait(3600)
    assert [batch.read for batch in desk.log.batches] == [50]
    assert [path for _, path, _ in desk.written] == [SYNTHESIS]
    assert desk.read().count("| Domaine ") == 50 + 1  # and the heading
    assert desk.is_rebuilt()


def test_twenty_notes_are_a_batch(desk: Desk):
    checkout(desk, 0, 19, "un")
    desk.wait(29)
    assert desk.because("Domaine 07.md") is Because.TYPED
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(0)
    assert desk.because("Domaine 07.md") is Because.BATCH  # that makes twenty
    desk.wait(31)
    assert len(desk.written) == 1


def test_a_vault_that_was_cloned_a_moment_ago_is_written_once(empty_desk: Desk):
    empty_desk.put(SYNTHESIS, synthesis())
    for number in range(50):
        empty_desk.put(f"Domaine {number:02}.md", domain(f"un {number}", title=f"Domaine {number:02}"))
    empty_desk.begin().wait(3600)
    assert [(at, path) for at, path, _ in empty_desk.written] == [(1030.0, SYNTHESIS)]


def test_a_batch_that_never_ends_is_read_all_the_same(desk: Desk):
    """A sync that brings a note every second for ten minutes; what came is quiet after 5 s, the rest waits."""
    for number in range(600):
        checkout(desk, number % 60, number % 60 + 1, f"tour {number // 60}")
        desk.wait(1)
    assert 1 < len(desk.written) < 60
    assert min(at for at, _, _ in desk.written) - 4600 < 200
    desk.wait(60)
    assert "tour 9" in desk.read()
    assert desk.is_rebuilt()


def test_somebody_who_types_in_the_middle_of_a_batch_is_not_read_before_a_pause(desk: Desk):
    for number in range(120):
        if number < 60:
            checkout(desk, number, number + 1, "un")
        desk.save("Accès.md", domain(f"frappe {number}"))
        desk.wait(2)
    assert "frappe" not in desk.read()
    desk.wait(31)
    assert "frappe 119" in desk.read()
    assert desk.is_rebuilt()


def test_a_synthesis_waits_while_a_batch_goes_on(desk: Desk):
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(29)
    checkout(desk, 0, 30, "un")
    desk.wait(20)
    assert not desk.written
    desk.wait(11)
    assert len(desk.written) == 1
    assert "accès deux" in desk.read()


# ------------------------------------------------------------------------ notes that come one by one


def test_notes_that_arrive_one_by_one_take_no_row_away(empty_desk: Desk):
    """A first sync brings the finished synthesis first, and its notes in any order."""
    for name in ("Accès", "Courriel", "Facturation"):
        empty_desk.put(f"{name}.md", domain(name.lower(), title=name), age=9000)
    empty_desk.put(SYNTHESIS, synthesis(), age=9000)
    finished = empty_desk.begin().settle().read()
    notes = {name: empty_desk.read(f"{name}.md") for name in ("Accès", "Courriel", "Facturation")}
    for name in notes:
        (empty_desk.root / f"{name}.md").unlink()
    desk = empty_desk.begin()
    desk.wait(100)
    for name, text in notes.items():
        desk.save(f"{name}.md", text)
        desk.wait(40)
        for other in notes:
            assert f"| {other} |" in desk.read()
    assert desk.read() == finished


def test_a_child_that_is_suddenly_empty_takes_no_row_away(desk: Desk):
    before = desk.read()
    desk.save("Accès.md", b"")
    desk.wait(3600)
    assert desk.read() == before
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(40)
    assert "Constat accès deux" in desk.read()
    assert desk.read().count("| Accès |") == 1


def test_a_child_that_a_cloud_takes_away_takes_no_row_away(desk: Desk):
    before = desk.read()
    desk.rename("Accès.md", ".Accès.md.icloud")
    desk.wait(3600)
    assert desk.read() == before
    assert not desk.written
    entry = desk.engine.lookout.entry("Accès.md")
    assert entry
    assert entry.placeholder
    desk.rename(".Accès.md.icloud", "Accès.md")
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(40)
    assert "Constat accès deux" in desk.read()


def test_a_synthesis_that_a_cloud_takes_away_is_not_written_and_comes_back(desk: Desk):
    desk.rename(SYNTHESIS, f".{SYNTHESIS}.icloud")
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(3600)
    assert not (desk.root / SYNTHESIS).exists()
    desk.rename(f".{SYNTHESIS}.icloud", SYNTHESIS)
    desk.wait(60)
    assert "Constat accès deux" in desk.read()


def test_a_conflict_copy_is_no_source(desk: Desk):
    desk.save("Accès.md", desk.read("Accès.md") + "\nVu sur place,\navec Anne.\n")
    desk.settle()
    before, copy = desk.read(), "Accès (conflict 2026-11-22).md"
    desk.save(copy, desk.read("Accès.md").replace("accès un", "accès autre"))
    desk.wait(3600)
    assert desk.read() == before
    assert not desk.written
    assert any(found.path == copy for found in desk.engine.diagnostics())
    desk.remove(copy)
    desk.wait(3600)
    assert not desk.written


def test_a_conflict_copy_of_the_synthesis_is_not_written(desk: Desk):
    copy = "Synthèse (conflict 2026-11-22).md"
    desk.save(copy, desk.read())
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(3600)
    assert "accès deux" in desk.read()
    assert "accès deux" not in desk.read(copy)


# ------------------------------------------------------------------------------ notes that are damaged


def test_a_synthesis_that_is_suddenly_empty_is_left_alone(desk: Desk):
    before = desk.read()
    desk.save(SYNTHESIS, b"")
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(3600)
    assert desk.read() == ""
    assert not desk.written
    desk.save(SYNTHESIS, before)
    desk.wait(60)
    assert "Constat accès deux" in desk.read()


def test_merge_markers_stop_writes_to_a_note_until_they_are_gone(desk: Desk):
    desk.save(SYNTHESIS, desk.read() + MARKERS)
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(3600) < 100
    assert not desk.written
    assert desk.because() is Because.REFUSED
    desk.save(SYNTHESIS, desk.read().replace(MARKERS, ""))
    desk.wait(31)
    assert "Constat accès deux" in desk.read()


def test_a_broken_marker_stops_writes_to_a_note_until_it_is_mended(desk: Desk):
    end = next(line for line in desk.read().splitlines() if "vaultkit:end" in line)
    broken = desk.read().replace(end, "")
    desk.save(SYNTHESIS, broken)
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(3600) < 100
    assert not desk.written
    assert desk.because() is Because.REFUSED
    assert "line" in str(desk.waits[SYNTHESIS].said)
    assert desk.read() == broken
    desk.save(SYNTHESIS, broken.replace("\nLa fin.", f"{end}\n\nLa fin."))
    desk.wait(31)
    assert "Constat accès deux" in desk.read()


# ----------------------------------------------------------------------------- the vault itself goes


def away(desk: Desk) -> Path:
    """Return where the vault is put while it is gone."""
    return desk.root.with_name("ailleurs")


def test_a_vault_that_is_suddenly_empty_is_not_believed(desk: Desk):
    before = desk.read()
    for path in (SYNTHESIS, "Accès.md", "Facturation.md"):
        desk.remove(path)
    assert desk.wait(3600) < 1500
    assert not list(desk.root.rglob("*.md"))
    assert desk.because("") is Because.EMPTY
    assert [severity for severity, _ in desk.log.told] == ["warning"]
    desk.put(SYNTHESIS, before, age=9000)
    desk.put("Accès.md", domain("accès deux"), age=9000)
    desk.put("Facturation.md", domain("facture une", title="Facturation"), age=9000)
    desk.wait(60)
    assert "Constat accès deux" in desk.read()
    assert [severity for severity, _ in desk.log.told] == ["warning", "info"]


def test_a_vault_whose_folder_goes_and_comes_back_goes_on(desk: Desk):
    desk.root.rename(away(desk))
    desk.engine.overlooked(None)
    assert desk.wait(3600) < 1500
    assert len(desk.log.told) == 1
    away(desk).rename(desk.root)
    desk.put("Accès.md", domain("accès deux"), age=9000)
    desk.wait(60)
    assert "Constat accès deux" in desk.read()
    desk.save("Accès.md", domain("accès trois"))
    desk.wait(60)
    assert "Constat accès trois" in desk.read()


def test_nothing_is_written_into_the_folder_under_a_mount_that_is_gone(desk: Desk):
    """The mount point is there, and holds one forgotten file."""
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(10)
    desk.root.rename(away(desk))
    desk.root.mkdir()
    (desk.root / "LISEZ-MOI.txt").write_text("rien", encoding="utf-8")
    desk.engine.overlooked(None)
    assert desk.wait(3600) < 1500
    assert [file.name for file in desk.root.rglob("*")] == ["LISEZ-MOI.txt"]
    assert desk.because("") is Because.EMPTY
    shutil.rmtree(desk.root)
    away(desk).rename(desk.root)
    desk.wait(60)
    assert "Constat accès deux" in desk.read()


def test_a_vault_that_empties_note_by_note_writes_nothing_on_the_way(desk: Desk):
    before = desk.read()
    desk.shown = AppState()
    for path in ("Accès.md", "Facturation.md"):
        desk.remove(path)
        desk.wait(40)
        assert desk.read() == before
    desk.remove(SYNTHESIS)
    desk.wait(3600)
    assert not desk.written
    assert not list(desk.root.rglob("*.md"))


def test_in_the_middle_of_a_rebase_nothing_is_written(desk: Desk):
    (desk.root / ".git" / "rebase-merge").mkdir(parents=True)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(600)
    assert desk.because(SYNTHESIS) is Because.GIT
    (desk.root / ".git" / "rebase-merge").rmdir()
    desk.wait(20)
    assert "Constat accès deux" in desk.read()
