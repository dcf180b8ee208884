"""What a client reads of a note: each sign of the workshop becomes words, or goes."""

from __future__ import annotations

import pytest

from tests.render.deliverable.conftest import body_of, index_of, text_of
from vaultkit.render.deliverable.client_text import client_text, sayer

INTERVIEW = """
== Entretien Nadia.md
---
category: entretien
title: Trois quarts d’heure à la réception
aliases: [Réception du matin]
personne: Nadia
---
# Nadia au comptoir
"""


def body(text: str, **more: object) -> str:
    """Return the client's text of a note `S.md`, beside an interview."""
    return body_of(f"== S.md\n{text}\n{INTERVIEW}", **more).rstrip("\n")


# -------------------------------------------------------------------------------- what stays inside


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Un mot %% caché %% de plus.", "Un mot de plus."),
        ("Un mot <!-- caché -->, un autre.", "Un mot, un autre."),
        ("Fin de ligne <!-- vk:keep -->", "Fin de ligne"),
        ("Premier.\n<!-- caché -->\nSecond.", "Premier.\n\nSecond."),
        ("- un\n<!-- caché -->\n- deux", "- un\n- deux"),
        ("- un\n- %% caché %%\n- deux", "- un\n- deux"),
        ("Du texte %% caché\nencore caché %% suite.", "Du texte suite."),
        ("%%\ncaché\n%%\nSuite.", "Suite."),
        ("> [!note] Titre\n> %% caché %%\n> texte", "> [!note] Titre\n> texte"),
        ("| a | b |\n|---|---|\n| 1 %% caché %% | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("Texte.\n\n<!-- jamais fermé\n\ncaché", "Texte."),
        ("`%% du code %%` et `<!-- vk:keep -->`", "`%% du code %%` et `<!-- vk:keep -->`"),
        ("```\n%% code %%\n[[lien]]\na:: b\n```", "```\n%% code %%\n[[lien]]\na:: b\n```"),
        ("50 %% de rien", "50 %% de rien"),
        ("[//]: # (caché)\n[note]: <> (caché)\n\nVu.", "Vu."),
        ("Vu [a].\n\n[a]: https://x.ch\n[b]: https://x.ch (caché)", "Vu [a].\n\n[a]: https://x.ch"),
        ("Vu<? caché ?><![CDATA[ caché ]]><!doctype caché>.", "Vu."),
        ("<div>\nmot\n> [!interne] caché\n</div>", "mot"),
        ("## Titre #caché ^cache\nmot", "## Titre\nmot"),
        ("<div>\n%% caché %%mot [[Entretien Nadia]]\n</div>", "mot un entretien"),
    ],
)
def test_comments_go_and_code_stays(written: str, read: str) -> None:
    assert body(written) == read


@pytest.mark.parametrize(
    "inside",
    [
        "## Constats (interne)\ncaché\n### dessous\ncaché",
        "## Suite #interne\ncaché",
        "## Suite (interne) #audit ^b\ncaché",
        "> [!note] caché (usage interne) #audit\n> caché",
        "## vaultkit_interne\ncaché",
        "## Coulisses\ncaché\n<!-- vaultkit_interne -->\ncaché",
        "## Coulisses\n%% vaultkit_interne %%\ncaché",
        "> [!interne]- caché\n> caché\n> > [!info] caché",
        "> [!note] caché (interne)\n> caché",
        "- caché #interne\n    - caché",
        "caché en phrase #interne",
        "## Notes (internal)\ncaché",
    ],
)
def test_internal_stretches_go_whole(inside: str) -> None:
    assert body(f"## Avant\ntexte\n\n{inside}\n\n## Après\ntexte") == "## Avant\ntexte\n\n## Après\ntexte"


def test_a_row_with_the_tag_goes_alone() -> None:
    assert (
        body("| a | b |\n|---|---|\n| 1 | 2 |\n| caché #interne | 3 |") == "| a | b |\n|---|---|\n| 1 | 2 |"
    )


