"""The engine of the daemon by a virtual clock: what is read when, and what is written when (DESIGN §6.1)."""

from __future__ import annotations

from itertools import count, pairwise

import pytest

from tests.shell.daemon.engine_desk import RECAP, SYNTHESIS, Desk, domain, synthesis
from vaultkit.shell.daemon.answering import Answers
from vaultkit.shell.ports import AppState, Because
from vaultkit.shell.rendering import Rendering
from vaultkit.shell.undo import Selection, undo

LIENS = "<!-- vaultkit:begin liens -->\n\n<!-- vaultkit:end liens -->\n"
ROADMAP = "<!-- vaultkit:begin roadmap -->\n\n<!-- vaultkit:end roadmap -->\n"


def shows(*active: str, behind: tuple[str, ...] = ()) -> AppState:
    """Return an app in which these notes have the focus, and those stand in a tab behind."""
    return AppState(True, frozenset(active), frozenset((*active, *behind)))


# ------------------------------------------------------------------------------ the first start


def test_an_old_vault_is_brought_up_to_date_at_once(empty_desk: Desk):
    empty_desk.put(SYNTHESIS, synthesis(), age=60)
    empty_desk.put("Accès.md", domain("un"), age=60)
    empty_desk.begin().wait(0)
    assert [path for _, path, _ in empty_desk.written] == [SYNTHESIS]
    assert "Constat un" in empty_desk.read()


def test_a_note_that_was_saved_just_before_the_start_has_its_quiet_time_first(empty_desk: Desk):
    empty_desk.put(SYNTHESIS, synthesis(), age=60)
    empty_desk.put("Accès.md", domain("un"), age=10)
    empty_desk.begin().wait(19.9)
    assert not empty_desk.written
    assert empty_desk.because("Accès.md") is Because.TYPED
    empty_desk.wait(0.2)
    assert "Constat un" in empty_desk.read()


def test_a_vault_that_is_up_to_date_is_never_written(desk: Desk):
    assert desk.engine.due_in() is None
    desk.engine.overlooked(None)
    assert desk.wait(24 * 3600) <= 2
    assert not desk.written
    assert len(desk.journal()) == 1


# ---------------------------------------------------------------------------- the quiet periods


def test_a_source_is_read_after_30_seconds_without_a_save(desk: Desk):
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(29.9)
    assert "accès deux" not in desk.read()
    assert desk.because("Accès.md") is Because.TYPED
    assert desk.seconds_to_go("Accès.md") == 0.1
    desk.wait(0.2)
    assert "accès deux" in desk.read()
    assert not desk.waits.keys() & {"Accès.md"}


def test_each_save_of_a_source_begins_its_quiet_time_anew(desk: Desk):
    for number in range(60):  # two minutes of typing, saved every 2 s
        desk.save("Accès.md", domain(f"accès {number}"))
        desk.wait(2)
    assert not desk.written
    desk.wait(27.9)
    assert not desk.written
    desk.wait(0.2)
    assert "Constat accès 59" in desk.read()
    assert len(desk.written) == 1


def test_what_is_read_is_what_stood_when_it_had_been_quiet(desk: Desk):
    """One note is quiet while the other is still typed in: the half sentence never reaches the synthesis."""
    desk.save("Accès.md", domain("accès complet"))
    for _ in range(20):
        desk.save("Facturation.md", domain("phrase à moit", title="Facturation"))
        desk.wait(2)
    assert "accès complet" in desk.read()
    assert "à moit" not in desk.read()


def test_a_target_is_written_after_5_seconds_without_a_save(desk: Desk):
    desk.save(SYNTHESIS, synthesis(tail="La fin, relue.\n"))
    desk.wait(4.9)
    assert not desk.written
    assert desk.because() is Because.JUST_SAVED
    desk.wait(0.2)
    assert "La fin, relue." in desk.read()
    assert "Constat accès un" in desk.read()


def test_a_person_who_types_in_the_synthesis_is_never_written_over(desk: Desk):
    desk.save("Accès.md", domain("accès deux"))
    for number in range(60):
        desk.save(SYNTHESIS, desk.read().replace("La fin", f"La fin {number}", 1))
        desk.wait(2)
    assert not desk.written
    assert desk.because() is Because.JUST_SAVED
    desk.wait(3.2)
    assert "Constat accès deux" in desk.read()
    assert "La fin 59" in desk.read()


