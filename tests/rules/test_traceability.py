"""What follows from what in a mission: each test is a small mission, and most of them must stay silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tests.conftest import notes_of
from tests.rules.growth import assert_linear
from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.rule import Look
from vaultkit.rules.traceability import RULES, domain_missing
from vaultkit.vault.index import VaultIndex

SYNTHESIS = "---\ncategory: synthese_globale\nscope: Étude Dufour\n---\n# Synthèse\n[[Accès]] [[Courriel]]\n"
TODAY = date(2026, 3, 1)


def said(texts: Mapping[str, str], today: date | None = TODAY) -> dict[tuple[str, str, int], str]:
    """Return what the rules say, by code, note and line."""
    index = VaultIndex.of(parse_note(path, text) for path, text in texts.items())
    look = Look(index, missions(index), today=today)
    return {
        (rule.kind.code, note.path, note.lines.line(finding.span.start) + 1): finding.message.en
        for note in index
        for rule in RULES
        for finding in rule.check(note, look)
    }


def domain(body: str, front: str = "", **others: str) -> dict[str, str]:
    """Return a mission of one domain note with this body, which begins on line 6."""
    head = f"---\ncategory: domaine\nscope: Étude Dufour\n{front}---\n"
    notes = {f"{name}.md": f"{head}# Accès\n{text}" for name, text in others.items()}
    return {"Synthèse.md": SYNTHESIS, "Accès.md": f"{head}# Accès\n{body}", **notes}


def codes(texts: Mapping[str, str], today: date | None = TODAY) -> list[str]:
    return sorted(code for code, _, _ in said(texts, today))


# ------------------------------------------------------------------------- what must stay silent


def test_the_domain_note_of_the_design_is_silent():
    body = """\
        ## En bref
        - **Constat** : sessions partagées, pas de verrouillage

        ## Constats
        - Mot de passe session partagé ❌
        - Accès physique large ⚠️
        - ✅ Point positif : session administrateur protégée
        ## Risques
        > [!danger]
        > - Fuites de données patients
        ## Opportunités
        - Session admin existante, base de gouvernance IT
        ## Actions
        - **Court terme** : **sécurité PC** – sessions individuelles (resp. Mélissa, délai 01.10.2026)
        - **Intermédiaire** : inventaire des identifiants (hors feuille de route)
        - **Structurant** : restreindre et formaliser l’accès physique (badge/clé, registre)
        """.replace("        ", "")
    assert codes(domain(body, "priorite: haute\n")) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "## Constats\n- Tout va bien ✅\n",
        "## Constats\n- Clés prêtées ⚠️\n",
        "## Constats\n- Clés prêtées ❌\n## Actions\n- **Court terme** : un badge par personne\n",
        "## Constats\n- Clés prêtées ❌\n## Risques\n- Intrusion de nuit\n## Actions\n- **Court terme** : clés\n",
        "## Risques\n- Intrusion de nuit\n## Actions\n- **Court terme** : alarme\n## Constats\n- Porte ouverte ⚠️\n",
        "## Actions\n- néant\n",
    ],
)
def test_sentences_that_share_no_word_can_belong_together(body):
    assert codes(domain(body)) == []


def test_drafts_delivered_syntheses_and_notes_of_no_mission_are_silent():
    bad = domain("## Constats\n- Clés prêtées ❌\n## Actions\n- Badges\n")
    assert codes(bad) != []
    assert codes({**bad, "Accès.md": bad["Accès.md"].replace("scope:", "statut: brouillon\nscope:")}) == []
    assert codes({**bad, "Synthèse.md": SYNTHESIS.replace("scope:", "statut: livrée\nscope:")}) == []
    assert codes({"Accès.md": bad["Accès.md"]}) == []


# ------------------------------------------------------------------------------------- tracing


def test_a_domain_of_actions_alone_has_one_message():
    found = said(domain("## Actions\n- **Court terme** : badges\n- **Structurant** : serrures\n"))
    assert found == {("VK703", "Accès.md", 7): "no finding or risk leads to it: 'badges', 'serrures'"}


def test_an_action_beside_answered_findings_is_told_by_its_words():
    body = "## Constats\n- Clés prêtées ❌\n## Actions\n- **Court terme** : registre des clés\n- **Court terme** : site web\n"
    assert said(domain(body)) == {("VK703", "Accès.md", 10): "no finding or risk leads to it: 'site web'"}


def test_bad_findings_without_any_action_have_one_message():
    found = said(domain("## Constats\n- Clés prêtées ❌\n- Porte ouverte ⚠️\n- Serveur au couloir ❌\n"))
    [(place, message)] = found.items()
    assert place == ("VK704", "Accès.md", 7)
    assert message.endswith("'Clés prêtées', 'Serveur au couloir'")


def test_a_bad_finding_is_told_where_every_action_answers_another_one():
    body = "## Constats\n- Clés prêtées ❌\n- Serveur au couloir ❌\n## Actions\n- **Court terme** : registre des clés\n"
    assert said(domain(body)) == {
        ("VK704", "Accès.md", 8): "a ❌ finding that no action answers: 'Serveur au couloir'"
    }
    assert codes(domain(f"{body}- **Structurant** : local fermé à l’étage\n")) == []


@pytest.mark.parametrize(
    ("finding", "action"),
    [
        ("Serveur au couloir ❌ ^serveur", "local fermé [[#^serveur]], registre des clés"),
        ("Serveur au couloir ❌ ^serveur", "registre des clés [constat:: [[#^serveur]]]"),
        ("Serveur au couloir ❌ [[#^local]]", "registre des clés ^local"),
        ("Serveur au couloir ❌, voir [[Chantier serveur]]", "registre des clés"),
        ("Serveur au couloir ❌ [mesure:: [[Chantier serveur#^mai]]]", "registre des clés"),
        ("Serveur au couloir ❌ [mesure:: [[Accès#^local]]]", "registre des clés ^local"),
        ("Serveur au couloir ❌ [mesure:: fait pendant la visite]", "registre des clés"),
    ],
)
def test_a_link_wins_over_words(finding, action):
    body = f"## Constats\n- Clés prêtées ❌\n- {finding}\n## Actions\n- **Court terme** : {action}\n"
    assert codes({**domain(body), "Chantier serveur.md": "En mai.\n"}) == []


def test_a_link_to_an_interview_is_where_a_finding_comes_from_and_no_answer():
    interview = "---\ncategory: entretien\nscope: Étude Dufour\n---\nVu.\n"
    texts = domain("## Constats\n- Serveur au couloir ❌, dit [[Luc]]\n")
    assert codes({**texts, "Luc.md": interview}) == ["VK704"]


def test_an_action_that_cites_its_source_is_traced():
    assert codes(domain("## Actions\n- **Court terme** : badges [constat:: vu le 3 mai]\n")) == []
    assert codes(domain("## Actions\n- **Court terme** : badges, demandés par [[Luc]]\n")) == []


def test_risks_are_told_where_there_is_no_finding_or_where_one_of_them_is_linked():
    assert codes(domain("## Risques\n- Intrusion de nuit\n")) == ["VK705"]
    traced = (
        "## Constats\n- Porte ouverte ⚠️ ^porte\n## Risques\n- Intrusion de nuit [[#^porte]]\n- Incendie\n"
    )
    assert said(domain(traced)) == {("VK705", "Accès.md", 10): "a risk that no finding shows: 'Incendie'"}


def test_a_domain_of_two_notes_is_one():
    found = said(
        domain(
            "## Constats\n- Clés prêtées ❌\n", Annexe="## Actions\n- **Court terme** : registre des clés\n"
        )
    )
    assert found == {}


def test_a_section_of_the_synthesis_counts_while_no_note_covers_it():
    section = "## 🔐 Accès\n### Constats\n- Clés prêtées ❌\n"
    alone = {"Synthèse.md": SYNTHESIS + section}
    assert said(alone) == {("VK704", "Synthèse.md", 9): "a ❌ finding that no action answers: 'Clés prêtées'"}
    covered = domain("## Constats\n- Clés prêtées ❌\n## Actions\n- **Court terme** : clés\n")
    assert codes({**covered, "Synthèse.md": SYNTHESIS + section}) == []


def test_a_note_of_two_active_missions_is_told_once():
    second = SYNTHESIS.replace("Étude Dufour", "Étude B").replace(
        "---\n#", 'backlinks: ["[[Accès]]"]\n---\n#'
    )
    first = SYNTHESIS.replace("Étude Dufour", "Étude A").replace("---\n#", 'backlinks: ["[[Accès]]"]\n---\n#')
    note = "---\ncategory: domaine\n---\n# Accès\n## Constats\n- Clés prêtées ❌\n"
    assert codes({"A.md": first, "B.md": second, "Accès.md": note}) == ["VK704"]


# ------------------------------------------------------------------------------ horizon and date


def test_an_action_of_the_roadmap_needs_a_horizon():
    body = """## Constats
