"""`check --add-missing` on controls, and what a rebuild sees of them, on a real disk."""

from __future__ import annotations

import json

from tests.conftest import Vault
from vaultkit.edits import Change
from vaultkit.render import merge_driver
from vaultkit.render.kinds import KINDS
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.language.region_rows import sources_at
from vaultkit.shell.report import counts
from vaultkit.shell.session import Session

DRAFT = "- HN-1.2 – Firefox [controle:: [[HN-1.2]]] [statut:: à voir]"


def found(vault: Vault, code: str, *more: str) -> list[dict[str, object]]:
    said = json.loads(vault.run("check", "--format", "json", *more).out)
    return [one for one in said["diagnostics"] if one["code"] == code]


def test_drafts_are_written_into_the_domain_note_and_can_be_taken_back(vault: Vault) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    controles:
      - "[[HN-1.1]]"
      - HN-1.2
      - "[[HN-0.1]]"
    ---
    # Synthèse
    - [[A]]

    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->

    <!-- vaultkit:begin couverture -->
    <!-- vaultkit:end couverture -->
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Postes
    [[S]]

    ## Constats
    - Session partagée ❌ [controle:: [[HN-1.1]]]

    ## Risques
    - Fuite
    == HN-1.1.md
    ---
    category: controle
    domaine: Postes
    enonce: Sessions
    ---
    == HN-1.2.md
    ---
    category: controle
    domaine: Postes
    enonce: Firefox
    ---
    == HN-0.1.md
    ---
    category: controle
    domaine: Organisation & conseil
    enonce: Conseil
    ---
    """
    assert vault.run("rebuild").code == 0
    before = vault.snapshot()
    [untreated] = found(vault, "VK720")
    assert untreated["path"] == "S.md"
    assert untreated["message"] == "controls retained that nobody has judged yet: HN-0.1, HN-1.2"
    assert "1 finding" in str(untreated["hint"])
    assert "no domain note for HN-0.1 (Organisation & conseil)" in str(untreated["hint"])
    [unplanned] = found(vault, "VK722")
    assert str(unplanned["message"]).endswith(": HN-1.1")

    shown = vault.run("check", "--add-missing", "--diff")
    assert f"+{DRAFT}" in shown.out
    assert vault.snapshot() == before
    done = vault.run("check", "--add-missing")
    assert done.code == 0, done.err
    text = before["A.md"].decode()
    assert vault.read("A.md") == text.replace("[[HN-1.1]]]\n", f"[[HN-1.1]]]\n{DRAFT}\n")
    assert {path for path, data in vault.snapshot().items() if before.get(path) != data} == {"A.md"}

    after = vault.snapshot()
    assert vault.run("check", "--add-missing").code == 0
    assert vault.run("rebuild", "--check").code == 0, "a draft changes no table"
    assert vault.snapshot() == after
    [untreated] = found(vault, "VK720")
    assert untreated["message"] == "controls retained that nobody has judged yet: HN-0.1, HN-1.2"
    assert "finding" not in str(untreated["hint"])

    assert vault.run("undo").code == 0
    assert vault.read("A.md") == text


def test_what_a_synthesis_rests_on_makes_it_stale(vault: Vault) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    controles: ["[[Guide#Étape 1]]"]
    ---
    # Synthèse
    <!-- vaultkit:begin couverture -->
    <!-- vaultkit:end couverture -->
    == Guide.md
    # Guide
    ## Étape 1
    - [[HN-1.1]]
    - [[HN-1.2]]
    == HN-1.1.md
    ---
    category: controle
    enonce: Sessions
    ---
    """

    def stale() -> bool:
        """Whether a rebuild would write, asked twice as the second answer comes from the cache."""
        first, second = (vault.run("rebuild", "--check").code for _ in range(2))
        assert first == second
        if first:
            assert vault.run("rebuild").code == 0
            assert vault.run("rebuild", "--check").code == 0
        return bool(first)

    assert stale()
    assert not stale()
    vault.replace("HN-1.1.md", "Sessions", "Une session par personne")
    assert stale()
    assert "Une session par personne" in vault.read("S.md")
    vault.write("HN-1.2.md", "---\ncategory: controle\nenonce: Firefox\n---\n")
    assert stale()
    vault.replace("Guide.md", "- [[HN-1.2]]\n", "")
    vault.run("rebuild", "--prune")
    assert "HN-1.2" not in vault.read("S.md")
    vault.replace("HN-1.1.md", "category: controle", "category: journal")
    assert "Une session" in vault.read("S.md"), "nothing vanishes because a control is absent"


