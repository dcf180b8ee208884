"""What of a change others can see."""

from __future__ import annotations

import pytest

from vaultkit.markdown.parse import parse_note
from vaultkit.shell.git.unseen import is_unseen

NOTE = """---
category: domaine
scope: Étude
---
# Accès

Vu sur place, avec [[Luc]].

## Constats
- Clés partagées ❌

## Risques
Un vol, un jour.

## Suite

Rien de plus.
"""


def unseen(old, new, text=NOTE):
    assert text.count(old) == 1
    return is_unseen(parse_note("N.md", text), parse_note("N.md", text.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Rien de plus.", "Rien, ou presque."),
        ("Rien de plus.", "Rien de plus.\n\nSauf ceci."),
        ("Vu sur place,", "Vu hier sur place,"),
        ("- Clés partagées ❌\n", "- Clés partagées ❌\n\nÀ revoir.\n"),
        ("## Suite\n\nRien de plus.\n", "## Suite\n"),
    ],
)
def test_words_of_paragraphs_that_nobody_gathers(old, new):
    assert unseen(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Un vol, un jour.", "Un vol, une nuit."),  # a paragraph that is a risk
        ("Clés partagées", "Clés perdues"),
        ("## Suite", "## Fin"),
        ("[[Luc]]", "[[Anne]]"),
        ("scope: Étude", "scope: Étude deux"),
        ("Rien de plus.", "Rien de plus. ^bloc"),
        ("Rien de plus.", "Rien de plus, #urgent."),
        ("Rien de plus.", "priorite:: basse"),
        ("Rien de plus.", "Mot de passe : Azerty12!x"),
        ("Rien de plus.", "- Rien de plus."),
        ("Rien de plus.", "<<<<<<< ours\nRien.\n=======\nTout.\n>>>>>>> theirs"),
        ("Rien de plus.", "<!-- vaultkit:begin query -->\n<!-- vaultkit:end query -->"),
        ("## Risques\nUn vol, un jour.\n\n## Suite", "## Suite\nUn vol, un jour.\n\n## Risques"),
    ],
)
def test_what_others_read(old, new):
    assert not unseen(old, new)


def test_a_synthesis_is_seen_by_all():
    text = NOTE.replace("category: domaine", "category: synthese globale")
    assert not unseen("Rien de plus.", "Rien.", text)


def test_a_paragraph_that_names_a_horizon_is_seen():
    text = NOTE.replace(
        "## Suite", "## Actions\n\nCourt terme\n\n- **badges** – un badge par personne\n\n## Suite"
    )
    assert not unseen("Court terme", "Long terme", text)
    assert not unseen("Court terme\n\n", "", text)
