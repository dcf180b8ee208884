"""The leak check: what stands in prose and must not get out, each with its place; common words are no leaks."""

from __future__ import annotations

import pytest

from tests.conftest import notes_of
from tests.render.deliverable.conftest import index_of, report
from vaultkit.render.deliverable.leaks_inside import Inside, Sources
from vaultkit.render.deliverable.leaks_words import tokens_of
from vaultkit.render.deliverable.model import Report

VAULT = """
== S.md
---
title: Synthèse du cabinet
category: synthese_globale
scope: Cabinet Bise
{front}
---
## Contexte
{text}
== Entretiens/Postes et réseau du haut.md
---
category: entretien
scope: Cabinet Bise
title: Trois heures avec Ada
aliases: [Acces_IT_CDB, Réception, Ada]
personne: Ada Bernoulli
role: assistante
---
# Le tour des salles
Le serveur ronronne sous l’escalier depuis la panne du mois de juin.
== Entretiens/Visite matinale.md
---
category: entretien
scope: Cabinet Bise
---
== Domaine.md
---
category: domaine
scope: Cabinet Bise
---
# Réseau & postes
## Constats
- ❌ le réseau est ouvert [humeur:: maussade]
<!-- une vieille phrase que personne ne doit lire chez le client -->
## Coulisses #interne
facturer en plus les deux heures de route perdues le mardi
== Étude Zwahlen/Synthèse.md
---
category: synthese_globale
scope: Étude Zwahlen
client: Novaris
title: Synthèse de l’étude Zwahlen
---
== Étude Zwahlen/Chaufferie et combles du notaire.md
---
category: entretien
scope: Étude Zwahlen
---
"""


def made(text: str, front: str = "statut: en cours", ask=lambda text, origin: "", **asked: object) -> Report:
    return report(VAULT.replace("{text}", text).replace("{front}", front), ask=ask, **asked)


def leaks(text: str, front: str = "statut: en cours", **more: object) -> list[str]:
    """Return what leaks, each as `path:line: message`."""
    index = index_of(notes_of(VAULT.replace("{text}", text).replace("{front}", front)))
    found = made(text, front, **more).leaks  # type: ignore[arg-type]
    return [
        f"{leak.path}:{index.notes[leak.path].lines.place(leak.finding.span.start)[0]}: {leak.finding.message.en}"
        for leak in found
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Voir Postes et réseau du haut.",
            "the name of an interview would get out: 'Postes et réseau du haut'",
        ),
        ("voir postes & RESEAU du haut", "the name of an interview would get out: 'postes & RESEAU du haut'"),
        (
            "Dit dans Trois heures avec Ada.",
            "the name of an interview would get out: 'Trois heures avec Ada'",
        ),
        ("Dit dans Le tour des salles.", "the name of an interview would get out: 'tour des salles'"),
        ("Voir acces_it_cdb.", "the name of an interview would get out: 'acces_it_cdb'"),
        ("Voir Visite matinale.", "the name of an interview would get out: 'Visite matinale'"),
        ("Dit à Réception.", "the name of an interview would get out: 'Réception'"),
        ("| a |\n|---|\n| [[Visite matinale|x]] |", None),
        ("Comme à l’Étude Zwahlen.", "the name of another mission would get out: 'Étude Zwahlen'"),
        ("Novaris fait mieux.", "the name of another mission would get out: 'Novaris'"),
        (
            "Vu : chaufferie et combles du notaire.",
            "the name of another mission would get out: 'chaufferie et combles du notaire'",
        ),
        ("Délai : à définir.", "'à définir' would get out"),
        ("Constat (sans source).", "'sans source' would get out"),
        ("Mot %% jamais fermé.", "a sign of the workshop would get out: '%%'"),
        ("Voir [[Visite\nmatinale]].", None),
    ],
)
def test_what_stands_in_prose_is_an_error_with_its_place(text: str, said: str | None) -> None:
    found = leaks(text)
    if said is None:
        assert all(one.startswith("S.md:") for one in found)
    else:
        assert found == [f"S.md:8: {said}"]