def test_a_control_that_is_not_there_is_said_once(vault: Vault) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    controles: ["[[HN-1.1]]", HN-1.7, "[[HN-1.8]]", "[[Journal]]"]
    ---
    # Synthèse
    - [[A]]
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Postes
    [[S]]
    ## Constats
    - Session partagée ✅ [controle:: [[HN-1.1]]]
    - Écran ✅ [controle:: [[HN-1.I]]]
    - Voir [[Ailleurs]] ✅
    > [!danger]
    > - Fuite [controle:: [[S]]]
    == Journal.md
    Rien.
    == HN-1.1.md
    ---
    category: controle
    domaine: Postes
    ---
    """
    said = json.loads(vault.run("check", "--format", "json").out)["diagnostics"]
    told = [
        (one["code"], one["path"], one["line"]) for one in said if one["code"] in ("VK721", "VK401", "VK402")
    ]
    assert sorted(told) == [
        ("VK401", "A.md", 10),
        ("VK402", "S.md", 4),
        ("VK721", "A.md", 9),
        ("VK721", "A.md", 12),
        ("VK721", "S.md", 4),
        ("VK721", "S.md", 4),
    ]
    [near] = [one["hint"] for one in said if one["code"] == "VK721" and one["line"] == 9]
    assert near == "did you mean [[HN-1.1]]?"


def test_a_draft_is_left_out_where_its_note_cannot_be_written(vault: Vault) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    controles: HN-1.1
    ---
    # Synthèse
    - [[A]]
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Postes
    [[S]]
    ## Constats
    <<<<<<< HEAD
    - a ✅
    =======
    - b ✅
    >>>>>>> autre
    == HN-1.1.md
    ---
    category: controle
    domaine: Postes
    ---
    """
    before = vault.snapshot()
    done = vault.run("check", "--add-missing")
    assert done.code == 3, done.err
    assert vault.snapshot() == before


def test_an_editor_is_led_from_a_row_to_what_it_follows_from(vault: Vault) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    # Synthèse
    <!-- vaultkit:begin couverture -->
    <!-- vaultkit:end couverture -->
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Postes
    ## Constats
    - Session partagée ❌ [controle:: [[HN-1.1]]]
    == HN-1.1.md
    ---
    category: controle
    ---
    """
    assert vault.run("rebuild").code == 0
    session = Session.open(vault.root)
    note = session.index.notes["S.md"]
    found = sources_at(session, note, note.text.index("non conforme"))
    assert [(path, span and span.of(vault.read(path))) for path, span in found] == [
        ("A.md", "Session partagée ❌ [controle:: [[HN-1.1]]]"),
        ("HN-1.1.md", None),
    ]


def test_what_changed_is_counted_in_the_words_of_the_person() -> None:
    changes = [
        Change("S.md", "couverture", "[[HN-1]] Sessions | État", "❌ non conforme", "✅ conforme"),
        Change("S.md", "couverture", "[[HN-1]] Sessions | Constat, mesure", "Session", "Sessions"),
        Change(
            "S.md", "couverture", "", "1 contrôle retenu : 1 non conforme.", "1 contrôle retenu : 1 conforme."
        ),
        Change("S.md", "plan", "sécurité PC | État", "ouvert", "fait"),
        Change("S.md", "calendrier", "", "a", "b"),
        Change("S.md", "recap", "Accès | Risques", "a", "b"),
        Change("S.md", "recap", "Postes | Risques", "a", "b"),
    ]
    assert counts(changes, "fr") == "1 contrôle, 1 ligne du plan d’action, calendrier, 2 lignes du tableau"
    assert counts(changes, "en") == "1 control, 1 row of the action plan, calendar, 2 rows of the table"


def test_every_kind_of_region_is_merged_by_git_and_has_a_name() -> None:
    assert frozenset(KINDS) == merge_driver.KINDS
    assert frozenset(KINDS) <= frozenset(REGION_WORDS)


def test_who_says_that_a_control_does_not_apply_is_asked_why(vault: Vault) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    controles_sans_objet: ["[[HN-1.1]]"]
    ---
    # Synthèse
    - [[A]]
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Postes
    [[S]]
    == HN-1.1.md
    ---
    category: controle
    domaine: Postes
    ---
    """
    session = Session.open(vault.root)
    [untreated] = [one.finding for one in session.check(session.plan()) if one.kind.code == "VK720"]
    assert untreated.hint is not None
    assert untreated.hint.en == "not applicable, but nobody says why: HN-1.1"
    assert untreated.elsewhere == (), "no draft of what somebody has looked at"
