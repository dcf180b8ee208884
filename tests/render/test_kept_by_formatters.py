"""What a person wrote in a region survives real formatters; what nobody touched is not written again."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import mdformat
import pytest

from tests.conftest import SEED, needs_shared
from tests.render.conftest import KEEP, Notes

Format = Callable[[str], str]

SYNTHESIS = """\
---
category: synthese_globale
scope: Cabinet X
---
# Synthèse

## Tableau récapitulatif

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

## Feuille de route

<!-- vaultkit:begin roadmap -->

<!-- vaultkit:end roadmap -->

## Diagnostic

<!-- vaultkit:begin diagnostic -->

<!-- vaultkit:end diagnostic -->

## Liens

<!-- vaultkit:begin liens -->

<!-- vaultkit:end liens -->

## 1. 🔐 Sécurité & Accès

<!-- vaultkit:begin domaine id=securite-et-acces -->

<!-- vaultkit:end domaine -->

## Annexe

> <!-- vaultkit:begin template src=annexe.md -->
>
> <!-- vaultkit:end template -->

Fin.
"""

ANNEXE = """\
Les *domaines* en `a | b` & plus_loin :

{% for domain in domains %}
- **{{ domain.name }}** : {{ domain.findings | join(" / ") }}
{% endfor %}

| Nom | Note |
|---|---|
{% for domain in domains %}
| {{ domain.name }} | [[{{ domain.notes[0] }}\\|voir]] |
{% endfor %}
"""

NOTES = {
    "S.md": SYNTHESIS,
    "Accès_IT.md": """\
---
category: domaine
scope: Cabinet X
ordre: 1
priorite: haute
---
# 🔐 Sécurité & Accès

## Constats

- Mot de passe *partagé* | affiché ❌
- Clé `a|b` dans C:\\temp_1 ⚠️
- ✅ Session admin (protégée)

## Risques

- 5 * 3 < 20 & plus_ou_moins

## Actions

- **Court terme** : **sécurité PC** – sessions (individuelles, verrouillées)
- **Structurant** : formaliser l’accès [badge, clé]
""",
    "Mails.md": """\
---
category: domaine
scope: Cabinet X
ordre: 2
priorite: moyenne
---
# 📧 Mails & Correspondance

## Constats

- Bluewin pour les résultats ❌

## Actions

- **Court terme** : standardiser les mails_sensibles
- **Intermédiaire** : gabarits d’emails
""",
    "🖥️ Entretien – Mélissa.md": "---\ncategory: entretien\nscope: Cabinet X\n---\nNotes.\n",
}


def by_mdformat(text: str) -> str:
    return mdformat.text(text, extensions=["frontmatter", "gfm", "tables"])


def by_mdformat_core(text: str) -> str:
    """Without tables; frontmatter has to be understood, or no note of a vault survives."""
    return mdformat.text(text, extensions=["frontmatter"])


def by_mdformat_numbering(text: str) -> str:
    return mdformat.text(
        text, extensions=["frontmatter", "gfm", "tables"], options={"number": True, "wrap": 60}
    )


@pytest.fixture(scope="session")
def prettier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real prettier, installed once into pytest's cache."""
    if not shutil.which("npm"):
        pytest.skip("npm is not here, so prettier cannot be tried")
    home = (
        Path(request.config.cache.mkdir("prettier")) / "3"
        if request.config.cache
        else tmp_path_factory.mktemp("npm")
    )
    program = home / "node_modules/prettier/bin/prettier.cjs"
    if not program.exists():
        fresh = tmp_path_factory.mktemp("npm")
        done = subprocess.run(
            ["npm", "install", "--prefix", fresh, "--no-audit", "--no-fund", "--silent", "prettier@3"],
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"prettier cannot be installed here: {done.stderr.decode()[-200:]}")
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(fresh, home, dirs_exist_ok=True)
    return program


FORMATTERS = ["mdformat", "mdformat-core", "mdformat-numbering", "prettier", "prettier-wrapped"]


@pytest.fixture(params=FORMATTERS)
def formatter(request: pytest.FixtureRequest) -> Format:
    """One of the formatters that people run over their vaults."""
    if not request.param.startswith("prettier"):
        return {
            "mdformat": by_mdformat,
            "mdformat-core": by_mdformat_core,
            "mdformat-numbering": by_mdformat_numbering,
        }[request.param]
    program: Path = request.getfixturevalue("prettier")
    wrap = "always" if request.param == "prettier-wrapped" else "preserve"

    def run(text: str) -> str:
        done = subprocess.run(
            ["node", str(program), "--parser", "markdown", "--prose-wrap", wrap],
            input=text.encode(), capture_output=True, timeout=60, check=True, env=dict(os.environ),
        )  # fmt: skip
        return done.stdout.decode()

    return run


