"""What other rules quote of a secret is covered, whichever note they speak of, and nothing else is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.growth import assert_linear
from vaultkit.audit.gathering import missions
from vaultkit.diagnostics import Diagnostic
from vaultkit.markdown.parse import parse_note
from vaultkit.rules import masking
from vaultkit.rules.hidden import Hidden
from vaultkit.rules.masking import HIDDEN, Mask
from vaultkit.rules.rule import Look
from vaultkit.shell.checking import found_in
from vaultkit.vault.index import VaultIndex

HEAD = "---\ncategory: domaine\nscope: Étude Dufour\n---\n# Accès\n"
SYNTHESIS = "---\ncategory: synthese_globale\nscope: Étude Dufour\n---\n# Synthèse\n"


def said(texts: Mapping[str, str], asked: Iterable[str] | None = None) -> list[Diagnostic]:
    index = VaultIndex.of(parse_note(path, text) for path, text in texts.items())
    look = Look(index, missions(index), today=date(2026, 3, 1))
    return found_in(look, frozenset(index.notes if asked is None else asked))


def messages(found: Iterable[Diagnostic]) -> str:
    each = [part for one in found for part in (one.finding.message, one.finding.hint) if part]
    return "\n".join(f"{part.fr}\n{part.en}" for part in each)


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        ("Sourire2024!", "## Constats\n- Mot de passe : Sourire2024! affiché ❌\n"),
        ("Sourire2024!", "## Actions\n- changer le mdp : Sourire2024! (délai 01.10.2024)\n"),
        ("Sourire2024!", "Voir [[Mot de passe : Sourire2024!]]\n"),
        ("Sourire2024", "- mdp :\n  - Sourire2024\n\n## Constats\n- Sourire2024 collé à l’écran ❌\n"),
        ("4711", "## Constats\n- Code d’accès : 4711, collé à la porte ❌\n"),
        ("756.9217.0769.85", "## Constats\n- AVS 756.9217.0769.85 dans Excel ❌\n"),
        (
            "CH93",
            f"## Constats\n- {'Compte du cabinet, celui de la banque, ouvert : '}CH93 0076 2011 6238 5295 7 ❌\n",
        ),
        ("4111 1111", "## Risques\n- Carte 4111 1111 1111 1111 au mur\n"),
    ],
)
def test_no_message_about_a_note_holds_its_secrets(secret, body):
    found = said({"Synthèse.md": SYNTHESIS, "Accès.md": HEAD + body})
    others = [one for one in found if not one.kind.name.startswith("secret-")]
    assert others
    assert len(others) < len(found)
    assert secret not in messages(found)
    assert HIDDEN in messages(others)


def test_another_note_of_the_vault_does_not_tell_it_either():
    texts = {
        "Accès.md": "Mot de passe : Sourire2024!\n",
        "Visite.md": "Voir [[Sourire2024!]], et [[Rien]].\n",
    }
    whole, alone = said(texts), said(texts, ["Visite.md"])
    assert "Sourire2024" not in messages(whole)
    assert messages(alone) in messages(whole)
    assert HIDDEN in messages(alone)
    assert "Rien" in messages(alone)


#: What passwords are made of, and what stands around them.
SIGNS = ("a", "Z", "é", "e\u0301", *"17!#*_=\"'«»“„.,;:()#", "\u00a0", " ", "-")


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(SIGNS), min_size=4, max_size=12).map("".join),
    st.sampled_from(
        (
            "mdp : {}",
            "mdp : `{}`",
            "PIN : `{}`",
            "mot de passe « {} »",
            'pwd "{}"',
            "| mdp |\n| --- |\n| {} |",
        )
    ),
    st.sampled_from(("{}", "Voir {} demain", "sur({})", "Porte:{}", "le 01.09.2026, {}")),
    st.sampled_from(("NFC", "NFD")),
)
def test_law_to_look_at_few_notes_covers_as_much_as_to_look_at_all(value, written, quoted, form):
    told = quoted.format(unicodedata.normalize(form, value))
    line = f"{told} [[Rien]]\n" if "[" not in told else ""
    texts = {"Accès.md": written.format(value) + "\n", "Visite.md": f"[[{told}]]\n\n{line}"}
    few = said(texts, ["Visite.md"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masking, "may_hold_strong", lambda text: True)
        assert few == said(texts, ["Visite.md"])


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ('mdp : `"4711"`', '"4711"'),
        ('mdp : `"ab12 *"`', '"ab12 *"'),
        ("mdp : « 4711.. »", "4711.."),
        ("PIN : `'1234'`", "'1234'"),
        ("mdp : E\u0301te\u030125", "Voir Été25 demain"),
        ("mdp : Soleil!!", "Soleil!!"),
    ],
)
def test_values_that_are_long_by_what_stands_around_them_are_no_exception(written, quoted):
    texts = {"Accès.md": f"{written}\n", "Visite.md": f"[[{quoted}]]\n"}
    assert masking.may_hold_strong(quoted)
    assert HIDDEN in messages(said(texts, ["Visite.md"]))


@pytest.mark.parametrize(
    "plain",
    [
        "« archives dispersées » est en retard depuis le 01.09.2026, responsable\u00a0: Luc",
        "- **Court terme** : **archives dispersées** – traiter le point relevé (resp. Luc, délai 01.09.2026)",
        "aucune note ne s’appelle «\u00a0Note disparue 48\u00a0»",
    ],
)
def test_what_is_mostly_said_could_hold_none(plain):
    assert not masking.may_hold_strong(plain)


def test_whether_a_line_could_hold_one_takes_time_in_proportion():
    assert_linear(lambda size: masking.may_hold_strong("*" * size + " \"'" * size + "1" * size), 20_000)


@pytest.mark.parametrize(
    ("secret", "number"),
    [
        ("756.9217.0769.85", "756.9217.0769.85"),
        ("4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("CH93 0076 2011 6238 5295 7", "ch93 0076 2011 6238 5295 7"),
    ],
)
def test_no_number_of_a_distant_note_is_told_either(secret, number):
    texts = {"Compte.md": f"{secret}\n", "Visite.md": f"[[Vu {number}]]\n"}
    assert number not in messages(said(texts, ["Visite.md"]))


def test_notes_that_no_message_can_speak_of_are_not_looked_through():
    index = VaultIndex.of(
        [parse_note("Loin.md", "mdp : Sourire2024!\n"), parse_note("Visite.md", "[[Rien]]\n")]
    )
    looked_through: list[Sequence[str]] = []

    class Watched(Hidden):
        def said_in(self, paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
            looked_through.append(list(paths))
            return super().said_in(looked_through[-1])

    look = Look(index, (), hidden=lambda: Watched(index))
    assert "Rien" in messages(found_in(look, frozenset({"Visite.md"})))
    assert looked_through == [[]]


def test_a_value_that_stands_anywhere_by_chance_counts_in_its_mission_only():
    secret = {"Synthèse.md": SYNTHESIS, "Accès.md": f"{HEAD}PIN : 2025\n"}
    inside = said({**secret, "Annexe.md": f"{HEAD}[[Visite 2025]]\n"}, ["Annexe.md"])
    outside = said({**secret, "Annexe.md": "[[Visite 2025]]\n"}, ["Annexe.md"])
    assert "2025" not in messages(inside)
    assert "2025" in messages(outside)


def test_the_line_of_a_secret_is_not_shown_for_another_finding():
    text = "Voir [[Rien]], mdp : Sourire2024!\nVoir [[Autre]].\n"
    found = [one for one in said({"N.md": text}) if not one.kind.name.startswith("secret-")]
    assert [one.finding.hushed for one in found] == [True, False]


def test_fixes_and_findings_of_notes_without_a_secret_stay_what_they_are():
    found = said({"Accès.md": "mdp : Sourire2024!\n", "N.md": "[[Accès]] [[Rien]]\n"}, ["N.md"])
    assert found == said({"Accès.md": "mdp : partagé\n", "N.md": "[[Accès]] [[Rien]]\n"}, ["N.md"])


# -------------------------------------------------------------------------------------- the mask


@pytest.mark.parametrize(
    ("value", "text", "covered"),
    [
        ("Sourire24", "« Sourire24 »", "« •••• »"),
        ("Sourire24", "mdp:Sourire24!,", "mdp:••••,"),
        ("Sourire24", "SOURIRE, sourire24", "SOURIRE, ••••"),
        ("Sourire24", "le Souri…", "le ••••…"),
        ("Sourire24", "le Souriceau…", "le Souriceau…"),
        ("CH93 0076 2011", "compte CH93 0076 …", "compte •••• …"),
        ("4711", "14711, 4711, 47110", "14711, ••••, 47110"),
        ("cabinet", "cabinets, Cabinet, cabinet", "cabinets, Cabinet, ••••"),
        ("04711", "4711", "••••"),
        ("a", "a", "a"),
    ],
)
def test_a_mask_covers_a_value_as_others_write_it(value, text, covered):
    assert Mask([value]).over(text) == covered


@given(
    st.lists(st.text("ab1!]^-\\ …", min_size=4, max_size=9), max_size=4), st.text("ab1!]^-\\ …", max_size=40)
)
def test_nothing_is_left_of_a_value_that_stands_anywhere(values, text):
    covered = Mask(values).over(text)
    for value in values:
        if (
            len(value) >= 6
            and any(map(str.isdigit, value))
            and not value.isdigit()
            and value == value.strip()
        ):
            assert value not in covered


def test_many_secrets_and_many_findings_take_time_in_proportion():
    def look(size: int) -> None:
        lines = "".join(f"- mdp : Sourire{at}x [[Rien {at}]] ❌\n" for at in range(size))
        assert "Sourire" not in messages(said({"S.md": SYNTHESIS, "A.md": f"{HEAD}## Constats\n{lines}"}))

    assert_linear(look, 150)
