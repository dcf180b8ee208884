"""A sync tool's conflict copy is told from a note that only has a similar name."""

from __future__ import annotations

import pytest

from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.copies import conflict_copies
from vaultkit.vault.index import VaultIndex

HEAD = "---\ncategory: domaine\nscope: X\n---\n"
BODY = HEAD + "# 💰 Facturation\n## Constats\n" + "".join(f"- point {n} ❌\n" for n in range(12))


def copies(**texts: str) -> dict[str, str]:
    return dict(conflict_copies(VaultIndex.of(parse_note(path, text) for path, text in texts.items())))


@pytest.mark.parametrize(
    "name",
    [
        "Facturation (Conflicted copy Portable 202511221015)",  # Obsidian Sync
        "Facturation (Copie en conflit de PC-Luc 2025-11-22)",  # Dropbox
        "Facturation (conflicted copy 2025-11-22 101500)",  # Nextcloud
        "Facturation.sync-conflict-20251122-101500-ABCDEFG",  # Syncthing
        "Facturation-PC-LUC",  # OneDrive
        "Facturation 2",  # iCloud
        "Facturation (1)",  # Google Drive
    ],
)
def test_the_copies_of_each_tool_are_known(name):
    changed = BODY.replace("point 3 ❌", "point 3, revu ⚠️")
    assert copies(**{"M/Facturation.md": BODY, f"M/{name}.md": changed}) == {
        f"M/{name}.md": "M/Facturation.md"
    }


@pytest.mark.parametrize("name", ["Facturation_1", "Facturation 2", "Facturation-URGENT", "Facturation (1)"])
def test_a_note_of_its_own_is_none(name):
    own = HEAD + "# 💰 Facturation\n## Constats\n" + "".join(f"- autre chose {n} ❌\n" for n in range(12))
    assert copies(**{"Facturation.md": BODY, f"{name}.md": own}) == {}


@pytest.mark.parametrize("name", ["Agenda (conflits de rendez-vous)", "Agenda (Konflikt Vermieter)"])
def test_a_word_without_a_day_is_a_persons(name):
    assert copies(**{"Agenda.md": BODY, f"{name}.md": BODY}) == {}


def test_another_title_or_other_properties_make_a_note_of_its_own():
    said, hinted = "Poste (conflicted copy 2026-11-22).md", "Poste (1).md"
    for path, text in (
        (said, BODY.replace("# 💰 Facturation", "# 💰 Paiements")),
        (said, BODY.replace("scope: X", "scope: Y")),
        (hinted, BODY.replace("# 💰 Facturation", "# 💰 Paiements")),
        (hinted, BODY.replace("scope: X", "scope: X\nordre: 2")),
    ):
        assert copies(**{"Poste.md": BODY, path: text}) == {}


def test_a_note_that_waives_the_remark_is_a_note_of_its_own():
    own = BODY.replace("scope: X", "scope: X\nvaultkit_ignore: [VK104]")
    assert copies(**{"Poste.md": BODY, "Poste (conflicted copy 2026-11-22).md": own}) == {}


def test_two_notes_fresh_from_one_template_are_none():
    fresh = HEAD + "# Entretien\n## Constats\n- \n## Actions\n- \n"
    assert copies(**{"Entretien.md": fresh, "Entretien 2.md": fresh}) == {}


def test_without_its_original_it_is_a_note_like_any_other():
    assert copies(**{"Facturation (conflicted copy 2025-11-22).md": BODY}) == {}
    assert copies(**{"A/Facturation.md": BODY, "B/Facturation (conflicted copy).md": BODY}) == {}


def test_a_copy_feeds_no_synthesis_and_is_no_synthesis():
    synthesis = "---\ncategory: synthese_globale\nscope: X\n---\n# S\n"
    texts = {
        "S.md": synthesis,
        "S (Conflicted copy Portable 202511221015).md": synthesis + "\nplus loin\n",
        "Facturation.md": BODY,
        "Facturation (Conflicted copy Portable 202511221015).md": BODY + "- de plus ❌\n",
    }
    [mission] = missions(VaultIndex.of(parse_note(path, text) for path, text in texts.items()))
    assert (mission.path, mission.active, [note.path for note in mission.children]) == (
        "S.md",
        True,
        ["Facturation.md"],
    )