@pytest.fixture
def mission(request: pytest.FixtureRequest) -> Notes:
    """The notes above, rebuilt; a formatter that knows no tables takes a bare pipe for the end of a cell."""
    notes = Notes(NOTES, {"annexe.md": ANNEXE})
    if request.node.callspec.params["formatter"] == "mdformat-core":
        notes.replace("*partagé* | affiché", "*partagé*, affiché", "Accès_IT.md")
    notes.rebuild()
    return notes


def test_an_untouched_body_is_not_written_again_after_a_formatter(mission: Notes, formatter: Format) -> None:
    mission.texts["S.md"] = formatter(mission.text)
    before = mission.text
    done = mission.rebuild()
    assert mission.text == before, changes(before, mission.text)
    assert done.edits == ()
    assert KEEP not in mission.text


def test_formatting_the_sources_too_changes_nothing(mission: Notes, formatter: Format) -> None:
    for path, text in mission.texts.items():
        mission.texts[path] = formatter(text)
    before = mission.text
    mission.rebuild()
    assert mission.text == before, changes(before, mission.text)


def test_an_edit_survives_the_formatter_and_three_rebuilds_marked_as_kept(
    mission: Notes, formatter: Format
) -> None:
    mission.replace("| 📧 Mails | Bluewin pour les résultats |", "| 📧 Mails | Ma_propre phrase * ici |")
    mission.replace("gabarits d’emails", "mes gabarits (à moi, vraiment)")
    mission.replace("- [[Mails]]", "- [[Mails]] – lu le 3 mai")
    mission.replace("- Clé `a|b` dans C:\\temp_1 ⚠️", "- Clé perdue ⚠️\n- Ajouté à la main")
    mission.texts["S.md"] = formatter(mission.text)
    for _ in range(3):
        mission.rebuild()
        mission.texts["S.md"] = formatter(mission.text)
        mission.texts["Mails.md"] = mission.texts["Mails.md"].replace("résultats", "résultats et plus")
    mission.rebuild()
    for wanted in ("propre phrase", "à moi, vraiment)", "lu le 3 mai", "Clé perdue ⚠️", "Ajouté à la main"):
        [block] = [part for part in units(mission.text) if wanted in part]
        assert KEEP in block.split(wanted)[1].split("|")[0].split(", ")[0], block
        assert mission.text.count(wanted) == 1
    assert mission.text.count(KEEP) == 5


def test_deleting_the_mark_after_a_formatter_gives_the_unit_back(mission: Notes, formatter: Format) -> None:
    mission.replace("| 📧 Mails | Bluewin pour les résultats |", "| 📧 Mails | Ma phrase |")
    mission.replace("gabarits d’emails", "mes gabarits")
    mission.rebuild()
    mission.texts["S.md"] = formatter(mission.text).replace(f" {KEEP}", "")
    mission.rebuild()
    assert "Ma phrase" not in mission.text
    assert "mes gabarits" not in mission.text
    assert "Bluewin pour les résultats" in mission.rows()[1]
    assert KEEP not in mission.text


def test_a_changed_source_is_followed_after_a_formatter(mission: Notes, formatter: Format) -> None:
    mission.texts["S.md"] = formatter(mission.text)
    mission.replace("Bluewin pour les résultats", "Gmail pour tout", "Mails.md")
    mission.replace("gabarits d’emails", "modèles", "Mails.md")
    mission.rebuild()
    assert "Gmail pour tout" in mission.rows()[1]
    assert "Bluewin" not in mission.text
    assert "gabarits" not in mission.text
    assert KEEP not in mission.text


@needs_shared
def test_the_seed_adopted_is_not_written_again_after_a_formatter(formatter: Format) -> None:
    seed = SEED.read_text(encoding="utf-8")
    for start, end, kind in (("| Domaine", "---\n\n## 🎯", "recap"), ("1. **Court", "## 🔗", "roadmap")):
        at, stop = seed.index(start), seed.index(end)
        body = seed[at:stop].rstrip()
        marked = f"<!-- vaultkit:begin {kind} -->\n\n{body}\n\n<!-- vaultkit:end {kind} -->\n\n"
        seed = seed[:at] + marked + seed[stop:]
    notes = Notes({"S.md": seed})
    notes.rebuild()
    notes.texts["S.md"] = formatter(notes.text)
    before = notes.text
    assert notes.rebuild().edits == ()
    assert notes.text == before


def units(text: str) -> list[str]:
    """Return the lines of a note, each with the lines that continue it."""
    parts: list[str] = []
    for line in text.split("\n"):
        if line.startswith("  ") and parts:
            parts[-1] += " " + line.strip()
        else:
            parts.append(line)
    return parts


def changes(before: str, after: str) -> str:
    lines = zip(before.split("\n"), after.split("\n"), strict=False)
    return "\n".join(f"- {one}\n+ {other}" for one, other in lines if one != other)