def test_a_title_that_stays_inside_names_no_note() -> None:
    assert body_of("== S.md\nVoir [[N]].\n== N.md\n# caché #interne\n") == "Voir N.\n"


def test_internet_is_no_internal_word() -> None:
    """« Internet » and « personnel interne » are words like others."""
    text = "## Accès Internet\nLe personnel interne.\n\n> [!internet] Réseau\n> texte"
    assert body(text) == text


def test_a_footnote_stands_where_it_falls() -> None:
    """The last section of a note is internal, but its footnotes belong to the text."""
    read = body("## Un\nTexte[^1].\n\n## Deux #interne\ncaché[^2]\n\n[^1]: pied\n[^2]: caché")
    assert read == "## Un\nTexte[^1].\n\n[^1]: pied"


# ------------------------------------------------------------------------------------------- regions


def test_regions_leave_their_words() -> None:
    """Markers go, the query in them too; what vaultkit could not know is a dash; what a person wrote stays."""
    read = body(
        "## Tableau\n<!-- vaultkit:begin recap | mémoire -->\n\n| Domaine | Priorité |\n|---|---|\n"
        "| Accès | à définir |\n| Reste à définir ensemble <!-- vk:keep --> | 🚨 Haute |\n\n"
        "<!-- vaultkit:end recap sum=1a2b3c4d units=1a2b3c -->\n\n"
        '<!-- vaultkit:begin query\nLIST FROM "caché"\n-->\n\n- un\n\n<!-- vaultkit:end query -->\n'
    )
    assert read == (
        "## Tableau\n\n| Domaine | Priorité |\n|---|---|\n| Accès | – |\n| Reste à définir ensemble | 🚨 Haute |\n\n- un"
    )


# -------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- Écran ouvert [statut:: ouvert] (vu:: 2026-11-01)", "- Écran ouvert"),
        ("Il y a [postes:: quatre] postes.", "Il y a quatre postes."),
        ("Il y en a (nombre:: quatre).", "Il y en a quatre."),
        ("Une phrase finie. [duree:: 45 min]", "Une phrase finie."),
        ("Une phrase [humeur:: bonne].", "Une phrase."),
        ("Base:: Dentagest", "**Base**\u00a0: Dentagest"),
        ("responsable:: Nadia", ""),
        ("Un mot (note_privee:: caché) de plus.", "Un mot de plus."),
        ("Un mot [prix confidentiel:: caché] de plus.", "Un mot de plus."),
        ("constat_cle:: caché", ""),
        ("Heure : 12::30 `a:: b`", "Heure : 12::30 `a:: b`"),
    ],
)
def test_fields_are_words_or_go(written: str, read: str) -> None:
    assert body(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Un paragraphe. #audit #audit/poste", "Un paragraphe."),
        ("La priorité est #haute pour nous.", "La priorité est haute pour nous."),
        ("Tout est #urgent.", "Tout est urgent."),
        ("#audit #poste", ""),
        ("## Titre #audit\ntexte", "## Titre\ntexte"),
        ("Couleur #fff et n° #12", "Couleur fff et n° #12"),
        ("Un paragraphe ^abc123", "Un paragraphe"),
        ("- un\n- deux\n\n^liste", "- un\n- deux"),
        ("- [/] en cours\n- [x] fait\n- [>] reporté", "- [/] en cours\n- [x] fait\n- [ ] reporté"),
        ("> [!tip|large]- Titre gardé\n> texte", "> [!tip] Titre gardé\n> texte"),
        ("Du ==texte== et $x^2$.", "Du ==texte== et $x^2$."),
    ],
)
def test_tags_ids_boxes_and_callouts(written: str, read: str) -> None:
    assert body(written) == read


