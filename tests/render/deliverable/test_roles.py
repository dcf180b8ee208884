"""`--noms roles`: people are called by what they do, in good French."""

from __future__ import annotations

import pytest

from tests.render.deliverable.conftest import all_of, report
from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.roles import Person, Roles

PEOPLE = (
    Person(("Mélissa Muster",), "assistante", "a.md"),
    Person(("Dr Roch",), "le dentiste", "b.md"),
    Person(("Jean-Pierre Favre",), "gérant", "c.md"),
    Person(("Anne",), "la comptable", "d.md"),
)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Vu avec Mélissa, poste par poste", "Vu avec l’assistante, poste par poste"),
        ("Melissa garde le code.", "L’assistante garde le code."),
        ("Mélissa Muster part. Mme Muster revient.", "L’assistante part. L’assistante revient."),
        ("le poste de Mélissa", "le poste de l’assistante"),
        ("le poste de Jean-Pierre, dit à Jean-Pierre Favre", "le poste du gérant, dit au gérant"),
        ("la clé d’Anne, qu’Anne garde", "la clé de la comptable, que la comptable garde"),
        ("Le cabinet Roch : le Dr Roch décide.", "Le cabinet Roch : le dentiste décide."),
        ("remis au Dr Roch", "remis au dentiste"),
        ("| Mélissa | 2 |", "| Assistante | 2 |"),
        ("- a (resp. Mélissa, délai 01.01.2027)", "- a (resp. assistante, délai 01.01.2027)"),
        ("Responsable : Anne", "Responsable : comptable"),
        ("Mélissa", "Assistante"),
        ("une rose, anne et melissa", "une rose, anne et melissa"),
        ("Melisande et Annemasse", "Melisande et Annemasse"),
    ],
)
def test_names_become_roles(said: str, read: str) -> None:
    assert Roles(PEOPLE, "fr", ("Le cabinet Roch",)).say(said) == read


def test_english_and_german() -> None:
    people = (Person(("Ada",), "assistant", ""), Person(("Eva",), "Assistentin", ""))
    assert Roles(people, "en").say("Ask Ada. Ada knows.") == "Ask the assistant. The assistant knows."
    assert Roles(people, "de").say("Das weiß Eva.") == "Das weiß die Assistentin."


VAULT = """
== S.md
---
title: Synthèse
category: synthese_globale
scope: Cabinet Roch
{people}
---
## Contexte
Mélissa et le Dr Roch reçoivent ; Nadia tient la [caisse de Nadia](https://example.org).
### Chez Nadia
Voir [[#Chez Nadia]].
== E.md
---
category: entretien
scope: Cabinet Roch
personne: Mélissa
fonction: assistante
---
== P.md
---
category: personne
scope: Cabinet Roch
role: le dentiste
---
# Dr Roch
== Autre.md
---
category: personne
scope: Ailleurs
role: pilote
---
# Contexte
"""


@pytest.mark.parametrize(
    "people",
    [
        "personnes:\n  Nadia: réceptionniste",
        "personnes:\n  - Nadia: réceptionniste",
        'personnes: ["Nadia : réceptionniste"]',
        'personnes: ["Nadia (réceptionniste)"]',
        'personnes: ["Nadia – réceptionniste"]',
    ],
)
def test_who_is_who_stands_in_the_vault(people: str) -> None:
    made = report(VAULT.replace("{people}", people), roles=True)
    said = all_of(made)
    assert "L’assistante et le dentiste reçoivent ; le réceptionniste tient la" in said
    assert "[caisse du réceptionniste](https://example.org)" in said
    assert "Contexte" in said
    assert not [name for name in ("Mélissa", "Dr Roch", "nadia") if name in said.replace("Cabinet Roch", "")]
    assert made.cover.client == "Cabinet Roch"


def test_without_the_option_nothing_changes() -> None:
    assert (
        "Mélissa et le Dr Roch reçoivent ; Nadia"
        in report(VAULT.replace("{people}", "personnes: [Nadia]")).body
    )


def test_a_person_without_a_role_is_an_error_that_says_where() -> None:
    with pytest.raises(VaultkitError) as fault:
        report(VAULT.replace("{people}", "personnes: [Nadia]"), roles=True)
    assert fault.value.exit_code == 2
    assert fault.value.message.en == (
        "--noms roles: no role for Nadia; write 'role: …' in S.md, or 'personnes:' in the synthesis "
        "(- Nadia: assistant)"
    )
