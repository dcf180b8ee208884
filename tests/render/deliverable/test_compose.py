"""The one door: cover, extracts, and notes that are no synthesis."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import SEED, needs_shared
from tests.render.deliverable.conftest import all_of, report
from vaultkit.errors import VaultkitError

VAULT = """
== S.md
---
title: Synthèse du cabinet
category: synthese_globale
scope: Cabinet Bise
consultant: Cedric
date: 2026-11-13
version: 1.2
confidentialité: Confidentiel
tags: [audit, interne, cabinet]
---
# 🦷 L’état des lieux
Intro.

## Diagnostic global
- 🔐 **Sécurité & accès** : ouvert ❌
- 📧 **Courriels** : privé ❌

  et encore

- Autre remarque

## Tableau récapitulatif
<!-- vaultkit:begin recap -->

| Domaine | Constats clés | Risques | Opportunités | Priorité |
|---|---|---|---|---|
| 🔐 Sécurité | ouvert | vol | x | 🚨 Haute |
| 📧 Courriels | privé | fuite | y | ⚠️ Moyenne |

<!-- vaultkit:end recap -->

## Feuille de route
<!-- vaultkit:begin roadmap -->

1. **Court terme** → comptes personnels, adresse propre, ménage.
2. **Structurant** → portail.

<!-- vaultkit:end roadmap -->

## Annexes
![[Courriels]]
== Sécurité.md
---
category: domaine
scope: Cabinet Bise
ordre: 1
---
# 🔐 Sécurité & accès
## Constats
- ❌ tout est ouvert
## Actions
- **Court terme** : **comptes personnels** – un par personne (resp. Mélissa)
== Courriels.md
---
category: domaine
scope: Cabinet Bise
ordre: 2
---
# 📧 Courriels
## Constats
- ❌ boîte privée
## Actions
- **Court terme** : **adresse propre** – au nom du cabinet (resp. Nadia)
- **Structurant** : **portail** – pour les patients (resp. Dr Bise)
"""


def test_the_cover_says_what_the_frontmatter_says() -> None:
    cover = report(VAULT).cover
    assert (cover.title, cover.client, cover.consultant) == ("Synthèse du cabinet", "Cabinet Bise", "Cedric")
    assert (cover.day, cover.version, cover.confidentiality) == (date(2026, 11, 13), "1.2", "Confidentiel")
    assert cover.tags == ()  # tags are the workshop's


def test_the_whole_report() -> None:
    made = report(VAULT)
    assert made.body.startswith("## 🦷 L’état des lieux\nIntro.\n\n## Diagnostic global\n")
    assert "1. **Court terme** → comptes personnels, adresse propre, ménage." in made.body
    assert "### 📧 Courriels" in made.body
    assert made.leaks == ()
    assert made.front is not None


def test_an_extract_of_a_domain() -> None:
    made = report(VAULT, domain="sécurité")
    said = all_of(made)
    assert made.cover.subtitle == "Extrait\u00a0: 🔐 Sécurité & accès"
    assert "| 🔐 Sécurité |" in said
    assert "1. **Court terme** → comptes personnels.\n" in said
    assert "Structurant" not in said
    assert "Autre remarque" in said
    for other in ("Courriel", "privée", "adresse propre", "portail", "ménage", "Annexes", "et encore"):
        assert other not in said, other


def test_an_extract_of_an_owner() -> None:
    said = all_of(report(VAULT, owner="nadia"))
    assert "1. **Court terme** → adresse propre.\n" in said
    assert "| 📧 Courriels |" in said
    for other in ("Sécurité", "comptes personnels", "portail"):
        assert other not in said, other


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"domain": "serrures"}, "unknown domain: 'serrures'; known: 🔐 Sécurité & accès, 📧 Courriels"),
        ({"owner": "Zoé"}, "unknown owner: 'Zoé'; known: Mélissa, Nadia, Dr Bise"),
    ],
)
def test_who_or_what_is_not_there_is_an_error_that_lists_what_is(asked: dict[str, str], said: str) -> None:
    with pytest.raises(VaultkitError) as fault:
        report(VAULT, **asked)
    assert (fault.value.exit_code, fault.value.message.en) == (2, said)


def test_a_note_that_gathers_nothing_has_cover_and_text() -> None:
    made = report("== N.md\n# Une note\nDu texte.\n", "N.md")
    assert (made.cover.title, made.front, made.body, made.sheets) == ("Une note", None, "Du texte.\n", ())
    with pytest.raises(VaultkitError, match="this note is none"):
        report("== N.md\n# Une note\n", "N.md", domain="x")


@pytest.mark.parametrize("text", ["", "---\ntitle: T\n---\n", "---\ntitle: [\n---\n", "\ufeff"])
def test_a_note_without_words_is_a_document_still(text: str) -> None:
    made = report({"N.md": text}, "N.md")
    assert made.cover.title in ("N", "T")
    assert made.leaks == ()


def test_internal_items_of_domain_notes_reach_no_chapter() -> None:
    vault = VAULT.replace("- ❌ tout est ouvert", "- ❌ tout est ouvert\n- ❌ quorvax caché #interne")
    vault += "## Actions #interne\n- **Court terme** : **brelim** – caché (resp. Zorba)\n"
    made = report(vault)
    said = all_of(made)
    assert "Tout est ouvert" in said
    assert not [word for word in ("quorvax", "brelim", "Zorba") if word in said]


@needs_shared
def test_the_seed_is_a_report_as_it_is() -> None:
    """The first real input: nothing of it is lost but its list of links, and nothing leaks."""
    text = SEED.read_text(encoding="utf-8")
    made = report({SEED.name: text}, SEED.name)
    assert made.leaks == ()
    assert made.remarks == ()
    assert made.cover.day == date(2025, 8, 25)
    body = text.partition("---\n## ")[2].partition("## 🔗 Liens")[0]
    lines = [line for line in body.splitlines() if line.strip() and line != "---"]
    assert [line for line in lines if line.strip() not in made.body] == []
    assert "Acces_IT_CDP" not in all_of(made)


def test_a_document_is_found_by_the_words_that_are_meant_for_it() -> None:
    made = report(VAULT.replace("tags:", "mots_cles: [sécurité, cabinet dentaire]\ntags:", 1))
    assert made.cover.tags == ("sécurité", "cabinet dentaire")