# --------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Vu avec [[Entretien Nadia]] hier.", "Vu avec un entretien hier."),
        ("[[Entretien Nadia]] l’a dit.", "Un entretien l’a dit."),
        ("Constaté ([[Entretien Nadia]]) hier.", "Constaté hier."),
        ("Constaté (voir [[Entretien Nadia#Suite]]).", "Constaté (voir un entretien)."),
        ("Vu avec [[Entretien Nadia|Nadia, de l’accueil]].", "Vu avec Nadia, de l’accueil."),
        ("Vu avec [[Entretien Nadia|Nadia]].", "Vu avec Nadia."),
        ("Voir [[Entretien Nadia|Réception du matin]].", "Voir un entretien."),
        ("Voir [[Entretien Nadia|Nadia au comptoir]].", "Voir un entretien."),
        ("Voir [ceci](<Entretien Nadia.md>).", "Voir ceci."),
        ("- un\n- [[Entretien Nadia]]\n- [[Entretien Nadia|x]], [[Entretien Nadia]]", "- un"),
        ("- [[Entretien Nadia]]\n    - dit non", "- Un entretien\n    - dit non"),
        ("| a | b |\n|---|---|\n| 1 | [[Entretien Nadia]] |", "| a | b |\n|---|---|\n| 1 | |"),
        ("Source[^1].\n\n[^1]: [[Entretien Nadia]]", "Source."),
    ],
)
def test_interviews_are_never_named(written: str, read: str) -> None:
    assert body(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Voir [[Méthode]] et [[Méthode|la méthode]].", "Voir Ma méthode et la méthode."),
        ("Voir [[Méthode#Échelle]].", "Voir Ma méthode – Échelle."),
        ("Voir [[absente]] et [texte](absente.md).", "Voir absente et texte."),
        ("Voir [le site](https://example.org/a) ou <https://example.org>.",) * 2,
        ("Ouvrir [ici](obsidian://open?vault=a) obsidian://open?vault=a.", "Ouvrir ici"),
        ("Le [poste](file:///C:/x.docx).", "Le poste."),
        ("Voir [texte][m], [m].\n\n[m]: Méthode.md", "Voir texte, m."),
        ("| a |\n|---|\n| [[Méthode\\|un mot]] |", "| a |\n|---|\n| un mot |"),
        (
            'Un <a href="Méthode.md">lien</a>, <b>gras</b><br>fin <script>x</script>.',
            "Un lien, <b>gras</b><br>fin.",
        ),
    ],
)
def test_other_links_are_words(written: str, read: str) -> None:
    read_now = body_of(f"== S.md\n{written}\n== Méthode.md\n# 🧰 Ma méthode\n## Échelle\n").rstrip("\n")
    assert read_now == read


def test_a_link_into_the_report_is_an_anchor() -> None:
    read = body_of(
        "== S.md\n## Un\nVoir [[#Deux]], [[S#Deux|plus bas]] et [[N#Bas]].\n## Deux\n![[N]]\n"
        "== N.md\n## Haut\ntexte ^b\n## Bas\nVoir [[#^b]].\n"
    )
    assert read == (
        "## Un\nVoir [Deux](#s-deux), [plus bas](#s-deux) et [N – Bas](#s-bas).\n## Deux {#s-deux}\n\n"
        "### Haut {#s-haut}\ntexte\n### Bas {#s-bas}\nVoir [N](#s-haut).\n"
    )


def test_the_list_of_links_is_the_workshops() -> None:
    read = body_of("== S.md\n## Texte\nmot\n## 🔗 Liens\n- [[A]]\n- [[B]]\n== A.md\n# A\n")
    assert read == "## Texte\nmot\n"
    kept = body_of("== S.md\n## 🔗 Liens\n- [[A]]\n- [Le guide](https://example.org)\n")
    assert kept == "## 🔗 Liens\n- [Le guide](https://example.org)\n"


# -------------------------------------------------------------------------------------------- embeds

