"""`vaultkit report` as a person runs it: what is written, what is said, and that no secret stands in any file."""

from __future__ import annotations

import json
import re
import tempfile
import zlib
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from PIL import Image as PILImage
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader

from tests.conftest import Ran, Vault, notes_of
from tests.render.deliverable.secret_vault import SYNTHESIS, secret_vault

MISSION = """
== Synthèse Dufour.md
---
category: synthese_globale
scope: Étude Dufour
title: Synthèse Étude Dufour
date: 2026-11-13
---
# Synthèse

## Tableau récapitulatif

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

## Contexte
Deux bureaux, une réception. ![[plan.png]] ![[absent.png]]

![[Boucle]]

== Boucle.md
Une boucle\u00a0: ![[Boucle]]

== Accès.md
---
category: domaine
scope: Étude Dufour
priorite: haute
---
# 🔐 Accès
Pour [[Synthèse Dufour]].
## Constats
- Clés partagées ❌
- ✅ Alarme en place
## Actions
- **Court terme** : **badges** – un badge par personne (resp. Anna, délai 01.02.2027, CHF 1'200)

== vaultkit.toml
[report]
firm = "Exemple Conseil"
logo = "Images/logo.png"

== Vide.md
---
title: Rien encore
---
== Réception.md
---
category: entretien
scope: Étude Dufour
---
# Réception
Elle se plaint du patron.
== Brouillard.md
---
vaultkit_interne: true
---
# Pas pour le client
"""


@pytest.fixture
def mission(vault: Vault) -> Vault:
    for path, text in notes_of(MISSION).items():
        vault.write(path, text)
    return vault


def rebuilt(mission: Vault) -> Vault:
    assert mission.run("rebuild").code == 0
    return mission


def made(vault: Vault) -> list[str]:
    return sorted(
        p.name for p in vault.root.iterdir() if p.suffix in (".docx", ".pdf", ".html", ".xlsx", ".pptx")
    )


# -------------------------------------------------------------------------------- what is written


def test_the_word_document_is_what_one_gets_without_asking(mission):
    done = rebuilt(mission).run("report", "dufour", LC_ALL="fr_CH.UTF-8")
    assert done.code == 0, done.err
    assert made(mission) == ["Synthèse Étude Dufour 2026-11-13.docx"]
    assert done.out.startswith("✔ Rapport écrit\u00a0: «\u00a0Synthèse Étude Dufour 2026-11-13.docx\u00a0»")


def test_what_is_missing_is_said_and_the_document_goes_on(mission):
    done = rebuilt(mission).run("report", "dufour", "--to", "html", LC_ALL="fr_CH.UTF-8")
    assert done.code == 0
    assert "logo «\u00a0Images/logo.png\u00a0»\u00a0: ce fichier n’existe pas" in done.err
    assert "plan.png" in done.err
    assert "absent.png" in done.err
    assert "Boucle" in done.err
    assert "Deux bureaux" in mission.read("Synthèse Étude Dufour 2026-11-13.html")


def test_a_stale_synthesis_is_said(mission):
    done = mission.run("report", "dufour", "--to", "md", "--output", "r.md", LC_ALL="fr_CH.UTF-8")
    assert "pas à jour (recap)\u00a0: vaultkit rebuild" in done.err
    assert done.code == 0


def test_a_title_that_is_longer_than_a_property_of_word_and_a_file_name_may_be(mission):
    mission.replace("Vide.md", "Rien encore", "Rien encore, et pour longtemps. " * 20)
    done = mission.run("report", "Vide", "--to", "docx,md")
    assert done.code == 0, done.err
    [name] = made(mission)
    assert name.startswith("Rien encore, et pour longtemps. Rien")
    assert len(name.encode()) < 255


@pytest.mark.parametrize(("language", "said"), [("fr", "Badges\u00a0: un"), ("de", "Badges: un")])
def test_a_colon_has_a_blank_before_it_in_french_alone(mission, language, said):
    done = rebuilt(mission).run("report", "dufour", "--to", "md", "--output", "-", "--langue", language)
    assert done.code == 0, done.err
    assert said in done.out