def test_the_sections_of_a_synthesis_make_it_a_source_too(empty_desk: Desk):
    """Without a child note the domains are sections of the synthesis: it is typed in, so it waits 30 s."""
    section = "## Accès\n\n### Constats\n- Clés prêtées ❌\n"
    empty_desk.put(SYNTHESIS, synthesis(tail=section), age=9000)
    desk = empty_desk.begin().settle()
    assert "| Accès | Clés prêtées |" in desk.read()
    desk.save(SYNTHESIS, desk.read().replace("- Clés prêtées", "- Clés perd"))
    desk.wait(29.9)
    assert not desk.written
    desk.save(SYNTHESIS, desk.read().replace("- Clés perd", "- Clés perdues"))
    desk.wait(29.9)
    assert not desk.written
    desk.wait(0.2)
    assert "| Accès | Clés perdues |" in desk.read()
    assert len(desk.written) == 1


def test_the_quiet_periods_are_the_settings(empty_desk: Desk):
    empty_desk.put("vaultkit.toml", "[watch]\nsource_quiet = 2\ntarget_quiet = 1\n", age=9000)
    empty_desk.put(SYNTHESIS, synthesis(), age=9000)
    empty_desk.put("Accès.md", domain("un"), age=9000)
    desk = empty_desk.begin().settle()
    desk.save("Accès.md", domain("deux"))
    desk.wait(1.9)
    assert not desk.written
    desk.wait(0.2)
    assert "Constat deux" in desk.read()


# ------------------------------------------------------------------------- what Obsidian shows


def test_the_active_note_is_never_written(desk: Desk):
    desk.shown = shows(SYNTHESIS)
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(3600) < 400
    assert not desk.written
    assert desk.because() is Because.ACTIVE


def test_a_note_is_written_as_soon_as_another_one_is_active(desk: Desk):
    desk.shown = shows(SYNTHESIS)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(100)
    desk.shown = shows("Accès.md", behind=(SYNTHESIS,))
    desk.engine.noticed(".obsidian/workspace.json")
    desk.wait(0)
    assert "Constat accès deux" in desk.read()


def test_without_an_event_it_is_found_out_in_a_moment_that_the_app_was_closed(desk: Desk):
    desk.shown = shows(SYNTHESIS)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(100)
    desk.shown = AppState()
    desk.wait(15.1)
    assert "Constat accès deux" in desk.read()


def test_a_background_tab_waits_a_minute_after_its_last_save(desk: Desk):
    desk.shown = shows("Accès.md", behind=(SYNTHESIS,))
    desk.save(SYNTHESIS, desk.read().replace("La fin", "La vraie fin"))
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(59.9)
    assert not desk.written
    assert desk.because() is Because.OPEN
    desk.wait(0.2)
    assert "Constat accès deux" in desk.read()
    assert "La vraie fin" in desk.read()


def test_properties_change_only_while_obsidian_does_not_run(empty_desk: Desk):
    empty_desk.put(SYNTHESIS, synthesis(properties="backlinks:\n", regions=RECAP + LIENS), age=9000)
    empty_desk.put("Accès.md", domain("un"), age=9000)
    empty_desk.shown = shows("Autre.md")
    desk = empty_desk.begin()
    desk.wait(3600)
    assert "backlinks:\n---" in desk.read()
    assert "- [[Accès]]" in desk.read()  # of the region
    assert desk.because() is Because.PROPERTIES
    assert len(desk.written) == 1
    desk.shown = AppState()
    desk.wait(16)
    assert desk.read().index("[[Accès]]") < desk.read().index("# Synthèse")
    assert desk.because() in (None, Because.SETTLING)


# ----------------------------------------------------------------------------- renames, deletions


def test_a_note_that_is_renamed_in_the_app_leaves_no_wrong_row_in_between(empty_desk: Desk):
    """The app renames the note, and rewrites the links to it in the synthesis a moment later."""
    empty_desk.put(SYNTHESIS, synthesis(regions=RECAP + LIENS), age=9000)
    empty_desk.put("Accès.md", domain("un"), age=9000)
    empty_desk.put("Facturation.md", domain("facture", title="Facturation"), age=9000)
    desk = empty_desk.begin().settle()
    desk.rename("Accès.md", "Accès et clés.md")
    desk.wait(0.8)
    desk.save(SYNTHESIS, desk.read().replace("[[Accès]]", "[[Accès et clés]]"))
    seen = set()
    for _ in range(120):
        desk.wait(0.5)
        seen.add(desk.read())
    for text in seen:
        assert text.count("- [[Accès et clés]]") == 1
        assert "[[Accès]]" not in text
        assert text.count("| Accès |") == 1
    assert desk.is_rebuilt()


def test_a_note_that_is_renamed_outside_of_the_app_is_followed(empty_desk: Desk):
    empty_desk.put(SYNTHESIS, synthesis(regions=RECAP + LIENS), age=9000)
    empty_desk.put("Accès.md", domain("un"), age=9000)
    desk = empty_desk.begin().settle()
    desk.rename("Accès.md", "Accès et clés.md")
    desk.wait(60)
    assert "- [[Accès et clés]]" in desk.read()
    assert desk.read().count("| Accès |") == 1
    assert desk.is_rebuilt()


