"""What goes wrong around the engine: it is told, tried again later, and never in a busy loop (DESIGN §6.7)."""

from __future__ import annotations

import errno
import os
from itertools import pairwise
from pathlib import Path

import pytest

from tests.shell.daemon.engine_desk import SYNTHESIS, Desk, domain, synthesis
from vaultkit.errors import VaultkitError
from vaultkit.shell import swap
from vaultkit.shell.ports import Because
from vaultkit.shell.session import Session

#: How many steps an hour of a fault may take: one that begins a busy loop takes thousands.
STEPS_AN_HOUR = 60


# --------------------------------------------------------------------------------------- the disk


def test_a_full_disk_is_told_and_tried_again_later_and_later(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    tried: list[float] = []

    def full(*_: object) -> Path:
        tried.append(desk.clock.now)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as fault:
        fault.setattr(swap, "temporary", full)
        desk.save("Accès.md", domain("accès deux"))
        assert desk.wait(3600) < STEPS_AN_HOUR
        assert desk.because() is Because.REFUSED
    pauses = [round(other - one) for one, other in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 30
    assert len(tried) < 10
    [path, said] = desk.log.batches[0].refused[0]
    assert path == SYNTHESIS
    assert "the disk is full" in said.en
    desk.wait(3600)
    assert "Constat accès deux" in desk.read()
    assert not list(desk.root.rglob(".vk*"))


def test_a_read_only_note_is_told_and_written_once_it_may_be(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    note, allowed = desk.root / SYNTHESIS, os.access

    def access(path: Path, mode: int) -> bool:
        return allowed(path, mode) and not (Path(path) == note and mode == os.W_OK and is_closed())

    def is_closed() -> bool:
        return not note.stat().st_mode & 0o200

    monkeypatch.setattr(os, "access", access)  # who runs tests as root may write everything
    note.chmod(0o444)
    desk.engine.noticed(SYNTHESIS)
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(3600) < STEPS_AN_HOUR
    assert desk.because() is Because.REFUSED
    assert "read-only" in desk.log.batches[-1].refused[0][1].en
    note.chmod(0o644)
    desk.engine.noticed(SYNTHESIS)
    desk.wait(60)  # not only when the last pause is over
    assert "Constat accès deux" in desk.read()


def test_without_a_journal_nothing_is_written_until_there_is_one(desk: Desk, tmp_path: Path):
    before, state = desk.read(), tmp_path / "state"
    state.rename(tmp_path / "kept")
    state.write_text("a file where a folder should be", encoding="utf-8")
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(3600) < STEPS_AN_HOUR
    assert desk.read() == before
    assert desk.because() is Because.REFUSED
    assert "nothing was written" in desk.log.batches[-1].refused[0][1].en
    state.unlink()
    (tmp_path / "kept").rename(state)
    desk.wait(3600)
    assert "Constat accès deux" in desk.read()


def test_a_note_that_cannot_be_read_stays_as_it_was_known(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    before, slurp = desk.read(), swap.slurp

    def denied(path: Path) -> object:
        if Path(path).name == "Accès.md":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return slurp(path)

    with monkeypatch.context() as fault:
        fault.setattr(swap, "slurp", denied)
        desk.save("Accès.md", domain("accès deux"))
        assert desk.wait(3600) < STEPS_AN_HOUR
        assert desk.read() == before
        assert any(found.path == "Accès.md" for found in desk.engine.diagnostics())
    desk.save("Accès.md", domain("accès trois"))
    desk.wait(60)
    assert "Constat accès trois" in desk.read()


def test_a_save_between_the_plan_and_the_write_is_never_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The app saves the synthesis when the engine has already decided to write it."""
    temporary, saved = swap.temporary, []

    def late(*arguments: object) -> Path:
        if not saved:
            saved.append(desk.clock.now)
            desk.put(SYNTHESIS, desk.read().replace("La fin", "La fin, tapée à l’instant"))
        return temporary(*arguments)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(swap, "temporary", late)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(30.1)
    assert saved
    assert not desk.written
    assert desk.because() is Because.JUST_SAVED
    desk.wait(60)
    assert "La fin, tapée à l’instant" in desk.read()
    assert "Constat accès deux" in desk.read()
    assert not [refused for batch in desk.log.batches for refused in batch.refused]


def test_a_save_over_our_write_is_taken_as_what_it_is(desk: Desk):
    """An editor that had the note open writes its whole old text a second after us, with a sentence more."""
    old = desk.read()
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(30.1)
    desk.save(SYNTHESIS, old.replace("La fin", "La toute fin"))
    desk.wait(3600)
    assert "La toute fin" in desk.read()
    assert "Constat accès deux" in desk.read()
    assert desk.is_rebuilt()


# --------------------------------------------------------------------------------------- the clocks


@pytest.mark.parametrize("jump", [-2 * 365 * 86400.0, -3600.0, 3600.0, 2 * 365 * 86400.0])
def test_a_clock_that_jumps_stops_nothing(desk: Desk, jump: float):
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(10)
    desk.clock.jumped = jump
    desk.engine.overlooked(None)
    desk.wait(10)
    desk.save("Facturation.md", domain("facture deux", title="Facturation"))
    assert desk.wait(60) < STEPS_AN_HOUR
    assert "Constat accès deux" in desk.read()
    assert "Constat facture deux" in desk.read()
    desk.engine.overlooked(None)
    assert desk.wait(3600) < STEPS_AN_HOUR
    assert not desk.waits


@pytest.mark.parametrize("ahead", [10.0, 3600.0, 365 * 86400.0])
def test_a_file_from_the_future_waits_no_longer_than_any_other(empty_desk: Desk, ahead: float):
    """Another laptop, whose clock is wrong, has saved both notes."""
    empty_desk.put(SYNTHESIS, synthesis(), age=-ahead)
    empty_desk.put("Accès.md", domain("un"), age=-ahead)
    desk = empty_desk.begin()
    desk.wait(30.1)
    assert "Constat un" in desk.read()
    desk.save("Accès.md", domain("deux"))
    desk.put("Accès.md", domain("trois"), age=-ahead)
    desk.engine.noticed("Accès.md")
    desk.wait(30.1)
    assert "Constat trois" in desk.read()


# ------------------------------------------------------------------------------------ the settings


def test_quiet_periods_that_are_changed_hold_from_then_on(desk: Desk):
    desk.save("vaultkit.toml", "[watch]\nsource_quiet = 100\n")
    desk.wait(2)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(99)
    assert not desk.written
    desk.save("vaultkit.toml", "[watch]\nsource_quiet = 3\n")
    desk.wait(1.1)
    assert "Constat accès deux" in desk.read()
    assert ("info", "settings, templates and schemas read again") in desk.log.told


def test_wrong_settings_are_told_and_the_old_ones_hold(desk: Desk):
    desk.save("vaultkit.toml", "[watch]\nsource_quiet = 10\n")
    desk.wait(2)
    for wrong in ("[watch\n", '[watch]\nsource_quiet = "vite"\n', b"\xff\xfe"):
        desk.log.told.clear()
        desk.save("vaultkit.toml", wrong)
        desk.wait(40)
        assert [severity for severity, _ in desk.log.told] == ["error"], wrong
        assert any("vaultkit.toml" in said.en for said in desk.engine.standing().degraded)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(10.1)
    assert "Constat accès deux" in desk.read()
    desk.save("vaultkit.toml", "[watch]\nsource_quiet = 10\n")
    desk.wait(2)
    assert not desk.engine.standing().degraded


def test_settings_that_are_removed_are_the_usual_ones_again(desk: Desk):
    desk.save("vaultkit.toml", "[watch]\nsource_quiet = 2\n")
    desk.wait(10)
    desk.remove("vaultkit.toml")
    desk.wait(10)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(29.9)
    assert not desk.written


@pytest.mark.parametrize("name", ["graph.json", "hotkeys.json", "workspace.json"])
def test_a_file_of_the_app_that_says_nothing_of_notes_is_no_setting(desk: Desk, name: str):
    """The graph's file is saved whenever somebody moves the graph."""
    desk.engine.noticed(f".obsidian/{name}")
    desk.wait(60)
    assert not desk.log.told


def test_the_settings_may_stand_in_a_note(desk: Desk):
    desk.save("vaultkit.md", "---\nwatch:\n  source_quiet: 3\n---\n# Réglages\n")
    desk.wait(31)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(3.1)
    assert "Constat accès deux" in desk.read()


def ranks(word: str) -> str:
    """Return a template that lists the domains."""
    return f"{{% for domain in domains %}}\n- {word} {{{{ domain.name }}}}\n{{% endfor %}}\n"


TEMPLATE = "vaultkit/templates/regions/rangs.md"
DRAWN = "\n<!-- vaultkit:begin template src=rangs.md -->\n\n<!-- vaultkit:end template -->\n"


def test_a_template_that_is_changed_is_used(desk: Desk):
    desk.save(SYNTHESIS, desk.read() + DRAWN)
    desk.save(TEMPLATE, ranks("RANG"))
    desk.wait(60)
    assert "- RANG Accès" in desk.read()
    desk.save(TEMPLATE, ranks("LIGNE"))
    desk.wait(60)
    assert "- LIGNE Accès" in desk.read()
    assert "- RANG" not in desk.read()


def test_a_template_that_is_wrong_leaves_the_region_as_it_stands(desk: Desk):
    desk.save(SYNTHESIS, desk.read() + DRAWN)
    desk.save(TEMPLATE, ranks("RANG"))
    desk.wait(60)
    desk.save(TEMPLATE, "{% for domain in domains %}\n- RANG {{ domain.name")
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(3600) < STEPS_AN_HOUR
    assert "- RANG Accès" in desk.read()
    assert "Constat accès deux" in desk.read()


def test_a_schema_that_is_changed_is_checked_by(desk: Desk):
    schema = "match:\n  category: domaine\nproperties:\n  visite:\n    required: true\n"
    before = len(desk.engine.diagnostics())
    desk.save("vaultkit/schemas/domaine.yaml", schema)
    desk.wait(60)
    assert len(desk.engine.diagnostics()) != before
    desk.remove("vaultkit/schemas/domaine.yaml")
    desk.wait(60)
    assert len(desk.engine.diagnostics()) == before


# ------------------------------------------------------------------------------------ faults of ours


def test_a_vault_that_cannot_be_watched_with_wrong_settings_is_refused_at_the_start(empty_desk: Desk):
    empty_desk.put("vaultkit.toml", "[watch\n", age=9000)
    with pytest.raises(VaultkitError):
        empty_desk.begin()


def test_after_a_fault_the_whole_vault_is_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as fault:
        fault.setattr(Session, "follow", lambda *_, **__: 1 / 0)
        desk.save("Accès.md", domain("accès deux"))
        with pytest.raises(ZeroDivisionError):
            desk.wait(60)
    desk.wait(0)
    desk.engine.recover()
    desk.wait(60)
    assert "Constat accès deux" in desk.read()
    assert not desk.waits


@pytest.mark.parametrize("path", [".Accès.md.icloud", "Accès.md"])
def test_a_note_that_a_cloud_takes_away_is_no_disagreement(empty_desk: Desk, path: str):
    """Paranoid, each batch is compared with a vault read anew: that one knows the note by its name alone."""
    empty_desk.put(SYNTHESIS, synthesis(), age=9000)
    empty_desk.put("Accès.md", domain("un"), age=9000)
    empty_desk.put("Facturation.md", domain("f", title="Facturation"), age=9000)
    desk = empty_desk.begin(paranoid=True).settle()
    desk.rename("Accès.md", path)
    desk.save("Facturation.md", domain("g", title="Facturation"))
    desk.wait(3600)
    assert "Constat g" in desk.read()
    assert "| Accès | Constat un |" in desk.read()
    assert not desk.log.told


def test_a_note_with_marks_of_a_merge_is_no_source_and_that_is_told(desk: Desk):
    """What stands in the table stays while somebody still decides."""
    before = desk.read()
    text = (desk.root / "Accès.md").read_text("utf-8")
    desk.save(
        "Accès.md",
        text.replace("- Constat", "<<<<<<< HEAD\n- Le nôtre ❌\n=======\n- Le leur ❌\n>>>>>>> b\n- C"),
    )
    desk.wait(3600)
    assert desk.read() == before
    assert desk.because() is Because.REFUSED
    assert [text for _, text in desk.log.told if "merge conflict markers" in text and "Accès" in text]
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(60)
    assert "Constat accès deux" in desk.read()