def test_a_row_that_no_note_says_any_more_is_said(mission):
    plan = "## Plan\n\n<!-- vaultkit:begin plan -->\n\n<!-- vaultkit:end plan -->\n\n## Contexte"
    mission.replace("Synthèse Dufour.md", "## Contexte", plan)
    rebuilt(mission)
    action = (
        "- **Court terme** : **badges** – un badge par personne (resp. Anna, délai 01.02.2027, CHF 1'200)\n"
    )
    mission.replace("Accès.md", action, "- **Court terme** : **registre** – des visites\n")
    rebuilt(mission)
    said = "the report shows what no note says any more (Badges): vaultkit rebuild --prune takes it away"
    assert said in mission.run("report", "dufour", "--to", "md", "--output", "a.md").err
    assert mission.run("rebuild", "--prune").code == 0
    assert "no note says" not in mission.run("report", "dufour", "--to", "md", "--output", "b.md").err


def test_several_formats_and_what_a_program_reads(mission):
    done = rebuilt(mission).run("report", "dufour", "--to", "xlsx,md", "--output", "r.xlsx", "--json")
    said = json.loads(done.out)
    assert said["schema_version"] == 1
    assert said["written"] == [{"format": "xlsx", "path": "r.xlsx"}, {"format": "md", "path": "r.md"}]
    assert said["leaks"] == said["stale"] == []
    assert is_zipfile(mission.root / "r.xlsx")


def test_a_document_on_the_standard_output(mission):
    done = rebuilt(mission).run("report", "dufour", "--to", "md", "--output", "-")
    assert done.out.startswith("# Synthèse Étude Dufour\n")
    assert not (mission.root / "-").exists()


def test_a_note_of_frontmatter_alone_is_a_document(mission):
    done = mission.run("report", "Vide", "--to", "pdf,md", "--output", "vide")
    assert done.code == 0, done.err
    assert "Rien encore" in PdfReader(mission.root / "vide.pdf").pages[0].extract_text()


def test_a_copy_is_delivered_after_all_is_written(mission):
    done = rebuilt(mission).run(
        "report", "dufour", "--to", "xlsx", "--output", "r", "--livrer", LC_ALL="fr_CH.UTF-8"
    )
    assert done.code == 0, done.err
    copies = [path.relative_to(mission.root).as_posix() for path in (mission.root / "Livraisons").iterdir()]
    assert len(copies) == 1
    assert copies[0] in done.out
    assert "vaultkit_frozen: true" in mission.read(copies[0])
    assert mission.run("undo").code == 0
    assert not (mission.root / copies[0]).exists()