DOMAIN = """
== N.md
---
category: note
---
# Note
texte [^1]

- un ^a
    - dessous
- deux

## Bas
la phrase ^b

## Coulisses #interne
caché

[^1]: pied de N
"""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("## Ici\n![[N#Bas]]", "## Ici\n\n### Bas\nla phrase"),
        ("### Ici\nPhrase : ![[N#^b]] et suite.", "## Ici\nPhrase : la phrase et suite."),
        ("- x\n- ![[N#^a]]", "- x\n- un\n      - dessous"),
        ("> [!note] Vu\n> ![[N#Bas]]", "> [!note] Vu\n> ## Bas\n> la phrase"),
        ("| a |\n|---|\n| ![[N#^b]] |", "| a |\n|---|\n| la phrase |"),
        ("Avant[^1].\n\n![[N#^b]]\n\n[^1]: le sien", "Avant[^1].\n\nla phrase\n\n[^1]: le sien"),
    ],
)
def test_embeds_are_read_in(written: str, read: str) -> None:
    assert body_of(f"== S.md\n{written}\n{DOMAIN}").rstrip("\n") == read


def test_headings_of_an_embed_stand_below_its_heading_and_footnotes_are_numbered() -> None:
    read = body_of(f"== S.md\n## Ici\nMot[^1].\n![[N]]\n\n[^1]: le sien\n{DOMAIN}")
    assert "\n### Note\n" in read
    assert "\n#### Bas\n" in read
    assert "texte [^2]" in read
    assert read.endswith("[^1]: le sien\n[^2]: pied de N\n")
    assert "caché" not in read


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("![[absente]]", "S.md:2: '![[absente]]' leads nowhere: left out"),
        ("![[N#nulle part]]", "S.md:2: '![[N#nulle part]]' leads nowhere: left out"),
        (
            "![[N#Coulisses interne]]",
            "S.md:2: the embed of an internal note or section (interview, draft) is left out",
        ),
        (
            "![[Entretien Nadia]]",
            "S.md:2: the embed of an internal note or section (interview, draft) is left out",
        ),
        ("![[S]]", "S.md:2: this note embeds itself: the loop is cut here"),
        ("```dataviewjs\nx\n```", "S.md:2: block 'dataviewjs' left out: only Obsidian can show it"),
    ],
)
def test_what_cannot_be_shown_is_said_with_its_place(written: str, remark: str) -> None:
    got = text_of(f"== S.md\nTexte.\n{written}\n\nFin.\n{DOMAIN}{INTERVIEW}")
    assert [one.en for one in got.remarks] == [remark]
    assert got.text.split() == ["Texte.", "Fin."]


def test_a_cycle_of_three_ends() -> None:
    got = text_of("== S.md\n![[A]]\n== A.md\na\n![[B]]\n== B.md\nb\n![[S]]\n![[A]]\n")
    assert got.text.split() == ["a", "b"]
    assert len(got.remarks) == 2


def test_embeds_that_multiply_come_to_an_end() -> None:
    """Nine notes of ten embeds each would be a thousand million."""
    many = "".join(f"== M{n}.md\nmot\n\n" + f"![[M{n + 1}]]\n\n" * 10 for n in range(9))
    got = text_of(f"== S.md\n![[M0]]\n{many}== M9.md\nfin\n")
    assert 500 < got.text.count("mot") + got.text.count("fin") <= 1001
    assert any("too much embedded text" in remark.en for remark in got.remarks)


def test_an_open_code_block_does_not_swallow_what_comes_behind_it() -> None:
    read = body_of("== S.md\n![[A]]\n## Suite\n%% caché %%mot\n== A.md\n```\ncode\n")
    assert read == "```\ncode\n```\n\n## Suite\nmot\n"