def test_a_note_that_is_gone_takes_no_row_away(desk: Desk):
    before = desk.read()
    desk.remove("Accès.md")
    desk.wait(3600)
    assert desk.read() == before
    assert not desk.written


def test_a_note_that_is_deleted_while_it_waits_is_forgotten(desk: Desk):
    desk.save("Nouvelle.md", domain("neuf", title="Nouvelle"))
    desk.wait(10)
    desk.remove("Nouvelle.md")
    desk.wait(3600)
    assert not desk.written
    assert not desk.waits
    assert desk.engine.due_in() is None


def test_a_synthesis_that_is_deleted_while_it_waits_is_not_written_again(desk: Desk):
    desk.shown = shows(SYNTHESIS)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(100)
    desk.remove(SYNTHESIS)
    desk.shown = AppState()
    desk.wait(3600)
    assert not (desk.root / SYNTHESIS).exists()
    assert not desk.written
    assert not desk.waits


# ------------------------------------------------------------------------------- what depends on what


def test_of_two_syntheses_only_the_one_is_written_whose_note_changed(desk: Desk):
    desk.save("Autre.md", synthesis("B"))
    desk.save("Courriel.md", domain("mail", "B", "Courriel"))
    desk.settle()
    before = desk.read()
    desk.save("Courriel.md", domain("mail deux", "B", "Courriel"))
    desk.wait(60)
    assert [path for _, path, _ in desk.written] == ["Autre.md"]
    assert "Constat mail deux" in desk.read("Autre.md")
    assert desk.read() == before


def test_a_note_that_goes_to_another_mission_brings_both_up_to_date(desk: Desk):
    desk.save("Autre.md", synthesis("B"))
    desk.save("Courriel.md", domain("mail", "B", "Courriel"))
    desk.settle()
    desk.save("Accès.md", domain("accès un", "B"))
    desk.wait(60)
    assert "| Accès |" in desk.read("Autre.md")
    assert desk.is_rebuilt()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("Schéma.canvas", b'{"nodes": [], "edges": []}'),
        ("Plan.png", b"\x89PNG"),
        ("Brut.md", b"\xff\xfe\x00binaire"),
    ],
)
def test_a_file_that_feeds_no_region_is_known_and_writes_nothing(desk: Desk, path: str, data: bytes):
    desk.save(path, data)
    desk.wait(60)
    assert path in desk.engine.session.index
    desk.save(path, data + b" ")
    desk.wait(60)
    desk.remove(path)
    desk.wait(60)
    assert path not in desk.engine.session.index
    assert not desk.written
    assert not desk.waits


# -------------------------------------------------------------------------- undo, and other programs


def test_what_a_person_takes_back_stays_until_a_note_changes(desk: Desk):
    before = desk.read()
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(60)
    with desk.opened_journal() as journal:
        assert undo(desk.root, journal, Selection(path=SYNTHESIS)).restored
    desk.engine.noticed(SYNTHESIS)
    desk.wait(24 * 3600)
    assert desk.read() == before
    assert desk.because() is Because.UNDONE
    desk.save("Accès.md", domain("accès trois"))
    desk.wait(60)
    assert "Constat accès trois" in desk.read()


def test_what_a_person_takes_back_stays_over_a_new_start(desk: Desk):
    before = desk.read()
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(60)
    with desk.opened_journal() as journal:
        undo(desk.root, journal, Selection(path=SYNTHESIS))
    desk.begin().wait(24 * 3600)
    assert desk.read() == before
    assert desk.because() is Because.UNDONE
    desk.save("Facturation.md", domain("facture deux", title="Facturation"))
    desk.wait(60)
    assert "facture deux" in desk.read()
    assert "accès deux" in desk.read()


def test_what_a_person_takes_back_stays_while_that_person_goes_on_in_the_synthesis(desk: Desk):
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(60)
    with desk.opened_journal() as journal:
        undo(desk.root, journal, Selection(path=SYNTHESIS))
    desk.engine.noticed(SYNTHESIS)
    desk.wait(60)
    desk.save(SYNTHESIS, desk.read().replace("La fin", "La toute fin"))
    desk.wait(3600)
    assert "La toute fin" in desk.read()
    assert "Constat accès un |" in desk.read()
    assert desk.because() is Because.UNDONE
    desk.save("Accès.md", domain("accès trois"))
    desk.wait(60)
    assert "Constat accès trois" in desk.read()