# --------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nobody",), 2, "no note matches"),
        (("dufour", "--to", "odt"), 2, "docx, pdf, html, xlsx, md, pptx"),
        (("dufour", "--to", "pdf", "--output", "r.docx"), 2, "contradict"),
        (("dufour", "--to", "pdf,docx", "--output", "-"), 2, "one format only"),
        (("dufour", "--to", "md", "--output", "Accès.md"), 3, "is a note of the vault"),
        (("dufour", "--to", "md", "--output", "nowhere/r.md"), 2, "no such folder"),
        (("dufour", "--to", "md", "--since", "v9"), 2, "v9"),
        (("Vide", "--to", "xlsx"), 2, "nothing to put into a workbook"),
        (("Vide", "--to", "md", "--since", "2026-01-01"), 2, "--since"),
        (("dufour", "--to", "md", "--livrer", "--domaine", "Accès"), 2, "keeps the whole report"),
        (("dufour", "--to", "md", "--deliver", "--owner", "Anna"), 2, "keeps the whole report"),
        (("dufour", "--to", "md", "--domaine", ""), 2, "--domaine says nothing"),
        (("dufour", "--to", "md", "--owner", " "), 2, "--responsable says nothing"),
        (("dufour", "--to", "md", "--since", ""), 2, "--since says nothing"),
        (("dufour", "--to", "md", "--output", ""), 2, "--output says nothing"),
        (("dufour", "--to", "md", "--output", "-", "--json"), 2, "--output - and --json contradict"),
        (("dufour", "--to", "md", "--output", f"{'é' * 140}.md"), 2, "cannot be written"),
        (("Réception", "--to", "md,docx"), 3, "Réception.md is an interview"),
        (("Réception", "--to", "md", "--output", "-"), 3, "Réception.md is an interview"),
        (("Brouillard", "--to", "html", "--json"), 3, "says that it is internal"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(mission, arguments, code, said):
    before = mission.snapshot()
    done = mission.run("report", *arguments)
    assert done.code == code, (done.out, done.err)
    assert done.out == ""
    assert said in done.err
    assert "Traceback" not in done.err
    assert mission.snapshot() == before


def test_one_format_that_fails_does_not_stop_the_others(mission):
    done = mission.run("report", "Vide", "--to", "xlsx,md", "--output", "r")
    assert done.code == 2
    assert (mission.root / "r.md").is_file()
    assert "workbook" in done.err


def test_a_document_that_word_holds_open_gets_a_second_name(mission):
    mission.write("r.xlsx", "before")
    mission.write("~$r.xlsx", "")
    done = rebuilt(mission).run("report", "dufour", "--output", "r.xlsx", LC_ALL="fr_CH.UTF-8")
    assert done.code == 0
    assert "«\u00a0r.xlsx\u00a0» est ouvert dans un autre programme" in done.err
    assert mission.read("r.xlsx") == "before"
    assert is_zipfile(mission.root / "r (2).xlsx")


def test_a_leak_is_an_error_with_its_place_and_nothing_is_written(mission):
    mission.replace("Accès.md", "- Clés partagées ❌", "- Clés partagées ❌, délai à définir")
    before = mission.snapshot()
    done = mission.run("report", "dufour", "--to", "md,docx")
    assert done.code == 1
    assert done.out.startswith("Accès.md:9:")
    assert ": error " in done.out
    said = json.loads(mission.run("report", "dufour", "--to", "md", "--json").out)
    assert said["written"] == []
    assert (said["leaks"][0]["path"], said["leaks"][0]["line"]) == ("Accès.md", 9)
    assert mission.snapshot() == before


def test_without_pandoc_and_its_kin_markdown_is_still_written(mission, tmp_path):
    """The packages of `[report]` hidden, and no pandoc on PATH: as after a plain `pip install`."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for name in ("pypandoc", "typst", "vl_convert", "xlsxwriter", "docx", "pptx", "PIL", "fontTools"):
        (hidden / f"{name}.py").write_text("raise ImportError(__name__)")
    environ = {"PYTHONPATH": f"{hidden}:{Path.cwd()}", "PATH": "/nowhere"}
    done = mission.run("report", "dufour", "--to", "md", "--output", "r.md", **environ)
    assert done.code == 0, done.err
    for one in ("docx", "pdf", "html", "xlsx"):
        done = mission.run("report", "dufour", "--to", one, "--output", f"r.{one}", **environ)
        assert done.code == 2, (one, done.err)
        assert 'pip install ".[report]"' in done.err
        assert "Traceback" not in done.err


def test_what_is_missing_for_several_formats_is_said_once(mission, tmp_path):
    (tmp_path / "pypandoc.py").write_text("raise ImportError(__name__)")
    environ = {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "PATH": "/nowhere"}
    arguments = ("report", "dufour", "--to", "docx,html,md", "--output")
    done = mission.run(*arguments, "1", **environ)
    assert done.code == 2
    assert done.err.count("pandoc is missing") == 1
    done = mission.run(*arguments, "2", "--json", **environ)
    said = json.loads(done.out)
    assert [one["format"] for one in said["written"]] == ["md"]
    assert len(said["errors"]) == 1


# ------------------------------------------------------------------------- a hundred secrets, no leak


def unpacked(file: Path) -> str:
    """Return all that a document holds, unpacked: the parts of an archive, the text and every stream of a PDF."""
    data = file.read_bytes()
    found = [file.name, data.decode("utf-8", "replace"), data.decode("utf-16-le", "replace")]
    for inner in re.findall(r"base64,([A-Za-z0-9+/=]+)", found[1]):
        found.append(b64decode(inner).decode("utf-8", "replace"))
    if is_zipfile(BytesIO(data)):
        with ZipFile(BytesIO(data)) as archive:
            found += [name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    if data.startswith(b"%PDF"):
        found += _unpacked_pdf(data)
    return "\n".join(found)


def _unpacked_pdf(data: bytes) -> list[str]:
    reader = PdfReader(BytesIO(data))
    found = [page.extract_text() for page in reader.pages] + [str(reader.metadata), str(reader.outline)]
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(number)
        found.append(repr(one))
        if hasattr(one, "get_data"):
            try:
                found.append(one.get_data().decode("utf-8", "replace"))
            except (zlib.error, NotImplementedError, ValueError):
                continue
    return found


@pytest.fixture(scope="module")
def leaked(tmp_path_factory) -> tuple[Ran, dict[str, str], tuple[str, ...]]:
    """Every format of the report on a vault of secrets, unpacked, by the name of the file."""
    folder = tmp_path_factory.mktemp("secrets")
    vault = Vault(folder / "coffre", folder / "state")
    (vault.root / ".obsidian").mkdir(parents=True)
    texts, secrets = secret_vault()
    for path, text in texts.items():
        vault.write(path, text)
    about = PngInfo()
    about.add_text("Comment", secrets[0])
    PILImage.new("RGB", (8, 8), "red").save(
        vault.root / SYNTHESIS.replace("Synthèse publique.md", "photo.png"), pnginfo=about
    )
    exif = PILImage.Exif()
    exif[270] = secrets[1]
    PILImage.new("RGB", (8, 8), "red").save(
        vault.root / SYNTHESIS.replace("Synthèse publique.md", "photo.jpg"), exif=exif
    )
    out = folder / "out"
    out.mkdir()
    done = vault.run("report", SYNTHESIS, "--to", "docx,pdf,html,xlsx,pptx,md", "--output", str(out))
    files = {str(path.relative_to(out)): unpacked(path) for path in out.rglob("*") if path.is_file()}
    return done, files, tuple(secrets)


def test_every_format_is_written(leaked):
    done, files, _ = leaked
    assert done.code == 0, (done.out, done.err)
    assert {name.rpartition(".")[2] for name in files} >= {"docx", "pdf", "html", "xlsx", "pptx", "md"}


@pytest.mark.parametrize("ending", ["docx", "pdf", "html", "xlsx", "pptx", "md"])
def test_no_secret_stands_in_any_unpacked_file(leaked, ending):
    _, files, secrets = leaked
    belongs = {"md": (".md", ".png", ".svg", ".jpg", ".jpeg")}.get(ending, (f".{ending}",))
    whole = "\n".join(name + text for name, text in files.items() if name.endswith(belongs)).casefold()
    assert "rapport public" in whole
    assert [secret for secret in secrets if secret.casefold() in whole] == []


def test_no_path_of_the_vault_or_the_machine_stands_in_any_file(leaked):
    _, files, _ = leaked
    machine = (str(Path.home()), tempfile.gettempdir() + "/", "Clients/", "coffre", "photo.", "Schéma")
    assert [(name, word) for name, text in files.items() for word in machine if word in name + text] == []


def test_the_words_of_the_workshop_stand_nowhere(leaked):
    _, files, _ = leaked
    for name, text in files.items():
        for word in ("vaultkit:begin", "vk:keep", "vaultkit_interne"):
            assert word not in text, (name, word)