@pytest.mark.parametrize(
    "text",
    [
        "La réception est au rez. Réception : à gauche.",
        "Une visite matinale a suffi.",
        "Ada Bernoulli garde la clé, Ada aussi (resp. Ada).",
        "Les postes et le réseau sont en haut.",
        "Le cabinet Bise, l’étude et la synthèse.",
        "`%% code %%` et `vk:keep`",
        "```\nà = [[ $x ]]\n%%\n```",
        "La pièce 2026-11-02 et le Windows11 de la salle.",
        "Il faut définir un délai, de source sûre, sans attendre.",
        "Réseau & postes",
        "[[Visite matinale]] et [[Visite matinale|Visite matinale]]",
        "Le plan est à redéfinir ; la ressource, la source, sans sourciller.",
        "Une salle sans source d’alimentation, sans source sûre.",
        "Le tour des étages ; un tour de clé ; les salles du haut.",
        "Le personnel interne, l’usage interne, Internet (interne au cabinet).",
        "## Communication interne\nLe service interne.",
        "Le brouillon du contrat est prêt ; statut : en cours.",
        "Appeler `liste[[0]]`, `a::b`, puis C::D à 12::30.",
        "La matrice $[[1,2]]$ et $$a %% b$$.",
        "Le serveur ronronne. La panne de juin. L’escalier.",
        "[site](https://exemple.ch/visite%20b?x=1&y=2), a < b, A&B, x <- y, <3.",
        "L’entretien des locaux ; un entretien avec Ada a eu lieu.",
        "Une étude de marché ; l’étude suit.",
        "- [ ] rappeler le fournisseur 📅 2027-01-01",
        "Facturer en plus ; la route ; le mardi.",
    ],
)
def test_common_words_are_no_leaks(text: str) -> None:
    assert leaks(text) == []


def test_a_common_name_at_the_start_of_a_sentence_counts_if_it_is_never_written_small() -> None:
    assert leaks("Réception : rien.") == ["S.md:8: the name of an interview would get out: 'Réception'"]
    assert leaks("Réception : rien. À la réception non plus.") == []


def test_a_name_of_two_common_words_may_begin_a_sentence() -> None:
    text = "Visite matinale : rien.\n\nUne visite de plus."
    assert leaks(text) == []
    assert leaks("Voir Visite matinale. Une visite de plus.") != []


@pytest.mark.parametrize(
    "text",
    [
        "<https://exemple.ch/Postes%20et%20r%C3%A9seau%20du%20haut>",
        "[plan](https://exemple.ch/Postes%20et%20r%C3%A9seau%20du%20haut.html)",
        "Postes&nbsp;et re\u0301seau&#32;du haut",
        "Postes et ré\u00adseau du haut",
        "Po**stes** et réseau du\\ haut",
        "[[Postes%20et%20réseau%20du%20haut]]",
        "`[[Postes et réseau du haut]]`",
        "$[[Postes et réseau du haut]]$",
        "Voir [[nulle part|Postes et réseau du haut]]",
        "<Entretiens/Postes et réseau du haut.md>",
    ],
)
def test_a_name_is_known_however_it_is_written(text: str) -> None:
    found = leaks(text)
    assert found
    assert all(one.startswith("S.md:8: the name of an interview") for one in found)


def test_a_sign_in_code_that_nobody_wrote_as_code_is_a_leak() -> None:
    """An HTML block that goes can make code of what is none for Obsidian."""
    shown = leaks("<div>\n ^b\n```\n\n(vu:: hier)")
    assert shown == ["S.md:12: a sign of the workshop would get out: 'vu::'"]
    assert leaks("```\n(vu:: hier) %%\n```\n") == []


@pytest.mark.parametrize(
    ("said", "caught"),
    [
        ("phrase que personne ne doit", True),
        ("Le serveur ronronne", True),
        ("les heures perdues", True),
        ("rien de tel", False),
        ("le réseau est ouvert", False),
    ],
)
def test_words_that_stand_inside_only_are_known_in_the_text(said: str, caught: bool) -> None:
    """Were a comment not cut out, each of its words would be known: no public text has them."""
    closed = "Vu. <!-- phrase que personne ne doit lire --> %% les heures perdues %%"
    vault = VAULT.replace("{text}", closed).replace("{front}", "statut: en cours")
    index = index_of(notes_of(vault))
    notes = tuple(
        note for path, note in index.notes.items() if path in ("S.md", "Domaine.md") or "haut" in path
    )
    whole = frozenset(note.path for note in notes if "haut" in note.path)
    inside = Inside(Sources(notes, whole, (), ()))
    assert bool(list(inside.found(said, tokens_of(said)))) is caught