def test_what_a_person_takes_back_stays_while_other_notes_change(desk: Desk):
    """There is a query in the vault, which any note could answer; but not in this one."""
    query = 'LIST FROM "" WHERE category = "domaine"'
    desk.save("Accueil.md", f"<!-- vaultkit:begin query\n{query}\n-->\n<!-- vaultkit:end query -->\n")
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(60)
    with desk.opened_journal() as journal:
        undo(desk.root, journal, Selection(path=SYNTHESIS))
    desk.engine.noticed(SYNTHESIS)
    for number in range(3):
        desk.wait(60)
        desk.save("Journal.md", f"# Jour {number}\n")
    desk.wait(60)
    assert desk.because() is Because.UNDONE


def test_the_answer_of_a_query_that_a_person_takes_back_stays_until_it_changes(desk: Desk):
    query = 'LIST FROM "" WHERE category = "domaine"'
    desk.save("Accueil.md", f"<!-- vaultkit:begin query\n{query}\n-->\n<!-- vaultkit:end query -->\n")
    desk.settle()
    desk.save("Courriel.md", domain("mail", title="Courriel"))
    desk.wait(60)
    with desk.opened_journal() as journal:
        undo(desk.root, journal, Selection(path="Accueil.md"))
    desk.engine.noticed("Accueil.md")
    desk.wait(60)
    desk.save("Journal.md", "# Jour\n")  # nothing that the query lists
    desk.wait(60)
    assert "Courriel" not in desk.read("Accueil.md")
    assert desk.because("Accueil.md") is Because.UNDONE
    desk.save("Fichiers.md", domain("fichier", title="Fichiers"))
    desk.wait(60)
    assert "Fichiers" in desk.read("Accueil.md")


def test_another_program_that_puts_the_old_text_back_is_met_with_longer_and_longer_pauses(desk: Desk):
    old = desk.read()
    desk.save("Accès.md", domain("accès deux"))
    pauses = []
    for _ in range(6):
        before = desk.clock.now
        while desk.read() == old:
            desk.wait(1)
        pauses.append(desk.clock.now - before)
        desk.wait(1)
        desk.save(SYNTHESIS, old)
        desk.wait(6)
        assert desk.because() is Because.REVERTED
    for one, other in pairwise(pauses[1:]):
        assert 1.5 < other / one < 2.5, pauses


@pytest.fixture
def restless(monkeypatch: pytest.MonkeyPatch) -> str:
    """A note whose query has another answer each time: no real one has, this is a double."""
    numbers = count(1)

    def ask(drawing: Rendering, *_: object) -> str:
        drawing.asked = True
        return f"- réponse {next(numbers)}\n"

    monkeypatch.setattr(Rendering, "ask", ask)
    return "# Accueil\n\n<!-- vaultkit:begin query id=heure\nLIST\n-->\n<!-- vaultkit:end query -->\n"


def test_a_region_that_never_settles_stops_and_is_named(desk: Desk, restless: str):
    desk.save("Accueil.md", restless)
    assert desk.wait(24 * 3600) < 100
    assert len(desk.written) == 4
    assert desk.because("Accueil.md") is Because.UNSETTLED
    assert "query:heure" in str(desk.waits["Accueil.md"].said)


def test_a_region_that_never_settles_holds_up_no_other_note(desk: Desk, restless: str):
    desk.save("Accueil.md", restless)
    desk.settle()
    desk.save("Accès.md", domain("accès deux"))
    assert desk.wait(24 * 3600) < 100
    assert "Constat accès deux" in desk.read()
    assert [path for _, path, _ in desk.written].count("Accueil.md") <= 4
    assert desk.because("Accueil.md") is Because.UNSETTLED


def test_a_region_that_never_settles_stops_after_a_new_start_too(desk: Desk, restless: str):
    desk.save("Accueil.md", restless)
    desk.settle()
    desk.begin().wait(24 * 3600)
    assert len(desk.written) <= 4
    assert desk.because("Accueil.md") is Because.UNSETTLED


def test_a_region_that_never_settles_is_written_a_few_times_for_a_rebuild(desk: Desk, restless: str):
    desk.save("Accueil.md", restless)
    desk.settle()
    before = len(desk.journal())
    Answers(desk.engine, "en").rebuild()
    assert len(desk.journal()) - before <= 4


def test_a_query_about_the_time_of_its_own_note_comes_to_rest(desk: Desk):
    query = 'TABLE file.mtime, file.size FROM "" WHERE file.name = "Accueil"'
    desk.save("Accueil.md", f"<!-- vaultkit:begin query\n{query}\n-->\n<!-- vaultkit:end query -->\n")
    desk.wait(24 * 3600)
    assert len(desk.written) == 1
    assert not desk.waits
    assert desk.is_rebuilt()
