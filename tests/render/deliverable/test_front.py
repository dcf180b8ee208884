"""The one page: what is urgent and why, what is good, what the signs mean, what it all adds up to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.deliverable.small import PRACTICE, SYNTHESIS, TODAY, domain, index_of, material_of
from vaultkit.render.deliverable.front import front_page, legend_of, with_legend
from vaultkit.render.deliverable.model import FrontPage, Material, Selection, Urgent
from vaultkit.render.deliverable.wording import WORDS, counted, listed


def front(vault: str, language: str = "fr", domain: str = "", owner: str = "") -> FrontPage:
    asked = Selection(language, domain=domain, owner=owner)
    page = front_page(material_of(vault), asked, index_of(vault))
    assert page is not None
    return page


def whats(page: FrontPage) -> list[str]:
    return [urgent.what for urgent in page.urgent]


# ---------------------------------------------------------------------------------------- urgent


def test_the_page_says_what_why_who_by_when_and_how_much() -> None:
    first = front(PRACTICE).urgent[0]

    assert first == Urgent(
        what="Sessions au mot de passe individuel",
        why="Mot de passe partagé entre tous",
        domain="🔐 Sécurité",
        owner="Mélissa",
        due="01.10.2026 (en retard)",
        cost="CHF\u00a01’200",
        number=first.number,
    )


def test_what_is_late_or_soon_counts_beside_the_short_term_and_high_priority_comes_first() -> None:
    assert whats(front(PRACTICE)) == [
        "Sessions au mot de passe individuel",  # high, answers ❌
        "Inventaire des identifiants",  # high, due within a month
        "Boîtes au nom du cabinet",  # medium, short term
    ]


def test_a_finding_of_a_high_domain_that_nobody_answers_is_to_be_decided() -> None:
    page = front(
        domain("## Constats", "- Serveur sans sauvegarde ❌", "## Actions", "- **Long terme** : repeindre")
    )

    [urgent] = page.urgent
    assert urgent.what == "Décider d’une mesure\u00a0: serveur sans sauvegarde"
    assert (urgent.owner, urgent.due, urgent.cost) == ("", "", "")


@pytest.mark.parametrize(
    ("language", "what"),
    [
        ("en", "Decide what to do: serveur sans sauvegarde"),
        ("de", "Maßnahme beschließen: Serveur sans sauvegarde"),
    ],
)
def test_a_decision_is_asked_for_in_the_language_of_the_report(language: str, what: str) -> None:
    vault = domain("## Constats", "- Serveur sans sauvegarde ❌")

    assert whats(front(vault, language=language)) == [what]


def test_a_finding_of_a_calm_domain_or_one_that_is_settled_is_not_urgent() -> None:
    assert front(domain("## Constats", "- Serveur ancien ❌", priority="basse")).urgent == ()
    assert front(domain("## Constats", "- Serveur ancien ❌ (corrigé)")).urgent == ()
    assert front(domain("## Constats", "- Serveur ancien ❌ (à voir)")).urgent == ()


def test_at_most_three_and_the_gravest_first() -> None:
    vault = domain(
        "## Constats",
        "- Serveur vieux ⚠️",
        "- Imprimante ouverte ❌ [probabilite:: 1] [impact:: 2]",
        "- Sauvegarde absente ❌ [probabilite:: 4] [impact:: 4]",
        "- Wifi partagé ❌ [probabilite:: 3] [impact:: 3]",
        "## Actions",
        "- **Court terme** : remplacer le serveur",
        "- **Court terme** : fermer l’imprimante",
        "- **Court terme** : mettre en place une sauvegarde",
        "- **Court terme** : séparer le wifi",
    )

    assert whats(front(vault)) == ["Mettre en place une sauvegarde", "Séparer le wifi", "Fermer l’imprimante"]


def test_a_second_answer_to_the_same_finding_leaves_its_place_to_another_one() -> None:
    vault = domain(
        "## Constats",
        "- Sauvegarde absente ❌ [probabilite:: 4] [impact:: 4]",
        "- Wifi partagé ❌",
        "- Imprimante ouverte ❌",
        "## Actions",
        "- **Court terme** : acheter un disque de sauvegarde",
        "- **Court terme** : tester la sauvegarde",
        "- **Court terme** : séparer le wifi",
        "- **Court terme** : fermer l’imprimante",
    )

    assert whats(front(vault)) == [
        "Acheter un disque de sauvegarde",
        "Séparer le wifi",
        "Fermer l’imprimante",
    ]


def test_a_link_between_action_and_finding_tells_why_where_their_words_do_not() -> None:
    vault = domain(
        "## Constats",
        "- Wifi partagé ❌ ^wifi",
        "- Écrans ouverts ❌",
        "## Risques",
        "- Tout se lit depuis la rue",
        "## Actions",
        "- **Court terme** : deux réseaux, voir [[Accès#^wifi]] (délai 01.12.2026)",
    )

    assert front(vault).urgent[0].why.startswith("Wifi partagé")


def test_without_a_finding_behind_it_the_domain_says_why() -> None:
    vault = domain(
        "## En bref", "- **Risque** : données exposées", "## Actions", "- **Court terme** : chiffrer"
    )

    assert front(vault).urgent[0].why == "Données exposées"


def test_unknown_stays_empty_and_a_horizon_says_when_where_no_day_does() -> None:
    vault = domain("## Actions", "- **Court terme** : chiffrer (resp. à définir)")

    [urgent] = front(vault).urgent
    assert (urgent.owner, urgent.due, urgent.cost) == ("", "Court terme", "")


@given(st.text(alphabet="abc d,.;|[]*_#é🔐", max_size=600))
def test_no_text_is_longer_than_the_page_has_room_for(said: str) -> None:
    page = front(
        domain(
            "## Constats",
            f"- mot {said} ❌",
            f"- ✅ bien {said}",
            "## Actions",
            f"- **Court terme** : fait {said}",
        )
    )

    for urgent in page.urgent:
        assert len(urgent.what) <= 120
        assert len(urgent.why) <= 170
    assert all(len(point) <= 140 for point in page.good)


# ----------------------------------------------------------------------------------- good, totals


def test_what_is_good_comes_from_as_many_domains_as_there_are_and_is_no_corrected_fault() -> None:
    assert front(PRACTICE).good == (
        "Session administrateur protégée (Sécurité)",
        "Signature uniforme (Courriel)",
    )


def test_at_most_five_points_are_good() -> None:
    vault = domain(
        "## Constats",
        *(f"- ✅ Point {word}" for word in ["un", "deux", "trois", "quatre", "cinq", "six", "sept"]),
    )

    assert len(front(vault).good) == 5


def test_the_totals_count_what_is_left_to_do() -> None:
    assert front(PRACTICE).totals == (
        "3\u00a0constats à corriger et 2\u00a0points positifs",
        "4\u00a0actions à mener, dont 1\u00a0en retard\u00a0; 1\u00a0action terminée",
        "Coût chiffré des actions à mener\u00a0: CHF\u00a01’200 et EUR\u00a0240 (2 sur 4)",
        "Charge estimée\u00a0: 5\u00a0j (2 sur 4)",
    )


def test_an_extract_counts_its_own() -> None:
    assert front(PRACTICE, domain="Courriel").totals[0] == "1\u00a0constat à corriger et 1\u00a0point positif"
    assert whats(front(PRACTICE, owner="nadia")) == [
        "Inventaire des identifiants",
        "Boîtes au nom du cabinet",
    ]


def test_a_note_that_gathers_nothing_has_no_first_page() -> None:
    assert front_page(Material(None, TODAY), Selection()) is None
    assert front(SYNTHESIS) == FrontPage()


# ---------------------------------------------------------------------------------------- legend


def test_the_legend_explains_the_signs_that_stand_in_the_document() -> None:
    assert legend_of("un ❌, deux ✅", "fr") == (("❌", "à corriger"), ("✅", "conforme, point positif"))
    assert legend_of("| 🚨 Haute | 🟢 Basse |", "en") == (("🚨", "high priority"), ("🟢", "low priority"))
    assert legend_of("🔐 Sécurité, 🔄 en cours", "fr") == ()


def test_each_meaning_has_one_entry() -> None:
    assert legend_of("⚠️ Accès large, ⚠️ Moyenne", "fr") == (("⚠️", "à surveiller"), ("⚠️", "priorité moyenne"))
    assert legend_of("🟡 un ✅ deux ⚠️ trois 🟢 quatre 🖥️", "fr") == (
        ("⚠️ 🟡", "à surveiller"),
        ("✅ 🟢", "conforme, point positif"),
    )
    assert legend_of("⚠️ Accès large", "fr") == (("⚠️", "à surveiller"),)


def test_the_numbers_are_explained_behind_the_signs() -> None:
    page = with_legend(front(PRACTICE), "❌", "fr")

    assert [sign for sign, _ in page.legend] == ["❌", "S-1"]


# ---------------------------------------------------------------------------------------- words


def test_every_word_is_there_in_three_languages() -> None:
    assert set(WORDS) == {"fr", "en", "de"}
    for key in WORDS["fr"]:
        assert all(WORDS[language][key].strip() for language in WORDS), key


def test_french_has_its_no_break_blanks_and_its_apostrophe() -> None:
    for key, word in WORDS["fr"].items():
        assert "'" not in word, key
        assert not any(f" {sign}" in word for sign in ":;!?»"), key


def test_the_languages_fill_in_the_same_blanks() -> None:
    def blanks(word: str) -> set[str]:
        return {piece.split("}")[0] for piece in word.split("{")[1:]}

    for key, word in WORDS["fr"].items():
        assert all(blanks(WORDS[language][key]) == blanks(word) for language in WORDS), key


def test_numbers_and_lists_are_said_as_each_language_does() -> None:
    assert counted(0, "action", "fr") == "0\u00a0action"
    assert counted(0, "action", "en") == "0\u00a0actions"
    assert counted(2, "action", "de") == "2\u00a0Maßnahmen"
    assert listed(["a", "b", "c"], "fr") == "a, b et c"
    assert listed(["a"], "de") == "a"
