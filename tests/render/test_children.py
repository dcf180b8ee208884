"""The child notes that a synthesis written by hand still lacks, made of its own sections."""

from __future__ import annotations

import json

import pytest

from tests.conftest import SEED, Vault, needs_shared
from vaultkit.audit.gathering import missions
from vaultkit.audit.recap import recap_rows
from vaultkit.markdown.parse import parse_note
from vaultkit.render.children import Child, missing_children, plan_children
from vaultkit.vault.index import VaultIndex

HEAD = "---\ncategory: synthese_globale\nscope: X\n---\n"
SECTION = "## 1. 🔐 Sécurité & Accès\n### Constats\n- a ❌\n\n"
LINKS = "## Liens\n"


def plan(
    text: str, chosen: dict[str, str] | None = None, path: str = "S.md", **more: str
) -> dict[str, Child]:
    notes = [parse_note(path, text), *(parse_note(f"{name}.md", said) for name, said in more.items())]
    index = VaultIndex.of(notes)
    mission = next(mission for mission in missions(index) if mission.path == path)
    return {child.path: child for child in plan_children(index, mission, chosen or {})}


@needs_shared
def test_the_names_of_the_seed_go_to_its_four_sections_and_the_others_are_interviews() -> None:
    children = plan(SEED.read_text())
    domains = [(c.name, c.domain) for c in children.values() if not c.interview]
    assert domains == [
        ("Acces_IT_CDP", "🔐 Sécurité & Accès"),
        ("Correspondance_CDP", "📧 Mails & Correspondance"),
        ("Organisation_Fichiers_CDP", "🗄️ Organisation & Archivage"),
        ("Facturation_1", "💰 Facturation & Paiements"),
    ]
    assert [children[f"{n}.md"].text.split("\n")[3] for n, _ in domains] == [
        "ordre: 1",
        "ordre: 2",
        "ordre: 3",
        "ordre: 4",
    ]
    assert {c.name: c.domain for c in children.values() if c.interview} == {
        "🖥️ Fonctionnement IT – Mélissa": "",
        "🗄️ Organisation des fichiers & archivage": "🗄️ Organisation & Archivage",
        "📁 Correspondance et flux de fichiers": "📧 Mails & Correspondance",
        "💰 Billing process": "💰 Facturation & Paiements",
    }
    assert "Domaine : [[Facturation_1]]" in children["💰 Billing process.md"].text


def test_child_overrides_the_match() -> None:
    text = HEAD + SECTION + LINKS + "- [[Acces_IT]]\n- [[Autre]]\n"
    assert [c.name for c in plan(text).values() if not c.interview] == ["Acces_IT"]
    for label in ("Sécurité & Accès", "securite", "🔐 Sécurité"):
        children = plan(text, {label: "Autre"})
        assert {c.name: c.interview for c in children.values()} == {"Autre": False, "Acces_IT": True}


def test_names_without_emoji_come_before_likelier_ones_with_one() -> None:
    text = HEAD + SECTION + LINKS + "- [[🔐 Sécurité et accès]]\n- [[Acces_IT]]\n"
    assert [c.name for c in plan(text).values() if not c.interview] == ["Acces_IT"]


def test_each_name_goes_to_the_section_it_is_likest() -> None:
    text = (
        HEAD
        + "## Mails & Locaux\n### Constats\n- a\n## Mails\n### Constats\n- b\n"
        + LINKS
        + "- [[Mails_1]]\n"
    )
    assert [(c.name, c.domain) for c in plan(text).values()] == [
        ("Mails & Locaux", "Mails & Locaux"),
        ("Mails_1", "Mails"),
    ]


def test_an_interview_between_two_domains_belongs_to_none() -> None:
    text = HEAD + "## Accès\n### Constats\n- a\n## Mails\n### Constats\n- b\n" + LINKS
    text += "- [[Acces_1]]\n- [[Mails_1]]\n- [[Entretien accès et mails]]\n"
    assert plan(text)["Entretien accès et mails.md"].domain == ""


def test_a_section_without_name_becomes_a_note_of_its_own_label() -> None:
    child = plan(HEAD + SECTION, path="Clients/S.md")["Clients/🔐 Sécurité & Accès.md"]
    assert child.text == (
        "---\ncategory: domaine\nscope: X\nordre: 1\n---\n"
        "# 🔐 Sécurité & Accès\n\nSynthèse : [[S]]\n\n## Constats\n- a ❌\n"
    )


def test_a_label_that_another_note_has_as_name_is_told_apart_by_the_scope() -> None:
    children = plan(
        HEAD + "## Accès\n### Constats\n- a\n## Accès\n### Constats\n- b\n", Accès="une autre mission"
    )
    assert list(children) == ["Accès – X.md", "Accès 2.md"]


def test_a_new_note_keeps_the_number_of_its_section() -> None:
    text = HEAD + "## Accès\n### Constats\n- a\n## Mails\n### Constats\n- b\n"
    [child] = plan(text, A="---\ncategory: domaine\nscope: X\n---\n# Accès\n").values()
    assert "ordre: 2\n" in child.text


@pytest.mark.parametrize(
    "name",
    ["../ailleurs", "/x/../../y", "https://example.com", "plan.pdf", "photo.PNG", ".cache/x", "a:b", "a/./b"],
)
def test_what_can_be_no_note_is_never_made(name: str) -> None:
    index = VaultIndex.of([parse_note("S.md", f"{HEAD}{LINKS}- [[{name}]]\n")])
    assert missing_children(index, index.notes["S.md"]) == ()