@pytest.mark.parametrize("row", ["Une tâche à elle", "Salle du fond"])
def test_a_row_of_a_query_that_repeats_an_interview_is_a_leak(row: str) -> None:
    vault = VAULT.replace("role: assistante", "role: assistante\nlieu: Salle du fond").replace(
        "# Le tour des salles", "# Le tour des salles\n- [ ] Une tâche à elle"
    )
    texts = vault.replace("{text}", "```dataview\nTASK\n```").replace("{front}", "statut: en cours")
    found = report(texts, ask=lambda text, origin: f"- [ ] {row}\n- assistante\n- 2026-11-02\n").leaks
    assert [(leak.path, leak.finding.message.en) for leak in found] == [
        ("S.md", f"text that stays inside would get out: '{row}'")
    ]


def test_notes_of_another_mission_stay_there() -> None:
    vault = VAULT + "== Étude Zwahlen/Serrures.md\n---\nscope: Étude Zwahlen\n---\nune porte\n"
    texts = vault.replace("{front}", "statut: en cours").replace(
        "{text}", "Ici ![[Serrures]] vu, comme [[Serrures]] et [[Chaufferie et combles du notaire|là]]."
    )
    got = report(texts)
    assert "Ici vu, comme une note de travail et là." in got.body
    assert got.leaks == ()


@pytest.mark.parametrize("text", ["Texte {>> à revoir <<}", "Il reste (prive:: rien) `x`"])
def test_what_only_a_plugin_hides(text: str) -> None:
    assert leaks(text) == (["S.md:8: a sign of the workshop would get out: '{>>'"] if "{" in text else [])


def test_each_place_is_named() -> None:
    assert len(leaks("Visite matinale, puis\nVisite matinale.\n\nVisite matinale.")) == 3


def test_a_word_can_be_made_public() -> None:
    assert leaks("Voir Visite matinale.", "vaultkit_public: [Visite matinale]") == []
    assert leaks("Délai à définir.", 'vaultkit_public: ["à définir"]') == []


def test_what_a_query_brings_along_is_said_at_the_query() -> None:
    """A query can print the name of a note as text: it stands in no prose."""
    answer = "| x |\n|---|\n| Visite matinale |\n"
    assert leaks("```dataview\nTABLE file.name\n```", ask=lambda text, origin: answer) == [
        "S.md:9: the name of an interview would get out: 'Visite matinale'"
    ]


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("une vieille phrase que personne ne doit lire chez le client", "Domaine.md"),
        ("on va facturer en plus les deux heures de route perdues le mardi soir", "Domaine.md"),
        (
            "Le serveur ronronne sous l’escalier depuis la panne du mois de juin",
            "Postes et réseau du haut.md",
        ),
        ("de catégorie synthese_globale", "S.md"),
    ],
)
def test_text_that_stays_inside_is_known_again(answer: str, place: str) -> None:
    found = made("```dataview\nLIST\n```", ask=lambda text, origin: f"- {answer}\n").leaks
    assert found
    assert all("stays inside" in leak.finding.message.en for leak in found)


def test_what_a_public_text_says_too_is_no_leak() -> None:
    """An older wording is often kept in a comment beside the new one."""
    said = "Le mot de passe est collé sous le clavier de la réception depuis deux ans."
    assert leaks(f"{said}\n<!-- {said} -->\n") == []


def test_a_leak_has_a_hint_in_both_languages() -> None:
    [leak] = made("Voir Visite matinale.").leaks
    assert leak.finding.hint is not None
    assert "vaultkit_public" in leak.finding.hint.fr
    assert leak.finding.span.of("") == ""


@pytest.mark.parametrize("key", ["sous_titre", "version", "mots_cles"])
def test_the_cover_is_looked_through_too(key: str) -> None:
    found = made("Texte.", f"{key}: de Visite matinale").leaks
    assert [leak.finding.message.en for leak in found] == [
        "the name of an interview would get out: 'Visite matinale'"
    ]
