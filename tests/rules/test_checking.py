"""A note is asked by few rules only: by those that would have something to say of it, and by no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.registry import RULES, Checking, traits_in
from vaultkit.rules.rule import Look
from vaultkit.rules.traits import KNOWN, traits
from vaultkit.vault.app import AppSettings
from vaultkit.vault.index import VaultIndex

#: What at least one rule speaks of, and what only looks like it.
PIECES = (
    '---\ncategory: domaine\nscope: a\nsynthese: "[[S]]"\n---\n',
    "---\ncategory: synthese globale\nscope: a\nbacklinks: [Seul]\n---\n",
    "---\ncategory: domain\nvaultkit_ignore: [VK1]\ndate: 2026-02-30\n---\n",
    "\n---\ncategory: domaine\nscope: a\n---\n",
    "# Titre\n\n## Constats\n\n- ❌ tout\n",
    "[[#Titre]] [[#Rien]] [[S#Titre]] [[nulle part]] [[N/A]] [[../x]] ![[S#^id]]\n",
    "Mot de passe : Sommer24! ou mot de passe inconnu\n",
    "756.9217.0769.85, 0123456789012\n",
    "<!-- vaultkit:begin recap -->\n",
    "<!-- vaultkit:end -->\n",
    "```dataview\nTABLE FROM\n```\n`= this.` et `= this.a`\n",
    "```dataview\nLIST\n```\n",
    "\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n",
)
PATHS = ("S.md", "N/S.md", "n/s.md", "A.md", "B (conflicted copy 2026-01-01).md", "B.md")
vaults = st.dictionaries(st.sampled_from(PATHS), st.lists(st.sampled_from(PIECES), max_size=5).map("".join))


def look_at(texts: dict[str, str]) -> Look:
    """Return what rules look at in a vault of these notes."""
    index = VaultIndex.of(parse_note(path, text) for path, text in texts.items())
    return Look(index, missions(index), app=AppSettings(property_types={"scope": "number"}))


@given(vaults)
def test_a_rule_that_has_something_to_say_is_asked(texts: dict[str, str]) -> None:
    look = look_at(texts)
    look.prepare()
    checking = Checking(look)
    for note in look.index:
        found = checking.found_in(note)
        if any(one.kind.name == "conflict-markers" for one in found):
            continue
        said = sorted(
            (finding.span, rule.kind.code, finding.message.en)
            for rule in RULES
            for finding in rule.check(note, look)
        )
        assert said == sorted((d.finding.span, d.kind.code, d.finding.message.en) for d in found)


@given(vaults)
def test_what_was_asked_of_the_whole_vault_before_changes_nothing(texts: dict[str, str]) -> None:
    before, after = look_at(texts), look_at(texts)
    before.prepare()
    for note in before.index:
        assert Checking(before).found_in(note) == Checking(after).found_in(after.index.notes[note.path])


@given(vaults)
def test_traits_kept_beside_a_note_stand_for_its_text(texts: dict[str, str]) -> None:
    look, kept = look_at(texts), look_at(texts)
    for note in kept.index:
        note.marks |= traits_in(note)
    for note in look.index:
        assert Checking(look).found_in(note) == Checking(kept).found_in(kept.index.notes[note.path])


def test_names_are_searched_for_as_long_as_the_budget_lasts_whoever_looked_before() -> None:
    texts = {"Annexe.md": "", "A.md": "[[Anexe]]\n", "B.md": "[[Anexe]]\n", "C.md": "[[Anexe]]\n"}
    whole, shared = look_at(texts), look_at(texts)
    whole.hints[0] = 2
    one_by_one = [Checking(whole).found_in(note) for note in whole.index]
    elsewhere = [(note, Checking(shared).found_in(note)) for note in shared.index]
    shared.hints[0] = 2
    joined = [said for _, said in Checking(shared).hinted(elsewhere)]
    assert joined == one_by_one
    assert sum(one.finding.hint is not None for said in joined for one in said) == 2


@pytest.mark.parametrize(
    "text", ["", "Un mot.\n", "# Titre\n\n- [ ] à faire\n", "[lien](a.md) et [[b]] le 2026-01-01 à 10:30\n"]
)
def test_most_texts_have_no_trait(text: str) -> None:
    assert traits(text) == KNOWN