def test_missing_names_are_those_of_links_and_backlinks_once_each() -> None:
    text = (
        HEAD.replace("scope: X", "scope: X\nbacklinks:\n  - B\n  - '[[C|x]]'\n  - V1.2")
        + LINKS
        + "- [[A]]\n- [[B#h]]\n- [[Là]]\n\n[[Autre]]\n# Fin\n[[Non]]\n"
    )
    index = VaultIndex.of([parse_note("S.md", text), parse_note("Là.md", "")])
    assert missing_children(index, index.notes["S.md"]) == ("A", "B", "Autre", "C", "V1.2")


def test_the_text_of_a_section_moves_up_and_its_code_stays() -> None:
    text = (
        HEAD
        + "### Accès\n#### Constats\n- a ❌\n```\n#### pas un titre\n```\n"
        + "   \n" * 40
        + "fin\n##### Détail\n\n---\n\n"
    )
    text += "### Mails\n#### Constats\n- b\n"
    child = plan(text)["Accès.md"]
    body = child.text.partition("[[S]]\n\n")[2]
    assert body == "## Constats\n- a ❌\n```\n#### pas un titre\n```\n" + "   \n" * 40 + "fin\n### Détail\n"


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_a_made_note_gives_the_row_of_its_section(language: str) -> None:
    words = {"fr": ("Constats", "Risques"), "en": ("Findings", "Risks"), "de": ("Befunde", "Risiken")}[
        language
    ]
    text = (
        HEAD
        + f"## 1. 🔐 Zugang & Schlüssel\n### {words[0]}\n- a ❌\n- b\n### {words[1]}\n> [!danger]\n> - r\n"
    )
    index = VaultIndex.of([parse_note("S.md", text)])
    [before] = missions(index)
    made = [parse_note(c.path, c.text) for c in plan(text).values()]
    [after] = missions(VaultIndex.of([parse_note("S.md", text), *made]))
    assert after.domains[0].covered
    rows = [[(r.label, r.findings, r.risks, r.priority) for r in recap_rows(m)] for m in (before, after)]
    assert rows[0] == rows[1]


# -------------------------------------------------------------------------------- the whole way


@needs_shared
def test_the_seed_from_adopt_to_rebuild_and_back(seed_vault: Vault) -> None:
    name = SEED.name
    seed = seed_vault.read(name)
    done = seed_vault.run("adopt", "pestalozzi", "--create-children", "--push", "--yes")
    assert done.code == 0, done.err
    assert seed_vault.run("rebuild").code == 0
    text = seed_vault.read(name)
    bare = [line for line in text.split("\n") if "vaultkit:" not in line]
    marked = [line for line in bare if "vk:keep" in line]
    assert [line.replace(" <!-- vk:keep -->", "") for line in bare if line] == [
        line for line in seed.split("\n") if line
    ]
    assert [line.count("vk:keep") for line in marked] == [1, 1]
    assert "audit accès Dentagest <!-- vk:keep -->, " in marked[0]
    assert "externalisation IT <!-- vk:keep -->, " in marked[1]
    found = json.loads(seed_vault.run("check", "--format", "json").out)["diagnostics"]
    assert [one["message"].count("Dentagest") for one in found if one["name"] == "no-source"] == [1, 0]
    before = seed_vault.snapshot()
    assert seed_vault.run("rebuild").code == 0
    assert seed_vault.snapshot() == before
    assert seed_vault.run("push", "pestalozzi", "--yes").code == 0
    assert seed_vault.snapshot() == before
    seed_vault.run("undo")
    seed_vault.run("undo")
    assert seed_vault.snapshot() == {name: seed.encode()}


@needs_shared
def test_child_and_item_override_from_the_command_line(seed_vault: Vault) -> None:
    done = seed_vault.run(
        *("adopt", "pestalozzi", "--create-children", "--push", "--yes"),
        *("--child", "Sécurité & Accès=Securite", "--item", "externalisation IT=Organisation_Fichiers_CDP"),
    )
    assert done.code == 0, done.err
    assert seed_vault.read("Securite.md").startswith("---\ncategory: domaine\n")
    assert "category: entretien" in seed_vault.read("Acces_IT_CDP.md")
    assert "**externalisation IT** – Plan d’archivage" in seed_vault.read("Organisation_Fichiers_CDP.md")


@needs_shared
@pytest.mark.parametrize(
    "option",
    [("--child", "Rien de tel=X"), ("--item", "suivi factures=Nulle part"), ("--child", "sans égal")],
)
def test_an_override_that_names_nothing_is_wrong_use(seed_vault: Vault, option: tuple[str, str]) -> None:
    before = seed_vault.snapshot()
    assert seed_vault.run("adopt", "pestalozzi", "--create-children", "--push", "--yes", *option).code == 2
    assert seed_vault.snapshot() == before


@needs_shared
def test_diff_shows_and_writes_nothing(seed_vault: Vault) -> None:
    before = seed_vault.snapshot()
    done = seed_vault.run("adopt", "pestalozzi", "--create-children", "--push", "--diff")
    assert "+<!-- vaultkit:begin recap -->" in done.out
    assert seed_vault.snapshot() == before


@needs_shared
def test_sections_become_regions_once_they_have_their_notes(seed_vault: Vault) -> None:
    seed = seed_vault.read(SEED.name)
    assert (
        seed_vault.run("adopt", "pestalozzi", "--sections", "--create-children", "--push", "--yes").code == 0
    )
    assert seed_vault.read(SEED.name).count("vaultkit:begin domaine id=") == 4
    assert seed_vault.run("rebuild").code == 0
    text = seed_vault.read(SEED.name)
    assert "| 💰 Facturation | Double flux, dépendance CMD | Créances perdues |" in text
    assert text.count("vk:keep") == 2
    assert seed_vault.run("eject", "pestalozzi").code == 0
    assert [line for line in seed_vault.read(SEED.name).split("\n") if line] == [
        line for line in seed.split("\n") if line
    ]
