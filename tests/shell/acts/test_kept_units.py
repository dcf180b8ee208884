"""What is kept by hand: found at its place, given back, or pushed into its note."""

from __future__ import annotations

import pytest

from tests.shell.acts.mission import KEEP, SYNTHESIS, Mission
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell.acts.keeping import kept, push_all, push_one, release
from vaultkit.shell.acts.zones import zones

# ------------------------------------------------------------------------------------ found


def test_nothing_is_kept_in_what_was_just_generated(mission: Mission) -> None:
    assert mission.kept() == ()


def test_a_cell_is_kept_with_what_would_be_generated_and_where_it_would_go(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    [cell] = mission.kept()
    assert (cell.region, cell.wording, cell.generated) == ("recap", "Comptes partagés", "Sessions partagées")
    assert cell.span.of(mission.read()) == f"Comptes partagés {KEEP}"
    assert cell.sources == ("Accès.md",)
    assert cell.target == "Accès.md"
    assert cell.proposal is not None
    assert cell.proposal.en == "'Comptes partagés' → Accès, En bref, Constats"


def test_what_was_written_a_moment_ago_is_kept_before_it_has_its_mark(mission: Mission) -> None:
    mission.replace("Sessions partagées", "Comptes partagés")
    assert mission.one("Comptes partagés").span.of(mission.read()) == "Comptes partagés"


def test_an_item_of_the_roadmap_follows_from_the_note_of_its_action(mission: Mission) -> None:
    mission.keep("→ sécurité PC", "→ sécurité des postes PC")
    item = mission.one("sécurité des postes PC")
    assert item.span.of(mission.read()) == f"sécurité des postes PC {KEEP}"
    assert (item.generated, item.sources, item.target) == ("sécurité PC", ("Accès.md",), "Accès.md")


def test_an_item_that_no_note_holds_has_no_source_and_says_so(mission: Mission) -> None:
    mission.keep("→ sécurité PC", "→ sécurité PC, former les gens")
    item = mission.one("former les gens")
    assert (item.generated, item.sources, item.target) == (None, (), None)
    assert item.without is not None
    assert item.without.en.startswith("no source")


def test_a_row_that_is_kept_as_a_whole_is_one_unit(mission: Mission) -> None:
    mission.keep("| 🔐 Sécurité |", f"| 🔐 Sécurité {KEEP} |")
    [row] = mission.kept()
    assert row.wording.startswith("🔐 Sécurité | Sessions partagées")
    assert row.span.of(mission.read()).startswith(f"🔐 Sécurité {KEEP} | Sessions")
    assert row.generated == row.wording


def test_a_link_of_ones_own_is_kept_but_goes_into_no_note(mission: Mission) -> None:
    mission.keep("- [[Mails]]", "- [[Mails]]\n- le rapport de la banque")
    link = mission.one("le rapport de la banque")
    assert (link.region, link.target, link.generated) == ("liens", None, None)


def test_an_id_holds_no_words_and_is_the_same_for_the_same_text(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    first, second = mission.one("Comptes partagés").id, mission.one("Comptes partagés").id
    assert first == second
    assert "omptes" not in first


def test_in_a_delivered_synthesis_nothing_is_kept_and_its_regions_still_show(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    mission.replace("scope: Étude Dufour\n", "scope: Étude Dufour\nvaultkit_frozen: true\n")
    assert mission.kept() == ()
    assert [zone.key for zone in zones(mission.session, SYNTHESIS)] == ["recap", "roadmap", "liens"]


def test_a_note_that_is_not_there_is_a_wrong_question(mission: Mission) -> None:
    with pytest.raises(VaultkitError):
        kept(mission.session, "Rien.md")


@pytest.mark.parametrize("shape", ["\ufeff{}", "{}"], ids=["BOM", "plain"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_places_are_right_whatever_the_file_is_like(mission: Mission, shape: str, newline: str) -> None:
    mission.replace("Sessions partagées", "Comptes 👥 partagés")
    mission.replace("→ sécurité PC", "→ sécurité des postes 💻 PC, former")
    mission.write(SYNTHESIS, shape.format(mission.read().replace("\n", newline)))
    mission.rebuild()
    text = mission.read()
    said = {each.wording: each.span.of(text) for each in mission.kept()}
    assert said == {wording: f"{wording} {KEEP}" for wording in said}
    assert set(said) == {"Comptes 👥 partagés", "sécurité des postes 💻 PC", "former"}


def test_places_are_right_in_a_callout(mission: Mission) -> None:
    text = mission.read()
    start, end = text.index("<!-- vaultkit:begin recap"), text.index("\n\n## Feuille")
    quoted = "\n".join(f"> {line}".rstrip() for line in text[start:end].split("\n"))
    mission.write(SYNTHESIS, text[:start] + quoted + text[end:])
    mission.keep("Sessions partagées", "Comptes partagés")
    assert mission.one("Comptes partagés").span.of(mission.read()) == f"Comptes partagés {KEEP}"


# ------------------------------------------------------------------------------------ zones


def test_a_zone_holds_its_markers_its_sources_and_its_marks(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    text, [recap, roadmap, links] = mission.read(), zones(mission.session, SYNTHESIS)
    assert recap.span.of(text).startswith("<!-- vaultkit:begin recap -->\n")
    assert recap.span.of(text).endswith("-->\n")
    assert [mark.of(text) for mark in recap.marks] == [KEEP]
    assert recap.sources == roadmap.sources == ("Accès.md", "Mails.md")
    assert set(links.sources) == {"Accès.md", "Mails.md"}
    assert [zone.stale for zone in (recap, roadmap, links)] == [False, False, False]


def test_a_zone_is_stale_when_a_note_says_something_else(mission: Mission) -> None:
    mission.replace("Bluewin", "Gmail", "Mails.md")
    assert {zone.key: zone.stale for zone in zones(mission.session, SYNTHESIS)} == {
        "recap": True,
        "roadmap": False,
        "liens": False,
    }


def test_a_note_with_broken_markers_has_no_zones(mission: Mission) -> None:
    mission.replace("<!-- vaultkit:begin roadmap -->\n", "")
    assert zones(mission.session, SYNTHESIS) == ()


# ---------------------------------------------------------------------------------- release


def test_a_released_cell_says_what_its_note_says_and_nothing_else_has_changed(mission: Mission) -> None:
    before = mission.all()
    mission.keep("Sessions partagées", "Comptes partagés")
    act = release(mission.session, SYNTHESIS, mission.one("Comptes partagés").id)
    assert act.told.en == "✔ 'Comptes partagés' is kept no more: the region says 'Sessions partagées'"
    mission.make(act)
    assert mission.all() == before
    assert mission.rebuild() == []


def test_what_no_note_says_is_deleted_by_its_release_and_that_is_told(mission: Mission) -> None:
    before = mission.all()
    mission.keep("→ sécurité PC", "→ sécurité PC, former les gens")
    act = release(mission.session, SYNTHESIS, mission.one("former les gens").id)
    assert act.told.en == "✔ 'former les gens' deleted: no note says it"
    mission.make(act)
    assert mission.all() == before
    assert mission.rebuild() == []


def test_a_released_row_is_generated_again_cell_by_cell(mission: Mission) -> None:
    before = mission.all()
    mission.replace("| 🔐 Sécurité |", f"| 🔐 La sécurité {KEEP} |")
    mission.keep("Données exposées", "Données volées")
    [row] = mission.kept()
    mission.make(release(mission.session, SYNTHESIS, row.id))
    assert mission.all() == before
    assert mission.rebuild() == []


def test_a_row_of_ones_own_goes_with_its_release(mission: Mission) -> None:
    before = mission.all()
    mission.replace("| 📧 Mails |", "| 🖨️ Imprimante | bourrage | retard | rien | basse |\n| 📧 Mails |")
    mission.rebuild()
    [row] = mission.kept()
    assert row.generated is None
    mission.make(release(mission.session, SYNTHESIS, row.id))
    assert mission.all() == before


def test_of_two_units_that_say_the_same_the_one_that_is_meant_is_released(mission: Mission) -> None:
    mission.replace("Données exposées", "pas bien")
    mission.keep("Secret violable", "pas bien")
    first, second = mission.kept()
    mission.make(release(mission.session, SYNTHESIS, second.id))
    [left] = mission.kept()
    assert left.sources == first.sources == ("Accès.md",)
    assert "Secret violable" in mission.read()


def test_a_release_brings_no_other_region_up_to_date(mission: Mission) -> None:
    mission.keep("→ sécurité PC", "→ sécurité des postes PC")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.make(release(mission.session, SYNTHESIS, mission.one("sécurité des postes PC").id))
    assert "Bluewin" in mission.read()


def test_an_id_of_another_text_is_refused(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    old = mission.one("Comptes partagés").id
    mission.keep("Comptes partagés", "Comptes communs")
    for id in (old, "", "nonsense", "0.0-00000000"):
        with pytest.raises(Refused) as refused:
            release(mission.session, SYNTHESIS, id)
        assert refused.value.exit_code == 3


def test_nothing_is_released_while_a_note_holds_a_conflict(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    id = mission.one("Comptes partagés").id
    mission.replace("La fin.", "<<<<<<< ours\nLa fin.\n=======\nLa suite.\n>>>>>>> theirs")
    with pytest.raises(Refused):
        release(mission.session, SYNTHESIS, id)


# ------------------------------------------------------------------------------------- push


def test_a_pushed_cell_stands_in_its_note_and_is_generated_from_then_on(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    before = mission.all()
    mission.make(push_one(mission.session, SYNTHESIS, mission.one("Comptes partagés").id))
    mission.rebuild()
    assert mission.kept() == ()
    assert mission.read("Accès.md") == before["Accès.md"].replace("sessions partagées", "Comptes partagés")
    assert "| Comptes partagés |" in mission.read()


def test_only_the_one_that_is_asked_for_is_pushed(mission: Mission) -> None:
    mission.replace("Sessions partagées", "Comptes partagés")
    mission.keep("Données exposées", "Données volées")
    mission.make(push_one(mission.session, SYNTHESIS, mission.one("Comptes partagés").id))
    mission.rebuild()
    assert [each.wording for each in mission.kept()] == ["Données volées"]


def test_a_cell_beside_it_that_is_kept_on_purpose_stays_kept(mission: Mission) -> None:
    mission.replace("Sessions partagées", "Comptes partagés")
    mission.keep("Données exposées", f"Données exposées {KEEP}")
    mission.make(push_one(mission.session, SYNTHESIS, mission.one("Comptes partagés").id))
    mission.rebuild()
    assert [each.wording for each in mission.kept()] == ["Données exposées"]


def test_what_no_note_can_take_is_refused_with_the_reason(mission: Mission) -> None:
    mission.keep("→ sécurité PC", "→ sécurité PC, former les gens")
    item = mission.one("former les gens")
    with pytest.raises(Refused) as refused:
        push_one(mission.session, SYNTHESIS, item.id)
    assert refused.value.message == item.without


def test_all_is_pushed_as_the_command_does(mission: Mission) -> None:
    mission.replace("Sessions partagées", "Comptes partagés")
    mission.keep("→ sécurité PC", "→ sécurité des postes PC, former les gens")
    act = push_all(mission.session, SYNTHESIS)
    assert act.told.en == "✔ 2 wordings pushed into 1 note."
    mission.make(act)
    mission.rebuild()
    assert [each.wording for each in mission.kept()] == ["former les gens"]


def test_with_nothing_to_push_nothing_is_written(mission: Mission) -> None:
    act = push_all(mission.session, SYNTHESIS)
    assert not act.changes
    assert act.told.en == "Nothing to push."


def test_the_marks_stay_where_the_note_could_not_be_written(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    session = mission.session
    act = push_all(session, SYNTHESIS)
    mission.replace("badges", "badges et clés", "Accès.md")  # saved between the plan and the write
    done = session.apply(act.changes, "push")
    assert {path for path, _ in done.refused} == {"Accès.md", SYNTHESIS}
    assert mission.one("Comptes partagés").generated == "Sessions partagées"


def test_a_note_in_conflict_takes_nothing_and_the_marks_stay(mission: Mission) -> None:
    mission.keep("Sessions partagées", "Comptes partagés")
    mission.replace("- **Structurant** : badges", "<<<<<<< ours\n=======\n>>>>>>> theirs", "Accès.md")
    act = push_all(mission.session, SYNTHESIS)
    assert [path for path, _ in act.changes.refused] == ["Accès.md"]
    assert not act.changes.writes