- Clés prêtées ❌
## Actions
- Registre des clés
- Badges pour les clés (hors feuille de route)
- [x] Clés comptées
- **Court terme** : clés numérotées
"""
    assert said(domain(body)) == {
        ("VK706", "Accès.md", 9): "an action without a horizon is not in the roadmap: 'Registre des clés'"
    }


def test_an_overdue_action_is_told_with_its_owner_and_date():
    body = "## Constats\n- Clés ❌\n## Actions\n- **Court terme** : clés comptées (resp. Luc, délai 28.02.2026)\n"
    assert said(domain(body)) == {
        ("VK707", "Accès.md", 9): "'clés comptées' is overdue since 2026-02-28, owner: Luc"
    }
    assert codes(domain(body), date(2026, 2, 28)) == []
    assert codes(domain(body), None) == []
    assert codes(domain(body.replace("- **", "- [x] **"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "- **Court terme** : clés comptées – fait ✅ (délai 31.12.2025)",
        "- **Court terme** : **clés** : ✅ terminée (délai 31.12.2025)",
        "- ✅ **Court terme** : clés comptées (délai 31.12.2025)",
        "- ~~**Court terme** : clés comptées (délai 31.12.2025)~~",
        "- [-] **Court terme** : clés comptées (délai 31.12.2025)",
        "- **Court terme** : clés comptées (fait le 12.11.2025, délai 31.12.2025)",
        "- **Court terme** : clés comptées (terminé, délai 31.12.2025)",
        "- **Court terme** : clés comptées [statut:: Terminé] (délai 31.12.2025)",
        "- clés comptées (réalisé)",
        "- **Court terme** : clés comptées (délai 01.10.2025 → reporté au 01.10.2027)",
        "- **Court terme** : clés comptées (resp. Luc, offre du 03.04.2025)",
    ],
)
def test_an_action_that_is_done_or_put_off_is_not_overdue(text):
    assert {"VK706", "VK707"}.isdisjoint(codes(domain(f"## Constats\n- Clés ❌\n## Actions\n{text}\n")))


def test_a_cancelled_action_answers_no_finding_and_needs_none():
    body = "## Constats\n- Clés prêtées ❌\n## Actions\n- [-] **Court terme** : registre des clés\n"
    assert codes(domain(body)) == ["VK704"]
    assert codes(domain("## Actions\n- [-] **Court terme** : badges\n")) == []


@pytest.mark.parametrize(
    "risk",
    [
        "Aucun risque majeur",
        "aucun risque identifié à ce jour.",
        "Rien à signaler",
        "none",
        "Pas de risque",
        "RAS",
    ],
)
def test_a_risk_that_tells_nothing_is_none(risk):
    assert codes(domain(f"## Risques\n- {risk}\n")) == []
    low = f"## Constats\n- Clés ❌\n- Badges ❌\n- Porte ✅\n## Risques\n- {risk}\n## Actions\n- **Court terme** : clés\n"
    assert "VK708" not in codes(domain(low, "priorite: basse\n"))
    assert "VK705" in codes(domain(f"## Risques\n- {risk} ❌\n"))


@pytest.mark.parametrize(
    "risk", ["Aucun risque n’est documenté", "Aucune copie hors site", "Rien n’est chiffré"]
)
def test_a_risk_that_begins_like_nothing_is_one(risk):
    assert codes(domain(f"## Risques\n- {risk}\n")) == ["VK705"]


# -------------------------------------------------------------------------------------- priority


@pytest.mark.parametrize(
    ("priority", "body", "contradicts"),
    [
        ("basse", "## Constats\n- Clés prêtées ❌\n## Risques\n- Vol de clés\n", True),
        ("basse", "## Constats\n- Clés prêtées ❌\n", True),
        ("basse", "## Constats\n- Clés prêtées ❌\n- Porte fermée ✅\n", False),
        ("basse", "## Constats\n- Clés prêtées ⚠️\n## Risques\n- Vol de clés\n", False),
        ("moyenne", "## Constats\n- Clés prêtées ❌\n## Risques\n- Vol de clés\n", False),
        ("haute", "## Constats\n- Porte fermée ✅\n- Clés comptées ✅\n", True),
        ("haute", "## Constats\n- Porte fermée ✅\n- Clés comptées\n", False),
        ("haute", "## Risques\n- Vol de clés\n", False),
        ("haute", "## Constats\n- Porte fermée ✅\n## Risques\n- Vol de clés\n", False),
        ("haute", "## Constats\n- Porte fermée ✅\n## Risques\n- Aucun risque\n", True),
        ("basse", "## Constats\n- Clés ❌\n- Porte ✅\n- Badge ✅\n## Risques\n- Vol de clés\n", False),
        ("basse", "## Constats\n- Clés ❌\n- Badge ❌\n- Porte ✅\n## Risques\n- Vol de clés\n", True),
    ],
)
def test_a_priority_contradicts_its_findings(priority, body, contradicts):
    actions = "## Actions\n- **Court terme** : registre des clés\n"
    assert ("VK708" in codes(domain(body + actions, f"priorite: {priority}\n"))) is contradicts


def test_the_highest_priority_of_a_domain_counts_and_is_told_at_its_value():
    texts = domain("## Constats\n- Porte fermée ✅\n", "priorite: haute\n")
    texts["Annexe.md"] = texts["Accès.md"].replace("haute", "basse")
    assert said(texts) == {("VK708", "Accès.md", 4): "priority 'high', but all findings are ✅"}


# --------------------------------------------------------------------------------------- domains

TABLE = "## Tableau récapitulatif\n\n| Domaine | Priorité |\n|---|---|\n| 📧 **Courriel** | Haute |\n"


@pytest.mark.parametrize(
    ("synthesis", "missing"),
    [
        (TABLE, True),
        (f"{TABLE}\n[[Accès]]\n", True),
        (f"{TABLE}| 🔐 Accès | à définir |\n", False),
        (f"{TABLE}\n## 1. 🔐 Accès\n### Constats\n- Clés prêtées ⚠️\n", False),
        ("<!-- vaultkit:begin recap -->\n\n<!-- vaultkit:end recap -->\n", False),
        (f"{TABLE}\n<!-- vaultkit:begin domaine id=acces -->\n\n<!-- vaultkit:end domaine -->\n", False),
        ("<!-- vaultkit:begin liens -->\n\n<!-- vaultkit:end liens -->\n", False),
        ("Voir [[Accès]].\n", False),
        ("Rien encore.\n", True),
    ],
)
def test_a_domain_that_the_synthesis_shows_nowhere(synthesis, missing):
    texts = domain("## Constats\n- Clés prêtées ⚠️\n")
    texts["Synthèse.md"] = SYNTHESIS.replace("[[Accès]] [[Courriel]]\n", synthesis)
    assert (codes(texts) == ["VK709"]) is missing
    assert codes(texts) in ([], ["VK709"])


def test_one_missing_domain_is_it_and_several_are_them():
    texts = domain("# Accès\n")
    texts["Synthèse.md"] = SYNTHESIS.replace("[[Accès]] [[Courriel]]\n", TABLE)
    hints = {}
    for name in ("Accès", "Serveurs"):
        texts[f"{name}.md"] = texts["Accès.md"].replace("# Accès", f"# {name}")
        index = VaultIndex.of(parse_note(path, text) for path, text in texts.items())
        look = Look(index, missions(index))
        hints[name] = [finding.hint for finding in domain_missing(index.notes["Synthèse.md"], look)]
    assert [hint.fr.partition(" à la main")[0] for (hint,) in hints.values()] == ["l’ajouter", "les ajouter"]
    assert [hint.en.partition(" by hand")[0] for (hint,) in hints.values()] == ["add it", "add them"]


# ------------------------------------------------------------------------------------------ size


@pytest.mark.parametrize("line", ["- Clés prêtées au mois {} ❌ ^a{}", "- Point {} ❌ [[#^a{}]] ^a{}"])
def test_many_items_take_time_in_proportion(line):
    def look(size: int) -> None:
        items = "\n".join(line.format(at, at, at) for at in range(size))
        said(domain(f"## Constats\n{items}\n## Risques\n{items}\n## Actions\n{items}\n"))

    assert_linear(look, 150)


def test_many_notes_of_one_domain_take_time_in_proportion():
    def look(size: int) -> None:
        body = "## Constats\n- Clés prêtées ❌\n## Actions\n- **Court terme** : registre\n"
        said(domain(body, **{f"Annexe {at}": body for at in range(size)}))

    assert_linear(look, 40)


def test_an_empty_vault_is_silent():
    assert codes(notes_of("")) == []