def test_pictures() -> None:
    index = index_of(
        {
            "S.md": "![[a b.png|300]]\n\n- x ![Plan du réseau](img/r.svg) y\n\n![[a b.png|Vue|120x80]] ![[d.pdf]]",
            "a b.png": "",
            "img/r.svg": "",
            "d.pdf": "",
        }
    )
    got = client_text(index.notes["S.md"], index, str, str)
    assert [(p.name, p.alt, p.path, p.width) for p in got.pictures] == [
        ("image-1", "Illustration 1", "a b.png", 300),
        ("image-2", "Plan du réseau", "img/r.svg", None),
        ("image-3", "Vue", "a b.png", 120),
    ]
    lines = got.text.split("\n")
    for picture in got.pictures:
        assert f"![{picture.alt}]({picture.name})" in [line.strip() for line in lines]
    assert "Pièce jointe\u00a0: d.pdf" in got.text


# ------------------------------------------------------------------------------------------- queries


def test_queries_are_answered_and_the_answer_is_cleaned() -> None:
    asked: list[tuple[str, str]] = []

    def ask(text: str, origin: str) -> str:
        asked.append((text, origin))
        return "| File | x |\n|---|---|\n| [[Entretien Nadia]] | [[N]] %% caché %% |\n"

    read = body("Avant.\n```dataview\nTABLE x\nFROM #a\n```\n> cité\n> ```dataview\n> LIST\n> ```\n", ask=ask)
    assert asked == [("TABLE x\nFROM #a", "S.md"), ("LIST", "S.md")]
    table = "| File | x |\n|---|---|\n| | N |"
    assert (
        read
        == f"Avant.\n\n{table}\n\n> cité\n>\n" + "\n".join(f"> {line}" for line in table.split("\n")) + "\n>"
    )


def test_a_query_that_fails_goes_and_is_said() -> None:
    def ask(text: str, origin: str) -> str:
        raise ValueError("no such source")

    got = text_of("== S.md\nun\n\n```dataview\nLIST\n```\n\n`= this.x` deux", ask=ask, inline=ask)
    assert got.text.split() == ["un", "deux"]
    assert [one.en for one in got.remarks] == [
        "S.md:3: the query fails and is left out: no such source",
        "S.md:7: the query fails and is left out: no such source",
    ]


# ------------------------------------------------------------------------------------ the whole note


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("---\ntitle: T\n---\n", ""),
        ("# Son titre\nIntro.\n## Un\nx", "Intro.\n## Un\nx\n"),
        ("", ""),
        ("\ufeff---\na: 1\n---\n# S\r\n\r\nTexte\r\n", "Texte\n"),
        (
            "---\ntitle: T\n---\n# Titre à lui\nIntro.\n## Un\nx\n### Deux\ny",
            "## Titre à lui\nIntro.\n## Un\nx\n### Deux\ny\n",
        ),
        ("#### Bas\nx\n##### Plus bas\ny", "## Bas\nx\n### Plus bas\ny\n"),
        ("# Un\nx\n# Deux\ny\n## Trois\nz", "## Un\nx\n## Deux\ny\n### Trois\nz\n"),
        ("---\ntitle: T\n---\nTitre\n=====\nx\n\nSous\n----\ny", "## Titre\nx\n\n## Sous\ny\n"),
        ("## Vide\n\n## Plein\nx\n\n---\n\n## Fin vide", "## Plein\nx\n"),
        ("## עברית\nטקסט בעברית\n", "## עברית\nטקסט בעברית\n"),
    ],
)
def test_the_shape_of_a_document(written: str, read: str) -> None:
    assert body_of(f"== S.md\n{written}") == read


def test_a_line_that_stands_elsewhere_is_said_alike() -> None:
    index = index_of(
        {"S.md": "", "Entretien Nadia.md": "---\ncategory: entretien\n---\n# Secret", "N.md": "# Note"}
    )
    say = sayer(index, "fr", lambda text, origin: "4")
    assert say(
        "constat ([[Entretien Nadia]]) [[N|ici]] `= 2+2` %% caché %% [statut:: ouvert] #tag ^id", "S.md"
    ) == ("constat ici 4")
    assert say("Vu : [[Entretien Nadia]]", "S.md") == "Vu : un entretien"
